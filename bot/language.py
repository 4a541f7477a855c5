"""Which language is spoken, and the words in it: GNU gettext's catalogues, chosen by what the context speaks; and in
which zone times are told where whoever shows them cannot do better.

The words in the code are English. The other languages are in bot/locale; `make messages` renews them.
"""

import gettext as catalogues
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

SOURCE = "en"
LANGUAGES = (SOURCE, "ko")
DOMAIN = "bot"
LOCALE = Path(__file__).parent / "locale"

_language = ContextVar("language", default=SOURCE)
_zone: ContextVar[ZoneInfo | None] = ContextVar("zone", default=None)


@dataclass(frozen=True, slots=True)
class Locale:
    """How a channel or a person is spoken to; None where that is not known or not chosen."""

    language: str | None = None
    zone: ZoneInfo | None = None

    def otherwise(self, default: "Locale") -> "Locale":
        return Locale(self.language or default.language, self.zone or default.zone)


@contextmanager
def speaking(language: str | None, zone: ZoneInfo | None = None) -> Iterator[None]:
    """Within it, words come in this language, or in English where it is not one of ours, and times in this zone.

    For the entry of rendering only. A new thread speaks English, and in UTC, until it enters one of its own.
    """
    before, zone_before = _language.set(known(language) or SOURCE), _zone.set(zone or _zone.get())
    try:
        yield
    finally:
        _zone.reset(zone_before)
        _language.reset(before)


def current_language() -> str:
    return _language.get()


def current_zone() -> ZoneInfo | None:
    """None: UTC."""
    return _zone.get()


def known(tag: str | None) -> str | None:
    """Which of our languages a tag such as `ko`, `ko-KR` or `ko_KR` means; None for any other."""
    primary = (tag or "").replace("_", "-").partition("-")[0].lower()
    return primary if primary in LANGUAGES else None


def _(message: str) -> str:
    """A whole sentence, or what stands alone. What changes is put in afterwards: `_("… {name} …").format(name=…)`."""
    return message and _catalogue(_language.get()).gettext(message)  # of an empty one gettext makes its own header


def ngettext(one: str, many: str, count: int) -> str:
    """What depends on a count, which is put in afterwards, like anything else."""
    return _catalogue(_language.get()).ngettext(one, many, count)


def counted(one: str, many: str, count: int) -> str:
    """A number of things, when nothing else is to be put in: `counted("{count:,} run", "{count:,} runs", 3)`."""
    return ngettext(one, many, count).format(count=count)


def pgettext(context: str, message: str) -> str:
    """An English word that other languages have several of: the context says which."""
    return _catalogue(_language.get()).pgettext(context, message)


def N_(message: str) -> str:  # noqa: N802 (gettext's own name, which the extraction knows)
    """Marks a constant for the catalogues. `_` translates it where it is shown."""
    return message


@cache
def _catalogue(language: str) -> catalogues.NullTranslations:
    if language == SOURCE:
        return catalogues.NullTranslations()
    return catalogues.translation(DOMAIN, LOCALE, [language])
