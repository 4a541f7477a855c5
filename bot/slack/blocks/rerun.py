"""What has become of a run that somebody asked for, in two lines for the thread where they did."""

from bot.core.durations import spell
from bot.core.model import Execution, ExecutionStatus
from bot.core.reruns import FOUND_WITHIN, RerunNews, RerunState
from bot.core.retry import Form
from bot.language import N_, _, counted, ngettext
from bot.slack.blocks.elements import Message, two_lines
from bot.slack.blocks.execution import NAME, brief
from bot.slack.blocks.links import Links
from bot.slack.text import code, moment, run_name, status_of, words

SHORT, PERSON, SHOWN = 60, 60, 10

_HEADLINES = {
    RerunState.FOUND: N_("🔁 RUN AGAIN by {person}, started: {name}"),
    RerunState.UNKNOWN: N_("❔ RUN AGAIN by {person}, nobody knows whether it starts: {name}"),
    RerunState.MISSING: N_("⚠️ RUN AGAIN by {person}, but no run has been seen: {name}"),
}
_DETAILS = {
    RerunState.UNKNOWN: N_(
        "Asked for {when}; the answer of Data Flow was lost. It is not asked for again, lest it run twice. If a run"
        " starts, this thread tells of it."
    ),
    RerunState.MISSING: N_("Asked for {when}; none has appeared within {duration}. The console of Data Flow may know."),
}


def rerun_message(news: RerunNews, form: Form, links: Links) -> Message:
    limit = SHORT if form is Form.LINE else NAME
    headline = _ended(news, limit) if news.state is RerunState.ENDED else _headline(news, limit)
    return two_lines(headline, _detail(news, links), form)


def _headline(news: RerunNews, limit: int) -> str:
    template = _HEADLINES.get(news.state, _HEADLINES[RerunState.FOUND])
    return _(template).format(person=words(news.by, PERSON), name=_name(news, limit))


def _ended(news: RerunNews, limit: int) -> str:
    """One job by its state, several by theirs counted."""
    person, name = words(news.by, PERSON), _name(news, limit)
    ran_for = news.runs[0].ran_for if len(news.runs) == 1 else None
    if ran_for is None:
        return _("{state}, run again by {person}: {name}").format(state=_state(news), person=person, name=name)
    return _("{state}, run again by {person}: {name} (ran {duration})").format(
        state=_state(news), person=person, name=name, duration=spell(ran_for)
    )


def _state(news: RerunNews) -> str:
    if len(news.runs) == 1:
        return status_of(news.runs[0])
    bad = sum(run.status is not ExecutionStatus.COMPLETED for run in news.runs)
    if bad:
        return ngettext(
            "❌ {bad:,} of {count:,} job did not complete",
            "❌ {bad:,} of {count:,} jobs did not complete",
            len(news.runs),
        ).format(bad=bad, count=len(news.runs))
    return counted("✅ COMPLETED in {count:,} job", "✅ COMPLETED in {count:,} jobs", len(news.runs))


def _detail(news: RerunNews, links: Links) -> str:
    if template := _DETAILS.get(news.state):
        return _(template).format(when=moment(news.requested_at), duration=spell(FOUND_WITHIN))
    asked = _("Asked for {when}").format(when=moment(news.requested_at))
    if news.state is RerunState.ENDED and len(news.runs) == 1:
        return brief(news.runs[0], news.requested_at, links)
    shown = " · ".join(_run(run, with_state=news.state is RerunState.ENDED) for run in news.runs[:SHOWN])
    return f"{asked} · {shown}" if shown else asked


def _run(run: Execution, *, with_state: bool) -> str:
    ids = f"{words(run.job.name, SHORT)} {code(run.job_execution_id, SHORT)}"
    return f"{status_of(run)} {ids}" if with_state else ids


def _name(news: RerunNews, limit: int) -> str:
    if len(news.runs) == 1:
        return run_name(news.workflow_name, news.runs[0].job.name, words, limit)
    return words(news.workflow_name, limit)
