"""The two kinds of transaction, and how SQLite is set up."""

from pathlib import Path
from threading import Timer

import pytest
from sqlalchemy import insert, select, text

from bot.errors import SettingsError
from bot.store.engine import BUSY_TIMEOUT_MS, Database, normalised
from bot.store.message_tables import ChannelRow
from tests.doubles import START


class Stumble(Exception):
    """Something that goes wrong within a transaction."""


@pytest.mark.usefixtures("as_for_people")
@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),  # FULL
        ("foreign_keys", 1),
        ("auto_vacuum", 2),  # INCREMENTAL
        ("busy_timeout", BUSY_TIMEOUT_MS),
    ],
)
def test_sqlite_is_set_up_for_a_service_with_threads(sqlite: Database, pragma: str, value: object) -> None:
    with sqlite.snapshot() as first, sqlite.snapshot() as second:
        settings = [session.execute(text(f"PRAGMA {pragma}")).scalar_one() for session in (first, second)]
    assert settings == [value, value]


def test_a_new_file_can_be_opened_while_another_process_makes_its_first_tables(tmp_path: Path) -> None:
    """Before the file has a WAL, SQLite waits for no one: the busy time-out does not count for that switch."""
    database = Database(f"sqlite:///{tmp_path / 'new.db'}")
    driver = database.engine.dialect.dbapi  # two copies of SQLite in one process would break each other's locks
    assert driver
    other = driver.connect(tmp_path / "new.db", isolation_level=None, check_same_thread=False)
    other.execute("CREATE TABLE first (id INTEGER)")
    other.execute("BEGIN IMMEDIATE")
    other.execute("CREATE TABLE second (id INTEGER)")
    done = Timer(0.2, other.execute, ("COMMIT",))
    done.start()

    with database.transaction() as session:
        assert session.scalar(text("PRAGMA journal_mode")) == "wal"

    done.join()
    other.close()
    database.close()


def test_an_error_takes_the_whole_transaction_back(database: Database) -> None:
    def write_and_stumble() -> None:
        with database.transaction() as session:
            session.execute(insert(ChannelRow).values(channel="C1", ready_at=START))
            raise Stumble

    with pytest.raises(Stumble):
        write_and_stumble()
    assert _channels(database) == []


def test_readers_and_a_writer_do_not_wait_for_each_other(database: Database) -> None:
    with database.snapshot() as reader:
        assert reader.execute(select(ChannelRow.channel)).all() == []
        with database.transaction() as writer:
            writer.execute(insert(ChannelRow).values(channel="C1", ready_at=START))
            assert _channels(database) == []  # what is not committed is not seen
    assert _channels(database) == ["C1"]


def test_a_snapshot_stays_the_same_while_others_write(database: Database) -> None:
    """A digest reads several tables one after the other; its numbers have to agree."""
    with database.snapshot() as reader:
        assert reader.execute(select(ChannelRow.channel)).all() == []
        with database.transaction() as writer:
            writer.execute(insert(ChannelRow).values(channel="C1", ready_at=START))
        assert reader.execute(select(ChannelRow.channel)).all() == []


def test_a_transaction_that_reads_first_can_still_write_after_another_one_wrote(sqlite: Database) -> None:
    """What a plain BEGIN of SQLite answers with "database is locked"."""
    with sqlite.transaction() as session:
        session.execute(select(ChannelRow.channel)).all()
        session.execute(insert(ChannelRow).values(channel="C1", ready_at=START))
    assert _channels(sqlite) == ["C1"]


@pytest.mark.parametrize(
    ("address", "driver"),
    [
        ("postgres://u:p@db/bot", "postgresql+psycopg"),
        ("postgresql://u:p@db/bot", "postgresql+psycopg"),
        ("postgresql+psycopg://u:p@db/bot", "postgresql+psycopg"),
        ("sqlite:///bot.db", "sqlite"),
    ],
)
def test_an_address_is_read_as_platforms_hand_it_out(address: str, driver: str) -> None:
    assert normalised(address).drivername == driver


@pytest.mark.parametrize("address", ["mysql://u:canary@db/bot", "canary", "", "postgres//u:canary@db"])
def test_any_other_address_is_refused_without_showing_its_password(address: str) -> None:
    with pytest.raises(SettingsError, match="DATABASE_URL") as refused:
        normalised(address)
    assert "canary" not in str(refused.value)


def test_a_database_does_not_show_its_password() -> None:
    assert "canary" not in repr(Database("postgresql://u:canary@db/bot").url)


def _channels(database: Database) -> list[str]:
    with database.snapshot() as session:
        return list(session.scalars(select(ChannelRow.channel)))
