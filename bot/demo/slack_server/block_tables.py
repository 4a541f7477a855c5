"""What Slack accepts inside a block: the tables of block and element types with their fields and limits. Data only.

Source: Slack docs, Block Kit reference, one page per type. Types that no part of this project sends are left out, and
so are refused as unknown.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.demo.slack_server.block_rules import Choice, Flag, Items, Line, Number, Object, Rule, Tagged, Text

Fields = Mapping[str, Rule]

MESSAGE, MODAL, HOME = "message", "modal", "home"
EVERYWHERE = (MESSAGE, MODAL, HOME)

ID = Line(255)
URL = Line(3000, least=1)
PLAIN = ("plain_text",)
STYLE = Choice(("primary", "danger"))
FOCUS: Fields = {"focus_on_load": Flag()}
PLACEHOLDER: Fields = {"placeholder": Text(150, PLAIN)}
SLACK_FILE = Object({}, {"id": Line(least=1), "url": URL}, either=("id", "url"))

CONFIRM = Object(
    {"title": Text(100, PLAIN), "text": Text(300), "confirm": Text(30, PLAIN), "deny": Text(30, PLAIN)},
    {"style": STYLE},
)
ACTION: Fields = {"action_id": ID, "confirm": CONFIRM}

OPTION = Object({"text": Text(75, PLAIN), "value": Line(150, least=1)}, {"description": Text(75, PLAIN)})
RICH_OPTION = Object({"text": Text(75), "value": Line(150, least=1)}, {"description": Text(75)})
LINKED_OPTION = Object(
    {"text": Text(75, PLAIN), "value": Line(150, least=1)}, {"description": Text(75, PLAIN), "url": URL}
)
OPTION_GROUP = Object({"label": Text(75, PLAIN), "options": Items(OPTION, 100)})


def _element(kind: str, required: Fields, optional: Fields, either: tuple[str, ...] = ()) -> Object:
    return Object({"type": Choice((kind,)), **required}, optional, either)


def _select(kind: str, initial: Fields) -> Object:
    return _element(kind, {}, {**ACTION, **FOCUS, **PLACEHOLDER, **initial})


def _multi_select(kind: str, initial: Fields) -> Object:
    return _select(kind, {"max_selected_items": Number(least=1), **initial})


OPTIONS: Fields = {"options": Items(OPTION, 100), "option_groups": Items(OPTION_GROUP, 100)}
FROM_OPTIONS = ("options", "option_groups")
IDS = Items(Line(least=1), 100)
FILTER = Object(
    {},
    {
        "include": Items(Choice(("im", "mpim", "private", "public")), 4),
        "exclude_external_shared_channels": Flag(),
        "exclude_bot_users": Flag(),
    },
    some=("include", "exclude_external_shared_channels", "exclude_bot_users"),
)
TYPED: Fields = {
    **FOCUS,
    **PLACEHOLDER,
    "action_id": ID,
    "initial_value": Line(3000),
    "dispatch_action_config": Object(
        {"trigger_actions_on": Items(Choice(("on_enter_pressed", "on_character_entered")), 2)}
    ),
}

ELEMENTS: Fields = {
    "button": _element(
        "button",
        {"text": Text(75, PLAIN)},
        {**ACTION, "url": URL, "value": Line(2000), "style": STYLE, "accessibility_label": Line(75)},
    ),
    "checkboxes": _element(
        "checkboxes",
        {"options": Items(RICH_OPTION, 10)},
        {**ACTION, **FOCUS, "initial_options": Items(RICH_OPTION, 10)},
    ),
    "radio_buttons": _element(
        "radio_buttons", {"options": Items(RICH_OPTION, 10)}, {**ACTION, **FOCUS, "initial_option": RICH_OPTION}
    ),
    "overflow": _element("overflow", {"options": Items(LINKED_OPTION, 5)}, ACTION),
    "datepicker": _select("datepicker", {"initial_date": Line(10, least=10)}),
    "timepicker": _select("timepicker", {"initial_time": Line(5, least=5), "timezone": Line(least=1)}),
    "datetimepicker": _element(
        "datetimepicker", {}, {**ACTION, **FOCUS, "initial_date_time": Number(10**9, 10**10 - 1)}
    ),
    "image": _element(
        "image",
        {"alt_text": Line(2000)},
        {"image_url": URL, "slack_file": SLACK_FILE},
        either=("image_url", "slack_file"),
    ),
    "static_select": _element(
        "static_select", {}, {**ACTION, **FOCUS, **PLACEHOLDER, **OPTIONS, "initial_option": OPTION}, FROM_OPTIONS
    ),
    "multi_static_select": _element(
        "multi_static_select",
        {},
        {
            **ACTION,
            **FOCUS,
            **PLACEHOLDER,
            **OPTIONS,
            "initial_options": Items(OPTION, 100),
            "max_selected_items": Number(least=1),
        },
        FROM_OPTIONS,
    ),
    "external_select": _select("external_select", {"min_query_length": Number(least=0), "initial_option": OPTION}),
    "users_select": _select("users_select", {"initial_user": Line(least=1)}),
    "multi_users_select": _multi_select("multi_users_select", {"initial_users": IDS}),
    "channels_select": _select("channels_select", {"initial_channel": Line(least=1), "response_url_enabled": Flag()}),
    "multi_channels_select": _multi_select("multi_channels_select", {"initial_channels": IDS}),
    "conversations_select": _select(
        "conversations_select",
        {
            "initial_conversation": Line(least=1),
            "default_to_current_conversation": Flag(),
            "response_url_enabled": Flag(),
            "filter": FILTER,
        },
    ),
    "multi_conversations_select": _multi_select(
        "multi_conversations_select",
        {"initial_conversations": IDS, "default_to_current_conversation": Flag(), "filter": FILTER},
    ),
    "plain_text_input": _element(
        "plain_text_input",
        {},
        {**TYPED, "multiline": Flag(), "min_length": Number(0, 3000), "max_length": Number(1, 3000)},
    ),
    "email_text_input": _element("email_text_input", {}, TYPED),
    "url_text_input": _element("url_text_input", {}, TYPED),
    "number_input": _element(
        "number_input",
        {"is_decimal_allowed": Flag()},
        {**TYPED, "min_value": Line(), "max_value": Line()},
    ),
}


def _elements(*kinds: str) -> Tagged:
    return Tagged({kind: ELEMENTS[kind] for kind in kinds})


SINGLE_SELECTS = ("static_select", "external_select", "users_select", "channels_select", "conversations_select")
MULTI_SELECTS = ("multi_static_select", "multi_users_select", "multi_channels_select", "multi_conversations_select")
PICKERS = ("datepicker", "timepicker")
CHOICES = ("checkboxes", "radio_buttons")
FIELDS = ("plain_text_input", "email_text_input", "url_text_input", "number_input")

ACCESSORY = _elements("button", "image", "overflow", *CHOICES, *PICKERS, *SINGLE_SELECTS, *MULTI_SELECTS)
IN_ACTIONS = _elements("button", "overflow", "datetimepicker", *CHOICES, *PICKERS, *SINGLE_SELECTS)
IN_INPUT = _elements("datetimepicker", *FIELDS, *CHOICES, *PICKERS, *SINGLE_SELECTS, *MULTI_SELECTS)
IN_CONTEXT = Tagged({"image": ELEMENTS["image"], "plain_text": Text(3000, PLAIN), "mrkdwn": Text(3000, ("mrkdwn",))})

RICH_STYLE: Fields = {
    "style": Object(
        {},
        {name: Flag() for name in ("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight")},
    )
}
RICH_PARTS = Tagged(
    {
        "text": _element("text", {"text": Line(least=1)}, RICH_STYLE),
        "link": _element("link", {"url": URL}, {"text": Line(), "unsafe": Flag(), **RICH_STYLE}),
        "emoji": _element("emoji", {"name": Line(least=1)}, {"unicode": Line(), **RICH_STYLE}),
        "user": _element("user", {"user_id": Line(least=1)}, RICH_STYLE),
        "usergroup": _element("usergroup", {"usergroup_id": Line(least=1)}, RICH_STYLE),
        "channel": _element("channel", {"channel_id": Line(least=1)}, RICH_STYLE),
        "broadcast": _element("broadcast", {"range": Choice(("here", "channel", "everyone"))}, RICH_STYLE),
        "date": _element(
            "date",
            {"timestamp": Number(least=0), "format": Line(least=1)},
            {"url": URL, "fallback": Line(), **RICH_STYLE},
        ),
    }
)
RICH_SECTION = _element("rich_text_section", {"elements": Items(RICH_PARTS, 1000, least=0)}, {})
RICH_TEXT_ELEMENTS = Tagged(
    {
        "rich_text_section": RICH_SECTION,
        "rich_text_list": _element(
            "rich_text_list",
            {"style": Choice(("bullet", "ordered")), "elements": Items(RICH_SECTION, 1000)},
            {"indent": Number(0, 8), "offset": Number(least=0), "border": Number(0, 1)},
        ),
        "rich_text_preformatted": _element(
            "rich_text_preformatted",
            {"elements": Items(RICH_PARTS, 1000)},
            {"border": Number(0, 1), "language": Line()},
        ),
        "rich_text_quote": _element("rich_text_quote", {"elements": Items(RICH_PARTS, 1000)}, {"border": Number(0, 1)}),
    }
)
RICH_TEXT = _element("rich_text", {"elements": Items(RICH_TEXT_ELEMENTS, 1000)}, {"block_id": ID})

RAW_TEXT = _element("raw_text", {"text": Line(least=1)}, {})
RAW_NUMBER = _element("raw_number", {"value": Number(is_whole=False)}, {"text": Line()})
TABLE_CELL = Tagged({"raw_text": RAW_TEXT, "rich_text": RICH_TEXT})
DATA_CELL = Tagged({"raw_text": RAW_TEXT, "raw_number": RAW_NUMBER, "rich_text": RICH_TEXT})
COLUMN = Object({}, {"align": Choice(("left", "center", "right")), "is_wrapped": Flag()})

CHART_LABEL = Line(20, least=1)
SERIES = Items(
    Object(
        {
            "name": CHART_LABEL,
            "data": Items(Object({"label": CHART_LABEL, "value": Number(is_whole=False)}), 20),
        }
    ),
    6,
)
AXES = Object({"categories": Items(CHART_LABEL, 20)}, {"x_label": Line(50), "y_label": Line(50)})
SEGMENT = Object({"label": CHART_LABEL, "value": Number(least=0, is_whole=False)})
CHART = Tagged(
    {
        "pie": _element("pie", {"segments": Items(SEGMENT, 6)}, {}),
        **{kind: _element(kind, {"series": SERIES, "axis_config": AXES}, {}) for kind in ("bar", "area", "line")},
    }
)


@dataclass(frozen=True, slots=True)
class BlockType:
    required: Fields
    optional: Fields
    surfaces: tuple[str, ...] = EVERYWHERE
    either: tuple[str, ...] = ()
    some: tuple[str, ...] = ()

    @property
    def shape(self) -> Object:
        return Object(
            {"type": Line(), **self.required}, {"block_id": ID, **self.optional}, either=self.either, some=self.some
        )


BLOCKS: Mapping[str, BlockType] = {
    "section": BlockType(
        {},
        {"text": Text(3000), "fields": Items(Text(2000), 10), "accessory": ACCESSORY, "expand": Flag()},
        some=("text", "fields"),
    ),
    "header": BlockType({"text": Text(150, PLAIN)}, {}),
    "divider": BlockType({}, {}),
    "context": BlockType({"elements": Items(IN_CONTEXT, 10)}, {}),
    "actions": BlockType({"elements": Items(IN_ACTIONS, 25)}, {}),
    "image": BlockType(
        {"alt_text": Line(2000, least=1)},
        {"image_url": URL, "slack_file": SLACK_FILE, "title": Text(2000, PLAIN)},
        either=("image_url", "slack_file"),
    ),
    "input": BlockType(
        {"label": Text(2000, PLAIN), "element": IN_INPUT},
        {"hint": Text(2000, PLAIN), "optional": Flag(), "dispatch_action": Flag()},
    ),
    "rich_text": BlockType({"elements": Items(RICH_TEXT_ELEMENTS, 1000)}, {}),
    "markdown": BlockType({"text": Line(12_000, least=1)}, {}, (MESSAGE,)),
    "table": BlockType({"rows": Items(Items(TABLE_CELL, 20), 100)}, {"column_settings": Items(COLUMN, 20)}, (MESSAGE,)),
    "data_table": BlockType(
        # 100 rows under the header row; the docs name no limit for the caption
        {"caption": Line(least=1), "rows": Items(Items(DATA_CELL, 20), 101, least=2)},
        {"page_size": Number(1, 100), "row_header_column_index": Number(0, 19)},
        (MESSAGE,),
    ),
    "data_visualization": BlockType({"title": Line(50, least=1), "chart": CHART}, {}, (MESSAGE,)),
    "alert": BlockType(
        {"text": Text(3000)},
        {"level": Choice(("default", "info", "warning", "error", "success"))},
        (MODAL,),
    ),
}
