"""Judges whether we can see: when the API could not be read for too long, and when all that was missed is made up."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum


@dataclass(frozen=True, slots=True)
class ApiView:
    """How the API answers: when it last did, and since when it has failed without an answer in between."""

    answered_at: datetime | None
    failed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Spell:
    """A time without sight that is not over; `seen_again_at` is when the API answered again."""

    since: datetime
    seen_again_at: datetime | None = None


class Sight(Enum):
    """What has become of our sight."""

    SAME = "nothing new"
    LOST = "the API could not be read for too long"
    BACK = "the API answers; what was missed is being read"
    LOST_AGAIN = "the API fell silent before that was done"
    MADE_UP = "what was missed has been read"


def look(view: ApiView, spell: Spell | None, behind: int, now: datetime, blind_after: timedelta) -> Sight:
    """What is new. `behind` counts the workflows that nobody has tried to read since the API answered again.

    One answer is sight: a workflow that alone cannot be read is that workflow's trouble, and `status` names it.
    """
    is_silent = view.failed_at is not None and now - view.failed_at >= blind_after
    if spell is None:
        return Sight.LOST if is_silent else Sight.SAME
    if spell.seen_again_at is None:
        has_answered = view.answered_at is not None and view.answered_at > spell.since
        return Sight.BACK if view.failed_at is None and has_answered else Sight.SAME
    if view.failed_at is not None:
        return Sight.LOST_AGAIN if is_silent else Sight.SAME
    return Sight.SAME if behind else Sight.MADE_UP


def blind_since(view: ApiView, now: datetime) -> datetime:
    """Since when we know nothing: the last answer, or the first failure where there never was one."""
    return view.answered_at or view.failed_at or now


@dataclass(frozen=True, slots=True)
class Blind:
    """The API cannot be read, or could not be: then `over_at` is when it answered again, `ended` how many runs ended
    unseen meanwhile, and `failed` how many of those failed. `reason` is empty where nothing answered at all."""

    since: datetime
    reason: str
    over_at: datetime | None = None
    ended: int = 0
    failed: int = 0
