"""Why a run was told of, or was not: the chain, a sentence for each link."""

from collections.abc import Iterable, Iterator

from bot.core.digest import MessageRef
from bot.core.explanation import Explanation, WorkflowExplanation
from bot.core.explanation_words import Line, Voice, lines_of, lines_of_workflow
from bot.language import _
from bot.slack.blocks.elements import TEXT_LIMIT, Message, fitting, list_sections
from bot.slack.blocks.links import Links
from bot.slack.text import code, link, moment, place, run_name, status_of, words

NAME = 200
LEADS = ("•", "    ◦", "        ▪", "            ▪")


def why_message(explanation: Explanation, links: Links) -> Message:
    execution = explanation.execution
    names = (explanation.workflow_name, execution.job.name)
    title = f"{status_of(execution)}: {run_name(*names, words, NAME)}"
    text = [f"{title}, {words(execution.job_execution_id, NAME)}", *chain(explanation, links, is_plain=True)]
    heading = f"*{title}* {code(execution.job_execution_id, NAME)}"
    shown = chain(explanation, links, is_plain=False)
    return Message("\n".join(fitting(text, TEXT_LIMIT)), tuple(list_sections(heading, shown)))


def workflow_why_message(explanation: WorkflowExplanation, links: Links) -> Message:
    title = words(explanation.workflow_name, NAME)
    plain = [line.text for line in lines_of_workflow(explanation, _voice(links, is_plain=True))]
    heading = f"*{title}* {code(explanation.workflow_id, NAME)}"
    shown = _led(lines_of_workflow(explanation, _voice(links, is_plain=False)))
    text = fitting([f"{title}, {words(explanation.workflow_id, NAME)}", *plain], TEXT_LIMIT)
    return Message("\n".join(text), tuple(list_sections(heading, shown)))


def chain(explanation: Explanation, links: Links, *, is_plain: bool) -> Iterator[str]:
    """A line for each link, without formatting where it `is_plain`."""
    lines = lines_of(explanation, _voice(links, is_plain=is_plain))
    return (line.text for line in lines) if is_plain else _led(lines)


def _led(lines: Iterable[Line]) -> Iterator[str]:
    for line in lines:
        yield f"{LEADS[line.depth]} {line.text}"


def _voice(links: Links, *, is_plain: bool) -> Voice:
    as_text = words if is_plain else code

    def message(ref: MessageRef) -> str:
        url = links.message(ref)
        return link(url, _("message")) if url else _("message {ts}").format(ts=words(ref.ts, NAME))

    def outside(text: str) -> str:
        return as_text(text, NAME)

    def channel(configured: str) -> str:
        return place(configured, NAME, as_text)

    return Voice(moment, outside, channel, message)
