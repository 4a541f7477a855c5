"""Derives slack_types.json from the TypeScript types that Slack publishes on npm as @slack/types.

Run it to move to a newer version, with npm at hand: `python -m tests.block_kit.derive`, then look at what changed.
Names and shapes are taken, the explanations beside them are not.
"""

import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

TYPES = "@slack/types@3.2.0"
TOOLS = ("ts-json-schema-generator@2.4.0", "typescript@5.9.3")
ROOTS = """import type { HomeView, KnownBlock, ModalView } from '@slack/types';
export interface Shown { block: KnownBlock; home: HomeView; modal: ModalView }
"""
NOTICE = f"Derived from {TYPES}, copyright (c) Slack Technologies, LLC, MIT License. Written by derive.py."
KEYWORDS = {"$ref", "additionalProperties", "anyOf", "const", "enum", "items", "properties", "required", "type"}
"""What structure.py understands."""

TARGET = Path(__file__).with_name("slack_types.json")


def main() -> None:
    definitions = derived()["definitions"]
    for definition in definitions.values():
        _refuse_unknown_keywords(definition)
    written = {"$comment": NOTICE, "definitions": definitions}
    TARGET.write_text(json.dumps(written, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def derived() -> dict[str, Any]:
    """The schema of all that the roots reach, made in a folder that does not stay."""
    with tempfile.TemporaryDirectory() as folder:
        roots = Path(folder, "shown.ts")
        roots.write_text(ROOTS, encoding="utf-8")
        _run(folder, "npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", TYPES, *TOOLS)
        options = ("--type", "Shown", "--jsDoc", "none", "--no-type-check", "--no-top-ref")
        schema: dict[str, Any] = json.loads(
            _run(folder, "npx", "ts-json-schema-generator", "--path", str(roots), *options)
        )
    return schema


def _run(folder: str, *command: str) -> str:
    return subprocess.run(command, cwd=folder, check=True, stdout=subprocess.PIPE, text=True).stdout


def _refuse_unknown_keywords(schema: Any) -> None:
    if isinstance(schema, list):
        for part in schema:
            _refuse_unknown_keywords(part)
    if isinstance(schema, dict):
        if unknown := set(schema) - KEYWORDS:
            raise ValueError(f"structure.py does not know {', '.join(sorted(unknown))}")
        for name, part in schema.items():
            _refuse_unknown_keywords(list(part.values()) if name == "properties" else part)


if __name__ == "__main__":
    main()
