"""Values as bad as the API could make them, and what has to hold of every message all the same."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from bot.core.alerting import Alert
from bot.core.audit import AuditReport, Expected, Gap, GapKind, StatisticsView, StoredAlert
from bot.core.blindness import Blind
from bot.core.catch_up import CatchUp, CatchUpPage, FoldedJob, FoldedRun, NewestFailure, PageJob
from bot.core.delivery import DeliveryState, Notice
from bot.core.digest import Counts, Digest, DigestRun, MessageRef
from bot.core.flapping import Flapping
from bot.core.incidents import Acknowledgement, Incident, JobTrouble
from bot.core.model import Execution, ExecutionStatus, Job, Trigger
from bot.core.normal import Background, Band, LastAcknowledgement
from bot.core.telling import HeldJob, HeldSummary, Overdue, Recovery, Reminder
from bot.demo.slack_server.blocks import check_message_blocks
from bot.services.answers import (
    AuditAnswer,
    BrokenChannel,
    CommandHelp,
    Help,
    NoSuchWorkflow,
    RunsPage,
    RunsQuery,
    SeveralWorkflows,
    StatusReport,
    UnreadableChannel,
    WorkflowHealth,
    WorkflowList,
    WorkflowName,
    WorkflowRow,
)
from bot.slack.blocks.elements import Message
from bot.slack.text import width
from tests.slack.samples import WINDOW

BARBS = (
    "<!channel>",
    "<@U123>",
    "<https://evil.example|click>",
    "&amp;<",
    "*_~`",
    "```",
    "> quote",
    ":fire:",
    "@here #general",
    "\u202eabc",
    "שלום עולם",
    "일별 매출",
    "👩\u200d👩\u200d👧🏽",
    "a\x00b\nc\rd\x1b[31m",
    "\ud800",
    "\u2028",
    "|",
    "",
)
names = st.one_of(
    st.text(max_size=40),
    st.lists(st.sampled_from(BARBS), max_size=4).map(" ".join),
    st.builds(lambda barb, times: barb * times, st.sampled_from(BARBS), st.sampled_from([1, 200, 3000])),
)
times = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
maybe_times = st.none() | times
spans = st.timedeltas(timedelta(), timedelta(days=4000))
statuses = st.sampled_from(ExecutionStatus)
counts = st.integers(0, 10**12)

jobs = st.builds(Job, names, names, st.none() | st.integers(1, 10**9), st.none() | names, st.none() | names)
executions = st.builds(
    Execution,
    job_execution_id=names,
    workflow_id=names,
    job=jobs,
    status=statuses,
    reported_status=names,
    created_at=maybe_times,
    started_at=maybe_times,
    ended_at=maybe_times,
    trigger=st.none() | st.builds(Trigger, names, names),
    waiting_time=st.none() | counts.filter(lambda count: count < 10**9),
    running_time=st.none() | counts,
)
alerts = st.builds(Alert, names, executions, times, st.none() | spans)
notices = st.builds(Notice, names, names)

positive = st.integers(1, 10**12)
incidents = st.builds(
    Incident,
    names,
    times,
    st.lists(
        st.builds(JobTrouble, jobs, positive, times, times, executions, maybe_times, st.none() | executions),
        min_size=1,
        max_size=30,
    ).map(tuple),
    st.none() | st.builds(Acknowledgement, names, times),
    st.none() | st.builds(Flapping, times, counts, spans),
)
backgrounds = st.builds(
    Background,
    st.none() | st.builds(Band, spans, spans, counts),
    maybe_times,
    counts,
    counts,
    st.none() | st.builds(LastAcknowledgement, names, spans),
)
mentions = st.sampled_from([None, "S0ONCALL1", "<@U0MINA123>", "here", "<!channel>", "<@U1|x>", "U0MINA123 <!here>"])
cards = st.builds(Alert, names, executions, times, st.none() | spans, incidents, st.none() | backgrounds, mentions)
held_jobs = st.builds(HeldJob, names, names, counts, counts, counts, times, st.booleans())
told = st.one_of(
    st.builds(Recovery, names, incidents, executions),
    st.builds(Reminder, names, incidents, times),
    st.builds(HeldSummary, names, times, counts, st.lists(held_jobs, max_size=15).map(tuple), st.integers(15, 10**9)),
    st.builds(
        Overdue,
        names,
        names,
        st.none() | names,
        st.none() | executions,
        times,
        spans,
        names,
        maybe_times,
        names,
    ),
    st.builds(Blind, times, names, maybe_times, counts, counts),
)

digest_runs = st.builds(
    DigestRun, names, names, names, statuses, maybe_times, maybe_times, st.none() | st.builds(MessageRef, names, names)
)
tallies = st.builds(Counts, counts, counts, counts, counts)
digests = st.builds(
    Digest,
    st.just(WINDOW),
    times,
    tallies,
    tallies,
    st.lists(digest_runs, max_size=10).map(tuple),
    st.lists(digest_runs, max_size=3).map(tuple),
    st.lists(digest_runs, max_size=5).map(tuple),
    counts,
)

folded_runs = st.builds(FoldedRun, names, statuses, times)
catch_ups = st.builds(
    CatchUp,
    times,
    times,
    counts,
    st.lists(st.builds(FoldedJob, names, names, counts, counts, counts, times, st.booleans()), max_size=15).map(tuple),
    st.integers(15, 10**9),
    counts,
    st.lists(st.builds(NewestFailure, names, names, folded_runs), max_size=5).map(tuple),
    counts,
)
page_jobs = st.builds(PageJob, names, names, st.lists(folded_runs, min_size=1, max_size=10).map(tuple))
catch_up_pages = st.builds(CatchUpPage, counts, counts, st.lists(page_jobs, max_size=25).map(tuple), st.just(()))

gaps = st.builds(
    Gap,
    st.sampled_from(GapKind),
    st.builds(
        Expected,
        executions,
        names,
        names,
        names,
        st.booleans(),
        st.none() | st.builds(StoredAlert, st.sampled_from(DeliveryState), st.none(), st.none() | names),
    ),
)
audits = st.builds(
    AuditReport,
    times,
    times,
    counts,
    st.none() | counts,
    st.none() | spans,
    st.none() | spans,
    st.lists(gaps, max_size=30).map(tuple),
    st.none() | st.builds(StatisticsView, counts, counts, tallies),
    st.lists(st.tuples(names, names), max_size=10).map(tuple),
    st.lists(st.tuples(names, names), max_size=10).map(tuple),
)

workflow_names = st.builds(WorkflowName, names, names)
queries = st.builds(RunsQuery, names, st.none() | statuses, st.integers(1, 100), st.integers(0, 10**9))
answers = st.one_of(
    st.builds(AuditAnswer, audits, st.none() | counts),
    st.builds(Help, st.lists(st.builds(CommandHelp, names, names, names), max_size=20).map(tuple), st.none() | names),
    st.builds(NoSuchWorkflow, names, st.lists(workflow_names, max_size=10).map(tuple)),
    st.builds(SeveralWorkflows, names, st.lists(workflow_names, max_size=10).map(tuple), st.integers(10, 10**9)),
    st.builds(
        RunsPage,
        workflow_names,
        queries,
        st.lists(executions, max_size=25).map(tuple),
        maybe_times,
        st.none() | queries,
        st.none() | queries,
    ),
    st.builds(
        WorkflowList,
        st.none() | names,
        st.lists(st.builds(WorkflowRow, workflow_names, st.none() | statuses, maybe_times, counts), max_size=20).map(
            tuple
        ),
        st.integers(20, 10**9),
    ),
    st.builds(
        StatusReport,
        times,
        counts,
        st.lists(st.builds(WorkflowHealth, workflow_names, maybe_times, spans, st.none() | names), max_size=10).map(
            tuple
        ),
        maybe_times,
        st.none() | names,
        counts,
        maybe_times,
        counts,
        counts,
        st.none() | names,
        st.lists(st.builds(BrokenChannel, names, names, times), max_size=10).map(tuple),
        st.lists(st.builds(UnreadableChannel, names, names), max_size=10).map(tuple),
    ),
)

OURS = re.compile(r"<!date\^-?\d+\^\{date_short_pretty\} \{time\}\|[\d: UTC-]+>|<https://[a-z.]+/[^<>|\s]*(\|[\w ]+)?>")


def assert_slack_takes(message: Message, text_limit: int = 4000) -> None:
    assert 1 <= width(message.text) <= text_limit
    check_message_blocks(list(message.blocks), 50)


def assert_harmless(message: Message, *, mention: str | None = None) -> None:
    """Nothing from outside mentions, links, formats across lines, hides or reorders; only we mention, at the end."""
    for kind, text in [("mrkdwn", message.text), *texts_in(list(message.blocks))]:
        rest = OURS.sub("", text.removesuffix(mention or ""))
        assert "<" not in rest
        assert ">" not in rest
        assert not re.search(r"&(?!amp;|lt;|gt;)", rest)
        assert not set(rest) & set("\x00\x1b\r\u202e\u2028")
        text.encode("utf-8")
        if kind == "mrkdwn":
            assert all(line.count("`") % 2 == 0 for line in rest.split("\n"))


def texts_in(value: Any) -> Iterator[tuple[str, str]]:
    match value:
        case {"type": "plain_text" | "mrkdwn" | "raw_text" | "text" as kind, "text": str(text)}:
            yield kind, text
        case dict():
            for held in value.values():
                yield from texts_in(held)
        case list():
            for held in value:
                yield from texts_in(held)
