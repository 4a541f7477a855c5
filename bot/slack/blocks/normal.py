"""What is different from normal about a failure, as lines of a label and what there is to say."""

from collections.abc import Iterable, Iterator

from bot.core.durations import spell
from bot.core.model import Execution
from bot.core.normal import Background, Band
from bot.language import _, ngettext
from bot.slack.text import labelled, moment, words

NAME = 60

Line = tuple[str, str]


def background_lines(background: Background, execution: Execution) -> Iterator[Line]:
    if background.usual:
        yield _("Usual duration"), _duration(background.usual, execution)
    last_success = moment(background.last_success_at) if background.last_success_at else _("none known")
    yield _("Last success"), last_success
    if background.runs:
        yield _("Last 30 days"), _failures(background)
    if last := background.last_acknowledged:
        story = _("{person} looked after it, and it was over after {duration}")
        yield _("Last time"), story.format(person=words(last.by, NAME), duration=spell(last.took))


def band(usual: Band) -> str:
    """Usual durations, and from how many runs we know them."""
    return ngettext(
        "{usual}, at most {limit} (from {runs:,} run)", "{usual}, at most {limit} (from {runs:,} runs)", usual.runs
    ).format(usual=spell(usual.median), limit=spell(usual.limit), runs=usual.runs)


def _failures(background: Background) -> str:
    return ngettext(
        "{failures:,} of {runs:,} run failed", "{failures:,} of {runs:,} runs failed", background.runs
    ).format(failures=background.failures, runs=background.runs)


def _duration(usual: Band, execution: Execution) -> str:
    ran_for = execution.ran_for
    if ran_for is None:
        return band(usual)
    if ran_for > usual.limit:
        compared = _("{usual}; this run {duration}, longer than usual")
    else:
        compared = _("{usual}; this run {duration}")
    return compared.format(usual=band(usual), duration=spell(ran_for))


def as_sentences(lines: Iterable[Line]) -> Iterator[str]:
    return (_("{label}: {told}.").format(label=label, told=told) for label, told in lines)


def as_labelled(lines: Iterable[Line]) -> Iterator[str]:
    return (labelled(label, told) for label, told in lines)
