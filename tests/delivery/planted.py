"""Six bugs that a bot like this one can have, each planted through a seam that the product has anyway."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import case, update
from sqlalchemy.orm import Session

from bot.core.delivery import DeliveryState, Outcome, Posted, Unclear
from bot.core.digest import MessageRef
from bot.services.deliver_outbox import DeliverOutbox
from bot.services.look_back import LookBack
from bot.services.ports import Found, MessageSender, Outgoing, Unreadable
from bot.store.message_tables import OutboxRow
from tests.delivery.bench import Bench
from tests.delivery.bot import SWEEP_RARELY, Design


@dataclass(slots=True)
class Talk:
    """Passes everything on to Slack."""

    slack: MessageSender

    def send(self, message: Outgoing) -> Outcome:
        return self.slack.send(message)

    def read_back(
        self, channel: str, since: datetime, thread: MessageRef | None = None
    ) -> Sequence[Found] | Unreadable:
        return self.slack.read_back(channel, since, thread)

    def delete(self, ref: MessageRef) -> bool:
        return self.slack.delete(ref)


class OnePageOnly(Talk):
    """Reads the newest page of a channel, which in a busy one holds one message of ours."""

    def read_back(
        self, channel: str, since: datetime, thread: MessageRef | None = None
    ) -> Sequence[Found] | Unreadable:
        found = Talk.read_back(self, channel, since, thread)
        return found if isinstance(found, Unreadable) else sorted(found, key=lambda message: message.ref.ts)[-1:]


class RetriesBySdk(Talk):
    """Sends again when the connection broke, as the SDK's default retry handler does."""

    def send(self, message: Outgoing) -> Outcome:
        outcome = Talk.send(self, message)
        return Talk.send(self, message) if isinstance(outcome, Unclear) else outcome


@dataclass(slots=True)
class _HeldBack(Talk):
    """Says that a message was posted, and keeps it."""

    messages: list[Outgoing] = field(default_factory=list)

    def send(self, message: Outgoing) -> Outcome:
        self.messages.append(message)
        return Posted(message.channel, "0.000000")


class MarksFirst(DeliverOutbox):
    """Writes down that a message was sent, and then sends it."""

    def step(self) -> bool:
        held = _HeldBack(self.sender)
        was_busy = DeliverOutbox.step(replace(self, sender=held))
        for message in held.messages:
            self.sender.send(message)
        return was_busy


class NeverLooksBackAtBoot(LookBack):
    """Trusts what the database says about open messages, also when it is an older copy."""

    def reopen(self) -> None:
        pass


class OneTokenForAll(Bench):
    """Every claim to send has the same token, so that none can be told from its successor."""

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        with Bench.transaction(self) as session:
            yield session
            token = case((OutboxRow.state == DeliveryState.SENDING, 1), else_=0)
            session.execute(
                update(OutboxRow)
                .where(OutboxRow.state.in_((DeliveryState.SENDING, DeliveryState.PENDING)))
                .values(token=token)
            )


NO_SETTLE = Design(times=replace(SWEEP_RARELY, settle=timedelta()))
NO_LOOK_BACK_AT_BOOT = Design(look_back=NeverLooksBackAtBoot)
MARK_FIRST = Design(deliver=MarksFirst)
NO_TOKEN_GUARD = Design(store=OneTokenForAll)
ONE_PAGE_ONLY = Design(talk=OnePageOnly)
SDK_RETRIES = Design(talk=RetriesBySdk)
