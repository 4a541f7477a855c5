"""What is wrong with Slack while a bot is being killed, as faults of the stand-in."""

from collections.abc import Sequence
from dataclasses import replace

from bot.demo.faults import Fault, FaultKind
from tests.chaos.world import SETTLE, World

POST, SEND = "chat.postMessage", "chat.*"
IN_TIME = 0.3 * SETTLE
"""Seconds after which a request still lands within the settle time, however busy the machine."""
TOO_LATE = 6 * SETTLE


def sluggish(world: World) -> None:
    """More than half of all sends take a while, so that a kill comes in the middle of one: before Slack has done it,
    or after."""
    kinds = [FaultKind.SLOW, FaultKind.HELD]
    _order(world, [Fault(kind=kind, operation=SEND, delay=delay) for kind in kinds for delay in (0.1, 0.3)], 0.6)


def half_broken(world: World) -> None:
    """Every second answer of Slack is faulty, whatever was asked."""
    _order(world, EVERY_FAULT, 0.5)


def later_than_allowed(world: World) -> None:
    """A third of all messages land long after the settle time: the assumption of the promise does not hold."""
    _order(world, [Fault(kind=FaultKind.LANDS_LATE, operation=POST, delay=TOO_LATE)], 0.33)


def none(_world: World) -> None:
    """Slack does well."""


EVERY_FAULT = (
    Fault(kind=FaultKind.RESET_BEFORE),
    Fault(kind=FaultKind.RESET_AFTER),
    Fault(kind=FaultKind.STATUS, status=500),
    Fault(kind=FaultKind.STATUS, status=503),
    Fault(kind=FaultKind.STATUS, status=429, retry_after=0.3),
    Fault(kind=FaultKind.ERROR_AFTER, status=200, error="fatal_error"),
    Fault(kind=FaultKind.ERROR_AFTER, status=503),
    Fault(kind=FaultKind.HTML),
    Fault(kind=FaultKind.TRUNCATED),
    Fault(kind=FaultKind.CUT_JSON),
    Fault(kind=FaultKind.EMPTY),
    Fault(kind=FaultKind.SLOW, delay=1.0),
    Fault(kind=FaultKind.HELD, delay=IN_TIME),
    Fault(kind=FaultKind.LANDS_LATE, delay=IN_TIME),
)


def _order(world: World, faults: Sequence[Fault], share: float) -> None:
    """Spoil this share of the calls, with each fault as often as any other.

    The stand-in throws for one fault after the other, so a later one needs a better chance to come out even.
    """
    each = share / len(faults)
    for place, fault in enumerate(faults):
        world.slack.faults.add(replace(fault, probability=each / (1 - place * each)))
