"""Everything that can be clicked on a card: whether somebody may, and what comes of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from bot.core.digest import MessageRef
from bot.core.explanation import Explanation
from bot.core.handles import CardRef
from bot.core.permissions import Action
from bot.core.silence import SilenceKind
from bot.services.acknowledge import Acknowledge
from bot.services.answers import Help, RunsPage, RunsQuery
from bot.services.authority import Authority, Permit, Refused
from bot.services.card_answers import CardAnswer, UnknownCard
from bot.services.explain import explain
from bot.services.explain_message import MessageAnswer, explain_message
from bot.services.manage_silences import ManageSilences
from bot.services.mute_card import MuteCard, MuteOffer
from bot.services.requests import Request
from bot.services.rerun import Rerun
from bot.services.silence_answers import SilenceEnded, SilenceStarted
from bot.store import incidents
from bot.store.engine import Database

A = TypeVar("A")

ClickAnswer = CardAnswer | SilenceStarted | SilenceEnded | Help | RunsPage | Explanation | MessageAnswer | Refused


@dataclass(frozen=True, slots=True)
class AnswerCards:
    """`runs` answers a page of a workflow's runs. A value that could not be read is None, and leads nowhere."""

    database: Database
    authority: Authority
    acknowledging: Acknowledge
    muting: MuteCard
    silences: ManageSilences
    rerunning: Rerun
    runs: Callable[[RunsQuery], RunsPage]
    poll_every: timedelta

    def acknowledge(self, request: Request, ref: CardRef | None) -> ClickAnswer:
        return self._of_card(request, Action.ACK, ref, self.acknowledging.acknowledge)

    def undo_acknowledge(self, request: Request, ref: CardRef | None) -> ClickAnswer:
        return self._of_card(request, Action.UNACK, ref, self.acknowledging.undo)

    def mute(self, request: Request, ref: CardRef | None, until: str) -> ClickAnswer:
        return self._of_card(request, Action.MUTE, ref, lambda permit, card: self.muting.mute(permit, card, until))

    def mute_until(self, request: Request, ref: CardRef | None, ends_at: datetime | None) -> ClickAnswer:
        return self._of_card(
            request, Action.MUTE, ref, lambda permit, card: self.muting.mute_until(permit, card, ends_at)
        )

    def offer_mute(self, request: Request, ref: CardRef | None) -> MuteOffer | UnknownCard | Refused:
        """Before somebody fills in a form. What is done in it is permitted, or not, once more."""
        return self._of_card(request, Action.MUTE, ref, self.muting.offer)

    def unmute(self, request: Request, silence_id: int | None) -> ClickAnswer:
        permit = self.authority.check(request, Action.UNMUTE, f"mute {silence_id}")
        if isinstance(permit, Refused):
            return permit
        return UnknownCard() if silence_id is None else self.silences.end(permit, SilenceKind.MUTE, silence_id)

    def rerun(self, request: Request, ref: CardRef | None) -> ClickAnswer:
        return self._of_card(request, Action.RERUN, ref, self.rerunning.of_card)

    def start(self, request: Request, workflow_id: str | None) -> ClickAnswer:
        """A run of a workflow without a card."""
        permit = self.authority.check(request, Action.RERUN, workflow_id or "")
        if isinstance(permit, Refused):
            return permit
        return UnknownCard() if workflow_id is None else self.rerunning.request(permit, workflow_id)

    def history(self, request: Request, ref: CardRef | None) -> ClickAnswer:
        return self._of_card(request, Action.HISTORY, ref, lambda _, card: self._history(card))

    def why(self, request: Request, ref: CardRef | None) -> ClickAnswer:
        return self._of_card(request, Action.WHY, ref, lambda _, card: self._why(card))

    def explain_message(self, request: Request, message: MessageRef) -> ClickAnswer:
        permit = self.authority.check(request, Action.WHY, message.ts)
        if isinstance(permit, Refused):
            return permit
        with self.database.snapshot() as session:
            return explain_message(session, message, self.poll_every)

    def _of_card(
        self, request: Request, action: Action, ref: CardRef | None, answer: Callable[[Permit, CardRef], A]
    ) -> A | UnknownCard | Refused:
        permit = self.authority.check(request, action, self._target(ref))
        if isinstance(permit, Refused):
            return permit
        return UnknownCard() if ref is None else answer(permit, ref)

    def _target(self, ref: CardRef | None) -> str:
        """What the log calls it: the workflow, by the name that people see on the card."""
        if ref is None:
            return ""
        with self.database.snapshot() as session:
            return incidents.name_of_workflow(session, ref.incident_key) or f"incident {ref.incident_key}"

    def _history(self, ref: CardRef) -> RunsPage | UnknownCard:
        with self.database.snapshot() as session:
            incident = incidents.peek(session, ref)
        return self.runs(RunsQuery(incident.workflow_id)) if incident else UnknownCard()

    def _why(self, ref: CardRef) -> Explanation | UnknownCard:
        with self.database.snapshot() as session:
            return explain(session, ref.execution_id, self.poll_every) or UnknownCard()
