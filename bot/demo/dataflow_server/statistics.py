"""Statistics over the whole account, as the API counts them. Pure: executions in, answers out.

Source: API guide, getExecutionResult, getExecutionCount, getExecutionTimes. The zone of the two dates is undocumented;
like every bare date of the guide they are taken as Korean time.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.demo.dataflow_server.model import Execution, Status
from bot.demo.dataflow_server.rendering import KST

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Period:
    start: datetime
    end: datetime

    @classmethod
    def parse(cls, start: str, end: str) -> "Period":
        """Of two ISO 8601 dates without offset; ValueError when they are not, or run backwards."""
        period = cls(*(datetime.fromisoformat(text) for text in (start, end)))
        if period.start.tzinfo or period.end.tzinfo or period.start > period.end:
            raise ValueError(f"{start} to {end} is no period")
        return cls(period.start.replace(tzinfo=KST), period.end.replace(tzinfo=KST))

    def __contains__(self, moment: datetime) -> bool:
        return self.start <= moment <= self.end


def results(executions: Iterable[Execution], period: Period, now: datetime) -> dict[str, int]:
    """Totals by outcome. A canceled or unfinished run is in the total only."""
    statuses = Counter(execution.status(now) for execution in executions if execution.created_at in period)
    return {
        "totalCount": statuses.total(),
        "completedCount": statuses[Status.COMPLETED],
        "failedCount": statuses[Status.FAILED],
    }


def counts_by_day(executions: Iterable[Execution], period: Period) -> dict[str, Any]:
    """One entry a day, each from one second past midnight to the next midnight, as the guide's example has it."""
    days = Counter(
        execution.created_at.astimezone(KST).date() for execution in executions if execution.created_at in period
    )
    result = []
    midnight = period.start.replace(hour=0, minute=0, second=0, microsecond=0)
    while midnight <= period.end:
        result.append(
            {
                "totalCount": days[midnight.date()],
                "startDate": (midnight + timedelta(seconds=1)).replace(tzinfo=None).isoformat(),
                "endDate": (midnight + DAY).replace(tzinfo=None).isoformat(),
            }
        )
        midnight += DAY
    return {"result": result}


def starts_by_hour(executions: Iterable[Execution], period: Period) -> dict[str, Any]:
    """When executions started: `time` in milliseconds, `value` the number of starts."""
    hours = Counter(
        int(execution.created_at.timestamp() // HOUR.total_seconds())
        for execution in executions
        if execution.created_at in period
    )
    milliseconds = int(HOUR.total_seconds() * 1000)
    return {"result": [{"time": hour * milliseconds, "value": hours[hour]} for hour in sorted(hours)]}
