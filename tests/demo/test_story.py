"""Scenario files: each that comes along can be read, and a wrong one says where."""

from pathlib import Path

import pytest

from bot.demo import story
from bot.demo.dataflow_server import Status, TriggerKind
from bot.demo.story import NoSuchStory, Span

NIGHT = """
title: A night
about: Something fails.
lasts: 1h
workflows: [{name: load, every: 10m, runs_for: 1m30s}]
scenes: [{after: 5m, workflow: load, outcome: failed, runs_for: 20s}]
"""


def written(folder: Path, text: str) -> str:
    path = folder / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("name", story.names())
def test_every_scenario_that_comes_along_can_be_read(name: str) -> None:
    told = story.load(name)
    assert told.workflows
    assert told.about.endswith(".")


def test_a_file_of_ones_own_is_read(tmp_path: Path) -> None:
    told = story.load(written(tmp_path, NIGHT))
    assert told.lasts == Span(3600)
    assert (told.workflows[0].runs_for, told.scenes[0].after) == (Span(90), Span(300))
    assert told.scenes[0].outcome is Status.FAILED


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("lasts: 1h", "lasts: soon", "'soon' is not a length of time such as 20s or 1h30m"),
        ("outcome: failed", "outcome: sad", "Invalid enum value 'SAD'"),
        ("workflow: load", "workflow: lod", "no workflow is called lod"),
        ("workflow: load", "workflow: load, job: lod", "load has no job called lod"),
        ("outcome:", "outcom:", "unknown field `outcom` - at `$.scenes[0]`"),
        ("runs_for: 1m30s", "runs_far: 1m30s", "unknown field `runs_far`"),
        ("lasts: 1h", "expect: {new_mesages: 3}", "unknown field `new_mesages` - at `$.expect`"),
        ("lasts: 1h", "lasts: 0s", "`lasts` must be longer"),
        ("lasts: 1h", "speed: 0", "at `$.speed`"),
        ("every: 10m", "every: 0s", "`every` must be longer"),
        ("every: 10m", "failing: 2", "$.workflows[0].failing"),
        ("[{name: load", "[{name: load, runs_for: 1m}, {name: load", "two workflows are called load"),
        ("title: A night", "", "missing required field `title`"),
        ("workflows: [", "workflows: [[", "cannot be read"),
    ],
)
def test_a_wrong_file_says_what_is_wrong(tmp_path: Path, right: str, wrong: str, said: str) -> None:
    with pytest.raises(NoSuchStory, match=r"mine\.yaml") as told:
        story.load(written(tmp_path, NIGHT.replace(right, wrong)))
    assert said in str(told.value)


@pytest.mark.parametrize(
    ("behaviour", "kind"),
    [
        ("every: 1h", TriggerKind.RECURRING),
        ("every: 24h", TriggerKind.RECURRING),
        ("every: 7d", TriggerKind.RECURRING),
        ("every: 30m", TriggerKind.EVENT),
        ("old_runs: 0", TriggerKind.EVENT),
        ("every: 1h, trigger: none", TriggerKind.NONE),
        ("every: 1d, trigger: recurring", TriggerKind.RECURRING),
    ],
)
def test_what_starts_a_workflow_follows_from_how_often_it_runs_unless_it_is_said(
    tmp_path: Path, behaviour: str, kind: TriggerKind
) -> None:
    told = story.load(written(tmp_path, NIGHT.replace("every: 10m", behaviour)))
    assert told.workflows[0].kind is kind


@pytest.mark.parametrize("behaviour", ["every: 30m, trigger: recurring", "trigger: recurring"])
def test_a_trigger_that_data_flow_does_not_have_is_refused(tmp_path: Path, behaviour: str) -> None:
    with pytest.raises(NoSuchStory, match=r"recurs `every` 1h, 1d or 7d - at `\$\.workflows"):
        story.load(written(tmp_path, NIGHT.replace("every: 10m", behaviour)))


def test_a_name_that_is_none_lists_those_that_are() -> None:
    with pytest.raises(NoSuchStory, match=r"bad-night.*storm"):
        story.load("bad-knight")


@pytest.mark.parametrize(
    ("text", "seconds"), [("20s", 20), ("1h30m", 5400), ("2d", 172_800), ("0.5s", 0.5), (7, 7), (1.5, 1.5)]
)
def test_a_length_of_time_is_written_as_people_write_it(text: object, seconds: float) -> None:
    assert Span.read(text) == seconds


@pytest.mark.parametrize("text", ["", "m", "1 hour", "-3s", -3, float("nan"), float("inf"), True, None])
def test_what_is_no_length_of_time_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match="length of time"):
        Span.read(text)
