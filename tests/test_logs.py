"""Log lines for people and for machines, and never a secret in them."""

import json
import logging
from collections.abc import Iterator

import pytest

from bot import logs

CANARY = "canary-7f3a"


@pytest.fixture(autouse=True)
def root_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_secret_is_struck_out_of_messages_arguments_and_tracebacks(
    form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.set_up("DEBUG", "json" if form == "json" else "text", [CANARY, ""])
    try:
        raise ValueError(f"refused {CANARY}")
    except ValueError:
        logging.getLogger("somewhere").exception("with %s", CANARY)
    written = capsys.readouterr().err
    assert "somewhere" in written
    assert CANARY not in written


def test_json_lines_can_be_read_by_a_machine(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("INFO", "json", [])
    logging.getLogger("bot.test").warning("일별 %s", "집계")
    line = json.loads(capsys.readouterr().err)
    assert line["level"] == "WARNING"
    assert line["logger"] == "bot.test"
    assert line["message"] == "일별 집계"


def test_what_is_below_the_level_is_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("WARNING", "text", [])
    logging.getLogger("bot.test").info("quiet")
    assert capsys.readouterr().err == ""
