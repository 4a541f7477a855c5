"""Threads that want to write come one at a time, and in order."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from bot.store.turns import InTurn


@contextmanager
def someone_inside(turns: InTurn) -> Iterator[None]:
    with turns:
        yield


def start_waiting(turns: InTurn, name: str, order: list[str]) -> threading.Thread:
    def enter() -> None:
        with turns:
            order.append(name)

    thread = threading.Thread(target=enter)
    before = len(turns._line)
    thread.start()
    while len(turns._line) == before:  # it has not lined up yet
        pass
    return thread


def test_they_come_in_the_order_in_which_they_asked() -> None:
    turns = InTurn()
    order: list[str] = []
    with someone_inside(turns):
        threads = [start_waiting(turns, str(number), order) for number in range(8)]
        assert order == []
    for thread in threads:
        thread.join()
    assert order == [str(number) for number in range(8)]
