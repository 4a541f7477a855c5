"""Asks the API for a run of a workflow, once, because a person wants one."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from bot.clock import Clock
from bot.core.handles import CardRef
from bot.core.reruns import ANSWERED_WITHIN, COOL_DOWN, FOUND_WITHIN, Refusal, RerunState, may_start
from bot.errors import (
    ApiNotFound,
    ApiOutcomeUnknown,
    ApiRefused,
    ApiThrottled,
    ApiUnauthorized,
    ApiUnreachable,
    DataFlowError,
)
from bot.services.authority import Permit, record
from bot.services.card_answers import (
    RerunAnswer,
    RerunImpossible,
    RerunOffer,
    RerunRefused,
    RerunRequested,
    RerunTooSoon,
    RerunUnseen,
    UnknownCard,
)
from bot.services.follow_reruns import tell_of
from bot.store import cards, channels, incidents, reruns, workflows
from bot.store.engine import Database, Session
from bot.store.reruns import NewRerun, StartableWorkflow


class RunStarter(Protocol):
    """The Data Flow API, for the one write that this bot knows."""

    @property
    def clock_offset(self) -> timedelta:
        """How far the API's clock is ahead of ours."""

    def execute(self, workflow_id: str) -> object:
        """Ask for a run. ApiOutcomeUnknown when nobody knows whether one starts; with any other DataFlowError none
        does."""


@dataclass(frozen=True, slots=True)
class Rerun:
    """The use cases. Whether the API starts a workflow of a kind that we do not know, only the API knows."""

    database: Database
    starter: RunStarter
    clock: Clock
    cool_down: timedelta = COOL_DOWN

    def offer(self, permit: Permit, workflow_id: str) -> RerunAnswer:
        """What a run would start, or why there can be none now. Changes nothing."""
        with self.database.snapshot() as session:
            workflow = reruns.workflow(session, workflow_id)
            if workflow is None:
                return _unseen(session, workflow_id)
            return self._objection(session, workflow, permit) or RerunOffer(workflow_id, workflow.name, workflow.jobs)

    def of_card(self, permit: Permit, ref: CardRef) -> RerunAnswer | UnknownCard:
        """A run of the workflow whose card was clicked; also one that has recovered can be run again."""
        with self.database.transaction() as session:
            incident = incidents.find(session, ref)
        return self.request(permit, incident.workflow_id, ref) if incident else UnknownCard()

    def request(self, permit: Permit, workflow_id: str, ref: CardRef | None = None) -> RerunAnswer:
        """1. Write down that it is asked for: from this commit on the API may have been asked, and it never is again,
           whatever becomes of this process.
        2. Ask the API, once, outside any transaction.
        3. Write down what it said, or that nobody knows. Its run is found by its executions.
        """
        with self.database.transaction() as session:
            reruns.lock(session, workflow_id)
            workflow = reruns.workflow(session, workflow_id)
            if workflow is None:
                return _unseen(session, workflow_id)
            if objection := self._objection(session, workflow, permit):
                return objection
            key = self._write_down(session, permit, workflow, ref)
        try:
            self.starter.execute(workflow_id)
        except ApiOutcomeUnknown:
            return self._answered(key, workflow, RerunState.UNKNOWN)
        except DataFlowError as error:
            return self._refused(key, workflow, error)
        return self._answered(key, workflow, RerunState.ACCEPTED)

    def _objection(
        self, session: Session, workflow: StartableWorkflow, permit: Permit
    ) -> RerunImpossible | RerunTooSoon | None:
        if not may_start(workflow.trigger_rule):
            return RerunImpossible(workflow.workflow_id, workflow.name)
        last = reruns.newest_of(session, workflow.key)
        if last is None or permit.at >= last.requested_at + self.cool_down:
            return None
        again_at = last.requested_at + self.cool_down
        return RerunTooSoon(workflow.workflow_id, workflow.name, last.requested_by, last.requested_at, again_at)

    def _write_down(self, session: Session, permit: Permit, workflow: StartableWorkflow, ref: CardRef | None) -> int:
        channel, reply_to = _place(session, permit, workflow, ref)
        rerun = NewRerun(
            workflow_key=workflow.key,
            requested_by=permit.request.called,
            requested_at=permit.at,
            created_from=permit.at + self.starter.clock_offset,
            newest_known=reruns.newest_execution(session, workflow.key),
            due_at=permit.at + ANSWERED_WITHIN,
            wait_until=permit.at + FOUND_WITHIN,
            channel=channel,
            reply_to=reply_to,
        )
        key = reruns.add(session, rerun)
        record(session, permit, None, {"rerun": key, "workflow": workflow.workflow_id})
        return key

    def _answered(self, key: int, workflow: StartableWorkflow, state: RerunState) -> RerunRequested:
        """Its run is looked for, and the workflow read, at once."""
        now = self.clock()
        with self.database.transaction() as session:
            reruns.note_answer(session, key, state, now)
            workflows.poll_soon(session, workflow.key, now)
            if state is RerunState.UNKNOWN:
                tell_of(session, reruns.get(session, key), now)
        return RerunRequested(workflow.workflow_id, workflow.name, state)

    def _refused(self, key: int, workflow: StartableWorkflow, error: DataFlowError) -> RerunRefused:
        refusal, words = _refusal(error)
        with self.database.transaction() as session:
            reruns.note_refusal(session, key, refusal, words, self.clock())
        return RerunRefused(workflow.workflow_id, workflow.name, refusal, words)


def _unseen(session: Session, workflow_id: str) -> RerunUnseen:
    return RerunUnseen(workflow_id, workflows.name_of(session, workflow_id))


def _place(
    session: Session, permit: Permit, workflow: StartableWorkflow, ref: CardRef | None
) -> tuple[str | None, int | None]:
    """Where news of the run goes: to the thread of the card that was clicked, else of the workflow's newest open
    incident, here before elsewhere, else to whoever asks."""
    open_here = incidents.open_in(session, [workflow.key])[workflow.key]
    for key in [ref.incident_key] if ref else sorted(open_here, reverse=True):
        here = cards.channel_called(session, key, permit.request.channel_id)
        for card in cards.cards_of(session, key):
            if here in (None, card.channel):
                return card.channel, card.outbox_key
    person = permit.request.user_id
    if not person:
        return None, None
    channels.ensure(session, person, permit.at)
    return person, None


def _refusal(error: DataFlowError) -> tuple[Refusal, str]:
    words = (error.details or error.message) if isinstance(error, ApiRefused) else str(error)
    match error:
        case ApiUnauthorized():
            return Refusal.NO_RIGHT, words
        case ApiNotFound():
            return Refusal.GONE, words
        case ApiThrottled():
            return Refusal.THROTTLED, words
        case ApiUnreachable():
            return Refusal.UNREACHABLE, words
        case ApiRefused() if "bad-state" in (error.message, error.code):
            return Refusal.BAD_STATE, words
    return Refusal.OTHER, words
