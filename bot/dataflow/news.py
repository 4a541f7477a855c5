"""What is new in a listing of executions since it was read last: what is as it was is not decoded.

Most listings have not changed at all, which the digest of their bytes tells; of the others most rows have not.
"""

from array import array
from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cached_property

from bot.core.model import Execution
from bot.core.picture import PageSketch, Picture
from bot.dataflow.model import Skipped
from bot.dataflow.payloads import Page, execution_row, executions_page
from bot.dataflow.rows import RawPage, decode_raw_page


@dataclass(frozen=True, slots=True)
class ExecutionNews:
    """The executions that are new or different, those that could not be read, and what the listing looks like now."""

    items: tuple[Execution, ...]
    skipped: tuple[Skipped, ...]
    picture: Picture


@dataclass
class NewsDesk:
    """Reads the pages of one listing, once. `last` is what it looked like before, if anybody remembers."""

    workflow_id: str
    last: Picture | None
    _sketches: list[PageSketch] = field(default_factory=list)

    @property
    def picture(self) -> Picture:
        return Picture(tuple(self._sketches))

    def page(self, number: int, body: bytes, what: str) -> Page[Execution]:
        """What is new on a page.

        1. A page of the same bytes has nothing new.
        2. Else a row of the same bytes as one of before is as it was, wherever it stands now.
        3. A page that is not as documented is read whole, each time it changes.
        """
        digest = hash(body)
        before = self._before[number] if number < len(self._before) else None
        if before and before.digest == digest:
            self._sketches.append(before)
            return Page([], [], before.limit, before.rows or (digest,), before.length)
        raw = decode_raw_page(body)
        if raw is not None:
            return self._read_rows(raw, digest)
        page = executions_page(body, self.workflow_id, what)
        self._remember(page, digest, (), {run.job_execution_id: digest for run in page.items if not run.is_ended})
        return page

    def _read_rows(self, raw: RawPage, digest: int) -> Page[Execution]:
        items: list[Execution] = []
        skipped: list[Skipped] = []
        known = self._known
        rows = [hash(bytes(row)) for row in raw.rows]
        new = [index for index, row in enumerate(rows) if row not in known]
        same = [row for row in rows if row in known] if new else rows
        unended = self._carried(same)
        for index in new:
            read = execution_row(raw.rows[index], index, self.workflow_id)
            if isinstance(read, Skipped):
                skipped.append(read)
                rows[index] = digest  # no row has it: what could not be read is tried again
                continue
            items.append(read)
            if not read.is_ended:
                unended[read.job_execution_id] = rows[index]
        page = Page(items, skipped, raw.limit, same, len(same))
        self._remember(page, digest, rows, unended)
        return page

    def _remember(self, page: Page[Execution], digest: int, rows: Sequence[int], unended: Mapping[str, int]) -> None:
        sketch = PageSketch(digest, page.length, page.limit, array("q", rows), unended, len(page.skipped))
        self._sketches.append(sketch)

    def _carried(self, rows: Collection[int]) -> dict[str, int]:
        """The executions that had not ended, and whose rows are as they were."""
        there = frozenset(rows if any(page.unended for page in self._before) else ())
        return {run: row for page in self._before for run, row in page.unended.items() if row in there}

    @cached_property
    def _known(self) -> AbstractSet[int]:
        return frozenset().union(*(page.rows for page in self._before))

    @property
    def _before(self) -> Sequence[PageSketch]:
        return self.last.pages if self.last else ()
