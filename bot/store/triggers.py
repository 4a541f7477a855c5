"""Triggers: what they are called, and the rules by which they start workflows."""

from collections.abc import Iterable
from datetime import datetime

import msgspec
from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from bot import typed_json
from bot.core.recurrence import Recurrence, ScheduledTrigger
from bot.store.tables import TriggerRow, WatchRow
from bot.store.upsert import insert_if_absent


def claim_reading(session: Session, now: datetime, next_at: datetime) -> bool:
    """Take the reading of triggers, when it is due; the next one is due then. Reading twice would do no harm."""
    claimed = session.execute(
        update(WatchRow)
        .where(WatchRow.triggers_due_at <= now, WatchRow.is_settled)
        .values(triggers_due_at=next_at)
        .returning(WatchRow.id)
    ).one_or_none()
    return claimed is not None


def record(session: Session, listed: Iterable[ScheduledTrigger], now: datetime) -> None:
    """Remember the rules; one that changed counts from now on. In order of id, so that two processes do not wait for
    each other. There may be thousands that are as they were: others wait for the transaction that writes."""
    known = {
        row.trigger_id: row.recurrence for row in session.execute(select(TriggerRow.trigger_id, TriggerRow.recurrence))
    }
    for trigger in sorted(listed, key=lambda one: one.trigger_id):
        rule = msgspec.json.encode(trigger.recurrence).decode() if trigger.recurrence else None
        if trigger.trigger_id in known and known[trigger.trigger_id] == rule:
            continue
        session.execute(insert_if_absent(session, TriggerRow).values(trigger_id=trigger.trigger_id, name=trigger.name))
        session.execute(
            update(TriggerRow)
            .where(TriggerRow.trigger_id == trigger.trigger_id, TriggerRow.recurrence.is_distinct_from(rule))
            .values(recurrence=rule, recurring_since=now)
        )


def recurrence_of(session: Session, trigger_id: str) -> tuple[Recurrence, datetime] | None:
    """The trigger's rule and since when it is known to hold; None where it has none that we know."""
    row = session.execute(_rules().where(TriggerRow.trigger_id == trigger_id)).one_or_none()
    return _known(row.recurrence, row.recurring_since) if row else None


def recurrences(session: Session) -> dict[str, tuple[Recurrence, datetime]]:
    """The same of all triggers that have one, by id."""
    rows = session.execute(_rules().where(TriggerRow.recurrence.is_not(None)))
    known = ((row.trigger_id, _known(row.recurrence, row.recurring_since)) for row in rows)
    return {trigger_id: rule for trigger_id, rule in known if rule}


def _rules() -> Select[str, str | None, datetime | None]:
    return select(TriggerRow.trigger_id, TriggerRow.recurrence, TriggerRow.recurring_since)


def _known(recurrence: str | None, since: datetime | None) -> tuple[Recurrence, datetime] | None:
    return (typed_json.decode(recurrence, Recurrence), since) if recurrence is not None and since is not None else None
