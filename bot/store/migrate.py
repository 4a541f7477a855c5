"""Brings a database to the schema of this version, and says how far it is.

A new database gets the declared schema at once, an older one what it lacks, by migrations; a test compares the two.
Alembic is loaded for the second only: with all that it brings along it takes 12 MB and a tenth of a second.
"""

from enum import Enum
from pathlib import Path

from sqlalchemy import inspect, text
from sqlalchemy.orm import Session

import bot
from bot.errors import DatabaseAhead
from bot.store.engine import Database
from bot.store.schema import metadata

REVISIONS = ("0001", "0002", "0003")
"""All of migrations/versions, the newest last."""

_LOCK = 0x64666221  # any number will do, as long as every version of the bot takes the same one


class SchemaState(Enum):
    """How a database's schema stands to this version's."""

    NEW = "new"
    BEHIND = "behind"
    CURRENT = "current"
    AHEAD = "ahead"


def schema_state(database: Database) -> tuple[SchemaState, str | None]:
    """The state, and the revision that the database is at."""
    with database.snapshot() as session:
        return _state(session)


def upgrade(database: Database) -> bool:
    """Bring the schema up to date; returns whether there was anything to do.

    1. Take the lock, so that of two processes that start together the second one waits and finds it done.
    2. Refuse a database that a newer version has migrated: its rows may mean what we do not know.
    3. Make everything where there is nothing, else run what is missing; in one transaction: an interrupted upgrade
       leaves the old schema.
    """
    with database.transaction() as session:
        if not database.is_sqlite:
            session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        state, revision = _state(session)
        if state is SchemaState.AHEAD:
            raise DatabaseAhead(
                f"the database is at revision {revision}, which this version does not know: "
                "install the version of the bot that migrated it, or a newer one"
            )
        if state is SchemaState.CURRENT:
            return False
        if inspect(session.connection()).get_table_names():
            run_migrations(session)
        else:
            _create(session)
        return True


def _state(session: Session) -> tuple[SchemaState, str | None]:
    revision = _revision(session)
    if revision is None:
        return SchemaState.NEW, None
    if revision not in REVISIONS:
        return SchemaState.AHEAD, revision
    return (SchemaState.CURRENT if revision == REVISIONS[-1] else SchemaState.BEHIND), revision


def _revision(session: Session) -> str | None:
    """What Alembic wrote down; nothing in a database that it has never seen."""
    if not inspect(session.connection()).has_table("alembic_version"):
        return None
    revision: str | None = session.scalar(text("SELECT version_num FROM alembic_version"))
    return revision


def run_migrations(session: Session, until: str = "head") -> None:
    """Those that the database has not seen, from the first one on."""
    from alembic import command  # noqa: PLC0415 - see above
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(scripts()))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = session.connection()
    command.upgrade(config, until)


def _create(session: Session) -> None:
    """The whole schema, and the note by which Alembic knows it, as Alembic would have made it."""
    metadata.create_all(session.connection(), checkfirst=False)
    session.execute(
        text(
            "CREATE TABLE alembic_version "
            "(version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
        )
    )
    session.execute(text("INSERT INTO alembic_version VALUES (:newest)"), {"newest": REVISIONS[-1]})


def scripts() -> Path:
    """Migrations stand beside the package in a checkout, and inside it in a wheel."""
    package = Path(bot.__file__).parent
    inside = package / "_migrations"
    return inside if inside.is_dir() else package.parent / "migrations"
