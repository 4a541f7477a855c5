"""Which language is spoken, and the words in it: GNU gettext's catalogues, chosen by what the context speaks.

The words in the code are English. The other languages are in bot/locale; `make messages` renews them.
"""

import gettext as catalogues
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

SOURCE = "en"
LANGUAGES = (SOURCE, "ko")
DOMAIN = "bot"
LOCALE = Path(__file__).parent / "locale"

_current = ContextVar("language", default=SOURCE)


@contextmanager
def speaking(language: str | None) -> Iterator[None]:
    """Within it, words come in this language, or in English where it is not one of ours.

    For the entry of rendering only. A new thread speaks English until it enters one of its own.
    """
    token = _current.set(known(language) or SOURCE)
    try:
        yield
    finally:
        _current.reset(token)


def current_language() -> str:
    return _current.get()


def known(tag: str | None) -> str | None:
    """Which of our languages a tag such as `ko`, `ko-KR` or `ko_KR` means; None for any other."""
    primary = (tag or "").replace("_", "-").partition("-")[0].lower()
    return primary if primary in LANGUAGES else None


def _(message: str) -> str:
    """A whole sentence, or what stands alone. What changes is put in afterwards: `_("… {name} …").format(name=…)`."""
    return _catalogue(_current.get()).gettext(message)


def ngettext(one: str, many: str, count: int) -> str:
    """What depends on a count: `ngettext("{count:,} run", "{count:,} runs", count).format(count=count)`."""
    return _catalogue(_current.get()).ngettext(one, many, count)


def pgettext(context: str, message: str) -> str:
    """An English word that other languages have several of: the context says which."""
    return _catalogue(_current.get()).pgettext(context, message)


def N_(message: str) -> str:  # noqa: N802 (gettext's own name, which the extraction knows)
    """Marks a constant for the catalogues. `_` translates it where it is shown."""
    return message


@cache
def _catalogue(language: str) -> catalogues.NullTranslations:
    if language == SOURCE:
        return catalogues.NullTranslations()
    return catalogues.translation(DOMAIN, LOCALE, [language])
