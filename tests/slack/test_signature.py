"""The mark in the metadata: nobody else can make it, and nothing malformed passes for it."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.core.catch_up import ALERTS_PER_PAGE
from bot.services.ports import Mark
from bot.slack.signature import EVENT_TYPE, Signer

OURS = Signer("xoxb-ours")
MARK = Mark("key-1", datetime(2026, 3, 20, 3, 0, 0, 123000, tzinfo=UTC), ("aabbccddeeff", "001122334455"))

HEAD = replace(MARK, heads_thread=True)


@pytest.mark.parametrize("mark", [MARK, Mark("key-2", MARK.watching_since), HEAD])
def test_a_mark_is_known_again_by_whoever_has_the_token(mark: Mark) -> None:
    assert Signer("xoxb-ours").mark_in(json.loads(json.dumps(OURS.metadata(mark)))) == mark


def test_the_mark_of_a_message_that_carries_a_page_of_alerts_stays_small() -> None:
    full = Mark(MARK.key, MARK.watching_since, ("aabbccddeeff",) * ALERTS_PER_PAGE)
    assert len(json.dumps(OURS.metadata(full))) < 4000


def test_a_signature_of_another_token_vouches_for_nothing() -> None:
    assert OURS.mark_in(Signer("xoxb-theirs").metadata(MARK)) is None


@pytest.mark.parametrize(
    ("name", "value"),
    [("key", "key-2"), ("watching_since", "2020-01-01T00:00:00+00:00"), ("carries", "aabbccddeeff"), ("key", None)],
)
def test_a_signature_vouches_for_nothing_else(name: str, value: str | None) -> None:
    metadata = OURS.metadata(MARK)
    metadata["event_payload"][name] = value
    assert OURS.mark_in(metadata) is None


def test_what_is_only_said_where_it_applies_is_vouched_for_either_way() -> None:
    plain, head = OURS.metadata(MARK), OURS.metadata(HEAD)
    plain["event_payload"]["heads_thread"] = head["event_payload"].pop("heads_thread")
    assert OURS.mark_in(plain) is None
    assert OURS.mark_in(head) is None


@pytest.mark.parametrize(
    "metadata",
    [
        None,
        [],
        {},
        {"event_type": "other", "event_payload": OURS.metadata(MARK)["event_payload"]},
        {"event_type": EVENT_TYPE},
        {"event_type": EVENT_TYPE, "event_payload": "text"},
        {"event_type": EVENT_TYPE, "event_payload": {"key": "key-1"}},
        {"event_type": EVENT_TYPE, "event_payload": {"key": 1, "signature": 2}},
        {"event_type": EVENT_TYPE, "event_payload": {"key": "key-1", "signature": "é\ud800"}},
    ],
)
def test_malformed_metadata_vouches_for_nothing(metadata: object) -> None:
    assert OURS.mark_in(metadata) is None


def test_the_token_shows_neither_in_the_mark_nor_in_the_repr() -> None:
    assert "xoxb-ours" not in f"{OURS.metadata(MARK)} {OURS!r}"
