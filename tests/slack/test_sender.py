"""Posting and reading back, against a Slack that refuses what Slack refuses."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.core.delivery import FailureClass, Notice, NoticeKind, NotPosted, Posted, Unclear
from bot.core.digest import MessageRef
from bot.core.retry import Form
from bot.demo.faults import Fault, FaultKind
from bot.demo.slack_server import SlackServer
from bot.language import Locale
from bot.services.ports import Found, Mark, Outgoing, Unreadable
from bot.slack.sender import SlackSender
from bot.slack.signature import Signer
from tests.slack import samples

SEOUL = ZoneInfo("Asia/Seoul")
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def mark(key: str = "key-1") -> Mark:
    return Mark(key, samples.NOON)


def outgoing(key: str = "key-1", form: Form = Form.BLOCKS) -> Outgoing:
    return Outgoing(mark(key), "data-alerts", samples.ALERT, form)


def channel_id(slack: SlackServer) -> str:
    return slack.workspace.channel("data-alerts").id


@pytest.mark.parametrize("form", Form)
def test_a_message_stands_in_the_channel_in_the_form_asked_for(
    slack: SlackServer, sender: SlackSender, form: Form
) -> None:
    outcome = sender.send(outgoing(form=form))
    (message,) = slack.workspace.messages("data-alerts")
    assert outcome == Posted(channel_id(slack), message.ts)
    assert message.text.startswith("❌ FAILED: orders-daily-load \u203a load-to-dw (ran 12 min 3 s)")
    assert bool(message.blocks) is (form in (Form.CHART, Form.BLOCKS))


@pytest.mark.parametrize("facts", [samples.ALERT, samples.DIGEST, Notice(NoticeKind.CHANNEL_REFUSES, "hello", "there")])
def test_a_possible_repeat_says_so_whatever_it_is(slack: SlackServer, sender: SlackSender, facts: Notice) -> None:
    assert isinstance(sender.send(Outgoing(mark(), "data-alerts", facts, Form.TEXT, may_repeat=True)), Posted)
    (message,) = slack.workspace.messages("data-alerts")
    assert "may be a repeat" in message.text


@pytest.mark.parametrize(
    ("locale", "default", "beginning", "time"),
    [
        (Locale(), Locale(), "❌ FAILED: ", "2026-03-20 02:59 UTC"),
        (Locale(), Locale("ko", SEOUL), "❌ 실패: ", "2026-03-20 11:59 (Asia/Seoul)"),
        (Locale("ko", SEOUL), Locale("en"), "❌ 실패: ", "2026-03-20 11:59 (Asia/Seoul)"),
        (Locale("en"), Locale("ko", SEOUL), "❌ FAILED: ", "2026-03-20 11:59 (Asia/Seoul)"),
        (Locale("eo"), Locale("ko"), "❌ FAILED: ", "2026-03-20 02:59 UTC"),
    ],
)
def test_a_channel_is_spoken_to_in_its_language_and_zone_or_else_the_bot_s(
    slack: SlackServer, sender: SlackSender, locale: Locale, default: Locale, beginning: str, time: str
) -> None:
    replace(sender, locale=default).send(replace(outgoing(), locale=locale))
    (message,) = slack.workspace.messages("data-alerts")
    assert message.text.startswith(beginning)
    assert f"|{time}>" in message.text


def test_a_digest_links_to_alerts_once_the_workspace_is_known(slack: SlackServer, sender: SlackSender) -> None:
    digest = Outgoing(mark(), "data-alerts", samples.DIGEST)
    sender.send(digest)
    sender.workspace.identify()
    sender.send(replace(digest, mark=mark("key-2")))
    before, after = (str(message.blocks) for message in slack.workspace.messages("data-alerts"))
    assert "archives" not in before
    assert "https://demo.slack.com/archives/C0ALERTS/p" in after


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        ("channel_not_found", FailureClass.CHANNEL),
        ("invalid_blocks", FailureClass.MESSAGE),
        ("token_revoked", FailureClass.TOKEN),
    ],
)
def test_a_refusal_is_an_outcome(slack: SlackServer, sender: SlackSender, error: str, failure: FailureClass) -> None:
    slack.refuse("chat.postMessage", error)
    assert sender.send(outgoing()) == NotPosted(failure, error)


def test_a_rate_limit_is_an_outcome_that_says_how_long(slack: SlackServer, sender: SlackSender) -> None:
    slack.faults.add(Fault(kind=FaultKind.STATUS, status=429, error="ratelimited", retry_after=7))
    assert sender.send(outgoing()) == NotPosted(FailureClass.RATE_LIMITED, "ratelimited", 7.0)


@pytest.mark.parametrize(
    "kind",
    [FaultKind.RESET_AFTER, FaultKind.ERROR_AFTER, FaultKind.HTML, FaultKind.CUT_JSON, FaultKind.WRONG_SHAPE],
)
def test_a_message_is_sent_once_whatever_the_answer_and_an_odd_answer_is_unclear(
    slack: SlackServer, sender: SlackSender, kind: FaultKind
) -> None:
    slack.faults.add(Fault(kind=kind, operation="chat.postMessage", status=500))
    assert isinstance(sender.send(outgoing()), Unclear)
    assert len(slack.workspace.messages("data-alerts")) == (0 if kind is FaultKind.HTML else 1)


def test_a_slack_that_is_down_surely_did_not_post(slack: SlackServer, sender: SlackSender) -> None:
    slack.go_down()
    outcome = sender.send(outgoing())
    assert isinstance(outcome, NotPosted)
    assert outcome.failure is FailureClass.TRANSIENT


def test_reading_back_finds_every_page_of_our_messages(slack: SlackServer, sender: SlackSender) -> None:
    posted = []
    for number in range(205):
        outcome = sender.send(outgoing(key=f"key-{number}", form=Form.LINE))
        assert isinstance(outcome, Posted)
        posted.append(Found(mark(f"key-{number}"), MessageRef(outcome.channel, outcome.ts)))
        slack.user("mina").say("chatter", "data-alerts")
    found = sender.read_back(channel_id(slack), LONG_AGO)
    assert not isinstance(found, Unreadable)
    assert sorted(found, key=lambda message: message.ref.ts) == posted


def test_a_channel_is_read_back_by_its_name_as_well(slack: SlackServer, sender: SlackSender) -> None:
    sender.send(outgoing())
    (message,) = slack.workspace.messages("data-alerts")
    found = Found(mark(), MessageRef(channel_id(slack), message.ts))
    assert sender.read_back("#data-alerts", LONG_AGO) == [found]
    assert sender.read_back("#nowhere", LONG_AGO) == Unreadable("channel_not_found", is_lasting=True)


def test_reading_back_begins_at_the_moment_asked_for(slack: SlackServer, sender: SlackSender) -> None:
    outcomes = [sender.send(outgoing(key=f"key-{number}")) for number in range(2)]
    second = next(outcome.ts for outcome in outcomes[1:] if isinstance(outcome, Posted))
    since = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=int(second.replace(".", "")))
    assert sender.read_back(channel_id(slack), since) == [Found(mark("key-1"), MessageRef(channel_id(slack), second))]


def test_a_key_in_a_message_of_somebody_else_is_not_ours(slack: SlackServer, sender: SlackSender) -> None:
    channel = slack.workspace.channel("data-alerts")
    copied = sender.signer.metadata(mark())
    forged = Signer("xoxb-theirs").metadata(mark("key-2"))
    slack.workspace.post(channel, "U1", "copied", bot_id="B0OTHER", metadata=copied)
    slack.workspace.post(channel, "U1", "forged", bot_id=slack.workspace.bot_id, metadata=forged)
    assert sender.read_back(channel.id, LONG_AGO) == []


@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind=FaultKind.STATUS, operation="auth.test", status=503),
        Fault(kind=FaultKind.STATUS, operation="auth.test", status=200, error="token_revoked"),
        Fault(kind=FaultKind.RESET_BEFORE, operation="conversations.history"),
        Fault(kind=FaultKind.CUT_JSON, operation="conversations.history"),
        Fault(kind=FaultKind.STATUS, operation="conversations.history", status=429, error="ratelimited"),
    ],
)
def test_what_cannot_be_read_now_is_not_read_and_can_be_read_later(
    slack: SlackServer, sender: SlackSender, fault: Fault
) -> None:
    sender.send(outgoing())
    slack.faults.add(fault)
    reading = sender.read_back(channel_id(slack), LONG_AGO)
    assert isinstance(reading, Unreadable)
    assert not reading.is_lasting
    slack.faults.clear()
    assert not isinstance(sender.read_back(channel_id(slack), LONG_AGO), Unreadable)


def test_a_reading_that_breaks_off_half_way_is_none(slack: SlackServer, sender: SlackSender) -> None:
    for number in range(205):
        slack.user("mina").say(f"chatter {number}", "data-alerts")
    sender.workspace.identity()
    slack.faults.add(Fault(kind=FaultKind.SLOW, operation="conversations.history", times=1))
    slack.faults.add(Fault(kind=FaultKind.RESET_BEFORE, operation="conversations.history"))
    assert isinstance(sender.read_back(channel_id(slack), LONG_AGO), Unreadable)


@pytest.mark.parametrize(("scope", "is_member"), [("channels:history", True), (None, False)])
def test_only_a_person_can_give_the_right_to_read(
    slack: SlackServer, sender: SlackSender, scope: str | None, is_member: bool
) -> None:
    slack.workspace.scopes.discard(str(scope))
    if not is_member:
        slack.workspace.channel("data-alerts").members.discard(slack.workspace.bot.id)
    reason = "missing_scope" if scope else "not_in_channel"
    assert sender.read_back(channel_id(slack), LONG_AGO) == Unreadable(reason, is_lasting=True)


def test_a_reply_stands_in_its_thread_and_is_read_back_there(slack: SlackServer, sender: SlackSender) -> None:
    parent = sender.send(outgoing())
    assert isinstance(parent, Posted)
    thread = MessageRef(parent.channel, parent.ts)
    reply = sender.send(replace(outgoing("key-2"), thread=thread))
    assert isinstance(reply, Posted)
    (message,) = slack.workspace.messages("data-alerts")
    assert [answer.ts for answer in message.thread] == [reply.ts]
    found = sender.read_back(parent.channel, LONG_AGO, thread)
    assert Found(mark("key-2"), MessageRef(reply.channel, reply.ts)) in (found if isinstance(found, list) else [])
    assert sender.read_back(parent.channel, LONG_AGO) == [Found(mark(), thread, has_replies=True)]


@pytest.mark.parametrize("is_broadcast", [True, False])
def test_a_reply_stands_in_the_channel_as_well_where_it_is_asked_to(
    slack: SlackServer, sender: SlackSender, is_broadcast: bool
) -> None:
    parent = sender.send(outgoing())
    assert isinstance(parent, Posted)
    thread = MessageRef(parent.channel, parent.ts)
    reply = sender.send(replace(outgoing("key-2"), thread=thread, is_broadcast=is_broadcast))
    assert isinstance(reply, Posted)
    (message, *_) = slack.workspace.messages("data-alerts")
    assert [answer.is_broadcast for answer in message.thread] == [is_broadcast]
    found = sender.read_back(parent.channel, LONG_AGO)
    assert not isinstance(found, Unreadable)
    assert (MessageRef(reply.channel, reply.ts) in [one.ref for one in found]) is is_broadcast


def test_an_alert_is_short_in_a_thread_and_whole_on_its_own(slack: SlackServer, sender: SlackSender) -> None:
    parent = sender.send(outgoing())
    assert isinstance(parent, Posted)
    sender.send(replace(outgoing("key-2"), thread=MessageRef(parent.channel, parent.ts)))
    (message,) = slack.workspace.messages("data-alerts")
    assert len(message.blocks) > 1
    assert [len(answer.blocks) for answer in message.thread] == [1]


def test_nothing_stands_in_a_thread_that_is_not_there(slack: SlackServer, sender: SlackSender) -> None:
    gone = MessageRef(channel_id(slack), "1742454000.000100")
    assert sender.read_back(gone.channel, LONG_AGO, gone) == ()


def test_an_edited_message_changes_in_place_and_keeps_its_mark(slack: SlackServer, sender: SlackSender) -> None:
    posted = sender.send(outgoing())
    assert isinstance(posted, Posted)
    ref = MessageRef(posted.channel, posted.ts)
    edit = Outgoing(mark("key-2"), posted.channel, Notice(NoticeKind.WATCHING, count=1), Form.TEXT, edits=ref)
    assert sender.send(edit) == posted
    (message,) = slack.workspace.messages("data-alerts")
    assert message.text.startswith("📣 I am watching")
    assert not message.blocks
    assert sender.read_back(posted.channel, LONG_AGO) == [Found(mark(), ref)]


def test_a_message_that_is_gone_cannot_be_edited(slack: SlackServer, sender: SlackSender) -> None:
    gone = MessageRef(channel_id(slack), "1742454000.000100")
    edit = Outgoing(mark(), gone.channel, Notice(NoticeKind.WATCHING, count=1), edits=gone)
    assert sender.send(edit) == NotPosted(FailureClass.EDIT, "message_not_found")


def test_a_message_in_another_place_says_where_it_belongs(slack: SlackServer, sender: SlackSender) -> None:
    sender.send(replace(outgoing(), instead_of="#broken"))
    (message,) = slack.workspace.messages("data-alerts")
    assert "This is for #broken, which does not take messages now." in message.text


def test_our_own_message_can_be_deleted_and_stays_deleted(slack: SlackServer, sender: SlackSender) -> None:
    posted = sender.send(outgoing())
    assert isinstance(posted, Posted)
    ref = MessageRef(posted.channel, posted.ts)
    assert sender.delete(ref)
    assert sender.delete(ref)
    assert slack.workspace.messages("data-alerts") == []


def test_a_message_of_somebody_else_cannot_be_deleted(slack: SlackServer, sender: SlackSender) -> None:
    theirs = slack.user("mina").say("mine", "data-alerts")
    assert not sender.delete(MessageRef(theirs.channel, theirs.ts))
