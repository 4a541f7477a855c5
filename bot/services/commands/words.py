"""How a typed line is taken apart into words."""

import re
import shlex

_FLAG = re.compile("(?:--|\u2014|\u2013)(\\w+)")
"""Slack's clients and telephones make one dash of two."""


def split_words(text: str) -> list[str]:
    """Split like a shell does, except that apostrophes and backslashes are ordinary characters, as in "bob's load".

    Slack's clients turn quotes into curly ones; an odd quote is an ordinary character, too.
    """
    straight = re.sub("[“”„]", '"', text)
    lexer = shlex.shlex(straight, posix=True)
    lexer.whitespace_split = True
    lexer.quotes, lexer.escape, lexer.commenters = '"', "", ""
    try:
        return list(lexer)
    except ValueError:
        return straight.split()


def flag(word: str) -> str | None:
    """The name of a flag such as --share, in lower case; None for any other word."""
    found = _FLAG.fullmatch(word)
    return found[1].lower() if found else None
