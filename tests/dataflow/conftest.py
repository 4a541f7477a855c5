"""A scripted server, and clients of it that are closed when the test is over."""

from collections.abc import Iterator

import pytest

from tests.dataflow.scripted_server import Client, Connect, Server


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        yield server


@pytest.fixture
def connect(server: Server) -> Iterator[Connect]:
    clients: list[Client] = []

    def connect(base_url: str, **options: float) -> Client:
        clients.append(Client(base_url, **options))
        return clients[-1]

    yield connect
    for client in clients:
        client.close()


@pytest.fixture
def client(server: Server, connect: Connect) -> Client:
    return connect(server.base_url)
