"""What each answer of Slack means for a message: one row for each documented error."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.delivery import FailureClass, NotPosted, Outcome, Posted, Unclear
from bot.slack.outcomes import CLASS_OF_ERROR, UNCLEAR_ERRORS, outcome_of
from bot.slack.wire import Lost, Reply

TRANSIENT, RATE_LIMITED = FailureClass.TRANSIENT, FailureClass.RATE_LIMITED
TOKEN, CHANNEL, MESSAGE, EDIT = FailureClass.TOKEN, FailureClass.CHANNEL, FailureClass.MESSAGE, FailureClass.EDIT

# Slack docs, "Errors" of chat.postMessage and chat.update, without those about files, which the bot does not send.
DOCUMENTED: dict[str, FailureClass | None] = {
    "access_denied": CHANNEL,
    "accesslimited": TOKEN,
    "account_inactive": TOKEN,
    "app_access_restricted": TOKEN,
    "as_user_not_supported": MESSAGE,
    "attachment_payload_limit_exceeded": MESSAGE,
    "block_mismatch": EDIT,
    "cannot_reply_to_message": EDIT,
    "cant_broadcast_message": EDIT,
    "cant_update_message": EDIT,
    "channel_not_found": CHANNEL,
    "channel_type_not_supported": CHANNEL,
    "deprecated_endpoint": TOKEN,
    "duplicate_channel_not_found": CHANNEL,
    "duplicate_message_not_found": MESSAGE,
    "edit_window_closed": EDIT,
    "ekm_access_denied": CHANNEL,
    "enterprise_is_restricted": TOKEN,
    "external_channel_migrating": TRANSIENT,
    "fatal_error": None,
    "internal_error": None,
    "invalid_arg_name": MESSAGE,
    "invalid_arguments": MESSAGE,
    "invalid_array_arg": MESSAGE,
    "invalid_attachments": MESSAGE,
    "invalid_auth": TOKEN,
    "invalid_blocks": MESSAGE,
    "invalid_blocks_format": MESSAGE,
    "invalid_charset": MESSAGE,
    "invalid_form_data": MESSAGE,
    "invalid_metadata_format": MESSAGE,
    "invalid_metadata_schema": MESSAGE,
    "invalid_post_type": MESSAGE,
    "is_archived": CHANNEL,
    "is_inactive": CHANNEL,
    "markdown_text_conflict": MESSAGE,
    "message_limit_exceeded": RATE_LIMITED,
    "message_not_found": EDIT,
    "messages_tab_disabled": CHANNEL,
    "metadata_must_be_sent_from_app": MESSAGE,
    "metadata_too_large": MESSAGE,
    "method_deprecated": TOKEN,
    "missing_file_data": MESSAGE,
    "missing_post_type": MESSAGE,
    "missing_scope": TOKEN,
    "msg_blocks_too_long": MESSAGE,
    "msg_too_long": MESSAGE,
    "no_dual_broadcast_content_update": EDIT,
    "no_permission": CHANNEL,
    "no_text": MESSAGE,
    "not_allowed_token_type": TOKEN,
    "not_authed": TOKEN,
    "not_in_channel": CHANNEL,
    "org_login_required": TRANSIENT,
    "rate_limited": RATE_LIMITED,
    "ratelimited": RATE_LIMITED,
    "request_timeout": TRANSIENT,
    "restricted_action": CHANNEL,
    "restricted_action_non_threadable_channel": CHANNEL,
    "restricted_action_read_only_channel": CHANNEL,
    "restricted_action_thread_locked": EDIT,
    "restricted_action_thread_only_channel": CHANNEL,
    "send_on_behalf_not_allowed": MESSAGE,
    "service_unavailable": None,
    "slack_connect_canvas_sharing_blocked": MESSAGE,
    "slack_connect_file_link_sharing_blocked": MESSAGE,
    "slack_connect_lists_sharing_blocked": MESSAGE,
    "streaming_state_conflict": EDIT,
    "team_access_not_granted": TOKEN,
    "team_added_to_org": TRANSIENT,
    "team_not_found": TOKEN,
    "thread_not_found": EDIT,
    "token_expired": TOKEN,
    "token_revoked": TOKEN,
    "too_many_attachments": MESSAGE,
    "too_many_contact_cards": MESSAGE,
    "two_factor_setup_required": TOKEN,
    "update_failed": None,
}


def refused(error: str, status: int = 200, retry_after: float | None = None) -> Reply:
    return Reply(status, {"ok": False, "error": error}, retry_after)


@pytest.mark.parametrize(("error", "failure"), DOCUMENTED.items())
def test_a_documented_error_is_handled_as_its_class_says(error: str, failure: FailureClass | None) -> None:
    assert outcome_of(refused(error), "C1") == (NotPosted(failure, error) if failure else Unclear(error))


def test_no_error_is_classed_without_a_row_here() -> None:
    assert {*CLASS_OF_ERROR, *UNCLEAR_ERRORS} == set(DOCUMENTED)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Reply(200, {"ok": True, "channel": "C9", "ts": "1742454000.000100"}), Posted("C9", "1742454000.000100")),
        (Reply(200, {"ok": True, "ts": "1742454000.000100"}), Posted("C1", "1742454000.000100")),
        (Reply(200, {"ok": True, "channel": "C9"}), Unclear("ok without a well-formed ts")),
        (Reply(200, {"ok": True, "channel": "C9", "ts": 1742454000.0001}), Unclear("ok without a well-formed ts")),
        (Reply(200, {"ok": True, "channel": "C9", "ts": "1742454000"}), Unclear("ok without a well-formed ts")),
        (Reply(200, {"ok": True, "channel": "C9", "ts": "1.000100 "}), Unclear("ok without a well-formed ts")),
        (Reply(200, {"ok": True, "channel": "C9", "ts": "٣.000100"}), Unclear("ok without a well-formed ts")),
        (refused("a_word_from_the_future"), Unclear("a_word_from_the_future")),
        (Reply(200, {}), Unclear("HTTP 200 without a usable answer")),
        (Reply(200, {"error": "invalid_auth"}), Unclear("invalid_auth")),
        (Reply(200, {"ok": "false", "error": "invalid_auth"}), Unclear("invalid_auth")),
        (Reply(302, {}), Unclear("HTTP 302 without a usable answer")),
        (Reply(403, {}), Unclear("HTTP 403 without a usable answer")),
        (refused("invalid_auth", status=401), NotPosted(TOKEN, "invalid_auth")),
        (refused("invalid_auth", status=500), Unclear("invalid_auth")),
        (Reply(500, {"ok": True, "ts": "1742454000.000100"}), Unclear("HTTP 500 without a usable answer")),
        (Reply(503, {}), Unclear("HTTP 503 without a usable answer")),
        (Reply(429, {}, 30.0), NotPosted(RATE_LIMITED, "ratelimited", 30.0)),
        (refused("ratelimited", status=429), NotPosted(RATE_LIMITED, "ratelimited", None)),
        (refused("ratelimited", retry_after=2.0), NotPosted(RATE_LIMITED, "ratelimited", 2.0)),
        (Lost(False, "refused"), NotPosted(TRANSIENT, "refused")),
        (Lost(True, "reset"), Unclear("reset")),
    ],
)
def test_an_answer_means(answer: Reply | Lost, outcome: Outcome) -> None:
    assert outcome_of(answer, "C1") == outcome


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
bodies = st.dictionaries(st.sampled_from(["ok", "error", "ts", "channel", "x"]), json)


@given(st.integers(100, 599), bodies)
def test_only_a_well_formed_ok_counts_as_posted_and_only_a_known_refusal_as_not(
    status: int, body: dict[str, object]
) -> None:
    match outcome_of(Reply(status, body), "C1"):
        case Posted(_, ts):
            assert status == 200
            assert body["ok"] is True
            assert body["ts"] == ts
        case NotPosted(_, error):
            assert status == 429 or (body["ok"] is False and error in DOCUMENTED)
        case Unclear(error):
            assert error
