"""What holds for any history: how often we look changes nothing, and no card says what is no more."""

import shutil
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
from bot.store.engine import Database
from bot.store.message_tables import CardRow, DecisionRow
from bot.store.tables import TransitionRow
from tests.doubles import LOAD, START, FakeClock
from tests.services.scenario import Scene

READY, RUNNING, COMPLETED, FAILED, CANCELED, UNKNOWN = ExecutionStatus
JOBS = (LOAD, Job("job-report", "report"))


@dataclass(frozen=True, slots=True)
class Past:
    """A run that ended so many minutes after the start."""

    minute: int
    status: ExecutionStatus
    job: Job


RUNS = st.lists(
    st.builds(Past, st.integers(1, 60), st.sampled_from([COMPLETED, FAILED, FAILED, CANCELED]), st.sampled_from(JOBS)),
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


@settings(max_examples=25)
@given(RUNS, LOOKS, st.booleans())
def test_each_incident_has_one_card_that_says_how_it_stands(
    migrated_file: Path, history: list[Past], looks: list[int], is_slack_slow: bool
) -> None:
    with Opened(migrated_file) as scene:
        live(scene, history, looks, is_slack_slow=is_slack_slow)
        with scene.database.snapshot() as session:
            cards = session.execute(select(CardRow.incident_key, CardRow.channel)).all()
        shown = [post.facts.incident for _, post in scene.slack.posts if isinstance(post.facts, Alert)]
        assert len(cards) == len(set(cards))
        assert all(incident in incidents(scene) for incident in shown if incident)
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
            decided = session.execute(select(DecisionRow.transition_key, DecisionRow.outbox_key)).all()
        queued = {one.key for one in scene.queued() if one.edits is None and one.purpose is not Purpose.CATCH_UP}
        pages = {one.key for one in scene.queued(Purpose.CATCH_UP_PAGE)}
        assert sorted(transition for transition, _ in decided) == sorted(ends)
        assert queued - pages == {message for _, message in decided if message is not None}
