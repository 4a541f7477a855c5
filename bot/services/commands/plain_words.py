"""The courtesies and small words of people who write to the bot in sentences, in English and in Korean: tables.

What a command is called in plain words is in the table of commands.
"""

import re
from collections.abc import Sequence

_BEFORE = [
    tuple(phrase.split())
    for phrase in (
        "hey", "hi", "hello", "please", "can you", "could you", "would you", "i want to", "i would like to", "let me",
        "show me", "show", "give me", "tell me", "get me", "get", "see", "what is", "what's", "what are", "the", "a",
        "혹시", "지금",
    )
]  # fmt: skip
_AFTER = [
    tuple(phrase.split())
    for phrase in (
        "please", "thanks", "보여줘", "보여 줘", "보여주세요", "보여 주세요", "알려줘", "알려 줘", "알려주세요",
        "알려 주세요", "해줘", "해 줘", "해주세요", "해 주세요", "해", "좀", "어때", "뭐야", "줘", "주세요",
    )
]  # fmt: skip
_NOW: list[tuple[str, ...]] = [("now",)]
"""A courtesy only where the rest is plain words: it may end a name."""
_KOREAN = re.compile("[가-힣]")
_SPAN = re.compile(r"((?:\d+(?:일|시간|분))+)(?:동안)?")
_UNITS = {"일": "d", "시간": "h", "분": "m"}
_TIMES = {"내일": "tomorrow", "오늘": "today", "어제": "yesterday"}
_SMALL = ("동안", "까지", "대해", "대한")
_PARTICLE = re.compile(r"([!-~]+)(?:을|를|의|은|는|이|가|에|에서|까지|동안)")
"""After a name in Latin letters: after a Korean one nobody can tell a particle from the end of the name."""


def without_courtesy(words: Sequence[str]) -> list[str]:
    """Without what only makes a sentence of it."""
    left = _without_mark(words)
    while left and (size := _longest(left, _BEFORE, at_end=False)):
        left = left[size:]
    return _without_end(left, _AFTER + _NOW)


def without_request(words: Sequence[str]) -> Sequence[str]:
    """Without the courtesies that nobody calls a workflow by; what does not end with one is left as it is."""
    bare = _without_mark(words)
    left = _without_end(bare, _AFTER)
    return left if len(left) < len(bare) else words


def is_korean(phrase: Sequence[str]) -> bool:
    return any(_KOREAN.search(word) for word in phrase)


def told(phrase: Sequence[str], words: Sequence[str]) -> tuple[str, ...]:
    """What a command is told, by one of its other names: without the mark at the end of a sentence, and in Korean with
    times and spans as they are written elsewhere."""
    bare = _without_end(_without_mark(words), _NOW)
    if not is_korean(phrase):
        return tuple(bare)
    spoken = (_spelled(word) for word in bare)
    return tuple(word for word in spoken if word not in _SMALL)


def _without_mark(words: Sequence[str]) -> list[str]:
    return [word for word in (*words[:-1], *(word.rstrip("?!.\uff1f") for word in words[-1:])) if word]


def _without_end(words: Sequence[str], phrases: Sequence[tuple[str, ...]]) -> list[str]:
    left = list(words)
    while left and (size := _longest(left, phrases, at_end=True)):
        left = left[:-size]
    return left


def _spelled(word: str) -> str:
    if span := _SPAN.fullmatch(word):
        return re.sub("|".join(_UNITS), lambda unit: _UNITS[unit[0]], span[1])
    particle = _PARTICLE.fullmatch(word)
    word = particle[1] if particle else word
    return _TIMES.get(word, word)


def _longest(words: Sequence[str], phrases: Sequence[tuple[str, ...]], *, at_end: bool) -> int:
    folded = tuple(word.casefold() for word in words)
    sizes = (
        len(phrase) for phrase in phrases if (folded[-len(phrase) :] if at_end else folded[: len(phrase)]) == phrase
    )
    return max(sizes, default=0)
