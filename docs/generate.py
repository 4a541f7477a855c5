"""Writes the pages of this folder that are made from tables in the code: `python docs/generate.py`.

A test compares them with the tables, so that no page is ever out of date.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from bot.core.permissions import MATRIX, Action, ChannelKind, Role, Rule
from bot.core.rate import RateRule
from bot.services.commands.command import Command
from bot.services.commands.table import COMMANDS

FOLDER = Path(__file__).parent

WHO = {
    Role.OUTSIDER: "anyone",
    Role.UNVERIFIED: "anyone",
    Role.READER: "members",
    Role.OPERATOR: "operators",
    Role.ADMIN: "admins",
}
PLACES = {
    ChannelKind.CHANNEL: "public channel",
    ChannelKind.PRIVATE: "private channel",
    ChannelKind.DIRECT: "direct message, App Home",
    ChannelKind.SHARED: "shared channel",
}

PERMISSIONS = """\
# Who may do what

This page is written by `docs/generate.py` from the table in `bot/core/permissions.py`, which the bot itself goes by.

Anyone in a channel may read. Changing something takes an operator, and there are none until you name them:

| setting | whom it names |
|---|---|
| `OPERATOR_USERS` | people, by their Slack ids (`U0123ABCD`), separated by commas |
| `OPERATOR_GROUPS` | the members of user groups, by the ids of the groups (`S0123ABCD`) |
| `ADMIN_USERS` | people who may do the same, and are told when a channel refuses messages |

You find an id in Slack under a person's profile, ⋮, Copy member ID; that of a user group stands in its address. Whoever
asks for a change that they may not make is told their own id.

| role | who that is |
|---|---|
| anyone | whoever is in the channel, guests, people of other workspaces (Slack Connect) and bots included |
| members | full members of the bot's own workspace |
| operators | members who are named by one of the settings above |

- An id counts in the bot's own workspace only: the same id in another one is somebody else.
- Guests, people of other workspaces and bots change nothing, even if a setting names them.
- Who somebody is, is asked of Slack and remembered for two minutes; a right that is taken away lasts that long.
  Of whom Slack does not tell nothing is assumed: they may read, and are told what Slack answered.
- A channel that Slack does not tell of counts as a shared one.
- One person may ask {burst} times at once, and then once every {every:g} seconds.
- The command line is for whoever holds the bot's keys and database: nothing is refused there.

## The table

Each cell is the least that somebody has to be. Buttons and modals are checked when they are pressed or sent, not when
they are shown. The shortcut *Ask about a workflow* asks for the commands that it offers.

{table}

## The log

Each change stands in the table `audit_log` and in `/dataflow log`: when, who, what, to what, what it was before and
what it is now, written in the same transaction as the change itself. So does each change that was refused, with the
reason; of a flood of requests by one person only the first one that came too often. The database refuses to change or
remove rows of this table.
"""


def permissions() -> str:
    rule = RateRule()
    return PERMISSIONS.format(burst=rule.burst, every=rule.every.total_seconds(), table="\n".join(_matrix()))


def _matrix() -> Iterator[str]:
    yield f"| action | by | {' | '.join(PLACES.values())} |"
    yield "|---" * (2 + len(PLACES)) + "|"
    for action, rule in MATRIX.items():
        yield f"| `{action}` | {', '.join(_ways(action, rule))} | {' | '.join(_cells(rule))} |"


def _ways(action: Action, rule: Rule) -> Iterator[str]:
    for command in COMMANDS.values():
        if command.own_action is action:
            yield f"`{command.name}` for oneself"
        elif command.action is action:
            yield f"`{command.name}`"
    if rule.beside:
        yield rule.beside


def _cells(rule: Rule) -> Iterator[str]:
    for kind in PLACES:
        yield WHO[rule.least[kind]] if kind in rule.least else "nobody"


COMMANDS_PAGE = """\
# Commands

This page is written by `docs/generate.py` from the table in `bot/services/commands/table.py`, which is also the parser,
the help text, the usage hint in `app_manifest.yaml` and the list of what has to be permitted.

Type a command in a channel after `/dataflow`, or without it in a direct message to the bot, or after mentioning it.

- **Names** may hold spaces and letters of any script, and need no quotes: `/dataflow runs 정산 매일 failed 5`.
  Quotes help where a name ends like a command does: `/dataflow runs "orders failed"`.
- A **slip** is answered with the commands that come nearest.
- **Only you** see the answer. `--share` at the end, or the button *Share* below it, shows it to everybody in the
  channel; an answer to a mention is then given in its thread. What changes something is never repeated by a click.
- **Long answers** have pages: the buttons below, or `--page 2` at the end.
- **Plain words** do, too: "show me the runs of orders", "what failed today?", "mute orders for 4h please", and in
  Korean "orders 실행 보여줘", "orders 4시간 음소거 해줘", "왜 TsP5R0sOX7QW8f1mA2Vd".
  There is no magic in it: courtesies are left out, and each command has the other names that are listed below.
- Times that you type are those of your own clock, as Slack knows it.
- Whom alerts mention is said in [the file of subscriptions](subscriptions.md) only: nobody can let the bot call others
  by a command.

Who may do what depends on the role and on the kind of channel: [permissions.md](permissions.md).

| command | what it does | for example | also called | needs |
|---|---|---|---|---|
{table}
"""


def commands() -> str:
    return COMMANDS_PAGE.format(table="\n".join(_command(command) for command in COMMANDS.values()))


def _command(command: Command) -> str:
    usage, example = (f"`{text}`".replace("|", "\\|") for text in (command.usage, command.example))
    needs = " or ".join(f"`{action}`" for action in (command.own_action, command.action) if action)
    return f"| {usage} | {command.summary} | {example} | {', '.join(command.called)} | {needs} |"


PAGES: dict[str, Callable[[], str]] = {
    "commands.md": commands,
    "permissions.md": permissions,
}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (FOLDER / name).write_text(page(), encoding="utf-8")
