"""Keeps the bot quiet while it is put through everything, and prints the figures of the proofs."""

import logging

import pytest

FIGURES = pytest.StashKey[list[str]]()


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, logger="bot")


@pytest.fixture
def figures(pytestconfig: pytest.Config) -> list[str]:
    """Lines to print at the end of the run."""
    return pytestconfig.stash.setdefault(FIGURES, [])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if lines := config.stash.get(FIGURES, []):
        terminalreporter.section("deliveries, enumerated")
        terminalreporter.write("\n".join([*lines, ""]))
