"""Paging buttons: a query for runs as a button's value, and back. The value comes from outside: it is checked."""

import json
from typing import Annotated

import msgspec

from bot import typed_json
from bot.core.model import ExecutionStatus
from bot.language import _
from bot.services.answers import RunsPage, RunsQuery
from bot.slack.blocks.elements import BUTTON_VALUE_LIMIT, Block, actions, button

NEWER = "runs_page:newer"
OLDER = "runs_page:older"


class _Value(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    """As an array: short, and without names that a later version would have to keep."""

    workflow_id: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    status: ExecutionStatus | None
    count: Annotated[int, msgspec.Meta(ge=1, le=100)]
    skip: Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000)]


def encode(query: RunsQuery) -> str:
    return json.dumps([query.workflow_id, query.status, query.count, query.skip], separators=(",", ":"))


def decode(value: str) -> RunsQuery | None:
    """The query; None when this is not a value that `encode` made, say a button of an older version."""
    try:
        found = typed_json.decode(value, _Value)
    except (msgspec.MsgspecError, UnicodeEncodeError):
        return None
    return RunsQuery(found.workflow_id, found.status, found.count, found.skip)


def page_buttons(page: RunsPage) -> list[Block]:
    """The row of buttons, or nothing when there is no other page."""
    pages = (
        (_("◀ Newer"), NEWER, page.newer, _("Show the page before")),
        (_("Older ▶"), OLDER, page.older, _("Show the next page")),
    )
    values = [(label, action_id, encode(query), spoken) for label, action_id, query, spoken in pages if query]
    buttons = [button(*one) for one in values if len(one[2]) <= BUTTON_VALUE_LIMIT]
    return [actions(buttons)] if buttons else []
