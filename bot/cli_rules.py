"""The commands of the command line about who is told what: subscriptions, and what other rules would have done."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

import click

from bot.cli_answering import bot_of_settings, print_answer
from bot.core.permissions import Action
from bot.core.rule_words import WORDS, NotUnderstood, RuleWord, read_rules
from bot.core.rules import Rules
from bot.core.subscribing import EVERYTHING, Wish, read_channel, read_workflows
from bot.errors import SubscriptionsFileWrong

if TYPE_CHECKING:
    from bot.services.authority import Permit
    from bot.wiring import Bot

Function = TypeVar("Function", bound=Callable[..., Any])


def rule_options(function: Function) -> Function:
    """An option for each rule; what is given arrives as `rules`, with the texts by the rule's name."""
    for word in reversed(WORDS):
        function = click.option(*_names(word), word.name, metavar="…", help=f"Accepted: {word.accepts}.")(function)
    return function


def _names(word: RuleWord) -> list[str]:
    return [f"--{name.replace('_', '-')}" for name in (word.name, word.short) if name]


def given(options: dict[str, str | None]) -> dict[str, str]:
    """The rules that were named on the command line."""
    return {name: text for name, text in options.items() if text is not None}


@click.group()
def subscriptions() -> None:
    """Say which channels and people hear of what."""


@subscriptions.command("list")
def show() -> None:
    """Show who is told of which workflows, by which rules."""
    print_answer(lambda bot: bot.manage_subscriptions.listed())


@subscriptions.command()
@click.argument("channel")
@click.argument("workflows", default=EVERYTHING)
@rule_options
def add(channel: str, workflows: str, **rules: str | None) -> None:
    """Tell CHANNEL (C0123…, #name, or a person's U0123…) of WORKFLOWS (an id, a name, or a pattern such as orders-*).

    A subscription of the same channel to the same workflows is changed.
    """
    wish = Wish(_understood(read_channel, channel), _understood(read_workflows, workflows), _rules(rules))
    print_answer(lambda bot: bot.manage_subscriptions.add(_permit(bot), wish))


@subscriptions.command()
@click.argument("channel")
@click.argument("workflows", default=EVERYTHING)
def remove(channel: str, workflows: str) -> None:
    """Tell CHANNEL of WORKFLOWS no more. What ALERT_CHANNEL names is told of everything again."""
    print_answer(lambda bot: bot.manage_subscriptions.remove(_permit(bot), channel, workflows))


@subscriptions.command()
@click.argument("file", type=click.File(encoding="utf-8"))
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
def apply(file: TextIO, dry_run: bool) -> None:
    """Make the subscriptions those of FILE (- for standard input). What ALERT_CHANNEL asks for stays."""
    from bot.services import subscriptions_file

    wishes = subscriptions_file.read(_text_of(file))
    print_answer(lambda bot: bot.manage_subscriptions.apply(_permit(bot), wishes, is_dry_run=dry_run))


@subscriptions.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False)
def export(file: Path | None) -> None:
    """Write the subscriptions as a file that `apply` takes: to FILE, or to standard output."""
    from bot.services import subscriptions_file

    bot = bot_of_settings()
    bot.require_schema()
    text = subscriptions_file.write(bot.manage_subscriptions.export())
    if file:
        file.write_text(text, encoding="utf-8")
    else:
        click.echo(text, nl=False)


@click.command()
@click.option("--days", default=7, show_default=True, type=click.IntRange(1, 31), help="How much of the past.")
@click.option("--rules", "file", type=click.File(encoding="utf-8"), help="A file of subscriptions to compare with.")
@rule_options
def simulate(days: int, file: TextIO | None, **rules: str | None) -> None:
    """Say what other rules would have told of the past: those of a file, or the present ones with some changed."""
    from bot.services import subscriptions_file
    from bot.services.commands.past import simulation
    from bot.services.simulate_rules import as_in_file, with_rules

    if (file is None) == (not given(rules)):
        raise click.UsageError("name either a file with --rules, or rules to change such as --nth 2")
    changed = _understood(with_rules, given(rules))
    alternative = as_in_file(subscriptions_file.read(_text_of(file))) if file else changed
    print_answer(lambda bot: simulation(bot.desk.tools, timedelta(days=days), alternative))


def _permit(bot: "Bot") -> "Permit":
    from bot.services.authority import at_terminal

    return at_terminal(Action.SUBSCRIBE, bot.clock())


def _rules(options: dict[str, str | None], base: Rules | None = None) -> Rules:
    return _understood(lambda texts: read_rules(texts, base), given(options))


Given = TypeVar("Given")
Read = TypeVar("Read")


def _understood(read: Callable[[Given], Read], written: Given) -> Read:
    try:
        return read(written)
    except NotUnderstood as mistake:
        raise click.UsageError(str(mistake)) from None


def _text_of(file: TextIO) -> str:
    try:
        return file.read()
    except UnicodeDecodeError:
        raise SubscriptionsFileWrong(f"{file.name} is not UTF-8 text") from None
