"""Holds everything that any test shows against Slack's rules, and fails the test that showed what Slack would not.

What reaches the stand-in is seen there, in whichever thread it arrives; tests that only render hand it in themselves.
Tests of the stand-in and of this check, which break the rules on purpose, say so by the marker `shows_anything`.
"""

import json
from collections.abc import Callable, Generator, Mapping
from typing import Any

import pytest

from bot.demo.slack_server import Asked, look_on
from tests.block_kit.surfaces import answer_problems, message_problems, view_problems

CHECKS: Mapping[Asked, Callable[[Mapping[str, Any]], list[str]]] = {
    Asked.MESSAGE: message_problems,
    Asked.ANSWER: answer_problems,
    Asked.VIEW: view_problems,
}


class Inspector:
    """Collects what is wrong until it is asked for."""

    def __init__(self) -> None:
        self.seen = 0
        self._found: list[str] = []

    def look_at(self, asked: Asked, content: Mapping[str, Any]) -> None:
        self.seen += 1
        if problems := CHECKS[asked](content):
            self._found.append("\n  ".join([f"Slack would not take this {asked}:", *problems, _excerpt(content)]))

    def take(self) -> list[str]:
        found, self._found = self._found, []
        return found


INSPECTOR = Inspector()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "shows_anything: sends to the Slack stand-in what no bot should")
    look_on(INSPECTOR.look_at)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    yield
    _judge(item)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, None, None]:
    """A bot that stops says things, too."""
    yield
    _judge(item)


def _judge(item: pytest.Item) -> None:
    found = INSPECTOR.take()
    if found and item.get_closest_marker("shows_anything") is None:
        pytest.fail("\n".join(found), pytrace=False)


def _excerpt(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False)[:600]
