"""Pictures and other media that come in by other ways than the editor's forms, such as a course bundle."""

import hashlib
from collections.abc import Mapping
from pathlib import PurePath
from typing import TypeVar

from django.core.files.base import ContentFile, File
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Refused, Right, has_right
from accounts.services import audit
from courses.pages.media.checking import Kind, MediaRefused
from courses.pages.models.media import KEY_LENGTH, MediaFile, Picture, free_key, sha256_of
from courses.pages.uploads import plain_media, plain_picture

__all__ = ["Kind", "MediaRefused", "save_media_file", "save_picture", "upload_picture"]


Row = TypeVar("Row", Picture, MediaFile)


@transaction.atomic
def save_picture(
    *,
    by: User | None,
    key: str,
    title: str,
    content: File,
    credit: str = "",
    licence: str = "",
    description: str = "",
) -> Picture:
    """Make the picture of this key, or bring it up to this content and these words; the same again changes nothing.

    What a camera noted in it (place, time, device) is taken out first, so `Picture.sha256` is that of what is left.

    Arguments:
        by: who may write courses; None for a command.
        content: its name has the ending of its format.

    Raises:
        accounts.permissions.Refused: the person may not write courses.
        MediaRefused: the file is not taken; nothing is written.
    """
    _may_write(by)
    name = _name_of(content)
    plain, _content_type = plain_picture(content, name, content.size)
    words = {"title": title, "credit": credit, "licence": licence, "description": description}
    picture = Picture.objects.select_for_update().filter(key=key).first() or Picture(key=_checked(key))
    return _save(by, picture, ContentFile(plain, name=name), name, words)


@transaction.atomic
def upload_picture(*, by: User, content: File, description: str) -> Picture:
    """Make a picture of a file under a name of its own; a file that the site has already gives the picture there is.

    Raises:
        accounts.permissions.Refused: the person may not write courses.
        MediaRefused: the file is not taken; nothing is written.
    """
    _may_write(by)
    name = _name_of(content)
    plain, _content_type = plain_picture(content, name, content.size)
    known = Picture.objects.filter(sha256=hashlib.sha256(plain).hexdigest()).order_by("pk").first()
    if known is not None:
        return known
    title = PurePath(name).stem[:100]
    key = free_key(Picture, title, Picture.plain_name)
    return save_picture(by=by, key=key, title=title or key, content=content, description=description)


@transaction.atomic
def save_media_file(
    *,
    by: User | None,
    key: str,
    title: str,
    content: File,
    kind: str,
    credit: str = "",
    licence: str = "",
) -> MediaFile:
    """Make the film, sound, captions or document of this key, or bring it up to date; the same again changes nothing.

    Names, places and times that are noted in it are taken out first, as with pictures.

    Arguments:
        by: who may write courses; None for a command.
        content: its name has the ending of its format.
        kind: what it must be (`Kind`).

    Raises:
        accounts.permissions.Refused: the person may not write courses.
        MediaRefused: the file is not taken, or is of another kind; nothing is written.
    """
    _may_write(by)
    name = _name_of(content)
    content = plain_media(content, name, content.size, kind)
    words = {"title": title, "credit": credit, "licence": licence}
    row = MediaFile.objects.select_for_update().filter(key=key).first() or MediaFile(key=_checked(key))
    if row.pk and row.kind != kind:
        raise MediaRefused(
            _("“%(key)s” is already the name of something else: %(kind)s. Choose another name.")
            % {"key": key, "kind": row.get_kind_display()}
        )
    return _save(by, row, content, name, words)


def _may_write(by: User | None) -> None:
    if by is not None and not any(has_right(by, right) for right in (Right.WRITE_COURSES, Right.MANAGE_SITE)):
        raise Refused(_("Your role does not include writing courses."))


def _name_of(content: File) -> str:
    return str(content.name or "").rsplit("/", 1)[-1]


def _checked(key: str) -> str:
    if not key or len(key) > KEY_LENGTH or not key.replace("-", "").replace("_", "").isalnum() or not key.isascii():
        raise MediaRefused(
            _("“%(key)s” cannot be the name of a file: use letters from a to z, digits and hyphens.") % {"key": key}
        )
    return key


def _save(by: User | None, row: Row, content: File, name: str, words: Mapping[str, str]) -> Row:
    for field, text in words.items():
        most = getattr(row._meta.get_field(field), "max_length", None)
        if most and len(text) > most:
            raise MediaRefused(
                _("“%(name)s”: the text “%(text)s…” is longer than %(most)d letters.")
                % {"name": name, "text": text[:30], "most": most}
            )
    digest = sha256_of(content)
    is_other = digest != row.sha256
    if row.pk and not is_other and all(getattr(row, field) == text for field, text in words.items()):
        return row
    for field, text in words.items():
        setattr(row, field, text)
    before = (row.file.storage, row.file.name) if row.pk and is_other else None
    if is_other:
        row.file.save(f"{row.key}.{_ending(name)}", content, save=False)
        if isinstance(row, Picture):
            row._set_image_file_metadata()
        else:
            row._set_document_file_metadata()
    if not row.pk and by is not None:
        row.uploaded_by_user = by
    row.save()
    if before is not None:
        if isinstance(row, Picture):
            row.renditions.all().delete()
        transaction.on_commit(lambda: before[0].delete(before[1]))
    target, details = f"courses.{row._meta.model_name}:{row.key}", {"sha256": row.sha256}
    if isinstance(row, Picture):
        audit(by=by, action="picture.saved", target=target, details=details)
    else:
        audit(by=by, action="media.saved", target=target, details=details)
    return row


def _ending(name: str) -> str:
    return name.rpartition(".")[2].lower()
