"""Whatever somebody in Slack is answered, as a message."""

from bot.services.card_answers import (
    Acknowledged,
    AcknowledgementUndone,
    IncidentOver,
    NothingOpen,
    RerunImpossible,
    RerunOffer,
    RerunRefused,
    RerunRequested,
    RerunTooSoon,
    RerunUnseen,
    UnknownCard,
)
from bot.services.desk_answers import DeskAnswer
from bot.services.reach import Unreached
from bot.services.silence_answers import SilenceEnded, SilenceList, SilenceStarted
from bot.services.subscription_answers import NotSubscribed, Subscribed, SubscriptionsShown, Unsubscribed
from bot.services.trial_answers import TrialQueued
from bot.services.trouble_answers import WhichIncident
from bot.slack.blocks.answer import answer_message
from bot.slack.blocks.card_answers import card_answer_message
from bot.slack.blocks.elements import Message
from bot.slack.blocks.failures import which_incident_message
from bot.slack.blocks.links import Links
from bot.slack.blocks.silences import silence_message
from bot.slack.blocks.subscribed import subscription_message, unreached_message
from bot.slack.blocks.trial import trial_queued


def desk_message(answer: DeskAnswer, links: Links) -> Message:
    match answer:
        case SilenceStarted() | SilenceEnded() | SilenceList():
            return silence_message(answer)
        case Subscribed() | Unsubscribed() | NotSubscribed() | SubscriptionsShown():
            return subscription_message(answer)
        case Unreached():
            return unreached_message(answer)
        case WhichIncident():
            return which_incident_message(answer)
        case TrialQueued():
            return trial_queued(answer)
        case Acknowledged() | AcknowledgementUndone() | IncidentOver() | NothingOpen() | UnknownCard():
            return card_answer_message(answer)
        case RerunOffer() | RerunRequested() | RerunRefused() | RerunImpossible() | RerunTooSoon() | RerunUnseen():
            return card_answer_message(answer)
        case _:
            return answer_message(answer, links)
