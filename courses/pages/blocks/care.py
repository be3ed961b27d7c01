"""Blocks that keep a lesson safe: callouts, content notes with a way past, prompts for the officer's own care."""

from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from courses.pages.blocks import samples
from courses.pages.blocks.base import CARE, WORDS
from learning.manifest import CONTENT_LEVELS


class CalloutBlock(blocks.StructBlock):
    kind = blocks.ChoiceBlock(
        choices=[
            ("law", _("Law")),
            ("info", _("Good practice")),
            ("warning", _("Warning")),
            ("harm", _("Do no harm")),
            ("care", _("Self-care (of older lessons)")),
        ],
        default="info",
        label=_("Kind"),
        help_text=_("For care of oneself, use the block “Self-care prompt”."),
    )
    title = blocks.CharBlock(label=_("Heading"))
    text = blocks.TextBlock(label=_("Text"), rows=3)

    class Meta:
        icon = "warning"
        label = _("Callout")
        group = WORDS
        label_format = "{kind}: {title}"
        description = _("Law, good practice, a warning, or how not to do harm, set apart from the text.")
        help_text = _(
            "For what must not be overread. One or two in a lesson: where everything stands out, nothing does. Law "
            "names its article; what differs from country to country belongs into the country box."
        )
        preview_value = staticmethod(samples.callout)


class ContentNoteValue(blocks.StructValue):
    """A content note as it is shown."""

    @property
    def level_note(self) -> str:
        """What the level means, in words."""
        return str(CONTENT_LEVELS.get(self["level"], ""))


class ContentNoteBlock(blocks.StructBlock):
    level = blocks.ChoiceBlock(
        choices=[
            (level, format_lazy("{level}: {words}", level=level, words=words or _("Nothing difficult.")))
            for level, words in CONTENT_LEVELS.items()
        ],
        default="W1",
        label=_("Level"),
    )
    text = blocks.TextBlock(
        label=_("Text"), rows=3, help_text=_("The topic in plain words and how long it takes. No details.")
    )

    class Meta:
        icon = "view"
        label = _("Content note")
        group = CARE
        value_class = ContentNoteValue
        label_format = "{level}"
        description = _("Says what difficult passage comes, and lets officers go past it without losing marks.")
        help_text = _(
            "Put it directly before a difficult passage. It gives the officer a link past the passage: to the next "
            "heading of a Text block, the next content note, or the end of the lesson. So begin what comes after with "
            "a heading. That skipping costs no marks and where to find help is added. The lesson gets a button to skip "
            "it as well."
        )
        preview_value = staticmethod(samples.content_note)


class CarePromptValue(blocks.StructValue):
    """A self-care prompt as it is shown."""

    @property
    def heading(self) -> str:
        return {
            "before": gettext("Before you begin"),
            "middle": gettext("A short pause"),
            "after": gettext("Before you go"),
            "managers": gettext("If you lead a team"),
        }.get(self["kind"], "")

    @property
    def standard(self) -> str:
        """The prompt of its kind, in the words of the page's language, where the author wrote no other."""
        if self["text"]:
            return ""
        return {
            "before": gettext("Notice how you are today. You can stop at any point."),
            "middle": gettext("Look away from the screen, feel your feet on the floor, breathe out slowly."),
            "after": gettext("What will you do to leave work behind tonight? Who is your person to talk to?"),
            "managers": gettext("When did your team last have a debrief that was not about blame?"),
        }.get(self["kind"], "")


class CarePromptBlock(blocks.StructBlock):
    kind = blocks.ChoiceBlock(
        choices=[
            ("before", _("Before")),
            ("middle", _("In the middle")),
            ("after", _("After")),
            ("managers", _("For managers")),
        ],
        default="middle",
        label=_("When"),
    )
    text = blocks.TextBlock(
        required=False,
        default="",
        label=_("Other words"),
        rows=2,
        help_text=_("Leave this empty: then the standard prompt of its kind is shown, in every language."),
    )

    class Meta:
        icon = "time"
        label = _("Self-care prompt")
        group = CARE
        value_class = CarePromptValue
        label_format = "{kind}"
        description = _("One sentence for the officer’s own care. Skippable, never recorded.")
        help_text = _(
            "At most one in a module, before, within or after what is hard. It asks for nothing to be written. No "
            "telephone numbers: each member’s coordinator keeps those."
        )
        preview_value = staticmethod(samples.care_prompt)
