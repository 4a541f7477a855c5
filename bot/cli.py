"""The command line: parse, call wiring, print. Nothing else.

Exit codes: 0 done, 1 done but something is wrong, 2 wrong use or settings, 130 interrupted.
"""

import gc
import signal
import sys
import threading
from datetime import timedelta
from typing import Any

import click

from bot import cli_rehearse, cli_rules, cli_silences
from bot.cli_answering import bot_of_settings, print_answer
from bot.errors import BotError

LOOK_UP_EVERY = 1.0  # seconds


class Commands(click.Group):
    """Turns an error that the bot raised on purpose into one line and exit code 2, and Ctrl-C into 130."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            sys.exit(130)
        except BotError as error:
            raise click.UsageError(str(error)) from error


class Duration(click.ParamType[timedelta]):
    """A span of time such as 30s or 1h30m."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        from bot.core.durations import parse

        span = value if isinstance(value, timedelta) else parse(str(value))
        if span is None:
            self.fail(f"{value!r} is not a duration such as 30s, 10m or 1h30m", param, ctx)
        return span


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="dataflow-bot")
def main() -> None:
    """Slack alerts for failed runs on NAVER Cloud Platform Data Flow.

    Settings come from the environment or an .env file; `dataflow-bot check` says what is missing.
    """


@main.command()
def run() -> None:
    """Watch, alert and answer until stopped."""
    bot = bot_of_settings()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with bot.running():
        gc.freeze()  # all that is loaded stays; to look through it for garbage holds up every thread, acks too
        # Not without a limit: the system may hand a signal to another thread, and its handler runs in this one, once
        # it wakes up.
        while not stop.wait(LOOK_UP_EVERY):
            pass


@main.command()
@click.option("--for", "lasts", type=Duration(), help="How long, such as 30s; without it, until Ctrl-C.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port of the page; without it, a free one.")
@click.option("--scenario", help="What happens: bad-night, outage, storm, … or a file of your own.")
def demo(lasts: timedelta | None, port: int, scenario: str | None) -> None:
    """Watch the bot at work on your own machine: no keys, no workspace."""
    try:
        from bot.demo.page_server import Offer
        from bot.demo.show import run_demo
        from bot.demo.story import DEFAULT, NoSuchStory, load
    except ModuleNotFoundError as missing:
        install = "pip install 'dataflow-bot[demo]'"
        raise click.UsageError(f"the demo needs {missing.name}, which is not installed: {install}") from None
    except KeyboardInterrupt:  # its libraries take a moment to load
        sys.exit(130)
    from bot.services.commands.table import ALL_HELP
    from bot.slack.listeners.shortcuts import EXPLAIN, NAMES

    shortcuts = tuple((callback, name, callback == EXPLAIN) for callback, name in NAMES.items())
    offer = Offer(tuple((each.usage, each.summary) for each in ALL_HELP), shortcuts)
    try:
        story = load(scenario or DEFAULT)
    except NoSuchStory as wrong:
        raise click.UsageError(str(wrong)) from None
    sys.exit(run_demo(story, lasts, offer, port=port))


@main.command()
def poll() -> None:
    """Run one cycle (poll, deliver) and exit; for cron. Exit code 1 when anything did not work."""
    from bot.terminal import progress

    with progress("polling") as on_progress:
        report = bot_of_settings().poll_once(on_progress)
    click.echo(f"polled {report.polled} workflows, {report.failed} failed; {report.waiting} messages still wait")
    if report.api_error:
        click.echo(f"Data Flow API: {report.api_error}", err=True)
    sys.exit(0 if report.is_clean else 1)


@main.command()
@click.argument("workflow")
@click.option("--status", help="Only runs with this status.")
@click.option("--count", default=10, show_default=True, help="How many runs.")
def runs(workflow: str, status: str | None, count: int) -> None:
    """Show the newest runs of a workflow, by its id or name."""
    words = [workflow, *([status] if status else []), str(count)]
    print_answer(lambda bot: bot.desk.run("runs", words))


@main.command()
@click.argument("search", required=False)
def workflows(search: str | None) -> None:
    """Show the watched workflows with their newest run."""
    print_answer(lambda bot: bot.desk.run("workflows", [search] if search else []))


@main.command()
def status() -> None:
    """Show how the bot is doing: last polls, lag, queue, API and Slack."""
    print_answer(lambda bot: bot.desk.run("status"))


@main.command()
@click.argument("day", default="yesterday")
def digest(day: str) -> None:
    """Show the digest of a day: today, yesterday or YYYY-MM-DD."""
    print_answer(lambda bot: bot.desk.run("digest", [day]))


@main.command()
@click.option("--since", default="24h", show_default=True, help="How far back, such as 90m, 24h or 7d.")
@click.option("--repair", is_flag=True, help="Queue again what is missing; the running bot delivers it.")
def audit(since: str, repair: bool) -> None:
    """Compare the failures in Data Flow, in the database and in Slack. Exit code 1 when something is missing."""
    print_answer(lambda bot: bot.desk.audit([since], should_repair=repair))


@main.command()
@click.argument("subject")
def why(subject: str) -> None:
    """Show why a run was told of or not, by its execution's id, or what was decided on a workflow, by id or name."""
    print_answer(lambda bot: bot.desk.run("why", [subject]))


@main.command()
def check() -> None:
    """Say whether keys, API, tokens, scopes, channels and database are right. Changes nothing."""
    from bot.core.findings import Verdict
    from bot.terminal import show_finding

    findings = []
    for finding in bot_of_settings().findings():
        show_finding(finding)
        findings.append(finding)
    sys.exit(1 if any(finding.verdict is Verdict.WRONG for finding in findings) else 0)


@main.group()
def db() -> None:
    """Look after the database."""


@db.command()
def upgrade() -> None:
    """Bring the schema to this version's; `run` does so by itself."""
    from bot.store import migrate

    changed = migrate.upgrade(bot_of_settings().database)
    click.echo("upgraded" if changed else "is up to date")


@db.command()
def current() -> None:
    """Show the schema's revision. Exit code 1 when it is not this version's."""
    from bot.store import migrate

    state, revision = migrate.schema_state(bot_of_settings().database)
    click.echo(f"{revision or 'no revision'} ({state.value})")
    sys.exit(0 if state is migrate.SchemaState.CURRENT else 1)


main.add_command(cli_rules.subscriptions)
main.add_command(cli_rules.simulate)
main.add_command(cli_rehearse.rehearse)
for command in (cli_silences.mute, cli_silences.unmute, cli_silences.mutes, cli_silences.maintenance):
    main.add_command(command)
