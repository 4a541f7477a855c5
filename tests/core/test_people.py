"""Which role somebody has: nobody is taken for more than Slack and the settings both say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.people import Account, Person, Roster
from bot.core.permissions import Role

HOME, ELSEWHERE = "T0HOME", "T0ELSEWHERE"
FULL = Account(HOME, is_full=True)
ROSTER = Roster(operators=("U1OPERATOR",), admins=("U2ADMIN",), groups=("S1ONCALL", "S2DATA"))


@pytest.mark.parametrize(
    ("user", "groups", "role"),
    [
        ("U1OPERATOR", (), Role.OPERATOR),
        ("U2ADMIN", (), Role.ADMIN),
        ("U2ADMIN", ("S1ONCALL",), Role.ADMIN),
        ("U3SOMEBODY", (), Role.READER),
        ("U3SOMEBODY", ("S2DATA",), Role.OPERATOR),
        ("U3SOMEBODY", ("S9LUNCH",), Role.READER),
        ("u1operator", (), Role.READER),
    ],
)
def test_the_settings_give_a_full_member_their_role(user: str, groups: tuple[str, ...], role: Role) -> None:
    assert ROSTER.role(Person(HOME, user), HOME, FULL, groups) is role


EVERYBODY = st.sampled_from(["U1OPERATOR", "U2ADMIN", "U3SOMEBODY"])
GROUPS = st.sets(st.sampled_from(["S1ONCALL", "S2DATA", "S9LUNCH"]))


@given(EVERYBODY, GROUPS, st.sampled_from([None, FULL, Account(ELSEWHERE, is_full=True)]))
def test_the_same_user_id_of_another_workspace_is_somebody_else(
    user: str, groups: set[str], account: Account | None
) -> None:
    assert ROSTER.role(Person(ELSEWHERE, user), HOME, account, groups) is Role.OUTSIDER
    assert ROSTER.role(Person("", user), HOME, account, groups) is Role.OUTSIDER


@given(EVERYBODY, GROUPS, st.sampled_from([Account(HOME, is_full=False), Account(ELSEWHERE, is_full=True)]))
def test_no_setting_makes_more_of_a_guest_or_a_stranger(user: str, groups: set[str], account: Account) -> None:
    assert ROSTER.role(Person(HOME, user), HOME, account, groups) is Role.OUTSIDER


@given(EVERYBODY, GROUPS)
def test_nobody_is_trusted_of_whom_slack_does_not_tell(user: str, groups: set[str]) -> None:
    assert ROSTER.role(Person(HOME, user), HOME, None, groups) is Role.UNVERIFIED


@given(EVERYBODY, GROUPS)
def test_with_nobody_configured_there_are_readers_only(user: str, groups: set[str]) -> None:
    nobody = Roster()
    assert not nobody.is_anybody_configured
    assert nobody.role(Person(HOME, user), HOME, FULL, groups) is Role.READER


@pytest.mark.parametrize(
    "roster",
    [Roster(operators=("U1",)), Roster(admins=("U1",)), Roster(groups=("S1",))],
    ids=["user", "admin", "group"],
)
def test_anybody_named_in_any_way_switches_changes_on(roster: Roster) -> None:
    assert roster.is_anybody_configured
