"""All that is known of one run."""

from collections.abc import Iterator

from bot.core.durations import spell
from bot.core.explanation import Explanation
from bot.language import _
from bot.services.trouble_answers import RunDetails
from bot.slack.blocks.elements import TEXT_LIMIT, Message, fitting, list_sections
from bot.slack.blocks.execution import traces
from bot.slack.blocks.links import Links
from bot.slack.blocks.why import chain
from bot.slack.text import AsText, code, moment, run_name, status_of, words

NAME = 200
PATH = 500


def run_message(answer: RunDetails, links: Links) -> Message:
    """What the API says of it, and then its chain as `why` tells it."""
    explanation = answer.explanation
    execution = explanation.execution
    title = f"{status_of(execution)}: {run_name(explanation.workflow_name, execution.job.name, words, NAME)}"
    spoken = [*_facts(explanation, words), *chain(explanation, links, is_plain=True)]
    shown = [*_facts(explanation, code), traces(execution, links), *chain(explanation, links, is_plain=False)]
    text = "\n".join(fitting([f"{title}, {words(execution.job_execution_id, NAME)}", *spoken], TEXT_LIMIT))
    return Message(text, tuple(list_sections(f"*{title}*", shown)))


def _facts(explanation: Explanation, as_text: AsText) -> Iterator[str]:
    execution = explanation.execution
    for what, at in (
        (_("Created {when}"), execution.created_at),
        (_("Started {when}"), execution.started_at),
        (_("Ended {when}"), execution.ended_at),
    ):
        if at is not None:
            yield what.format(when=moment(at))
    if execution.waited_for is not None:
        yield _("Waited {duration}").format(duration=spell(execution.waited_for))
    if execution.ran_for is not None:
        yield _("Ran {duration}").format(duration=spell(execution.ran_for))
    if execution.job.timeout_minutes:
        yield _("Time limit {minutes:,} min").format(minutes=execution.job.timeout_minutes)
    if execution.executor_num is not None:
        yield _("{count:,} executors").format(count=execution.executor_num)
    if execution.trigger:
        yield _("Started by trigger {name}").format(name=as_text(execution.trigger.name, NAME))
    else:
        yield _("Started by hand or API (no trigger)")
    if execution.job.script_path:
        yield _("Script {path}").format(path=as_text(execution.job.script_path, PATH))
    if execution.job.log_path:
        yield _("Log {path}").format(path=as_text(execution.job.log_path, PATH))
