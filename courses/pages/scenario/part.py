"""From a raw block to the part of a lesson that is frozen and played."""

from collections.abc import Mapping
from typing import Any

from courses.pages.blocks.branching import from_raw
from learning.branching import SITUATION


def part_of_scenario(value: Mapping[str, Any]) -> dict[str, Any]:
    """Words and graph of a scenario as `learning.branching.way_of` follows it: nodes by their key."""
    plain = from_raw(value)
    return {
        "title": plain["title"],
        "introduction": plain["introduction"],
        "roles": [{name: _text(role, name) for name in ("key", "name", "start")} for role in plain["roles"]],
        "nodes": {
            _text(node, "key"): {
                "kind": _text(node, "kind") or SITUATION,
                **{name: _text(node, name) for name in ("text", "outcome", "debrief", "source")},
                "choices": [
                    {name: _text(choice, name) for name in ("text", "quality", "consequence", "feedback", "target")}
                    for choice in node["choices"]
                ],
            }
            for node in plain["nodes"]
        },
    }


def mark_borrowed(part: dict[str, Any], original: Mapping[str, Any], source_language: str) -> None:
    """Name the language of what came to the source since it was translated: it shows the source's words."""
    for key, node in part["nodes"].items():
        other = original["nodes"].get(key)
        if other is None:
            continue
        if node["text"] == other["text"]:
            node["language"] = source_language
        for choice, as_written in zip(node["choices"], other["choices"], strict=False):
            if choice["text"] == as_written["text"]:
                choice["language"] = source_language


def _text(value: Mapping[str, Any], name: str) -> str:
    return str(value.get(name) or "").strip()
