"""Outside text made harmless, and times and statuses in words."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.model import ExecutionStatus
from bot.slack import text
from tests.slack.anything import names


@pytest.mark.parametrize(
    ("outside", "shown"),
    [
        ("orders_daily_load", "orders_daily_load"),
        ("_private_", "\uff3fprivate\uff3f"),
        ("a*b", "a*b"),
        ("*bold* move", "\u2217bold\u2217 move"),
        ("~gone~", "\u223cgone\u223c"),
        ("`code`", "\u02cbcode\u02cb"),
        ("step :fire: 3", "step \ua789fire: 3"),
        ("at 12:30:45", "at 12:30:45"),
        ("<!channel>", "&lt;!channel&gt;"),
        ("R&D", "R&amp;D"),
        ("line\none\t two\x00", "line one two"),
        ("\u202eevil", "evil"),
        ("\u200b \u2060", "(no name)"),
        ("매출_집계", "매출_집계"),
        ("half \ud83d", "half"),
    ],
)
def test_a_name_in_a_sentence_stays_a_name(outside: str, shown: str) -> None:
    assert text.words(outside, 100) == shown


@pytest.mark.parametrize(
    ("outside", "shown"),
    [
        ("*a* _b_ ~c~ :fire:", "`*a* _b_ ~c~ :fire:`"),
        ("tick`tock", "`tick\u02cbtock`"),
        ("<@U1>", "`&lt;@U1&gt;`"),
        ("", "`(no name)`"),
    ],
)
def test_inline_code_keeps_a_name_as_it_is(outside: str, shown: str) -> None:
    assert text.code(outside, 100) == shown


@pytest.mark.parametrize(
    ("outside", "shown"),
    [("a_b *c* `d`", "a_b *c* `d`"), ("<!channel> & co", "\u2039!channel\u203a \uff06 co"), (":fire:", "\ua789fire:")],
)
def test_a_name_in_a_table_needs_no_entity(outside: str, shown: str) -> None:
    assert text.bare(outside, 100) == shown


@pytest.mark.parametrize(
    ("configured", "call"),
    [
        ("U0MINA123", "<@U0MINA123>"),
        ("<@W0MINA123>", "<@W0MINA123>"),
        ("S0ONCALL1", "<!subteam^S0ONCALL1>"),
        ("<!subteam^S0ONCALL1>", "<!subteam^S0ONCALL1>"),
        ("here", "<!here>"),
        (" <!here>\n", "<!here>"),
        ("<!channel>", None),
        ("<@S0ONCALL1>", None),
        ("<@U0MINA123|mina>", None),
        ("U0MINA123 U0JOON123", None),
        ("C0ALERTS1", None),
        ("@mina", None),
        ("", None),
    ],
)
def test_only_people_groups_and_those_present_can_be_called_for(configured: str, call: str | None) -> None:
    assert text.mention(configured) == call


@pytest.mark.parametrize(
    ("outside", "limit", "shown"),
    [
        ("abcdef", 6, "abcdef"),
        ("abcdefg", 6, "abcde…"),
        ("a&&", 11, "a&amp;&amp;"),
        ("a&&", 10, "a&amp;…"),
        ("👍👍👍", 6, "👍👍👍"),
        ("👍👍👍", 5, "👍👍…"),
        ("ab cd", 4, "ab…"),
        ("step :fire: 3", 20, "step \ua789fire: 3"),
    ],
)
def test_plain_text_is_cut_but_never_through_an_escape_or_an_emoji(outside: str, limit: int, shown: str) -> None:
    assert text.plain(outside, limit) == shown


@given(names, st.integers(10, 300))
def test_nothing_is_ever_longer_than_its_limit(outside: str, limit: int) -> None:
    for made in (text.plain, text.words, text.code):
        assert 1 <= text.width(made(outside, limit)) <= limit


def test_a_moment_is_shown_in_the_readers_zone_with_a_fallback_that_names_its_own() -> None:
    at = datetime(2026, 3, 20, 3, 4, tzinfo=UTC)
    assert text.moment(at) == "<!date^1773975840^{date_short_pretty} {time}|2026-03-20 03:04 UTC>"


@pytest.mark.parametrize(
    ("status", "reported", "shown"),
    [
        (ExecutionStatus.FAILED, "FAILED", "❌ FAILED"),
        (ExecutionStatus.UNKNOWN, "TIMED*OUT*", "❔ TIMED*OUT\u2217"),
        (ExecutionStatus.UNKNOWN, "", "❔ UNKNOWN"),
    ],
)
def test_a_status_is_told_in_the_apis_own_word(status: ExecutionStatus, reported: str, shown: str) -> None:
    assert text.status(status, reported) == shown


@pytest.mark.parametrize(
    ("arrived", "typed"),
    [
        ("<@U0BOT> runs orders", "runs orders"),
        ("runs <http://orders.io|orders.io> failed", "runs orders.io failed"),
        ("runs <https://x.example/a?b=1&amp;c>", "runs https://x.example/a?b=1&c"),
        ("runs a &lt;b&gt; &amp; c", "runs a <b> & c"),
        ("subscribe orders to <#C0123ABC|data-alerts>", "subscribe orders to C0123ABC"),
        ("subscribe orders to <#C0123ABC>", "subscribe orders to C0123ABC"),
        ("list #data-alerts", "list #data-alerts"),
        ("  status ", "status"),
        ("", ""),
    ],
)
def test_what_a_person_typed_is_recovered_from_slacks_markup(arrived: str, typed: str) -> None:
    assert text.typed(arrived) == typed


@pytest.mark.parametrize(
    ("configured", "shown"),
    [
        ("C0123456789", "<#C0123456789>"),
        ("G0123456789", "<#G0123456789>"),
        ("#data-alerts", "`#data-alerts`"),
        ("U0123456789", "`U0123456789`"),
        ("C0123456789> <!channel>", "`C0123456789&gt; &lt;!channel&gt;`"),
        ("C", "`C`"),
    ],
)
def test_slack_names_a_channel_that_is_configured_by_its_id_and_nothing_else(configured: str, shown: str) -> None:
    assert text.place(configured, 100) == shown
