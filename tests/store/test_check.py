"""The database as `check` sees it: nothing is created or changed by looking."""

from pathlib import Path

from sqlalchemy import text

from bot.core.findings import Verdict
from bot.store import migrate
from bot.store.check import check_database
from bot.store.engine import Database
from bot.store.migrate import SchemaState


def test_a_file_that_is_not_there_is_not_created(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    finding = check_database(Database(f"sqlite:///{path}"))
    assert finding.verdict is Verdict.OK
    assert "will be created" in finding.what
    assert list(tmp_path.iterdir()) == []


def test_a_database_without_a_schema_is_fine_and_stays_without(empty_database: Database) -> None:
    assert migrate.schema_state(empty_database)[0] is SchemaState.NEW
    finding = check_database(empty_database)
    assert finding.verdict is Verdict.OK
    assert "db upgrade" in finding.what
    assert migrate.schema_state(empty_database)[0] is SchemaState.NEW


def test_a_migrated_database_is_fine(database: Database) -> None:
    finding = check_database(database)
    _, revision = migrate.schema_state(database)
    assert (finding.verdict, finding.advice) == (Verdict.OK, "")
    assert str(revision) in finding.what


def test_a_database_of_a_newer_version_is_wrong(database: Database) -> None:
    with database.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = 'from_the_future'"))
    finding = check_database(database)
    assert finding.verdict is Verdict.WRONG
    assert "from_the_future" in finding.what
    assert "newer" in finding.advice


def test_a_file_that_is_no_database_is_wrong(tmp_path: Path) -> None:
    path, content = tmp_path / "bot.db", b"garbage" * 1000
    path.write_bytes(content)
    finding = check_database(Database(f"sqlite:///{path}"))
    assert finding.verdict is Verdict.WRONG
    assert "DATABASE_URL" in finding.advice
    assert path.read_bytes() == content


def test_a_server_that_does_not_answer_is_wrong_and_its_password_is_not_shown(tmp_path: Path) -> None:
    finding = check_database(Database(f"postgresql://u:canary@/bot?host={tmp_path}"))
    assert finding.verdict is Verdict.WRONG
    assert "canary" not in finding.what
