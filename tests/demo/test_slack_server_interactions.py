"""People acting in the Slack stand-in: commands, clicks, events and shortcuts, answered by a real Bolt app."""

from typing import Any

import pytest
import requests

from bot.demo.faults import Fault, FaultKind
from bot.demo.slack_server import Happening
from tests.demo.slack_app import Bot, Slack, post


class TestCommands:
    def test_an_answer_is_seen_by_the_one_who_asked(self, slack: Slack) -> None:
        asked = slack.user("mina").command("/dataflow runs", "data-alerts")
        assert (asked.error, asked.wait_for_response().text) == (None, "runs")
        assert asked.ack_seconds is not None
        assert [message.text for message in slack.mina_sees] == ["runs"]
        assert slack.workspace.messages("data-alerts", seen_by="jun") == []

    def test_an_ack_may_carry_the_answer_to_the_whole_channel(self, slack: Slack) -> None:
        asked = slack.user("mina").command("/dataflow in the ack", "data-alerts")
        assert asked.wait_for_response().response_type == "in_channel"
        assert [message.text for message in slack.workspace.messages("data-alerts")] == ["here"]

    def test_a_late_ack_is_an_operation_timeout_for_the_person(self, slack: Slack, bot: Bot) -> None:
        slack.lose_patience()
        asked = slack.user("mina").command("/dataflow slowly", "data-alerts")
        assert (asked.error, asked.ack_seconds) == ("operation_timeout", None)
        bot.may_go_on.set()
        slack.workspace.wait_for(lambda: slack.log.entries(Happening.ACKED_LATE))

    def test_a_command_works_in_the_conversation_with_the_bot(self, slack: Slack) -> None:
        asked = slack.user("jun").command("/dataflow hello")
        assert asked.wait_for_response().text == "hello"
        assert [message.text for message in slack.workspace.direct_messages("jun")] == ["hello"]

    def test_a_response_url_is_good_for_five_answers(self, slack: Slack) -> None:
        asked = slack.user("mina").command("/dataflow 1 2 3 4 5 6", "data-alerts")
        slack.workspace.wait_for(lambda: slack.log.entries(Happening.RESPONDED)[-1].outcome == "used_url")
        assert [response.text for response in asked.responses] == ["1", "2", "3", "4", "5"]

    def test_nobody_can_type_a_command_that_slack_does_not_know(self, slack: Slack) -> None:
        with pytest.raises(LookupError):
            slack.user("mina").command("/dataflaw runs", "data-alerts")


class TestClicks:
    def test_a_click_tells_the_app_which_button_and_where(self, slack: Slack, bot: Bot) -> None:
        message = post(slack)
        clicked = slack.user("mina").click(message, "mute", "w1")
        assert clicked.error is None
        body = bot.wait_for("block_actions")
        assert body["user"]["name"] == "mina"
        assert (body["container"]["message_ts"], body["actions"][0]["value"]) == (message.ts, "w1")

    def test_the_answer_may_replace_the_message(self, slack: Slack) -> None:
        clicked = slack.user("mina").click(post(slack), "mute", "w1")
        assert clicked.wait_for_response().replace_original
        (message,) = slack.mina_sees
        assert (message.text, message.blocks) == ("w1 muted", ())
        with pytest.raises(LookupError):
            slack.user("mina").click(message, "mute")

    def test_the_answer_may_delete_the_message(self, slack: Slack) -> None:
        clicked = slack.user("mina").click(post(slack), "mute", "w2")
        assert clicked.wait_for_response().delete_original
        assert slack.mina_sees == []

    def test_a_message_only_one_person_sees_has_buttons_for_that_person(self, slack: Slack) -> None:
        slack.user("mina").command("/dataflow buttons", "data-alerts").wait_for_response()
        (message,) = slack.mina_sees
        with pytest.raises(LookupError):
            slack.user("jun").click(message, "mute", "w1")
        slack.user("mina").click(message, "mute", "w1").wait_for_response()
        assert [(seen.text, seen.ephemeral_for) for seen in slack.mina_sees] == [("w1 muted", message.ephemeral_for)]

    def test_a_choice_in_a_menu_is_one_of_its_options(self, slack: Slack, bot: Bot) -> None:
        message = post(slack)
        slack.user("mina").select(message, "level", "failures")
        assert bot.wait_for("block_actions")["actions"][0]["selected_option"]["value"] == "failures"
        with pytest.raises(LookupError):
            slack.user("mina").select(message, "level", "everything")


class TestResponseUrls:
    @pytest.fixture
    def url(self, slack: Slack, bot: Bot) -> str:
        slack.user("mina").select(post(slack), "level", "all")
        return str(bot.wait_for("block_actions")["response_url"])

    @pytest.mark.shows_anything
    @pytest.mark.parametrize(
        ("payload", "status", "error"),
        [
            ({"text": "x", "blocks": [{"type": "sectoin"}]}, 200, "invalid_blocks"),
            ({"response_type": "in_channel"}, 400, "no_text"),
            (["text"], 400, "invalid_payload"),
        ],
    )
    def test_an_answer_slack_would_not_show_is_refused(self, url: str, payload: Any, status: int, error: str) -> None:
        answer = requests.post(url, json=payload, timeout=5)
        assert (answer.status_code, answer.json()["error"]) == (status, error)

    def test_after_half_an_hour_it_is_too_late(self, slack: Slack, url: str) -> None:
        slack.put_forward = 1801
        answer = requests.post(url, json={"text": "late"}, timeout=5)
        assert (answer.status_code, answer.json()["error"]) == (404, "expired_url")

    @pytest.mark.shows_anything
    def test_faults_can_be_ordered_for_it(self, slack: Slack, url: str) -> None:
        slack.faults.add(Fault(kind=FaultKind.STATUS, operation="response_url", status=500, times=1))
        assert requests.post(url, json={"text": "x"}, timeout=5).status_code == 500
        assert requests.post(url, json={"text": "x"}, timeout=5).json() == {"ok": True}


class TestEvents:
    def test_the_home_tab_shows_what_the_app_publishes_and_its_buttons_work(self, slack: Slack, bot: Bot) -> None:
        slack.user("mina").open_home()
        home = slack.workspace.wait_for(slack.user("mina").home)
        slack.user("mina").click(home, "mute", "w1")
        body = bot.wait_for("block_actions")
        assert (body["view"]["type"], body["view"]["id"]) == ("home", home.id)
        assert "response_url" not in body

    def test_a_mention_reaches_the_app(self, slack: Slack, bot: Bot) -> None:
        message = slack.user("mina").mention("status?", "data-alerts")
        event = bot.wait_for("app_mention")
        assert (event["ts"], event["text"]) == (message.ts, f"<@{slack.workspace.bot.id}> status?")

    def test_a_direct_message_reaches_the_app(self, slack: Slack, bot: Bot) -> None:
        slack.user("mina").dm("hello")
        event = bot.wait_for("message")
        assert (event["channel_type"], event["text"]) == ("im", "hello")

    def test_shortcuts_reach_the_app(self, slack: Slack, bot: Bot) -> None:
        slack.user("mina").shortcut("ask")
        assert bot.wait_for("shortcut")["callback_id"] == "ask"
        message = post(slack)
        slack.user("mina").message_shortcut("explain", message)
        assert bot.wait_for("message_action")["message"]["ts"] == message.ts
