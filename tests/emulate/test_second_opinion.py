"""Our Slack stand-in against one that somebody else wrote: the same calls to both, and each difference explained.

A difference that differences.py does not explain fails, and so does one that it explains and that is no more.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

import pytest

from tests.emulate.differences import DIFFERENCES, Difference
from tests.emulate.peers import Json, Peer, emulate, install, our_stand_in

pytestmark = pytest.mark.emulate

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "*hello*"}}
HOME = {"type": "home", "blocks": [SECTION]}
METADATA = {"event_type": "dataflow_alert", "event_payload": {"key": "k1"}}


@dataclass(frozen=True)
class Call:
    """A call, and what of its answer is kept for later ones."""

    name: str
    make: Callable[[Peer], Json]
    keep: Callable[[Json], dict[str, str]] = lambda _answer: {}


def by_name(listed: list[Json], name: str) -> Json:
    return next(item for item in listed if item["name"] == name)


CALLS = (
    Call("auth.test", lambda peer: peer.call("auth.test", {})),
    Call("auth.test with a wrong token", lambda peer: peer.call("auth.test", {}, token="xoxb-wrong")),
    Call("auth.test without a token", lambda peer: peer.call("auth.test", {}, token="")),
    Call(
        "conversations.list",
        lambda peer: peer.read("conversations.list", {"limit": "200"}),
        lambda answer: {"channel": by_name(answer["channels"], "data-alerts")["id"]},
    ),
    Call(
        "users.list",
        lambda peer: peer.read("users.list", {}),
        lambda answer: {"user": by_name(answer["members"], "mina")["id"]},
    ),
    Call("conversations.info", lambda peer: peer.read("conversations.info", {"channel": peer.known["channel"]})),
    Call("conversations.info of none", lambda peer: peer.read("conversations.info", {"channel": "C0NONE"})),
    Call("users.info", lambda peer: peer.read("users.info", {"user": peer.known["user"]})),
    Call("users.info of nobody", lambda peer: peer.read("users.info", {"user": "U0NOBODY"})),
    Call(
        "chat.postMessage",
        lambda peer: peer.call(
            "chat.postMessage",
            {"channel": peer.known["channel"], "text": "hello", "blocks": [SECTION], "metadata": METADATA},
        ),
        lambda answer: {"ts": answer["ts"]},
    ),
    Call("chat.postMessage of nothing", lambda peer: peer.call("chat.postMessage", {"channel": peer.known["channel"]})),
    Call("chat.postMessage to none", lambda peer: peer.call("chat.postMessage", {"channel": "C0NONE", "text": "x"})),
    Call(
        "chat.postMessage in a thread",
        lambda peer: peer.call(
            "chat.postMessage",
            {"channel": peer.known["channel"], "text": "a reply", "thread_ts": peer.known["ts"]},
        ),
    ),
    Call(
        "chat.update",
        lambda peer: peer.call(
            "chat.update", {"channel": peer.known["channel"], "ts": peer.known["ts"], "text": "new"}
        ),
    ),
    Call(
        "chat.update of none",
        lambda peer: peer.call("chat.update", {"channel": peer.known["channel"], "ts": "1.000000", "text": "x"}),
    ),
    Call(
        "chat.getPermalink",
        lambda peer: peer.read("chat.getPermalink", {"channel": peer.known["channel"], "message_ts": peer.known["ts"]}),
    ),
    Call(
        "chat.postEphemeral",
        lambda peer: peer.call(
            "chat.postEphemeral", {"channel": peer.known["channel"], "user": peer.known["user"], "text": "psst"}
        ),
    ),
    Call(
        "conversations.history",
        lambda peer: peer.read(
            "conversations.history", {"channel": peer.known["channel"], "include_all_metadata": "true"}
        ),
    ),
    Call(
        "conversations.replies",
        lambda peer: peer.read("conversations.replies", {"channel": peer.known["channel"], "ts": peer.known["ts"]}),
    ),
    Call(
        "conversations.replies of none",
        lambda peer: peer.read("conversations.replies", {"channel": peer.known["channel"], "ts": "1.000000"}),
    ),
    Call("views.publish", lambda peer: peer.call("views.publish", {"user_id": peer.known["user"], "view": HOME})),
    Call(
        "views.open with a made-up trigger",
        lambda peer: peer.call(
            "views.open",
            {
                "trigger_id": "1.2.3",
                "view": {"type": "modal", "title": {"type": "plain_text", "text": "x"}, "blocks": []},
            },
        ),
    ),
    Call(
        "files.getUploadURLExternal",
        lambda peer: peer.read("files.getUploadURLExternal", {"filename": "chart.png", "length": "12"}),
    ),
    Call(
        "chat.delete",
        lambda peer: peer.call("chat.delete", {"channel": peer.known["channel"], "ts": peer.known["ts"]}),
    ),
    Call(
        "chat.delete again",
        lambda peer: peer.call("chat.delete", {"channel": peer.known["channel"], "ts": peer.known["ts"]}),
    ),
    Call("a method that is none", lambda peer: peer.call("chat.fly", {})),
)


def shape(value: Any, at: str = "") -> Iterator[str]:
    """The paths of an answer's fields; of a list only the first item, since the two hold different things."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from ([f"{at}{name}"] if not isinstance(item, dict | list) else [])
            yield from shape(item, f"{at}{name}.")
    elif isinstance(value, list) and value:
        yield from shape(value[0], f"{at}[].")


def differences(name: str, ours: Json, theirs: Json) -> Iterator[str]:
    if ours.get("ok") != theirs.get("ok") or ours.get("error") != theirs.get("error"):
        yield f"{name}: {outcome(ours)} here, {outcome(theirs)} there"
    elif ours.get("ok"):
        here, there = set(shape(ours)), set(shape(theirs))
        yield from (f"{name}: only here {path}" for path in sorted(here - there))
        yield from (f"{name}: only there {path}" for path in sorted(there - here))


def outcome(answer: Json) -> str:
    return "ok" if answer.get("ok") else str(answer.get("error"))


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    install()
    with our_stand_in() as ours, emulate(tmp_path_factory.mktemp("emulate")) as theirs:
        return set(compared(ours, theirs))


def compared(ours: Peer, theirs: Peer) -> Iterator[str]:
    for call in CALLS:
        answers = []
        for peer in (ours, theirs):
            answer = call.make(peer)
            peer.known |= call.keep(answer) if answer.get("ok") else {}
            answers.append(answer)
        yield from differences(call.name, *answers)


def test_every_difference_is_explained(found: set[str]) -> None:
    patterns = [each.pattern for each in DIFFERENCES]
    assert [line for line in sorted(found) if not any(fnmatchcase(line, pattern) for pattern in patterns)] == []


@pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda each: each.pattern)
def test_what_is_explained_still_differs(found: set[str], difference: Difference) -> None:
    assert any(fnmatchcase(line, difference.pattern) for line in found), difference.why
