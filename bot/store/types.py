"""Column types that are the same on both databases."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy import BigInteger, Dialect, Enum, SmallInteger, TypeDecorator

from bot.core.model import ExecutionStatus

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_CODES = {
    ExecutionStatus.READY: 1,
    ExecutionStatus.RUNNING: 2,
    ExecutionStatus.COMPLETED: 3,
    ExecutionStatus.FAILED: 4,
    ExecutionStatus.CANCELED: 5,
    ExecutionStatus.UNKNOWN: 9,
}
_STATUSES = {code: status for status, code in _CODES.items()}


def code_of(status: ExecutionStatus) -> int:
    """What stands for it in the database, for a condition that has to be the same in every statement."""
    return _CODES[status]


class UtcTime(TypeDecorator[datetime]):
    """Aware times as milliseconds since 1970: six bytes a value in SQLite, sortable, and never naive."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone cannot be stored: {value!r}")
        return (value - _EPOCH) // _MILLISECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else _EPOCH + value * _MILLISECOND


class StatusCode(TypeDecorator[ExecutionStatus]):
    """An execution's status as one byte; there may be ten million of them."""

    impl = SmallInteger
    cache_ok = True

    def process_bind_param(self, value: ExecutionStatus | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        return None if value is None else _CODES[value]

    def process_result_value(self, value: int | None, dialect: Dialect) -> ExecutionStatus | None:  # noqa: ARG002
        return None if value is None else _STATUSES[value]


def words(members: type[StrEnum]) -> Enum:
    """A StrEnum stored by its value, as text, so that a query by hand can be read."""
    return Enum(members, native_enum=False, length=32, values_callable=lambda kinds: [kind.value for kind in kinds])
