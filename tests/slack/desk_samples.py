"""One ordinary value of every answer about subscriptions, mutes and trouble, and of a test alert."""

from dataclasses import replace
from datetime import time, timedelta

from bot.core.digest import MessageRef
from bot.core.model import ExecutionStatus
from bot.core.rules import Origin, Subscription
from bot.core.silence import Covered, Silence, SilenceKind, Weekly
from bot.core.trial import Trial
from bot.services.answer_commands import Reply
from bot.services.desk_answers import DeskAnswer
from bot.services.page import Page
from bot.services.reach import Obstacle, Unreached
from bot.services.silence_answers import SilenceEnded, SilenceList, SilenceStarted, SilenceView
from bot.services.subscription_answers import (
    NotSubscribed,
    Subscribed,
    SubscriptionsShown,
    SubscriptionView,
    Unsubscribed,
)
from bot.services.trial_answers import TrialQueued
from bot.services.trouble_answers import FailedRun, Failures, RunDetails, WhichIncident
from bot.store.open_incidents import OpenIncident
from tests.slack.incident_samples import AGAIN, incident, trouble
from tests.slack.rule_samples import EVERYTHING, MINAS, PATIENT, WHY
from tests.slack.samples import NOON, ORDERS, RUNS, SALES, execution, minutes

TAKEN = OpenIncident(4, ORDERS.name, AGAIN, (MessageRef("C0ALERTS", "1774000000.000100"),))
UNSEEN = OpenIncident(5, SALES.name, incident(trouble(2)))

MUTE = Silence(
    4,
    SilenceKind.MUTE,
    NOON,
    NOON + minutes(240),
    "C0ALERTS",
    ORDERS.workflow_id,
    "jb01",
    created_by="김민아",
    note="moving",
)
MUTED = SilenceView(MUTE, Covered(ORDERS.name, "load-to-dw", "#data-alerts"), ("C0ALERTS",), is_active=True, held=3)
SUNDAYS = Weekly(frozenset({6}), time(2), timedelta(hours=3), "Asia/Seoul")
PLANNED = SilenceView(
    Silence(5, SilenceKind.MAINTENANCE, NOON, None, weekly=SUNDAYS), Covered(), ("C0ALERTS", "#data"), is_active=False
)

ONE = SubscriptionView(Subscription(7, "#data", ORDERS.workflow_id), called=ORDERS.name, covers=1)
MANY = SubscriptionView(PATIENT, covers=12)
OF_SETTINGS = SubscriptionView(replace(EVERYTHING, origin=Origin.SETTINGS), covers=40)
BROKEN = SubscriptionView(MINAS, covers=40, broken_since=NOON - minutes(30), reason="is_archived")

FAILED = FailedRun(ORDERS.name, execution())
CANCELED = FailedRun(SALES.name, execution(ExecutionStatus.CANCELED, 2))

ANSWERS: dict[str, DeskAnswer] = {
    "failures": Failures(
        NOON - minutes(1440), (TAKEN, UNSEEN), 2, (FailedRun(ORDERS.name, execution()), CANCELED), 17, Page(1, 2)
    ),
    "failures_none": Failures(NOON - minutes(60), (), 0, (), 0, Page(1, 1)),
    "run": RunDetails(WHY),
    "which_incident": WhichIncident((TAKEN, UNSEEN), 3),
    "which_incident_of_none": WhichIncident((), 0),
    "muted": SilenceStarted(MUTED),
    "mute_ended": SilenceEnded(MUTED),
    "silences": SilenceList((MUTED, PLANNED)),
    "silences_none": SilenceList(()),
    "subscribed": Subscribed(MANY, None, is_own=False, is_member=False),
    "subscribed_again": Subscribed(ONE, PATIENT.rules, is_own=True, is_member=True),
    "unsubscribed": Unsubscribed((ONE,), (MANY, OF_SETTINGS), is_of_settings=True),
    "unsubscribed_from_all": Unsubscribed((ONE, MANY), (), is_of_settings=False),
    "not_subscribed": NotSubscribed("oders", (ONE,)),
    "subscriptions_shown": SubscriptionsShown((ONE, MANY, BROKEN), 17, Page(1, 2)),
    "subscriptions_shown_none": SubscriptionsShown((), 0, Page(1, 1)),
    **{f"unreached_{obstacle.name.lower()}": Unreached("#data", obstacle, "missing_scope") for obstacle in Obstacle},
    "trial_queued": TrialQueued("#data-alerts"),
}
TRIALS = {
    "trial": Trial("김민아", NOON),
    "trial_arrived": Trial("김민아", NOON, NOON + timedelta(milliseconds=740)),
}
REPLIES = {
    "framed": Reply(ANSWERS["failures"], "failures 24h"),
    "framed_last_page": Reply(replace(SubscriptionsShown((ONE,), 16, Page(2, 2))), "list"),
    "shared": Reply(RUNS, 'runs "orders daily load"', is_shared=True),
}
