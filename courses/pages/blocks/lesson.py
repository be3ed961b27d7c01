"""What a lesson is made of.

`courses.pages.blocks.shape` tells what of a block is words and what is the same in every language; a text for which the
latter is true is declared with `Neutral`.
"""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from courses.pages.blocks.media import AudioBlock, DocumentBlock, PictureBlock, VideoBlock
from courses.pages.blocks.neutral import NeutralCharBlock
from courses.pages.choices import practice_items
from learning.manifest import CONTENT_LEVELS

RICH_TEXT_FEATURES = ["bold", "italic", "ol", "ul", "h3", "link"]


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
    picture = PictureBlock()
    video = VideoBlock()
    audio = AudioBlock()
    document = DocumentBlock()
