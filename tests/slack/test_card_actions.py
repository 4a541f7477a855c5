"""The buttons of a card: which there are depends on how its incident stands, and their values lead back to it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.alerting import Alert
from bot.core.handles import CardRef, Handle, Muted, StartableJobs
from bot.core.incidents import Acknowledgement, Incident
from bot.core.model import ExecutionStatus
from bot.core.reruns import Refusal, RerunNews, RerunState
from bot.core.retry import Form
from bot.core.silence import Covered, Silence, SilenceKind
from bot.demo.slack_server.blocks import block_problems
from bot.services.answer_cards import ClickAnswer
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
from bot.services.explain_message import NoRunTold, SeveralRuns
from bot.services.silence_answers import SilenceEnded, SilenceStarted, SilenceView
from bot.slack.blocks.actions import (
    ACK,
    CONSOLE,
    ENDS,
    HISTORY,
    MUTE,
    RERUN,
    UNACK,
    UNMUTE,
    WHY,
    card_actions,
    decode,
    decode_mute,
    decode_number,
    decode_start,
    encode,
    encode_start,
)
from bot.slack.blocks.clicked import click_message
from bot.slack.blocks.elements import Message
from bot.slack.blocks.facts import facts_message
from bot.slack.blocks.links import Links
from tests.slack import samples
from tests.slack.incident_samples import BACKGROUND, OVER, card, incident, trouble
from tests.slack.samples import NOON, ORDERS, SALES, execution, minutes

Golden = Callable[[str, Message], None]
FORMS = [form for form in Form if form is not Form.CHART]

JOBS = StartableJobs(("load-to-dw", "적재 확인"), 7)
HANDLE = Handle(17, JOBS)
MUTED = Muted(5, NOON + minutes(240), "김민아")
OPEN = incident(trouble(failures=3))
TAKEN = replace(OPEN, acknowledged=Acknowledgement("김민아", NOON))
SPECIMENS = {
    "card_to_handle": replace(card(OPEN, BACKGROUND), handle=HANDLE),
    "card_acknowledged": replace(card(TAKEN, BACKGROUND), handle=HANDLE),
    "card_muted": replace(card(OPEN), handle=replace(HANDLE, muted=MUTED)),
    "card_on_schedule": replace(card(OPEN), handle=Handle(17)),
    "card_over": replace(card(OVER), handle=HANDLE),
}


def row(alert: Alert, links: Links = samples.LINKS) -> list[dict[str, Any]]:
    assert alert.incident
    return [element for block in card_actions(alert, alert.incident, links) for element in block["elements"]]


def buttons(alert: Alert) -> list[str]:
    return [element["action_id"] for element in row(alert)]


@pytest.mark.parametrize("name", SPECIMENS)
def test_a_card_with_its_buttons_looks_as_agreed(name: str, golden: Golden) -> None:
    golden(name, facts_message(SPECIMENS[name], Form.BLOCKS, samples.LINKS))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("card_to_handle", [ACK, MUTE, RERUN, HISTORY, WHY, CONSOLE]),
        ("card_acknowledged", [UNACK, MUTE, RERUN, HISTORY, WHY, CONSOLE]),
        ("card_muted", [ACK, MUTE, UNMUTE, RERUN, HISTORY, WHY, CONSOLE]),
        ("card_on_schedule", [ACK, MUTE, HISTORY, WHY, CONSOLE]),
        ("card_over", [HISTORY, WHY, CONSOLE]),
    ],
)
def test_a_card_has_the_buttons_that_make_sense(name: str, expected: list[str]) -> None:
    assert buttons(SPECIMENS[name]) == expected


def test_without_an_address_there_is_no_button_that_leads_there() -> None:
    assert CONSOLE not in [element["action_id"] for element in row(SPECIMENS["card_to_handle"], Links())]


def test_a_card_of_an_earlier_version_has_no_buttons() -> None:
    assert buttons(card(OPEN)) == []


def test_plainer_forms_have_no_buttons_and_say_who_looks_after_it() -> None:
    message = facts_message(SPECIMENS["card_acknowledged"], Form.TEXT, samples.LINKS)
    assert message.blocks == ()
    assert "김민아" in message.text


def test_screen_readers_are_told_what_each_button_does() -> None:
    buttons = [one for one in row(SPECIMENS["card_muted"]) if one["action_id"] not in (MUTE, CONSOLE)]
    spoken = [one["accessibility_label"] for one in buttons]
    assert all(len(label) <= 75 for label in spoken)
    assert all(one["accessibility_label"].startswith(f"{one['text']['text']}: ") for one in buttons)
    assert len(set(spoken)) == len(spoken)


REFS = st.builds(CardRef, st.integers(1, 2**31 - 1), st.integers(-(2**40), 2**40), st.text(max_size=255))


@given(REFS)
def test_a_value_leads_back_to_its_card(ref: CardRef) -> None:
    assert decode(encode(ref)) == ref


@given(st.text())
def test_no_value_from_outside_is_an_error(value: str) -> None:
    for read in (decode, decode_mute, decode_number, decode_start):
        read(value)


@pytest.mark.parametrize("until", [until for until, _ in ENDS])
def test_the_choices_of_the_menu_are_short_and_lead_back(until: str) -> None:
    [menu] = [one for one in row(SPECIMENS["card_to_handle"]) if one["action_id"] == MUTE]
    values = [option["value"] for option in menu["options"]]
    assert all(len(value) <= 75 for value in values)
    [chosen] = [decode_mute(value) for value in values if value.startswith(f"{until}|")]
    assert chosen == (CardRef(17, int(OPEN.opened_at.timestamp()), ""), until)


def test_a_choice_that_the_menu_never_had_leads_nowhere() -> None:
    value = encode(CardRef(17, 0, ""))
    assert decode_mute(f"forever|{value}") is None
    assert decode_mute(f"4h|{value}") == (CardRef(17, 0, ""), "4h")


@given(st.text(max_size=200))
def test_a_workflow_leads_back_from_the_button_that_starts_it(workflow_id: str) -> None:
    assert decode_start(encode_start(workflow_id)) == workflow_id


NAMES = st.text(max_size=300)


@given(NAMES, st.lists(NAMES, max_size=5), st.integers(0, 1000))
def test_the_question_before_a_run_fits_whatever_the_names(workflow: str, jobs: list[str], more: int) -> None:
    handle = Handle(1, StartableJobs(tuple(jobs), len(jobs) + more))
    alert = replace(card(OPEN), workflow_name=workflow, handle=handle)
    assert list(block_problems(list(card_actions(alert, OPEN, Links())), "message", "/blocks")) == []


MUTE_5 = SilenceView(
    Silence(5, SilenceKind.MUTE, NOON, NOON + minutes(240), "C1", ORDERS.workflow_id, "jb01", created_by="김민아"),
    Covered(ORDERS.name, "load-to-dw", "#data-alerts"),
    ("#data-alerts",),
    is_active=True,
)
MINA = Acknowledgement("김민아", NOON)
ANSWERS: dict[str, ClickAnswer] = {
    "acknowledged": Acknowledged(ORDERS.name, MINA, is_news=True),
    "acknowledged_before": Acknowledged(ORDERS.name, MINA, is_news=False),
    "acknowledgement_undone": AcknowledgementUndone(ORDERS.name, MINA),
    "acknowledgement_undone_before": AcknowledgementUndone(ORDERS.name, None),
    "incident_over": IncidentOver(SALES.name, OVER),
    "nothing_open": NothingOpen(SALES.workflow_id, SALES.name),
    "unknown_card": UnknownCard(),
    "mute_started": SilenceStarted(MUTE_5),
    "mute_there_already": SilenceStarted(MUTE_5, is_news=False),
    "mute_ended": SilenceEnded(MUTE_5),
    "rerun_offer": RerunOffer(SALES.workflow_id, SALES.name, JOBS),
    "rerun_requested": RerunRequested(ORDERS.workflow_id, ORDERS.name, RerunState.ACCEPTED),
    "rerun_unknown": RerunRequested(ORDERS.workflow_id, ORDERS.name, RerunState.UNKNOWN),
    "rerun_impossible": RerunImpossible(ORDERS.workflow_id, ORDERS.name),
    "rerun_unseen": RerunUnseen(ORDERS.workflow_id, ORDERS.name),
    "rerun_too_soon": RerunTooSoon(ORDERS.workflow_id, ORDERS.name, "김민아", NOON, NOON + minutes(5)),
    "no_run_told": NoRunTold(),
    "several_runs": SeveralRuns((execution(number=1), execution(ExecutionStatus.CANCELED, number=2))),
    **{
        f"rerun_refused_{refusal.name.lower()}": RerunRefused(ORDERS.workflow_id, ORDERS.name, refusal, "not <allowed>")
        for refusal in Refusal
    },
}


@pytest.mark.parametrize("name", ANSWERS)
def test_what_a_click_answers_looks_as_agreed(name: str, golden: Golden) -> None:
    golden(f"click_{name}", click_message(ANSWERS[name], samples.LINKS))


AGAIN = RerunNews(
    ORDERS.workflow_id, ORDERS.name, "김민아", NOON, RerunState.FOUND, (execution(ExecutionStatus.RUNNING),)
)
NEWS = {
    "rerun_started": AGAIN,
    "rerun_ended": replace(AGAIN, state=RerunState.ENDED, runs=(execution(ExecutionStatus.COMPLETED),)),
    "rerun_of_several_jobs_ended": replace(
        AGAIN,
        state=RerunState.ENDED,
        runs=(execution(ExecutionStatus.COMPLETED, number=3), execution(ExecutionStatus.FAILED, number=4)),
    ),
    "rerun_without_an_answer": replace(AGAIN, state=RerunState.UNKNOWN, runs=()),
    "rerun_missing": replace(AGAIN, state=RerunState.MISSING, runs=()),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", NEWS)
def test_what_is_told_of_a_run_looks_as_agreed(name: str, form: Form, golden: Golden) -> None:
    golden(f"{name}_{form}", facts_message(NEWS[name], form, samples.LINKS))


def test_an_incident_keeps_its_moment_to_the_second() -> None:
    late = Incident("w", NOON + timedelta(milliseconds=999), OPEN.jobs)
    alert = replace(card(late), handle=HANDLE)
    [why] = [one for one in row(alert) if one["action_id"] == WHY]
    assert decode(why["value"]) == CardRef(17, int(NOON.timestamp()), alert.execution.job_execution_id)
