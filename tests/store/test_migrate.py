"""The migrations: they build the declared schema, once, whoever comes first, and refuse what they do not know."""

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from bot.errors import DatabaseAhead
from bot.store import migrate
from bot.store.engine import Database
from bot.store.migrate import SchemaState
from bot.store.schema import metadata


def test_the_migrated_schema_equals_the_declared_one(database: Database) -> None:
    with database.transaction() as session:
        context = MigrationContext.configure(
            session.connection(), opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, metadata) == []


def test_what_comparing_does_not_see_is_equal_too(database: Database, empty_database: Database) -> None:
    """Alembic compares neither primary keys nor checks nor the WHERE of a partial index."""
    with empty_database.transaction() as session:
        metadata.create_all(session.connection())

    assert _described(database) == _described(empty_database)


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


def test_an_interrupted_upgrade_leaves_the_old_schema(empty_database: Database) -> None:
    with empty_database.transaction() as session:
        session.execute(text("CREATE TABLE transitions (id INTEGER)"))  # the migration stumbles over it half-way

    with pytest.raises(Exception, match="transitions"):
        migrate.upgrade(empty_database)
    with empty_database.snapshot() as session:
        assert inspect(session.connection()).get_table_names() == ["transitions"]


def _described(database: Database) -> object:
    with database.snapshot() as session:
        inspector = inspect(session.connection())
        return {
            table: {
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
            for table in inspector.get_table_names()
            if table != "alembic_version"
        }


def _sorted(parts: object) -> list[str]:
    assert isinstance(parts, list)
    return sorted(json.dumps(part, sort_keys=True, default=str) for part in parts)
