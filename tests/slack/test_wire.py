"""One request, one deadline, and the truth about whether it was sent."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot.demo.faults import Fault, FaultKind
from bot.demo.slack_server import SlackServer
from bot.demo.slack_server.workspace import PATIENCE
from bot.slack.wire import LONGEST_RETRY_AFTER, Lost, Reply, Wire

POST = "chat.postMessage"
MESSAGE = {"channel": "data-alerts", "text": "hello"}


def visible(slack: SlackServer) -> list[str]:
    return [message.text for message in slack.workspace.messages("data-alerts")]


@pytest.mark.parametrize("as_json", [False, True])
def test_an_answer_comes_back_with_its_scopes(slack: SlackServer, wire: Wire, as_json: bool) -> None:
    answer = wire.call(POST, MESSAGE, as_json=as_json)
    assert isinstance(answer, Reply)
    assert answer.is_ok
    assert answer.body["message"]["text"] == "hello"
    assert answer.scopes == slack.workspace.scopes


@pytest.mark.parametrize(
    ("kind", "is_posted"),
    [
        (FaultKind.RESET_BEFORE, False),
        (FaultKind.RESET_AFTER, True),
    ],
)
def test_a_lost_connection_after_the_request_may_have_been_anything(
    slack: SlackServer, wire: Wire, kind: FaultKind, is_posted: bool
) -> None:
    slack.faults.add(Fault(kind=kind, operation=POST))
    answer = wire.call(POST, MESSAGE)
    assert isinstance(answer, Lost)
    assert answer.was_sent
    assert visible(slack) == (["hello"] if is_posted else [])


@pytest.mark.parametrize(
    "kind",
    [FaultKind.HTML, FaultKind.WRONG_SHAPE, FaultKind.CUT_JSON, FaultKind.EMPTY, FaultKind.TRUNCATED],
)
def test_an_answer_that_is_no_json_object_is_empty_and_not_ok(slack: SlackServer, wire: Wire, kind: FaultKind) -> None:
    slack.faults.add(Fault(kind=kind, operation=POST))
    answer = wire.call(POST, MESSAGE)
    assert isinstance(answer, Reply)
    assert not answer.is_ok
    assert answer.error == "HTTP 200 without a usable answer"


@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind=FaultKind.SLOW, operation=POST, delay=5.0),
        Fault(kind=FaultKind.DRIP, operation=POST, delay=0.1),
    ],
)
def test_the_deadline_holds_for_the_whole_answer(slack: SlackServer, fault: Fault) -> None:
    slack.faults.add(fault)
    answer = Wire(slack.api_url, slack.workspace.bot_token, timeout=1.0).call(POST, MESSAGE)
    assert answer in (Lost(True, "no answer within 1 s"), Lost(True, "no whole answer within 1 s"))
    assert slack.workspace.wait_for(lambda: visible(slack)) == ["hello"]


def test_nothing_was_sent_when_nobody_listens(slack: SlackServer, wire: Wire) -> None:
    slack.go_down()
    answer = wire.call(POST, MESSAGE)
    assert isinstance(answer, Lost)
    assert not answer.was_sent
    assert "refused" in answer.error


@pytest.mark.parametrize(
    "url", ["http://name.invalid/api/", "https://name.invalid/api/", f"http://{'a' * 70}.example/"]
)
def test_nothing_was_sent_when_the_host_has_no_address(url: str) -> None:
    answer = Wire(url, "xoxb-1", timeout=PATIENCE).call("auth.test", {})
    assert isinstance(answer, Lost)
    assert not answer.was_sent


def test_nothing_was_sent_when_there_is_no_tls(slack: SlackServer) -> None:
    answer = Wire(slack.api_url.replace("http://", "https://"), "xoxb-1", timeout=PATIENCE).call("auth.test", {})
    assert isinstance(answer, Lost)
    assert not answer.was_sent


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("30", 30.0),
        ("0.5", 0.5),
        ("-3", 0.0),
        ("1e9", LONGEST_RETRY_AFTER),
        ("soon", None),
        ("nan", None),
        ("inf", None),
    ],
)
def test_retry_after_is_read_with_care(header: str, seconds: float | None) -> None:
    with answering(f"HTTP/1.1 429 Too Many\r\nRetry-After: {header}\r\nContent-Length: 0\r\n\r\n") as url:
        answer = Wire(url, "xoxb-1").call("auth.test", {})
    assert isinstance(answer, Reply)
    assert (answer.status, answer.retry_after) == (429, seconds)


@pytest.mark.parametrize(
    "nonsense", ["", "\x00\x01\x02", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nA: " + "b" * 70_000]
)
def test_nonsense_on_the_line_is_a_lost_answer(nonsense: str) -> None:
    with answering(nonsense) as url:
        answer = Wire(url, "xoxb-1").call("auth.test", {})
    assert answer == Reply(200, {}) or (isinstance(answer, Lost) and answer.was_sent)


def test_a_deeply_nested_answer_is_no_answer() -> None:
    body = '{"a":' * 100_000
    with answering(f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n{body}") as url:
        answer = Wire(url, "xoxb-1").call("auth.test", {})
    assert answer == Reply(200, {})


def test_the_token_is_sent_and_never_shown(slack: SlackServer, wire: Wire) -> None:
    assert wire.call("auth.test", {}).error == "HTTP 200 without a usable answer"  # ok carries no error
    assert slack.workspace.bot_token not in repr(wire)


def test_the_connection_goes_through_the_proxy_that_the_environment_names(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[bytes] = []
    with answering("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", heard) as url:
        proxy = url.removeprefix("http://").removesuffix("/api/")
        monkeypatch.setenv("HTTPS_PROXY", f"http://me:s%40fe@{proxy}")
        monkeypatch.setenv("NO_PROXY", "")
        answer = Wire("https://slack.invalid/api/", "xoxb-1", timeout=PATIENCE).call("auth.test", {})
    assert isinstance(answer, Lost)
    assert not answer.was_sent
    assert heard[0].startswith(b"CONNECT slack.invalid:443 HTTP/1.")
    assert b"Proxy-Authorization: Basic bWU6c0BmZQ==" in heard[0]
    assert b"xoxb-1" not in heard[0]


@contextmanager
def answering(raw: str, heard: list[bytes] | None = None) -> Iterator[str]:
    """A server that answers one request with these bytes and hangs up."""
    listener = socket.create_server(("127.0.0.1", 0))

    def answer_once() -> None:
        connection, _ = listener.accept()
        with connection:
            request = connection.recv(65_536)
            if heard is not None:
                heard.append(request)
            connection.sendall(raw.encode("latin-1"))

    thread = threading.Thread(target=answer_once, daemon=True)
    thread.start()
    with listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/api/"
        thread.join(5)
