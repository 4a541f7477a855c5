"""Everything that somebody in Slack can be answered: what the terminal shows as well, and what only they can do."""

from bot.services.answers import Answer, WorkflowList
from bot.services.card_answers import CardAnswer
from bot.services.page import Page
from bot.services.reach import Unreached
from bot.services.silence_answers import SilenceAnswer
from bot.services.subscription_answers import SubscriptionAnswer, SubscriptionsShown
from bot.services.trial_answers import TrialQueued
from bot.services.trouble_answers import Failures, WhichIncident

DeskAnswer = Answer | CardAnswer | SilenceAnswer | SubscriptionAnswer | Unreached | WhichIncident | TrialQueued


def page_of(answer: DeskAnswer) -> Page | None:
    """Where the answer is one page of several."""
    return answer.page if isinstance(answer, WorkflowList | Failures | SubscriptionsShown) else None
