"""Every error that this bot raises on purpose.

    BotError
    ├── SettingsError            a setting is missing or wrong; nothing can start
    ├── DatabaseAhead            the database was migrated by a newer version of the bot
    ├── SubscriptionsFileWrong   the file of subscriptions does not say what it should
    ├── DatabaseUnusable         the database cannot be opened, read or written
    ├── NotFound                 what a person asked for is not known
    └── DataFlowError            the Data Flow API did not give what it was asked for
        ├── ApiUnreachable       no usable answer: connection, time-out, oversized or cut body
        ├── ApiOutcomeUnknown    a write was sent and not answered: it may have been carried out
        ├── ApiRefused           an error answer; carries status, code, message and details
        │   ├── ApiThrottled     429: asked too often
        │   ├── ApiUnauthorized  401 or 403: keys, clock or rights
        │   ├── ApiNotFound      404: the id is wrong or gone
        │   └── ApiFailed        5xx: trouble on their side
        └── ApiMalformed         an answer that is not what the API guide describes

`is_retryable` says whether the same request may succeed later without anybody changing anything.
"""

from typing import ClassVar


class BotError(Exception):
    """Root of the tree. The message names the thing that failed and, where known, what to do next."""

    is_retryable: ClassVar[bool] = False


class SettingsError(BotError):
    """A setting is missing or wrong."""


class DatabaseAhead(BotError):
    """The schema is newer than this version of the bot."""


class SubscriptionsFileWrong(BotError):
    """The file of subscriptions is not right; each line names a place in it and what is accepted there."""


class DatabaseUnusable(BotError):
    """The database cannot be opened, read or written: locked, full, away, or no database at all."""

    is_retryable = True


class NotFound(BotError):
    """Nothing is known under the name or id that was asked for."""


class DataFlowError(BotError):
    """The Data Flow API did not give what it was asked for."""


class ApiUnreachable(DataFlowError):
    """No usable answer came back."""

    is_retryable = True


class ApiOutcomeUnknown(DataFlowError):
    """A write was sent, and nothing tells whether it was carried out: repeating it could do it twice."""


class ApiRefused(DataFlowError):
    """The API answered with an error.

    `code` is the gateway's `errorCode` or the service's `errorType`, as text; None when the body had neither.
    `retry_after` is in seconds, None when the answer did not say.
    """

    retry_after: float | None = None

    def __init__(
        self, what: str, status: int, *, code: str | None = None, message: str = "", details: str = ""
    ) -> None:
        self.status = status
        self.code = code
        self.message = message
        self.details = details
        known = " ".join(part for part in (code, message, details) if part)
        super().__init__(f"{what}: HTTP {status}" + (f" ({known})" if known else ""))


class ApiThrottled(ApiRefused):
    """429."""

    is_retryable = True


class ApiUnauthorized(ApiRefused):
    """401 or 403."""


class ApiNotFound(ApiRefused):
    """404."""


class ApiFailed(ApiRefused):
    """5xx."""

    is_retryable = True


class ApiMalformed(DataFlowError):
    """The answer is not what the API guide describes."""

    is_retryable = True
