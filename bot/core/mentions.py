"""Whom a message may call: the one definition of what a configuration may say, and how Slack writes it."""

import re

_WRITTEN = re.compile(
    r"<@(?P<person>[UW][A-Z0-9]{2,20})>|<!subteam\^(?P<group>S[A-Z0-9]{2,20})>|<!(?P<here>here)>", re.ASCII
)
_BARE = re.compile(r"(?P<person>[UW][A-Z0-9]{2,20})|(?P<group>S[A-Z0-9]{2,20})|(?P<here>here)", re.ASCII)


def read_mention(text: str) -> str | None:
    """A call for a person, a user group or whoever is present, as Slack writes it; None for anything else.

    Also from the bare id and the word `here`, which is what people have at hand. Nothing calls a whole channel or
    workspace: an alert is for those who are there.
    """
    text = text.strip()
    found = _WRITTEN.fullmatch(text) or _BARE.fullmatch(text)
    if found is None:
        return None
    if found["here"]:
        return "<!here>"
    return f"<@{found['person']}>" if found["person"] else f"<!subteam^{found['group']}>"
