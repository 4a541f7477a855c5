"""Socket Mode of the Slack stand-in at the level of frames: acks, redelivery, several sockets, broken ones."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import aiohttp
import pytest
from aiohttp import ClientWebSocketResponse, WSMsgType
from slack_sdk import WebClient

from bot.demo.slack_server import Happening, Limits, SlackServer
from bot.demo.slack_server.workspace import PATIENCE

LIMITS = Limits(
    post_every=0,
    calls_per_minute={},
    other_calls_per_minute=10**9,
    ack_within=30,
    event_retries=(0.0, 0.1, 0.2),
    sockets=2,
)


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with SlackServer(LIMITS) as slack:
        slack.workspace.add_channel("data-alerts")
        slack.workspace.add_user("mina")
        yield slack


def address(slack: SlackServer) -> str:
    client = WebClient(base_url=slack.api_url, retry_handlers=[])
    return str(client.apps_connections_open(app_token=slack.workspace.app_token)["url"])


@asynccontextmanager
async def connected(slack: SlackServer) -> AsyncIterator[ClientWebSocketResponse]:
    """A socket that has been greeted."""
    url = await asyncio.to_thread(address, slack)
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
        assert (await received(socket))["type"] == "hello"
        yield socket


def lose_patience(slack: SlackServer) -> None:
    """From now on an ack is late soon, also one that comes at once on a busy machine."""
    slack.workspace.limits = replace(LIMITS, ack_within=0.3)


async def received(socket: ClientWebSocketResponse) -> dict[str, Any]:
    body: dict[str, Any] = await asyncio.wait_for(socket.receive_json(), PATIENCE)
    return body


async def ack(socket: ClientWebSocketResponse, envelope: dict[str, Any], **payload: Any) -> None:
    await socket.send_json({"envelope_id": envelope["envelope_id"], "payload": payload})


def test_hello_comes_first_and_counts_the_connections(slack: SlackServer) -> None:
    async def greet() -> list[int]:
        url = await asyncio.to_thread(address, slack)
        async with connected(slack), aiohttp.ClientSession() as session, session.ws_connect(url) as second:
            hello = await received(second)
            return [hello["num_connections"], slack.sockets.connections]

    assert asyncio.run(greet()) == [2, 2]
    slack.workspace.wait_for(lambda: slack.sockets.connections == 0)


def test_an_address_is_good_for_one_socket(slack: SlackServer) -> None:
    async def connect_twice(url: str) -> None:
        async with aiohttp.ClientSession() as session, session.ws_connect(url):
            with pytest.raises(aiohttp.WSServerHandshakeError):
                await session.ws_connect(url)

    asyncio.run(connect_twice(address(slack)))


def test_one_socket_too_many_is_told_so(slack: SlackServer) -> None:
    async def crowd() -> dict[str, Any]:
        url = await asyncio.to_thread(address, slack)
        async with (
            connected(slack),
            connected(slack),
            aiohttp.ClientSession() as session,
            session.ws_connect(url) as third,
        ):
            return await received(third)

    assert asyncio.run(crowd())["reason"] == "too_many_websockets"


def test_each_envelope_goes_to_one_of_the_sockets(slack: SlackServer) -> None:
    async def ask_twice() -> list[str]:
        async with connected(slack) as first, connected(slack) as second:
            texts = []
            for socket, word in ((first, "one"), (second, "two")):
                asked = asyncio.create_task(asyncio.to_thread(slack.user("mina").command, f"/dataflow {word}"))
                envelope = await received(socket)
                await ack(socket, envelope)
                assert (await asked).error is None
                texts.append(envelope["payload"]["text"])
            return texts

    assert asyncio.run(ask_twice()) == ["one", "two"]


def test_without_a_socket_a_command_fails_at_once(slack: SlackServer) -> None:
    assert slack.user("mina").command("/dataflow help").error == "dispatch_failed"


def test_an_event_without_ack_comes_again_as_often_as_slack_tries(slack: SlackServer) -> None:
    lose_patience(slack)

    async def listen() -> list[dict[str, Any]]:
        async with connected(slack) as socket:
            await asyncio.to_thread(slack.user("mina").dm, "hello")
            return [await received(socket) for _ in range(4)]

    envelopes = asyncio.run(listen())
    assert [envelope["retry_attempt"] for envelope in envelopes] == [0, 1, 2, 3]
    assert len({envelope["payload"]["event_id"] for envelope in envelopes}) == 1
    assert len({envelope["envelope_id"] for envelope in envelopes}) == 4


def test_an_event_sent_while_nobody_listens_comes_when_somebody_does(slack: SlackServer) -> None:
    slack.user("mina").dm("hello")

    async def listen() -> dict[str, Any]:
        async with connected(slack) as socket:
            envelope = await received(socket)
            await ack(socket, envelope)
            return envelope

    assert asyncio.run(listen())["payload"]["event"]["text"] == "hello"
    slack.workspace.wait_for(lambda: slack.log.entries(Happening.ACKED))


def test_a_command_without_ack_is_not_sent_again(slack: SlackServer) -> None:
    lose_patience(slack)

    async def listen() -> int:
        async with connected(slack) as socket:
            asked = await asyncio.to_thread(slack.user("mina").command, "/dataflow help")
            assert asked.error == "operation_timeout"
            await received(socket)
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(socket.receive_json(), 0.3)
            return len(slack.log.entries(Happening.SENT))

    assert asyncio.run(listen()) == 1


def test_a_disconnect_message_comes_before_the_socket_is_closed(slack: SlackServer) -> None:
    async def wait_for_the_end() -> tuple[str, bool]:
        async with connected(slack) as socket:
            await asyncio.to_thread(slack.disconnect, "warning")
            told = await received(socket)
            closed = await asyncio.wait_for(socket.receive(), PATIENCE)
            return told["reason"], closed.type in (WSMsgType.CLOSE, WSMsgType.CLOSED, WSMsgType.CLOSING)

    assert asyncio.run(wait_for_the_end()) == ("warning", True)


def test_a_dropped_connection_ends_without_a_word(slack: SlackServer) -> None:
    async def wait_for_the_end() -> WSMsgType:
        async with connected(slack) as socket:
            await asyncio.to_thread(slack.drop_sockets)
            return (await asyncio.wait_for(socket.receive(), PATIENCE)).type

    assert asyncio.run(wait_for_the_end()) in (WSMsgType.CLOSED, WSMsgType.ERROR)


def test_a_half_open_socket_answers_no_pings_and_swallows_envelopes(slack: SlackServer) -> None:
    lose_patience(slack)

    async def ping_and_listen() -> tuple[list[WSMsgType], str | None]:
        url = await asyncio.to_thread(address, slack)
        async with aiohttp.ClientSession() as session, session.ws_connect(url, autoping=False) as socket:
            await received(socket)
            await socket.ping(b"1")
            heard = [(await asyncio.wait_for(socket.receive(), PATIENCE)).type]
            await asyncio.to_thread(slack.go_half_open)
            await socket.ping(b"2")
            asked = await asyncio.to_thread(slack.user("mina").command, "/dataflow help")
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(socket.receive(), 0.1)
            return heard, asked.error

    assert asyncio.run(ping_and_listen()) == ([WSMsgType.PONG], "operation_timeout")


@pytest.mark.parametrize("frame", ["{", "[]", json.dumps({"envelope_id": "unknown"}), json.dumps({"payload": 1})])
def test_a_nonsensical_ack_is_ignored(slack: SlackServer, frame: str) -> None:
    async def send_nonsense() -> str | None:
        async with connected(slack) as socket:
            await socket.send_str(frame)
            asked = asyncio.create_task(asyncio.to_thread(slack.user("mina").command, "/dataflow help"))
            await ack(socket, await received(socket))
            return (await asked).error

    assert asyncio.run(send_nonsense()) is None
