"""The key of a message: by it a lost database, and a reader of the channel, know the message again."""

from datetime import timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from bot.core.catch_up import carried_mark
from bot.core.delivery import DeliveryTimes, Purpose, message_key

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x1f"), max_size=20)
SUBJECTS = st.lists(TEXTS, max_size=3).map(tuple)
PARTS = st.tuples(TEXTS, st.sampled_from(Purpose), SUBJECTS)


def test_a_key_is_the_same_in_every_version_of_the_bot() -> None:
    """A changed key would post everything again that is still listed, after an upgrade with a lost database."""
    assert message_key("C0123", Purpose.ALERT, "3tfNLPabcdef", "FAILED") == "b5658d6a-0549-5b55-b4b8-eaf30d1e617c"


@given(PARTS, PARTS)
def test_two_messages_have_one_key_only_when_they_tell_the_same(
    one: tuple[str, Purpose, tuple[str, ...]], other: tuple[str, Purpose, tuple[str, ...]]
) -> None:
    keys = [message_key(channel, purpose, *subject) for channel, purpose, subject in (one, other)]
    assert (keys[0] == keys[1]) is (one == other)


@given(PARTS)
def test_a_key_fits_its_column_and_is_known_by_its_mark(parts: tuple[str, Purpose, tuple[str, ...]]) -> None:
    channel, purpose, subject = parts
    key = message_key(channel, purpose, *subject)
    assert str(UUID(key)) == key
    assert carried_mark(key) == UUID(key).hex[:12]


def test_a_claim_leaves_room_for_the_send_and_for_settling() -> None:
    times = DeliveryTimes()
    assert timedelta() < times.send_within
    assert times.send_within + times.timeout + times.settle == times.lease
