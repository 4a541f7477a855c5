"""Two languages at once, with the whole bot between the stand-ins: each channel hears its own, each person theirs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.core.rules import Rules
from bot.core.subscribing import Wish
from tests.doubles import BY_MINA
from tests.town import CHANNEL, Town

ABROAD = "data-alerts-abroad"


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    monkeypatch.chdir(tmp_path)
    with Town(tmp_path).open() as open_town:
        open_town.slack.workspace.add_channel(ABROAD)
        open_town.slack.workspace.add_user("jisoo", locale="ko-KR")
        yield open_town


def first_lines(town: Town, channel: str) -> list[str]:
    return [message.text.splitlines()[0] for message in town.slack.workspace.messages(channel)]


def test_a_failure_and_its_recovery_are_told_to_each_channel_in_its_language(town: Town) -> None:
    abroad = town.slack.workspace.channel(ABROAD).id
    with town.running(language="ko") as bot:
        bot.manage_subscriptions.add(BY_MINA, Wish(abroad, rules=Rules(language="en")))
        town.dataflow.account.start(town.orders, "FAILED", runs_for=0.0)
        town.wait_until(lambda: first_lines(town, ABROAD) and len(first_lines(town, CHANNEL)) == 2)
        greeting, card = first_lines(town, CHANNEL)
        assert greeting == "📣 Data Flow를 지켜보고 있습니다. 워크플로 1개."
        assert card.startswith("❌ 실패: orders-daily-load \u203a load-to-warehouse")
        assert first_lines(town, ABROAD)[0].startswith("❌ FAILED: orders-daily-load \u203a load-to-warehouse")

        town.dataflow.account.start(town.orders, "COMPLETED", runs_for=0.0)
        town.wait_until(lambda: "복구됨" in first_lines(town, CHANNEL)[1])
        town.wait_until(lambda: "RECOVERED" in first_lines(town, ABROAD)[0])


def test_whoever_asks_is_answered_in_the_language_of_their_slack(town: Town) -> None:
    with town.running(language="en"):
        asked = {name: town.slack.user(name).command("/dataflow workflows", CHANNEL) for name in ("mina", "jisoo")}
        answers = {name: done.wait_for_response().text.splitlines()[0] for name, done in asked.items()}
    assert answers == {"mina": "1 workflow:", "jisoo": "워크플로 1개:"}
