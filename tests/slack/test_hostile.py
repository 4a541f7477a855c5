"""Whatever the outside calls things: all that is shown fits, and no name in it is more than text."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.core.handles import CardRef
from bot.core.overdue import Basis, BasisKind, Late, Limit, decide_late
from bot.core.rules import Outcome, Rules, Subscription
from bot.core.until import parse_weekly
from bot.language import LANGUAGES, speaking
from bot.slack.blocks.actions import decode, encode
from bot.slack.blocks.elements import Message
from tests.block_kit import mrkdwn
from tests.block_kit.mrkdwn import Kind as Piece
from tests.doubles import START
from tests.slack import kinds
from tests.slack.hostile import CALLED, TAKES_TOO_LONG
from tests.slack.inspection import body, problems

few = settings(
    max_examples=8,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
"""Not shrunk: with values of this size that takes minutes, and the assertion shows the message."""

pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")


@pytest.mark.parametrize("kind", kinds.KINDS, ids=lambda kind: kind.name)
@few
@given(st.data())
def test_it_fits_and_is_harmless_whatever_it_is_about(kind: kinds.Kind, data: st.DataObject) -> None:
    value = data.draw(kind.values)
    for language in LANGUAGES:
        with speaking(language):
            for shown in kind.shown(value):
                assert problems(shown) == []
                assert list(smuggled(shown)) == []


@pytest.mark.parametrize("outcome", sorted(set(Outcome) - set(TAKES_TOO_LONG)))
def test_nothing_is_told_to_be_late_by_another_outcome(outcome: Outcome) -> None:
    """What the values leave out does not come; to show it would be a KeyError, too."""
    late = Late(outcome, "w1", START, Limit(timedelta(hours=1), Basis(BasisKind.TIMEOUT)))
    everything = Subscription(1, "C1", rules=Rules(outcomes=frozenset(Outcome)))
    with pytest.raises(KeyError):
        decide_late(late, "orders", everything, (), START)


@given(st.lists(st.sampled_from(["mon", "Sunday", "weekdays", "weekends", "daily", "7", "-1", ""])).map(",".join))
def test_no_window_comes_on_a_day_that_is_none(days: str) -> None:
    weekly = parse_weekly(days, "2:00", "1h", ZoneInfo("UTC"))
    assert weekly is None or (weekly.weekdays and weekly.weekdays <= set(range(7)))


@pytest.mark.parametrize("execution_id", ["\ud800", "x" * 256])
def test_no_button_brings_a_run_that_the_modal_of_muting_cannot_carry(execution_id: str) -> None:
    assert decode(encode(CardRef(1, 0, execution_id))) is None


@pytest.mark.parametrize(
    "text",
    [
        "<!channel>",
        "<@U123>",
        "<https://evil.example|click>",
        "a `b",
        "a & b",
        "<#C1>",
        "<https://acme.slack.com/x|*y*>",
    ],
)
def test_what_is_smuggled_is_found(text: str) -> None:
    assert list(smuggled(Message(text)))
    assert list(smuggled(Message("x", ({"type": "section", "text": {"type": "mrkdwn", "text": text}},))))


@pytest.mark.parametrize("element", [{"type": "user", "user_id": "U1"}, {"type": "broadcast", "range": "channel"}])
def test_a_mention_in_rich_text_is_found(element: dict[str, str]) -> None:
    part = {"type": "rich_text_section", "elements": [element]}
    assert list(smuggled(Message("x", ({"type": "rich_text", "elements": [part]},))))


OURS = re.compile(r"https://(acme\.slack\.com|console\.example)/\S*")
"""The addresses that the samples' Links are built of."""
MENTIONING = {"user", "usergroup", "broadcast", "channel", "team", "link"}
"""Elements of rich text that are more than text."""


def smuggled(shown: kinds.Shown) -> Iterator[str]:
    """What is a mention, a link or formatting, and was not put there by us."""
    sent = body(shown) if isinstance(shown, Message) else shown
    for kind, text in [("mrkdwn", sent.get("text", "")), *texts_in(sent["blocks"])]:
        if kind in MENTIONING:
            yield f"{kind}: {text}"
        if kind == "mrkdwn":
            yield from (f"{piece}" for piece in mrkdwn.read(text) if not _is_ours(piece))
            yield from (line for line in text.split("\n") if line.count("`") % 2)


def _is_ours(piece: mrkdwn.Piece) -> bool:
    match piece.kind:
        case Piece.WORDS | Piece.DATE:
            return True
        case Piece.LINK:
            return bool(OURS.fullmatch(piece.what)) and not set(piece.shown) & set("*_~`")
        case Piece.PERSON | Piece.GROUP | Piece.BROADCAST | Piece.CHANNEL:
            return piece.what in CALLED
    return False


def texts_in(value: Any) -> Iterator[tuple[str, str]]:
    match value:
        case {"type": str(kind), "text": str(text)}:
            yield kind, text
        case {"type": str(kind)} if kind in MENTIONING:
            yield kind, str(value)
        case dict():
            for held in value.values():
                yield from texts_in(held)
        case list() | tuple():
            for held in value:
                yield from texts_in(held)
