"""The workspace: everything Slack knows, and the changes that can happen to it. No HTTP, no permissions of the bot.

All state is guarded by `changed`, a condition that is notified of every change, so that other threads can wait.
"""

import random
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, TypeVar

from bot.demo.slack_server.callbacks import ResponseUrl, Triggers
from bot.demo.slack_server.channels import Channel, ChannelKind, Channels
from bot.demo.slack_server.files import File
from bot.demo.slack_server.journal import Entry, Happening, Journal
from bot.demo.slack_server.limits import Limits, RateCounter
from bot.demo.slack_server.messages import Message
from bot.demo.slack_server.people import Group, Person
from bot.demo.slack_server.views import Views

T = TypeVar("T")
Clock = Callable[[], float]

DEFAULT_SCOPES = frozenset(
    {
        "app_mentions:read",
        "channels:history",
        "channels:read",
        "chat:write",
        "chat:write.public",
        "commands",
        "files:write",
        "groups:history",
        "groups:read",
        "im:history",
        "im:write",
        "usergroups:read",
        "users:read",
    }
)
DEFAULT_EVENTS = frozenset({"app_home_opened", "app_mention", "message.im"})
PATIENCE = 30.0  # seconds, with a bot that has to share its processor with many others
LOOK_AGAIN_AFTER = 0.05  # seconds: a change on the clock alone notifies nobody


class Workspace:
    def __init__(self, limits: Limits, clock: Clock, seed: int = 0) -> None:
        self.limits = limits
        self.clock = clock
        self.changed = threading.Condition(threading.RLock())
        self.journal = Journal()
        self.rates = RateCounter()
        self.dice = random.Random(seed)

        self.team_id, self.app_id, self.bot_id = "T0DEMOTEAM", "A0DEMOAPP", "B0DEMOBOT"
        self.bot = Person(id="U0DEMOBOT", name="dataflow", real_name="Data Flow", team_id=self.team_id, is_bot=True)
        self.bot_token = f"xoxb-{self.dice.randrange(10**12)}-demo"
        self.app_token = f"xapp-1-{self.app_id}-{self.dice.randrange(10**12)}-demo"
        self.scopes: set[str] = set(DEFAULT_SCOPES)
        self.app_scopes: set[str] = {"connections:write"}
        self.dead_tokens: dict[str, str] = {}  # token: the error it now gets, such as "token_revoked"
        self.commands: set[str] = {"/dataflow"}
        self.events: set[str] = set(DEFAULT_EVENTS)

        self.channels = Channels(self.bot.id)
        self.people: dict[str, Person] = {self.bot.id: self.bot}
        self.groups: dict[str, Group] = {}
        self.files: dict[str, File] = {}
        self.views = Views(self.dice)
        self.triggers = Triggers(limits, clock, self.dice)
        self.response_urls: dict[str, ResponseUrl] = {}
        self.tickets: set[str] = set()  # for sockets, each good for one

    def add_channel(
        self, name: str, *, channel_id: str = "", private: bool = False, bot_is_member: bool = True
    ) -> Channel:
        with self.changed:
            channel = Channel(
                id=channel_id or self.new_id("C"),
                name=name,
                kind=ChannelKind.PRIVATE if private else ChannelKind.PUBLIC,
                created_at=int(self.clock()),
                members={person.id for person in self.people.values() if bot_is_member or not person.is_bot},
            )
            return self.channels.add(channel)

    def add_user(
        self, name: str, *, person_id: str = "", real_name: str = "", team_id: str = "", **details: Any
    ) -> Person:
        """A new person, who joins every channel. `details`: other fields of Person."""
        with self.changed:
            person = Person(
                id=person_id or self.new_id("U"),
                name=name,
                real_name=real_name or name,
                team_id=team_id or self.team_id,
                is_stranger=bool(team_id),
                **details,
            )
            self.people[person.id] = person
            for channel in self.channels.all():
                if channel.kind is not ChannelKind.DIRECT:
                    channel.members.add(person.id)
            return person

    def add_group(self, handle: str, members: Iterable[str]) -> Group:
        """A user group of the people with these names."""
        with self.changed:
            group = Group(self.new_id("S"), handle, tuple(self.person(name).id for name in members))
            self.groups[group.id] = group
            return group

    def revoke_tokens(self, error: str = "token_revoked") -> None:
        """Let both tokens fail from now on; `restore_tokens` ends it."""
        self.dead_tokens = {self.bot_token: error, self.app_token: error}

    def restore_tokens(self) -> None:
        self.dead_tokens = {}

    def person(self, name_or_id: str) -> Person:
        """Raises LookupError."""
        for person in self.people.values():
            if name_or_id in (person.id, person.name):
                return person
        raise LookupError(f"no user {name_or_id}")

    def channel(self, name_or_id: str) -> Channel:
        """A conversation by name, #name or id. Raises LookupError."""
        with self.changed:
            return self.channels.named(name_or_id)

    def messages(self, channel: str, *, seen_by: str | None = None) -> list[Message]:
        """The visible top-level messages, oldest first; with `seen_by` also those that only this person sees."""
        with self.changed:
            reader = self.person(seen_by).id if seen_by else None
            return self.channel(channel).timeline.visible(reader)

    def direct_messages(self, user: str) -> list[Message]:
        """The conversation between the bot and this person, oldest first."""
        with self.changed:
            direct = self.channels.direct(self.person(user).id)
            return direct.timeline.visible(self.person(user).id) if direct else []

    def wait_for(self, probe: Callable[[], T | None], timeout: float = PATIENCE) -> T:
        """Wait until `probe` returns something true, and return that. Raises TimeoutError."""
        deadline = time.monotonic() + timeout
        with self.changed:
            while not (found := probe()):
                if time.monotonic() > deadline:
                    raise TimeoutError(f"nothing of the kind within {timeout:g} s")
                self.changed.wait(LOOK_AGAIN_AFTER)
            return found

    def post(self, channel: Channel, user: str, text: str, **content: Any) -> Message:
        """Put a message into a conversation, now. `content`: other fields of Message."""
        with self.changed:
            ts = channel.timeline.next_ts(self.clock())
            message = Message(channel=channel.id, ts=ts, user=user, text=text, **content)
            channel.timeline.add(message)
            self.note(Happening.WHISPERED if message.ephemeral_for else Happening.APPEARED, message)
            return message

    def edit(self, channel: Channel, message: Message, **content: Any) -> Message:
        with self.changed:
            edited = replace(message, edited=channel.timeline.next_ts(self.clock()), **content)
            channel.timeline.replace(edited)
            self.note(Happening.EDITED, edited)
            return edited

    def delete(self, channel: Channel, message: Message) -> None:
        with self.changed:
            channel.timeline.remove(message)
            self.note(Happening.DELETED, message)

    def open_direct(self, user_id: str) -> Channel:
        """The conversation between the bot and this person, which begins to exist if need be."""
        with self.changed:
            return self.channels.direct(user_id) or self.channels.add(
                Channel(
                    id=self.new_id("D"),
                    name="",
                    kind=ChannelKind.DIRECT,
                    created_at=int(self.clock()),
                    members={user_id, self.bot.id},
                )
            )

    def note(self, what: Happening, message: Message, outcome: str = "") -> None:
        """Add to the journal what became of a message."""
        entry = Entry(
            at=self.clock(),
            what=what,
            channel=message.channel,
            ts=message.ts,
            thread_ts=message.thread_ts or "",
            outcome=outcome,
            text=message.text,
            blocks=message.blocks,
            metadata=message.metadata,
        )
        self._write_down(entry)

    def record(self, what: Happening, **details: str) -> None:
        """Add to the journal what is not about a message."""
        self._write_down(Entry(at=self.clock(), what=what, blocks=(), metadata=None, **details))

    def _write_down(self, entry: Entry) -> None:
        """Wake whoever waits for a change, too."""
        with self.changed:
            self.journal.append(entry)
            self.changed.notify_all()

    def issue_ticket(self) -> str:
        ticket = f"{self.dice.getrandbits(128):032x}"
        self.tickets.add(ticket)
        return ticket

    def new_id(self, prefix: str) -> str:
        return f"{prefix}{self.dice.getrandbits(40):010X}"

    @property
    def identity(self) -> dict[str, str]:
        """The ids that views and payloads carry."""
        return {"team_id": self.team_id, "app_id": self.app_id, "bot_id": self.bot_id}
