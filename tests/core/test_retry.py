"""What follows a refusal: when the message is tried again, in which form, and what else has to wait."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.delivery import FailureClass, NotPosted
from bot.core.retry import (
    CHANNEL_PROBE,
    LONGEST_RATE_LIMIT,
    LONGEST_WAIT,
    TOKEN_PROBE,
    Form,
    GiveUp,
    NextStep,
    PostAnew,
    RetryAt,
    Scope,
    after_failure,
    back_off,
)
from tests.doubles import START

SECOND = timedelta(seconds=1)
NO_CHANCE = 1.0
"""Jitter at its upper end, for waits that are easy to read."""


@pytest.mark.parametrize(
    ("refused", "attempts", "form", "step"),
    [
        (
            NotPosted(FailureClass.TRANSIENT, "refused"),
            1,
            Form.BLOCKS,
            RetryAt(START + SECOND, Scope.CHANNEL, Form.BLOCKS),
        ),
        (
            NotPosted(FailureClass.TRANSIENT, "refused"),
            2,
            Form.TEXT,
            RetryAt(START + 2 * SECOND, Scope.CHANNEL, Form.TEXT),
        ),
        (
            NotPosted(FailureClass.TRANSIENT, "refused"),
            99,
            Form.BLOCKS,
            RetryAt(START + LONGEST_WAIT, Scope.CHANNEL, Form.BLOCKS),
        ),
        (
            NotPosted(FailureClass.RATE_LIMITED, "ratelimited", retry_after=17),
            1,
            Form.BLOCKS,
            RetryAt(START + 17 * SECOND, Scope.CHANNEL, Form.BLOCKS),
        ),
        (
            NotPosted(FailureClass.RATE_LIMITED, "ratelimited"),
            99,
            Form.BLOCKS,
            RetryAt(START + LONGEST_RATE_LIMIT, Scope.CHANNEL, Form.BLOCKS),
        ),
        (
            NotPosted(FailureClass.TOKEN, "token_revoked"),
            1,
            Form.BLOCKS,
            RetryAt(START + TOKEN_PROBE, Scope.WORKSPACE, Form.BLOCKS),
        ),
        (
            NotPosted(FailureClass.CHANNEL, "is_archived"),
            1,
            Form.BLOCKS,
            RetryAt(START + CHANNEL_PROBE, Scope.CHANNEL, Form.BLOCKS),
        ),
        (NotPosted(FailureClass.MESSAGE, "invalid_blocks"), 1, Form.BLOCKS, RetryAt(START, Scope.MESSAGE, Form.TEXT)),
        (NotPosted(FailureClass.MESSAGE, "msg_too_long"), 2, Form.TEXT, RetryAt(START, Scope.MESSAGE, Form.LINE)),
        (NotPosted(FailureClass.MESSAGE, "no_text"), 3, Form.LINE, GiveUp("no_text")),
        (NotPosted(FailureClass.EDIT, "message_not_found"), 1, Form.BLOCKS, PostAnew()),
    ],
)
def test_each_class_of_failure_has_its_cure(refused: NotPosted, attempts: int, form: Form, step: NextStep) -> None:
    assert after_failure(refused, attempts, form, START, jitter=NO_CHANCE) == step


@pytest.mark.parametrize("failure", FailureClass)
def test_no_failure_is_tried_again_before_now(failure: FailureClass) -> None:
    step = after_failure(NotPosted(failure, "error", retry_after=0), 1, Form.BLOCKS, START, jitter=0.0)
    assert not isinstance(step, RetryAt) or step.at >= START


@given(st.integers(1, 10_000), st.floats(0, 1, exclude_max=True), st.timedeltas(SECOND, timedelta(hours=1)))
def test_a_wait_is_half_certain_half_chance_and_never_above_its_limit(
    attempts: int, jitter: float, longest: timedelta
) -> None:
    whole = back_off(attempts, longest, NO_CHANCE)
    wait = back_off(attempts, longest, jitter)
    assert timedelta() < whole <= longest
    assert whole / 2 <= wait <= whole


def test_waits_double_up_to_their_limit() -> None:
    waits = [back_off(attempts, timedelta(minutes=5), NO_CHANCE) for attempts in range(1, 12)]
    assert waits[0] == SECOND
    assert all(later == min(2 * earlier, timedelta(minutes=5)) for earlier, later in pairwise(waits))


def test_every_form_has_a_plainer_one_down_to_the_line() -> None:
    assert [form.plainer for form in Form] == [Form.BLOCKS, Form.TEXT, Form.LINE, None]
