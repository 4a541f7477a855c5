"""A Slack message drawn for a terminal, as its reader would see it there. Owns blocks; their text is in mrkdwn.py."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.rule import Rule
from rich.style import Style
from rich.table import Table
from rich.text import Text

from bot.demo.mrkdwn import LINK, Reader, decoded, read

Json = Mapping[str, Any]

HEADER = Style(bold=True)
FAINT = Style(dim=True)
BUTTON = Style(reverse=True)
NUMBER = Style(bold=True, color="yellow")
FIELDS_SIDE_BY_SIDE = 2
SET_APART = ("header", "section", "actions", "table")  # blocks with an empty line above


@dataclass(frozen=True, slots=True)
class Button:
    """Something to press, named as a click names it."""

    action_id: str
    value: str | None


@dataclass(slots=True)
class View:
    """Draws messages for one reader. When `numbered`, buttons get numbers by which a person can ask for them."""

    reader: Reader
    numbered: bool = False
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def draw(self, text: str, blocks: Sequence[Json]) -> tuple[RenderableType, dict[int, Button]]:
        """The message, and its buttons by number. A message with blocks shows them instead of its text."""
        buttons: dict[int, Button] = {}
        parts = [self._block(block, buttons) for block in blocks]
        return Group(*_spaced(blocks, parts)) if parts else read(text, self.reader), buttons

    def _block(self, block: Json, buttons: dict[int, Button]) -> RenderableType:
        match block["type"]:
            case "header":
                return Text(decoded(block["text"]["text"]), HEADER)
            case "section":
                return Group(*self._section(block, buttons))
            case "context":
                return self._context(block["elements"])
            case "actions":
                return self._actions(block["elements"], buttons)
            case "divider":
                return Rule(style=FAINT)
            case "table":
                return self._table(block["rows"])
            case "image":
                return Text(f"[image: {block['alt_text']}]", FAINT)
            case other:
                return Text(f"[{other}]", FAINT)

    def _section(self, block: Json, buttons: dict[int, Button]) -> Iterator[RenderableType]:
        if "text" in block:
            yield self._text(block["text"])
        if "fields" in block:
            grid, fields = Table.grid(padding=(0, 4, 0, 0)), block["fields"]
            for first in range(0, len(fields), FIELDS_SIDE_BY_SIDE):
                grid.add_row(*map(self._text, fields[first : first + FIELDS_SIDE_BY_SIDE]))
            yield grid
        if "accessory" in block:
            yield self._actions([block["accessory"]], buttons)

    def _text(self, text: Json) -> Text:
        return read(text["text"], self.reader) if text["type"] == "mrkdwn" else Text(decoded(text["text"]))

    def _context(self, elements: Sequence[Json]) -> Text:
        shown = [
            Text(f"[{element['alt_text']}]") if "alt_text" in element else self._text(element) for element in elements
        ]
        line = Text("  ").join(shown)
        line.stylize_before(FAINT)
        return line

    def _actions(self, elements: Sequence[Json], buttons: dict[int, Button]) -> Text:
        return Text("  ").join([self._element(element, buttons) for element in elements])

    def _element(self, element: Json, buttons: dict[int, Button]) -> Text:
        """A button, or the face of something that only a mouse can work."""
        if element["type"] != "button":
            face = element.get("placeholder") or element.get("text") or {"text": element["type"]}
            return Text(f"[{decoded(face['text'])}]", FAINT)
        label = decoded(element["text"]["text"])
        if "url" in element:
            return Text(label, LINK + Style(link=element["url"]))
        face = Text(f" {label} ", BUTTON)
        if not self.numbered:
            return face
        number = next(self._numbers)
        buttons[number] = Button(element["action_id"], element.get("value"))
        return Text.assemble((f"[{number}] ", NUMBER), face)

    def _table(self, rows: Sequence[Sequence[Json]]) -> Table:
        """The first row is the heading, as in Slack."""
        heading, *rest = [[Text(decoded(_cell_text(cell))) for cell in row] for row in rows]
        table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
        for title in heading:
            table.add_column(title)
        for row in rest:
            table.add_row(*row)
        return table


def _cell_text(cell: Json) -> str:
    """The words of a raw or rich cell; a date in it shows what a client shows that knows no dates."""
    if "elements" in cell:
        return "".join(map(_cell_text, cell["elements"]))
    return str(cell.get("text", cell.get("fallback", "")))


def _spaced(blocks: Sequence[Json], parts: Sequence[RenderableType]) -> Iterator[RenderableType]:
    for place, (block, part) in enumerate(zip(blocks, parts, strict=True)):
        if place and block["type"] in SET_APART:
            yield Text()
        yield part
