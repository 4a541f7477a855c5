"""What the listings of executions looked like when this process read them last. Kept in memory, within a bound."""

from collections import OrderedDict

from bot.core.picture import Picture
from bot.store.leases import Claim

MOST_ROWS = 2_000_000
"""Eight bytes each."""


class Pictures:
    """By workflow, for its last claim: whoever polled since, in another process, saw what we have not seen."""

    def __init__(self, most_rows: int = MOST_ROWS) -> None:
        self._most_rows = most_rows
        self._rows = 0
        self._kept: OrderedDict[int, tuple[int, Picture]] = OrderedDict()

    def before(self, claim: Claim) -> Picture | None:
        """What the workflow's listing looked like at the claim before this one, if that was ours."""
        token, picture = self._kept.get(claim.id, (None, None))
        return picture if token == claim.token - 1 else None

    def keep(self, claim: Claim, picture: Picture | None) -> None:
        """What it looks like now. To be called when all that followed from it is committed, and not before: what a
        crash undoes must be new again. Where there is no room, those that were read longest ago are forgotten."""
        _, forgotten = self._kept.pop(claim.id, (None, None))
        self._rows -= forgotten.row_count if forgotten else 0
        if picture is None:
            return
        self._kept[claim.id] = (claim.token, picture)
        self._rows += picture.row_count
        while self._rows > self._most_rows:
            _, (_, oldest) = self._kept.popitem(last=False)
            self._rows -= oldest.row_count
