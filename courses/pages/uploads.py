"""What comes in through the editor's own forms of pictures and files, checked before anything of Wagtail opens it."""

from io import BytesIO
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.documents.fields import WagtailDocumentField
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from courses.pages.media.checking import PICTURE, PICTURE_GUIDE, MediaRefused, check_file
from courses.pages.media.clearing import cleared
from courses.pages.media.stripping import stripped


def plain_picture(file: Any, name: str, size: int) -> tuple[bytes, str]:
    """A picture's bytes without what was noted beside it, and its content type.

    Raises:
        MediaRefused: we do not take it.
    """
    found = check_file(file, name, size, PICTURE)
    try:
        return stripped(file.read(), found), found.content_type
    except ValueError as error:
        raise MediaRefused(_("“%(name)s” is damaged. Export it once more.") % {"name": name}) from error


def plain_media(file: Any, name: str, size: int, kind: str = "") -> File:
    """A film, sound, captions or document without what was noted beside it, at its start.

    Raises:
        MediaRefused: we do not take it.
    """
    return File(cleared(file, name, check_file(file, name, size, kind)), name)


class PictureField(WagtailImageField):
    """A picture, refused by its header before a decoder sees it, and rid of place, time and device."""

    def to_python(self, data: Any) -> Any:
        if data in self.empty_values:
            return None
        try:
            content, content_type = plain_picture(_seekable(data), data.name, data.size)
        except MediaRefused as refused:
            raise ValidationError(str(refused), code="invalid") from refused
        return super().to_python(SimpleUploadedFile(data.name, content, content_type))


class MediaField(WagtailDocumentField):
    """A film, sound, captions or a document, by what is in it, and rid of names, places and times."""

    def to_python(self, data: Any) -> Any:
        if data in self.empty_values:
            return None
        try:
            plain = plain_media(_seekable(data), data.name, data.size)
        except MediaRefused as refused:
            raise ValidationError(str(refused), code="invalid") from refused
        return super().to_python(UploadedFile(plain.file, data.name, data.content_type, plain.size))


def _seekable(data: Any) -> Any:
    return data if hasattr(data, "seek") else BytesIO(data.read())


class _OneFile:
    """A file that lessons use stays what it is: another one is uploaded beside it and chosen there, and so reviewed."""

    instance: Any
    fields: dict[str, Any]

    def _take_field(self, field: type[Any]) -> None:
        if "file" not in self.fields:
            return
        old = self.fields["file"]
        new = field(label=capfirst(str(old.label or "")), required=old.required)
        new.widget.attrs |= old.widget.attrs
        self.fields["file"] = new

    def clean_file(self) -> Any:
        file = self.cleaned_data.get("file")  # type: ignore[attr-defined]
        is_new = "file" in self.changed_data  # type: ignore[attr-defined]
        if is_new and self.instance.pk and self.instance.get_usage().count():
            raise ValidationError(
                _(
                    "Lessons use this file, and they were reviewed with it. Upload the new one under a name of its own "
                    "and choose it in the lesson."
                )
            )
        return file


class PictureForm(_OneFile, BaseImageForm):
    """The form of a picture on the authors' side."""

    class Meta(BaseImageForm.Meta):
        labels = {"description": gettext_lazy("What is to be seen")}
        help_texts = {
            "title": format_lazy("{} {}", gettext_lazy("A short name for authors."), PICTURE_GUIDE),
            "description": gettext_lazy("In words, for somebody who cannot see it. A lesson takes this as a start."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._take_field(PictureField)


class MediaFileForm(_OneFile, BaseDocumentForm):
    """The form of a film, sound, captions or a document on the authors' side."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._take_field(MediaField)
