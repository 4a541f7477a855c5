"""The Bolt application, put together. Needs no network: Bolt learns who it is with the first thing that happens."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from slack_bolt import App
from slack_sdk import WebClient

from bot.slack.blocks.links import Links
from bot.slack.listeners import register
from bot.slack.listeners.answering import Answering
from bot.slack.listeners.services import Services
from bot.slack.replies import Replies
from bot.slack.screen import Screen
from bot.slack.wire import Wire
from bot.slack.work import Work

THREADS = 10
"""For answers. Acks need none of them: they are given in the Socket Mode client's own threads."""

ANSWER_WITHIN = 4
"""Seconds for one call to Slack in answering somebody; also what a shutdown may have to wait for."""


def build_app(wire: Wire, services: Services, links: Callable[[], Links]) -> App:
    """`links` is asked with each answer."""
    pool = ThreadPoolExecutor(THREADS, thread_name_prefix="slack")
    client = WebClient(token=wire.token, base_url=wire.api_url, timeout=ANSWER_WITHIN, ssl=wire.tls, retry_handlers=[])
    app = App(
        client=client,
        logger=_bolt_logger(),
        token_verification_enabled=False,
        raise_error_for_unhandled_request=True,
        process_before_response=True,
        listener_executor=pool,
    )
    replies = Replies(replace(wire, timeout=ANSWER_WITHIN))
    work = Work(pool, replies, services.asking.locale)
    app.error(work.on_error)
    register(app, services, Answering(replies, Screen(replies.wire), work, links, services.asking))
    return app


def _bolt_logger() -> logging.Logger:
    logger = logging.getLogger("bot.slack.bolt")
    logger.addFilter(_is_news)
    return logger


def _is_news(record: logging.LogRecord) -> bool:
    """Bolt finds SLACK_BOT_TOKEN in the environment by itself, and warns that the client it is given goes before."""
    return "`token` will be unused" not in record.getMessage()
