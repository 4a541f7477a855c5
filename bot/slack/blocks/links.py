"""Addresses that a message may lead to, as far as they are known."""

from dataclasses import dataclass
from urllib.parse import quote

from bot.core.digest import MessageRef
from bot.core.model import Execution

URL_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class Links:
    """`workspace_url` is the workspace's own, ending in a slash, as auth.test names it.

    `console_url` has the places {workflow_id} and {job_execution_id}. It has no default, because NAVER Cloud documents
    no address for an execution.
    """

    workspace_url: str | None = None
    console_url: str | None = None

    def console(self, execution: Execution) -> str | None:
        """As it stands in a text."""
        url = self.console_url_of(execution)
        return _url(url) if url else None

    def console_url_of(self, execution: Execution) -> str | None:
        """As it is."""
        if self.console_url is None:
            return None
        workflow_id, execution_id = _part(execution.workflow_id), _part(execution.job_execution_id)
        url = self.console_url.replace("{workflow_id}", workflow_id).replace("{job_execution_id}", execution_id)
        return url if len(url) <= URL_LIMIT else None

    def message(self, ref: MessageRef) -> str | None:
        """The permalink, put together as chat.getPermalink returns it: a digest need not ask for each one."""
        if self.workspace_url is None:
            return None
        return _url(f"{self.workspace_url}archives/{_part(ref.channel)}/p{_part(ref.ts.replace('.', ''))}")


def _part(outside: str) -> str:
    return quote(outside, safe="", errors="replace")


def _url(url: str) -> str | None:
    """An address as it stands between `<` and `|`; None when it is so long that something must be wrong with it."""
    for character, safe in (("&", "&amp;"), ("<", "%3C"), (">", "%3E"), ("|", "%7C")):
        url = url.replace(character, safe)
    return url if len(url) <= URL_LIMIT else None
