"""JSON as the API sends it: which fields are read, of which type, and how a page is taken apart when one is not.

Two ways to the same rows. The strict one decodes a whole page to structs at once, skipping what nobody uses. When
anything is off, the tolerant one parses the page generously and looks at it field by field. Builds no core value.
"""

import json
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec
from msgspec.structs import FieldInfo

from bot import typed_json
from bot.dataflow.fields import BadFieldError
from bot.errors import ApiMalformed


class Row(msgspec.Struct, rename="camel", gc=False):
    """Every field has a default: what is missing or of a wrong type is judged when a value is built from the row."""


class JobConditionRow(Row):
    timeout: int | None = None
    script_path: str | None = None
    log_path: str | None = None


class ExecutionRow(Row):
    job_execution_id: str | None = None
    job_id: str | None = None
    job_name: str | None = None
    job_condition: JobConditionRow | None = None
    status: str | None = None
    start_date: str | None = None
    end_date: str | None = None
    created_date: str | None = None
    trigger_id: str | None = None
    trigger_name: str | None = None
    waiting_time: int | None = None
    running_time: int | None = None
    executor_num: int | None = None


class NodeRow(Row):
    id: str | None = None
    type: str | None = None
    trigger_rule: str | None = None


class WorkflowRow(Row):
    workflow_id: str | None = None
    name: str | None = None
    trigger_rule_type: str | None = None
    is_temp: bool | str | None = None
    disabled: bool | str | None = None
    last_execution_date: str | None = None
    nodes: list[NodeRow] | None = None


class TriggerRuleRow(Row):
    """`interval` and what goes with it belong to a rule of type RECURRING."""

    type: str | None = None
    interval: str | None = None
    time: str | None = None
    day_of_week: list[str] | None = None
    date_of_month: int | None = None


class TriggerRow(Row):
    trigger_id: str | None = None
    name: str | None = None
    trigger_rule: TriggerRuleRow | None = None


class AcceptedRow(Row):
    workflow_id: str | None = None
    trigger_id: str | None = None
    status: str | None = None


class CountsRow(Row):
    total_count: int | None = None
    completed_count: int | None = None
    failed_count: int | None = None


class IntervalRow(Row):
    total_count: int | None = None
    start_date: str | None = None
    end_date: str | None = None


class StartsRow(Row):
    time: int | None = None
    value: int | None = None


R = TypeVar("R", bound=Row)


class _StrictPage(msgspec.Struct, Generic[R]):
    rows: list[R] = msgspec.field(name="list")
    limit: Any = None


@dataclass(frozen=True, slots=True)
class RowPage(Generic[R]):
    """`limit` as the API answered it, None when it is no number to page by."""

    rows: list[R | BadFieldError]
    limit: int | None


def decode_page(body: bytes, kind: type[R], what: str) -> RowPage[R]:
    try:
        page = typed_json.decode(body, _StrictPage[kind])  # type: ignore[valid-type]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        document = _generous_object(body, what)
        return RowPage(_generous_rows(_items(document, "list", what), kind), _limit(document.get("limit")))
    return RowPage(page.rows, _limit(page.limit))


class RawPage(msgspec.Struct):
    """A page whose rows are still JSON, each checked to be whole."""

    rows: list[msgspec.Raw] = msgspec.field(name="list")
    reported_limit: Any = msgspec.field(name="limit", default=None)

    @property
    def limit(self) -> int | None:
        return _limit(self.reported_limit)


def decode_raw_page(body: bytes) -> RawPage | None:
    """None for a page that only the tolerant way can read."""
    try:
        return typed_json.decode(body, RawPage)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def decode_row(row: msgspec.Raw, kind: type[R]) -> R | BadFieldError:
    try:
        return typed_json.decode(row, kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    try:
        item = _generous_json(bytes(row))
    except (ValueError, RecursionError):
        return BadFieldError("", "is not JSON")
    return _generous_row(item, kind, msgspec.structs.fields(kind))


def decode_items(body: bytes, kind: type[R], what: str) -> list[R]:
    """The `result` of a statistic: short, and of no use when a part is missing."""
    items = _items(_generous_object(body, what), "result", what)
    return [_good(row, what) for row in _generous_rows(items, kind)]


def decode_one(body: bytes, kind: type[R], what: str) -> R:
    [row] = _generous_rows([_generous_object(body, what)], kind)
    return _good(row, what)


def _good(row: R | BadFieldError, what: str) -> R:
    if isinstance(row, BadFieldError):
        raise ApiMalformed(f"{what}: {row.reason}")
    return row


def _generous_object(body: bytes, what: str) -> dict[str, Any]:
    """Not cut JSON, HTML or anything but an object."""
    try:
        document = _generous_json(body)
    except (ValueError, RecursionError) as error:
        raise ApiMalformed(f"{what}: the answer is not JSON: {str(error)[:80]}") from error
    if not isinstance(document, dict):
        raise ApiMalformed(f"{what}: the answer is {_kind_of(document)} instead of an object")
    return document


def _generous_json(text: bytes) -> Any:
    """Survives bad UTF-8, lone surrogates and endless integers."""
    return json.loads(text.decode("utf-8-sig", "replace"), parse_int=_bounded_int)


def _items(document: dict[str, Any], name: str, what: str) -> list[Any]:
    items = document.get(name)
    if not isinstance(items, list):
        raise ApiMalformed(f"{what}: `{name}` is {_kind_of(items)} instead of a list")
    return items


def _generous_rows(items: list[Any], kind: type[R]) -> list[R | BadFieldError]:
    fields = msgspec.structs.fields(kind)
    return [_generous_row(item, kind, fields) for item in items]


def _generous_row(item: Any, kind: type[R], fields: tuple[FieldInfo, ...]) -> R | BadFieldError:
    if not isinstance(item, dict):
        return BadFieldError("", f"is {_kind_of(item)} instead of an object")
    return kind(
        **{
            field.name: _generous_value(item[field.encode_name], field.type)
            for field in fields
            if field.encode_name in item
        }
    )


def _generous_value(value: Any, wanted: Any) -> Any:
    """The value as the wanted type, also from a number in a text; None when it cannot be read as that."""
    try:
        return msgspec.convert(value, wanted, strict=False)
    except (msgspec.ValidationError, UnicodeError):
        return None


def _limit(limit: Any) -> int | None:
    return limit if isinstance(limit, int) and not isinstance(limit, bool) and limit > 0 else None


def _bounded_int(digits: str) -> int | None:
    """Python refuses to parse integers of thousands of digits, which would lose the page."""
    return int(digits) if len(digits) <= 20 else None


def _kind_of(value: Any) -> str:
    return "missing" if value is None else type(value).__name__
