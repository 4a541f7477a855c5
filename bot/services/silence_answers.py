"""What commands about mutes and maintenance windows answer, as values."""

from dataclasses import dataclass

from bot.core.silence import Covered, Silence
from bot.core.silence_words import spell_covered
from bot.services.answers import Help, NoSuchWorkflow, SeveralWorkflows


@dataclass(frozen=True, slots=True)
class SilenceView:
    """A mute or window with what it covers, and the channels that hear less while it is active. `held` counts what it
    holds back now."""

    silence: Silence
    covered: Covered
    channels: tuple[str, ...]
    is_active: bool
    held: int = 0

    @property
    def scope(self) -> str:
        """What it covers, in words: such as "load of orders-daily-load in #data-alerts"."""
        return spell_covered(self.covered)


@dataclass(frozen=True, slots=True)
class SilenceStarted:
    """One was made. It holds back what it covers, and tells of it once when it ends. Unless it `is_news`, there was one
    already that does so as long."""

    made: SilenceView
    is_news: bool = True


@dataclass(frozen=True, slots=True)
class SilenceEnded:
    """One was ended before its time. What it held back is told now."""

    ended: SilenceView


@dataclass(frozen=True, slots=True)
class SilenceList:
    """Those that have not ended, oldest first. `asked_for` is what one was to be ended by, where not just one is
    meant."""

    silences: tuple[SilenceView, ...]
    asked_for: str = ""


SilenceAnswer = SilenceStarted | SilenceEnded | SilenceList
NotMade = Help | NoSuchWorkflow | SeveralWorkflows
"""What was asked for is not clear, or not known."""
