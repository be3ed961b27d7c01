"""Pictures, films, sound and documents in a lesson. Which file it is belongs to all languages; its words are words."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.documents.widgets import AdminDocumentChooser
from wagtail.images.blocks import ImageChooserBlock

from courses.pages.blocks import samples
from courses.pages.blocks.base import MEDIA
from courses.pages.blocks.neutral import Neutral, NeutralCharBlock
from courses.pages.media.checking import PICTURE_GUIDE, Kind, endings_of


class PictureChooser(Neutral, ImageChooserBlock):
    """A picture, the same in every language."""


class OneKind(AdminDocumentChooser):
    """The editor's window of files, with those of one kind."""

    kind = ""

    def get_chooser_modal_url(self) -> str:
        return f"{super().get_chooser_modal_url()}?{urlencode({'kind': self.kind})}"


class MediaChooser(Neutral, DocumentChooserBlock):
    """A file of one kind, the same in every language."""

    def __init__(self, kind: str, **kwargs: Any) -> None:
        self.kind = Kind(kind)
        endings = ", ".join(endings_of(kind))
        super().__init__(**{"help_text": _("Files: %(endings)s.") % {"endings": endings}, **kwargs})

    @cached_property
    def widget(self) -> OneKind:
        widget = OneKind(choose_one_text=_("Choose a file"), choose_another_text=_("Choose another file"))
        widget.kind = self.kind
        return widget

    def clean(self, value: Any) -> Any:
        value = super().clean(value)
        if value is not None and value.kind != self.kind:
            raise ValidationError(
                gettext("This is no file of the kind “%(kind)s”. Choose one of these: %(endings)s.")
                % {"kind": self.kind.label, "endings": ", ".join(endings_of(self.kind))}
            )
        return value


def _length() -> NeutralCharBlock:
    return NeutralCharBlock(
        label=_("Length"),
        max_length=8,
        validators=[RegexValidator(r"^(\d{1,2}:)?\d{1,2}:\d{2}$", _("Minutes and seconds, such as 3:20."))],
        help_text=_("Minutes and seconds, such as 3:20. At most six minutes: rather two short ones than one long."),
    )


def _transcript() -> blocks.TextBlock:
    return blocks.TextBlock(
        label=_("Transcript"),
        help_text=_(
            "What is said and what is to be seen, in full. Officers on a slow link read this instead, and so do those "
            "who cannot hear or see it."
        ),
    )


class PictureBlock(blocks.StructBlock):
    picture = PictureChooser(label=_("Picture"))
    alt = blocks.TextBlock(
        required=False,
        max_length=300,
        rows=2,
        label=_("What is to be seen"),
        help_text=_("For officers who cannot see it: what matters of the picture here, in one or two sentences."),
    )
    is_decorative = blocks.BooleanBlock(
        required=False, label=_("Decorative"), help_text=_("It tells nothing that the text does not say.")
    )
    caption = blocks.TextBlock(
        required=False, max_length=300, rows=2, label=_("Caption"), help_text=_("Shown below it, for everybody.")
    )

    class Meta:
        icon = "image"
        label = _("Picture")
        group = MEDIA
        label_format = "{alt}"
        description = _("A picture, with words for officers who cannot see it.")
        help_text = PICTURE_GUIDE
        preview_value = staticmethod(samples.picture)

    def clean(self, value: Any) -> Any:
        """A picture says what is to be seen, or that it does not matter; never both.

        Raises:
            StructBlockValidationError: it says neither or both.
        """
        value = super().clean(value)
        words = value["alt"].strip()
        if self.is_deferred_validation:
            return value
        if not words and not value["is_decorative"]:
            raise _on("alt", gettext("Say what is to be seen, or mark the picture as decorative."))
        if words and value["is_decorative"]:
            raise _on("alt", gettext("A decorative picture has no words of its own: take them out, or the mark."))
        return value


def _on(field: str, words: str) -> StructBlockValidationError:
    return StructBlockValidationError(block_errors={field: ValidationError(words)})


class CaptionsBlock(blocks.StructBlock):
    language = blocks.ChoiceBlock(choices=settings.LANGUAGES, label=_("Language"))
    file = MediaChooser(Kind.CAPTIONS, label=_("Captions"))

    class Meta:
        icon = "openquote"
        label = _("Captions in one language")


class VideoBlock(blocks.StructBlock):
    title = blocks.CharBlock(max_length=120, label=_("Title"))
    file = MediaChooser(Kind.VIDEO, label=_("Video"))
    length = _length()
    poster = PictureChooser(
        required=False,
        label=_("Still picture"),
        help_text=_("Shown before it is loaded. The picture guide holds for it."),
    )
    captions = blocks.ListBlock(
        CaptionsBlock(),
        default=[],
        label=_("Captions"),
        help_text=_("One file for each language. The language of the reader is switched on by itself."),
    )
    transcript = _transcript()

    class Meta:
        icon = "media"
        label = _("Video")
        group = MEDIA
        label_format = "{title}"
        description = _("A short film of our own, with captions and a transcript.")
        preview_value = staticmethod(samples.video)
        help_text = _(
            "A short film that nobody has to load: what it says stands in the transcript as well. Faces of people who "
            "can be recognised are not shown, nor how a crime is done."
        )

    def clean(self, value: Any) -> Any:
        """Captions once for each language.

        Raises:
            StructBlockValidationError: one language has two files.
        """
        value = super().clean(value)
        languages = [each["language"] for each in value["captions"]]
        if len(set(languages)) < len(languages):
            raise _on("captions", gettext("One language has two files of captions. Keep one."))
        return value


class AudioBlock(blocks.StructBlock):
    title = blocks.CharBlock(max_length=120, label=_("Title"))
    file = MediaChooser(Kind.AUDIO, label=_("Audio"))
    length = _length()
    transcript = _transcript()

    class Meta:
        icon = "media"
        label = _("Audio")
        group = MEDIA
        label_format = "{title}"
        description = _("A recording of our own, with a transcript.")
        preview_value = staticmethod(samples.audio)
        help_text = _("A voice for a case or an interview. Voices of survivors are spoken by somebody else.")


class DocumentBlock(blocks.StructBlock):
    title = blocks.CharBlock(max_length=120, label=_("Title"))
    file = MediaChooser(Kind.DOCUMENT, label=_("Document"))
    about = blocks.TextBlock(
        rows=2,
        max_length=300,
        label=_("What it is"),
        help_text=_("In one sentence, also for whom it is: an officer decides by it whether to load the file."),
    )

    class Meta:
        icon = "doc-full"
        label = _("Document")
        group = MEDIA
        label_format = "{title}"
        description = _("A PDF that an officer can keep.")
        preview_value = staticmethod(samples.document)
        help_text = _("A form or a guide to keep. What an officer must know stands in the lesson itself.")
