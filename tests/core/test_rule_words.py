"""Rules as people write them: what is understood, what is not, and that what is spelled is read back."""

from dataclasses import fields
from datetime import time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.rule_words import BY_NAME, WORDS, NotUnderstood, read_rules, spell_rules
from bot.core.rules import Broadcast, Outcome, QuietHours, Rules
from bot.language import LANGUAGES

SECOND = timedelta(seconds=1)
ZONES = st.sampled_from(["Asia/Seoul", "UTC", "America/New_York", "Europe/Berlin"])
CLOCK = st.times().map(lambda moment: moment.replace(second=0, microsecond=0))
QUIET = st.builds(QuietHours, CLOCK, CLOCK, ZONES).filter(lambda quiet: quiet.start != quiet.end)
RULES = st.builds(
    Rules,
    outcomes=st.frozensets(st.sampled_from(Outcome), min_size=1),
    nth_failure=st.integers(1, 1000),
    wait_for=st.integers(0, 7 * 86400).map(lambda seconds: seconds * SECOND),
    quiet=st.none() | QUIET,
    remind_every=st.none() | st.integers(60, 7 * 86400).map(lambda seconds: seconds * SECOND),
    broadcast=st.sampled_from(Broadcast),
    mention=st.none() | st.sampled_from(["<@U0123>", "<!subteam^S0123>", "<!here>"]),
    language=st.none() | st.sampled_from(LANGUAGES),
    zone=st.none() | ZONES,
)


def test_the_table_has_every_rule_and_no_other() -> None:
    assert [word.name for word in WORDS] == [field.name for field in fields(Rules)]


@given(RULES)
def test_what_is_spelled_is_read_back(rules: Rules) -> None:
    assert read_rules(spell_rules(rules)) == rules


@given(RULES, RULES)
def test_what_differs_is_read_back_over_what_it_differs_from(rules: Rules, base: Rules) -> None:
    assert read_rules(spell_rules(rules, base), base) == rules


def test_default_rules_have_nothing_to_spell() -> None:
    assert spell_rules(Rules()) == {}


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("outcomes", "failed, Recovered", frozenset({Outcome.FAILED, Outcome.RECOVERED})),
        ("nth_failure", "2", 2),
        ("nth", " 3 ", 3),
        ("wait_for", "10m", timedelta(minutes=10)),
        ("wait", "none", timedelta()),
        ("wait", "0", timedelta()),
        ("quiet", "22:00-07:00 Asia/Seoul", QuietHours(time(22), time(7), "Asia/Seoul")),
        ("quiet", "9:30 - 10:00 UTC", QuietHours(time(9, 30), time(10), "UTC")),
        ("quiet", "none", None),
        ("remind_every", "1h30m", timedelta(minutes=90)),
        ("remind", "None", None),
        ("broadcast", "Recovery", Broadcast.RECOVERY),
        ("broadcast", "none", Broadcast.NONE),
        ("mention", "<@U0123>", "<@U0123>"),
        ("mention", "U0123", "<@U0123>"),
        ("mention", "S0123", "<!subteam^S0123>"),
        ("mention", "here", "<!here>"),
        ("language", "ko", "ko"),
        ("language", "ko-KR", "ko"),
        ("zone", "Asia/Seoul", "Asia/Seoul"),
    ],
)
def test_a_rule_is_understood(name: str, text: str, value: object) -> None:
    assert getattr(read_rules({name: text}), BY_NAME[name].name) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("outcomes", ""),
        ("outcomes", "failed,,recovered"),
        ("outcomes", "broken"),
        ("nth_failure", "0"),
        ("nth_failure", "-1"),
        ("nth_failure", "1001"),
        ("nth_failure", "none"),
        ("nth_failure", "two"),
        ("wait_for", "soon"),
        ("wait_for", "8d"),
        ("wait_for", "0.1s"),
        ("quiet", "22:00-07:00"),
        ("quiet", "22:00-22:00 UTC"),
        ("quiet", "25:00-07:00 UTC"),
        ("quiet", "22:00-07:00 Mars/Olympus"),
        ("quiet", "22:00-07:00 ../etc"),
        ("remind_every", "30s"),
        ("remind_every", "8d"),
        ("broadcast", "some"),
        ("mention", "<@U0123> and <!here>"),
        ("mention", "mina"),
        ("mention", "<!channel>"),
        ("mention", "everyone"),
        ("mention", "<@U0123|mina>"),
        ("mention", "<@S0123>"),
        ("mention", "U0123 U0124"),
        ("mention", "@mina"),
        ("language", "한국어"),
        ("language", "pt-BR"),
        ("zone", "Seoul"),
        ("zone", ""),
    ],
)
def test_what_is_no_rule_is_refused_with_what_is_accepted(name: str, text: str) -> None:
    with pytest.raises(NotUnderstood) as mistake:
        read_rules({name: text})
    assert name in str(mistake.value)
    assert BY_NAME[name].accepts in str(mistake.value)


def test_an_unknown_rule_is_refused_with_the_names_of_all() -> None:
    with pytest.raises(NotUnderstood, match=r"'patience' is no rule.*wait_for"):
        read_rules({"patience": "10m"})


@given(st.sampled_from(WORDS), st.text(max_size=40))
def test_whatever_is_written_is_understood_or_refused(word: object, text: str) -> None:
    name = getattr(word, "name", "")
    try:
        rules = read_rules({name: text})
    except NotUnderstood:
        return
    assert read_rules(spell_rules(rules)) == rules
