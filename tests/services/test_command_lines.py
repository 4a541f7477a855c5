"""What people type, taken apart: commands and their other names, plain words in English and Korean, and flags."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.permissions import MATRIX
from bot.services.commands.command import Command
from bot.services.commands.line import read_line
from bot.services.commands.table import COMMANDS, PHRASES, USAGE_HINT


def understood(text: str) -> tuple[str | None, list[str]]:
    line = read_line(text, PHRASES, "help")
    return line.command.name if line.command else None, list(line.words)


@pytest.mark.parametrize(
    ("typed", "command", "words"),
    [
        ("", "help", []),
        ("RUNS Orders", "runs", ["Orders"]),
        ("maintenance", "maintenance", []),
        ("maintenance add orders until 4h", "maintenance add", ["orders", "until", "4h"]),
        ("show me the runs of orders", "runs", ["orders"]),
        ("Please show me the last runs of orders 5!", "runs", ["orders", "5"]),
        ("can you mute orders for 4h please", "mute", ["orders", "for", "4h"]),
        ("what failed today?", "failures", ["today"]),
        ("mute orders for 4h please", "mute", ["orders", "for", "4h"]),
        ("mute orders now", "mute", ["orders", "now"]),  # which may be its name
        ("runs orders-?", "runs", ["orders-?"]),
        ("what is failing now?", "failures", []),
        ("failures please!", "failures", []),
        ("실패 목록 보여줘", "failures", []),
        ("구독 목록 좀 보여 주세요", "list", []),
        ("why did e12 fail?", "why", ["e12", "fail"]),
        ("are you ok?", "status", []),
        ("what can you do?", "help", []),
        ("acknowledge orders", "ack", ["orders"]),
        ("run again orders", "rerun", ["orders"]),
        ("list workflows", "workflows", []),
        ("list all", "list", ["all"]),
        ("왜 e12", "why", ["e12"]),
        ("e12 왜?", "why", ["e12"]),
        ("orders 실행 보여줘", "runs", ["orders"]),
        ("orders의 실행 내역 좀 보여줘", "runs", ["orders"]),
        ("정산 매일 실행 보여 주세요", "runs", ["정산", "매일"]),
        ("orders 4시간 동안 음소거 해줘", "mute", ["orders", "4h"]),
        ("매출30분집계 실행 보여줘", "runs", ["매출30분집계"]),
        ("정산 1시간30분 동안 음소거", "mute", ["정산", "1h30m"]),
        ("정산 2시간동안 음소거", "mute", ["정산", "2h"]),
        ("orders를 내일 9:00까지 음소거", "mute", ["orders", "tomorrow", "9:00"]),
        ("오늘 실패 알려줘", "failures", ["today"]),
        ("orders 음소거 해제", "unmute", ["orders"]),
        ("점검 보여줘", "maintenance", []),
        ("orders 담당할게", "ack", ["orders"]),
        ("도움말", "help", []),
        ("xyzzy", None, []),
        ("orders status", None, ["status"]),  # English has its verbs in front
    ],
)
def test_a_line_is_understood(typed: str, command: str | None, words: list[str]) -> None:
    assert understood(typed) == (command, words)


@pytest.mark.parametrize(
    ("typed", "is_shared", "page", "words"),
    [
        ("runs orders --share", True, 1, ["orders"]),
        ("runs orders —share", True, 1, ["orders"]),
        ("runs orders --page 3 --SHARE", True, 3, ["orders"]),
        ("runs orders --share --page 2", True, 2, ["orders"]),
        ("runs orders --page 0", False, 1, ["orders"]),
        ("runs --share orders", False, 1, ["--share", "orders"]),
        ("runs orders --page", False, 1, ["orders", "--page"]),
        ("--share", True, 1, []),
    ],
)
def test_flags_stand_at_the_end(typed: str, is_shared: bool, page: int, words: list[str]) -> None:
    line = read_line(typed, PHRASES, "help")
    assert (line.is_shared, line.page, list(line.words)) == (is_shared, page, words)


@given(st.text(max_size=60))
def test_whatever_is_typed_is_taken_apart(typed: str) -> None:
    assert read_line(typed, PHRASES, "help").page >= 1


def test_nothing_means_two_commands() -> None:
    phrases = [tuple(called.split()) for command in COMMANDS.values() for called in (command.name, *command.called)]
    assert sorted(phrases) == sorted(set(phrases))
    assert all(phrase == tuple(word.casefold() for word in phrase) and len(phrase) <= 4 for phrase in phrases)


@pytest.mark.parametrize("command", COMMANDS.values(), ids=lambda command: command.name)
def test_each_line_of_the_table_is_whole(command: Command) -> None:
    assert command.usage.split()[: len(command.name.split())] == command.name.split()
    assert understood(command.example)[0] == command.name
    assert command.action in MATRIX
    assert command.summary.endswith(".")


def test_the_usage_hint_fits_into_slacks_limit() -> None:
    assert len(USAGE_HINT) <= 1000
