"""Lets a person do something or not, and writes changes, and refusals of changes, into the log."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.core.audit_log import LogEntry, LogVerdict, State
from bot.core.people import Roster
from bot.core.permissions import MATRIX, Action, Reason, judge
from bot.core.rate import RateLimit
from bot.services.requests import FROM_TERMINAL, Request
from bot.store import audit_log
from bot.store.engine import Database, Session


@dataclass(frozen=True, slots=True)
class Permit:
    """Somebody may do this, now. What changes something hands it to `record`, within its transaction."""

    request: Request
    action: Action
    target: str
    at: datetime


def at_terminal(action: Action, at: datetime) -> Permit:
    """Whoever uses the command line may do anything. What it is done to is known once it has been understood."""
    return Permit(FROM_TERMINAL, action, "", at)


@dataclass(frozen=True, slots=True)
class Refused:
    """An answer: somebody may not, and why. `wait` is how long, when it was too often."""

    request: Request
    action: Action
    reason: Reason
    wait: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Authority:
    database: Database
    clock: Clock
    roster: Roster
    rate: RateLimit = field(default_factory=RateLimit)

    def check(self, request: Request, action: Action, target: str = "") -> Permit | Refused:
        """Ask once for each thing that somebody does, after Slack's ack and before anything is done.

        1. Not too often, whatever it is. Of refusals in a row the first is logged: a flood must not fill the log.
        2. Not what the table does not allow. Every refusal of a change is logged.
        """
        now = self.clock()
        wait = self.rate.take(request.asker.person, now)
        if wait is not None:
            refused = Refused(request, action, Reason.TOO_OFTEN, wait.until - now)
            return self._refuse(refused, target, now) if wait.is_first else refused
        asker, kind = request.asker, request.channel_kind
        permission = judge(action, asker.role, kind, self.roster.is_anybody_configured)
        if permission.is_allowed:
            return Permit(request, action, target, now)
        is_unsure = permission.reason is Reason.NOT_OPERATOR and asker.doubt
        reason = Reason.UNVERIFIED if is_unsure else permission.reason
        return self._refuse(Refused(request, action, reason), target, now)

    def _refuse(self, refused: Refused, target: str, now: datetime) -> Refused:
        if MATRIX[refused.action].is_change:
            with self.database.transaction() as session:
                entry = LogEntry(
                    at=now,
                    person=refused.request.asker.person,
                    called=refused.request.called,
                    channel_id=refused.request.channel_id,
                    action=refused.action,
                    target=target,
                    verdict=LogVerdict.REFUSED,
                    reason=refused.reason,
                )
                audit_log.append(session, entry)
        return refused


def record(session: Session, permit: Permit, before: State | None, after: State | None) -> None:
    """Log a change in the transaction that makes it: neither is ever there without the other."""
    entry = LogEntry(
        at=permit.at,
        person=permit.request.asker.person,
        called=permit.request.called,
        channel_id=permit.request.channel_id,
        action=permit.action,
        target=permit.target,
        verdict=LogVerdict.DONE,
        reason=Reason.MAY,
        before=before,
        after=after,
    )
    audit_log.append(session, entry)
