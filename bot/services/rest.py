"""Decides which workflows rest: of those whose last execution date can be believed, nothing is read until it moves.

A sweep reads them all the same, at a slower pace. What it finds that should have been announced is counted, and the
workflow is polled each time from then on.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.hints import Hint, judge, unannounced
from bot.core.transitions import Transition
from bot.store import resting, watch
from bot.store.engine import Session
from bot.store.resting import Settled, Standing

log = logging.getLogger(__name__)

_SPREAD = 0.618034
"""Multiples of the golden ratio fall evenly between 0 and 1, so that sweeps of many workflows do not come at once."""


@dataclass(frozen=True, slots=True)
class Rest:
    """Polls are `poll_every` while a workflow is awake, and at the latest `sweep_every` apart while it rests."""

    poll_every: timedelta
    sweep_every: timedelta

    @property
    def is_allowed(self) -> bool:
        return self.sweep_every > self.poll_every

    def settle(self, session: Session, polled: Mapping[int, Sequence[Transition]], now: datetime) -> None:
        """Decide it for workflows that were polled well, by key, with what had happened in them."""
        if not self.is_allowed or not polled:
            return
        listings = watch.last_listings(session)
        found = resting.standing(session, list(polled))
        decided = [self._decide(session, one, polled[one.key], listings, now) for one in found]
        resting.settle(session, decided)

    def _decide(
        self,
        session: Session,
        one: Standing,
        happened: Sequence[Transition],
        listings: tuple[datetime | None, datetime | None],
        now: datetime,
    ) -> Settled:
        awake = Settled(one.key, one.hint, None, now + self.poll_every)
        if one.hint is Hint.WRONG:
            return awake
        if missed := self._missed(one, happened, listings):
            log.warning("workflow %d had %d runs that its last execution date did not announce", one.key, missed)
            return Settled(one.key, Hint.WRONG, None, awake.due_at, missed)
        is_as_before = one.rests_on is not None and one.rests_on == one.last_execution_at and not happened
        hint = one.hint if is_as_before else judge(one.last_execution_at, resting.newest_run(session, one.key))
        if one.is_busy or not hint.is_believed:
            return Settled(one.key, hint, None, awake.due_at)
        return Settled(one.key, hint, one.last_execution_at, now + self.sweep_every * _share(one.key))

    def _missed(
        self,
        one: Standing,
        happened: Sequence[Transition],
        listings: tuple[datetime | None, datetime | None],
    ) -> int:
        """Runs that the last list that said nothing should have announced. It may be one interval behind."""
        last, before = listings
        silent_at = last if one.rests_on == one.last_execution_at else before
        if one.rests_on is None or silent_at is None:
            return 0
        return unannounced(one.hint, happened, silent_at - self.poll_every)


def _share(key: int) -> float:
    """Between a half and the whole."""
    return 0.5 + key * _SPREAD % 1 / 2
