"""Reads the log of changes for somebody."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.audit_log import LogEntry
from bot.store import audit_log
from bot.store.engine import Session

USUAL = 20
MOST = 50


@dataclass(frozen=True, slots=True)
class LogAnswer:
    """The newest lines that were searched for, newest first; `has_more` is whether there are older ones."""

    entries: tuple[LogEntry, ...]
    search: str | None = None
    has_more: bool = False


def read_log(session: Session, words: Sequence[str]) -> LogAnswer:
    """`log [text] [count]`: what was done by, to or as the text says."""
    text = list(words)
    count = min(max(int(text.pop()[:9]), 1), MOST) if text and text[-1].isdecimal() else USUAL
    search = " ".join(text) or None
    entries = audit_log.newest(session, count + 1, search)
    return LogAnswer(tuple(entries[:count]), search, len(entries) > count)
