"""Slack's text as the demo's reader sees it."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.style import Style

from bot.demo.mrkdwn import CODE, LINK, MENTION, Reader, read

SEOUL = ZoneInfo("Asia/Seoul")
NOW = datetime(2025, 3, 20, 3, 0, tzinfo=UTC)  # noon in Seoul
NAMES = {"U1": "mina", "C1": "data-alerts"}
READER = Reader(SEOUL, lambda: NOW, lambda ident: NAMES.get(ident, ident))


def stamp(day: int, hour: int, minute: int = 0) -> int:
    return int(datetime(2025, 3, day, hour, minute, tzinfo=SEOUL).timestamp())


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("a &lt;b&gt; &amp; c", "a <b> & c"),
        ("&amp;lt;", "&lt;"),
        ("`a &lt; b`", "a < b"),
        ("*bold* _italic_ ~gone~", "bold italic gone"),
        ("snake_case_name and 2*3*4", "snake_case_name and 2*3*4"),
        ("* not bold *", "* not bold *"),
        ("*Job* `a*b`", "Job a*b"),
        ("*with `code*` inside*", "with code* inside"),
        ("_snake_case in italics_", "snake_case in italics"),
        ("```two\nlines```", "two\nlines"),
        ("<https://example.com/?a=1&amp;b=2|the *log*>", "the *log*"),
        ("<https://example.com/?a=1&amp;b=2>", "https://example.com/?a=1&b=2"),
        ("<mailto:mina@example.com>", "mina@example.com"),
        ("<@U1> in <#C1>, not <@U2>", "@mina in #data-alerts, not @U2"),
        ("<#C1|renamed>", "#renamed"),
        ("<!channel> <!subteam^S1|@oncall>", "@channel @oncall"),
        (":warning: 10:30:45", "⚠ 10:30:45"),
    ],
)
def test_what_is_written_is_shown_as_in_slack(written: str, shown: str) -> None:
    assert read(written, READER).plain == shown


@pytest.mark.parametrize(
    ("form", "at", "shown"),
    [
        ("{date_short_pretty} {time}", stamp(20, 9, 5), "today 09:05"),
        ("{date_short_pretty} {time}", stamp(20, 0), "today 00:00"),
        ("{date_pretty} at {time_secs}", stamp(19, 23, 59), "yesterday at 23:59:00"),
        ("{date_long_pretty}", stamp(21, 0), "tomorrow"),
        ("{date_short_pretty}", stamp(18, 12), "Mar 18, 2025"),
        ("{date_pretty}", stamp(22, 12), "March 22nd, 2025"),
        ("{date_long}", stamp(11, 12), "Tuesday, March 11th, 2025"),
        ("{date_num} {unheard_of}", stamp(1, 12), "2025-03-01 {unheard_of}"),
    ],
)
def test_a_date_is_told_in_the_readers_own_zone(form: str, at: int, shown: str) -> None:
    assert read(f"Ended <!date^{at}^{form}|long ago>.", READER).plain == f"Ended {shown}."


@pytest.mark.parametrize("seconds", ["", "soon", "1e99"])
def test_a_date_that_cannot_be_told_shows_its_fallback(seconds: str) -> None:
    assert read(f"<!date^{seconds}^{{date}}|2025-03-20 &amp; later>", READER).plain == "2025-03-20 & later"


@pytest.mark.parametrize(
    ("written", "style"),
    [
        ("*x*", Style(bold=True)),
        ("_x_", Style(italic=True)),
        ("~x~", Style(strike=True)),
        ("_*x*_", Style(bold=True, italic=True)),
        ("`*x*`", CODE),
        ("<@U1>", MENTION),
        ("<https://example.com|x>", LINK + Style(link="https://example.com")),
        ("<!date^1742450000^{time}^https://example.com|x>", LINK + Style(link="https://example.com")),
    ],
)
def test_formatting_has_its_style(written: str, style: Style) -> None:
    segments = read(written, READER).render(Console(), end="")
    assert {segment.style for segment in segments} == {style}


@given(st.text(st.characters(exclude_characters="*_~`:", exclude_categories=["Cc", "Cs"])))
def test_escaped_text_is_shown_as_it_was(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert read(escaped, READER).plain == text


@given(st.text("*_~`<>!@#|^:&;{}date1 \n", max_size=60))
def test_no_text_is_too_odd_to_be_read(text: str) -> None:
    assert isinstance(read(text, READER).plain, str)
