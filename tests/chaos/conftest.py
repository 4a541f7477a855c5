"""How large the proofs are, which seed they follow, and where their figures are printed."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.chaos.campaign import Arena
from tests.chaos.process import Nursery, start_cold

FIGURE = "chaos"
"""The property under which a test's report carries a figure: reports come from other processes, too."""

Note = Callable[[object], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("chaos", "kills, faults and broken disks")
    group.addoption("--chaos-seed", type=int, default=random.SystemRandom().randrange(10**6), help="replays a run")
    group.addoption("--chaos-kills", type=int, default=200, help="kills in the largest proof; the others follow it")
    group.addoption("--chaos-bots", type=int, default=4, help="bots at once")
    group.addoption("--chaos-warm", action="store_true", help="start bots from an interpreter that has imported all")
    group.addoption("--chaos-long", action="store_true", help="real waits where the short form compresses them")


def pytest_report_header(config: pytest.Config) -> str:
    return f"chaos: --chaos-seed {config.getoption('--chaos-seed')}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    reports = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    if lines := [str(line) for report in reports for name, line in report.user_properties if name == FIGURE]:
        terminalreporter.section(f"figures (--chaos-seed {config.getoption('--chaos-seed')})")
        terminalreporter.write("\n".join([*lines, ""]))


@pytest.fixture
def seed(pytestconfig: pytest.Config) -> int:
    return int(pytestconfig.getoption("--chaos-seed"))


@pytest.fixture
def kills(pytestconfig: pytest.Config) -> int:
    return int(pytestconfig.getoption("--chaos-kills"))


@pytest.fixture
def is_long(pytestconfig: pytest.Config) -> bool:
    return bool(pytestconfig.getoption("--chaos-long"))


@pytest.fixture
def note(request: pytest.FixtureRequest, record_property: Callable[[str, object], None]) -> Note:
    """Adds a line to the figures that are printed at the end."""
    return lambda figure: record_property(FIGURE, f"{request.node.name}: {figure}")


@pytest.fixture
def arena(pytestconfig: pytest.Config, tmp_path: Path, seed: int) -> Iterator[Arena]:
    """Where the campaigns are fought."""
    bots = int(pytestconfig.getoption("--chaos-bots"))
    if not pytestconfig.getoption("--chaos-warm"):
        yield Arena(tmp_path, seed, bots, start_cold)
        return
    with Nursery() as nursery:
        yield Arena(tmp_path, seed, bots, nursery.start)
