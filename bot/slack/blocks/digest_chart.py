"""The chart of a digest: how the runs of the last days ended, one bar for each outcome and day.

Slack draws it itself. A workspace that cannot show it yet refuses the message, which then goes without (retry.Form).
What it shows stands in words beside it.
"""

from collections.abc import Callable

from bot.core.digest import Counts, DayCounts, Digest
from bot.language import _
from bot.slack.blocks.elements import Block

LABEL = 20  # characters (Slack docs, data_visualization block)
TITLE = 50


def digest_chart(digest: Digest) -> Block | None:
    """None where there is nothing to see: no run in all those days, or digests from before there were charts."""
    if not any(day.counts.total for day in digest.days):
        return None
    labels = [f"{day.day:%m-%d}" for day in digest.days]
    series = [
        {"name": name[:LABEL], "data": _data(digest.days, labels, value)}
        for name, value in _outcomes()
        if name == _("Completed") or any(value(day.counts) for day in digest.days)
    ]
    return {
        "type": "data_visualization",
        "title": _("Runs by outcome")[:TITLE],
        "chart": {"type": "bar", "series": series, "axis_config": {"categories": labels}},
    }


def _outcomes() -> list[tuple[str, Callable[[Counts], int]]]:
    return [
        (_("Completed"), lambda counts: counts.completed),
        (_("Failed"), lambda counts: counts.failed),
        (_("Cancelled"), lambda counts: counts.canceled),
        (_("Other"), lambda counts: counts.other),
    ]


def _data(days: tuple[DayCounts, ...], labels: list[str], value: Callable[[Counts], int]) -> list[dict[str, str | int]]:
    return [{"label": label, "value": value(day.counts)} for label, day in zip(labels, days, strict=True)]
