"""Modals in the Slack stand-in: opened, filled in and submitted by a person, answered by a real Bolt app."""

import pytest
from slack_sdk.errors import SlackApiError

from tests.demo.slack_app import Bot, Slack, modal, open_modal, post


class TestModals:
    def test_a_modal_opens_and_closes_when_it_is_submitted(self, slack: Slack, bot: Bot) -> None:
        view = open_modal(slack)
        sent = slack.user("mina").submit(view, {"name": "orders", "level": "all"})
        assert (sent.error, sent.view, slack.user("mina").modal()) == (None, None, None)
        state = bot.wait_for("view_submission")["view"]["state"]["values"]
        assert state["name"]["name"] == {"type": "plain_text_input", "value": "orders"}
        assert [held["level"]["selected_option"]["value"] for held in state.values() if "level" in held] == ["all"]

    def test_errors_stand_beside_their_fields_and_the_entries_stay(self, slack: Slack) -> None:
        view = open_modal(slack)
        sent = slack.user("mina").submit(view, {"name": "bad"})
        assert sent.errors == {"name": "no such workflow"}
        still_open = slack.user("mina").modal()
        assert still_open is not None
        assert still_open.state["name"]["name"]["value"] == "bad"

    @pytest.mark.shows_anything
    @pytest.mark.parametrize(
        ("name", "title", "error"),
        [
            ("more", "More", None),
            ("other", "Other", None),
            ("done", None, None),
            ("broken", "Settings", "invalid_response"),
        ],
    )
    def test_the_ack_decides_what_is_on_the_screen_next(
        self, slack: Slack, name: str, title: str | None, error: str | None
    ) -> None:
        sent = slack.user("mina").submit(open_modal(slack), {"name": name})
        assert (sent.view.title if sent.view else None, sent.error) == (title, error)

    def test_without_an_ack_in_time_everything_stays_on_the_screen(self, slack: Slack) -> None:
        view = open_modal(slack)
        slack.lose_patience()
        sent = slack.user("mina").submit(view, {"name": "slow"})
        assert (sent.view.title if sent.view else None, sent.error) == ("Settings", "operation_timeout")

    def test_three_modals_may_lie_on_each_other_and_no_more(self, slack: Slack) -> None:
        sent = slack.user("mina").submit(open_modal(slack), {"name": "more"})
        for error in (None, "invalid_response"):
            assert sent.view is not None
            sent = slack.user("mina").submit(sent.view, {"name": "more"})
            assert sent.error == error

    def test_slacks_client_does_not_let_a_person_leave_out_a_required_field(self, slack: Slack) -> None:
        view = open_modal(slack)
        with pytest.raises(ValueError, match="required fields are empty"):
            slack.user("mina").submit(view)
        with pytest.raises(ValueError, match="no more than 20 characters"):
            slack.user("mina").submit(view, {"name": "x" * 21})

    def test_closing_is_told_to_an_app_that_asked_for_it(self, slack: Slack, bot: Bot) -> None:
        view = open_modal(slack)
        slack.workspace.views.update(view, modal(notify_on_close=True))
        shown = slack.user("mina").modal()
        assert shown is not None
        slack.user("mina").close(shown)
        assert bot.wait_for("view_closed")["view"]["id"] == view.id

    def test_a_trigger_opens_one_view_within_three_seconds(self, slack: Slack, bot: Bot) -> None:
        def error(trigger_id: str) -> str:
            with pytest.raises(SlackApiError) as raised:
                slack.web.views_open(trigger_id=trigger_id, view=modal())
            return str(raised.value.response["error"])

        message = post(slack)
        slack.user("mina").select(message, "level", "all")
        first = bot.wait_for("block_actions")["trigger_id"]
        slack.web.views_open(trigger_id=first, view=modal())
        assert error(first) == "exchanged_trigger_id"
        slack.user("mina").select(message, "level", "all")
        second = bot.wait_for("block_actions")["trigger_id"]
        slack.put_forward = 3.1
        assert error(second) == "expired_trigger_id"
        assert error("1.2.3") == "invalid_trigger_id"

    def test_only_a_click_in_a_modal_may_push_another_one(self, slack: Slack, bot: Bot) -> None:
        slack.user("mina").select(open_modal(slack), "level", "all")
        slack.web.views_push(trigger_id=bot.wait_for("block_actions")["trigger_id"], view=modal("More"))
        assert slack.user("mina").wait_for_modal().title == "More"
        bot.payloads.clear()
        slack.user("mina").select(post(slack), "level", "all")
        with pytest.raises(SlackApiError, match="invalid_trigger_id"):
            slack.web.views_push(trigger_id=bot.wait_for("block_actions")["trigger_id"], view=modal("More"))

    def test_an_outdated_hash_keeps_a_view_from_being_overwritten(self, slack: Slack) -> None:
        view = open_modal(slack)
        slack.web.views_update(view_id=view.id, hash=view.hash, view=modal("First"))
        with pytest.raises(SlackApiError, match="hash_conflict"):
            slack.web.views_update(view_id=view.id, hash=view.hash, view=modal("Second"))
        with pytest.raises(SlackApiError, match="not_found"):
            slack.web.views_update(view_id="V404", view=modal())
