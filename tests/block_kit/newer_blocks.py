"""Blocks that @slack/types does not know yet, written by hand in the form in which derive.py writes the others.

Source: Slack docs, "Data visualization block" (June 2026). To be dropped once the published types have it.
"""

from typing import Any

TEXT = {"type": "string"}
NUMBER = {"type": "number"}


def _object(optional: dict[str, Any] | None = None, **required: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {**required, **(optional or {})},
        "required": list(required),
    }


def _list(of: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": of}


def _named(name: str) -> dict[str, Any]:
    return {"$ref": f"#/definitions/{name}"}


def _tag(kind: str) -> dict[str, Any]:
    return {"type": "string", "const": kind}


NEWER: dict[str, dict[str, Any]] = {
    "DataVisualizationBlock": _object(
        {"block_id": TEXT}, type=_tag("data_visualization"), title=TEXT, chart=_named("Chart")
    ),
    "Chart": {"anyOf": [_named("PieChart"), _named("LineChart"), _named("BarChart"), _named("AreaChart")]},
    "PieChart": _object(type=_tag("pie"), segments=_list(_named("Segment"))),
    **{
        f"{kind.title()}Chart": _object(type=_tag(kind), series=_list(_named("Series")), axis_config=_named("Axes"))
        for kind in ("line", "bar", "area")
    },
    "Segment": _object(label=TEXT, value=NUMBER),
    "Series": _object(name=TEXT, data=_list(_named("Point"))),
    "Point": _object(label=TEXT, value=NUMBER),
    "Axes": _object({"x_label": TEXT, "y_label": TEXT}, categories=_list(TEXT)),
}
