"""The settings: read once, from the environment, an .env file, and NAME_FILE for secrets. Nobody else reads them.

The class is also the documentation: README's table and the message about a wrong value come from its descriptions.
"""

import os
import re
from datetime import time, timedelta
from logging import getLevelNamesMapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dotenv import dotenv_values
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from bot.errors import SettingsError
from bot.language import LANGUAGES, SOURCE, known

ENV_FILE = ".env"


def _seconds(value: Any) -> Any:
    try:
        return timedelta(seconds=float(value))
    except (TypeError, ValueError, OverflowError):
        raise ValueError("not a number of seconds") from None


def _positive(value: timedelta) -> timedelta:
    if value <= timedelta():
        raise ValueError("must be more than 0")
    return value


def _list(value: Any) -> Any:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def _zone(value: Any) -> Any:
    try:
        return ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError):
        raise ValueError("not a time zone of the tz database") from None


def _clock_time(value: Any) -> Any:
    try:
        hours, minutes = str(value).split(":")
        return time(int(hours), int(minutes))
    except ValueError:
        raise ValueError("not a time of day") from None


def _language(value: str) -> str:
    """Desktops set a LANGUAGE of their own, a list such as ko_KR:en (GNU gettext manual, "The LANGUAGE variable"): of
    that the first that we speak counts, or else English. One word alone is meant for us."""
    spoken = [language for tag in value.split(":") if (language := known(tag))]
    if not spoken and value.isalpha():
        raise ValueError("not one of " + ", ".join(LANGUAGES))
    return spoken[0] if spoken else SOURCE


def _level(value: str) -> str:
    if value.upper() not in getLevelNamesMapping():
        raise ValueError("not a log level")
    return value.upper()


def _address(value: str) -> str:
    """Keys and tokens travel in these requests, so plain http is for this machine only."""
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("not an http(s) address")
    if parts.scheme == "http" and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
        raise ValueError("plain http is accepted for this machine only; use https")
    return value.rstrip("/")


def _ids(first: str) -> AfterValidator:
    def check(values: tuple[str, ...]) -> tuple[str, ...]:
        wrong = [value for value in values if not re.fullmatch(f"[{first}][A-Z0-9]{{2,20}}", value)]
        if wrong:
            raise ValueError(f"{len(wrong)} of {len(values)} are no such ids")
        return values

    return AfterValidator(check)


def _token(prefix: str) -> AfterValidator:
    def check(value: SecretStr) -> SecretStr:
        if not value.get_secret_value().startswith(prefix):
            raise ValueError(f"does not start with {prefix}")
        return value

    return AfterValidator(check)


Seconds = Annotated[timedelta, BeforeValidator(_seconds), AfterValidator(_positive)]
Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_list)]
People = Annotated[Names, _ids("UW")]
Groups = Annotated[Names, _ids("S")]
Address = Annotated[str, AfterValidator(_address)]


class Settings(BaseSettings):
    """What an operator can set. Secrets do not show in its repr."""

    model_config = SettingsConfigDict(
        env_file=ENV_FILE,
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        frozen=True,
        extra="ignore",
        validate_default=False,
    )

    ncp_access_key: SecretStr | None = Field(None, description="access key of an NCP sub-account")
    ncp_secret_key: SecretStr | None = Field(None, description="its secret key")
    dataflow_api_url: Address = Field(
        "https://dataflow.apigw.ntruss.com", description="address of the Data Flow API, without /api/v1"
    )
    slack_bot_token: Annotated[SecretStr, _token("xoxb-")] | None = Field(None, description="bot token, xoxb-…")
    slack_app_token: Annotated[SecretStr, _token("xapp-")] | None = Field(
        None, description="app-level token with connections:write, xapp-…"
    )
    slack_api_url: Address = Field("https://slack.com/api", description="address of the Slack Web API")
    alert_channel: Names = Field((), description="channel ids (C0123…) or #names, separated by commas")
    workflows: Names = Field((), description="ids or names of the workflows to watch, separated by commas; empty: all")
    database_url: SecretStr = Field(
        SecretStr("sqlite:///dataflow-bot.db"), description="SQLite or PostgreSQL address; postgres:// is accepted"
    )
    poll_interval: Seconds = Field(timedelta(seconds=60), description="seconds, fractions allowed")
    poll_workers: int = Field(8, ge=1, le=32, description="requests to the Data Flow API at the same time, 1 to 32")
    requests_per_second: float = Field(
        20.0, gt=0, description="requests to the Data Flow API in a second; fewer while it objects"
    )
    full_sweep_interval: Seconds = Field(
        timedelta(seconds=1800),
        description="seconds after which a workflow is polled although its last execution date has not moved; "
        "up to POLL_INTERVAL: each workflow is polled each time",
    )
    retention_days: int = Field(400, ge=2, description="days for which runs are kept; how many there were, for ever")
    digest_at: Annotated[time, BeforeValidator(_clock_time)] = Field(time(9), description="time of day, HH:MM")
    timezone: Annotated[ZoneInfo, BeforeValidator(_zone)] = Field(
        ZoneInfo("Asia/Seoul"), description="a name of the tz database, such as Asia/Seoul"
    )
    language: Annotated[str, AfterValidator(_language)] = Field(SOURCE, description="en or ko")
    console_url_template: str | None = Field(
        None, description="address of a run in your console; {workflow_id} and {job_execution_id} are filled in"
    )
    log_level: Annotated[str, AfterValidator(_level)] = Field("INFO", description="DEBUG, INFO, WARNING or ERROR")
    log_format: Literal["text", "json"] = Field("text", description="text or json")
    channel_pace: Seconds = Field(timedelta(seconds=1), description="seconds between two messages to one channel")
    delivery_timeout: Seconds = Field(timedelta(seconds=10), description="seconds that posting a message may take")
    delivery_settle: Seconds = Field(
        timedelta(seconds=60), description="seconds after which a message on its way to Slack has arrived or never will"
    )
    delivery_lease: Seconds = Field(
        timedelta(seconds=90),
        description="seconds that a claim on a message holds; more than DELIVERY_TIMEOUT and DELIVERY_SETTLE together",
    )
    delivery_margin: Seconds = Field(
        timedelta(seconds=300), description="seconds by which Slack's clock and ours may disagree"
    )
    flapping_changes: int = Field(6, ge=2, description="a job that changed so often between good and bad is flapping")
    flapping_within: Seconds = Field(timedelta(hours=2), description="seconds within which those changes count")
    flapping_stable_runs: int = Field(3, ge=2, description="so many runs in a row that end alike end the flapping")
    blind_after: Seconds = Field(
        timedelta(seconds=600),
        description="seconds without an answer of the Data Flow API after which channels are told",
    )
    sweep_interval: Seconds = Field(timedelta(seconds=300), description="seconds between two looks for repeats")
    fallback_channel: str | None = Field(
        None, description="channel id or #name that takes the messages of a channel that refuses them"
    )
    admin_users: People = Field(
        (),
        description="Slack ids (U0123…) of people who may change things, and are told when a channel refuses messages",
    )
    operator_users: People = Field((), description="Slack ids (U0123…) of people who may change things from Slack")
    operator_groups: Groups = Field((), description="ids (S0123…) of Slack user groups whose members may change things")
    rerun_cool_down: Seconds = Field(
        timedelta(minutes=5), description="seconds between two runs of a workflow that people ask for"
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - a folder of secrets is not offered
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, SecretFiles(settings_cls), dotenv_settings

    @model_validator(mode="after")
    def _leave_room_to_settle(self) -> Self:
        if self.delivery_lease <= self.delivery_timeout + self.delivery_settle:
            raise ValueError("DELIVERY_LEASE: must be more than DELIVERY_TIMEOUT and DELIVERY_SETTLE together")
        return self

    def require(self, *names: str) -> None:
        """Raise a SettingsError that names every one of these settings that is not set."""
        missing = [name for name in names if not getattr(self, name)]
        if missing:
            raise SettingsError("not set: " + "; ".join(f"{name.upper()} ({describe(name)})" for name in missing))


class SecretFiles(PydanticBaseSettingsSource):
    """`NAME_FILE` names a file that holds the value of the secret NAME, as container platforms mount them."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        path = self._path(field_name) if _is_secret(field) else None
        if path is None:
            return None, field_name, False
        try:
            return Path(path).read_text(encoding="utf-8").strip(), field_name, False
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
            raise SettingsError(f"{field_name.upper()}_FILE: cannot read {path}: {reason}") from None

    def __call__(self) -> dict[str, Any]:
        fields = self.settings_cls.model_fields.items()
        values = {name: self.get_field_value(field, name)[0] for name, field in fields}
        return {name: value for name, value in values.items() if value}

    def _path(self, field_name: str) -> str | None:
        name = f"{field_name}_file".upper()
        return os.environ.get(name) or dotenv_values(ENV_FILE).get(name)


def load(**overrides: Any) -> Settings:
    """Read the settings; a SettingsError names each wrong one and what is accepted, and never its value."""
    try:
        return Settings(**overrides)
    except ValidationError as invalid:
        problems = [_problem(error["loc"], error["msg"]) for error in invalid.errors(include_input=False)]
        raise SettingsError("wrong setting: " + "; ".join(problems)) from None


def describe(name: str) -> str:
    """What a setting accepts."""
    return Settings.model_fields[name].description or ""


def _problem(place: tuple[int | str, ...], message: str) -> str:
    reason = message.removeprefix("Value error, ")
    return f"{place[0]}".upper() + f": {reason} (accepted: {describe(str(place[0]))})" if place else reason


def _is_secret(field: FieldInfo) -> bool:
    return "SecretStr" in str(field.annotation)
