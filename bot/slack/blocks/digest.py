"""The daily digest: how a day went, what failed and where that was told, what was slow and what still runs."""

from collections.abc import Iterator
from datetime import datetime

from bot.core.days import spell_day
from bot.core.digest import COMPARED_DAYS, Digest, DigestRun
from bot.core.durations import spell
from bot.core.retry import Form
from bot.language import _, ngettext
from bot.slack.blocks.digest_chart import digest_chart
from bot.slack.blocks.elements import TEXT_LIMIT, Block, Message, context, fitting, header, list_sections, section
from bot.slack.blocks.links import Links
from bot.slack.text import AsText, bold, code, link, moment, plain, run_name, status, words

NAME = 80
FAILURES_LIMIT = 5000
ELSE_LIMIT = 1500


def digest_message(digest: Digest, form: Form, links: Links) -> Message:
    summary = f"{_title(digest)}. {_outcomes(digest)}"
    if form is Form.LINE:
        return Message(summary)
    text = "\n".join(fitting([summary, *_rate(digest), *_plain_lists(digest), _footnote(digest)], TEXT_LIMIT))
    if form is Form.TEXT:
        return Message(text)
    drawn = digest_chart(digest) if form is Form.CHART else None
    return Message(text, tuple(_page(digest, links, drawn)))


def _title(digest: Digest) -> str:
    return _("📊 Data Flow, {day}").format(day=spell_day(digest.window.day))


def _outcomes(digest: Digest) -> str:
    counts = digest.counts
    if not counts.total:
        return _("No run ended.")
    parts = [
        _("{count:,} completed").format(count=counts.completed),
        _("{count:,} failed").format(count=counts.failed),
        _("{count:,} cancelled").format(count=counts.canceled),
    ]
    if counts.other:
        parts.append(_("{count:,} ended with a status this bot does not know").format(count=counts.other))
    ended = ngettext("{count:,} run ended: {outcomes}.", "{count:,} runs ended: {outcomes}.", counts.total)
    return ended.format(count=counts.total, outcomes=", ".join(parts))


def _rate(digest: Digest) -> Iterator[str]:
    rate = digest.counts.success_rate
    if rate is not None:
        compared = _compared(digest.rate_change, digest.before.success_rate)
        yield _("Success rate {rate}, {compared}.").format(rate=_percent(rate), compared=compared)


def _compared(change: float | None, before: float | None) -> str:
    if change is None or before is None:
        return _("with no run in the {days} days before to compare with").format(days=COMPARED_DAYS)
    points = round(abs(change) * 100, 1)
    if not points:
        return _("the same as in the {days} days before").format(days=COMPARED_DAYS)
    if change > 0:
        moved = _("up {points:g} points from {rate} in the {days} days before")
    else:
        moved = _("down {points:g} points from {rate} in the {days} days before")
    return moved.format(points=points, rate=_percent(before), days=COMPARED_DAYS)


def _percent(rate: float) -> str:
    """Never 100 % or 0 % by rounding: one failure in ten thousand is still one."""
    return f"{min(max(rate, 0.0005), 0.9995) if 0 < rate < 1 else rate:.1%}".replace("%", " %").replace(".0 ", " ")


def _page(digest: Digest, links: Links, drawn: Block | None) -> Iterator[Block]:
    yield header(plain(_title(digest), 150))
    yield section("\n".join([f"*{_outcomes(digest)}*", *_rate(digest)]))
    if drawn:
        yield drawn
    if digest.failures:
        lines = [f"• {_failure(run, code)}{_alert_link(run, links)}" for run in digest.failures]
        left_out = digest.bad_count - len(digest.failures)
        yield from list_sections(bold(_("Did not complete")), lines, limit=FAILURES_LIMIT, left_out=left_out)
    if digest.slowest:
        lines = [f"• {_slow(run, code)}" for run in digest.slowest]
        yield from list_sections(bold(_("Slowest")), lines, limit=ELSE_LIMIT)
    if digest.running_count:
        lines = [f"• {_running(run, code, digest.made_at)}" for run in digest.running]
        left_out = digest.running_count - len(digest.running)
        yield from list_sections(bold(_("Still running")), lines, limit=ELSE_LIMIT, left_out=left_out)
    yield context(_footnote(digest))


def _plain_lists(digest: Digest) -> Iterator[str]:
    for run in digest.failures:
        yield _failure(run, words)
    if more := digest.bad_count - len(digest.failures):
        yield _("… and {count:,} more that did not complete.").format(count=more)
    for run in digest.slowest:
        yield _("Slowest: {run}").format(run=_slow(run, words))
    for run in digest.running:
        yield _("Still running: {run}").format(run=_running(run, words, digest.made_at))
    if more := digest.running_count - len(digest.running):
        yield _("… and {count:,} more still running.").format(count=more)


def _failure(run: DigestRun, as_text: AsText) -> str:
    when = f" {moment(run.ended_at)}" if run.ended_at else ""
    return f"{status(run.status)} {_names(run, as_text)}{when}"


def _slow(run: DigestRun, as_text: AsText) -> str:
    return f"{_names(run, as_text)} {spell(run.ran_for) if run.ran_for is not None else ''}".rstrip()


def _running(run: DigestRun, as_text: AsText, now: datetime) -> str:
    names = _names(run, as_text)
    if run.started_at is None:
        return _("{name}, not started yet").format(name=names)
    return _("{name} for {duration}").format(name=names, duration=spell(now - run.started_at))


def _names(run: DigestRun, as_text: AsText) -> str:
    return run_name(run.workflow_name, run.job_name, as_text, NAME)


def _alert_link(run: DigestRun, links: Links) -> str:
    address = links.message(run.alert) if run.alert else None
    return " · " + link(address, _("alert")) if address else ""


def _footnote(digest: Digest) -> str:
    zone = plain(digest.window.zone, 60)
    if digest.is_partial:
        so_far = _("The day in {zone}, so far: it was not over at {when}.")
        return so_far.format(zone=zone, when=moment(digest.made_at))
    return _("The day in {zone}.").format(zone=zone)
