"""The part of the composition root that puts together what can be done from a card."""

from collections.abc import Callable

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
    return Rerun(edges.database, edges.source, edges.clock, edges.settings.rerun_cool_down)
