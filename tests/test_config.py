"""What can be set, what is refused, and that no value of a secret is ever shown."""

from datetime import time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot import config
from bot.errors import SettingsError
from bot.language import LANGUAGES, SOURCE

CANARY = "canary-7f3a"


@pytest.fixture(autouse=True)
def clean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder, and nothing of the machine's own settings."""
    monkeypatch.chdir(tmp_path)
    for name in config.Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
        monkeypatch.delenv(f"{name.upper()}_FILE", raising=False)


def test_without_any_setting_the_defaults_are_those_of_the_readme() -> None:
    settings = config.load()
    assert settings.poll_interval == timedelta(seconds=60)
    assert settings.digest_at == time(9)
    assert settings.timezone == ZoneInfo("Asia/Seoul")
    assert settings.database_url.get_secret_value() == "sqlite:///dataflow-bot.db"
    assert settings.dataflow_api_url == "https://dataflow.apigw.ntruss.com"
    assert settings.alert_channel == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_can_be_chosen(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert config.load().language == SOURCE
    monkeypatch.setenv("LANGUAGE", language)
    assert config.load().language == language


@pytest.mark.parametrize(
    ("of_a_desktop", "language"), [("ko_KR:ko:en", "ko"), ("en_US:en", "en"), ("de_DE:de", "en"), ("fr_FR:ko", "ko")]
)
def test_the_language_of_a_desktop_is_understood(
    of_a_desktop: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANGUAGE", of_a_desktop)
    assert config.load().language == language


def test_lists_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALERT_CHANNEL", "C0123, #data ,")
    monkeypatch.setenv("WORKFLOWS", "일별 매출 집계,orders-daily-load")
    settings = config.load()
    assert settings.alert_channel == ("C0123", "#data")
    assert settings.workflows == ("일별 매출 집계", "orders-daily-load")


def test_an_env_file_is_read_and_the_environment_goes_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("POLL_INTERVAL=5\nDIGEST_AT=08:30\nSOMETHING_ELSE=1\n", encoding="utf-8")
    monkeypatch.setenv("POLL_INTERVAL", "0.25")
    settings = config.load()
    assert settings.poll_interval == timedelta(milliseconds=250)
    assert settings.digest_at == time(8, 30)


def test_an_empty_value_is_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLL_INTERVAL", "")
    assert config.load().poll_interval == timedelta(seconds=60)


@pytest.mark.parametrize("is_in_env_file", [False, True])
def test_a_secret_may_stand_in_a_file(is_in_env_file: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("key").write_text(f"{CANARY}\n", encoding="utf-8")
    if is_in_env_file:
        Path(".env").write_text("NCP_SECRET_KEY_FILE=key\n", encoding="utf-8")
    else:
        monkeypatch.setenv("NCP_SECRET_KEY_FILE", "key")
    secret = config.load().ncp_secret_key
    assert secret is not None
    assert secret.get_secret_value() == CANARY


def test_a_file_of_a_secret_that_is_not_there_stops_the_start_with_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN_FILE", "nowhere")
    with pytest.raises(SettingsError, match="SLACK_BOT_TOKEN_FILE: cannot read nowhere"):
        config.load()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("POLL_INTERVAL", "soon"),
        ("POLL_INTERVAL", "0"),
        ("POLL_INTERVAL", "-1"),
        ("POLL_INTERVAL", "nan"),
        ("POLL_INTERVAL", "1e300"),
        ("DIGEST_AT", "9"),
        ("DIGEST_AT", "25:00"),
        ("TIMEZONE", "Mars/Olympus"),
        ("LANGUAGE", "tlh"),
        ("TIMEZONE", "../etc"),
        ("LOG_LEVEL", "LOUD"),
        ("LOG_FORMAT", "xml"),
        ("SLACK_BOT_TOKEN", CANARY),
        ("SLACK_APP_TOKEN", f"xoxb-{CANARY}"),
        ("DATAFLOW_API_URL", "dataflow.example.com"),
        ("SLACK_API_URL", "http://proxy.example.com/api"),
        ("DELIVERY_LEASE", "70"),
    ],
)
def test_a_wrong_value_stops_the_start_with_its_name_and_what_is_accepted(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=name) as refused:
        config.load()
    assert CANARY not in str(refused.value)
    assert refused.value.__cause__ is None


def test_every_wrong_value_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLL_INTERVAL", "soon")
    monkeypatch.setenv("TIMEZONE", "Mars")
    with pytest.raises(SettingsError, match=r"POLL_INTERVAL.*TIMEZONE"):
        config.load()


def test_what_a_command_needs_and_is_not_set_is_named_with_its_meaning() -> None:
    with pytest.raises(SettingsError, match=r"NCP_ACCESS_KEY \(access key.*; ALERT_CHANNEL \("):
        config.load().require("ncp_access_key", "alert_channel", "digest_at")


def test_no_secret_is_in_the_repr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NCP_ACCESS_KEY", CANARY)
    monkeypatch.setenv("NCP_SECRET_KEY", CANARY)
    monkeypatch.setenv("SLACK_BOT_TOKEN", f"xoxb-{CANARY}")
    monkeypatch.setenv("SLACK_APP_TOKEN", f"xapp-{CANARY}")
    monkeypatch.setenv("DATABASE_URL", f"postgresql://bot:{CANARY}@localhost/bot")
    settings = config.load()
    assert CANARY not in repr(settings)
    assert CANARY not in str(settings)


def test_people_and_groups_are_named_by_their_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPERATOR_USERS", "U0123ABCD, W0123ABCD")
    monkeypatch.setenv("OPERATOR_GROUPS", "S0123ABCD")
    monkeypatch.setenv("ADMIN_USERS", "U0ADMIN")
    settings = config.load()
    assert settings.operator_users == ("U0123ABCD", "W0123ABCD")
    assert settings.operator_groups == ("S0123ABCD",)
    assert settings.admin_users == ("U0ADMIN",)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OPERATOR_USERS", "@mina"),
        ("OPERATOR_USERS", "U0123ABCD, mina"),
        ("OPERATOR_USERS", "S0123ABCD"),
        ("OPERATOR_USERS", "T0123ABCD:U0123ABCD"),
        ("OPERATOR_USERS", "<@U0123ABCD>"),
        ("OPERATOR_USERS", "*"),
        ("OPERATOR_GROUPS", "@oncall"),
        ("OPERATOR_GROUPS", "U0123ABCD"),
        ("ADMIN_USERS", "mina@example.com"),
    ],
)
def test_nobody_is_named_by_anything_else(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name can be taken over by somebody else; an id cannot."""
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=name):
        config.load()
