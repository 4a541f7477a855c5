"""Reads JSON into types. The one place that lets msgspec learn a type, because that is not safe in two threads at once.

What it knows of a type is kept on the type, half-made while it is being made: a second thread that comes by then takes
it as it is, and the process dies (msgspec 0.22, seen with several pollers that read their first page). Once made, it
is safe to share ("all functionality in msgspec is threadsafe", pull request 402 of msgspec/msgspec).
"""

import threading
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

_learning = threading.Lock()
_decoders: dict[Any, msgspec.json.Decoder[Any]] = {}


def decode(document: bytes | str | msgspec.Raw, kind: type[T]) -> T:
    """Raises msgspec.DecodeError for what is no JSON, and its child ValidationError for what is not of this kind."""
    decoded: T = _decoder(kind).decode(document)
    return decoded


def _decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    known = _decoders.get(kind)
    if known is None:
        with _learning:
            known = _decoders.setdefault(kind, msgspec.json.Decoder(kind))
    return known
