"""Replays a made-up night through the real services, in virtual time, and counts what a channel hears of it.

Run it with `python -m benchmarks.night`; `--seed` makes up another night.
"""

import argparse
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.made_up_night import BEGINS_AT, Night, make_up
from bot.core.catch_up import stale_after
from bot.core.delivery import DeliveryTimes, Posted
from bot.core.digest import MessageRef
from bot.core.model import ExecutionStatus
from bot.core.transitions import Watch
from bot.services.deliver_outbox import DeliverOutbox
from bot.services.fold_alerts import FoldAlerts
from bot.services.ports import Found, Outgoing
from bot.services.record_observed import Reading, RecordingRules, record_observed
from bot.services.record_outcome import RecordOutcome
from bot.store import auditing, channels, migrate, subscriptions, watch, workflows
from bot.store.engine import Database
from bot.store.workflows import Listed

MINUTE = timedelta(minutes=1)
CHANNEL = "C1"


@dataclass(slots=True)
class VirtualClock:
    now: datetime = BEGINS_AT

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True, slots=True)
class CountingSlack:
    """Takes everything, and counts it."""

    heard: Counter[str] = field(default_factory=Counter)

    def send(self, message: Outgoing) -> Posted:
        kind = "edits" if message.edits else "replies" if message.thread else "new"
        self.heard[kind] += 1
        ref = message.edits or MessageRef(message.channel, f"{self.heard.total()}.0")
        return Posted(ref.channel, ref.ts)

    def read_back(self, channel: str, since: datetime, thread: MessageRef | None = None) -> Sequence[Found]:  # noqa: ARG002
        return ()

    def delete(self, ref: MessageRef) -> bool:  # noqa: ARG002
        return True


def replay(night: Night, database: Database) -> Counter[str]:
    """See each run half a minute after its end and deliver what is queued; returns what the channel heard."""
    clock, slack, times = VirtualClock(), CountingSlack(), DeliveryTimes(pace=timedelta())
    with database.transaction() as session:
        watch.ensure(session, clock())
        channels.ensure_workspace(session, clock())
        subscriptions.follow_settings(session, [CHANNEL], clock())
        listed = Listed(night.workflows, {workflow.workflow_id for workflow in night.workflows}, is_complete=True)
        workflows.record_listing(session, listed, clock(), clock())
        keys = auditing.watched_workflows(session)
    watched = {
        workflow.workflow_id: replace(workflow, watch=Watch(BEGINS_AT, is_first_look=False)) for workflow in keys
    }
    deliver = DeliverOutbox(database, slack, clock, times, FoldAlerts(stale_after(MINUTE)), RecordOutcome(times))
    for execution in night.executions:
        clock.now = max(clock.now, (execution.ended_at or BEGINS_AT) + MINUTE / 2)
        with database.transaction() as session:
            reading = Reading(watched[execution.workflow_id], [execution])
            record_observed(session, [reading], clock.now, RecordingRules(MINUTE))
        while deliver.step():
            pass
    return slack.heard


def naive(night: Night) -> Counter[str]:
    """A message for each run that failed or was cancelled, as a bot without memory posts them."""
    return Counter(new=sum(execution.status is not ExecutionStatus.COMPLETED for execution in night.executions))


def table(night: Night, rows: Sequence[tuple[str, Counter[str]]]) -> str:
    """What was heard, in all and per break."""
    kinds = ("new", "replies", "edits")
    lines = [
        f"{len(night.executions)} executions, {night.breaks} incidents, {naive(night)['new']} runs failed or cancelled",
        "",
        f"| {'':<22} | " + " | ".join(f"{kind:>7} | {'each':>5}" for kind in kinds) + " |",
        "|" + "|".join(["-" * 24, *["-" * 9, "-" * 7] * len(kinds)]) + "|",
    ]
    for name, heard in rows:
        cells = (f"{heard[kind]:>7} | {heard[kind] / night.breaks:>5.2f}" for kind in kinds)
        lines.append(f"| {name:<22} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=7)
    night = make_up(parser.parse_args().seed)
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'night.db'}")
        migrate.upgrade(database)
        heard = replay(night, database)
        database.close()
    print(table(night, [("one message per run", naive(night)), ("living cards (default)", heard)]))


if __name__ == "__main__":
    main()
