"""Keeps the bot quiet while it is put through everything, and prints the figures of the proofs."""

import logging
from collections.abc import Callable

import pytest

FIGURE = "delivery"
"""The property under which a test's report carries a figure: reports come from other processes, too."""

Note = Callable[[str], None]


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, logger="bot")


@pytest.fixture
def note(record_property: Callable[[str, object], None]) -> Note:
    """Adds a line to what is printed at the end of the run."""
    return lambda line: record_property(FIGURE, line)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    if lines := [str(line) for report in reports for name, line in report.user_properties if name == FIGURE]:
        terminalreporter.section("deliveries, enumerated")
        terminalreporter.write("\n".join([*lines, ""]))
