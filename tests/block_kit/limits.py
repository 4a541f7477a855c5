"""Every limit that Slack's documentation puts on a single field, by the names of the types and fields it holds for.

Source, where nothing else is said: Slack docs, Block Kit reference, one page per block, element and composition object.
What spans several fields or blocks is in rules.py and surfaces.py.
"""

from collections.abc import Mapping

MOST: Mapping[str, Mapping[str, int]] = {
    # Blocks
    "ActionsBlock": {"elements": 25},
    "AlertBlock": {"text": 3000},
    "ContextActionsBlock": {"elements": 5},
    "ContextBlock": {"elements": 10},
    "DataTableBlock": {"rows": 100},
    "DataVisualizationBlock": {"title": 50},
    "HeaderBlock": {"text": 150},
    "ImageBlock": {"alt_text": 2000, "title": 2000, "image_url": 3000},
    "InputBlock": {"label": 2000, "hint": 2000},
    "MarkdownBlock": {"text": 12_000},
    "SectionBlock": {"text": 3000, "fields": 10},
    "TableBlock": {"rows": 100, "column_settings": 20},
    # Elements
    "Button": {"text": 75, "value": 2000, "url": 3000, "accessibility_label": 75},
    "Checkboxes": {"options": 10},
    "ImageElement": {"alt_text": 2000, "image_url": 3000},
    "MultiStaticSelect": {"options": 100, "option_groups": 100},
    "Overflow": {"options": 5},
    "PlainTextInput": {"initial_value": 3000},
    "RadioButtons": {"options": 10},
    "StaticSelect": {"options": 100, "option_groups": 100},
    "WorkflowButton": {"text": 75, "accessibility_label": 75},
    # Composition objects
    "ConfirmationDialog": {"title": 100, "text": 300, "confirm": 30, "deny": 30},
    "MrkdwnElement": {"text": 3000},
    "MrkdwnOption": {"text": 75, "value": 75, "description": 75, "url": 3000},
    "MultiStaticSelect.option_groups": {"label": 75, "options": 100},
    "PlainTextElement": {"text": 3000},
    # Slack has raised the length of a value to 150 on newer pages; the published types say 75.
    "PlainTextOption": {"text": 75, "value": 75, "description": 75, "url": 3000},
    "StaticSelect.option_groups": {"label": 75, "options": 100},
    # Charts. Slack's page and its clients do not agree how many series and segments there may be: 6 pass everywhere.
    "AreaChart": {"series": 6},
    "Axes": {"categories": 20, "x_label": 50, "y_label": 50},
    "BarChart": {"series": 6},
    "LineChart": {"series": 6},
    "PieChart": {"segments": 6},
    "Point": {"label": 20},
    "Segment": {"label": 20},
    "Series": {"name": 20, "data": 20},
    # Views: Slack docs, "Modal view" and "Home tab view"
    "HomeView": {"blocks": 100, "private_metadata": 3000, "callback_id": 255, "external_id": 255},
    "ModalView": {
        "blocks": 100,
        "title": 24,
        "submit": 24,
        "close": 24,
        "private_metadata": 3000,
        "callback_id": 255,
        "external_id": 255,
    },
}

MOST_ANYWHERE: Mapping[str, int] = {"action_id": 255, "block_id": 255, "placeholder": 150}
"""Of fields that mean the same in every type."""

MOST_EACH: Mapping[tuple[str, str], int] = {
    ("Axes", "categories"): 20,
    ("DataTableBlock", "rows"): 20,
    ("SectionBlock", "fields"): 2000,
    ("TableBlock", "rows"): 20,
}
"""Of the items of a list: characters of a text, cells of a row."""

MAY_BE_EMPTY = frozenset({"blocks", "initial_value", "private_metadata", "callback_id", "external_id"})
"""Of the fields above. All others hold at least one character or item once they are there."""

BETWEEN: Mapping[tuple[str, str], tuple[float, float]] = {
    ("DataTableBlock", "page_size"): (1, 100),
    ("DataTableBlock", "row_header_column_index"): (0, 19),
    ("DateTimepicker", "initial_date_time"): (1_000_000_000, 9_999_999_999),
    ("PlainTextInput", "max_length"): (1, 3000),
    ("PlainTextInput", "min_length"): (0, 3000),
    ("RichTextList", "indent"): (0, 8),
}

LIKE: Mapping[tuple[str, str], str] = {
    ("Button", "url"): r"https?://\S+",
    ("Datepicker", "initial_date"): r"\d{4}-\d{2}-\d{2}",
    ("ImageBlock", "image_url"): r"https?://\S+",
    ("Timepicker", "initial_time"): r"([01]\d|2[0-3]):[0-5]\d",
}
"""Patterns of a whole value."""

REQUIRED: Mapping[str, tuple[str, ...]] = {
    "ConfirmationDialog": ("title", "confirm", "deny"),
    "MrkdwnOption": ("value",),
    "PlainTextOption": ("value",),
}
"""What the documentation asks for and the published types leave out, for the sake of older apps."""

EXACTLY_ONE: Mapping[str, tuple[str, ...]] = {
    "ImageBlock": ("image_url", "slack_file"),
    "ImageElement": ("image_url", "slack_file"),
    "MultiStaticSelect": ("options", "option_groups"),
    "StaticSelect": ("options", "option_groups"),
}

AT_LEAST_ONE: Mapping[str, tuple[str, ...]] = {"SectionBlock": ("text", "fields")}
