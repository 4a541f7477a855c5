"""What the commands of the command line share: the bot of the settings, and how an answer is printed."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.services.desk_answers import DeskAnswer
    from bot.wiring import Bot


def bot_of_settings() -> "Bot":
    """The bot of the settings, with logging set up."""
    from bot import config, logs
    from bot.wiring import Bot, secrets_of

    settings = config.load()
    logs.set_up(settings.log_level, settings.log_format, secrets_of(settings))
    return Bot(settings)


def print_answer(ask: "Callable[[Bot], DeskAnswer]") -> None:
    """Print an answer; exit code 1 when what was asked for is not known, or not as it should be."""
    from bot.services.answers import AuditAnswer, Help, NoSuchWorkflow, SeveralWorkflows
    from bot.terminal import show

    bot = bot_of_settings()
    bot.require_schema()
    answer = ask(bot)
    show(answer, bot.settings.timezone)
    is_bad = isinstance(answer, (Help, NoSuchWorkflow, SeveralWorkflows))
    sys.exit(1 if is_bad or (isinstance(answer, AuditAnswer) and not answer.report.is_complete) else 0)
