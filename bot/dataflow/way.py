"""The way to an origin: by the proxies and with the certificates that the environment names, as requests reads it.

Opens connections and keeps none. The environment is read once.
"""

import ssl
from functools import cached_property
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.connection import HTTPConnection
from urllib3.util.ssl_ import create_urllib3_context


class Way(HTTPAdapter):
    """Of requests' pool it uses only how that connects: by two methods which urllib3 has for its subclasses, as nothing
    public opens a connection through a proxy."""

    def __init__(self, origin: str) -> None:
        super().__init__()
        self._origin = origin
        self._trust: ssl.SSLContext | None = None

    @property
    def prefix(self) -> str:
        """Of the target in a request line: a proxy that forwards is told the whole URL."""
        return self._origin if self._is_forwarded else ""

    @property
    def headers(self) -> dict[str, str]:
        """The proxy's credentials, where it sees our headers."""
        return dict(self._pool.proxy_headers) if self._is_forwarded else {}

    def connect(self, timeout: float) -> HTTPConnection:
        opened: Any = self._pool._new_conn()
        opened.timeout = timeout
        try:
            if self._pool.proxy is None or self._is_forwarded:
                opened.connect()
            else:
                self._pool._prepare_proxy(opened)
        except BaseException:
            opened.close()
            raise
        return opened  # type: ignore[no-any-return]

    @cached_property
    def _is_forwarded(self) -> bool:
        return self._pool.proxy is not None and self._pool.scheme == "http"

    @cached_property
    def _pool(self) -> Any:
        settings = requests.Session().merge_environment_settings(self._origin, {}, True, None, None)
        request = requests.PreparedRequest()
        request.url = self._origin
        verify = settings["verify"]  # a path where REQUESTS_CA_BUNDLE names one
        bundle = verify if isinstance(verify, str) else DEFAULT_CA_BUNDLE_PATH
        return self.get_connection_with_tls_context(request, bundle, settings["proxies"])

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: bool | str, cert: Any = None
    ) -> Any:
        """With the certificates loaded: urllib3 would load them for each connection, which takes 25 ms."""
        host, pool = super().build_connection_pool_key_attributes(request, verify, cert)
        tls: dict[str, Any] = {**pool}
        places = tls.pop("ca_certs", None), tls.pop("ca_cert_dir", None)
        if host["scheme"] == "https":
            tls["ssl_context"] = self._trust = _trusting(*places)
        return host, tls

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        """To a proxy that speaks TLS itself the same certificates apply."""
        trust = {"proxy_ssl_context": self._trust} if proxy.startswith("https:") else {}
        return super().proxy_manager_for(proxy, **trust, **kwargs)


def _trusting(file: str | None, folder: str | None) -> ssl.SSLContext:
    context = create_urllib3_context()
    try:
        context.load_verify_locations(file, folder)
    except OSError:
        raise OSError(f"no certificates can be read from {file or folder}") from None
    return context
