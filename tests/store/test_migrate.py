"""The schema: made at once or by migrations it is the same, whoever comes first makes it, and what a newer version
made is refused."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Inspector, inspect, text

from bot.errors import DatabaseAhead
from bot.store import migrate
from bot.store.engine import Database
from bot.store.migrate import SchemaState


def test_a_new_database_equals_one_that_went_through_every_migration(
    database: Database, empty_database: Database
) -> None:
    with empty_database.transaction() as session:
        migrate.run_migrations(session)

    assert _described(database) == _described(empty_database)


def test_a_database_that_is_behind_comes_to_equal_a_new_one(database: Database, empty_database: Database) -> None:
    with empty_database.transaction() as session:
        migrate.run_migrations(session, migrate.REVISIONS[0])

    assert _described(database) != _described(empty_database)
    assert migrate.upgrade(empty_database)
    assert _described(database) == _described(empty_database)


def test_a_new_database_needs_neither_alembic_nor_the_other_dialect(tmp_path: Path) -> None:
    """They would stay in memory for as long as the bot runs."""
    code = (
        "import sys; from bot import wiring; from bot.store import migrate; from bot.store.engine import Database;"
        "migrate.upgrade(Database(sys.argv[1]));"
        "print(sorted({'alembic', 'mako', 'sqlalchemy.dialects.postgresql'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", code, f"sqlite:///{tmp_path / 'bot.db'}"]
    assert subprocess.run(command, check=True, capture_output=True, text=True).stdout == "[]\n"


def test_the_revisions_are_those_of_the_migrations() -> None:
    newest_first = [script.revision for script in ScriptDirectory(str(migrate.scripts())).walk_revisions()]
    assert list(migrate.REVISIONS) == newest_first[::-1]


def test_a_database_that_is_behind_says_so(database: Database) -> None:
    with database.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = :first"), {"first": migrate.REVISIONS[0]})

    assert migrate.schema_state(database) == (SchemaState.BEHIND, migrate.REVISIONS[0])


def test_a_database_is_new_until_it_is_upgraded(empty_database: Database) -> None:
    assert migrate.schema_state(empty_database) == (SchemaState.NEW, None)
    assert migrate.upgrade(empty_database)
    state, revision = migrate.schema_state(empty_database)
    assert state is SchemaState.CURRENT
    assert revision is not None


def test_upgrading_again_changes_nothing(database: Database) -> None:
    before = migrate.schema_state(database)
    assert not migrate.upgrade(database)
    assert migrate.schema_state(database) == before


def test_of_two_upgrades_at_once_one_does_it(empty_database: Database) -> None:
    """Each has connections of its own, as two processes that start together have."""
    databases = [empty_database, Database(empty_database.url.render_as_string(hide_password=False))]
    together = Barrier(len(databases))

    def upgrade(database: Database) -> bool:
        together.wait()
        return migrate.upgrade(database)

    with ThreadPoolExecutor(len(databases)) as pool:
        did_it = list(pool.map(upgrade, databases))
    databases[1].close()
    assert sorted(did_it) == [False, True]
    assert migrate.schema_state(empty_database)[0] is SchemaState.CURRENT


def test_a_database_of_a_newer_version_is_refused_and_left_alone(database: Database) -> None:
    with database.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = 'from_the_future'"))

    assert migrate.schema_state(database) == (SchemaState.AHEAD, "from_the_future")
    with pytest.raises(DatabaseAhead, match="from_the_future"):
        migrate.upgrade(database)
    assert migrate.schema_state(database) == (SchemaState.AHEAD, "from_the_future")


@pytest.mark.parametrize(
    "in_the_way",
    [
        pytest.param("CREATE TABLE transitions (id INTEGER)", id="of the migrations"),
        pytest.param("CREATE VIEW transitions AS SELECT 1 AS id", id="of making it new"),
    ],
)
def test_an_interrupted_upgrade_leaves_the_old_schema(empty_database: Database, in_the_way: str) -> None:
    """It stumbles over a table, or over what is none but has the name of one, half-way."""
    with empty_database.transaction() as session:
        session.execute(text(in_the_way))

    with pytest.raises(Exception, match="transitions"):
        migrate.upgrade(empty_database)
    with empty_database.snapshot() as session:
        inspector = inspect(session.connection())
        assert inspector.get_table_names() + inspector.get_view_names() == ["transitions"]


_WHAT_REFLECTION_LEAVES_OUT = {
    "sqlite": ("SELECT name, sql FROM sqlite_master WHERE type <> 'table'",),
    "postgresql": (
        "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
        "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
        "SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    ),
}
"""Triggers with their functions, and the condition of an index word for word."""


def _described(database: Database) -> object:
    with database.snapshot() as session:
        inspector = inspect(session.connection())
        tables = {table: _table(inspector, table) for table in inspector.get_table_names()}
        queries = _WHAT_REFLECTION_LEAVES_OUT[database.url.get_backend_name()]
        others = [sorted(map(str, session.execute(text(query)))) for query in queries]
        return tables, others, session.scalars(text("SELECT version_num FROM alembic_version")).all()


def _table(inspector: Inspector, table: str) -> dict[str, object]:
    return {
        "key": inspector.get_pk_constraint(table),
        "columns": [
            (column["name"], str(column["type"]), column["nullable"], column["default"])
            for column in inspector.get_columns(table)
        ],
        "unique": _sorted(inspector.get_unique_constraints(table)),
        "foreign": _sorted(inspector.get_foreign_keys(table)),
        "checks": _sorted(inspector.get_check_constraints(table)),
        "indexes": _sorted(inspector.get_indexes(table)),
    }


def _sorted(parts: object) -> list[str]:
    assert isinstance(parts, list)
    return sorted(json.dumps(part, sort_keys=True, default=str) for part in parts)
