"""What a benchmark has found, in the form that the terminal and docs/performance.md show: a heading, what was measured
and its aim, tables, and perhaps a panel of the plot. Knows nothing of how it was measured."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

from benchmarks.plot import Panel

BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"
HEADING = "### "
NOT_MEASURED = "–"


@dataclass(frozen=True, slots=True)
class Table:
    """As Markdown, with columns that line up in a terminal as well."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]

    def lines(self) -> list[str]:
        widths = [max(map(len, column)) for column in zip(self.head, *self.rows, strict=True)]
        rule = ["-" * width for width in widths]
        return [
            "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) + " |"
            for cells in (self.head, rule, *self.rows)
        ]

    def body(self) -> list[str]:
        return self.lines()[2:]


@dataclass(frozen=True, slots=True)
class Section:
    """`about` says what was measured, and names the aim and the floor that stand in the tables."""

    title: str
    about: str
    tables: Sequence[Table]
    panel: Panel | None = None

    def lines(self) -> list[str]:
        tables = [line for table in self.tables for line in ("", *table.lines())]
        return [HEADING + self.title, "", self.about, *tables]

    def joined(self, more: Self) -> Self:
        """With the rows and points of another section of the same kind."""
        pairs = zip(self.tables, more.tables, strict=True)
        tables = [Table(one.head, [*one.rows, *other.rows]) for one, other in pairs]
        panel = self.panel.joined(more.panel) if self.panel and more.panel else self.panel or more.panel
        return replace(self, tables=tables, panel=panel)


def show(section: Section) -> None:
    print("\n".join(section.lines()), flush=True)


def renewed(page: str, opening: str, found: Mapping[str, Sequence[str]]) -> str:
    """The page with these sections, by their titles, between its marks; a section that was not measured stays."""
    before, _, rest = page.partition(BEGIN)
    old, _, after = rest.partition(END)
    kept = {part.partition("\n")[0]: part.partition("\n")[2].strip() for part in f"\n{old}".split(f"\n{HEADING}")[1:]}
    kept |= {title: "\n".join(lines[1:]).strip() for title, lines in found.items()}
    sections = [f"{HEADING}{title}\n\n{text}" for title, text in kept.items()]
    return "\n\n".join([before + BEGIN, *filter(None, [opening]), *sections, END]) + after
