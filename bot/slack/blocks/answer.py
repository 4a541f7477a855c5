"""A command's answer as a message: one function per kind of answer."""

from bot.core.comparison import Simulation
from bot.core.explanation import Explanation, WorkflowExplanation
from bot.core.retry import Form
from bot.language import _
from bot.services.answers import (
    Answer,
    AuditAnswer,
    CommandHelp,
    DigestAnswer,
    Help,
    NoSuchWorkflow,
    RunsPage,
    SeveralWorkflows,
    StatusReport,
    SubscriptionList,
    SubscriptionUpdate,
    WorkflowList,
)
from bot.services.authority import Refused
from bot.services.read_log import LogAnswer
from bot.services.trouble_answers import Failures, RunDetails
from bot.slack.blocks.audit import audit_message
from bot.slack.blocks.digest import digest_message
from bot.slack.blocks.elements import TEXT_LIMIT, Message, fitting, list_sections
from bot.slack.blocks.failures import failures_message
from bot.slack.blocks.links import Links
from bot.slack.blocks.log import log_message
from bot.slack.blocks.refused import refused_message
from bot.slack.blocks.run import run_message
from bot.slack.blocks.runs import no_such_workflow, runs_page, several_workflows, workflow_list
from bot.slack.blocks.simulation import simulation_message
from bot.slack.blocks.status import status_message
from bot.slack.blocks.subscriptions import subscription_list, subscription_update
from bot.slack.blocks.why import why_message, workflow_why_message
from bot.slack.text import code, words

COMMAND = "/dataflow"
WITH_EXAMPLES = 3

_AboutRuns = RunsPage | RunDetails | WorkflowList | NoSuchWorkflow | SeveralWorkflows | Failures
_AboutRules = SubscriptionList | SubscriptionUpdate | Explanation | WorkflowExplanation | Simulation


def answer_message(answer: Answer, links: Links) -> Message:
    if isinstance(answer, _AboutRuns):
        return _about_runs(answer, links)
    if isinstance(answer, _AboutRules):
        return _about_rules(answer, links)
    match answer:
        case Help():
            return help_message(answer)
        case Refused():
            return refused_message(answer)
        case StatusReport():
            return status_message(answer)
        case AuditAnswer():
            return audit_message(answer)
        case LogAnswer():
            return log_message(answer)
        case DigestAnswer():
            return digest_message(answer.digest, Form.BLOCKS, links)


def _about_runs(answer: _AboutRuns, links: Links) -> Message:
    match answer:
        case RunsPage():
            return runs_page(answer)
        case RunDetails():
            return run_message(answer, links)
        case WorkflowList():
            return workflow_list(answer)
        case NoSuchWorkflow():
            return no_such_workflow(answer)
        case SeveralWorkflows():
            return several_workflows(answer)
        case Failures():
            return failures_message(answer)


def _about_rules(answer: _AboutRules, links: Links) -> Message:
    match answer:
        case SubscriptionList():
            return subscription_list(answer)
        case SubscriptionUpdate():
            return subscription_update(answer)
        case Explanation():
            return why_message(answer, links)
        case WorkflowExplanation():
            return workflow_why_message(answer, links)
        case Simulation():
            return simulation_message(answer)


def help_message(answer: Help) -> Message:
    title = words(answer.problem, 500) if answer.problem else _("What you can ask")
    is_short = len(answer.commands) <= WITH_EXAMPLES
    lines = [help_line(command, with_example=is_short) for command in answer.commands]
    if not is_short:
        lines.append(_("{command} gives an example.").format(command=code(f"{COMMAND} help <command>", 100)))
    text = "\n".join(fitting([title, *lines], TEXT_LIMIT))
    return Message(text, tuple(list_sections(title if answer.problem else f"*{title}*", lines)))


def help_line(command: CommandHelp, *, with_example: bool) -> str:
    usage, example = (code(f"{COMMAND} {line}", 200) for line in (command.usage, command.example))
    summary = words(_(command.summary), 300)
    if not with_example:
        return f"• {usage} {summary}"
    line = _("{usage} {summary} For example {example}")
    return f"• {line.format(usage=usage, summary=summary, example=example)}"
