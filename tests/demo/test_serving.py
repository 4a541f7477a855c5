"""The server that both stand-ins share: how it starts, what it does for other threads, and its end."""

import asyncio
import threading

import pytest
from aiohttp import web

from bot.demo.serving import NotServing, Serving


def threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "serving"]


def test_what_goes_wrong_at_the_start_is_raised_there_and_leaves_nothing() -> None:
    wrong = [ZeroDivisionError("no application")]

    def make_app() -> web.Application:
        if wrong:
            raise wrong.pop()
        return web.Application()

    serving, before = Serving(make_app), threads()
    with pytest.raises(ZeroDivisionError, match="no application"):
        serving.start()
    assert (serving.is_up, threads()) == (False, before)
    with serving:
        assert serving.is_up
    assert threads() == before


def test_a_second_start_is_refused() -> None:
    with Serving(web.Application) as serving, pytest.raises(RuntimeError, match="already running"):
        serving.start()


async def never(begun: threading.Event) -> None:
    begun.set()
    await asyncio.Event().wait()


def test_work_for_a_server_that_is_down_or_goes_down_is_given_up() -> None:
    serving, begun = Serving(web.Application), threading.Event()
    with pytest.raises(NotServing):
        serving.run(never(begun))
    with serving:

        def end_it() -> None:
            begun.wait()
            serving.go_down()

        ending = threading.Thread(target=end_it)
        ending.start()
        with pytest.raises(NotServing):
            serving.run(never(begun))
        ending.join()
