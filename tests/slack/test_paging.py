"""Paging buttons: a query survives the trip through Slack, and nothing else gets in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.model import ExecutionStatus
from bot.services.answers import RunsPage, RunsQuery
from bot.slack.blocks.paging import decode, encode, page_buttons
from tests.slack import samples

ids = st.text("abcXYZ0189", min_size=1, max_size=12)
queries = st.builds(
    RunsQuery, ids, st.none() | st.sampled_from(ExecutionStatus), st.integers(1, 100), st.integers(0, 10**9)
)


@given(queries)
def test_a_query_travels_in_a_button_and_back(query: RunsQuery) -> None:
    assert len(encode(query)) <= 100
    assert decode(encode(query)) == query


@given(st.text())
def test_no_text_raises(value: str) -> None:
    assert decode(value) is None or value.startswith("[")


@pytest.mark.parametrize(
    "value",
    [
        "",
        "null",
        "{}",
        "[]",
        '["wf"]',
        '["wf","LOST",10,0]',
        '["wf",null,0,0]',
        '["wf",null,101,0]',
        '["wf",null,10,-1]',
        '["wf",null,10,1e300]',
        '["",null,10,0]',
        '["wf",null,10,0',
        '["wf",null,10,0,"more"]',
        "[" * 5000,
        "\ud800",
        f'["{"w" * 201}",null,10,0]',
    ],
)
def test_a_value_that_we_did_not_make_is_no_query(value: str) -> None:
    assert decode(value) is None


def test_there_is_no_row_of_buttons_without_another_page() -> None:
    assert page_buttons(RunsPage(samples.ORDERS, samples.QUERY, (), None)) == []
