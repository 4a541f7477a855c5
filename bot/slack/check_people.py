"""Whether Slack knows whom the settings name as operators, without telling them anything."""

from collections.abc import Iterator

from bot.core.findings import Finding, Verdict
from bot.slack.people import People
from bot.slack.workspace import Refused


def check_people(people: People) -> Iterator[Finding]:
    """Each person and user group that may change things. Silent where the token is wrong, which is said already."""
    if isinstance(people.workspace.identity(), Refused):
        return
    if not people.roster.is_anybody_configured:
        what = "nobody may change anything from Slack; OPERATOR_USERS and OPERATOR_GROUPS name who may"
        yield Finding("operators", Verdict.OK, what)
    for user in sorted({*people.roster.operators, *people.roster.admins}):
        yield _check_user(people, user)
    for group in people.roster.groups:
        yield _check_group(people, group)


def _check_user(people: People, user: str) -> Finding:
    account = people.accounts.get(user)
    if isinstance(account, Refused):
        advice = "correct OPERATOR_USERS or ADMIN_USERS: a person's id stands in their profile, ⋮, Copy member ID"
        return Finding(f"operator {user}", Verdict.WARNING, account.error, advice)
    if not account.is_full:
        what = "is a guest, a bot, of another workspace or has left, and so may change nothing"
        return Finding(f"operator {user}", Verdict.WARNING, what, "name a full member of the workspace")
    return Finding(f"operator {user}", Verdict.OK, account.name or "is a full member")


def _check_group(people: People, group: str) -> Finding:
    members = people.groups.get(group)
    if isinstance(members, Refused):
        advice = "correct OPERATOR_GROUPS: the id of a user group (S…) stands in its address; usergroups:read is needed"
        return Finding(f"operators {group}", Verdict.WARNING, members.error, advice)
    return Finding(f"operators {group}", Verdict.OK, f"members: {len(members)}")
