"""What `check` found: each thing looked at, how it is, and what to do when it is wrong."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How it is. A warning does not keep the bot from working."""

    OK = "ok"
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `advice` is what to do, empty when all is well."""

    subject: str
    verdict: Verdict
    what: str
    advice: str = ""
