"""What a lesson is made of.

Each block splits into what is *neutral* (the same in every language: its id, its type, a citation, a question) and its
*texts*. Course bundles keep the two in different files, so a translation can never change what counts.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from courses.pages.choices import practice_items
from learning.manifest import CONTENT_LEVELS

RICH_TEXT_FEATURES = ["bold", "italic", "ol", "ul", "h3", "link"]


class NeutralCharBlock(blocks.CharBlock):
    """A short text that is the same in every language, such as a citation: nothing for a translator."""

    def get_translatable_segments(self, value: str) -> list[Any]:
        """None (the interface of wagtail-localize for blocks)."""
        return []

    def restore_translated_segments(self, value: str, segments: list[Any]) -> str:
        """As it is."""
        return value


class KeyPointBlock(blocks.StructBlock):
    text = blocks.TextBlock(label=_("Key point"))
    source = NeutralCharBlock(required=False, label=_("Source"), help_text=_("Such as “L1 3(a)”."))

    class Meta:
        icon = "pick"
        label = _("Key point")


class CalloutBlock(blocks.StructBlock):
    kind = blocks.ChoiceBlock(
        choices=[
            ("law", _("Law")),
            ("info", _("Good practice")),
            ("warning", _("Warning")),
            ("harm", _("Do no harm")),
            ("care", _("Self-care")),
        ],
        default="info",
    )
    title = blocks.CharBlock()
    text = blocks.TextBlock()

    class Meta:
        icon = "warning"
        label = _("Callout")


class ContentNoteBlock(blocks.StructBlock):
    level = blocks.ChoiceBlock(choices=[(level, level) for level in CONTENT_LEVELS], default="W1")
    text = blocks.TextBlock(help_text=_("The topic in plain words, how long it is, and that it can be skipped."))

    class Meta:
        icon = "view"
        label = _("Content note")


class ScenarioBlock(blocks.StructBlock):
    text = blocks.TextBlock(help_text=_("An invented case. No real person, place or operation."))

    class Meta:
        icon = "group"
        label = _("Scenario")


class CheckBlock(blocks.StructBlock):
    item = blocks.ChoiceBlock(choices=practice_items, label=_("Practice question"))

    class Meta:
        icon = "help"
        label = _("Knowledge check")


class LessonBody(blocks.StreamBlock):
    paragraph = blocks.RichTextBlock(features=RICH_TEXT_FEATURES, icon="pilcrow", label=_("Text"))
    key_point = KeyPointBlock()
    callout = CalloutBlock()
    content_note = ContentNoteBlock()
    scenario = ScenarioBlock()
    check = CheckBlock()


#: Block type → (neutral fields, text fields). A block that is not a struct has the one text field "".
PARTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "paragraph": ((), ("",)),
    "key_point": (("source",), ("text",)),
    "callout": (("kind",), ("title", "text")),
    "content_note": (("level",), ("text",)),
    "scenario": ((), ("text",)),
    "check": (("item",), ()),
}


def split(block: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """A raw stream block as (neutral part with id and type, texts)."""
    neutral_fields, text_fields = PARTS[block["type"]]
    value = block["value"]
    fields = {"": value} if text_fields == ("",) else value
    neutral = {"id": block["id"], "type": block["type"]} | {name: fields.get(name, "") for name in neutral_fields}
    return neutral, {name: fields.get(name, "") for name in text_fields}


def join(neutral: dict[str, Any], texts: dict[str, Any]) -> dict[str, Any]:
    """The inverse of `split`."""
    neutral_fields, text_fields = PARTS[neutral["type"]]
    value: Any
    if text_fields == ("",):
        value = texts[""]
    else:
        value = {name: neutral[name] for name in neutral_fields} | {name: texts[name] for name in text_fields}
    return {"id": neutral["id"], "type": neutral["type"], "value": value}
