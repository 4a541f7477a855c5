"""Which values the types of the vocabulary can have, where not every value of their fields makes one."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from bot.core.alerting import Alert
from bot.core.catch_up import CatchUp, CatchUpPage, FoldedJob, FoldedRun, PageJob
from bot.core.digest import COMPARED_DAYS, DayCounts, Digest, Window, day_window
from bot.core.explanation import (
    DecisionTrace,
    EndTrace,
    Explanation,
    OverdueTrace,
    TransitionTrace,
    WorkflowExplanation,
)
from bot.core.handles import NAMED_JOBS, CardRef, StartableJobs
from bot.core.incidents import Incident, JobTrouble
from bot.core.mentions import read_mention
from bot.core.model import Execution
from bot.core.recurrence import Recurrence
from bot.core.rules import Outcome, QuietHours, Rules
from bot.core.silence import Weekly
from bot.core.telling import HeldLate, Overdue
from bot.services.explain_message import SeveralRuns
from bot.services.subscription_answers import SubscriptionView, Unsubscribed
from bot.slack.modals.settings_metadata import Whence
from tests.core.test_rule_words import QUIET, RULES, ZONES
from tests.slack.anything import KNOWN, names, of, some

SLACK_IDS = st.none() | st.sampled_from(["C0ALERTS", "U0MINA123"])
TAKES_TOO_LONG = (Outcome.RUNNING_LONG, Outcome.WAITING_LONG, Outcome.NEVER_STARTED)
CALLED = frozenset({"S0ONCALL1", "U0MINA123", "U0123", "S0123", "here", "C0ALERTS"})
"""Who may be mentioned, and which channel named, because the configuration says so: see below, and RULES."""


def _as_read_back(execution_id: str) -> str:
    """From the value of a button, which is not understood with anything else: test_hostile.py shows it."""
    return execution_id.encode("utf-8", "ignore").decode()[:255]


SENSIBLE: dict[Any, st.SearchStrategy[Any]] = {
    QuietHours: QUIET,
    Rules: RULES,
    Whence: st.builds(Whence, SLACK_IDS, st.none() | st.just("https://hooks.slack.com/commands/T0/1/2")),
    Window: st.builds(day_window, of(date), of(ZoneInfo)),
    "channel": st.just("C0ALERTS") | names,
    # A longer one would not fit what a modal carries; `speaking` knows these.
    "language": st.sampled_from(["en", "ko"]),
    "zone": ZONES,
    # Whoever writes a name as a mention here means it: those that count as called are among the others.
    (Alert, "mention"): names.filter(lambda name: read_mention(name) is None)
    | st.sampled_from([None, "S0ONCALL1", "<@U0MINA123>", "here", "<!channel>", "<@U1|x>", "U0MINA123 <!everyone>"]),
    # Other outcomes have no words, and test_hostile.py shows that nothing is told by them; nor on other weekdays.
    **{(late, "outcome"): st.sampled_from(TAKES_TOO_LONG) for late in (HeldLate, Overdue, OverdueTrace)},
    (CardRef, "execution_id"): of(str).map(_as_read_back),
    **{(weekly, "weekdays"): st.frozensets(st.integers(0, 6), min_size=1) for weekly in (Recurrence, Weekly)},
    (Incident, "jobs"): some(JobTrouble, least=1, many=120),
    (CatchUpPage, "jobs"): some(PageJob, many=10),
    (PageJob, "runs"): some(FoldedRun, least=1, many=10),
    # Nothing removed is NotSubscribed.
    (Unsubscribed, "removed"): some(SubscriptionView, least=1),
    # More points than Slack's charts take: `summarise` makes one for each compared day and the day itself.
    (Digest, "days"): st.lists(of(DayCounts), max_size=COMPARED_DAYS + 1).map(tuple),
    (StartableJobs, "names"): st.lists(of(str), max_size=NAMED_JOBS).map(tuple),
    # None is NoRunTold.
    (SeveralRuns, "runs"): some(Execution, least=1),
    (Explanation, "transitions"): some(TransitionTrace, many=5),
    (Explanation, "incidents"): some(Incident, many=3),
    (WorkflowExplanation, "ends"): some(EndTrace, many=5),
    (WorkflowExplanation, "overdue"): some(OverdueTrace, many=3),
    **{(trace, "decisions"): some(DecisionTrace, many=6) for trace in (OverdueTrace, TransitionTrace)},
    (CatchUp, "jobs"): some(FoldedJob, many=20),
}
KNOWN.update(SENSIBLE)

MENU = st.dictionaries(of(str), of(str), max_size=4) | st.builds(
    lambda many, name: {f"wf{number}": name for number in range(many)}, st.sampled_from([100, 101]), of(str)
)
"""Workflows by their ids, as a menu offers them."""
