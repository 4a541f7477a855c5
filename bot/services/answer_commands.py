"""Answers what people ask, from the database. What can be asked, and how it is typed, is in commands.py."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from bot.clock import Clock
from bot.core.comparison import Simulation
from bot.core.durations import parse
from bot.core.flapping import FlappingRule
from bot.core.rule_words import NotUnderstood
from bot.services.answers import (
    Answer,
    AuditAnswer,
    BrokenChannel,
    DigestAnswer,
    Help,
    RunsPage,
    RunsQuery,
    StatusReport,
    UnreadableChannel,
    WorkflowHealth,
    WorkflowList,
    WorkflowName,
    WorkflowRow,
)
from bot.services.audit_alerts import AuditAlerts
from bot.services.commands import ALL_HELP, COMMANDS, MOST_RUNS, parse_runs, split_words, unknown
from bot.services.explain import explain
from bot.services.find_workflow import find_workflow
from bot.services.schedule_digests import DigestTimes, make_digest
from bot.services.simulate_rules import Alternative, Span, read_simulation, simulate_rules, with_rules
from bot.store import blindness, channels, executions, outbox, reports, watch, workflows
from bot.store.engine import Database

SHOWN_WORKFLOWS = 20
SHOWN_HEALTH = 10
LONGEST_AUDIT = timedelta(days=31)
FIRST_DAY = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class AnswerCommands:
    """The desk that every question goes to, whether typed in Slack or at a terminal."""

    database: Database
    clock: Clock
    times: DigestTimes
    poll_every: timedelta
    auditor: Callable[[], AuditAlerts]
    flapping: FlappingRule = field(default_factory=FlappingRule)
    _auditing: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, text: str) -> Answer:
        """Answer a command as typed, without its slash and name; nothing typed means `help`."""
        words = split_words(text)
        name, arguments = (words[0].lower(), words[1:]) if words else ("help", [])
        command = COMMANDS.get(name)
        return command.run(self, arguments) if command else unknown(name)

    def help(self, arguments: Sequence[str]) -> Answer:
        """All commands, or the one that is named."""
        named = [COMMANDS[name].help for name in arguments if name in COMMANDS]
        return Help(tuple(named) or ALL_HELP)

    def runs_of(self, arguments: Sequence[str]) -> Answer:
        """`runs <workflow> [status] [count]`. A name may hold spaces, and may itself end in a number or a status."""
        if not arguments:
            return Help((COMMANDS["runs"].help,), "Which workflow? Give its id or its name.")
        with self.database.snapshot() as session:
            known = workflows.names(session)
        asked_for, query = parse_runs(arguments, known)
        found = find_workflow(asked_for, known)
        return self.runs(replace(query, workflow_id=found.workflow_id)) if isinstance(found, WorkflowName) else found

    def runs(self, query: RunsQuery) -> Answer:
        """One page of a workflow's runs. One row more than shown tells whether there is an older page."""
        query = replace(query, count=min(max(query.count, 1), MOST_RUNS), skip=max(query.skip, 0))
        with self.database.snapshot() as session:
            name = workflows.name_of(session, query.workflow_id)
            found = executions.newest(session, query.workflow_id, query.status, count=query.count + 1, skip=query.skip)
            polled_at = workflows.polled_at(session, query.workflow_id)
        return RunsPage(
            workflow=WorkflowName(query.workflow_id, name),
            query=query,
            runs=tuple(found[: query.count]),
            as_of=polled_at,
            newer=replace(query, skip=max(query.skip - query.count, 0)) if query.skip else None,
            older=replace(query, skip=query.skip + query.count) if len(found) > query.count else None,
        )

    def workflow_list(self, arguments: Sequence[str]) -> Answer:
        """`workflows [search]`."""
        search = " ".join(arguments) or None
        with self.database.snapshot() as session:
            found, total = reports.overview(session, search, SHOWN_WORKFLOWS)
        rows = (
            WorkflowRow(WorkflowName(row.workflow_id, row.name), row.last_status, row.last_at, row.running)
            for row in found
        )
        return WorkflowList(search, tuple(rows), total)

    def status(self, _arguments: Sequence[str] = ()) -> StatusReport:
        """`status`."""
        now = self.clock()
        with self.database.snapshot() as session:
            behind, watched = reports.most_behind(session, SHOWN_HEALTH)
            queue = outbox.state_of_queue(session)
            api = watch.api_health(session)
            broken = channels.broken(session)
            unreadable = channels.unreadable(session)
            blind = blindness.open_spell(session)
        return StatusReport(
            as_of=now,
            watched=watched,
            workflows=tuple(
                WorkflowHealth(
                    WorkflowName(state.workflow_id, state.name),
                    state.polled_at,
                    max(now - (state.polled_at or state.baseline_at) - self.poll_every, timedelta()),
                    state.error,
                )
                for state in behind
            ),
            api_answered_at=api.answered_at,
            api_error=api.error,
            queued=queue.pending,
            oldest_queued_at=queue.oldest_at,
            unclear=queue.unclear,
            dead=queue.dead,
            slack_error=next((breakage.reason for breakage in broken if breakage.channel is None), None),
            broken_channels=tuple(
                BrokenChannel(breakage.channel, breakage.reason, breakage.since)
                for breakage in broken
                if breakage.channel
            ),
            unreadable_channels=tuple(UnreadableChannel(channel, reason) for channel, reason in unreadable),
            blind_since=blind.spell.since if blind else None,
        )

    def digest(self, arguments: Sequence[str]) -> Answer:
        """`digest [today|yesterday|YYYY-MM-DD]`."""
        word = arguments[0].lower() if arguments else "yesterday"
        day = self._day(word)
        if day is None:
            return Help(
                (COMMANDS["digest"].help,),
                f"“{word}” is not a day up to today. Say today, yesterday or a date like 2026-03-21.",
            )
        with self.database.snapshot() as session:
            return DigestAnswer(make_digest(session, day, self.times.zone, self.clock(), None))

    def audit(self, arguments: Sequence[str], *, should_repair: bool = False) -> Answer:
        """`audit [24h]`. Unlike the others it asks the API and Slack, and takes as long as they do."""
        span = parse(" ".join(arguments)) if arguments else timedelta(hours=24)
        if span is None or span > LONGEST_AUDIT:
            problem = f"“{' '.join(arguments)}” is not a span up to {LONGEST_AUDIT.days} days. Say 90m, 24h or 7d."
            return Help((COMMANDS["audit"].help,), problem)
        if not self._auditing.acquire(blocking=False):
            return Help((COMMANDS["audit"].help,), "An audit is under way. Ask again when it has been answered.")
        try:
            auditor = self.auditor()
            report = auditor.audit(self.clock() - span)
            return AuditAnswer(report, auditor.repair(report) if should_repair else None)
        finally:
            self._auditing.release()

    def why(self, arguments: Sequence[str]) -> Answer:
        """`why <execution id>`."""
        if len(arguments) != 1:
            return Help(
                (COMMANDS["why"].help,), "Which run? Give the id of its execution, as alerts and `runs` show it."
            )
        with self.database.snapshot() as session:
            explanation = explain(session, arguments[0], self.poll_every)
        return explanation or Help(
            (COMMANDS["why"].help,), f"No run is known whose execution has the id “{arguments[0]}”."
        )

    def simulate(self, arguments: Sequence[str]) -> Answer:
        """`simulate [7d] <rule>=<value> …`."""
        try:
            span, written = read_simulation(arguments)
            alternative = with_rules(written)
        except NotUnderstood as mistake:
            return Help((COMMANDS["simulate"].help,), str(mistake))
        if not written:
            return Help((COMMANDS["simulate"].help,), "By which rules? Name one that is to be different.")
        return self.simulation(span, alternative)

    def simulation(self, span: timedelta, alternative: Alternative) -> Simulation:
        """The past up to now, told again by other subscriptions."""
        now = self.clock()
        with self.database.snapshot() as session:
            return simulate_rules(session, Span(now - span, now), self.flapping, alternative)

    def _day(self, word: str) -> date | None:
        today = self.clock().astimezone(self.times.zone).date()
        match word:
            case "today":
                return today
            case "yesterday":
                return today - timedelta(days=1)
        try:
            day = date.fromisoformat(word)
        except ValueError:
            return None
        return day if FIRST_DAY <= day <= today else None
