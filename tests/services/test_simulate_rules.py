"""The simulation says what the services would have told, and compares it in words."""

from collections import Counter
from collections.abc import Sequence
from datetime import time, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.comparison import Simulation
from bot.core.comparison_words import difference, verdict
from bot.core.delivery import Purpose
from bot.core.flapping import FlappingRule
from bot.core.model import ExecutionStatus, Job
from bot.core.replay import PastEnd, replay
from bot.core.rule_words import NotUnderstood
from bot.core.rules import Outcome, QuietHours, Rules, Subscription
from bot.core.silence import Silence, SilenceKind
from bot.core.simulation import Kind, simulate
from bot.core.subscribing import Wish
from bot.services.answers import Help
from bot.services.commands.past import read_simulation
from bot.services.commands.past import simulation as retold
from bot.services.simulate_rules import as_in_file, with_rules
from bot.store import silences, subscriptions
from bot.store.engine import Database
from tests.doubles import START, FakeClock, an_ended_execution
from tests.services.ward import Queued, Ward
from tests.services.world import MINUTE, World

COMPLETED, FAILED, CANCELED = ExecutionStatus.COMPLETED, ExecutionStatus.FAILED, ExecutionStatus.CANCELED
JOBS = (Job("job-load", "load"), Job("job-sum", "sum"))
CLOCK = st.integers(0, 40).map(lambda minute: time(1, minute))
RULES = st.builds(
    Rules,
    outcomes=st.sampled_from([Rules().outcomes, frozenset(Outcome), frozenset({Outcome.FAILED})]),
    nth_failure=st.integers(1, 3),
    wait_for=st.integers(0, 6).map(lambda count: count * MINUTE),
    quiet=st.none()
    | st.tuples(CLOCK, CLOCK)
    .filter(lambda times: times[0] != times[1])
    .map(lambda times: QuietHours(min(times), max(times), "UTC")),
    remind_every=st.none() | st.integers(3, 9).map(lambda count: count * MINUTE),
)
SUBSCRIBED = st.lists(
    st.tuples(st.sampled_from(["C1", "C2"]), st.sampled_from(["*", "orders"]), RULES),
    min_size=1,
    max_size=3,
    unique_by=lambda one: one[:2],
)
MUTES = st.lists(st.tuples(st.integers(0, 20), st.integers(1, 20), st.sampled_from([None, "job-load"])), max_size=2)
ENDS = st.lists(
    st.tuples(st.integers(1, 4), st.sampled_from([COMPLETED, FAILED, FAILED, CANCELED]), st.sampled_from(JOBS)),
    min_size=1,
    max_size=10,
)


@pytest.fixture
def past(world: World) -> World:
    """Three short incidents of one failure and five minutes each, and one of four failures and an hour."""
    world.cycle()
    ended_at = START + timedelta(hours=1)
    history = [(FAILED, 5), (COMPLETED, 60)] * 3 + [(FAILED, 20)] * 3 + [(FAILED, 5), (COMPLETED, 5)]
    for number, (status, minutes) in enumerate(history):
        world.source.put(an_ended_execution(f"e{number:02}", status, at=ended_at, ran_for=MINUTE))
        ended_at += minutes * MINUTE
    world.clock.now = ended_at + MINUTE
    world.cycle()
    return world


def kind_of(row: Queued) -> Kind:
    match row.purpose:
        case Purpose.HELD:
            return Kind.SUMMARY
        case Purpose.REMINDER:
            return Kind.REMINDER
        case Purpose.RECOVERY:
            return Kind.REPLY
    return Kind.EDIT if row.edits else Kind.REPLY if row.reply_to else Kind.NEW


def let_a_minute_pass(ward: Ward) -> None:
    ward.clock.advance(MINUTE)
    ward.release()
    ward.remind()
    ward.deliver()


def told_by_the_services(ward: Ward, ends: Sequence[PastEnd]) -> "Counter[tuple[str, Kind]]":
    for end in ends:
        while ward.clock.now < end.ended_at:
            let_a_minute_pass(ward)
        ward.see(end.execution)
        ward.deliver()
    for _ in range(30):
        let_a_minute_pass(ward)
    return Counter((row.channel, kind_of(row)) for row in ward.queued())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=10)
@given(subscribed=SUBSCRIBED, mutes=MUTES, ends=ENDS)
def test_a_simulation_tells_what_the_services_tell(
    tmp_path_factory: pytest.TempPathFactory,
    migrated_file: Path,
    subscribed: list[tuple[str, str, Rules]],
    mutes: list[tuple[int, int, str | None]],
    ends: list[tuple[int, ExecutionStatus, Job]],
) -> None:
    path = tmp_path_factory.mktemp("ward") / "bot.db"
    path.write_bytes(migrated_file.read_bytes())
    ward = Ward(Database(f"sqlite:///{path}"), FakeClock())
    for channel, pattern, rules in subscribed:
        ward.subscribe(rules, channel=channel, workflows=pattern)
    for begins, lasts, job_id in mutes:
        starts_at = START + begins * MINUTE
        ward.hush(Silence(0, SilenceKind.MUTE, starts_at, starts_at + lasts * MINUTE, job_id=job_id))
    past, at = [], START
    for number, (gap, status, job) in enumerate(ends):
        at += gap * MINUTE
        past.append(PastEnd(ward.run(f"e{number:02}", status, at, job=job), "orders", at))
    with ward.database.snapshot() as session:
        present, silenced = subscriptions.active(session), silences.in_force(session, START)
    told = told_by_the_services(ward, past)
    simulated = simulate(replay(past, FlappingRule()), (), present, silenced, ward.clock.now)
    ward.database.close()
    assert Counter((message.channel, message.kind) for message in simulated) == told


def simulation(world: World, text: str) -> Simulation:
    answer = world.ask(f"simulate {text}")
    assert isinstance(answer, Simulation)
    return answer


def test_the_present_rules_tell_what_was_told(past: World) -> None:
    result = simulation(past, "1d nth=1")
    assert result.present == result.changed
    assert (result.incident_count, result.present.new, result.present.replies) == (4, 4, 3 + 4)
    assert result.incidents == ()


def test_patience_spares_what_recovers_and_says_how_late_the_rest_comes(past: World) -> None:
    result = simulation(past, "1d wait=20m")
    assert (result.present.alerts, result.changed.alerts) == (4, 1)
    assert [difference(one) for one in result.incidents] == ["20 min later", *["would not have been told"] * 3]
    assert verdict(result) == (
        "4 alerts now, 1 with these rules; 1 of 4 incidents would have come later, by 20 min at most; "
        "3 of 4 incidents would not have been told, the longest of 5 min"
    )


def test_several_rules_can_be_changed_at_once(past: World) -> None:
    result = simulation(past, '7d nth=2 outcomes=failed quiet="02:00-03:00 UTC"')
    assert result.until - result.since == timedelta(days=7)
    assert (result.changed.new, result.changed.summaries) == (1, 0)


def test_what_ended_before_the_span_is_left_out(past: World) -> None:
    assert simulation(past, "90m nth=2").incident_count == 1


def test_a_file_is_compared_as_if_it_were_applied(past: World) -> None:
    wishes = [Wish("C2", rules=Rules(nth_failure=2)), Wish("C1", rules=Rules(nth_failure=4))]
    result = retold(past.desk.tools, timedelta(days=1), as_in_file(wishes))
    assert (result.present.new, result.changed.new) == (4, 2)
    assert retold(past.desk.tools, timedelta(days=1), as_in_file([])).changed == result.present


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("simulate", "By which rules?"),
        ("simulate 7d", "By which rules?"),
        ("simulate 32d nth=2", "how far back?"),
        ("simulate soon nth=2", "how far back?"),
        ("simulate nth=0", "accepted: a number from 1"),
        ("simulate patience=2", "'patience' is no rule"),
    ],
)
def test_what_is_not_understood_is_said(world: World, typed: str, problem: str) -> None:
    answer = world.ask(typed)
    assert isinstance(answer, Help)
    assert problem in (answer.problem or "")
    assert [command.usage.split()[0] for command in answer.commands] == ["simulate"]


def test_a_week_is_looked_back_unless_told_otherwise() -> None:
    assert read_simulation(["NTH=2"]) == (timedelta(days=7), {"nth_failure": "2"})


def test_a_rule_may_have_spaces() -> None:
    words = ["24h", "quiet=22:00-07:00", "Asia/Seoul", "outcomes=failed,", "canceled"]
    rules = {"quiet": "22:00-07:00 Asia/Seoul", "outcomes": "failed, canceled"}
    assert read_simulation(words) == (timedelta(days=1), rules)


def test_rules_are_changed_over_those_that_each_subscription_has() -> None:
    present = Subscription(1, "C1", rules=Rules(nth_failure=3))
    assert with_rules({"wait": "10m"})([present])[0].rules == Rules(nth_failure=3, wait_for=timedelta(minutes=10))
    with pytest.raises(NotUnderstood):
        with_rules({"wait": "soon"})
