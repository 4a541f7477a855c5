"""What a click, or a shortcut in the menu of a message, is answered: what a command is, and what only they can be."""

from bot.language import _
from bot.services.answer_cards import ClickAnswer
from bot.services.explain_message import NoRunTold, SeveralRuns
from bot.slack.blocks.answer import COMMAND
from bot.slack.blocks.desk import desk_message
from bot.slack.blocks.elements import TEXT_LIMIT, Message, fitting, list_sections, section
from bot.slack.blocks.links import Links
from bot.slack.text import code, status_of, words

NAME = 100


def click_message(answer: ClickAnswer, links: Links) -> Message:
    match answer:
        case NoRunTold():
            text = _("That message tells of no run that I know. I can explain my own alerts and what follows them.")
            return Message(text, (section(text),))
        case SeveralRuns():
            return _several(answer)
        case _:
            return desk_message(answer, links)


def _several(answer: SeveralRuns) -> Message:
    title = _("That message tells of several runs. Ask for one of them by its id, such as {example}:").format(
        example=code(f"{COMMAND} why {answer.runs[0].job_execution_id}", NAME)
    )
    lines = [
        f"• {status_of(run)} {words(run.job.name, NAME)} {code(run.job_execution_id, NAME)}" for run in answer.runs
    ]
    return Message("\n".join(fitting([title, *lines], TEXT_LIMIT)), tuple(list_sections(title, lines)))
