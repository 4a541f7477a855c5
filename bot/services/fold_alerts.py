"""Folds the alerts that piled up for a channel into one catch-up message with a thread."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256

from bot.core.catch_up import FEW, WaitingAlert, choose_to_fold, fold, page_of
from bot.core.delivery import Purpose, message_key
from bot.store import folding, outbox
from bot.store.engine import Session
from bot.store.outbox import Draft


@dataclass(frozen=True, slots=True)
class FoldAlerts:
    """`stale_after`: how long ago a run must have ended for its alert to be old news."""

    stale_after: timedelta

    def fold(self, session: Session, now: datetime) -> None:
        """Fold where it is crowded, within the caller's transaction: no alert is ever without a row that tells it.

        Not while a channel does not take messages: then nobody knows yet what there is to catch up with.
        """
        for channel in folding.crowded_channels(session, now, FEW):
            waiting = folding.waiting_alerts(session, channel)
            chosen = choose_to_fold(waiting, now, self.stale_after)
            if chosen:
                _fold(session, channel, chosen, now)


def _fold(session: Session, channel: str, chosen: Sequence[WaitingAlert], now: datetime) -> None:
    """Queue the message and the pages of its thread, and let each page carry its alerts.

    The keys follow from the alerts' own, so a lost database that folds the same alerts again makes the same ones, and
    finds in the channel what of it was posted.
    """
    message, pages = fold(chosen, partial(folding.is_broken, session))
    digest = sha256(",".join(sorted(alert.key for alert in chosen)).encode()).hexdigest()
    key = message_key(channel, Purpose.CATCH_UP, digest)
    parent = outbox.add(session, Draft(key, channel, message, about_at=message.first_at, unclear_until=now), now)
    for number, alerts in enumerate(pages, start=1):
        page_key = message_key(channel, Purpose.CATCH_UP_PAGE, digest, str(number))
        page = page_of(alerts, number, len(pages))
        draft = Draft(page_key, channel, page, about_at=message.first_at, unclear_until=now, reply_to=parent)
        carrier = outbox.add(session, draft, now)
        if carrier is not None:
            folding.fold_into(session, alerts, carrier, now)
