"""What App Home may have to show: nothing at all, or one of everything."""

from datetime import timedelta

from bot.core.digest import MessageRef
from bot.core.incidents import Incident, JobTrouble
from bot.core.rules import Rules, Subscription
from bot.core.silence import Silence, SilenceKind
from bot.services.show_home import Home, NamedSilence
from bot.slack.home.view import Viewer
from bot.store.open_incidents import OpenIncident
from tests.slack import samples

VIEWER = Viewer(frozenset({"C1", "U1"}))
FAILED = samples.execution()
TROUBLE = JobTrouble(FAILED.job, 3, samples.NOON - timedelta(hours=1), samples.NOON, FAILED)
INCIDENT = Incident(FAILED.workflow_id, samples.NOON - timedelta(hours=1), (TROUBLE,))
OPEN = OpenIncident(4, "orders-daily-load", INCIDENT, (MessageRef("C9", "9.9"), MessageRef("C1", "1.1")))
MUTE = Silence(3, SilenceKind.MUTE, samples.NOON, samples.NOON + timedelta(hours=4), created_by="mina", note="moving")
MUTED = NamedSilence(MUTE, samples.NOON + timedelta(hours=4), "orders-daily-load", "load-to-dw")
SUBSCRIPTION = Subscription(7, "#data-alerts", "orders-*", Rules(nth_failure=3))

QUIET = Home((), 0, (), 0, (), {}, samples.HEALTHY)
BUSY = Home((OPEN,), 1, (MUTED,), 1, (SUBSCRIPTION,), {"#data-alerts": "C1"}, samples.HEALTHY)
