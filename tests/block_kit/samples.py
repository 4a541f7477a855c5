"""A value of every type that has a limit, with every field that has one: what violations are planted into.

Some have more fields than go together; each test looks at the problems of one field alone.
"""

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]

URL = "https://x.example/"
PLAIN: Json = {"type": "plain_text", "text": "x"}
MRKDWN: Json = {"type": "mrkdwn", "text": "x"}
OPTION: Json = {"text": PLAIN, "value": "1", "description": PLAIN, "url": URL}
GROUP: Json = {"label": PLAIN, "options": [OPTION]}
CONFIRM: Json = {"title": PLAIN, "text": PLAIN, "confirm": PLAIN, "deny": PLAIN}
BUTTON: Json = {"type": "button", "text": PLAIN, "value": "x", "url": URL, "accessibility_label": "x"}
SELECT: Json = {"type": "static_select", "options": [OPTION], "option_groups": [GROUP]}
TYPED: Json = {"type": "plain_text_input", "initial_value": "x", "min_length": 0, "max_length": 9}
IMAGE: Json = {"type": "image", "image_url": URL, "alt_text": "x", "title": PLAIN}
SECTION: Json = {"type": "section", "text": MRKDWN, "fields": [MRKDWN]}
ROWS = [[{"type": "raw_text", "text": "x"}]]
TABLE: Json = {"type": "table", "rows": ROWS, "column_settings": [{}]}
DATA_TABLE: Json = {"type": "data_table", "caption": "x", "rows": ROWS, "page_size": 5, "row_header_column_index": 0}
POINT: Json = {"label": "x", "value": 1}
PIE: Json = {"type": "pie", "segments": [POINT]}
SERIES: Json = {"name": "x", "data": [POINT]}
AXES: Json = {"categories": ["x"], "x_label": "x", "y_label": "x"}
CHART: Json = {"type": "line", "series": [SERIES], "axis_config": AXES}
NAMES: Json = {"private_metadata": "x", "callback_id": "x", "external_id": "x"}

FULL: Mapping[str, Json] = {
    "ActionsBlock": {"type": "actions", "elements": [BUTTON], "block_id": "x"},
    "AlertBlock": {"type": "alert", "text": PLAIN},
    "AreaChart": {**CHART, "type": "area"},
    "Axes": AXES,
    "BarChart": {**CHART, "type": "bar"},
    "Button": {**BUTTON, "action_id": "x"},
    "Checkboxes": {"type": "checkboxes", "options": [OPTION]},
    "ConfirmationDialog": CONFIRM,
    "ContextActionsBlock": {"type": "context_actions", "elements": [{"type": "icon_button", "icon": "x"}]},
    "ContextBlock": {"type": "context", "elements": [MRKDWN]},
    "DataTableBlock": DATA_TABLE,
    "DataVisualizationBlock": {"type": "data_visualization", "title": "x", "chart": PIE},
    "DateTimepicker": {"type": "datetimepicker", "initial_date_time": 1_767_225_600},
    "Datepicker": {"type": "datepicker", "initial_date": "2026-01-01", "placeholder": PLAIN},
    "HeaderBlock": {"type": "header", "text": PLAIN},
    "HomeView": {"type": "home", "blocks": [SECTION], **NAMES},
    "ImageBlock": IMAGE,
    "ImageElement": IMAGE,
    "InputBlock": {"type": "input", "label": PLAIN, "hint": PLAIN, "element": TYPED},
    "LineChart": CHART,
    "MarkdownBlock": {"type": "markdown", "text": "x"},
    "ModalView": {"type": "modal", "title": PLAIN, "submit": PLAIN, "close": PLAIN, "blocks": [SECTION], **NAMES},
    "MrkdwnElement": MRKDWN,
    "MrkdwnOption": {**OPTION, "text": MRKDWN},
    "MultiStaticSelect": {**SELECT, "type": "multi_static_select"},
    "MultiStaticSelect.option_groups": GROUP,
    "Overflow": {"type": "overflow", "options": [OPTION]},
    "PieChart": PIE,
    "PlainTextElement": PLAIN,
    "PlainTextInput": TYPED,
    "PlainTextOption": OPTION,
    "Point": POINT,
    "RadioButtons": {"type": "radio_buttons", "options": [OPTION]},
    "RichTextList": {"type": "rich_text_list", "style": "bullet", "elements": [], "indent": 0},
    "SectionBlock": SECTION,
    "Segment": POINT,
    "Series": SERIES,
    "StaticSelect": SELECT,
    "StaticSelect.option_groups": GROUP,
    "TableBlock": TABLE,
    "Timepicker": {"type": "timepicker", "initial_time": "10:00"},
    "WorkflowButton": {"type": "workflow_button", "text": PLAIN, "accessibility_label": "x"},
}


def without(value: Json, *names: str) -> Json:
    return {name: held for name, held in value.items() if name not in names}
