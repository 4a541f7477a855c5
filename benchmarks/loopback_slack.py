"""As much of Slack as a post needs, over HTTPS on loopback, in a process of its own and cheap enough not to matter.

Run by posts.py: `python -m benchmarks.loopback_slack FILE` takes key and certificate from a file, and prints its port.
"""

import argparse
import asyncio
import ssl

HEADERS = b"""Date: Tue, 24 Nov 2026 13:00:00 GMT
Server: Apache
Vary: Accept-Encoding
X-Slack-Req-Id: 0123456789abcdef0123456789abcdef
X-Content-Type-Options: nosniff
X-XSS-Protection: 0
Pragma: no-cache
Cache-Control: private, no-cache, no-store, must-revalidate
Expires: Sat, 26 Jul 1997 05:00:00 GMT
Content-Type: application/json; charset=utf-8
X-OAuth-Scopes: chat:write,chat:write.public,commands,app_mentions:read,im:history,files:write,users:read
X-Accepted-OAuth-Scopes: chat:write
Access-Control-Allow-Origin: *
Access-Control-Allow-Headers: slack-route, x-slack-version-ts, x-b3-traceid
Access-Control-Expose-Headers: x-slack-req-id, retry-after
Strict-Transport-Security: max-age=31536000; includeSubDomains; preload
Referrer-Policy: no-referrer
X-Slack-Backend: r
X-Envoy-Upstream-Service-Time: 120
Via: envoy-www""".replace(b"\n", b"\r\n")
"""As many as Slack sends, or so: clients read them all."""


class Connection(asyncio.Protocol):
    """HTTP/1.1, kept alive. Answers each post with what was posted, as Slack does."""

    def __init__(self) -> None:
        self._heard = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._heard += data
        head, gap, rest = self._heard.partition(b"\r\n\r\n")
        lines = head.lower().split(b"\r\n")
        length = next((int(line[15:]) for line in lines if line.startswith(b"content-length:")), 0)
        if not gap or len(rest) < length:
            return
        self._heard = rest[length:]
        body = b'{"ok":true,"channel":"C0ALERTS","ts":"1772413200.000100","message":' + rest[:length] + b"}"
        self._transport.write(b"HTTP/1.1 200 OK\r\n%b\r\nContent-Length: %d\r\n\r\n%b" % (HEADERS, len(body), body))
        if b"connection: close" in lines:
            self._transport.close()


async def serve(certificate: str) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    server = await asyncio.get_running_loop().create_server(Connection, "127.0.0.1", 0, ssl=tls)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("certificate")
    asyncio.run(serve(parser.parse_args().certificate))


if __name__ == "__main__":
    main()
