"""Edits of rules: what somebody changed, over what others have made of the rules meanwhile."""

from datetime import timedelta

from hypothesis import given

from bot.core.rule_editing import RULE_NAMES, RuleEdit, changed_rules
from bot.core.rules import Rules
from tests.core.test_rule_words import RULES


@given(RULES, RULES)
def test_an_edit_over_the_rules_that_were_shown_makes_those_that_were_entered(opened: Rules, entered: Rules) -> None:
    assert RuleEdit(1, opened, entered).onto(opened) == entered


@given(RULES, RULES, RULES)
def test_of_what_was_not_touched_what_others_made_stays(opened: Rules, entered: Rules, current: Rules) -> None:
    merged = RuleEdit(1, opened, entered).onto(current)
    mine = changed_rules(opened, entered)
    for name in RULE_NAMES:
        assert getattr(merged, name) == getattr(entered if name in mine else current, name)


@given(RULES, RULES)
def test_an_edit_that_is_undone_was_never_made(opened: Rules, entered: Rules) -> None:
    edit = RuleEdit(1, opened, entered)
    assert edit.undone.onto(edit.onto(opened)) == opened
    assert edit.undone.undone == edit


def test_what_differs_is_named_in_the_order_in_which_rules_are_shown() -> None:
    assert changed_rules(Rules(), Rules(zone="UTC", wait_for=timedelta(minutes=1))) == ("wait_for", "zone")
    assert changed_rules(Rules(), Rules()) == ()
