"""A Data Flow service to run against: the documented API over HTTP, with an account behind it that tests script.

Facts come from the API guide (api.ncloud-docs.com, Data Flow); what the guide leaves open is a `Dialect` to choose.
"""

from bot.demo.dataflow_server.account import Account
from bot.demo.dataflow_server.model import Execution, Interval, Recurrence, Status, TriggerKind, Workflow
from bot.demo.dataflow_server.rendering import ABSENT, DateStyle, Dialect, Order
from bot.demo.dataflow_server.server import DataFlowServer, SeenRequest

__all__ = [
    "ABSENT",
    "Account",
    "DataFlowServer",
    "DateStyle",
    "Dialect",
    "Execution",
    "Interval",
    "Order",
    "Recurrence",
    "SeenRequest",
    "Status",
    "TriggerKind",
    "Workflow",
]
