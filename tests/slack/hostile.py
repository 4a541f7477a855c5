"""Which values the types of the vocabulary can have, where not every value of their fields makes one."""

from datetime import UTC, date, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from bot.core.alerting import Alert
from bot.core.catch_up import CatchUpPage, PageJob
from bot.core.digest import Window, day_window
from bot.core.incidents import Incident, JobTrouble
from bot.core.rules import QuietHours, Rules
from tests.core.test_rule_words import QUIET, RULES
from tests.slack.anything import KNOWN, of

MENTIONS = st.sampled_from([None, "S0ONCALL1", "<@U0MINA123>", "here", "<!channel>", "<@U1|x>", "U0MINA123 <!everyone>"])
"""As they may be configured, well and badly."""
CALLED = frozenset({"S0ONCALL1", "U0MINA123", "here"})
"""Who may be mentioned therefore."""
