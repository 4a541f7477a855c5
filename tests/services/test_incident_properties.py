"""What holds for any history: how often we look changes nothing, and no card says what is no more."""

import shutil
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.core.alerting import Alert
from bot.core.delivery import Purpose
from bot.core.incidents import Incident
from bot.core.model import Execution, ExecutionStatus, Job
from bot.core.rules import Rules
from bot.core.silence import Silence, SilenceKind
from bot.store.engine import Database
from bot.store.message_tables import CardRow, DecisionRow, ReminderRow
from bot.store.tables import TransitionRow
from tests.doubles import LOAD, START, FakeClock
from tests.services.scenario import Scene
from tests.services.ward import MINUTE

READY, RUNNING, COMPLETED, FAILED, CANCELED, UNKNOWN = ExecutionStatus
JOBS = (LOAD, Job("job-report", "report"))


@dataclass(frozen=True, slots=True)
class Past:
    """A run that ended so many minutes after the start."""

    minute: int
    status: ExecutionStatus
    job: Job


RUNS = st.lists(
    st.builds(
        Past, st.integers(1, 60), st.sampled_from([COMPLETED, FAILED, FAILED, CANCELED, UNKNOWN]), st.sampled_from(JOBS)
    ),
    max_size=12,
)
LOOKS = st.lists(st.integers(1, 59), max_size=6)


def executions(scene: Scene, history: list[Past]) -> list[Execution]:
    return [
        scene.run(f"e{number:02}", past.status, START + timedelta(minutes=past.minute), job=past.job)
        for number, past in enumerate(history)
    ]


def live(scene: Scene, history: list[Past], looks: list[int], *, is_slack_slow: bool) -> None:
    """Look at these minutes and once at the end; what has ended by then is seen, all of it each time."""
    runs = executions(scene, history)
    for minute in [*sorted(set(looks)), 61]:
        scene.clock.now = START + timedelta(minutes=minute)
        seen = [run for run in runs if run.ended_at and run.ended_at <= scene.clock.now]
        if seen:
            scene.see(*seen)
        if not is_slack_slow:
            scene.catch_up()
    scene.catch_up()


class Opened:
    """A scene on a database of its own, for one example of hypothesis."""

    def __init__(self, migrated_file: Path) -> None:
        self._folder = TemporaryDirectory()
        self._database = Database(f"sqlite:///{shutil.copy(migrated_file, Path(self._folder.name) / 'bot.db')}")

    def __enter__(self) -> Scene:
        scene = Scene(self._database, FakeClock())
        scene.subscribe()
        return scene

    def __exit__(self, *_: object) -> None:
        self._database.close()
        self._folder.cleanup()


def incidents(scene: Scene) -> list[Incident]:
    return [incident for _, incident in scene.incidents()]


@settings(max_examples=25)
@given(RUNS, LOOKS)
def test_how_often_we_look_changes_no_incident(migrated_file: Path, history: list[Past], looks: list[int]) -> None:
    with Opened(migrated_file) as at_once, Opened(migrated_file) as in_slices:
        live(at_once, history, [], is_slack_slow=False)
        live(in_slices, history, looks, is_slack_slow=False)
        assert incidents(at_once) == incidents(in_slices)


@settings(max_examples=15)
@given(RUNS, LOOKS, st.booleans(), st.booleans())
def test_each_incident_has_one_card_that_says_how_it_stands(
    migrated_file: Path, history: list[Past], looks: list[int], is_slack_slow: bool, is_shared: bool
) -> None:
    """In each channel, also where two subscriptions share it; what was folded has none until the next failure."""
    with Opened(migrated_file) as scene:
        scene.subscribe(channel="C2")
        if is_shared:
            scene.subscribe(workflows="orders")
        live(scene, history, looks, is_slack_slow=is_slack_slow)
        with scene.database.snapshot() as session:
            cards = session.execute(select(CardRow.incident_key, CardRow.channel)).all()
        shown = [
            (post.channel, post.facts.incident)
            for _, post in scene.slack.posts
            if isinstance(post.facts, Alert) and post.facts.incident and post.thread is None
        ]
        assert sorted(cards) == sorted((key, channel) for key, _ in scene.incidents() for channel in ("C1", "C2"))
        assert all(incident in incidents(scene) for _, incident in shown)
        assert len(shown) == len(set(shown))
        keys = [post.mark.key for _, post in scene.slack.posts]
        assert len(keys) == len(set(keys))


@settings(max_examples=25)
@given(RUNS, LOOKS)
def test_every_end_has_its_decision_and_every_alert_has_one(
    migrated_file: Path, history: list[Past], looks: list[int]
) -> None:
    with Opened(migrated_file) as scene:
        live(scene, history, looks, is_slack_slow=False)
        with scene.database.snapshot() as session:
            ends = session.scalars(select(TransitionRow.id)).all()
            decided = session.scalars(select(DecisionRow.transition_key)).all()
        assert Counter(decided) == Counter(ends)
        assert alerts(scene) == messages_of_decisions(scene)


RULES = st.builds(
    Rules,
    nth_failure=st.integers(1, 2),
    wait_for=st.integers(0, 5).map(lambda minutes: minutes * MINUTE),
    remind_every=st.none() | st.integers(3, 9).map(lambda minutes: minutes * MINUTE),
)
MUTES = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)), max_size=2)


@settings(max_examples=15)
@given(RUNS, LOOKS, RULES, MUTES)
def test_no_message_is_without_a_decision_whatever_the_rules(
    migrated_file: Path, history: list[Past], looks: list[int], rules: Rules, mutes: list[tuple[int, int]]
) -> None:
    """Nor is any held back for ever: once all is over, nothing waits."""
    with Opened(migrated_file) as scene:
        scene.subscribe(rules)
        for begins, lasts in mutes:
            starts_at = START + begins * MINUTE
            scene.hush(Silence(0, SilenceKind.MUTE, starts_at, starts_at + lasts * MINUTE))
        for minute in [*sorted(set(looks)), 61, 75, 95]:
            scene.clock.now = START + timedelta(minutes=minute)
            if seen := [run for run in executions(scene, history) if run.ended_at and run.ended_at <= scene.clock.now]:
                scene.see(*seen)
            scene.release()
            scene.remind()
            scene.catch_up()
        assert alerts(scene) <= messages_of_decisions(scene)
        assert scene.held() == 0


def alerts(scene: Scene) -> set[int]:
    """What was queued by itself: neither changes nor what carries other messages."""
    carriers = (Purpose.CATCH_UP, Purpose.CATCH_UP_PAGE)
    return {one.key for one in scene.queued() if one.edits is None and one.purpose not in carriers}


def messages_of_decisions(scene: Scene) -> set[int]:
    with scene.database.snapshot() as session:
        keys = [*session.scalars(select(DecisionRow.outbox_key)), *session.scalars(select(ReminderRow.outbox_key))]
    return {key for key in keys if key is not None}
