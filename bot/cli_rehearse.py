"""The command that rehearses a configuration, and how what came of it is printed."""

import re
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, TextIO
from zoneinfo import ZoneInfo

import click

if TYPE_CHECKING:
    from bot.demo.slack_server import Entry
    from bot.rehearsal import Rehearsed

DEFAULT = "bad-night"


@click.command()
@click.option(
    "--config", "env_file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Settings, as in .env."
)
@click.option("--subscriptions", "file", type=click.File(encoding="utf-8"), help="A file of subscriptions.")
@click.option("--scenario", default=DEFAULT, show_default=True, help="What happens: a name, or a file of your own.")
def rehearse(env_file: Path | None, file: TextIO | None, scenario: str) -> None:
    """Play a scenario to your own configuration, faster than time, and print what would have been posted.

    No keys are needed and nothing leaves this machine. Exit code 1 when an expectation of the scenario is not met.
    """
    try:
        from bot.demo import story
        from bot.rehearsal import rehearse as play
    except ModuleNotFoundError as missing:
        install = "pip install 'dataflow-bot[demo]'"
        raise click.UsageError(f"a rehearsal needs {missing.name}, which is not installed: {install}") from None
    from bot import config, logs
    from bot.services import subscriptions_file

    try:
        told = story.load(scenario)
        settings = config.load(_env_file=env_file)
        logs.set_up("ERROR", settings.log_format, [])
        wishes = subscriptions_file.read(file.read()) if file else None
        with click.progressbar(length=100, label=told.title, file=sys.stderr) as bar:
            rehearsed = play(told, env_file, wishes, lambda share: bar.update(round(share * 100) - bar.pos))
    except story.NoSuchStory as wrong:
        raise click.UsageError(str(wrong)) from None
    for line in lines_of(rehearsed, settings.timezone):
        click.echo(line)
    missed = rehearsed.disappointments(told.expect)
    for line in missed:
        click.echo(f"✗ {line}")
    click.echo("Not as expected." if missed else "✓ As the scenario expects.")
    sys.exit(1 if missed else 0)


def lines_of(rehearsed: "Rehearsed", zone: ZoneInfo) -> Iterator[str]:
    """Each message with its time and place, and what all of them amount to."""
    for message in rehearsed.messages:
        yield _line(message, rehearsed.channel_names, zone)
    yield ""
    yield from _summary(rehearsed)


def _line(message: "Entry", names: dict[str, str], zone: ZoneInfo) -> str:
    from datetime import datetime

    at = datetime.fromtimestamp(message.at, zone)
    place = names.get(message.channel, message.channel)
    reply = "↳ " if message.thread_ts else ""
    return f"{at:%a %H:%M:%S}  {place:<16} {reply}{_shown(message.text.splitlines()[0])}"


def _shown(line: str) -> str:
    """Without Slack's marks: of a date or a link what stands for it, and entities decoded."""
    return unescape(re.sub(r"<[^<>|]*\|([^<>]*)>", r"\1", line))


def _summary(rehearsed: "Rehearsed") -> Iterator[str]:
    replies = len(rehearsed.messages) - rehearsed.new_messages
    per_incident = rehearsed.new_messages_per_incident
    yield f"{rehearsed.new_messages} new messages, {replies} replies in threads, {rehearsed.edits} changes of a message"
    yield f"{rehearsed.incidents} incidents" + (f", {per_incident:.1f} new messages each" if per_incident else "")
    audit = rehearsed.audit
    delay = audit.slowest_delay
    slowest = "" if delay is None else f", the slowest alert {delay} after the end"
    yield f"{audit.failures} failures, {len(audit.gaps)} lost, {rehearsed.repeated} repeated{slowest}"
