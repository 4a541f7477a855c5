"""The Data Flow API: signs, asks, retries, pages, and turns JSON into core values.

Owns everything that is particular to that API. Keeps nothing, decides nothing about alerts, knows no Slack.
"""

from bot.dataflow.client import DataFlowClient
from bot.dataflow.exchange import ClientOptions
from bot.dataflow.model import (
    AcceptedRun,
    DailyCounts,
    ExecutionCounts,
    ExecutionListing,
    Skipped,
    StartCount,
    WorkflowListing,
)
from bot.dataflow.signing import AccessKey

__all__ = [
    "AcceptedRun",
    "AccessKey",
    "ClientOptions",
    "DailyCounts",
    "DataFlowClient",
    "ExecutionCounts",
    "ExecutionListing",
    "Skipped",
    "StartCount",
    "WorkflowListing",
]
