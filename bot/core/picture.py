"""What a listing of executions looked like when it was read last, as digests: enough to find what is new in it.

Bounded by what the API lists, eight bytes a row. It is of no use to another process, nor after a restart: the digests
are Python's own hashes, keyed anew by each process.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PageSketch:
    """One page. `digest` is that of its bytes, `rows` those of the rows that could be read; `limit` is the page size
    that the API said it used. `unended` holds its executions that had not ended, with the digest of their row."""

    digest: int
    length: int
    limit: int | None
    rows: Sequence[int]
    unended: Mapping[str, int]
    skipped: int


@dataclass(frozen=True, slots=True)
class Picture:
    """All pages of a listing, in order."""

    pages: tuple[PageSketch, ...]

    @property
    def row_count(self) -> int:
        return sum(len(page.rows) for page in self.pages)

    @property
    def skipped(self) -> int:
        """How many rows could not be read."""
        return sum(page.skipped for page in self.pages)

    def has_unended(self, job_execution_id: str) -> bool:
        """Whether the listing holds this execution as one that has not ended."""
        return any(job_execution_id in page.unended for page in self.pages)
