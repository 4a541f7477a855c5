"""Modals and Home tabs: what a view may hold, and who has which ones open, stacked at most three high."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.demo.slack_server.block_rules import Flag, Json, Line, Object, Rule, Text, encoded_length, problem
from bot.demo.slack_server.block_tables import PLAIN
from bot.demo.slack_server.blocks import block_problems, with_ids
from bot.demo.slack_server.errors import SlackError
from bot.demo.slack_server.limits import Limits
from bot.demo.slack_server.onlookers import Asked, show

STACK_HEIGHT = 3
SHARED: Mapping[str, Rule] = {
    "private_metadata": Line(3000),
    "callback_id": Line(255),
    "external_id": Line(255),
    "clear_on_close": Flag(),
    "notify_on_close": Flag(),
}


class _Blocks:
    """Stands for the blocks in a view's shape: they are checked as blocks afterwards."""

    def problems(self, value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield problem("must provide an array", at)


SHAPES: Mapping[str, Object] = {
    "modal": Object(
        {"type": Line(), "title": Text(24, PLAIN), "blocks": _Blocks()},
        {"close": Text(24, PLAIN), "submit": Text(24, PLAIN), "submit_disabled": Flag(), **SHARED},
    ),
    "home": Object({"type": Line(), "blocks": _Blocks()}, SHARED),
}


def check_view(view: Any, kind: str, limits: Limits) -> Json:
    """The view, if Slack would show it. Raises the SlackError that Slack would answer."""
    if not isinstance(view, dict) or view.get("type") != kind:
        raise SlackError("invalid_arguments", [problem(f"type must be {kind}", "/view/type")])
    show(Asked.VIEW, view)
    if encoded_length(view) > limits.view_bytes:
        raise SlackError("view_too_large")
    problems = list(SHAPES[kind].problems(view, "/view")) or list(_block_problems(view, kind, limits))
    if problems:
        raise SlackError("invalid_arguments", problems)
    return view


def _block_problems(view: Json, kind: str, limits: Limits) -> Iterator[str]:
    blocks = view["blocks"]
    if len(blocks) > limits.blocks_per_view:
        yield problem(f"no more than {limits.blocks_per_view} items allowed", "/view/blocks")
    yield from block_problems(blocks, kind, "/view/blocks")
    if kind == "modal" and "submit" not in view and _has_input(blocks):
        yield problem("missing required field: submit", "/view")


def _has_input(blocks: list[Any]) -> bool:
    return any(isinstance(block, dict) and block.get("type") == "input" for block in blocks)


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    id: str
    user: str
    body: Json  # as the app sent it, ids filled in
    hash: str
    root_id: str
    previous_id: str | None = None
    state: Mapping[str, Any] = field(default_factory=dict)  # what the user entered: block_id → action_id → value

    @property
    def external_id(self) -> str:
        return str(self.body.get("external_id") or "")

    @property
    def title(self) -> str:
        return str(self.body.get("title", {}).get("text", ""))

    @property
    def blocks(self) -> list[Json]:
        return list(self.body["blocks"])

    def render(self, identity: Mapping[str, str]) -> Json:
        """As apps see it; `identity` holds the team, app and bot ids."""
        defaults = {"private_metadata": "", "callback_id": "", "clear_on_close": False, "notify_on_close": False}
        return {
            **defaults,
            **self.body,
            **identity,
            "id": self.id,
            "external_id": self.external_id,
            "state": {"values": dict(self.state)},
            "hash": self.hash,
            "root_view_id": self.root_id,
            "previous_view_id": self.previous_id,
        }


class Views:
    """The open modals of every user, newest on top, and the published Home tabs."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice
        self._stacks: dict[str, list[View]] = {}
        self._homes: dict[str, View] = {}

    def top(self, user: str) -> View | None:
        stack = self._stacks.get(user)
        return stack[-1] if stack else None

    def home(self, user: str) -> View | None:
        return self._homes.get(user)

    def find(self, view_id: str = "", external_id: str = "") -> View:
        """Raises not_found."""
        for view in [*self._homes.values(), *(view for stack in self._stacks.values() for view in stack)]:
            if (view_id and view.id == view_id) or (external_id and view.external_id == external_id):
                return view
        raise SlackError("not_found")

    def open(self, user: str, body: Json) -> View:
        self._refuse_taken_external_id(body)
        view = self._new(user, body)
        self._stacks[user] = [view]
        return view

    def push(self, user: str, body: Json) -> View:
        self._refuse_taken_external_id(body)
        stack = self._stacks.get(user, [])
        if not stack:
            raise SlackError("not_found")
        if len(stack) >= STACK_HEIGHT:
            raise SlackError("push_limit_reached")
        view = replace(self._new(user, body), root_id=stack[0].id, previous_id=stack[-1].id)
        stack.append(view)
        return view

    def publish(self, user: str, body: Json, expected_hash: str = "") -> View:
        known = self._homes.get(user)
        if known is None:
            self._homes[user] = self._new(user, body)
            return self._homes[user]
        return self.update(known, body, expected_hash)

    def update(self, view: View, body: Json, expected_hash: str = "") -> View:
        """Put new content into an open view; what the user entered stays where block and action ids stay."""
        if expected_hash and expected_hash != view.hash:
            raise SlackError("hash_conflict")
        blocks = with_ids(body["blocks"], self._dice)
        kept = {block["block_id"]: view.state[block["block_id"]] for block in blocks if block["block_id"] in view.state}
        changed = replace(view, body={**body, "blocks": blocks}, hash=self._new_hash(), state=kept)
        self.put(changed)
        return changed

    def put(self, view: View) -> None:
        """Store a view in the place of the one with its id."""
        if view.user in self._homes and self._homes[view.user].id == view.id:
            self._homes[view.user] = view
        stack = self._stacks.get(view.user, [])
        stack[:] = [view if other.id == view.id else other for other in stack]

    def close(self, view: View) -> None:
        stack = self._stacks.get(view.user, [])
        stack[:] = [other for other in stack if other.id != view.id]

    def clear(self, user: str) -> None:
        self._stacks.pop(user, None)

    def _new(self, user: str, body: Json) -> View:
        view_id = f"V{self._dice.getrandbits(40):010X}"
        named = {**body, "blocks": with_ids(body["blocks"], self._dice)}
        return View(id=view_id, user=user, body=named, hash=self._new_hash(), root_id=view_id)

    def _new_hash(self) -> str:
        return f"{self._dice.randrange(10**9, 10**10)}.{self._dice.getrandbits(32):08x}"

    def _refuse_taken_external_id(self, body: Json) -> None:
        external_id = str(body.get("external_id") or "")
        try:
            self.find(external_id=external_id)
        except SlackError:
            return
        raise SlackError("duplicate_external_id")
