"""The words in every language: all there, none left over, and spoken by whoever the context says."""

import ast
import io
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from string import Formatter
from zoneinfo import ZoneInfo

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

import bot
from bot.core.durations import spell
from bot.language import (
    DOMAIN,
    LANGUAGES,
    LOCALE,
    N_,
    SOURCE,
    _,
    counted,
    current_language,
    current_zone,
    known,
    ngettext,
    pgettext,
    speaking,
)
from bot.slack.text import moment

CODE = Path(bot.__file__).parent
KEYWORDS = {**DEFAULT_KEYWORDS, "counted": (1, 2)}
LOOK_UPS = {"_", "N_", "ngettext", "pgettext", "counted"}
TRANSLATED = [language for language in LANGUAGES if language != SOURCE]

Id = tuple[str | None, str | tuple[str, ...]]


@pytest.fixture(scope="module")
def said() -> set[Id]:
    """All that the code says, as Babel finds it."""
    found = extract_from_dir(CODE, [("**.py", "python")], keywords=KEYWORDS, directory_filter=_is_ours)
    return {
        (context, message if isinstance(message, str) else tuple(message))
        for _file, _line, message, _comments, context in found
    }


def _is_ours(folder: str | os.PathLike[str]) -> bool:
    """What stands where the clouds stand speaks as they do."""
    return Path(folder).name != "demo"


def catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, domain=DOMAIN)


def po(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def messages(path: Path) -> list[Message]:
    return [message for message in catalogue(path) if message.id]


def ids(path: Path) -> set[Id]:
    return {
        (message.context, message.id if isinstance(message.id, str) else tuple(message.id))
        for message in messages(path)
    }


def translations(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def fields(text: str) -> set[tuple[str, str | None, str | None]]:
    """What is put into a sentence, and how."""
    return {(name, spec, conversion) for _text, name, spec, conversion in Formatter().parse(text) if name is not None}


def looked_up(path: Path) -> Iterator[str]:
    """What a module has looked up, whether Babel sees it or not."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in LOOK_UPS:
            yield from (arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str))


def test_the_template_is_what_the_code_says(said: set[Id]) -> None:
    assert ids(LOCALE / f"{DOMAIN}.pot") == said, "`make messages` renews it"


def test_babel_finds_whatever_is_looked_up(said: set[Id]) -> None:
    """Before Python 3.12 it does not find what stands within an f-string."""
    found = {text for context, message in said for text in ((message,) if isinstance(message, str) else message)}
    found |= {context for context, _message in said if context}
    assert {
        text for path in CODE.rglob("*.py") if CODE / "demo" not in path.parents for text in looked_up(path)
    } - found == set()


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_language_says_all_that_the_code_says_and_nothing_else(language: str, said: set[Id]) -> None:
    assert ids(po(language)) == said
    assert list(catalogue(po(language)).obsolete) == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_language_has_words_for_everything(language: str) -> None:
    untold = [message.id for message in messages(po(language)) if not all(translations(message))]
    assert untold == []
    assert [message.id for message in messages(po(language)) if message.fuzzy] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_same_places_as_its_original(language: str) -> None:
    for message in messages(po(language)):
        original = message.id if isinstance(message.id, str) else message.id[-1]
        assert all(fields(text) == fields(original) for text in translations(message)), message.id


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_begins_and_ends_as_its_original_does(language: str) -> None:
    """What is put together from parts has its blanks in them."""
    for message in messages(po(language)):
        original = message.id if isinstance(message.id, str) else message.id[-1]
        for text in translations(message):
            assert (text[:1].isspace(), text[-1:].isspace()) == (False, original[-1:].isspace()) or text[
                :1
            ] == original[:1]


@pytest.mark.parametrize("language", TRANSLATED)
def test_what_gettext_reads_is_made_from_the_catalogue(language: str) -> None:
    """The .mo is part of the package: whoever installs it has no Babel."""
    made = io.BytesIO()
    write_mo(made, catalogue(po(language)))
    assert po(language).with_suffix(".mo").read_bytes() == made.getvalue(), "`make messages` renews it"


def test_everybody_speaks_english_who_is_not_told_otherwise() -> None:
    assert (current_language(), _("FAILED")) == (SOURCE, "FAILED")


def test_within_the_context_another_language_is_spoken() -> None:
    with speaking("ko"):
        assert (current_language(), _("FAILED")) == ("ko", "실패")
        with speaking("en"):
            assert _("FAILED") == "FAILED"
        assert _("FAILED") == "실패"
    assert _("FAILED") == "FAILED"


def test_an_error_ends_the_speaking() -> None:
    with pytest.raises(LookupError), speaking("ko", ZoneInfo("Asia/Seoul")):
        raise LookupError
    assert (current_language(), current_zone()) == (SOURCE, None)


def test_threads_do_not_hear_each_other() -> None:
    """A thread that is new speaks English, and one that speaks Korean makes no other speak it."""
    with speaking("ko"), ThreadPoolExecutor(2) as pool:
        assert list(pool.map(_, ["FAILED"] * 4)) == ["FAILED"] * 4

        def spoken(language: str) -> list[str]:
            with speaking(language):
                return [_("FAILED") for _time in range(200)]

        korean, english = pool.map(spoken, ["ko", "en"])
        assert (set(korean), set(english)) == ({"실패"}, {"FAILED"})
        assert _("FAILED") == "실패"


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("ko", "ko"),
        ("ko-KR", "ko"),
        ("ko_KR", "ko"),
        ("KO", "ko"),
        ("en-US", "en"),
        ("de-DE", None),
        ("", None),
        (None, None),
    ],
)
def test_a_language_is_known_by_its_tag(tag: str | None, language: str | None) -> None:
    assert known(tag) == language
    with speaking(tag):
        assert current_language() == (language or SOURCE)


def test_a_count_has_a_plural_where_the_language_has_one() -> None:
    said = [counted("{count:,} job", "{count:,} jobs", count) for count in (0, 1, 2, 1234)]
    assert said == ["0 jobs", "1 job", "2 jobs", "1,234 jobs"]
    with speaking("ko"):
        said = [counted("{count:,} job", "{count:,} jobs", count) for count in (1, 1234)]
    assert said == ["작업 1개", "작업 1,234개"]


def test_what_has_no_translation_is_said_in_english() -> None:
    with speaking("ko"):
        assert _("Nobody translated this") == "Nobody translated this"
        assert ngettext("one of these", "many of these", 2) == "many of these"
        assert pgettext("a context", "this") == "this"
    assert N_("only marked") == "only marked"


def test_nothing_stays_nothing() -> None:
    """Of an empty text gettext would make the header of its catalogue."""
    with speaking("ko"):
        assert _("") == ""


def test_a_time_that_a_client_cannot_adapt_is_told_in_the_zone_of_the_context() -> None:
    noon = datetime(2026, 3, 21, 3, tzinfo=UTC)
    assert moment(noon).endswith("|2026-03-21 03:00 UTC>")
    with speaking("ko", ZoneInfo("Asia/Seoul")):
        assert moment(noon).endswith("|2026-03-21 12:00 (Asia/Seoul)>")
        with speaking("en"):
            assert moment(noon).endswith("(Asia/Seoul)>")


def test_durations_have_the_language_s_units() -> None:
    from datetime import timedelta

    with speaking("ko"):
        assert spell(timedelta(minutes=42, seconds=3)) == "42분 3초"
        assert spell(timedelta(days=3, hours=4)) == "3일 4시간"
