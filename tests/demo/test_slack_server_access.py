"""What the Slack stand-in refuses for the caller's sake: tokens, scopes, channels, rates, malformed calls."""

import base64
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.demo.slack_server import Limits, SlackServer
from bot.demo.slack_server.channels import ChannelKind


class Slack(SlackServer):
    """The stand-in with Slack's own limits, on a clock that only the tests move."""

    def __init__(self) -> None:
        self.now = 1_742_454_000.0
        super().__init__(Limits(), clock=lambda: self.now)
        self.alerts = self.workspace.add_channel("data-alerts").id

    def client(self, token: str | None) -> WebClient:
        return WebClient(token, base_url=self.api_url, retry_handlers=[])

    @property
    def web(self) -> WebClient:
        return self.client(self.workspace.bot_token)


@pytest.fixture
def slack() -> Iterator[Slack]:
    with Slack() as slack:
        yield slack


def refusal(call: Callable[[], Any]) -> Any:
    with pytest.raises(SlackApiError) as raised:
        call()
    return raised.value.response


class TestTokens:
    @pytest.mark.parametrize(("token", "error"), [("xoxb-wrong", "invalid_auth"), (None, "not_authed")])
    def test_a_wrong_or_missing_token_is_refused(self, slack: Slack, token: str | None, error: str) -> None:
        assert refusal(lambda: slack.client(token).auth_test())["error"] == error

    def test_a_revoked_token_works_again_when_restored(self, slack: Slack) -> None:
        slack.workspace.revoke_tokens()
        assert refusal(slack.web.auth_test)["error"] == "token_revoked"
        slack.workspace.restore_tokens()
        assert slack.web.auth_test()["bot_id"] == slack.workspace.bot_id

    def test_each_kind_of_token_is_good_for_its_own_methods(self, slack: Slack) -> None:
        app = slack.client(slack.workspace.app_token)
        assert refusal(app.auth_test)["error"] == "not_allowed_token_type"
        connect = slack.web.apps_connections_open
        assert refusal(lambda: connect(app_token=slack.workspace.bot_token))["error"] == "not_allowed_token_type"
        assert app.apps_connections_open(app_token=slack.workspace.app_token)["url"].startswith("ws://127.0.0.1")

    def test_a_token_may_come_in_the_form(self, slack: Slack) -> None:
        answer = requests.post(f"{slack.api_url}auth.test", data={"token": slack.workspace.bot_token}, timeout=5)
        assert answer.json()["ok"]


class TestScopes:
    def test_the_answers_header_lists_what_is_granted(self, slack: Slack) -> None:
        granted = slack.web.auth_test().headers["x-oauth-scopes"].split(",")
        assert granted == sorted(slack.workspace.scopes)

    @pytest.mark.parametrize(
        ("scope", "call"),
        [
            ("chat:write", lambda slack: slack.web.chat_postMessage(channel=slack.alerts, text="x")),
            ("channels:history", lambda slack: slack.web.conversations_history(channel=slack.alerts)),
            ("channels:read", lambda slack: slack.web.conversations_list()),
            ("groups:read", lambda slack: slack.web.conversations_list(types="private_channel")),
            ("im:write", lambda slack: slack.web.conversations_open(users=["U1"])),
            ("users:read", lambda slack: slack.web.users_info(user="U1")),
            ("files:write", lambda slack: slack.web.files_getUploadURLExternal(filename="a", length=1)),
        ],
    )
    def test_a_method_without_its_scope_says_which_is_needed(
        self, slack: Slack, scope: str, call: Callable[[Slack], Any]
    ) -> None:
        slack.workspace.scopes.remove(scope)
        answer = refusal(lambda: call(slack))
        assert (answer["error"], answer["needed"]) == ("missing_scope", scope)
        assert scope not in answer["provided"].split(",")


class TestChannels:
    @pytest.mark.parametrize(
        ("trouble", "error"),
        [
            ({"kind": ChannelKind.PRIVATE}, "channel_not_found"),
            ({"is_archived": True}, "is_archived"),
            ({"refuses_posts_with": "restricted_action"}, "restricted_action"),
        ],
    )
    def test_posting_is_refused_where_slack_refuses_it(self, slack: Slack, trouble: dict[str, Any], error: str) -> None:
        channel = slack.workspace.add_channel("elsewhere", bot_is_member=False)
        for name, value in trouble.items():
            setattr(channel, name, value)
        assert refusal(lambda: slack.web.chat_postMessage(channel=channel.id, text="x"))["error"] == error

    def test_an_unknown_channel_is_not_found(self, slack: Slack) -> None:
        assert refusal(lambda: slack.web.chat_postMessage(channel="C404", text="x"))["error"] == "channel_not_found"

    def test_a_public_channel_takes_posts_of_a_stranger_but_is_not_read_by_one(self, slack: Slack) -> None:
        channel = slack.workspace.add_channel("elsewhere", bot_is_member=False)
        slack.web.chat_postMessage(channel=channel.id, text="x")
        assert refusal(lambda: slack.web.conversations_history(channel=channel.id))["error"] == "not_in_channel"
        slack.workspace.scopes.remove("chat:write.public")
        assert refusal(lambda: slack.web.chat_postMessage(channel=channel.id, text="x"))["error"] == "not_in_channel"

    def test_joining_makes_a_public_channel_readable(self, slack: Slack) -> None:
        channel = slack.workspace.add_channel("elsewhere", bot_is_member=False)
        slack.workspace.scopes.add("channels:join")
        slack.web.conversations_join(channel=channel.id)
        assert slack.web.conversations_history(channel=channel.id)["ok"]

    def test_the_list_comes_in_pages_without_private_channels_of_others(self, slack: Slack) -> None:
        for number in range(3):
            slack.workspace.add_channel(f"team-{number}", private=number > 0, bot_is_member=number < 2)
        pages = slack.web.conversations_list(types="public_channel,private_channel", limit=2)
        names = [[channel["name"] for channel in page["channels"]] for page in pages]
        assert names == [["data-alerts", "team-0"], ["team-1"]]

    def test_where_somebody_is_in_is_told_but_for_private_channels_that_the_bot_is_not_in(self, slack: Slack) -> None:
        mina = slack.workspace.add_user("mina")
        slack.workspace.add_channel("ours", private=True)
        slack.workspace.add_channel("theirs", private=True, bot_is_member=False)
        slack.workspace.add_channel("elsewhere").members.discard(mina.id)
        answer = slack.web.users_conversations(user=mina.id, types="public_channel,private_channel")
        assert [channel["name"] for channel in answer["channels"]] == ["data-alerts", "ours"]
        slack.workspace.scopes.discard("groups:read")
        call = slack.web.users_conversations
        assert refusal(lambda: call(user=mina.id, types="public_channel,private_channel"))["needed"] == "groups:read"
        assert call(user=mina.id)["ok"]


class TestRates:
    def test_a_channel_takes_one_message_a_second_after_a_short_burst(self, slack: Slack) -> None:
        def post(channel: str) -> Any:
            return slack.web.chat_postMessage(channel=channel, text="x")

        for _ in range(slack.workspace.limits.post_burst):
            post(slack.alerts)
        answer = refusal(lambda: post(slack.alerts))
        assert (answer.status_code, answer["error"], answer.headers["Retry-After"]) == (429, "ratelimited", "1")
        assert post(slack.workspace.add_channel("other").id)["ok"]
        slack.now += 1
        assert post(slack.alerts)["ok"]
        assert len(slack.workspace.messages("data-alerts")) == slack.workspace.limits.post_burst + 1

    def test_a_method_has_so_many_calls_a_minute(self, slack: Slack) -> None:
        for _ in range(20):
            slack.web.conversations_list()
        answer = refusal(slack.web.conversations_list)
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3")
        slack.now += 3
        assert slack.web.conversations_list()["ok"]


class TestMalformedCalls:
    def test_there_are_no_other_methods(self, slack: Slack) -> None:
        assert refusal(lambda: slack.web.api_call("chat.shout"))["error"] == "unknown_method"

    @pytest.mark.parametrize(
        ("content_type", "body", "error"),
        [
            ("application/json", b"{", "invalid_json"),
            ("application/json", b"[]", "json_not_object"),
            ("application/xml", b"<x/>", "invalid_post_type"),
            ("application/json", b"", "invalid_arguments"),
        ],
    )
    def test_a_body_slack_cannot_read_is_refused(
        self, slack: Slack, content_type: str, body: bytes, error: str
    ) -> None:
        headers = {"Content-Type": content_type, "Authorization": f"Bearer {slack.workspace.bot_token}"}
        answer = requests.post(f"{slack.api_url}chat.postMessage", data=body, headers=headers, timeout=5)
        assert answer.json()["error"] == error

    @pytest.mark.shows_anything
    @pytest.mark.parametrize(
        ("arguments", "error"),
        [
            ({"text": ""}, "no_text"),
            ({"text": "x", "thread_ts": "1.000001"}, "cannot_reply_to_message"),
            ({"text": "x", "metadata": {"event_type": "x"}}, "invalid_metadata_format"),
            ({"text": "x", "metadata": {"event_type": "x", "event_payload": {"k": "v" * 9000}}}, "metadata_too_large"),
            ({"text": "x", "blocks": "not blocks"}, "invalid_blocks_format"),
            ({"text": "x", "blocks": [{"type": "divider"}] * 51}, "invalid_blocks"),
            ({"text": "x", "attachments": [{"text": "y"}] * 101}, "too_many_attachments"),
        ],
    )
    def test_a_message_slack_would_not_take_is_refused(
        self, slack: Slack, arguments: dict[str, Any], error: str
    ) -> None:
        call = {"channel": slack.alerts, **arguments}
        assert refusal(lambda: slack.web.api_call("chat.postMessage", json=call))["error"] == error

    @pytest.mark.parametrize(
        ("arguments", "error"),
        [
            ({"limit": 1000}, "invalid_limit"),
            ({"cursor": "bm9uc2Vuc2U="}, "invalid_cursor"),
            ({"cursor": base64.b64encode(b"offset:5").decode()}, "invalid_cursor"),
            ({"oldest": "yesterday"}, "invalid_ts_oldest"),
        ],
    )
    def test_a_page_that_cannot_be_is_refused(self, slack: Slack, arguments: dict[str, Any], error: str) -> None:
        assert refusal(lambda: slack.web.conversations_history(channel=slack.alerts, **arguments))["error"] == error

    def test_an_edit_after_the_window_is_refused(self) -> None:
        now = [100.0]
        with SlackServer(Limits(edit_window=60), clock=lambda: now[0]) as slack:
            channel = slack.workspace.add_channel("data-alerts")
            web = WebClient(slack.workspace.bot_token, base_url=slack.api_url, retry_handlers=[])
            ts = str(web.chat_postMessage(channel=channel.id, text="x")["ts"])
            now[0] += 61
            assert (
                refusal(lambda: web.chat_update(channel=channel.id, ts=ts, text="y"))["error"] == "edit_window_closed"
            )
