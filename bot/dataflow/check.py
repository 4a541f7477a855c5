"""Whether the keys and the API do, without changing anything."""

from collections.abc import Iterator, Sequence

from bot.core.findings import Finding, Verdict
from bot.core.model import Workflow
from bot.dataflow.client import DataFlowClient
from bot.errors import ApiNotFound, ApiUnauthorized, DataFlowError

_API = "Data Flow API"


def check_api(client: DataFlowClient, wanted: Sequence[str]) -> Iterator[Finding]:
    """Ask for the list of workflows, and for the executions of one: what the bot does all day."""
    try:
        listed = client.workflows().items
    except DataFlowError as error:
        yield Finding(_API, Verdict.WRONG, str(error), _advice(error))
        return
    yield Finding(_API, Verdict.OK, f"lists {len(listed)} workflows")
    yield _check_clock(client)
    yield from _check_wanted(listed, wanted)
    viewable = [workflow for workflow in listed if workflow.is_viewable]
    if viewable:
        yield _check_executions(client, viewable[0])
    if len(viewable) < len(listed):
        hidden = len(listed) - len(viewable)
        yield Finding(
            "rights", Verdict.WARNING, f"{hidden} workflows may not be viewed", "grant the sub-account their resources"
        )


def _check_clock(client: DataFlowClient) -> Finding:
    """The gateway refuses requests more than five minutes off; the client corrects for what it sees."""
    offset = client.clock_offset.total_seconds()
    if abs(offset) <= 60:
        return Finding("clock", Verdict.OK, "agrees with the API's")
    what = f"is {abs(offset):.0f} s {'behind' if offset > 0 else 'ahead of'} the API's"
    return Finding("clock", Verdict.WARNING, what, "let the machine synchronise its clock (NTP)")


def _check_wanted(listed: Sequence[Workflow], wanted: Sequence[str]) -> Iterator[Finding]:
    known = {workflow.workflow_id for workflow in listed} | {workflow.name for workflow in listed}
    for name in wanted:
        if name not in known:
            advice = "correct WORKFLOWS: ids and names as `dataflow-bot workflows` or the console show them"
            yield Finding("WORKFLOWS", Verdict.WRONG, f"no workflow has the id or name {name!r}", advice)


def _check_executions(client: DataFlowClient, workflow: Workflow) -> Finding:
    try:
        listing = client.executions(workflow.workflow_id)
    except DataFlowError as error:
        return Finding("executions", Verdict.WRONG, str(error), _advice(error))
    what = f"{len(listing.items)} of {workflow.name!r} can be read"
    if listing.skipped:
        return Finding(
            "executions", Verdict.WARNING, f"{what}, {len(listing.skipped)} not", f"report: {listing.skipped[0]}"
        )
    return Finding("executions", Verdict.OK, what)


def _advice(error: DataFlowError) -> str:
    match error:
        case ApiUnauthorized():
            return (
                "check NCP_ACCESS_KEY and NCP_SECRET_KEY, that the sub-account has the policy NCP_DATA_FLOW_VIEWER, "
                "and that this machine's clock is right to five minutes"
            )
        case ApiNotFound():
            return "check DATAFLOW_API_URL: the host only, without /api/v1"
    return "check DATAFLOW_API_URL and the way to it (DNS, proxy, firewall); try again if it is only down"
