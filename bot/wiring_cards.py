"""The part of the composition root that puts together what can be done from a card."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.services.acknowledge import Acknowledge
from bot.services.answer_cards import AnswerCards
from bot.services.answers import RunsPage, RunsQuery
from bot.services.manage_silences import ManageSilences
from bot.services.mute_card import MuteCard
from bot.services.rerun import Rerun
from bot.wiring_edges import Edges


def answer_cards(edges: Edges, runs: Callable[[RunsQuery], RunsPage]) -> AnswerCards:
    settings = edges.settings
    return AnswerCards(
        database=edges.database,
        authority=edges.authority,
        acknowledging=Acknowledge(edges.database),
        muting=MuteCard(edges.database, settings.timezone),
        silences=ManageSilences(edges.database, edges.clock, settings.timezone),
        rerunning=rerun(edges),
        runs=runs,
        poll_every=settings.poll_interval,
    )


def rerun(edges: Edges) -> Rerun:
    return Rerun(edges.database, _Starter(edges), edges.clock, edges.settings.rerun_cool_down)


@dataclass(frozen=True, slots=True)
class _Starter:
    """Makes the client when a run is started: whoever only asks what is known needs no keys."""

    edges: Edges

    @property
    def clock_offset(self) -> timedelta:
        return self.edges.source.clock_offset

    def execute(self, workflow_id: str) -> object:
        return self.edges.source.execute(workflow_id)
