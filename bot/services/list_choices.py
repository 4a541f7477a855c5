"""What people can choose from: the workflows that are watched, those that fail now before the others."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.store import incidents, workflows
from bot.store.engine import Database


@dataclass(frozen=True, slots=True)
class ListChoices:
    database: Database

    def workflows(self) -> Sequence[tuple[str, str]]:
        """Ids and names."""
        with self.database.snapshot() as session:
            failing = incidents.failing_workflows(session)
            return sorted(workflows.watched_names(session), key=lambda one: one[0] not in failing)
