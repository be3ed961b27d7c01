"""What authors put into lessons beside words. Rows here belong to the workshop; editions keep files of their own."""

import hashlib
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument
from wagtail.images.models import AbstractImage, AbstractRendition
from wagtail.search import index

from accounts.models import User
from courses.pages.media.checking import Format, Kind, format_of
from learning.models import FrozenFile

KEY_LENGTH = 80


def sha256_of(file: Any) -> str:
    """The SHA-256 of an open file, read in pieces; it is left at its start."""
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    return digest


class Kept(models.Model):
    """What pictures and other media share: a name for bundles, and whom to thank.

    `key` is made from the title once and stays, whatever becomes of the title: course bundles name media by it.
    """

    key = models.SlugField(max_length=KEY_LENGTH, unique=True, editable=False)
    sha256 = models.CharField(max_length=64, editable=False, blank=True, db_index=True)
    credit = models.CharField(
        _("credit"),
        max_length=150,
        blank=True,
        help_text=_("Who made it: the office or the artist. No private person."),
    )
    licence = models.CharField(
        _("licence"), max_length=80, blank=True, help_text=_("Such as “CC BY 4.0”, or “own work of the RSO”.")
    )

    uploaded_by_user = models.ForeignKey(
        User, verbose_name=_("uploaded by"), null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    # A person is no use of a picture (Wagtail's index of what uses what).
    uploaded_by_user.wagtail_reference_index_ignore = True  # type: ignore[attr-defined]

    #: What a key is made of where the title has no Latin letters.
    plain_name = "file"

    title: str
    open_file: Any

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.key:
            self.key = free_key(type(self), self.title, self.plain_name)
        super().save(*args, **kwargs)

    def _set_file_hash(self) -> None:
        super()._set_file_hash()  # type: ignore[misc]
        with self.open_file() as file:
            self.sha256 = sha256_of(file)


def free_key(model: type[Any], title: str, otherwise: str) -> str:
    """A readable key that no row has: of the title, with a number behind it where it is taken."""
    stem = slugify(title)[: KEY_LENGTH - 6].strip("-_") or otherwise
    taken = set(model.objects.filter(key__startswith=stem).values_list("key", flat=True))
    number, key = 1, stem
    while key in taken:
        number += 1
        key = f"{stem}-{number}"
    return key


class Picture(Kept, AbstractImage):  # type: ignore[django-manager-missing]
    """One picture that lessons may show, in every language the same.

    `description` says in words what is to be seen; a lesson says it once more in its own language, for its own purpose.
    Pictures come in through a form or service that refuses what is no picture and takes out what a camera noted.
    Personal data: who uploaded it.
    """

    plain_name = "picture"

    admin_form_fields = ("title", "file", "description", "credit", "licence", "collection")
    search_fields = [*AbstractImage.search_fields, index.FilterField("key")]

    class Meta(AbstractImage.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    def __str__(self) -> str:
        return str(self.title)

    @property
    def default_alt_text(self) -> str:
        """What the editor offers as words for the picture: never its title, which is a name."""
        return str(self.description)


class PictureRendition(AbstractRendition):
    """A picture in another size, for the authors' side. What officers load is frozen apart. Holds no personal data."""

    image = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["image", "filter_spec", "focal_point_key"], name="picture_rendition_once")
        ]


class MediaFile(Kept, AbstractDocument):  # type: ignore[django-manager-missing]
    """One film, sound recording, file of captions or document that lessons may use.

    `kind` follows from the file. Personal data: who uploaded it.
    """

    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, editable=False)

    admin_form_fields = ("title", "file", "credit", "licence", "collection")
    search_fields = [*AbstractDocument.search_fields, index.FilterField("kind")]

    class Meta(AbstractDocument.Meta):
        verbose_name = _("media file")
        verbose_name_plural = _("media files")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["video", "audio", "captions", "document"]), name="media_file_has_a_known_kind"
            )
        ]

    def __str__(self) -> str:
        return str(self.title)

    def clean(self) -> None:
        """Of a file that the form refused, which one it was is said already."""
        if self.file:
            super().clean()

    def _set_document_file_metadata(self) -> None:
        super()._set_document_file_metadata()
        self.kind = self.format.kind

    @property
    def format(self) -> Format:
        """What the file is by its content.

        Raises:
            ValueError: nothing that we take; no door lets such a file in.
        """
        with self.open_file() as file:
            found = format_of(file.read(4096))
            file.seek(0)
        if found is None:
            raise ValueError(f"media file {self.key}: unknown content")
        return found


class FrozenPicture(models.Model):
    """One picture, by its SHA-256, at one width, as it was frozen.

    Kept so that a picture is made smaller once, and comes out the same under every version of the programs that do it:
    else an edition would change by an update of ours. Holds no personal data.
    """

    source = models.CharField(max_length=64)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    file = models.ForeignKey(FrozenFile, on_delete=models.CASCADE, related_name="+")

    class Meta:
        ordering = ["source", "width"]
        constraints = [models.UniqueConstraint(fields=["source", "width"], name="frozen_picture_once_per_width")]

    def __str__(self) -> str:
        return f"{self.source[:12]} {self.width}"
