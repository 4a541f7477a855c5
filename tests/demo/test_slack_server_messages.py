"""The Slack stand-in's conversations, seen through slack_sdk: posting, threads, edits, pages, files, people."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.demo.slack_server import Message, SlackServer, unhurried
from bot.demo.slack_server.messages import format_ts
from bot.demo.slack_server.timeline import Span, Timeline

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "*failed*"}}
KEY = {"event_type": "alert", "event_payload": {"key": "k1"}}


class Slack(SlackServer):
    """The stand-in on a clock that only the tests move, with one channel, one person and a client."""

    def __init__(self) -> None:
        self.now = 1_742_454_000.0
        super().__init__(unhurried(), clock=lambda: self.now)
        self.alerts = self.workspace.add_channel("data-alerts").id
        self.mina = self.workspace.add_user("mina", real_name="김미나", locale="ko-KR").id

    @property
    def web(self) -> WebClient:
        return WebClient(self.workspace.bot_token, base_url=self.api_url, retry_handlers=[])

    def post(self, text: str = "alert", **content: Any) -> str:
        return str(self.web.chat_postMessage(channel=self.alerts, text=text, **content)["ts"])

    def texts(self) -> list[str]:
        return [message.text for message in self.workspace.messages("data-alerts")]


@pytest.fixture
def slack() -> Iterator[Slack]:
    with Slack() as slack:
        yield slack


def error_of(raised: pytest.ExceptionInfo[SlackApiError]) -> str:
    return str(raised.value.response["error"])


def test_a_posted_message_is_visible_with_a_ts_of_its_own_even_when_the_clock_stands_still(slack: Slack) -> None:
    stamps = [slack.post(f"alert {number}") for number in range(3)]
    assert stamps == ["1742454000.000000", "1742454000.000001", "1742454000.000002"]
    assert slack.texts() == ["alert 0", "alert 1", "alert 2"]


@pytest.mark.parametrize("name", ["data-alerts", "#data-alerts"])
def test_a_channel_may_be_named_and_the_answer_has_its_id(slack: Slack, name: str) -> None:
    assert slack.web.chat_postMessage(channel=name, text="alert")["channel"] == slack.alerts


def test_posting_to_a_person_opens_the_conversation_with_that_person(slack: Slack) -> None:
    answer = slack.web.chat_postMessage(channel=slack.mina, text="psst")
    assert answer["channel"].startswith("D")
    assert answer["channel"] == slack.web.conversations_open(users=[slack.mina])["channel"]["id"]
    assert [message.text for message in slack.workspace.direct_messages("mina")] == ["psst"]


def test_an_ephemeral_message_is_seen_by_one_person_only(slack: Slack) -> None:
    slack.workspace.add_user("jun")
    slack.web.chat_postEphemeral(channel=slack.alerts, user=slack.mina, text="for you")
    assert [message.text for message in slack.workspace.messages("data-alerts", seen_by="mina")] == ["for you"]
    assert slack.workspace.messages("data-alerts", seen_by="jun") == []
    assert slack.web.conversations_history(channel=slack.alerts)["messages"] == []


@pytest.mark.shows_anything
def test_text_over_forty_thousand_characters_is_cut_with_a_warning(slack: Slack) -> None:
    answer = slack.web.chat_postMessage(channel=slack.alerts, text="x" * 40_001)
    assert answer["response_metadata"]["warnings"] == ["message_truncated"]
    assert len(slack.texts()[0]) == 40_000


@pytest.mark.shows_anything
def test_half_a_surrogate_pair_is_text_like_any_other(slack: Slack) -> None:
    answer = slack.web.chat_postMessage(channel=slack.alerts, text="\ud83d", metadata=KEY)
    assert answer["message"]["text"] == "\ud83d"


class TestUpdating:
    def test_text_without_blocks_removes_the_blocks(self, slack: Slack) -> None:
        ts = slack.post(blocks=[SECTION])
        slack.web.chat_update(channel=slack.alerts, ts=ts, text="recovered")
        (message,) = slack.workspace.messages("data-alerts")
        assert (message.text, message.blocks) == ("recovered", ())
        assert message.edited is not None

    @pytest.mark.parametrize(("metadata", "kept"), [(None, KEY), ({}, None)])
    def test_metadata_stays_unless_an_empty_object_removes_it(
        self, slack: Slack, metadata: dict[str, Any] | None, kept: dict[str, Any] | None
    ) -> None:
        ts = slack.post(metadata=KEY)
        slack.web.chat_update(channel=slack.alerts, ts=ts, text="recovered", metadata=metadata)
        assert slack.workspace.messages("data-alerts")[0].metadata == kept

    def test_nobody_elses_message_can_be_changed(self, slack: Slack) -> None:
        ts = slack.user("mina").say("mine", "data-alerts").ts
        with pytest.raises(SlackApiError) as raised:
            slack.web.chat_update(channel=slack.alerts, ts=ts, text="not mine")
        assert error_of(raised) == "cant_update_message"
        with pytest.raises(SlackApiError) as raised:
            slack.web.chat_delete(channel=slack.alerts, ts=ts)
        assert error_of(raised) == "cant_delete_message"

    def test_a_long_text_is_refused_where_posting_would_cut_it(self, slack: Slack) -> None:
        ts = slack.post()
        with pytest.raises(SlackApiError) as raised:
            slack.web.chat_update(channel=slack.alerts, ts=ts, text="x" * 4_001)
        assert error_of(raised) == "msg_too_long"

    def test_a_deleted_message_is_gone_for_good(self, slack: Slack) -> None:
        ts = slack.post()
        slack.web.chat_delete(channel=slack.alerts, ts=ts)
        assert slack.texts() == []
        with pytest.raises(SlackApiError) as raised:
            slack.web.chat_update(channel=slack.alerts, ts=ts, text="again")
        assert error_of(raised) == "message_not_found"


class TestThreads:
    def test_replies_stay_in_the_thread_and_are_counted_on_its_first_message(self, slack: Slack) -> None:
        ts = slack.post()
        replies = [slack.post("more", thread_ts=ts), slack.post("and more", thread_ts=ts)]
        (listed,) = slack.web.conversations_history(channel=slack.alerts)["messages"]
        assert (listed["reply_count"], listed["latest_reply"]) == (2, replies[-1])
        thread = slack.web.conversations_replies(channel=slack.alerts, ts=ts)["messages"]
        assert [message["ts"] for message in thread] == [ts, *replies]
        assert [reply.ts for reply in slack.workspace.messages("data-alerts")[0].thread] == replies

    def test_a_reply_to_a_reply_joins_the_same_thread(self, slack: Slack) -> None:
        ts = slack.post()
        reply = slack.post("first", thread_ts=ts)
        slack.post("second", thread_ts=reply)
        assert [held.text for held in slack.workspace.messages("data-alerts")[0].thread] == ["first", "second"]

    def test_a_broadcast_reply_is_in_the_channel_as_well(self, slack: Slack) -> None:
        ts = slack.post()
        slack.post("all hands", thread_ts=ts, reply_broadcast=True)
        assert slack.texts() == ["alert", "all hands"]

    def test_a_deleted_message_with_replies_leaves_its_thread_behind(self, slack: Slack) -> None:
        ts = slack.post()
        slack.post("reply", thread_ts=ts)
        slack.web.chat_delete(channel=slack.alerts, ts=ts)
        assert slack.texts() == []
        thread = slack.web.conversations_replies(channel=slack.alerts, ts=ts)["messages"]
        assert [message.get("subtype") for message in thread] == ["tombstone", None]


class TestHistory:
    def test_it_comes_newest_first_in_pages(self, slack: Slack) -> None:
        stamps = [slack.post() for _ in range(5)]
        pages = [
            [message["ts"] for message in page["messages"]]
            for page in slack.web.conversations_history(channel=slack.alerts, limit=2)
        ]
        assert pages == [stamps[4:2:-1], stamps[2:0:-1], stamps[:1]]

    @pytest.mark.parametrize(("inclusive", "found"), [(True, [2, 1]), (False, [])])
    def test_the_ends_of_the_span_count_only_when_asked_for(
        self, slack: Slack, inclusive: bool, found: list[int]
    ) -> None:
        stamps = [slack.post() for _ in range(4)]
        page = slack.web.conversations_history(
            channel=slack.alerts, oldest=stamps[1], latest=stamps[2], inclusive=inclusive
        )
        assert [message["ts"] for message in page["messages"]] == [stamps[place] for place in found]

    def test_metadata_comes_only_when_asked_for(self, slack: Slack) -> None:
        slack.post(metadata=KEY)
        (plain,) = slack.web.conversations_history(channel=slack.alerts)["messages"]
        (full,) = slack.web.conversations_history(channel=slack.alerts, include_all_metadata=True)["messages"]
        assert "metadata" not in plain
        assert full["metadata"] == KEY

    @given(st.sets(st.integers(1, 60), max_size=20), st.integers(1, 7), st.integers(0, 60), st.integers(0, 60))
    def test_the_pages_of_any_span_hold_each_message_in_it_once(
        self, stamps: set[int], limit: int, oldest: int, latest: int
    ) -> None:
        timeline = Timeline()
        for stamp in stamps:
            timeline.add(Message(channel="C1", ts=format_ts(stamp), user="U1", text=""))
        seen: list[str] = []
        page, following = timeline.page(Span(oldest, latest), limit)
        seen += [message.ts for message in page]
        while following is not None:
            assert len(page) == limit
            page, following = timeline.page(Span(oldest, latest), limit, following)
            seen += [message.ts for message in page]
        assert seen == [format_ts(at) for at in sorted(stamps, reverse=True) if oldest <= at <= latest]


class TestFiles:
    def test_an_upload_into_a_channel_is_a_message_with_the_file(self, slack: Slack) -> None:
        slack.web.files_upload_v2(channel=slack.alerts, content=b"png", filename="chart.png", initial_comment="week")
        (message,) = slack.workspace.messages("data-alerts")
        assert (message.text, message.files[0]["name"]) == ("week", "chart.png")
        slack.workspace.scopes.add("files:read")
        assert slack.web.files_info(file=message.files[0]["id"])["file"]["size"] == len(b"png")

    def test_an_image_block_may_show_an_uploaded_file_and_no_other(self, slack: Slack) -> None:
        uploaded = slack.web.files_upload_v2(content=b"png", filename="chart.png")
        shown = {"type": "image", "slack_file": {"id": uploaded["files"][0]["id"]}, "alt_text": "a chart"}
        slack.post(blocks=[shown])
        with pytest.raises(SlackApiError) as raised:
            slack.post(blocks=[{**shown, "slack_file": {"id": "F404"}}])
        assert error_of(raised) == "invalid_blocks"


def test_people_come_with_their_time_zone_and_their_language_on_request(slack: Slack) -> None:
    person = slack.web.users_info(user=slack.mina, include_locale=True)["user"]
    assert (person["tz"], person["tz_offset"], person["locale"]) == ("Asia/Seoul", 32_400, "ko-KR")
    assert "locale" not in slack.web.users_info(user=slack.mina)["user"]


def test_a_user_group_has_the_people_it_was_made_of(slack: Slack) -> None:
    slack.workspace.scopes.add("usergroups:read")
    group = slack.workspace.add_group("data-oncall", ["mina"])
    assert slack.web.usergroups_users_list(usergroup=group.id)["users"] == [slack.mina]


def test_the_bot_may_react_once_with_each_emoji(slack: Slack) -> None:
    slack.workspace.scopes.add("reactions:write")
    ts = slack.post()
    slack.web.reactions_add(channel=slack.alerts, timestamp=ts, name="eyes")
    assert slack.workspace.messages("data-alerts")[0].reactions == {"eyes": (slack.workspace.bot.id,)}
    with pytest.raises(SlackApiError, match="already_reacted"):
        slack.web.reactions_add(channel=slack.alerts, timestamp=ts, name="eyes")


def test_a_permalink_leads_to_a_message_that_exists(slack: Slack) -> None:
    ts = slack.post()
    link = slack.web.chat_getPermalink(channel=slack.alerts, message_ts=ts)["permalink"]
    assert link.endswith(f"/{slack.alerts}/p{ts.replace('.', '')}")


def test_the_journal_tells_what_became_visible_edited_and_deleted_and_with_which_metadata(slack: Slack) -> None:
    ts = slack.post(metadata=KEY)
    slack.web.chat_update(channel=slack.alerts, ts=ts, text="recovered")
    slack.web.chat_delete(channel=slack.alerts, ts=ts)
    told = [(entry.what.value, entry.method, entry.ts, entry.metadata) for entry in slack.log.entries()]
    assert told == [
        ("appeared", "", ts, KEY),
        ("called", "chat.postMessage", ts, None),
        ("edited", "", ts, KEY),
        ("called", "chat.update", ts, None),
        ("deleted", "", ts, KEY),
        ("called", "chat.delete", ts, None),
    ]
