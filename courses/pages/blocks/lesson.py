"""What a lesson is made of.

`courses.pages.blocks.shape` tells what of a block is words and what is the same in every language; a text for which the
latter is true is declared with `Neutral`.
"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError

from courses.pages.blocks import samples
from courses.pages.blocks.base import PRACTICE, WORDS, RichTextBlock
from courses.pages.blocks.branching import BranchingBlock
from courses.pages.blocks.care import CalloutBlock, CarePromptBlock, ContentNoteBlock
from courses.pages.blocks.country import CountryBlock
from courses.pages.blocks.media import AudioBlock, DocumentBlock, PictureBlock, VideoBlock
from courses.pages.blocks.neutral import NeutralCharBlock
from courses.pages.blocks.text import (
    AccordionBlock,
    ChecklistBlock,
    ComparisonBlock,
    QuotationBlock,
    StepsBlock,
    TableBlock,
    TermBlock,
    TimelineBlock,
)
from courses.pages.choices import packages, practice_items
from courses.pages.richtext import FEATURES


class KeyPointBlock(blocks.StructBlock):
    text = blocks.TextBlock(label=_("Key point"), rows=2)
    source = NeutralCharBlock(required=False, label=_("Source"), help_text=_("Such as “L1 3(a)”."))

    class Meta:
        icon = "pick"
        label = _("Key point")
        group = WORDS
        label_format = "{text}"
        description = _("One statement that an officer must remember, with its source.")
        help_text = _("One thought, one or two sentences. Several in a row are numbered.")
        preview_value = staticmethod(samples.key_point)


class ScenarioBlock(blocks.StructBlock):
    text = blocks.TextBlock(label=_("Case"), help_text=_("An invented case. No real person, place or operation."))

    class Meta:
        icon = "group"
        label = _("Scenario")
        group = PRACTICE
        description = _("An invented case, to which questions of the tests can refer.")
        help_text = _(
            "At most one in a lesson: questions know the case by its lesson. Invented countries, no nationality or "
            "faith as a sign of victim or offender; vary sex, age and ability; show local officers who do it well."
        )
        preview_value = staticmethod(samples.scenario)


class CheckBlock(blocks.StructBlock):
    item = blocks.ChoiceBlock(
        choices=practice_items,
        label=_("Practice question"),
        widget=forms.Select(
            attrs={
                "data-practice": "",
                "data-search": _("Search these questions"),
                "data-none": _(
                    "This course offers no practice question yet: write one under “Questions” and release it."
                ),
                "data-nothing": _("No question has all these words."),
            }
        ),
    )

    class Meta:
        icon = "help"
        label = _("Knowledge check")
        group = PRACTICE
        description = _("An open practice question with feedback and source. It never decides anything.")
        help_text = _(
            "Questions of this course with the pool “practice”. Write them under “Questions”, or bring them in with a "
            "file; a lesson with an empty check can be kept as a draft only."
        )
        preview_value = staticmethod(samples.check)


class PackageBlock(blocks.StructBlock):
    package = blocks.ChoiceBlock(choices=packages, required=False, label=_("Package"))

    class Meta:
        icon = "code"
        label = _("Interactive package")
        group = PRACTICE
        description = _("A package that somebody made with another tool. There are none on this site yet.")
        help_text = _(
            "This site has no packages to choose from yet. You can keep the place in a draft; before you publish, take "
            "the block out again or use a knowledge check."
        )
        preview_value = staticmethod(samples.package)

    def clean(self, value: Any) -> Any:
        """Keeps a lesson with an empty package a draft.

        Raises:
            StructBlockValidationError: it is to be published.
        """
        value = super().clean(value)
        if not self.is_deferred_validation and not value["package"]:
            nothing = ValidationError(gettext("Nothing is chosen here. Take this block out before you publish."))
            raise StructBlockValidationError(block_errors={"package": nothing})
        return value


class LessonBody(blocks.StreamBlock):
    paragraph = RichTextBlock(
        features=FEATURES,
        icon="pilcrow",
        label=_("Text"),
        group=WORDS,
        description=_("Headings, paragraphs, lists and links."),
        help_text=_(
            "Short paragraphs in plain words. Prefer “disclosed” to “claimed”, “was coerced” to “agreed”, “irregular” "
            "to “illegal”, “identified and assisted” to “rescued”."
        ),
        preview_value=samples.paragraph,
    )
    key_point = KeyPointBlock()
    callout = CalloutBlock()
    quotation = QuotationBlock()
    term = TermBlock()
    accordion = AccordionBlock()
    steps = StepsBlock()
    checklist = ChecklistBlock()
    table = TableBlock()
    timeline = TimelineBlock()
    comparison = ComparisonBlock()
    content_note = ContentNoteBlock()
    care_prompt = CarePromptBlock()
    scenario = ScenarioBlock()
    branching = BranchingBlock()
    check = CheckBlock()
    picture = PictureBlock()
    video = VideoBlock()
    audio = AudioBlock()
    document = DocumentBlock()
    package = PackageBlock()
    country = CountryBlock()
