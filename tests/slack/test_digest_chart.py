"""The chart of a digest: in the channel where Slack can draw it, and never the reason that a digest is missing."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.core.digest import Counts, DayCounts, Digest
from bot.core.retry import Form
from bot.language import speaking
from bot.slack.blocks.digest import digest_message
from bot.slack.blocks.links import Links
from tests.block_kit.surfaces import message_problems
from tests.slack.samples import DIGEST

FIRST = date(2026, 3, 9)
DAYS = tuple(
    DayCounts(FIRST + timedelta(days=number), Counts(completed=number, failed=number % 3)) for number in range(8)
)
WITH_DAYS = replace(DIGEST, days=DAYS)


def charts(digest: Digest, form: Form) -> list[dict[str, object]]:
    message = digest_message(digest, form, Links())
    return [dict(block) for block in message.blocks if block["type"] == "data_visualization"]


@pytest.mark.parametrize(("form", "count"), [(Form.CHART, 1), (Form.BLOCKS, 0), (Form.TEXT, 0), (Form.LINE, 0)])
def test_only_the_richest_form_has_a_chart(form: Form, count: int) -> None:
    assert len(charts(WITH_DAYS, form)) == count


def test_without_its_chart_a_digest_says_the_same() -> None:
    rich, plainer = (digest_message(WITH_DAYS, form, Links()) for form in (Form.CHART, Form.BLOCKS))
    assert rich.text == plainer.text
    assert [block for block in rich.blocks if block["type"] != "data_visualization"] == list(plainer.blocks)


def test_each_outcome_that_occurred_has_a_bar_for_each_day() -> None:
    (chart,) = charts(WITH_DAYS, Form.CHART)
    drawn = chart["chart"]
    assert isinstance(drawn, dict)
    assert [series["name"] for series in drawn["series"]] == ["Completed", "Failed"]
    assert drawn["axis_config"]["categories"] == [f"03-{day:02}" for day in range(9, 17)]
    assert [point["value"] for point in drawn["series"][1]["data"]] == [0, 1, 2, 0, 1, 2, 0, 1]


def test_days_without_any_run_have_no_chart() -> None:
    assert charts(replace(DIGEST, days=tuple(DayCounts(day.day, Counts()) for day in DAYS)), Form.CHART) == []
    assert charts(replace(DIGEST, days=()), Form.CHART) == []


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_chart_is_one_that_slack_takes(language: str) -> None:
    with speaking(language):
        message = digest_message(WITH_DAYS, Form.CHART, Links())
        assert message_problems({"text": message.text, "blocks": list(message.blocks)}) == []
