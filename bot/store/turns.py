"""Turns among the threads of a process that want to write."""

from collections import deque
from contextlib import AbstractContextManager, ExitStack
from threading import Condition


class InTurn(AbstractContextManager[None]):
    """Lets threads in one at a time, in the order in which they came.

    SQLite lets a connection that finds the file locked ask again after pauses that grow to a tenth of a second: one
    thread that writes all the time would keep the others out, a message waiting for seconds behind a poller.
    """

    def __init__(self) -> None:
        self._moved_on = Condition()
        self._line: deque[object] = deque()

    def __enter__(self) -> None:
        mine = object()
        with self._moved_on, ExitStack() as unless_it_comes:
            self._line.append(mine)
            unless_it_comes.callback(self._leave, mine)
            self._moved_on.wait_for(lambda: self._line[0] is mine)
            unless_it_comes.pop_all()

    def __exit__(self, *_: object) -> None:
        with self._moved_on:
            self._leave(self._line[0])

    def _leave(self, place: object) -> None:
        self._line.remove(place)
        self._moved_on.notify_all()
