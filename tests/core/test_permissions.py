"""Who may do what: the whole table, line by line, and what holds of it whatever it says."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.permissions import MATRIX, Action, ChannelKind, Permission, Reason, Role, judge

READING = {
    Action.HELP,
    Action.HOME,
    Action.RUNS,
    Action.RUN,
    Action.WORKFLOWS,
    Action.STATUS,
    Action.DIGEST,
    Action.FAILURES,
    Action.HISTORY,
    Action.WHY,
    Action.SIMULATE,
    Action.AUDIT,
    Action.LIST,
    Action.SETTINGS,
    Action.MUTES,
    Action.LOG,
}
OWN = {Action.SUBSCRIBE_SELF, Action.UNSUBSCRIBE_SELF, Action.CHANGE_SETTINGS_SELF}
CHANGING = {
    Action.SUBSCRIBE,
    Action.UNSUBSCRIBE,
    Action.CHANGE_SETTINGS,
    Action.MUTE,
    Action.UNMUTE,
    Action.ACK,
    Action.UNACK,
    Action.RERUN,
    Action.TEST,
}
CASES = list(product(Action, Role, ChannelKind))


def expected(action: Action, role: Role, kind: ChannelKind) -> bool:
    """The rules in words, written apart from the table."""
    if action in READING:
        return True
    if role in (Role.OUTSIDER, Role.UNVERIFIED):
        return False
    if action in OWN:
        return kind is ChannelKind.DIRECT
    if action is Action.SHARE and kind is not ChannelKind.SHARED:
        return True
    return role in (Role.OPERATOR, Role.ADMIN)


def test_every_action_is_in_the_table_and_of_one_sort() -> None:
    assert set(MATRIX) == set(Action)
    assert READING | OWN | CHANGING | {Action.SHARE} == set(Action)


@pytest.mark.parametrize(("action", "role", "kind"), CASES)
def test_exactly_those_may_who_should(action: Action, role: Role, kind: ChannelKind) -> None:
    permission = judge(action, role, kind, is_anybody_configured=True)
    assert permission.is_allowed is expected(action, role, kind)
    assert (permission.reason is Reason.MAY) is permission.is_allowed


@pytest.mark.parametrize(("action", "kind"), list(product(sorted(CHANGING), ChannelKind)))
@pytest.mark.parametrize("role", [Role.UNVERIFIED, Role.READER])
def test_with_nobody_configured_changes_are_off_and_that_is_the_reason(
    action: Action, role: Role, kind: ChannelKind
) -> None:
    assert judge(action, role, kind, is_anybody_configured=False) == Permission(False, Reason.NOBODY_CONFIGURED)


@pytest.mark.parametrize(
    ("action", "role", "kind", "reason"),
    [
        (Action.MUTE, Role.OUTSIDER, ChannelKind.SHARED, Reason.OUTSIDER),
        (Action.MUTE, Role.UNVERIFIED, ChannelKind.CHANNEL, Reason.UNVERIFIED),
        (Action.MUTE, Role.READER, ChannelKind.DIRECT, Reason.NOT_OPERATOR),
        (Action.SHARE, Role.READER, ChannelKind.SHARED, Reason.NOT_OPERATOR),
        (Action.SUBSCRIBE_SELF, Role.ADMIN, ChannelKind.CHANNEL, Reason.NOT_HERE),
        (Action.SUBSCRIBE_SELF, Role.OUTSIDER, ChannelKind.DIRECT, Reason.OUTSIDER),
    ],
)
def test_the_reason_says_what_would_have_to_change(
    action: Action, role: Role, kind: ChannelKind, reason: Reason
) -> None:
    assert judge(action, role, kind, is_anybody_configured=True) == Permission(False, reason)


@given(st.sampled_from(Action), st.sampled_from(ChannelKind), st.booleans(), st.sampled_from(Role))
def test_a_higher_role_may_whatever_a_lower_one_may(
    action: Action, kind: ChannelKind, is_anybody_configured: bool, role: Role
) -> None:
    lower = judge(action, role, kind, is_anybody_configured).is_allowed
    higher = [judge(action, other, kind, is_anybody_configured).is_allowed for other in Role if other > role]
    assert not lower or all(higher)


@pytest.mark.parametrize("action", Action)
def test_what_not_everybody_may_counts_as_a_change(action: Action) -> None:
    assert MATRIX[action].is_change is (action not in READING)
