"""Finds the workflow that a person means, by id, name, or something near."""

from collections.abc import Sequence
from difflib import get_close_matches

from bot.services.answers import NoSuchWorkflow, SeveralWorkflows, WorkflowName

SHOWN = 10


def find_workflow(asked_for: str, known: Sequence[tuple[str, str]]) -> WorkflowName | NoSuchWorkflow | SeveralWorkflows:
    """The first of these that finds anything decides: the id; the name; the name in any case; a part of the name."""
    workflows = [WorkflowName(workflow_id, name) for workflow_id, name in known]
    folded = asked_for.casefold()
    for matches in (
        [workflow for workflow in workflows if workflow.workflow_id == asked_for],
        [workflow for workflow in workflows if workflow.name == asked_for],
        [workflow for workflow in workflows if workflow.name.casefold() == folded],
        [workflow for workflow in workflows if folded and folded in workflow.name.casefold()],
    ):
        if len(matches) == 1:
            return matches[0]
        if matches:
            return SeveralWorkflows(asked_for, tuple(matches[:SHOWN]), len(matches))
    return NoSuchWorkflow(asked_for, _nearest(folded, workflows))


def is_exact(asked_for: str, known: Sequence[tuple[str, str]]) -> bool:
    """Whether a workflow has just this id or, in any case, this name."""
    folded = asked_for.casefold()
    return any(workflow_id == asked_for or name.casefold() == folded for workflow_id, name in known)


def _nearest(folded: str, workflows: Sequence[WorkflowName]) -> tuple[WorkflowName, ...]:
    by_name: dict[str, list[WorkflowName]] = {}
    for workflow in workflows:
        by_name.setdefault(workflow.name.casefold(), []).append(workflow)
    close = get_close_matches(folded, by_name, n=3, cutoff=0.5)
    return tuple(workflow for name in close for workflow in by_name[name])[:SHOWN]
