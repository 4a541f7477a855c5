"""What a channel shows, and why, after small named events: a truth table of the life of incidents."""

from dataclasses import dataclass, field
from datetime import time, timedelta

import pytest

from bot.core.rules import Broadcast, Outcome, QuietHours, Rules
from bot.store.engine import Database
from tests.doubles import FakeClock
from tests.services.scenario import Event, Scene

FAILS, COMPLETES, CANCELED = Event.FAILS, Event.COMPLETES, Event.CANCELED
DEFAULT = Rules()
FLAPS = [FAILS, COMPLETES] * 3
"""The third completion is the fifth change; one more failure and the job is flapping."""


@dataclass(frozen=True)
class Story:
    """`shown` is the channel from top to bottom, with threads; `why` the reasons of all decisions in their order."""

    events: list[Event]
    shown: list[str]
    why: list[str]
    rules: Rules = field(default_factory=Rules)


STORIES = {
    "nothing is said of a run that completes": Story([COMPLETES], [], ["OUTCOME_NOT_WANTED"]),
    "first failure": Story([FAILS], ["card: 1 failed"], ["FAILED"]),
    "success after the first failure": Story(
        [FAILS, COMPLETES], ["card: recovered, 1 failed, changed 1x", "> recovered"], ["FAILED", "RECOVERED"]
    ),
    "success after three failures": Story(
        [FAILS, FAILS, FAILS, COMPLETES],
        ["card: recovered, 3 failed, changed 3x", "> failed", "> failed", "> recovered"],
        ["FAILED", "FAILED", "FAILED", "RECOVERED"],
    ),
    "a failure after the recovery is another incident": Story(
        [FAILS, COMPLETES, FAILS],
        ["card: recovered, 1 failed, changed 1x", "> recovered", "card: 1 failed"],
        ["FAILED", "RECOVERED", "FAILED"],
    ),
    "canceled with nothing wrong": Story([CANCELED, COMPLETES], ["canceled"], ["CANCELED", "OUTCOME_NOT_WANTED"]),
    "canceled between failures": Story(
        [FAILS, CANCELED, FAILS],
        ["card: 2 failed, changed 1x", "> canceled", "> failed"],
        ["FAILED", "CANCELED", "FAILED"],
    ),
    "canceled, then the run after it decides": Story(
        [FAILS, CANCELED, COMPLETES],
        ["card: recovered, 1 failed, changed 1x", "> canceled", "> recovered"],
        ["FAILED", "CANCELED", "RECOVERED"],
    ),
    "an end by an unknown word is a failure": Story(
        [Event.ENDS_STRANGELY, COMPLETES],
        ["card: recovered, 1 failed, changed 1x", "> recovered"],
        ["ENDED_UNKNOWN", "RECOVERED"],
    ),
    "second job of the same start": Story(
        [Event.BOTH_JOBS_FAIL],
        ["card: 2 failed of 2 jobs", "> failed"],
        ["FAILED", "FAILED"],
    ),
    "two jobs of one start recover one by one": Story(
        [Event.BOTH_JOBS_FAIL, COMPLETES, Event.OTHER_JOB_COMPLETES],
        ["card: recovered, 2 failed of 2 jobs, changed 2x", "> failed", "> recovered"],
        ["FAILED", "FAILED", "RECOVERED", "RECOVERED"],
    ),
    "another job of another start": Story(
        [FAILS, Event.OTHER_JOB_FAILS, Event.OTHER_JOB_COMPLETES],
        ["card: 1 failed", "card: recovered, 1 failed, changed 1x", "> recovered"],
        ["FAILED", "FAILED", "RECOVERED"],
    ),
    "somebody looks after it": Story(
        [FAILS, Event.ACKNOWLEDGED], ["card: 1 failed, looked after, changed 1x"], ["FAILED"]
    ),
    "the card was deleted": Story(
        [FAILS, Event.CARD_DELETED, COMPLETES], ["card: recovered, 1 failed"], ["FAILED", "RECOVERED"]
    ),
    "the card was deleted, and it goes on": Story(
        [FAILS, Event.CARD_DELETED, FAILS, FAILS, COMPLETES],
        ["card: recovered, 3 failed, changed 2x", "> failed", "> recovered"],
        ["FAILED", "FAILED", "FAILED", "RECOVERED"],
    ),
    "the second failure in a row is the first that is told": Story(
        [FAILS, FAILS, FAILS],
        ["card: 3 failed, changed 1x", "> failed"],
        ["NOT_YET_NTH", "FAILED", "FAILED"],
        Rules(nth_failure=2),
    ),
    "a single failure of a patient channel": Story(
        [FAILS, COMPLETES], [], ["NOT_YET_NTH", "NEVER_TOLD"], Rules(nth_failure=2)
    ),
    "success while a later run is given time": Story(
        [FAILS, COMPLETES, Event.TEN_MINUTES_PASS],
        [],
        ["WAITING_FOR_RECOVERY", "NEVER_TOLD", "RECOVERED_IN_TIME"],
        Rules(wait_for=timedelta(minutes=5)),
    ),
    "no success while a later run is given time": Story(
        [FAILS, Event.TEN_MINUTES_PASS],
        ["card: 1 failed"],
        ["WAITING_FOR_RECOVERY", "FAILED"],
        Rules(wait_for=timedelta(minutes=5)),
    ),
    "failure while muted": Story([Event.MUTED, FAILS], [], ["MUTED"]),
    "failure while muted, and the mute ends": Story(
        [Event.MUTED, FAILS, Event.AN_HOUR_PASSES], ["held back: 1 failed, 0 recovered, still broken"], ["MUTED"]
    ),
    "all is well again when the mute ends": Story(
        [Event.MUTED, FAILS, COMPLETES, Event.AN_HOUR_PASSES],
        ["held back: 1 failed, 0 recovered, all well"],
        ["MUTED", "NEVER_TOLD"],
    ),
    "a mute that had nothing to hold back": Story(
        [Event.MUTED, COMPLETES, Event.AN_HOUR_PASSES], [], ["OUTCOME_NOT_WANTED"]
    ),
    "a card tells the truth through a mute": Story(
        [FAILS, Event.MUTED, FAILS, COMPLETES, Event.AN_HOUR_PASSES],
        ["card: recovered, 2 failed, changed 2x", "held back: 1 failed, 1 recovered, all well"],
        ["FAILED", "MUTED", "MUTED"],
    ),
    "quiet hours": Story(
        [FAILS, Event.AN_HOUR_PASSES],
        ["held back: 1 failed, 0 recovered, still broken"],
        ["QUIET_HOURS"],
        Rules(quiet=QuietHours(time(9), time(10, 30), "Asia/Seoul")),
    ),
    "nobody looks after it": Story(
        [FAILS, Event.AN_HOUR_PASSES, Event.AN_HOUR_PASSES],
        ["card: 1 failed", "> reminder (and in the channel)", "> reminder (and in the channel)"],
        ["FAILED"],
        Rules(remind_every=timedelta(hours=1)),
    ),
    "nobody is reminded of what somebody looks after": Story(
        [FAILS, Event.ACKNOWLEDGED, Event.AN_HOUR_PASSES],
        ["card: 1 failed, looked after, changed 1x"],
        ["FAILED"],
        Rules(remind_every=timedelta(hours=1)),
    ),
    "the recovery in the channel, too": Story(
        [FAILS, FAILS, COMPLETES],
        ["card: recovered, 2 failed, changed 2x", "> failed", "> recovered (and in the channel)"],
        ["FAILED", "FAILED", "RECOVERED"],
        Rules(broadcast=Broadcast.RECOVERY),
    ),
    "everything in the channel, too": Story(
        [FAILS, FAILS, COMPLETES],
        [
            "card: recovered, 2 failed, changed 2x",
            "> failed (and in the channel)",
            "> recovered (and in the channel)",
        ],
        ["FAILED", "FAILED", "RECOVERED"],
        Rules(broadcast=Broadcast.ALL),
    ),
    "only failures are asked for": Story(
        [FAILS, CANCELED, COMPLETES],
        ["card: recovered, 1 failed, changed 1x"],
        ["FAILED", "OUTCOME_NOT_WANTED", "OUTCOME_NOT_WANTED"],
        Rules(outcomes=frozenset({Outcome.FAILED})),
    ),
    "flapping": Story(
        [*FLAPS, FAILS, COMPLETES, FAILS],
        [*["card: recovered, 1 failed, changed 1x", "> recovered"] * 3, "card: flapping, 8 changes, changed 2x"],
        [*["FAILED", "RECOVERED"] * 3, "FAILED", "OUTCOME_NOT_WANTED", "FLAPPING"],
    ),
    "flapping, and stable again": Story(
        [*FLAPS, FAILS, COMPLETES, COMPLETES, COMPLETES],
        [
            *["card: recovered, 1 failed, changed 1x", "> recovered"] * 3,
            "card: recovered, 1 failed, changed 3x",
            "> recovered",
        ],
        [*["FAILED", "RECOVERED"] * 3, "FAILED", "OUTCOME_NOT_WANTED", "OUTCOME_NOT_WANTED", "RECOVERED"],
    ),
}


@pytest.mark.parametrize("name", STORIES)
def test_a_channel_shows(name: str, sqlite: Database, clock: FakeClock) -> None:
    story = STORIES[name]
    scene = Scene(sqlite, clock)
    scene.subscribe(story.rules)
    scene.play(story.events)
    assert scene.shown() == story.shown
    assert [reason.name for reason in scene.all_reasons()] == story.why


@pytest.mark.parametrize(
    ("events", "shown"),
    [
        ([FAILS, FAILS], ["card: 2 failed", "> failed"]),
        ([FAILS, FAILS, COMPLETES], ["card: recovered, 2 failed", "> failed", "> recovered"]),
    ],
)
def test_what_happens_while_slack_is_slow_overtakes_what_nobody_has_seen(
    events: list[Event], shown: list[str], sqlite: Database, clock: FakeClock
) -> None:
    scene = Scene(sqlite, clock, is_slack_slow=True)
    scene.subscribe()
    scene.play(events)
    scene.catch_up()
    assert scene.shown() == shown


def test_a_card_that_is_overtaken_mentions_whom_it_was_to_mention(sqlite: Database, clock: FakeClock) -> None:
    scene = Scene(sqlite, clock, is_slack_slow=True)
    scene.subscribe(Rules(mention="U1"))
    scene.play([FAILS, FAILS])
    (card, reply) = scene.queued()
    assert [getattr(queued.facts, "mention", None) for queued in (card, reply)] == ["U1", None]


def test_two_channels_have_a_card_each_by_their_own_rules(sqlite: Database, clock: FakeClock) -> None:
    scene = Scene(sqlite, clock)
    scene.subscribe()
    scene.subscribe(Rules(nth_failure=2), channel="C2")
    scene.play([FAILS, FAILS, COMPLETES])
    assert scene.shown() == [
        "card: recovered, 2 failed, changed 2x",
        "> failed",
        "> recovered",
        "card: recovered, 2 failed, changed 1x",
        "> recovered",
    ]
