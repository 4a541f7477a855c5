"""What it adds to a run that the bot watched it live: its steps, what was decided on its end for two subscriptions, and
of failures the incident, the card and its messages."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, bindparam, insert, select, update

from bot.core.alerting import Alert, Reason, Verdict
from bot.core.delivery import DeliveryState, Purpose
from bot.core.incidents import Incident, advance
from bot.core.model import Execution, ExecutionStatus, Job, Trigger, Workflow
from bot.core.retry import Form
from bot.services.tell import alert_key
from bot.store import facts
from bot.store.message_tables import CardRow, DecisionRow, IncidentRow, OutboxRow
from bot.store.tables import ExecutionRow
from bot.store.types import code_of

CHANNELS = ("C0ALERTS", "C0ORDERS")
"""The first hears of everything, the second of every fourth workflow."""
LATE = timedelta(seconds=15)
"""From what happened to when it was seen."""
BASE_TS = 1_772_413_200
CODES = {status: code_of(status) for status in ExecutionStatus}

Values = dict[str, Any]

# The plus keeps SQLite from reading all that was watched so far by the index on its end.
_STEPS = f"""
INSERT INTO transitions (id, execution_key, from_status, to_status, happened_at, seen_at)
SELECT 2 * id - 1, id, NULL, {CODES[ExecutionStatus.RUNNING]}, started_at, started_at + :late
FROM executions WHERE id > :last AND +ended_at > :live
UNION ALL
SELECT 2 * id, id, {CODES[ExecutionStatus.RUNNING]}, status, ended_at, ended_at + :late
FROM executions WHERE id > :last AND +ended_at > :live
ORDER BY 1
"""  # noqa: S608 - of numbers of our own

_DECISIONS = """
INSERT INTO decisions (transition_key, subscription_key, decided_at, verdict, reason)
SELECT 2 * id, number, ended_at + :late, :silent, iif(number = 1 OR workflow_key % 4 = 1, :unwanted, :uncovered)
FROM executions, (SELECT 1 AS number UNION ALL SELECT 2)
WHERE id > :last AND +ended_at > :live AND id NOT IN (SELECT id FROM temp.told)
ORDER BY id
"""


class Watched:
    """The lists have workflows, jobs and triggers by their rows, from 1 on. A step's row is twice its execution's."""

    def __init__(self, workflows: Sequence[Workflow], jobs: Sequence[Job], triggers: Sequence[Trigger]) -> None:
        self._workflows = workflows
        self._jobs = jobs
        self._triggers = triggers
        self._incident = self._outbox = self._card = 0
        self._open: dict[int, dict[int, Incident]] = {}

    def tell(self, connection: Connection, last: int, live: int) -> None:
        """Executions with a row after `last` that ended after `live`."""
        late = LATE // timedelta(milliseconds=1)
        connection.exec_driver_sql(_STEPS, {"last": last, "live": live, "late": late})
        self._changed: dict[int, Values] = {}
        self._messages: list[Values] = []
        self._cards: list[Values] = []
        before = self._incident
        decided = self._bad_ends(connection, last, live)
        for table, values in (
            (IncidentRow, [self._changed[key] for key in sorted(self._changed) if key > before]),
            (OutboxRow, self._messages),
            (CardRow, self._cards),
            (DecisionRow, decided),
        ):
            if values:
                connection.execute(insert(table), values)
        older = [{"row": key, **self._changed[key]} for key in sorted(self._changed) if key <= before]
        if older:
            changed = update(IncidentRow.__table__).where(IncidentRow.id == bindparam("row"))  # type: ignore[arg-type]
            connection.execute(changed, older)
        connection.exec_driver_sql("CREATE TEMP TABLE IF NOT EXISTS told (id INTEGER PRIMARY KEY)")
        connection.exec_driver_sql("DELETE FROM temp.told")
        told = [(key,) for key in {one["transition_key"] // 2 for one in decided}]
        if told:
            connection.exec_driver_sql("INSERT INTO temp.told VALUES (?)", told)
        words = {"silent": Verdict.SILENT.value, "unwanted": Reason.OUTCOME_NOT_WANTED.name}
        moments = {"last": last, "live": live, "late": late}
        uncovered = Reason.WORKFLOW_NOT_WANTED.name
        connection.exec_driver_sql(_DECISIONS, {**moments, **words, "uncovered": uncovered})

    def _bad_ends(self, connection: Connection, last: int, live: int) -> list[Values]:
        """The decisions on failures, and on whatever happens to the incidents that they open."""
        rows = connection.execute(
            select(ExecutionRow.__table__)
            .where(ExecutionRow.id > last, ExecutionRow.is_ended)
            .order_by(ExecutionRow.id)
        )
        decided = []
        since = datetime.fromtimestamp(live / 1000, UTC)
        for row in rows:
            if row.ended_at <= since:
                continue
            if row.status is ExecutionStatus.FAILED or self._open.get(row.workflow_key):
                decided += self._decide(row)
        return decided

    def _decide(self, row: Row[*tuple[Any, ...]]) -> list[Values]:
        is_covered = row.workflow_key % 4 == 1
        incident_key, messages = self._advance(row, CHANNELS if is_covered else CHANNELS[:1])
        decisions = []
        for number, channel in enumerate(CHANNELS, 1):
            silent = Reason.OUTCOME_NOT_WANTED if number == 1 or is_covered else Reason.WORKFLOW_NOT_WANTED
            told = messages.get(channel)
            decisions.append(
                {
                    "transition_key": 2 * row.id,
                    "subscription_key": number,
                    "decided_at": row.ended_at + LATE,
                    "verdict": Verdict.TELL if told else Verdict.SILENT,
                    "reason": (Reason.FAILED if told else silent).name,
                    "incident_key": incident_key,
                    "outbox_key": told,
                }
            )
        return decisions

    def _advance(self, row: Row[*tuple[Any, ...]], covering: Sequence[str]) -> tuple[int | None, dict[str, int]]:
        execution, open_ones = self._execution(row), self._open.setdefault(row.workflow_key, {})
        change = advance(list(open_ones.values()), execution, row.ended_at)
        if change.incident is None:
            return None, {}
        is_new = change.before is None
        if is_new:
            self._incident += 1
            key = self._incident
        else:
            key = next(key for key, incident in open_ones.items() if incident == change.before)
        open_ones[key] = change.incident
        self._changed[key] = _values(key, row.workflow_key, change.incident)
        if not change.incident.is_open:
            del open_ones[key]
        if execution.status is not ExecutionStatus.FAILED:
            return key, {}
        name = self._workflows[row.workflow_key - 1].name
        alert = Alert(name, execution, row.ended_at + LATE, incident=change.incident)
        return key, {channel: self._message(alert, channel, key if is_new else None) for channel in covering}

    def _message(self, alert: Alert, channel: str, card_of: int | None) -> int:
        self._outbox += 1
        self._messages.append(
            {
                "id": self._outbox,
                "key": alert_key(channel, alert.execution.job_execution_id, alert.execution.status),
                "purpose": Purpose.ALERT,
                "channel": channel,
                "facts": facts.encode(alert),
                "state": DeliveryState.SENT,
                "form": Form.BLOCKS,
                "attempts": 1,
                "token": 1,
                **dict.fromkeys(("created_at", "about_at", "due_at", "started_at", "closed_at"), alert.seen_at),
                "message_channel": channel,
                "message_ts": f"{BASE_TS}.{self._outbox:06}",
                "sent_to": channel,
            }
        )
        if card_of is not None:
            self._card += 1
            keys = {"incident_key": card_of, "subscription_key": CHANNELS.index(channel) + 1}
            self._cards.append({"id": self._card, "channel": channel, **keys, "outbox_key": self._outbox})
        return self._outbox

    def _execution(self, row: Row[*tuple[Any, ...]]) -> Execution:
        return Execution(
            row.job_execution_id,
            self._workflows[row.workflow_key - 1].workflow_id,
            self._jobs[row.job_key - 1],
            row.status,
            created_at=row.created_at,
            started_at=row.started_at,
            ended_at=row.ended_at,
            trigger=self._triggers[row.trigger_key - 1],
            executor_num=2,
        )


def _values(key: int, workflow_key: int, incident: Incident) -> Values:
    return {
        "id": key,
        "workflow_key": workflow_key,
        "opened_at": incident.opened_at,
        "closed_at": incident.closed_at,
        "snapshot": msgspec.json.encode(incident).decode(),
    }
