"""What a click on a card answers, for the eyes of whoever clicked."""

from dataclasses import replace

from bot.core.reruns import Refusal, RerunState
from bot.core.silence_words import spell_covered
from bot.language import N_, _
from bot.services.card_answers import (
    Acknowledged,
    AcknowledgementUndone,
    CardAnswer,
    IncidentOver,
    NothingOpen,
    RerunAnswer,
    RerunImpossible,
    RerunOffer,
    RerunRefused,
    RerunRequested,
    RerunTooSoon,
    RerunUnseen,
    UnknownCard,
)
from bot.services.silence_answers import SilenceEnded, SilenceStarted, SilenceView
from bot.slack.blocks.actions import START, encode_start, rerun_button, unmute_button
from bot.slack.blocks.elements import BUTTON_VALUE_LIMIT, Message, actions, section
from bot.slack.text import moment, place, words

NAME, PERSON, API_WORDS = 100, 60, 300

_REFUSALS = {
    Refusal.BAD_STATE: N_("Data Flow starts {workflow} only by its own trigger, so nothing was started."),
    Refusal.NO_RIGHT: N_(
        "Data Flow does not let this bot start {workflow}: its key lacks the right to execute workflows."
    ),
    Refusal.GONE: N_("Data Flow does not know {workflow} any more, so nothing was started."),
    Refusal.THROTTLED: N_("Data Flow was asked too often and started nothing. Try {workflow} again in a minute."),
    Refusal.UNREACHABLE: N_("Data Flow could not be reached, so {workflow} was not started. Try again later."),
    Refusal.OTHER: N_("Data Flow refused to start {workflow}."),
}


def card_answer_message(answer: CardAnswer) -> Message:
    match answer:
        case Acknowledged():
            return _acknowledged(answer)
        case AcknowledgementUndone():
            return _undone(answer)
        case IncidentOver(workflow_name, incident):
            over = _("{workflow} completed again {when}, so there is nothing left to be done.")
            return _said(
                over.format(workflow=words(workflow_name, NAME), when=moment(incident.closed_at or incident.opened_at))
            )
        case NothingOpen():
            return _said(_("No job of {workflow} is failing.").format(workflow=words(answer.workflow_name, NAME)))
        case UnknownCard():
            return _said(
                _(
                    "This button does not lead anywhere any more: it is of an earlier version of the bot, or of a"
                    " database that it does not have. Use the newest message about the workflow, or a command."
                )
            )
        case _:
            return rerun_answer_message(answer)


def rerun_answer_message(answer: RerunAnswer) -> Message:
    name = words(answer.workflow_name, NAME)
    match answer:
        case RerunOffer():
            return _offer(answer)
        case RerunRequested(state=RerunState.UNKNOWN):
            unknown = _("The answer of Data Flow was lost: nobody knows whether {workflow} starts. It is watched for.")
            return _said(unknown.format(workflow=name))
        case RerunRequested():
            accepted = _(
                "Data Flow has accepted a run of {workflow}. Its start and its end will be told in the thread."
            )
            return _said(accepted.format(workflow=name))
        case RerunRefused():
            refused = _(_REFUSALS[answer.refusal]).format(workflow=name)
            its_words = _("It said: {words}").format(words=words(answer.words, API_WORDS))
            return _said(f"{refused} {its_words}" if answer.words else refused)
        case RerunImpossible():
            fixed = _("{workflow} is started by its schedule, and Data Flow lets nobody start such a workflow by hand.")
            return _said(fixed.format(workflow=name))
        case RerunUnseen():
            unseen = _("{workflow} is not watched: what a run of it does would not be seen. The console can start it.")
            return _said(unseen.format(workflow=name))
        case RerunTooSoon():
            soon = _("{person} asked for a run of {workflow} {when}. Ask again from {again} on.")
            person, when = words(answer.by, PERSON), moment(answer.at)
            return _said(soon.format(person=person, workflow=name, when=when, again=moment(answer.again_at)))


def mute_message(answer: SilenceStarted | SilenceEnded) -> Message:
    """With a button that takes the mute back."""
    match answer:
        case SilenceEnded(view):
            ended = _("The mute of {scope} has ended. What it held back is told now.")
            return _said(ended.format(scope=scope_words(view)))
        case SilenceStarted(view, is_news):
            started = _("{scope} is muted until {when}. What is held back is told once when that is over.")
            there = _("{scope} is muted until {when} already, by {person}.")
            until = view.silence.ends_at or view.silence.starts_at
            person = words(view.silence.created_by or "", PERSON)
            text = (started if is_news else there).format(scope=scope_words(view), when=moment(until), person=person)
            return Message(text, (section(text), actions([unmute_button(view.silence.silence_id, _("Undo"))])))


def scope_words(view: SilenceView) -> str:
    """What a mute or a window covers."""
    channel = view.covered.channel
    if channel is None:
        return words(view.scope, NAME)
    what = words(spell_covered(replace(view.covered, channel=None)), NAME)
    return _("{what} in {channel}").format(what=what, channel=place(channel, NAME, words))


def _acknowledged(answer: Acknowledged) -> Message:
    workflow, person = words(answer.workflow_name, NAME), words(answer.by.by, PERSON)
    if answer.is_news:
        return _said(_("You look after {workflow} now. Its cards say so.").format(workflow=workflow))
    already = _("{person} looks after {workflow} already, since {when}.")
    return _said(already.format(person=person, workflow=workflow, when=moment(answer.by.at)))


def _undone(answer: AcknowledgementUndone) -> Message:
    workflow = words(answer.workflow_name, NAME)
    if answer.was is None:
        return _said(_("Nobody looks after {workflow}, so there is nothing to undo.").format(workflow=workflow))
    undone = _("{person} does not look after {workflow} any more. Its cards say so.")
    return _said(undone.format(person=words(answer.was.by, PERSON), workflow=workflow))


def _offer(offer: RerunOffer) -> Message:
    text = _("A run of {workflow} starts: {jobs}.")
    jobs = ", ".join(words(name, PERSON) for name in offer.jobs.names) or _("all of its jobs")
    if offer.jobs.total > len(offer.jobs.names):
        more = offer.jobs.total - len(offer.jobs.names)
        jobs = _("{jobs} and {count:,} more").format(jobs=jobs, count=more)
    said = text.format(workflow=words(offer.workflow_name, NAME), jobs=jobs)
    value = encode_start(offer.workflow_id)
    if len(value) > BUTTON_VALUE_LIMIT:
        return _said(said)
    return Message(said, (section(said), actions([rerun_button(offer.workflow_name, offer.jobs, value, START)])))


def _said(text: str) -> Message:
    return Message(text, (section(text),))
