"""Whom the bot takes somebody for, by what Slack tells: through the stand-in, and with Slack down."""

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.core.findings import Verdict
from bot.core.people import Person, Profile, Roster
from bot.core.permissions import ChannelKind, Role
from bot.demo.faults import Fault, FaultKind
from bot.demo.slack_server import SlackServer, unhurried
from bot.demo.slack_server.workspace import PATIENCE
from bot.language import Locale
from bot.slack.asking import Asking
from bot.slack.check_people import check_people
from bot.slack.people import People, people
from bot.slack.remembered import Remembered
from bot.slack.wire import Wire
from bot.slack.workspace import Refused, Workspace


class Office(SlackServer):
    """A workspace with an operator, a member of a group of operators, and all kinds of others."""

    def __init__(self) -> None:
        super().__init__(unhurried())
        add = self.workspace.add_user
        self.general = self.workspace.add_channel("general").id
        self.ann = add("ann", real_name="Ann Lee", locale="ko-KR", tz="Asia/Seoul").id
        self.ben = add("ben", locale="en-GB", tz="Europe/London").id
        self.rita = add("rita").id
        self.oncall = self.workspace.add_group("oncall", ["ben"]).id

    @property
    def roster(self) -> Roster:
        return Roster(operators=(self.ann,), groups=(self.oncall,))

    def people(self, roster: Roster | None = None) -> People:
        wire = Wire(self.api_url, self.workspace.bot_token, timeout=PATIENCE)
        return people(wire, Workspace(wire), roster or self.roster)

    def profile(self, user_id: str, team_id: str = "") -> Profile:
        return self.people().profile(Person(team_id or self.workspace.team_id, user_id))

    def calls(self, method: str) -> int:
        return sum(entry.method == method for entry in self.log.entries())


@pytest.fixture
def office() -> Iterator[Office]:
    with Office() as office:
        yield office


def test_roles_come_from_the_settings_and_from_user_groups(office: Office) -> None:
    assert office.profile(office.ann).role is Role.OPERATOR
    assert office.profile(office.ben).role is Role.OPERATOR
    assert office.profile(office.rita).role is Role.READER


def test_a_profile_knows_language_zone_and_name(office: Office) -> None:
    profile = office.profile(office.ann)
    assert (profile.language, profile.zone, profile.name) == ("ko-KR", ZoneInfo("Asia/Seoul"), "Ann Lee")
    assert profile.doubt is None


@pytest.mark.parametrize(
    "details",
    [
        {"is_restricted": True},
        {"is_restricted": True, "is_ultra_restricted": True},
        {"is_ultra_restricted": True},
        {"team_id": "T0OTHER"},
        {"is_bot": True},
        {"is_deleted": True},
    ],
    ids=["guest", "guest of one channel", "ultra restricted alone", "stranger", "bot", "left"],
)
def test_guests_strangers_and_bots_are_outsiders_even_when_named(office: Office, details: dict[str, Any]) -> None:
    person = office.workspace.add_user("gus", **details)
    named = office.people(Roster(operators=(person.id,), admins=(person.id,)))
    assert named.profile(Person(office.workspace.team_id, person.id)).role is Role.OUTSIDER


def test_an_operators_id_in_another_workspace_is_somebody_else_and_slack_is_not_asked(office: Office) -> None:
    assert office.profile(office.ann, team_id="T0OTHER").role is Role.OUTSIDER
    assert office.calls("users.info") == 0


@pytest.mark.parametrize("error", ["ratelimited", "missing_scope", "user_not_found", "internal_error"])
def test_when_slack_does_not_tell_who_somebody_is_they_are_trusted_with_nothing(office: Office, error: str) -> None:
    office.refuse("users.info", error)
    profile = office.profile(office.ann)
    assert profile.role is Role.UNVERIFIED
    assert profile.doubt is not None


@pytest.mark.parametrize("kind", [FaultKind.WRONG_SHAPE, FaultKind.EMPTY, FaultKind.RESET_BEFORE, FaultKind.HTML])
@pytest.mark.parametrize("method", ["users.info", "auth.test"])
def test_an_odd_answer_makes_nobody_an_operator(office: Office, method: str, kind: FaultKind) -> None:
    office.faults.add(Fault(kind=kind, operation=method))
    assert office.profile(office.ann).role is Role.UNVERIFIED


@pytest.mark.parametrize("error", ["missing_scope", "no_such_subteam", "plan_upgrade_required"])
def test_when_slack_does_not_tell_of_a_group_its_members_have_no_role_but_others_do(office: Office, error: str) -> None:
    office.refuse("usergroups.users.list", error)
    assert office.profile(office.ann).role is Role.OPERATOR
    ben = office.profile(office.ben)
    assert ben.role is Role.READER
    assert ben.doubt is not None
    assert office.oncall in ben.doubt


def test_one_group_that_slack_does_not_tell_of_does_not_hide_another(office: Office) -> None:
    roster = Roster(groups=("S0GONE", office.oncall))
    assert office.people(roster).profile(Person(office.workspace.team_id, office.ben)).role is Role.OPERATOR


def test_groups_are_asked_for_only_where_they_make_a_difference(office: Office) -> None:
    office.profile(office.ann)
    assert office.calls("usergroups.users.list") == 0


def test_slack_is_asked_once_for_the_same_person_and_group(office: Office) -> None:
    those = office.people()
    for _ in range(3):
        those.profile(Person(office.workspace.team_id, office.ben))
        those.profile(Person(office.workspace.team_id, office.rita))
    assert office.calls("users.info") == 2
    assert office.calls("usergroups.users.list") == 1


@pytest.mark.parametrize(
    ("details", "kind"),
    [
        ({}, ChannelKind.CHANNEL),
        ({"private": True}, ChannelKind.PRIVATE),
        ({"private": True, "bot_is_member": False}, ChannelKind.SHARED),
    ],
    ids=["public", "private", "not visible to the bot"],
)
def test_the_kind_of_a_channel_is_what_slack_says(office: Office, details: dict[str, Any], kind: ChannelKind) -> None:
    assert office.people().kind_of(office.workspace.add_channel("data", **details).id) is kind


@pytest.mark.parametrize("is_private", [False, True])
def test_a_channel_shared_with_another_organisation_is_known_as_that(office: Office, is_private: bool) -> None:
    channel = office.workspace.add_channel("partners", private=is_private)
    channel.is_ext_shared = True
    assert office.people().kind_of(channel.id) is ChannelKind.SHARED


def test_a_channel_of_which_slack_does_not_tell_counts_as_shared(office: Office) -> None:
    office.refuse("conversations.info", "internal_error")
    assert office.people().kind_of(office.general) is ChannelKind.SHARED


def test_a_conversation_with_the_bot_needs_no_look_up(office: Office) -> None:
    assert office.people().kind_of("D0ANN") is ChannelKind.DIRECT
    assert office.people().kind_of(None) is ChannelKind.DIRECT
    assert office.calls("conversations.info") == 0


BODIES: list[tuple[str, dict[str, Any]]] = [
    ("command", {"team_id": "T", "user_id": "U", "channel_id": "D1"}),
    ("click", {"team": {"id": "T0"}, "user": {"id": "U", "team_id": "T"}, "channel": {"id": "D1"}}),
    (
        "click on what nobody else sees",
        {"team": {"id": "T"}, "user": {"id": "U"}, "container": {"type": "message", "channel_id": "D1"}},
    ),
    ("message", {"team_id": "T", "event": {"type": "message", "user": "U", "channel": "D1"}}),
    (
        "message of a stranger",
        {"team_id": "T0", "event": {"type": "message", "user": "U", "team": "T", "channel": "D1"}},
    ),
    (
        "message of a stranger, the other way",
        {
            "team_id": "T0",
            "event": {"type": "app_mention", "user": "U", "team": "T0", "user_team": "T", "channel": "D1"},
        },
    ),
]


@pytest.mark.parametrize("body", [body for _, body in BODIES], ids=[name for name, _ in BODIES])
def test_who_asks_and_where_is_read_from_whatever_slack_sends(office: Office, body: dict[str, Any]) -> None:
    request = Asking(office.people()).request(body)
    assert request.asker.person == Person("T", "U")
    assert (request.channel_id, request.channel_kind) == ("D1", ChannelKind.DIRECT)


def test_who_is_not_known_is_spoken_to_as_the_settings_say(office: Office) -> None:
    london, berlin = ZoneInfo("Europe/London"), ZoneInfo("Europe/Berlin")
    asking = Asking(office.people(), Locale("ko", berlin))
    team = office.workspace.team_id
    known, unknown = (asking.request({"user_id": user, "team_id": team}).asker for user in (office.ben, "U0NOBODY"))
    assert (known.language, known.zone) == ("en-GB", london)
    assert (unknown.language, unknown.zone) == ("ko", berlin)


@pytest.mark.parametrize(
    "body", [{}, {"event": {}}, {"user": {}}, {"user": "U", "channel": "C"}, {"event": {"user": None}}]
)
def test_what_names_nobody_comes_from_nobody(office: Office, body: dict[str, Any]) -> None:
    request = Asking(office.people()).request(body)
    assert request.asker.role is Role.OUTSIDER
    assert request.channel_id is None


def test_the_check_says_whom_slack_knows(office: Office) -> None:
    gus = office.workspace.add_user("gus", is_restricted=True).id
    roster = Roster(operators=(office.ann, gus), admins=("U0NOBODY",), groups=(office.oncall, "S0GONE"))
    found = {one.subject.split()[-1]: one for one in check_people(office.people(roster))}
    assert found[office.ann].what == "Ann Lee"
    assert {name for name, one in found.items() if one.verdict is Verdict.OK} == {office.ann, office.oncall}
    assert {name for name, one in found.items() if one.verdict is Verdict.WARNING} == {gus, "U0NOBODY", "S0GONE"}


def test_the_check_says_when_nobody_may_change_anything(office: Office) -> None:
    (finding,) = check_people(office.people(Roster()))
    assert finding.verdict is Verdict.OK
    assert "OPERATOR_USERS" in finding.what


def test_the_check_does_not_repeat_that_the_token_is_wrong(office: Office) -> None:
    office.workspace.revoke_tokens()
    assert list(check_people(office.people())) == []


class Slow:
    """Something to ask, and a clock."""

    def __init__(self) -> None:
        self.time = 0.0
        self.asked: list[str] = []
        self.is_down = False
        self.known = Remembered[str, str](self.ask, keep_for=60, retry_after=5, most=2, now=lambda: self.time)

    def ask(self, key: str) -> str | Refused:
        self.asked.append(key)
        return Refused("down") if self.is_down else key.upper()


def test_what_slack_told_is_asked_again_after_a_while() -> None:
    slow = Slow()
    for slow.time in (0.0, 59.0, 60.0, 119.0):
        assert slow.known.get("a") == "A"
    assert slow.asked == ["a", "a"]


def test_what_slack_did_not_tell_is_asked_again_soon_but_not_each_time() -> None:
    slow = Slow()
    slow.is_down = True
    for slow.time in (0.0, 4.0, 5.0):
        assert slow.known.get("a") == Refused("down")
    slow.is_down, slow.time = False, 10.0
    assert slow.known.get("a") == "A"
    assert slow.asked == ["a"] * 3


def test_only_so_much_is_remembered() -> None:
    slow = Slow()
    for key in ("a", "b", "c", "c", "b", "a"):
        slow.known.get(key)
    assert slow.asked == ["a", "b", "c", "a"]
