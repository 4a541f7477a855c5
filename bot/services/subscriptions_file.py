"""The file of subscriptions: YAML in, wishes out, and back. What each rule may be is in core.rule_words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from bot.core.rule_words import WORDS, NotUnderstood, read_rules, spell_rules
from bot.core.subscribing import EVERYTHING, Wish, read_channel, read_workflows
from bot.errors import SubscriptionsFileWrong

TOP = "subscriptions"
CHANNEL, WORKFLOWS = "channel", "workflows"
KEYS = (CHANNEL, WORKFLOWS, *(word.name for word in WORDS))
HEADING = "# Subscriptions of the Data Flow bot; described in docs/subscriptions.md\n"


@dataclass(frozen=True, slots=True)
class Entry:
    """One subscription as written: the text of each key, and where it stands."""

    path: str
    line: int
    texts: dict[str, tuple[str, int]]


def read(text: str) -> list[Wish]:
    """The wishes in the file. SubscriptionsFileWrong names every mistake, its place and what is accepted.

    Scalars are taken as they are written, so that `no`, `22:00` and `10` mean what they look like.
    """
    problems: list[str] = []
    wishes: dict[tuple[str, str], Wish] = {}
    for entry in _entries(_parse(text), problems):
        wish = _wish(entry, problems)
        if wish and wish.place in wishes:
            problems.append(f"{entry.path} (line {entry.line}): names the same channel and workflows as one before")
        if wish:
            wishes[wish.place] = wish
    if problems:
        raise SubscriptionsFileWrong("\n".join(problems))
    return list(wishes.values())


def write(wishes: Sequence[Wish]) -> str:
    """The file that says this."""
    listed = [_written(wish) for wish in wishes]
    return HEADING + yaml.safe_dump({TOP: listed}, allow_unicode=True, sort_keys=False, width=120)


def _written(wish: Wish) -> dict[str, str | int | list[str]]:
    written: dict[str, str | int | list[str]] = {CHANNEL: wish.channel, WORKFLOWS: wish.workflows}
    for name, text in spell_rules(wish.rules).items():
        is_list = name == "outcomes"
        written[name] = text.split(", ") if is_list else int(text) if text.isdecimal() else text
    return written


def _parse(text: str) -> Node | None:
    try:
        return yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise SubscriptionsFileWrong(f"this is not YAML: {' '.join(str(error).split())}") from None


def _entries(document: Node | None, problems: list[str]) -> Iterator[Entry]:
    top = _pairs(document, "the file", (TOP,), problems) if isinstance(document, MappingNode) else {}
    listed = top.get(TOP)
    if not isinstance(listed, SequenceNode):
        problems.append(f"the file: must hold “{TOP}:” and a list under it, which may be []")
        return
    for number, node in enumerate(listed.value, start=1):
        path = f"{TOP}[{number}]"
        if not isinstance(node, MappingNode):
            problems.append(f"{path} (line {_line(node)}): must be “key: value” lines (keys: {', '.join(KEYS)})")
            continue
        texts = {}
        for key, value in _pairs(node, path, KEYS, problems).items():
            written = _text(value)
            if written is None:
                problems.append(f"{path}: {key} (line {_line(value)}): must be one value, or a list of outcomes")
            else:
                texts[key] = (written, _line(value))
        yield Entry(path, _line(node), texts)


def _pairs(node: MappingNode, path: str, accepted: Sequence[str], problems: list[str]) -> dict[str, Node]:
    pairs: dict[str, Node] = {}
    for key, value in node.value:
        name = str(key.value)
        place = f"{path}: {name} (line {_line(key)})"
        if name not in accepted:
            problems.append(f"{place}: is no key (accepted: {', '.join(accepted)})")
        elif name in pairs:
            problems.append(f"{place}: is there twice")
        else:
            pairs[name] = value
    return pairs


def _text(node: Node) -> str | None:
    """A list of words is read like the same words between commas."""
    if isinstance(node, ScalarNode):
        return str(node.value)
    if isinstance(node, SequenceNode) and all(isinstance(item, ScalarNode) for item in node.value):
        return ",".join(str(item.value) for item in node.value)
    return None


def _wish(entry: Entry, problems: list[str]) -> Wish | None:
    before = len(problems)
    if CHANNEL not in entry.texts:
        problems.append(f"{entry.path}: {CHANNEL} (line {entry.line}): is missing")
    channel, workflows = "", EVERYTHING
    rules = read_rules({})
    for key, (text, line) in entry.texts.items():
        try:
            match key:
                case "channel":
                    channel = read_channel(text)
                case "workflows":
                    workflows = read_workflows(text)
                case _:
                    rules = read_rules({key: text}, rules)
        except NotUnderstood as mistake:
            problems.append(f"{entry.path}: {key} (line {line}): {str(mistake).removeprefix(f'{key}: ')}")
    return Wish(channel, workflows, rules) if len(problems) == before else None


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1
