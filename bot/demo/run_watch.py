"""Watches the demo's Data Flow account as the audience does: how runs change, and whether each bad one was told of."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from bot.demo.dataflow_server import Account, Execution, Status

BAD = (Status.FAILED, Status.CANCELED)


@dataclass(frozen=True, slots=True)
class Change:
    """A run of the named workflow went from one status to the next."""

    at: datetime
    workflow: str
    before: Status
    after: Status


class RunWatch:
    """The runs since a moment. What had been before is history."""

    def __init__(self, account: Account, since: datetime) -> None:
        self._account = account
        self._since = since
        self._known: dict[str, Status] = {}

    def count(self) -> int:
        return len(self._runs())

    def bad_ids(self, now: datetime) -> list[str]:
        """The executions that have failed or been cancelled by now."""
        return [run.execution_id for run in self._runs() if run.status(now) in BAD]

    def changes(self, now: datetime) -> list[Change]:
        """Since the last call, each as of when it happened, oldest first."""
        return sorted((change for run in self._runs() for change in self._changes(run, now)), key=lambda it: it.at)

    def _runs(self) -> list[Execution]:
        return [run for run in self._account.all_executions() if run.created_at >= self._since]

    def _changes(self, run: Execution, now: datetime) -> Iterator[Change]:
        """Also both changes of a run that started and ended since the last call."""
        known = self._known.get(run.execution_id, Status.READY)
        self._known[run.execution_id] = run.status(now)
        if known is Status.READY and run.starts_at is not None and run.has_started(now):
            yield self._change(run, run.starts_at, known, Status.RUNNING)
            known = Status.RUNNING
        if run.ends_at is not None and run.has_ended(now) and known is not run.outcome:
            yield self._change(run, run.ends_at, known, run.outcome)

    def _change(self, run: Execution, at: datetime, before: Status, after: Status) -> Change:
        workflow = self._account.workflow(run.workflow_id)
        return Change(at, workflow.name if workflow else run.workflow_id, before, after)


@dataclass(frozen=True, slots=True)
class Balance:
    """What happened against what was told: for each bad run, how many messages name its execution."""

    runs: int
    told: tuple[int, ...]

    @classmethod
    def of(cls, runs: int, bad_ids: Sequence[str], messages: Sequence[str]) -> Self:
        return cls(runs, tuple(sum(execution_id in text for text in messages) for execution_id in bad_ids))

    @property
    def alerts(self) -> int:
        return sum(self.told)

    @property
    def is_even(self) -> bool:
        return all(times == 1 for times in self.told)

    def __str__(self) -> str:
        bad = len(self.told)
        counts = f"{_number(self.runs, 'run')}, {bad} failed or cancelled, {_number(self.alerts, 'alert')}"
        if self.is_even:
            return f"{counts}, each once." if bad else f"{counts}."
        missing, repeated = self.told.count(0), sum(times > 1 for times in self.told)
        return f"{counts}: {missing} not told yet, {repeated} told more than once."


def _number(count: int, one: str) -> str:
    return f"{count} {one if count == 1 else one + 's'}"
