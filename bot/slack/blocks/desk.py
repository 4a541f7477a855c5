"""Whatever somebody in Slack is answered, as a message."""

from bot.services.card_answers import CardAnswer
from bot.services.desk_answers import DeskAnswer
from bot.services.reach import Unreached
from bot.services.silence_answers import SilenceAnswer
from bot.services.subscription_answers import SubscriptionAnswer
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
    if isinstance(answer, SilenceAnswer):
        return silence_message(answer)
    if isinstance(answer, SubscriptionAnswer):
        return subscription_message(answer)
    if isinstance(answer, CardAnswer):
        return card_answer_message(answer)
    match answer:
        case Unreached():
            return unreached_message(answer)
        case WhichIncident():
            return which_incident_message(answer)
        case TrialQueued():
            return trial_queued(answer)
        case _:
            return answer_message(answer, links)
