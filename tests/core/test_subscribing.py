"""What has to change for the subscriptions to be those that are asked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.rule_words import NotUnderstood
from bot.core.rules import Origin, Rules, Subscription
from bot.core.subscribing import (
    RuleChange,
    SubscriptionChanges,
    Wish,
    compare,
    is_person,
    read_channel,
    read_workflows,
    with_settings,
)

PATIENT = Rules(nth_failure=2)
WISHES = st.lists(
    st.builds(
        Wish,
        channel=st.sampled_from(["C1", "C2", "U1"]),
        workflows=st.sampled_from(["*", "orders-*"]),
        rules=st.sampled_from([Rules(), PATIENT]),
        origin=st.sampled_from(Origin),
    ),
    unique_by=lambda wish: wish.place,
)


def made(wishes: list[Wish]) -> list[Subscription]:
    return [
        Subscription(number, one.channel, one.workflows, one.rules, one.origin) for number, one in enumerate(wishes)
    ]


def test_each_difference_has_its_place() -> None:
    present = [Subscription(1, "C1"), Subscription(2, "C2"), Subscription(3, "C3"), Subscription(4, "C4")]
    new, other, adopted = Wish("C5"), Wish("C2", rules=PATIENT), Wish("C3")
    assert compare(present, [Wish("C1", origin=Origin.SETTINGS), new, other, adopted]) == SubscriptionChanges(
        added=(new,), changed=(RuleChange(present[1], other),), removed=(present[3],), adopted=(adopted,)
    )


@given(WISHES)
def test_what_is_there_needs_no_change(wishes: list[Wish]) -> None:
    assert compare(made(wishes), wishes) == SubscriptionChanges()


@given(WISHES, WISHES)
def test_the_changes_lead_to_what_is_wanted(before: list[Wish], wanted: list[Wish]) -> None:
    changes = compare(made(before), wanted)
    gone = {(one.channel, one.workflows) for one in changes.removed}
    after = {wish.place: wish for wish in before if wish.place not in gone}
    for wish in (*changes.added, *(change.wish for change in changes.changed), *changes.adopted):
        after[wish.place] = wish
    assert after == {wish.place: wish for wish in wanted}


@given(WISHES, st.lists(st.sampled_from(["C1", "C9"])))
def test_the_channels_of_the_settings_hear_of_everything_unless_told_otherwise(
    wishes: list[Wish], channels: list[str]
) -> None:
    wanted = with_settings(wishes, channels)
    assert len({wish.place for wish in wanted}) == len(wanted)
    assert set(wishes) <= set(wanted)
    assert all((channel, "*") in {wish.place for wish in wanted} for channel in channels)


@pytest.mark.parametrize("channel", ["C0123", "G0123", "D0123", "U0123", "W0123", "#data-alerts", "#데이터"])
def test_a_channel_is_an_id_or_a_name(channel: str) -> None:
    assert read_channel(f" {channel} ") == channel


@pytest.mark.parametrize("channel", ["", "data-alerts", "c0123", "#", "# a", "<#C0123>", "@mina", "C01\n23"])
def test_anything_else_is_no_channel(channel: str) -> None:
    with pytest.raises(NotUnderstood, match="C0123"):
        read_channel(channel)


@pytest.mark.parametrize("workflows", ["", "  ", "a" * 256, "a\x00b"])
def test_a_pattern_is_printable_and_of_bearable_length(workflows: str) -> None:
    with pytest.raises(NotUnderstood, match="pattern"):
        read_workflows(workflows)


@pytest.mark.parametrize(("channel", "expected"), [("U1", True), ("W1", True), ("C1", False), ("#U1", False)])
def test_a_person_is_told_by_direct_message(channel: str, expected: bool) -> None:
    assert is_person(channel) is expected
