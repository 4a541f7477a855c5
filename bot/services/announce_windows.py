"""Tells channels that a maintenance window has begun, once, and of its end by a change of the same message."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.clock import Clock
from bot.core.delivery import Purpose, message_key
from bot.core.rules import Subscription
from bot.core.silence import Silence, SilenceKind
from bot.core.telling import Maintenance
from bot.services.boot import Boot
from bot.services.silence_titles import title_of
from bot.store import cards, outbox, silences, subscriptions, windows, workflows
from bot.store.engine import Database, Session
from bot.store.outbox import Draft
from bot.store.windows import OpenWindow, Window


@dataclass(frozen=True, slots=True)
class AnnounceWindows:
    """The step that announces. A mute needs no message: whoever asks for one is answered what it holds back."""

    database: Database
    clock: Clock
    boot: Boot

    def step(self) -> bool:
        """Tell of one beginning or end; returns whether there was one.

        Looks in a snapshot first: most often there is nothing to tell, and nothing to wait for.
        """
        now = self.clock()
        with self.database.snapshot() as session:
            if not (_over(session, now) or _begun(session, now)):
                return False
        with self.database.transaction() as session:
            if over := _over(session, now):
                _close(session, *over, now)
            elif begun := _begun(session, now):
                self._open(session, *begun, now)
        return True

    def _open(self, session: Session, window: Window, silence: Silence, now: datetime) -> None:
        draft = Draft(
            key=message_key(window.channel, Purpose.MAINTENANCE, str(window.silence_id), window.until.isoformat()),
            channel=window.channel,
            facts=Maintenance(title_of(session, silence), window.since, window.until),
            about_at=window.since,
            unclear_until=self.boot.unclear_until if window.since < self.boot.at else None,
        )
        windows.add(session, window, outbox.put(session, draft, now))


def _begun(session: Session, now: datetime) -> tuple[Window, Silence] | None:
    """A window that is open and was not announced in one of the channels that hear less while it is."""
    active = [one for one in silences.in_force(session, now) if one.is_active(now)]
    subscribed = subscriptions.active(session) if active else ()
    for silence in active:
        if silence.kind is SilenceKind.MAINTENANCE:
            for channel in _affected(session, silence, subscribed, now):
                window = Window(silence.silence_id, channel, silence.start_of(now), silence.end_of(now))
                if not windows.is_known(session, window):
                    return window, silence
    return None


def _affected(session: Session, silence: Silence, subscribed: Sequence[Subscription], now: datetime) -> Iterator[str]:
    """Channels that would hear of what it covers. In quiet hours a channel would hear of nothing anyway, and is told
    when they end."""
    workflow_id = silence.workflow_id
    name = workflows.name_of(session, workflow_id) if workflow_id is not None else ""
    channels = {
        one.channel: None
        for one in subscribed
        if silence.channel in (None, one.channel)
        and (workflow_id is None or one.covers(workflow_id, name))
        and not (one.rules.quiet and one.rules.quiet.until(now))
    }
    yield from channels


def _over(session: Session, now: datetime) -> tuple[OpenWindow, Silence] | None:
    """One that was announced and is over, or in its next occurrence by now."""
    for opened in windows.open_ones(session):
        silence = silences.get(session, opened.window.silence_id)
        if silence and not (silence.is_active(now) and silence.end_of(now) == opened.window.until):
            return opened, silence
    return None


def _close(session: Session, opened: OpenWindow, silence: Silence, now: datetime) -> None:
    if not windows.close(session, opened.key, now):
        return
    window = opened.window
    facts = Maintenance(
        title_of(session, silence),
        window.since,
        window.until,
        over_at=min(silence.ends_at or window.until, window.until),
        held=windows.held_back(session, window),
    )
    if not cards.change_unsent(session, opened.outbox_key, facts):
        draft = Draft(
            key=message_key(window.channel, Purpose.MAINTENANCE, "over", str(opened.outbox_key)),
            channel=window.channel,
            facts=facts,
            about_at=window.until,
            stream=cards.stream_of(opened.outbox_key),
            edits=opened.outbox_key,
        )
        outbox.add(session, draft, now)
