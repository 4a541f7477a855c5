"""Whom a message may call: what a subscription takes is what a message writes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.mentions import read_mention
from bot.core.rule_words import BY_NAME, NotUnderstood, read_rules

WRITTEN = st.from_regex(r"(<@|<!subteam\^|<!|)[UWSCG]?[A-Z0-9]{0,9}(here|channel)?>?", fullmatch=True) | st.text()


@given(WRITTEN)
def test_what_a_rule_takes_is_what_a_message_writes_and_nothing_else(text: str) -> None:
    try:
        kept = read_rules({"mention": text}).mention
    except NotUnderstood:
        kept = None
    assert kept == read_mention(text)
    assert kept is None or read_mention(kept) == kept


@pytest.mark.parametrize("example", ["<@U0123>", "<!subteam^S0123>", "<!here>"])
def test_what_is_said_to_be_accepted_is(example: str) -> None:
    assert example in BY_NAME["mention"].accepts
    assert read_mention(example) == example
