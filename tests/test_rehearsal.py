"""A rehearsal: a team's own configuration meets a scenario, and each expectation is held against what came of it."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main

pytestmark = pytest.mark.usefixtures("root_logger_as_before")

STORY = """
title: Short
about: One job fails twice and recovers.
lasts: 1h
workflows: [{name: load, every: 2h, runs_for: 2m}]
scenes:
  - {after: 5m, workflow: load, outcome: failed, runs_for: 1m, times: 2, every: 10m}
  - {after: 40m, workflow: load, runs_for: 1m}
expect: {new_messages: 2, slowest_alert: 2m}
"""
ENV = "ALERT_CHANNEL=#team-alerts\nDIGEST_AT=12:00\n"


def rehearsed(folder: Path, *, story: str = STORY, env: str = ENV, subscriptions: str | None = None) -> Result:
    (folder / "story.yaml").write_text(story, encoding="utf-8")
    (folder / "my.env").write_text(env, encoding="utf-8")
    arguments = ["rehearse", "--config", str(folder / "my.env"), "--scenario", str(folder / "story.yaml")]
    if subscriptions is not None:
        (folder / "my.yaml").write_text(subscriptions, encoding="utf-8")
        arguments += ["--subscriptions", str(folder / "my.yaml")]
    return CliRunner().invoke(main, arguments)


def test_each_message_is_printed_with_its_time_and_channel(tmp_path: Path) -> None:
    result = rehearsed(tmp_path)
    assert result.exit_code == 0, result.output
    assert "21:0" in result.output
    assert result.output.count("#team-alerts") == 4
    assert "❌ FAILED: load" in result.output
    assert "↳ ✅ RECOVERED" in result.output
    assert "2 new messages, 2 replies in threads" in result.output
    assert "2 failures, 0 lost, 0 repeated" in result.output
    assert result.output.endswith("✓ As the scenario expects.\n")


def test_an_expectation_that_is_not_met_is_named_and_fails(tmp_path: Path) -> None:
    result = rehearsed(tmp_path, story=STORY.replace("new_messages: 2", "new_messages: 1"))
    assert result.exit_code == 1
    assert "✗ new_messages: 2, expected at most 1" in result.output


def test_the_subscriptions_of_a_file_decide_who_hears_of_it(tmp_path: Path) -> None:
    wishes = "subscriptions: [{channel: '#on-call', workflows: load, nth_failure: 2}]"
    result = rehearsed(tmp_path, subscriptions=wishes)
    assert result.exit_code in (0, 1), result.output
    assert "#on-call" in result.output


def test_what_comes_while_slack_is_away_is_told_when_it_is_back(tmp_path: Path) -> None:
    outage = "outages: [{cloud: slack, after: 4m, lasts: 20m}]\n"
    result = rehearsed(tmp_path, story=STORY.replace("slowest_alert: 2m", "slowest_alert: 30m") + outage)
    assert result.exit_code == 0, result.output
    assert "2 failures, 0 lost, 0 repeated" in result.output


NOTHING = """
title: Nothing
about: Nothing fails.
lasts: 13h
workflows: [{name: load, every: 5h, runs_for: 2m}]
"""


def test_a_digest_is_printed_at_its_own_time_though_the_clock_leaps(tmp_path: Path) -> None:
    result = rehearsed(tmp_path, story=NOTHING, env="ALERT_CHANNEL=#team-alerts\nDIGEST_AT=09:30\nPOLL_INTERVAL=420\n")
    assert result.exit_code == 0, result.output
    assert re.search(r"^Tue 09:30:00  #team-alerts  .*Data Flow", result.output, re.MULTILINE), result.output


@pytest.mark.parametrize("ends", ["1m59s", "2m1s", "2m59s"])
def test_a_failure_at_the_very_end_is_not_held_against_the_bot(tmp_path: Path, ends: str) -> None:
    late = STORY.replace("after: 40m, workflow: load, runs_for: 1m", f"after: 58m, workflow: load, runs_for: {ends}")
    result = rehearsed(tmp_path, story=late.replace("{after: 58m", "{after: 58m, outcome: failed"))
    assert result.exit_code == 0, result.output


def test_an_outage_that_outlasts_the_story_is_waited_for(tmp_path: Path) -> None:
    outage = "outages: [{cloud: data-flow, after: 10m, lasts: 70m}]\n"
    result = rehearsed(
        tmp_path, story=STORY.replace("new_messages: 2, slowest_alert: 2m", "slowest_alert: 2h") + outage
    )
    assert result.exit_code == 0, result.output
    assert "2 failures, 0 lost, 0 repeated" in result.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--scenario", "no-such"], "there is no scenario 'no-such'"),
        (["--scenario", "a-day"], "has no end"),
        (["--config", "nowhere.env"], "does not exist"),
    ],
)
def test_what_cannot_be_rehearsed_is_refused_in_words(arguments: list[str], said: str) -> None:
    result = CliRunner().invoke(main, ["rehearse", *arguments])
    assert result.exit_code == 2
    assert said in result.output
