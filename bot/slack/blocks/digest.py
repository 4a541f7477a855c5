"""The daily digest: how a day went, what failed and where that was told, what was slow and what still runs."""

from collections.abc import Iterator
from datetime import datetime

from bot.core.digest import COMPARED_DAYS, Digest, DigestRun
from bot.core.durations import spell
from bot.core.retry import Form
from bot.slack.blocks.elements import TEXT_LIMIT, Block, Message, context, fitting, header, list_sections, section
from bot.slack.blocks.links import Links
from bot.slack.text import AsText, code, moment, number, plain, run_name, status, words

NAME = 80
FAILURES_LIMIT = 5000
ELSE_LIMIT = 1500


def digest_message(digest: Digest, form: Form, links: Links) -> Message:
    summary = f"{_title(digest)}. {_outcomes(digest)}"
    if form is Form.LINE:
        return Message(summary)
    text = "\n".join(fitting([summary, *_rate(digest), *_plain_lists(digest), _footnote(digest)], TEXT_LIMIT))
    return Message(text, tuple(_page(digest, links)) if form is Form.BLOCKS else ())


def _title(digest: Digest) -> str:
    day = digest.window.day
    return f"📊 Data Flow, {day:%A} {day.day} {day:%B} {day.year}"


def _outcomes(digest: Digest) -> str:
    counts = digest.counts
    if not counts.total:
        return "No run ended."
    parts = [f"{counts.completed:,} completed", f"{counts.failed:,} failed", f"{counts.canceled:,} cancelled"]
    if counts.other:
        parts.append(f"{counts.other:,} ended with a status this bot does not know")
    return f"{number(counts.total, 'run')} ended: {', '.join(parts)}."


def _rate(digest: Digest) -> Iterator[str]:
    rate = digest.counts.success_rate
    if rate is not None:
        yield f"Success rate {_percent(rate)}, {_compared(digest.rate_change, digest.before.success_rate)}."


def _compared(change: float | None, before: float | None) -> str:
    if change is None or before is None:
        return f"with no run in the {COMPARED_DAYS} days before to compare with"
    points = round(abs(change) * 100, 1)
    if not points:
        return f"the same as in the {COMPARED_DAYS} days before"
    return (
        f"{'up' if change > 0 else 'down'} {points:g} points from {_percent(before)} in the {COMPARED_DAYS} days before"
    )


def _percent(rate: float) -> str:
    """Never 100 % or 0 % by rounding: one failure in ten thousand is still one."""
    return f"{min(max(rate, 0.0005), 0.9995) if 0 < rate < 1 else rate:.1%}".replace("%", " %").replace(".0 ", " ")


def _page(digest: Digest, links: Links) -> Iterator[Block]:
    yield header(plain(_title(digest), 150))
    yield section("\n".join([f"*{_outcomes(digest)}*", *_rate(digest)]))
    if digest.failures:
        lines = [f"• {_failure(run, code)}{_alert_link(run, links)}" for run in digest.failures]
        left_out = digest.bad_count - len(digest.failures)
        yield from list_sections("*Did not complete*", lines, limit=FAILURES_LIMIT, left_out=left_out)
    if digest.slowest:
        lines = [f"• {_slow(run, code)}" for run in digest.slowest]
        yield from list_sections("*Slowest*", lines, limit=ELSE_LIMIT)
    if digest.running_count:
        lines = [f"• {_running(run, code, digest.made_at)}" for run in digest.running]
        left_out = digest.running_count - len(digest.running)
        yield from list_sections("*Still running*", lines, limit=ELSE_LIMIT, left_out=left_out)
    yield context(_footnote(digest))


def _plain_lists(digest: Digest) -> Iterator[str]:
    for run in digest.failures:
        yield _failure(run, words)
    if more := digest.bad_count - len(digest.failures):
        yield f"… and {more:,} more that did not complete."
    for run in digest.slowest:
        yield f"Slowest: {_slow(run, words)}"
    for run in digest.running:
        yield f"Still running: {_running(run, words, digest.made_at)}"
    if more := digest.running_count - len(digest.running):
        yield f"… and {more:,} more still running."


def _failure(run: DigestRun, as_text: AsText) -> str:
    when = f" {moment(run.ended_at)}" if run.ended_at else ""
    return f"{status(run.status)} {_names(run, as_text)}{when}"


def _slow(run: DigestRun, as_text: AsText) -> str:
    return f"{_names(run, as_text)} {spell(run.ran_for) if run.ran_for is not None else ''}".rstrip()


def _running(run: DigestRun, as_text: AsText, now: datetime) -> str:
    since = f" for {spell(now - run.started_at)}" if run.started_at else ", not started yet"
    return f"{_names(run, as_text)}{since}"


def _names(run: DigestRun, as_text: AsText) -> str:
    return run_name(run.workflow_name, run.job_name, as_text, NAME)


def _alert_link(run: DigestRun, links: Links) -> str:
    address = links.message(run.alert) if run.alert else None
    return f" · <{address}|alert>" if address else ""


def _footnote(digest: Digest) -> str:
    zone = f"The day in {plain(digest.window.zone, 60)}"
    return f"{zone}, so far: it was not over at {moment(digest.made_at)}." if digest.is_partial else f"{zone}."
