"""The modal of settings shows every rule, fits whatever it shows, and gives back what was entered."""

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from datetime import time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.rule_editing import RuleEdit
from bot.core.rules import Broadcast, Outcome, QuietHours, Rules, Subscription
from bot.demo.slack_server import Limits
from bot.demo.slack_server.views import check_view
from bot.language import speaking
from bot.services.rule_answers import RulesAnswer, RulesMovedOn, RulesSaved, SubscriptionGone
from bot.slack.blocks.elements import Message
from bot.slack.blocks.settings import rules_message
from bot.slack.modals.settings import SettingsForm, block_id, settings_view, with_preview
from bot.slack.modals.settings_entries import Entered, Mistakes, read_entries
from bot.slack.modals.settings_metadata import METADATA_LIMIT, Opened, Whence, decode, encode
from bot.slack.text import words
from tests.slack import anything, hostile  # noqa: F401 - hostile tells which values there are
from tests.slack.anything import names
from tests.slack.inspection import problems
from tests.slack.modals.forms import RULES, SUBSCRIPTIONS, a_form, filled_in

Golden = Callable[[str, Message | Mapping[str, Any]], None]

EVERY_RULE = Rules(
    outcomes=frozenset({Outcome.FAILED, Outcome.RECOVERED, Outcome.RUNNING_LONG}),
    nth_failure=3,
    wait_for=timedelta(minutes=90),
    quiet=QuietHours(time(22), time(7), "Asia/Seoul"),
    remind_every=timedelta(hours=1),
    broadcast=Broadcast.RECOVERY,
    mention="<!subteam^S0ONCALL1>",
    language="ko",
    zone="Asia/Seoul",
)
SUBSCRIPTION = Subscription(7, "#data-alerts", "orders-*", EVERY_RULE)


def entered(form: SettingsForm, **values: Any) -> Rules:
    read = read_entries(filled_in(form, values))
    assert isinstance(read, Entered)
    return read.edit.entered


def mistakes(form: SettingsForm, **values: Any) -> dict[str, str]:
    """By the names of the inputs."""
    read = read_entries(filled_in(form, values))
    assert isinstance(read, Mistakes)
    stamp = form.opened.stamp
    known = {block["block_id"] for block in settings_view(form)["blocks"] if block["type"] == "input"}
    assert set(read.by_block) <= known
    return {identity.removesuffix(f":{stamp}"): text for identity, text in read.by_block.items()}


def test_every_rule_has_an_input_but_the_mention_which_is_shown() -> None:
    view = settings_view(a_form(Rules(mention="<!subteam^S0ONCALL1>")))
    inputs = {block["element"]["action_id"] for block in view["blocks"] if block["type"] == "input"}
    rules = {field.name for field in fields(Rules)}
    assert inputs == rules - {"quiet", "mention"} | {"quiet_start", "quiet_end", "quiet_zone"}
    assert "Mentions <!subteam^S0ONCALL1>" in str(view["blocks"])


@given(RULES)
def test_a_modal_that_nobody_touched_changes_nothing(rules: Rules) -> None:
    form = a_form(rules)
    read = read_entries(filled_in(form))
    assert isinstance(read, Entered)
    assert read.edit == RuleEdit(7, rules, rules)


@given(RULES, RULES)
def test_what_is_entered_over_other_rules_is_what_is_read(shown: Rules, wanted: Rules) -> None:
    form = a_form(shown, entered=wanted)
    read = read_entries(filled_in(form))
    assert isinstance(read, Entered)
    assert read.edit.opened == shown
    assert read.edit.entered == replace(wanted, mention=shown.mention)


@settings(max_examples=15)
@given(st.lists(SUBSCRIPTIONS, min_size=1, max_size=130), st.integers(0, 129), RULES, st.lists(names, max_size=30))
def test_it_fits_whatever_it_shows(many: list[Subscription], which: int, wanted: Rules, notes: list[str]) -> None:
    chosen = many[which % len(many)]
    for language in ("en", "ko"):
        with speaking(language):
            view = settings_view(SettingsForm(many, chosen, wanted, Whence("C1", "https://x.example/" + "y" * 200)))
        check_view(view, "modal", Limits())
        opened = decode(view["private_metadata"])
        assert opened
        assert (opened.subscription_id, opened.rules) == (chosen.subscription_id, chosen.rules)
        check_view(with_preview(view, [words(note, 500) for note in [*notes, "."]]), "modal", Limits())


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"outcomes": ["failed", "completed"]}, Rules(outcomes=frozenset({Outcome.FAILED, Outcome.COMPLETED}))),
        ({"nth_failure": "3"}, Rules(nth_failure=3)),
        ({"wait_for": "1h30m"}, Rules(wait_for=timedelta(minutes=90))),
        (
            {"quiet_start": "22:00", "quiet_end": "07:00", "quiet_zone": "Asia/Seoul"},
            Rules(quiet=QuietHours(time(22), time(7), "Asia/Seoul")),
        ),
        ({"quiet_zone": "Asia/Seoul"}, Rules()),
        ({"remind_every": "2h"}, Rules(remind_every=timedelta(hours=2))),
        ({"broadcast": "all"}, Rules(broadcast=Broadcast.ALL)),
        ({"language": "ko"}, Rules(language="ko")),
        ({"zone": " Europe/Berlin "}, Rules(zone="Europe/Berlin")),
    ],
)
def test_each_input_makes_its_rule(values: dict[str, Any], expected: Rules) -> None:
    assert entered(a_form(), **values) == expected


@pytest.mark.parametrize(
    ("values", "wrong", "text"),
    [
        ({"nth_failure": "0"}, "nth_failure", "from 1 to 1000"),
        ({"nth_failure": "1.5"}, "nth_failure", "from 1 to 1000"),
        ({"wait_for": "soon"}, "wait_for", "10m or 1h30m"),
        ({"wait_for": "8d"}, "wait_for", "up to 7d"),
        ({"remind_every": "5s"}, "remind_every", "from 1m to 7d"),
        ({"quiet_start": "22:00"}, "quiet_end", "Both times"),
        ({"quiet_end": "07:00"}, "quiet_start", "Both times"),
        ({"quiet_start": "07:00", "quiet_end": "07:00", "quiet_zone": "UTC"}, "quiet_end", "have to differ"),
        ({"quiet_start": "22:00", "quiet_end": "07:00", "quiet_zone": ""}, "quiet_zone", "such as Asia/Seoul"),
        ({"quiet_start": "22:00", "quiet_end": "07:00", "quiet_zone": "Seoul"}, "quiet_zone", "mean Asia/Seoul?"),
        ({"zone": "asia/seul"}, "zone", "mean Asia/Seoul?"),
        ({"zone": "../../etc"}, "zone", "such as Asia/Seoul"),
    ],
)
def test_a_mistake_stands_beside_its_input(values: dict[str, Any], wrong: str, text: str) -> None:
    found = mistakes(a_form(), **values)
    assert list(found) == [wrong]
    assert text in found[wrong]


def test_several_mistakes_are_told_at_once() -> None:
    found = mistakes(a_form(), nth_failure="0", zone="Atlantis", quiet_start="22:00")
    assert set(found) == {"nth_failure", "zone", "quiet_end"}


def test_without_an_outcome_there_is_nothing_to_tell() -> None:
    view = filled_in(a_form())
    outcomes = view["state"]["values"][block_id("outcomes", a_form().opened.stamp)]["outcomes"]
    outcomes["selected_options"] = []
    read = read_entries(view)
    assert isinstance(read, Mistakes)
    assert list(read.by_block.values()) == ["Choose at least one."]


@given(names)
def test_a_modal_of_another_version_is_not_read(metadata: str) -> None:
    assert read_entries({**filled_in(a_form()), "private_metadata": metadata}) is None


def test_a_way_back_that_is_too_long_is_left_out() -> None:
    opened = Opened(7, Rules(), whence=Whence("C1", "https://x.example/" + "y" * METADATA_LIMIT))
    text = encode(opened)
    assert len(text) <= METADATA_LIMIT
    assert decode(text) == Opened(7, Rules())


def test_other_rules_are_shown_in_other_inputs_lest_slack_keep_what_was_entered() -> None:
    before = {block["block_id"] for block in settings_view(a_form())["blocks"] if block["type"] == "input"}
    after = {
        block["block_id"] for block in settings_view(a_form(Rules(nth_failure=2)))["blocks"] if "block_id" in block
    }
    assert before.isdisjoint(after)


def test_a_preview_takes_the_place_of_the_one_before_and_leaves_the_rest() -> None:
    view = filled_in(a_form())
    once = with_preview({**view, "id": "V1", "hash": "h"}, ["61 alerts now"])
    twice = with_preview(once, ["9 alerts now"])
    assert "61 alerts" in str(once)
    assert "61 alerts" not in str(twice)
    assert twice["blocks"][:-1] == view["blocks"]
    assert "id" not in twice


def test_the_zone_of_whoever_looks_is_proposed_for_quiet_hours() -> None:
    with speaking("en", ZoneInfo("Europe/Berlin")):
        assert "Europe/Berlin" in str(settings_view(a_form()))


@pytest.mark.parametrize("rules", {"default": Rules(), "all": EVERY_RULE}.items(), ids=lambda item: item[0])
def test_it_looks_as_agreed(rules: tuple[str, Rules], golden: Golden) -> None:
    name, shown = rules
    golden(f"settings_{name}", settings_view(a_form(shown)))


@pytest.mark.parametrize(
    ("name", "answer"),
    {
        "saved": RulesSaved(Rules(), SUBSCRIPTION),
        "as_before": RulesSaved(EVERY_RULE, SUBSCRIPTION),
        "moved_on": RulesMovedOn(SUBSCRIPTION, RuleEdit(7, Rules(), Rules(nth_failure=2))),
        "gone": SubscriptionGone(),
    }.items(),
)
def test_what_came_of_saving_is_told_as_agreed(name: str, answer: RulesAnswer, golden: Golden) -> None:
    golden(f"rules_{name}", rules_message(answer))


@settings(max_examples=50)
@given(anything.of(RulesAnswer))
def test_what_came_of_saving_fits_whatever_it_is(answer: RulesAnswer) -> None:
    assert problems(rules_message(answer)) == []
