"""The section of App Home about what is held back now, and until when."""

from collections.abc import Iterator

from bot.core.silence import SilenceKind
from bot.language import _
from bot.services.show_home import MOST_SILENCES, Home, NamedSilence
from bot.slack.blocks.elements import Block, button, context, section
from bot.slack.text import moment, place, words

UNMUTE = "home:unmute"

NAME = 100
NOTE = 200


def silence_blocks(home: Home) -> Iterator[Block]:
    if not home.silences:
        yield section(_("Nothing is muted."))
    shown = home.silences[:MOST_SILENCES]
    for one in shown:
        yield _block(one)
    if left_out := max(home.silence_count - len(shown), 0):
        yield context(_("… and {count:,} more. `/dataflow mutes` lists them.").format(count=left_out))


def _block(one: NamedSilence) -> Block:
    """A window of planned work is ended where it was made: at the terminal."""
    text = section("\n".join(_lines(one)))
    if one.silence.kind is not SilenceKind.MUTE:
        return text
    return {**text, "accessory": button(_("Unmute"), UNMUTE, str(one.silence.silence_id), _("End this mute now"))}


def _lines(one: NamedSilence) -> Iterator[str]:
    kinds = {
        SilenceKind.MUTE: _("*{what}* is muted until {when}."),
        SilenceKind.MAINTENANCE: _("*{what}* is under maintenance until {when}."),
    }
    yield kinds[one.silence.kind].format(what=_what(one), when=moment(one.until))
    if by := one.silence.created_by:
        yield _("By {who}.").format(who=words(by, 60))
    if note := one.silence.note:
        yield words(note, NOTE)


def _what(one: NamedSilence) -> str:
    names = [words(name, NAME) for name in (one.workflow_name, one.job_name) if name is not None]
    what = " \u203a ".join(names) or _("Everything")
    if one.silence.channel is None:
        return what
    return _("{what} in {channel}").format(what=what, channel=place(one.silence.channel, NAME, words))
