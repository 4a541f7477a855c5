"""The modal behind the global shortcut: a workflow and a question, read back as the command that they stand for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.language import N_, _, current_language, speaking
from bot.slack.blocks.elements import Block, context, plain_text, section
from bot.slack.blocks.inputs import Choice, Field, menu, radio_buttons, text_input
from bot.slack.text import plain, width

CALLBACK = "ask"
WORKFLOW, QUESTION = "workflow", "question"
MOST_CHOICES, OPTION_LIMIT, NAME_LIMIT = 100, 75, 200


@dataclass(frozen=True, slots=True)
class Question:
    """What can be asked for, and the command that it is; with {workflow} it needs one."""

    called: str
    command: str

    @property
    def needs_workflow(self) -> bool:
        return "{workflow}" in self.command


QUESTIONS: Mapping[str, Question] = {
    "runs": Question(N_("Its newest runs"), "runs {workflow}"),
    "failures": Question(N_("What is failing now"), "failures"),
    "mute": Question(N_("Mute it for 4 hours"), "mute {workflow} for 4h"),
    "rerun": Question(N_("Run it again"), "rerun {workflow}"),
    "status": Question(N_("How the bot is doing"), "status"),
    "help": Question(N_("What else can be asked"), "help"),
}


@dataclass(frozen=True, slots=True)
class Wrong:
    """The ack that leaves the modal open, saying what is missing."""

    ack: Mapping[str, Any]


def ask_view(workflows: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """`workflows` are ids and names. More than a menu takes are asked for by name. The view carries its language: what
    is wrong is said in it at once."""
    questions = [Choice(key, _(question.called)) for key, question in QUESTIONS.items()]
    said = _("The answer comes in the conversation with this app. Everything else can be asked with `/dataflow`.")
    return {
        **_frame(),
        "submit": plain_text(_("Ask")),
        "private_metadata": current_language(),
        "blocks": [
            *_workflow_input(workflows),
            radio_buttons(Field(QUESTION, QUESTION, _("Question"), is_optional=False), questions, "runs"),
            context(said),
        ],
    }


def note_view(text: str) -> dict[str, Any]:
    """The modal with a sentence instead of inputs."""
    return {**_frame(), "blocks": [section(text)]}


def asked(view: Mapping[str, Any]) -> str | Wrong:
    """The command that was put together."""
    with speaking(str(view.get("private_metadata"))):
        return _asked(view)


def _asked(view: Mapping[str, Any]) -> str | Wrong:
    values = view.get("state", {}).get("values", {})
    chosen = values.get(QUESTION, {}).get(QUESTION, {}).get("selected_option") or {}
    question = QUESTIONS.get(str(chosen.get("value")), QUESTIONS["help"])
    workflow = _workflow(values.get(WORKFLOW, {}).get(WORKFLOW, {}))
    if question.needs_workflow and not workflow:
        return Wrong({"response_action": "errors", "errors": {WORKFLOW: _("Which workflow?")}})
    return question.command.format(workflow=_quoted(workflow))


def _workflow_input(workflows: Sequence[tuple[str, str]]) -> list[Block]:
    field = Field(WORKFLOW, WORKFLOW, _("Workflow"))
    if not workflows:
        return []
    if len(workflows) > MOST_CHOICES or not all(0 < width(one) <= OPTION_LIMIT for one, _name in workflows):
        return [text_input(Field(WORKFLOW, WORKFLOW, _("Workflow"), _("Its name or its id.")), "", NAME_LIMIT)]
    return [menu(field, [Choice(workflow_id, plain(name, OPTION_LIMIT)) for workflow_id, name in workflows], "")]


def _workflow(entered: Mapping[str, Any]) -> str:
    option = entered.get("selected_option") or {}
    return str(option.get("value") or entered.get("value") or "").strip()


def _quoted(workflow: str) -> str:
    """As one word of a command, whatever is in it."""
    return '"' + workflow.replace('"', " ") + '"'


def _frame() -> dict[str, Any]:
    title, close = plain_text(_("Ask Data Flow")), plain_text(_("Cancel"))
    return {"type": "modal", "callback_id": CALLBACK, "title": title, "close": close}
