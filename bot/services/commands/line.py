"""How a typed line is taken apart: what is wanted of its answer, the command, and the words after it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.services.commands import plain_words
from bot.services.commands.command import Command
from bot.services.commands.words import flag, split_words

Phrase = tuple[str, ...]

LONGEST_PHRASE = 4


@dataclass(frozen=True, slots=True)
class Line:
    """`called` is what was taken for the command's name; `command` is None where nothing is called that."""

    called: str
    command: Command | None
    words: tuple[str, ...] = ()
    page: int = 1
    is_shared: bool = False


def read_line(text: str, phrases: Mapping[Phrase, Command], default: str) -> Line:
    """Take a line apart. `phrases` is what each command goes by, in lower case; an empty line is the default one.

    1. Flags are taken off the end.
    2. The longest phrase that the line begins with is the command, and what follows are its words.
    3. Else the same without the courtesies of plain words, and, in Korean, with the command at the end.
    """
    words, page, is_shared = _without_flags(split_words(text))
    if not words:
        return Line(default, phrases[(default,)], (), page, is_shared)
    for bare, is_plain in ((words, False), (plain_words.without_courtesy(words), True)):
        found = _at_start(bare, phrases) or (_at_end(bare, phrases) if is_plain else None)
        if found:
            phrase, rest = found[0], plain_words.without_request(found[1])
            command = phrases[phrase]
            is_name = phrase == tuple(command.name.split())
            told = tuple(rest) if is_name else plain_words.told(phrase, rest)
            return Line(" ".join(phrase), command, told, page, is_shared)
    return Line(words[0], None, tuple(words[1:]), page, is_shared)


def _without_flags(words: Sequence[str]) -> tuple[list[str], int, bool]:
    left, page, is_shared = list(words), 1, False
    while left:
        if flag(left[-1]) == "share":
            is_shared = True
            left.pop()
        elif len(left) > 1 and flag(left[-2]) == "page" and left[-1].isdecimal():
            page = max(int(left.pop()[:4]), 1)
            left.pop()
        else:
            break
    return left, page, is_shared


def _at_start(words: Sequence[str], phrases: Mapping[Phrase, Command]) -> tuple[Phrase, Sequence[str]] | None:
    folded = [word.casefold() for word in words[:LONGEST_PHRASE]]
    lengths = range(len(folded), 0, -1)
    return next(((phrase, words[n:]) for n in lengths if (phrase := tuple(folded[:n])) in phrases), None)


def _at_end(words: Sequence[str], phrases: Mapping[Phrase, Command]) -> tuple[Phrase, Sequence[str]] | None:
    """Korean has the verb there. An English line that ends like a command is no such thing."""
    folded = [word.casefold() for word in words[-LONGEST_PHRASE:]]
    tails = ((tuple(folded[start:]), words[: len(words) - len(folded) + start]) for start in range(len(folded)))
    return next(((tail, rest) for tail, rest in tails if tail in phrases and plain_words.is_korean(tail)), None)
