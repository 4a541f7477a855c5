"""Tells at the terminal what happens in both clouds: a line for each change of a run, a panel for each message."""

from datetime import datetime

from rich.cells import set_cell_size
from rich.console import Console, Group
from rich.padding import Padding
from rich.panel import Panel
from rich.style import Style
from rich.text import Text

from bot.demo.dataflow_server import Status
from bot.demo.run_watch import Change
from bot.demo.slack_server import Entry, Happening, Message, Workspace
from bot.demo.terminal_view import FAINT, Button, View

STATUS_STYLES = {
    Status.READY: FAINT,
    Status.RUNNING: Style(color="cyan"),
    Status.COMPLETED: Style(color="green"),
    Status.FAILED: Style(color="red", bold=True),
    Status.CANCELED: Style(color="yellow", bold=True),
}
CLOUD = Style(color="magenta")
PERSON = Style(bold=True)
TROUBLE = Style(color="red")
BADGE = Style(dim=True, reverse=True)

SPEAKER_WIDTH = 11
WORKFLOW_WIDTH = 24
PANEL_WIDTH = 92
PANEL_INDENT = 10  # the width of a time: messages stand below the names of who speaks


class Narrator:
    """Speaks to one person, and shows the workspace as that person sees it."""

    def __init__(self, console: Console, workspace: Workspace, view: View, person: str) -> None:
        self.buttons: dict[int, tuple[Message, Button]] = {}
        self._console = console
        self._workspace = workspace
        self._view = view
        self._person = workspace.person(person)
        self._read = len(workspace.journal)

    def say(self, text: str | Text) -> None:
        self._console.print(text)

    def change(self, change: Change) -> None:
        before = (change.before.value, STATUS_STYLES[change.before])
        after = (change.after.value, STATUS_STYLES[change.after])
        what = Text.assemble(set_cell_size(change.workflow, WORKFLOW_WIDTH), before, (" → ", FAINT), after)
        self._line(change.at, Text("Data Flow", CLOUD), what)

    def typed(self, line: str) -> None:
        self._line(self._view.reader.clock(), Text(self._person.name, PERSON), Text(line, PERSON))

    def trouble(self, what: str) -> None:
        self._line(self._view.reader.clock(), Text("Slack", CLOUD), Text(what, TROUBLE))

    def messages(self) -> None:
        """Show what the person got to see since the last call."""
        news = self._workspace.journal.entries(since=self._read)
        self._read += len(news)
        for entry in news:
            if entry.what in (Happening.APPEARED, Happening.WHISPERED, Happening.EDITED):
                message = self._find(entry)
                if message is not None and message.ephemeral_for in (None, self._person.id):
                    self._message(message, is_edited=entry.what is Happening.EDITED)

    def _line(self, at: datetime, who: Text, what: Text) -> None:
        who.pad_right(SPEAKER_WIDTH - len(who))
        time = self._view.reader.local(at.timestamp())
        self._console.print(Text.assemble((f"{time:%H:%M:%S}", FAINT), "  ", who, what))

    def _message(self, message: Message, *, is_edited: bool) -> None:
        content, buttons = self._view.draw(message.text, message.blocks)
        self.buttons |= {number: (message, button) for number, button in buttons.items()}
        panel = Panel(
            Group(self._author(message, is_edited=is_edited), content),
            title=self._place(message),
            title_align="left",
            border_style="blue" if message.ephemeral_for else "green",
            width=min(PANEL_WIDTH, self._console.width - PANEL_INDENT),
        )
        self._console.print(Padding(panel, (0, 0, 0, PANEL_INDENT)))

    def _place(self, message: Message) -> Text:
        channel = self._workspace.channel(message.channel)
        title = Text(f"#{channel.name}" if channel.name else "Direct message", PERSON)
        if message.thread_ts:
            title.append(", in a thread")
        if message.ephemeral_for:
            title.append(" · only visible to you", Style(bold=False))
        return title

    def _author(self, message: Message, *, is_edited: bool) -> Text:
        author = self._workspace.person(message.user)
        time = self._view.reader.local(message.posted_at)
        return Text.assemble(
            (f"{author.real_name} ", PERSON),
            (" APP " if author.is_bot else "", BADGE),
            (f" {time:%H:%M}{' (edited)' if is_edited else ''}", FAINT),
        )

    def _find(self, entry: Entry) -> Message | None:
        """As it is now, which may be a later state than the one noted."""
        timeline = self._workspace.channel(entry.channel).timeline
        with self._workspace.changed:
            return timeline.find(entry.ts) or timeline.find_ephemeral(entry.ts)
