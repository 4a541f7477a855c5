"""A card that can no longer be changed or replied to: what it was to say is posted anew, and goes on living there."""

import pytest

from bot.core.alerting import Alert
from bot.core.delivery import FailureClass, NotPosted, Outcome, Posted
from bot.core.digest import MessageRef
from bot.core.retry import CHANNEL_PROBE
from bot.services.answers import StatusReport
from bot.store.engine import Database
from tests.doubles import FakeClock, FakeSlack, an_ended_execution
from tests.services.world import MINUTE, World

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
