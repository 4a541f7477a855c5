"""The people of the workspace and their groups, as users.* shows them. What they do is in actor.py."""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.demo.slack_server.block_rules import Json


@dataclass(slots=True, kw_only=True)
class Person:
    id: str
    name: str
    real_name: str
    team_id: str
    tz: str = "Asia/Seoul"
    locale: str = "en-US"
    title: str = ""
    is_bot: bool = False
    is_deleted: bool = False
    is_admin: bool = False
    is_restricted: bool = False  # a guest
    is_ultra_restricted: bool = False  # a guest of one channel; is_restricted is set, too
    is_stranger: bool = False  # of another workspace, seen through a shared channel

    def render(self, now: float, *, with_locale: bool = False) -> Json:
        offset = datetime.fromtimestamp(now, UTC).astimezone(ZoneInfo(self.tz)).utcoffset()
        rendered: Json = {
            "id": self.id,
            "team_id": self.team_id,
            "name": self.name,
            "real_name": self.real_name,
            "deleted": self.is_deleted,
            "is_admin": self.is_admin,
            "is_restricted": self.is_restricted,
            "is_ultra_restricted": self.is_ultra_restricted,
            "is_stranger": self.is_stranger,
            "is_bot": self.is_bot,
            "is_app_user": False,
            "tz": self.tz,
            "tz_label": self.tz,
            "tz_offset": int(offset.total_seconds()) if offset else 0,
            "profile": {"real_name": self.real_name, "display_name": self.name, "title": self.title},
        }
        if with_locale:
            rendered["locale"] = self.locale
        return rendered


@dataclass(frozen=True, slots=True)
class Group:
    id: str
    handle: str
    members: tuple[str, ...]  # ids of people
