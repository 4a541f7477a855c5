"""Finds English in what is shown in Korean.

A word in Latin letters is from the outside, and then one of DATA or in code, or it stands in the catalogue.
"""

import html
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from babel.messages.pofile import read_po

from bot.language import DOMAIN, LOCALE

SHOWN = frozenset({"text", "alt_text", "accessibility_label", "title", "caption"})
"""The fields of Block Kit that hold words for people."""
_SAMPLES = """
C0ALERTS Denied English HTTP Mina Permission S0ONCALL1 TIMED_OUT U0MINA aggregate allowed answers
api/v1/workflows/3tfNLPabcdef/executions data db df-logs/orders/2026/03/20 every ex0000000001 ex0000000002
ex0000000003 ex9 fallback getWorkflowExecutions getWorkflows invalid_auth is_archived load load-part-2 load-part-3
load-to-dw mina missing_scope moving night no_text nobody not note nth_failure o oders orders-daily-load recovered rnus
s3://jobs/load.py step_1 step_2 step_3 step_4 step_9 switch_off the wait_for warehouse wf4kD02Lm9Qx wf9ZpQ1sTt7B zzz
"""
DATA = frozenset(_SAMPLES.split())
"""Names, ids, notes and errors of the samples, and the words that rules are typed in."""

_CODE = re.compile(r"`[^`]*`")
_TOKEN = re.compile(r"<(?:[!@#])[^>]*>|<[^>|]*\|([^>]*)>|<[^>]*>")
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_'./:-]*")


def english_in(shown: Any) -> list[str]:
    """Words that nobody translated."""
    found = {word for text in _texts(shown) for word in _words(_prose(text))}
    return sorted(found - DATA - _in_catalogue())


@cache
def _in_catalogue() -> frozenset[str]:
    with (LOCALE / "ko" / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
        messages = list(read_po(file))
    texts = [message.string for message in messages if isinstance(message.string, str) and message.id]
    texts += [text for message in messages if not isinstance(message.string, str) for text in message.string or ()]
    return frozenset(word for text in texts for word in _words(text))


def _words(text: str) -> list[str]:
    return [word.rstrip(".:'/-") for word in _WORD.findall(text)]


def _prose(text: str) -> str:
    return html.unescape(_TOKEN.sub(lambda token: token[1] or " ", _CODE.sub(" ", text)))


def _texts(shown: Any, field: str = "text") -> Iterator[str]:
    match shown:
        case str() if field in SHOWN:
            yield shown
        case Mapping():
            if shown.get("style") != {"code": True}:
                for name, value in shown.items():
                    yield from _texts(value, name)
        case list() | tuple():
            for value in shown:
                yield from _texts(value, field)
