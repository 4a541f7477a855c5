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
        "please", "thanks", "now", "보여줘", "보여 줘", "보여주세요", "보여 주세요", "알려줘", "알려 줘", "알려주세요",
        "알려 주세요", "해줘", "해 줘", "해주세요", "해 주세요", "해", "좀", "어때", "뭐야", "줘", "주세요",
    )
]  # fmt: skip
_KOREAN = re.compile("[가-힣]")
_SPANS = ((re.compile(r"(\d+)시간"), r"\1h"), (re.compile(r"(\d+)분"), r"\1m"), (re.compile(r"(\d+)일"), r"\1d"))
_TIMES = {"내일": "tomorrow", "오늘": "today", "어제": "yesterday"}
_SMALL = ("동안", "까지", "대해", "대한")
_PARTICLE = re.compile(r"([!-~]+)(?:을|를|의|은|는|이|가|에|에서|까지|동안)")
"""After a name in Latin letters: after a Korean one nobody can tell a particle from the end of the name."""


def without_courtesy(words: Sequence[str]) -> list[str]:
    """Without what only makes a sentence of it."""
    left = _without_mark(words)
    while left and (size := _longest(left, _BEFORE, at_end=False)):
        left = left[size:]
    while left and (size := _longest(left, _AFTER, at_end=True)):
        left = left[:-size]
    return left


def is_korean(phrase: Sequence[str]) -> bool:
    return any(_KOREAN.search(word) for word in phrase)


def told(phrase: Sequence[str], words: Sequence[str]) -> tuple[str, ...]:
    """What a command is told, by one of its other names: without the mark at the end of a sentence, and in Korean with
    times and spans as they are written elsewhere."""
    if not is_korean(phrase):
        return tuple(_without_mark(words))
    spoken = (_spelled(word) for word in _without_mark(words))
    return tuple(word for word in spoken if word not in _SMALL)


def _without_mark(words: Sequence[str]) -> list[str]:
    return [word for word in (*words[:-1], *(word.rstrip("?!.\uff1f") for word in words[-1:])) if word]


def _spelled(word: str) -> str:
    for korean, short in _SPANS:
        word = korean.sub(short, word)
    particle = _PARTICLE.fullmatch(word)
    word = particle[1] if particle else word
    return next((short + word.removeprefix(korean) for korean, short in _TIMES.items() if word == korean), word)


def _longest(words: Sequence[str], phrases: Sequence[tuple[str, ...]], *, at_end: bool) -> int:
    folded = tuple(word.casefold() for word in words)
    sizes = (
        len(phrase) for phrase in phrases if (folded[-len(phrase) :] if at_end else folded[: len(phrase)]) == phrase
    )
    return max(sizes, default=0)
