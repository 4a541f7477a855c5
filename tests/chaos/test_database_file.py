"""The harm that is done to databases is the harm that was meant: rows may be gone, the file is never broken by it."""

import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.chaos.database_file import DatabaseFile

WRITER = """
import os, signal, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
for pragma in ("journal_mode = WAL", "wal_autocheckpoint = 0"):
    connection.execute(f"PRAGMA {pragma}").fetchall()
connection.execute("CREATE TABLE outbox (id INTEGER PRIMARY KEY, facts TEXT)")
for number in range(20):
    if number == 10:
        connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
    connection.execute("INSERT INTO outbox (facts) VALUES (?)", ["x" * 3000])
os.kill(os.getpid(), signal.SIGKILL)
"""
ROWS = "SELECT count(*) FROM outbox"


@pytest.fixture
def database(tmp_path: Path) -> DatabaseFile:
    """Twenty rows, of which a killed process has left the later ten in the log only."""
    file = DatabaseFile(tmp_path / "bot.db")
    subprocess.run([sys.executable, "-c", WRITER, str(file.path)], check=False)
    return file


@pytest.mark.parametrize("seed", range(6))
def test_a_cut_log_loses_the_newest_rows_at_the_most_and_breaks_nothing(database: DatabaseFile, seed: int) -> None:
    lost_pages = database.cut_log(random.Random(seed))
    assert database.damage() == []
    assert 10 <= database.count(ROWS) <= 20
    assert (database.count(ROWS) < 20) is (lost_pages > 0)


def test_a_restored_backup_has_what_was_there_when_it_was_made(database: DatabaseFile, tmp_path: Path) -> None:
    backup = database.copy_to(tmp_path / "backup")
    database.change("DELETE FROM outbox")
    database.restore(backup)
    assert database.count(ROWS) == 20


def test_looking_changes_nothing(database: DatabaseFile) -> None:
    before = [part.read_bytes() for part in database.parts]
    assert database.count(ROWS) == 20
    assert database.damage() == []
    assert [part.read_bytes() for part in database.parts] == before


def test_damage_is_seen(database: DatabaseFile) -> None:
    database.change("PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(database.path.read_bytes())
    content[4096:8192] = bytes(4096)
    database.path.write_bytes(content)
    assert database.damage() != []


def test_a_deleted_database_has_nothing_to_say(database: DatabaseFile) -> None:
    database.delete()
    assert database.count(ROWS) == 0
    assert database.damage() == []
