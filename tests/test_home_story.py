"""App Home in the whole bot: it shows a failure by itself, and what is done about it from there."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.demo.slack_server.actor import Actor
from tests.town import Town


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    monkeypatch.chdir(tmp_path)
    with Town(tmp_path).open() as open_town:
        yield open_town


def shows(mina: Actor, text: str) -> bool:
    view = mina.home()
    return view is not None and text in str(view.blocks)


def test_a_failure_appears_on_an_open_home_tab_and_is_acknowledged_there(town: Town) -> None:
    mina = town.slack.user("mina")
    with town.running(operator_users=mina.person.id):
        mina.open_home()
        town.wait_until(lambda: shows(mina, "Nothing is failing"))
        town.dataflow.account.start(town.orders, "FAILED", runs_for=0.1)
        town.wait_until(lambda: shows(mina, "FAILED"))
        view = mina.home()
        assert view is not None
        mina.click(view, "home:acknowledge")
        town.wait_until(lambda: shows(mina, "Acknowledged by mina"))
        town.wait_until(lambda: "Acknowledged" in town.cards()[0].text)
