"""What commands answer that only Slack can be asked for, and that nothing is shown which nobody has looked at."""

from collections.abc import Callable, Mapping
from typing import Any, get_args

import pytest

from bot.core.delivery import Facts
from bot.core.handles import CardRef
from bot.core.retry import Form
from bot.services.answers import WorkflowList, WorkflowRow
from bot.services.authority import Refused
from bot.services.desk_answers import DeskAnswer
from bot.services.explain_message import MessageAnswer
from bot.services.page import Page
from bot.services.read_log import LogAnswer
from bot.services.trouble_answers import WhichIncident
from bot.slack.blocks.desk import desk_message
from bot.slack.blocks.elements import Message
from bot.slack.blocks.facts import facts_message
from bot.slack.blocks.frame import framed
from bot.slack.modals.ask import ask_view
from bot.slack.modals.mute_until import MuteForm, mute_view
from bot.slack.modals.settings_metadata import Whence
from bot.store.open_incidents import OpenIncident
from tests.slack import desk_samples, incident_samples, rule_samples, samples, test_card_actions
from tests.slack.samples import LINKS, NOON, ORDERS, SALES, minutes

Golden = Callable[[str, Message | Mapping[str, Any]], None]


@pytest.mark.parametrize("name", desk_samples.ANSWERS)
def test_an_answer_of_the_desk_looks_as_agreed(name: str, golden: Golden) -> None:
    golden(name, desk_message(desk_samples.ANSWERS[name], LINKS))


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize("name", desk_samples.TRIALS)
def test_a_test_alert_looks_as_agreed(name: str, form: Form, golden: Golden) -> None:
    golden(f"{name}_{form}", facts_message(desk_samples.TRIALS[name], form, LINKS))


@pytest.mark.parametrize("name", desk_samples.REPLIES)
def test_a_reply_has_buttons_or_says_what_was_asked(name: str, golden: Golden) -> None:
    reply = desk_samples.REPLIES[name]
    golden(f"reply_{name}", framed(desk_message(reply.answer, LINKS), reply))


def test_a_shared_reply_has_no_buttons_of_its_askers() -> None:
    reply = desk_samples.REPLIES["shared"]
    types = [block["type"] for block in framed(desk_message(reply.answer, LINKS), reply).blocks]
    assert "actions" not in types


def test_the_modal_of_a_mute_looks_as_agreed(golden: Golden) -> None:
    form = MuteForm(CardRef(4, 1_774_000_000, ""), Whence("C0ALERTS"))
    golden("mute_until", mute_view(form, NOON + minutes(240)))


@pytest.mark.parametrize("workflows", [0, 2, 101])
def test_the_modal_to_ask_in_looks_as_agreed(workflows: int, golden: Golden) -> None:
    named = [(ORDERS.workflow_id, ORDERS.name), (SALES.workflow_id, SALES.name)]
    golden(f"ask_{workflows}", ask_view((named * 51)[:workflows]))


def test_an_incident_is_known_by_the_jobs_that_still_fail() -> None:
    jobs = tuple(incident_samples.trouble(number, is_over=number < 5) for number in range(1, 6))
    one = OpenIncident(4, ORDERS.name, incident_samples.incident(*jobs))
    message = desk_message(WhichIncident((one,), 1), LINKS)
    assert "orders-daily-load \u203a load-part-5 ·" in message.text


def test_the_last_page_of_workflows_leaves_none_out() -> None:
    row = WorkflowRow(ORDERS, None, None, 0)
    pages = [WorkflowList(None, (row,) * count, 20, Page(number, 2)) for number, count in ((1, 15), (2, 5))]
    first, last = (desk_message(page, LINKS).text for page in pages)
    assert "… and 5 more" in first
    assert "more" not in last


def test_what_is_ended_elsewhere_is_taken_back_there() -> None:
    message = desk_message(desk_samples.ANSWERS["unsubscribed"], LINKS)
    assert "/dataflow subscribe wf-orders to #data" in message.text.replace(ORDERS.workflow_id, "wf-orders")


def test_every_kind_of_message_and_answer_has_been_looked_at() -> None:
    seen = [
        *samples.ANSWERS.values(),
        *samples.NOTICES.values(),
        samples.ALERT,
        samples.DIGEST,
        samples.CATCH_UP,
        samples.CATCH_UP_PAGE,
        *incident_samples.TOLD.values(),
        *rule_samples.ANSWERS.values(),
        *desk_samples.ANSWERS.values(),
        *desk_samples.TRIALS.values(),
        *test_card_actions.ANSWERS.values(),
        *test_card_actions.NEWS.values(),
    ]
    shown = {*get_args(Facts), *get_args(DeskAnswer), *get_args(MessageAnswer)}
    assert shown - {type(value) for value in seen} <= {LogAnswer, Refused}, (
        "add a sample"
    )  # test_permission_answers.py has those
