"""Writes the pages of this folder that are made from tables in the code: `python docs/generate.py`.

A test compares them with the tables, so that no page is ever out of date.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from bot.core.permissions import MATRIX, ChannelKind, Role, Rule
from bot.core.rate import RateRule

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
they are shown.

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
        yield f"| `{action}` | {rule.offered} | {' | '.join(_cells(rule))} |"


def _cells(rule: Rule) -> Iterator[str]:
    for kind in PLACES:
        yield WHO[rule.least[kind]] if kind in rule.least else "nobody"


PAGES: dict[str, Callable[[], str]] = {
    "permissions.md": permissions,
}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (FOLDER / name).write_text(page(), encoding="utf-8")
