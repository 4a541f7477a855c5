"""Texts are read as Slack reads them: what is a link, a date or a mention, and what only looks like one."""

import pytest

from tests.block_kit.mrkdwn import Kind, Piece, read

TEXTS = [
    ("plain &lt;!channel&gt; &amp; words", [Piece(Kind.WORDS, "plain &lt;!channel&gt; &amp; words")]),
    ("<https://x.example/?a=1|x>", [Piece(Kind.LINK, "https://x.example/?a=1", "x")]),
    ("<https://x.example>", [Piece(Kind.LINK, "https://x.example")]),
    ("<mailto:x@x.example|x>", [Piece(Kind.LINK, "mailto:x@x.example", "x")]),
    (
        "<@U0MINA> and <@W1|mina>",
        [Piece(Kind.PERSON, "U0MINA"), Piece(Kind.WORDS, " and "), Piece(Kind.PERSON, "W1", "mina")],
    ),
    ("<#C0ALERTS|alerts>", [Piece(Kind.CHANNEL, "C0ALERTS", "alerts")]),
    ("<!subteam^S0ONCALL>", [Piece(Kind.GROUP, "S0ONCALL")]),
    ("<!here><!channel><!everyone>", [Piece(Kind.BROADCAST, who) for who in ("here", "channel", "everyone")]),
    ("<!date^1774000000^{date} {time}|then>", [Piece(Kind.DATE, "1774000000^{date} {time}", "then")]),
    ("<!date^1^{date}^https://x.example|then>", [Piece(Kind.DATE, "1^{date}", "then")]),
    ("<!date^1^{date}>", [Piece(Kind.STRAY, "<!date^1^{date}>")]),
    ("<javascript:alert(1)|x>", [Piece(Kind.STRAY, "<javascript:alert(1)|x>")]),
    ("<@nobody>", [Piece(Kind.STRAY, "<@nobody>")]),
    ("a < b", [Piece(Kind.WORDS, "a "), Piece(Kind.STRAY, "< b"), Piece(Kind.WORDS, " b")]),
    ("a & b", [Piece(Kind.WORDS, "a "), Piece(Kind.STRAY, "& b"), Piece(Kind.WORDS, " b")]),
    ("cut &am", [Piece(Kind.WORDS, "cut "), Piece(Kind.STRAY, "&am"), Piece(Kind.WORDS, "am")]),
    ("<one\ntwo>", [Piece(Kind.STRAY, "<one\ntwo>"), Piece(Kind.WORDS, "one\ntwo"), Piece(Kind.STRAY, ">")]),
]


@pytest.mark.parametrize(("text", "pieces"), TEXTS, ids=[text for text, _pieces in TEXTS])
def test_a_text_is_read_as_slack_reads_it(text: str, pieces: list[Piece]) -> None:
    assert list(read(text)) == pieces
