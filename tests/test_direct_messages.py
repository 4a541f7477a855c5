"""A person who subscribed is told by direct message, from the whole bot over HTTP."""

from pathlib import Path

import pytest

from bot.core.rules import Rules
from bot.core.subscribing import Wish
from tests.doubles import BY_MINA
from tests.town import Town


def test_a_person_is_told_by_direct_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with Town(tmp_path).open() as town, town.running() as bot:
        mina = town.slack.workspace.person("mina")
        bot.manage_subscriptions.apply(BY_MINA, [Wish(mina.id, "orders-*", Rules())])
        direct = town.slack.workspace.open_direct(mina.id)
        run = town.dataflow.account.start(town.orders, "FAILED", runs_for=0.1)
        town.wait_until(lambda: town.slack.workspace.messages(direct.id))
        town.wait_until(town.alerts)

        (told,) = town.slack.workspace.messages(direct.id)
        assert run.execution_id in told.text
        explained = bot.desk.run("why", [run.execution_id])
        assert mina.id in str(explained)
