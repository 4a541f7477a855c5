"""Gets the answer to a call, trying again what may pass. Knows no operation, no payload, no socket."""

import logging
import time
from collections.abc import Callable
from functools import partial
from ssl import SSLCertVerificationError
from threading import Event

from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, stop_before_delay
from tenacity.wait import wait_random_exponential
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError, ProxyError, SSLError

from bot.dataflow.exchange import NETWORK_ERRORS, Call, ClientOptions, Exchange
from bot.dataflow.pace import Pace
from bot.dataflow.server_clock import ServerClock
from bot.dataflow.signing import AccessKey
from bot.errors import ApiFailed, ApiOutcomeUnknown, ApiRefused, ApiThrottled, ApiUnreachable

logger = logging.getLogger(__name__)


class Transport:
    """Safe to share between threads. `sleep` takes seconds; the default wakes early when the transport is closed."""

    def __init__(
        self,
        base_url: str,
        keys: AccessKey,
        server_clock: ServerClock,
        options: ClientOptions,
        sleep: Callable[[float], object] | None = None,
    ) -> None:
        self._options = options
        self._stopping = Event()
        self._sleep = sleep or self._stopping.wait
        self._exchange = Exchange(base_url, keys, server_clock, options, self._stopping)
        self._pace = Pace(options.requests_per_second, self._stopping)
        self._backoff = wait_random_exponential(multiplier=options.backoff_base, max=options.backoff_max)

    def close(self) -> None:
        """Whoever sleeps or reads, in any thread, gets ApiUnreachable."""
        self._stopping.set()
        self._exchange.close()

    def fetch(self, call: Call) -> bytes:
        """The body of the 2xx answer.

        1. Wait for a turn, then sign and send, both anew at each attempt.
        2. After a failure that may pass, pause: back-off with full jitter, or as long as the answer asked for.
        3. Give up after the last attempt, or when the pause would outlast the total time-out.
        """
        self._pace.wait()
        deadline = time.monotonic() + self._options.total_timeout
        try:
            return self._attempt(call, deadline)
        except (ApiUnreachable, ApiRefused) as error:
            failure = error
        try:
            return self._try_again(call, deadline, failure)
        except (ApiUnreachable, ApiFailed) as error:
            if call.is_read or not _may_have_been_carried_out(error):
                raise
            raise ApiOutcomeUnknown(f"{call} may or may not have been carried out: {error}") from error

    def _try_again(self, call: Call, deadline: float, failure: Exception) -> bytes:
        """The attempts from the second on. tenacity is told of the first as if it had made it: those that succeed at
        once, as most do, would cost a fifth more through it."""
        had_already = [failure]

        def attempt() -> bytes:
            if had_already:
                raise had_already.pop()
            return self._attempt(call, deadline)

        retrying = Retrying(
            retry=retry_if_exception(partial(_may_pass, call)),
            stop=stop_after_attempt(self._options.attempts) | stop_before_delay(deadline - time.monotonic()),
            wait=self._pause_for,
            sleep=self._pause,
            before_sleep=partial(_log_retry, call),
            reraise=True,
        )
        return retrying(attempt)

    def _attempt(self, call: Call, deadline: float) -> bytes:
        try:
            body = self._exchange.attempt(call, deadline)
        except ApiThrottled as error:
            self._pace.slow_down(error.retry_after)
            raise
        self._pace.speed_up()
        return body

    def _pause_for(self, state: RetryCallState) -> float:
        error = _failure(state)
        asked_for = error.retry_after if isinstance(error, ApiRefused) else None
        return max(self._backoff(state), asked_for or 0.0)

    def _pause(self, seconds: float) -> None:
        """A repetition is a request like any other: its turn comes after the pause, if that is later."""
        self._sleep(max(seconds, self._pace.take_turn()))


def _may_pass(call: Call, error: BaseException) -> bool:
    """Whether to ask again. Nothing makes a write idempotent: it is repeated only if it surely was not carried out."""
    if isinstance(error, ApiThrottled) or _was_never_sent(error):
        return True
    has_network_trouble = isinstance(error, ApiUnreachable) and isinstance(error.__cause__, NETWORK_ERRORS)
    return call.is_read and (has_network_trouble or isinstance(error, ApiFailed))


def _may_have_been_carried_out(error: ApiUnreachable | ApiFailed) -> bool:
    """An ApiUnreachable without a cause is our own: closed, or no time left, before anything was sent."""
    return isinstance(error, ApiFailed) or (error.__cause__ is not None and not _was_never_sent(error))


def _was_never_sent(error: BaseException) -> bool:
    """There was no connection to send anything on, to the API or to the proxy, or none that could be trusted."""
    cause = error.__cause__
    if isinstance(cause, SSLError):
        return isinstance(cause.args[0] if cause.args else None, SSLCertVerificationError)
    return isinstance(cause, NewConnectionError | ConnectTimeoutError | ProxyError)


def _log_retry(call: Call, state: RetryCallState) -> None:
    logger.info("Trying %s again in %.1f s: %s", call.operation, state.upcoming_sleep, _failure(state))


def _failure(state: RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome else None
