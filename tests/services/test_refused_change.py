"""A card that can no longer be changed or replied to: what it was to say is posted anew, and goes on living there."""

import pytest

from bot.core.alerting import Alert
from bot.core.delivery import FailureClass, Notice, NoticeKind, NotPosted, Outcome, Posted, Unclear
from bot.core.digest import MessageRef
from bot.core.retry import CHANNEL_PROBE
from bot.services.answers import StatusReport
from bot.store import channels, outbox
from bot.store.cards import stream_of
from bot.store.engine import Database
from bot.store.outbox import Draft
from tests.doubles import FakeClock, FakeSlack, an_ended_execution
from tests.services.world import MINUTE, SECOND, World

GONE = NotPosted(FailureClass.EDIT, "message_not_found")
REPLIED = Posted("C1", "1772413200.000900")
NO_THREAD = NotPosted(FailureClass.EDIT, "cannot_reply_to_message")


@pytest.fixture
def slack() -> FakeSlack:
    return FakeSlack()


@pytest.fixture
def world(sqlite: Database, clock: FakeClock, slack: FakeSlack) -> World:
    """With an incident, and a card of it."""
    world = World(sqlite, clock, slack)
    world.cycle()
    ends(world, "e1")
    return world


def ends(world: World, execution_id: str) -> None:
    """Another run fails, and what is to be said is said."""
    world.source.put(an_ended_execution(execution_id, at=world.clock.now))
    world.cycle()
    world.deliver_for(2 * MINUTE)


def cards(slack: FakeSlack) -> list[tuple[MessageRef, Alert]]:
    told = ((ref, post.facts) for ref, post in slack.posts)
    return [(ref, facts) for ref, facts in told if isinstance(facts, Alert) and facts.incident]


@pytest.mark.parametrize("answers", [[REPLIED, GONE], [NO_THREAD, REPLIED, GONE]], ids=["fixed", "deleted"])
def test_a_card_that_cannot_be_changed_is_posted_anew_and_lives_on(
    world: World, slack: FakeSlack, answers: list[Outcome | Exception]
) -> None:
    slack.answers["C1"] = list(answers)
    ends(world, "e2")
    (_, old), (new_ref, new) = cards(slack)
    assert [card.incident.failures for card in (old, new) if card.incident] == [1, 2]

    before = len(slack.sent)
    ends(world, "e3")
    since = slack.sent[before:]
    assert [(message.thread, message.edits) for message in since] == [(new_ref, None), (None, new_ref)]
    assert len(cards(slack)) == 2


def test_a_reply_to_a_card_that_is_gone_stands_on_its_own(world: World, slack: FakeSlack) -> None:
    slack.answers["C1"] = [NO_THREAD]
    before = len(slack.sent)
    ends(world, "e2")
    refused, again, change = slack.sent[before:]
    assert (refused.thread is None, again.thread is None, change.edits is None) == (False, True, False)
    assert refused.mark == again.mark


ARCHIVED = NotPosted(FailureClass.CHANNEL, "is_archived")


def test_a_card_in_a_channel_that_is_archived_lives_on_in_the_fallback(world: World, slack: FakeSlack) -> None:
    world.start("C1", fallback="C9")
    slack.answers["C1"] = [ARCHIVED] * 100
    ends(world, "e2")
    told = [(ref.channel, card.incident.failures) for ref, card in cards(slack) if card.incident]
    assert told == [("C1", 1), ("C9", 2)]
    assert slack.posts[-1][1].instead_of == "C1"

    before = len(slack.sent)
    ends(world, "e3")
    since = slack.sent[before:]
    assert {message.channel for message in since} == {"C9"}
    assert [(ref.channel, card.incident.failures) for ref, card in cards(slack) if card.incident][-1] == ("C9", 3)
    assert len(cards(slack)) == 2


def test_without_a_fallback_the_change_waits_and_the_channel_is_said_to_be_broken(
    world: World, slack: FakeSlack
) -> None:
    before = len(slack.sent)
    slack.answers["C1"] = [ARCHIVED]
    ends(world, "e2")
    assert len(slack.sent) - before == 1, "asked once, not again and again"
    report = world.ask("status")
    assert isinstance(report, StatusReport)
    assert [(broken.channel, broken.reason) for broken in report.broken_channels] == [("C1", "is_archived")]

    world.clock.advance(CHANNEL_PROBE)
    world.deliver_for(2 * MINUTE)
    assert [card.incident.failures for _, card in cards(slack) if card.incident] == [2]


def test_a_change_in_a_channel_known_by_its_name_goes_by_the_gate_of_that_name(
    sqlite: Database, clock: FakeClock, slack: FakeSlack
) -> None:
    slack.answers["#alerts"] = [Posted("C0ALERTS", "1772413200.000001")]
    world = World(sqlite, clock, slack)
    world.start("#alerts")
    world.cycle()
    ends(world, "e1")
    slack.answers["C0ALERTS"] = [ARCHIVED]
    ends(world, "e2")
    assert slack.sent[-1].thread == slack.posts[-1][0]
    assert {message.instead_of for message in slack.sent} == {None}
    report = world.ask("status")
    assert isinstance(report, StatusReport)
    assert [broken.channel for broken in report.broken_channels] == ["#alerts"]


def queue(world: World, text: str, *, changes: int | None = None) -> int:
    stream = None if changes is None else stream_of(changes)
    draft = Draft(text, "C1", Notice(NoticeKind.CHANNEL_REFUSES, text), world.clock.now, edits=changes, stream=stream)
    with world.database.transaction() as session:
        return outbox.put(session, draft, world.clock.now)


def test_what_was_to_be_changed_next_is_not_overtaken_by_what_is_changed_later(world: World, slack: FakeSlack) -> None:
    """The first change becomes the card, the second one is unclear, and tried again after the third one is known."""
    slack.sent.clear()
    card = queue(world, "card")
    world.deliver_for(2 * SECOND)
    anew = queue(world, "first", changes=card)
    queue(world, "second", changes=card)
    slack.answers["C1"] = [GONE]
    world.deliver_for(SECOND)
    slack.answers["C1"] = [Unclear("no answer")]
    world.deliver_for(SECOND)
    queue(world, "third", changes=anew)
    world.deliver_for(2 * MINUTE)
    told = [message.facts.about for message in slack.sent if isinstance(message.facts, Notice)]
    assert told == ["card", "first", "first", "second", "second", "third"]


def test_a_change_in_another_channel_does_not_open_that_one_before_its_time(world: World, slack: FakeSlack) -> None:
    world.start("C1", fallback="C9")
    world.deliver_for(2 * MINUTE)
    slack.answers["C1"] = [NotPosted(FailureClass.CHANNEL, "is_archived")]
    card = queue(world, "card")
    world.deliver_for(3 * SECOND)
    world.clock.advance(CHANNEL_PROBE)
    ready_at = world.clock.now + 30 * SECOND
    with world.database.transaction() as session:
        channels.hold_channel(session, "C9", ready_at)
    queue(world, "change", changes=card)
    world.deliver_for(5 * SECOND)
    assert slack.sent[-1].edits == MessageRef("C9", slack.posts[-1][0].ts)
    with world.database.snapshot() as session:
        assert not channels.is_ready(session, "C9", ready_at - SECOND)
