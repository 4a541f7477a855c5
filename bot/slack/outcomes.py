"""What an answer of chat.postMessage or chat.update means for the message: posted, surely not, or nobody knows.

Owns the table of Slack's errors. What follows from an outcome is decided in bot/core/retry.py.
"""

import re
from collections.abc import Mapping
from http import HTTPStatus

from bot.core.delivery import FailureClass, NotPosted, Outcome, Posted, Unclear
from bot.slack.wire import Lost, Reply

_TS = re.compile(r"\d{1,12}\.\d{6}", re.ASCII)

_CLASSES = {
    FailureClass.TRANSIENT: """
        request_timeout org_login_required team_added_to_org external_channel_migrating
    """,
    FailureClass.RATE_LIMITED: """
        ratelimited rate_limited message_limit_exceeded
    """,
    FailureClass.TOKEN: """
        invalid_auth not_authed account_inactive token_revoked token_expired missing_scope not_allowed_token_type
        app_access_restricted accesslimited enterprise_is_restricted team_access_not_granted team_not_found
        two_factor_setup_required deprecated_endpoint method_deprecated
    """,
    FailureClass.CHANNEL: """
        channel_not_found not_in_channel is_archived is_inactive access_denied no_permission ekm_access_denied
        restricted_action restricted_action_read_only_channel restricted_action_thread_only_channel
        restricted_action_non_threadable_channel messages_tab_disabled channel_type_not_supported
        duplicate_channel_not_found
    """,
    FailureClass.MESSAGE: """
        msg_too_long msg_blocks_too_long no_text invalid_blocks invalid_blocks_format
        too_many_attachments invalid_attachments attachment_payload_limit_exceeded too_many_contact_cards
        markdown_text_conflict missing_file_data
        invalid_metadata_format invalid_metadata_schema metadata_too_large metadata_must_be_sent_from_app
        invalid_arguments invalid_arg_name invalid_array_arg invalid_charset invalid_form_data invalid_post_type
        missing_post_type as_user_not_supported send_on_behalf_not_allowed
        slack_connect_canvas_sharing_blocked slack_connect_file_link_sharing_blocked
        slack_connect_lists_sharing_blocked
        duplicate_message_not_found
    """,
    FailureClass.EDIT: """
        message_not_found cant_update_message edit_window_closed block_mismatch cant_broadcast_message
        no_dual_broadcast_content_update streaming_state_conflict
        cannot_reply_to_message restricted_action_thread_locked thread_not_found
    """,
}
"""Slack docs, chat.postMessage and chat.update, "Errors"; thread_not_found stands only among those of
conversations.replies, but people get it for replies, too (slackapi/bolt-js issue 2307)."""

CLASS_OF_ERROR: Mapping[str, FailureClass] = {
    error: failure for failure, errors in _CLASSES.items() for error in errors.split()
}

UNCLEAR_ERRORS = frozenset({"internal_error", "fatal_error", "service_unavailable", "update_failed"})
"""After the first two, "some aspect of the operation" may have "succeeded" (Slack docs); we trust the others no more.

An error that is in neither table is unclear, too: a needless look into the channel costs a minute, a wrong guess an
alert.
"""


def outcome_of(answer: Reply | Lost, channel: str) -> Outcome:
    """What became of a message that was sent to `channel`."""
    if isinstance(answer, Lost):
        return Unclear(answer.error) if answer.was_sent else NotPosted(FailureClass.TRANSIENT, answer.error)
    if answer.is_ok:
        return _posted(answer.body, channel)
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        return NotPosted(FailureClass.RATE_LIMITED, "ratelimited", answer.retry_after)
    failure = CLASS_OF_ERROR.get(answer.error)
    if failure is None or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR or answer.body.get("ok") is not False:
        return Unclear(answer.error)
    return NotPosted(failure, answer.error, answer.retry_after)


def _posted(body: Mapping[str, object], channel: str) -> Outcome:
    ts, landed_in = body.get("ts"), body.get("channel")
    if not isinstance(ts, str) or not _TS.fullmatch(ts):
        return Unclear("ok without a well-formed ts")
    return Posted(landed_in if isinstance(landed_in, str) and landed_in else channel, ts)
