"""The demo's prompt: a line that stays at the bottom while the story goes on above it. Owns reading and completing."""

from collections.abc import AsyncIterator, Iterable

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import NestedCompleter
from prompt_toolkit.formatted_text import HTML
from prompt_toolkit.patch_stdout import patch_stdout

COMMAND = "/dataflow"
HELP, QUIT = "help", "quit"


async def typed_lines(usages: Iterable[str], workflows: Iterable[str]) -> AsyncIterator[str]:
    """What a person types, line by line, until Ctrl-C, Ctrl-D or `quit`. A usage is as in `runs <workflow>`."""
    names = dict.fromkeys(workflows)
    commands = {usage.split()[0]: names if "<workflow" in usage else None for usage in usages}
    completer = NestedCompleter.from_nested_dict({COMMAND: commands, HELP: None, QUIT: None})
    session: PromptSession[str] = PromptSession(
        HTML("<b>mina</b> &gt; "), completer=completer, reserve_space_for_menu=6
    )
    with patch_stdout(raw=True):
        while True:
            try:
                line = (await session.prompt_async(handle_sigint=False)).strip()
            except (EOFError, KeyboardInterrupt):
                return
            if line == QUIT:
                return
            if line:
                yield line
