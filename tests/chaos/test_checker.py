"""The checker itself: every way in which a run can go wrong is noticed, and a good run is let pass."""

from collections.abc import Sequence

import pytest

from bot.demo.slack_server import Entry, Happening
from tests.chaos.checker import CardState, Place, Stored, Verdict, judge

FIRST, SECOND = "aaaaaaaaaaaa", "bbbbbbbbbbbb"
THIRD = "cccccccccccc"
CHANNEL = "C1"


def keys_of(*runs: str) -> dict[str, str]:
    return {f"key of {run}": run for run in runs}


def entry(what: Happening, ts: str, text: str = "", *, key: str = "", thread: str = "", lines: str = "") -> Entry:
    return Entry(
        at=0.0,
        what=what,
        channel=CHANNEL,
        ts=ts,
        thread_ts=thread,
        text=text,
        blocks=({"type": "section", "text": {"type": "mrkdwn", "text": lines}},) if lines else (),
        metadata={"event_type": "x", "event_payload": {"key": key}} if key else None,
    )


def alert(ts: str, run: str, key: str = "") -> Entry:
    text = f"❌ FAILED: orders / load (ran 1 s)\nEnded today.\nExecution {run}, workflow w1.\nLog: x"
    return entry(Happening.APPEARED, ts, text, key=key or f"key of {run}")


def reply(ts: str, thread: str, run: str, names: str | None = None) -> Entry:
    text = f"❌ FAILED: orders / load\nEnded today · execution `{names or run}` · log `x`"
    return entry(Happening.APPEARED, ts, text, key=f"key of {run}", thread=thread)


def changed(ts: str, headline: str, last_failure: str = SECOND) -> Entry:
    """A card as it is after more has happened: it names the newest failure."""
    return entry(Happening.EDITED, ts, f"{headline}: orders / load\nExecution {last_failure}, workflow w1.")


def summary(ts: str, pages: int = 1) -> Entry:
    where = f"Every run has its line in the thread, on {pages} page{'s' if pages > 1 else ''}."
    text = f"🗂️ Catching up: 2 runs of 1 job did not complete\n{where}\nNewest: ❌ FAILED orders today {FIRST}"
    return entry(Happening.APPEARED, ts, text, key=f"summary {ts}")


def page(ts: str, thread: str, *runs: str) -> Entry:
    """The text is cut where a reader sees the blocks."""
    lines = "\n".join(["❌ FAILED", "orders / load", *(f"❌ {run} <!date^1^{{time}}|today>" for run in runs)])
    text = f"Page 1 of 1: {len(runs)} runs that did not complete\n…"
    return entry(Happening.APPEARED, ts, text, key=f"page {ts}", thread=thread, lines=lines)


def deleted(ts: str) -> Entry:
    return entry(Happening.DELETED, ts)


GOOD_RUNS = [
    pytest.param([alert("1", FIRST), alert("2", SECOND)], id="two alerts"),
    pytest.param([summary("1"), page("2", "1", FIRST, SECOND)], id="a summary with its page"),
    pytest.param([alert("1", FIRST), summary("2"), page("3", "2", SECOND)], id="one alone, one on a page"),
    pytest.param([alert("1", FIRST), changed("1", "❌ FAILED 2 times"), reply("2", "1", SECOND)], id="a living card"),
]


@pytest.mark.parametrize("entries", GOOD_RUNS)
def test_a_run_that_tells_each_end_once_is_let_pass(entries: Sequence[Entry]) -> None:
    assert judge(entries, keys_of(FIRST, SECOND)) == Verdict()


@pytest.mark.parametrize("entries", GOOD_RUNS)
def test_an_alert_that_is_missing_is_lost(entries: Sequence[Entry]) -> None:
    assert judge(entries, keys_of(FIRST, SECOND, THIRD)).lost == (THIRD,)


@pytest.mark.parametrize(
    "entries",
    [
        pytest.param([summary("1")], id="named in a summary only"),
        pytest.param([alert("1", FIRST), deleted("1")], id="deleted"),
        pytest.param([entry(Happening.APPEARED, "1", f"About {FIRST}")], id="mentioned"),
    ],
)
def test_an_end_is_told_by_its_alert_or_its_line_and_by_nothing_else(entries: Sequence[Entry]) -> None:
    assert judge(entries, keys_of(FIRST)).lost == (FIRST,)


@pytest.mark.parametrize(
    "entries",
    [
        pytest.param([alert("1", FIRST), alert("2", FIRST)], id="two alerts"),
        pytest.param([alert("1", FIRST), summary("2"), page("3", "2", FIRST)], id="an alert and a line"),
        pytest.param([summary("1", 2), page("2", "1", FIRST), page("3", "1", FIRST)], id="two lines"),
    ],
)
def test_an_end_that_is_told_twice_is_noticed(entries: Sequence[Entry]) -> None:
    verdict = judge(entries, keys_of(FIRST))
    assert FIRST in verdict.twice
    assert FIRST in verdict.stood_twice


def test_any_message_that_stands_twice_is_noticed_by_its_key() -> None:
    notices = [entry(Happening.APPEARED, ts, "I am watching.", key="notice") for ts in ("1", "2")]
    assert judge(notices, {}).twice == ("notice",)


def test_a_repeat_that_was_removed_again_is_remembered() -> None:
    verdict = judge([alert("1", FIRST), alert("2", FIRST), deleted("2")], keys_of(FIRST))
    assert verdict.twice == ()
    assert FIRST in verdict.stood_twice


def test_a_message_that_was_removed_and_posted_again_never_stood_twice() -> None:
    assert judge([alert("1", FIRST), deleted("1"), alert("2", FIRST)], keys_of(FIRST)) == Verdict()


def test_a_card_that_says_something_else_by_now_still_tells_what_it_was_posted_for() -> None:
    assert judge([alert("1", FIRST), changed("1", "✅ RECOVERED", FIRST)], keys_of(FIRST)) == Verdict()


@pytest.mark.parametrize(
    ("names", "is_right"),
    [(SECOND, True), (FIRST, False), (THIRD, False)],
    ids=["itself", "the card's", "no run of ours"],
)
def test_a_reply_has_to_name_the_run_it_stands_for(names: str, is_right: bool) -> None:
    verdict = judge([alert("1", FIRST), reply("2", "1", SECOND, names)], keys_of(FIRST, SECOND))
    assert (verdict.misnamed == ()) is is_right


@pytest.mark.parametrize(
    ("state", "headline", "is_right"),
    [
        (CardState(failures=1, jobs=1, is_over=False), "❌ FAILED", True),
        (CardState(failures=2, jobs=1, is_over=False), "❌ FAILED 2 times", True),
        (CardState(failures=3, jobs=1, is_over=False), "❌ FAILED 2 times", False),
        (CardState(failures=2, jobs=2, is_over=False), "❌ FAILED in 2 jobs", True),
        (CardState(failures=2, jobs=1, is_over=True), "✅ RECOVERED after 1 s, 2 failed runs", True),
        (CardState(failures=2, jobs=1, is_over=True), "❌ FAILED 2 times", False),
        (CardState(failures=3, jobs=1, is_over=False), "✅ RECOVERED after 1 s, 2 failed runs", False),
    ],
)
def test_a_card_has_to_show_how_its_incident_stands(state: CardState, headline: str, is_right: bool) -> None:
    stored = Stored({FIRST: (CHANNEL, "1")}, {(CHANNEL, "1"): state})
    entries = [alert("1", FIRST), changed("1", headline, FIRST)]
    assert (judge(entries, keys_of(FIRST), stored).stale == ()) is is_right


def test_a_card_that_is_gone_shows_nothing() -> None:
    stored = Stored({}, {(CHANNEL, "1"): CardState(1, 1, is_over=False)})
    assert judge([alert("1", FIRST), deleted("1")], {}, stored).stale != ()


def test_a_run_that_nobody_was_to_hear_of_is_noticed() -> None:
    assert judge([alert("1", FIRST)], {}).uncalled == (FIRST,)


@pytest.mark.parametrize(
    "entries",
    [
        pytest.param([summary("1", 2), page("2", "1", FIRST)], id="a page is missing"),
        pytest.param([page("2", "1", FIRST)], id="the summary is missing"),
        pytest.param([reply("2", "1", FIRST)], id="the card is missing"),
    ],
)
def test_a_thread_that_is_not_whole_is_noticed(entries: Sequence[Entry]) -> None:
    assert judge(entries, keys_of(FIRST)).headless != ()


@pytest.mark.parametrize(
    ("places", "is_right"),
    [
        ({FIRST: (CHANNEL, "1")}, True),
        ({FIRST: (CHANNEL, "2")}, False),
        ({FIRST: None}, False),
        ({}, False),
    ],
)
def test_the_database_has_to_know_where_each_end_is_told(places: dict[str, Place | None], is_right: bool) -> None:
    assert (judge([alert("1", FIRST)], keys_of(FIRST), Stored(places)).unrecorded == ()) is is_right


def test_a_damaged_database_is_part_of_the_verdict() -> None:
    stored = Stored({FIRST: (CHANNEL, "1")}, damage=("row 1 missing from index",))
    assert judge([alert("1", FIRST)], keys_of(FIRST), stored).damaged == ("row 1 missing from index",)


def test_each_kind_of_problem_has_its_line() -> None:
    assert judge([alert("1", SECOND), alert("2", SECOND)], keys_of(FIRST)).problems == [
        f"1 lost: {FIRST}",
        f"1 twice: key of {SECOND}",
        f"1 stood twice: key of {SECOND}",
        f"1 uncalled: {SECOND}",
    ]
