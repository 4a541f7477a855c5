"""The commands of the command line that hold alerts back for a while: mutes and maintenance windows."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from bot.cli_answering import bot_of_settings
from bot.core.permissions import Action
from bot.core.silence import SilenceKind
from bot.core.until import ACCEPTED

if TYPE_CHECKING:
    from bot.services.authority import Permit
    from bot.services.manage_silences import ManageSilences
    from bot.services.silence_answers import NotMade, SilenceAnswer


@click.command()
@click.argument("what", nargs=-1, required=True)
@click.option("--until", required=True, help=f"When it ends: {ACCEPTED}.")
@click.option("--note", default="", help="Why; told with the summary.")
def mute(what: tuple[str, ...], until: str, note: str) -> None:
    """Hold back alerts on WHAT (a workflow, a job of it, a channel) for a while, then tell once what was held."""
    _print(lambda silences, permit: silences.mute(permit(Action.MUTE), what, until, note))


@click.command()
@click.argument("number", type=int)
def unmute(number: int) -> None:
    """End a mute now; `mutes` shows their numbers."""
    _print(lambda silences, permit: silences.end(permit(Action.UNMUTE), SilenceKind.MUTE, number))


@click.command()
def mutes() -> None:
    """Show the mutes that have not ended."""
    _print(lambda silences, _permit: silences.listed(SilenceKind.MUTE))


@click.group()
def maintenance() -> None:
    """Hold back alerts while planned work goes on."""


@maintenance.command()
@click.argument("what", nargs=-1)
@click.option("--from", "start", help="When it begins; without it, now.")
@click.option("--until", help=f"When it ends: {ACCEPTED}. A weekly window needs no end.")
@click.option("--weekly", nargs=3, metavar="DAYS TIME DURATION", help="Such as mon,wed 02:00 90m, or daily 23:00 1h.")
@click.option("--note", default="", help="Why; told with the summary.")
def add(
    what: tuple[str, ...], start: str | None, until: str | None, weekly: tuple[str, str, str] | None, note: str
) -> None:
    """Plan a window for WHAT (a workflow, a job of it, a channel; without it, everything), once or each week."""
    from bot.services.manage_silences import WindowWords

    window = WindowWords(start, until, weekly)
    _print(lambda silences, permit: silences.add_window(permit(Action.MUTE), what, window, note))


@maintenance.command("list")
def list_windows() -> None:
    """Show the windows that have not ended for good."""
    _print(lambda silences, _permit: silences.listed(SilenceKind.MAINTENANCE))


@maintenance.command()
@click.argument("number", type=int)
def remove(number: int) -> None:
    """End a window now and for good; `maintenance list` shows their numbers."""
    _print(lambda silences, permit: silences.end(permit(Action.UNMUTE), SilenceKind.MAINTENANCE, number))


def _print(ask: "Callable[[ManageSilences, Callable[[Action], Permit]], SilenceAnswer | NotMade]") -> None:
    """Exit code 1 when it was not understood, or is not known."""
    from bot.services.answers import Help, NoSuchWorkflow, SeveralWorkflows
    from bot.services.authority import at_terminal
    from bot.silence_tables import silence_table
    from bot.terminal import show, show_table

    bot = bot_of_settings()
    bot.require_schema()
    answer = ask(bot.manage_silences, lambda action: at_terminal(action, bot.clock()))
    if isinstance(answer, (Help, NoSuchWorkflow, SeveralWorkflows)):
        show(answer, bot.settings.timezone)
        sys.exit(1)
    show_table(silence_table(answer, bot.settings.timezone))
