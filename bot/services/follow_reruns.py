"""Follows the runs that people asked for, from the request to the end, and tells of them where they were asked for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.core.delivery import Purpose, message_key
from bot.core.model import Execution
from bot.core.reruns import RerunNews, RerunState, started_by
from bot.services.boot import Boot
from bot.store import executions, outbox, reruns, workflows
from bot.store.engine import Database, Session
from bot.store.outbox import Draft
from bot.store.reruns import KnownRerun

LOOK_EVERY = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class FollowReruns:
    """The step that follows. What it looks at was read by the polls."""

    database: Database
    clock: Clock
    boot: Boot

    def step(self) -> bool:
        """Look at the open request that is due; returns whether there was one.

        One that never got its answer, because the process died or the API kept us waiting, is unknown from now on, and
        not sent again: if a run of it starts all the same, it is found like any other.
        """
        now = self.clock()
        with self.database.transaction() as session:
            rerun = reruns.due(session, now)
            if rerun is None:
                return False
            moved = _moved(session, rerun)
            if moved is None:
                reruns.look_again(session, rerun.key, now + LOOK_EVERY)
            else:
                reruns.move(session, rerun.key, moved.state, now, moved.found)
                tell_of(session, moved, now, self.boot)
        return True


def tell_of(session: Session, rerun: KnownRerun, now: datetime, boot: Boot | None = None) -> None:
    """Queue the news of its state, once; nothing where nobody is to be told. With `boot`, an earlier process may have
    told it already."""
    if rerun.channel is None:
        return
    moment = rerun.requested_at
    draft = Draft(
        key=message_key(rerun.channel, Purpose.RERUN, rerun.workflow_id, moment.isoformat(), rerun.state),
        channel=rerun.channel,
        facts=RerunNews(
            workflow_id=rerun.workflow_id,
            workflow_name=rerun.workflow_name,
            by=rerun.requested_by,
            requested_at=moment,
            state=rerun.state,
            runs=tuple(_runs(session, rerun)),
        ),
        about_at=moment,
        unclear_until=boot.unclear_until if boot and moment <= boot.at else None,
        stream=f"rerun {rerun.key}",
        reply_to=rerun.reply_to,
    )
    outbox.add(session, draft, now)


def _moved(session: Session, rerun: KnownRerun) -> KnownRerun | None:
    """As far as it has come; None when there is no news."""
    match rerun.state:
        case RerunState.REQUESTED:
            return replace(rerun, state=RerunState.UNKNOWN)
        case RerunState.ACCEPTED | RerunState.UNKNOWN:
            return _found(session, rerun)
        case RerunState.FOUND if _is_over(session, rerun):
            return replace(rerun, state=RerunState.ENDED)
    return None


def _found(session: Session, rerun: KnownRerun) -> KnownRerun | None:
    """With its executions; without any, only a poll after all that time says that none came of it."""
    later = reruns.unknown_before(session, rerun)
    started = started_by(rerun.created_from, [run for _, run in later])
    if started:
        found = tuple(key for key, run in later if run in started)
        return replace(rerun, state=RerunState.FOUND, found=found)
    polled_at = workflows.polled_at(session, rerun.workflow_id)
    return replace(rerun, state=RerunState.MISSING) if polled_at and polled_at >= rerun.wait_until else None


def _is_over(session: Session, rerun: KnownRerun) -> bool:
    """Each of its executions has ended, or is no longer to be found."""
    still_running = sum(not run.is_ended for run in _runs(session, rerun))
    return still_running <= reruns.lost(session, rerun.found)


def _runs(session: Session, rerun: KnownRerun) -> Sequence[Execution]:
    by_key = executions.by_key(session, rerun.found)
    return [by_key[key] for key in rerun.found if key in by_key]
