"""The one row about this database's watch: since when it watches, and how the Data Flow API does."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.store.leases import Claim, claim_due, finish
from bot.store.tables import WatchRow
from bot.store.upsert import insert_if_absent

_ONLY = 1


@dataclass(frozen=True, slots=True)
class ApiHealth:
    """When the API last answered, and its last error unless it has answered since."""

    answered_at: datetime | None
    error: str | None


def ensure(session: Session, now: datetime) -> None:
    """Begin to watch, unless this database already does."""
    session.execute(
        insert_if_absent(session, WatchRow).values(
            id=_ONLY, since=now, due_at=now, is_settled=False, triggers_due_at=now
        )
    )


def since(session: Session) -> datetime:
    """Since when this bot watches, in this database or in one that it lost."""
    return session.execute(select(WatchRow.since)).scalar_one()


def is_settled(session: Session) -> bool:
    """Whether Slack was asked for the traces of an earlier watch; nothing is polled before."""
    return session.execute(select(WatchRow.is_settled)).scalar_one()


def settle(session: Session, since: datetime) -> None:
    """This is since when we watch."""
    session.execute(update(WatchRow).values(since=since, is_settled=True))


def claim_listing(session: Session, now: datetime, lease_for: timedelta) -> Claim | None:
    """Take the listing of workflows, when it is due."""
    return claim_due(session, WatchRow, now, lease_for, WatchRow.is_settled.is_(True))


def finish_listing(session: Session, claim: Claim, due_at: datetime) -> bool:
    """Give it back, due again later; False when the claim had run out."""
    return finish(session, WatchRow, claim, due_at=due_at)


def note_listing(session: Session, asked_at: datetime) -> None:
    """The list of workflows is as it was then."""
    session.execute(update(WatchRow).values(listed_before_at=WatchRow.listed_at, listed_at=asked_at))


def last_listings(session: Session) -> tuple[datetime | None, datetime | None]:
    """When the last list of workflows was asked for, and the one before it."""
    row = session.execute(select(WatchRow.listed_at, WatchRow.listed_before_at)).one()
    return row.listed_at, row.listed_before_at


def note_answer(session: Session, now: datetime) -> None:
    """The API gave what it was asked for."""
    session.execute(update(WatchRow).values(api_answered_at=now, api_failed_at=None, api_error=None))


def note_failure(session: Session, error: str, now: datetime) -> None:
    """The API did not. The time of the first failure in a row is kept."""
    session.execute(update(WatchRow).where(WatchRow.api_failed_at.is_(None)).values(api_failed_at=now))
    session.execute(update(WatchRow).values(api_error=error))


def api_health(session: Session) -> ApiHealth:
    """How the API does, as far as we have asked."""
    row = session.execute(select(WatchRow.api_answered_at, WatchRow.api_error)).one_or_none()
    return ApiHealth(row.api_answered_at, row.api_error) if row else ApiHealth(None, None)


def make_listing_due(session: Session, now: datetime) -> None:
    """List workflows now, whatever the schedule says."""
    session.execute(update(WatchRow).values(due_at=now))
