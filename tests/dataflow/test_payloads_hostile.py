"""Whatever bytes the API sends: values, or ApiMalformed, and nothing else."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dataflow import payloads
from bot.errors import ApiMalformed
from tests.dataflow.test_payloads import ITEM, read


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"{}",
        b'{"list": null}',
        b'{"list": {"0": {}}}',
        b'{"count": 0, "page": 0, "limit": 1000}',
        b'{"list": [{"jobExecutionId": "a"}, {"jobExec',
        b'{"list": []} trailing',
        b"<html><body>Service Unavailable</body></html>",
        b'{"error": {"errorCode": "200", "message": "Authentication Failed"}}',
        b"[" * 100_000,
        b'{"list": [' + b"[" * 100_000,
        b"\xff\xfe\x00",
    ],
)
def test_a_malformed_page_fails_and_is_never_an_empty_one(body: bytes) -> None:
    with pytest.raises(ApiMalformed):
        payloads.executions_page(body, "w1", "test")
    with pytest.raises(ApiMalformed):
        payloads.workflows_page(body, "test")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from([*ITEM, *ITEM["jobCondition"], "list", "limit", "result", "nodes"]), inner)
    ),
    max_leaves=25,
)
DECODERS = [
    lambda body: payloads.executions_page(body, "w1", "test"),
    lambda body: payloads.workflows_page(body, "test"),
    lambda body: payloads.single_execution(body, "w1", "test"),
    lambda body: payloads.single_workflow(body, "test"),
    lambda body: payloads.accepted_run(body, "w1", "test"),
    lambda body: payloads.execution_counts(body, "test"),
    lambda body: payloads.daily_counts(body, "test"),
    lambda body: payloads.start_counts(body, "test"),
]


@given(json_values | json_values.map(lambda value: {"list": [value], "result": [value]}), st.sampled_from(DECODERS))
def test_any_json_is_understood_or_malformed(document: Any, decode: Any) -> None:
    _value_or_malformed(decode, json.dumps(document).encode())


@given(st.binary(), st.sampled_from(DECODERS))
def test_any_bytes_are_malformed_at_worst(body: bytes, decode: Any) -> None:
    _value_or_malformed(decode, body)


@given(st.data())
def test_a_page_damaged_at_one_byte_is_understood_or_malformed(data: st.DataObject) -> None:
    body = bytearray(json.dumps({"list": [ITEM, ITEM]}).encode())
    body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    _value_or_malformed(DECODERS[0], bytes(body))


@given(json_values, st.integers(0, 2))
def test_one_bad_item_in_a_good_page_loses_only_itself(bad: Any, place: int) -> None:
    good = [ITEM, ITEM | {"jobExecutionId": "second"}]
    page = read(*good[:place], bad, *good[place:])
    expected = read(*good).items
    assert [item for index, item in enumerate(page.items) if page.skipped or index != place] == expected
    assert page.length == 3


@given(json_values)
def test_what_is_understood_can_be_stored(bad: Any) -> None:
    for execution in read(ITEM | bad if isinstance(bad, dict) else bad).items:
        texts = [execution.job_execution_id, execution.reported_status, execution.job.job_id, execution.job.name]
        texts += [execution.job.script_path or "", execution.job.log_path or ""]
        texts += [execution.trigger.trigger_id, execution.trigger.name] if execution.trigger else []
        assert all(text.isascii() or text.encode() for text in texts)
        assert not any("\0" in text for text in texts)
        assert execution.waited_for is None or execution.waited_for >= timedelta()


def _value_or_malformed(decode: Any, body: bytes) -> None:
    try:
        decode(body)
    except ApiMalformed as error:
        assert str(error).startswith("test: ")  # noqa: PT017 - either outcome is right, this one must say where
