"""The test alert: surely none, and with the time that it took."""

from bot.core.durations import spell
from bot.core.retry import Form
from bot.core.trial import Trial
from bot.language import _
from bot.services.trial_answers import TrialQueued
from bot.slack.blocks.elements import Message, section, two_lines
from bot.slack.text import moment, place, words

NAME = 100


def trial_message(trial: Trial, form: Form) -> Message:
    headline = _("🧪 TEST ALERT: nothing has failed")
    asked = _("{person} asked {when} whether alerts arrive here.").format(
        person=words(trial.by, NAME), when=moment(trial.asked_at)
    )
    if trial.took is None:
        return two_lines(headline, asked, form)
    took = _("This one took {duration}, on the way that every alert takes.").format(duration=spell(trial.took))
    return two_lines(headline, f"{asked} {took}", form)


def trial_queued(answer: TrialQueued) -> Message:
    text = _("A test alert is on its way to {channel}. Once it is there, it says how long it took.").format(
        channel=place(answer.channel, NAME)
    )
    return Message(text, (section(text),))
