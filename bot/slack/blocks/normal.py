"""What is different from normal about a failure, as lines of a label and what there is to say."""

from collections.abc import Iterable, Iterator

from bot.core.durations import spell
from bot.core.model import Execution
from bot.core.normal import Background, Band
from bot.slack.text import moment, number, words

NAME = 60

Line = tuple[str, str]


def background_lines(background: Background, execution: Execution) -> Iterator[Line]:
    if background.usual:
        yield "Usual duration", _duration(background.usual, execution)
    last_success = moment(background.last_success_at) if background.last_success_at else "none known"
    yield "Last success", last_success
    if background.runs:
        yield "Last 30 days", f"{background.failures:,} of {number(background.runs, 'run')} failed"
    if last := background.last_acknowledged:
        yield "Last time", f"{words(last.by, NAME)} looked after it, and it was over after {spell(last.took)}"


def band(usual: Band) -> str:
    """Usual durations, and from how many runs we know them."""
    return f"{spell(usual.median)}, at most {spell(usual.limit)} (from {number(usual.runs, 'run')})"


def _duration(usual: Band, execution: Execution) -> str:
    ran_for = execution.ran_for
    if ran_for is None:
        return band(usual)
    verdict = ", longer than usual" if ran_for > usual.limit else ""
    return f"{band(usual)}; this run {spell(ran_for)}{verdict}"


def as_sentences(lines: Iterable[Line]) -> Iterator[str]:
    return (f"{label}: {told}." for label, told in lines)


def as_labelled(lines: Iterable[Line]) -> Iterator[str]:
    return (f"*{label}* {told}" for label, told in lines)
