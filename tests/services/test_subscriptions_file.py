"""The file of subscriptions: what it says, and that each mistake in it is named with its place."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.rules import Outcome, Rules
from bot.core.subscribing import Wish
from bot.errors import SubscriptionsFileWrong
from bot.services.subscriptions_file import KEYS, read, write
from tests.core.test_rule_words import RULES

DOCUMENT = (Path(__file__).parents[2] / "docs" / "subscriptions.md").read_text(encoding="utf-8")
PATTERNS = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=20)
WISHES = st.lists(
    st.builds(Wish, st.sampled_from(["C0123", "U0123", "#data-alerts", "#no"]), PATTERNS, RULES),
    unique_by=lambda wish: wish.place,
    max_size=4,
)


@given(WISHES)
def test_what_is_written_is_read_back(wishes: list[Wish]) -> None:
    assert read(write(wishes)) == wishes


@pytest.mark.parametrize("text", ["subscriptions: []", "subscriptions: [\n]\n# nobody"])
def test_a_file_may_ask_for_nothing(text: str) -> None:
    assert read(text) == []


def test_values_are_what_they_look_like() -> None:
    (wish,) = read("subscriptions:\n- {channel: C1, workflows: no, nth_failure: 010, outcomes: failed}\n")
    assert wish == Wish("C1", "no", Rules(nth_failure=10, outcomes=frozenset({Outcome.FAILED})))


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("", ["the file: must hold “subscriptions:” and a list under it"]),
        ("[]", ["the file: must hold"]),
        ("subscriptions: {}", ["the file: must hold"]),
        ("subscription: []", ["the file: subscription (line 1): is no key (accepted: subscriptions)", "must hold"]),
        (
            "subscriptions: [C1]",
            ["subscriptions[1] (line 1): must be “key: value” lines (keys: channel, "],
        ),
        ("subscriptions:\n- workflows: x", ["subscriptions[1]: channel (line 2): is missing"]),
        (
            "subscriptions:\n- channel: #x",
            ["subscriptions[1]: channel (line 2): '' is not understood (accepted: C0123"],
        ),
        (
            "subscriptions:\n- channel: C1\n- channel: C2\n  wait_for: soon\n  quiet: [22, 7]",
            [
                "subscriptions[2]: wait_for (line 4): 'soon' is not understood (accepted: 10m",
                "subscriptions[2]: quiet (line 5): '22,7' is not understood",
            ],
        ),
        ("subscriptions:\n- channel: C1\n  nth: 2", ["subscriptions[1]: nth (line 3): is no key (accepted: channel, "]),
        ("subscriptions:\n- channel: C1\n  channel: C2", ["subscriptions[1]: channel (line 3): is there twice"]),
        ("subscriptions:\n- channel: C1\n  quiet: {a: b}", ["subscriptions[1]: quiet (line 3): must be one value"]),
        ("subscriptions:\n- channel: C1\n- channel: C1", ["subscriptions[2] (line 3): names the same channel"]),
        ("subscriptions: [", ["this is not YAML: "]),
        ("subscriptions: &a [*a]", ["subscriptions[1] (line 1): must be"]),
        ("\x00", ["this is not YAML: "]),
    ],
)
def test_every_mistake_is_named_with_its_place(text: str, problems: list[str]) -> None:
    with pytest.raises(SubscriptionsFileWrong) as wrong:
        read(text)
    lines = str(wrong.value).splitlines()
    assert len(lines) == len(problems)
    for line, problem in zip(lines, problems, strict=True):
        assert problem in line


@given(st.text(max_size=80))
def test_whatever_a_file_holds_it_is_read_or_refused(text: str) -> None:
    try:
        wishes = read(f"subscriptions:\n- channel: C1\n  {text}")
    except SubscriptionsFileWrong:
        return
    assert {wish.channel for wish in wishes} == {"C1"}


def test_the_documented_file_is_one() -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", DOCUMENT, re.DOTALL)
    assert [wish.channel for wish in read(example)] == ["C0123456789", "U0123456789", "#data-alerts"]


def test_every_key_is_documented_and_no_other() -> None:
    rows = re.findall(r"^\| `([a-z_]+)` \|", DOCUMENT, re.MULTILINE)
    assert tuple(rows) == KEYS
