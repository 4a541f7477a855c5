"""Rules and subscriptions of any kind, and a modal as somebody has filled it in."""

from collections.abc import Mapping
from datetime import time, timedelta
from typing import Any

from hypothesis import strategies as st

from bot.core.rules import Broadcast, Origin, Outcome, QuietHours, Rules, Subscription
from bot.demo.slack_server.inputs import view_state
from bot.slack.modals.settings import SettingsForm, settings_view
from tests.slack.anything import names

ZONES = st.sampled_from(["Asia/Seoul", "America/Argentina/ComodRivadavia", "UTC", "Europe/Berlin"])
MINUTES = st.integers(0, 24 * 60 - 1).map(lambda minute: time(minute // 60, minute % 60))
RULES = st.builds(
    Rules,
    outcomes=st.frozensets(st.sampled_from(Outcome), min_size=1),
    nth_failure=st.integers(1, 1000),
    wait_for=st.integers(0, 7 * 86400).map(lambda count: timedelta(seconds=count)),
    quiet=st.none()
    | st.tuples(MINUTES, MINUTES, ZONES)
    .filter(lambda parts: parts[0] != parts[1])
    .map(lambda parts: QuietHours(*parts)),
    remind_every=st.none() | st.integers(60, 7 * 86400).map(lambda count: timedelta(seconds=count)),
    broadcast=st.sampled_from(Broadcast),
    mention=st.sampled_from([None, "<@U0MINA123>", "<!subteam^S0ONCALL1>", "<!here>"]),
    language=st.sampled_from([None, "en", "ko"]),
    zone=st.none() | ZONES,
)
SUBSCRIPTIONS = st.builds(
    Subscription, st.integers(1, 2**31 - 1), names, names.map(lambda name: name or "*"), RULES, st.sampled_from(Origin)
)


def a_form(rules: Rules | None = None, entered: Rules | None = None) -> SettingsForm:
    subscription = Subscription(7, "C1", "orders-*", rules or Rules())
    return SettingsForm([subscription], subscription, entered or subscription.rules)


def filled_in(form: SettingsForm, values: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The modal as Slack submits it: these values by their inputs' names, the others as they were shown."""
    view = settings_view(form)
    blocks = [{"block_id": f"b{number}", **block} for number, block in enumerate(view["blocks"])]
    return {**view, "blocks": blocks, "state": {"values": view_state(blocks, {}, values or {})}}
