"""What officers are shown of pictures and other media: files frozen for ever, and what a page says of them.

Freezing happens here, in a preview as well: the draft is shown by the same words and addresses as the edition, to
whoever tries the course, and a file costs its bytes once. What no edition came to show is cleared away
(`learning.services.clear_unused_files`).
"""

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps

from courses.pages.media.checking import WEBP
from courses.pages.models.media import FrozenPicture, MediaFile, Picture
from learning.models import FrozenFile
from learning.services import freeze_file
from lms.language_names import language_info

#: A phone, a phone with a fine screen, and a desk; a picture is never made larger than it is.
WIDTHS = (320, 640, 1280)
#: What is loaded by a browser that knows no choice of widths.
PLAIN_WIDTH = 640
#: More colours than this and a picture is a photo, which is smaller with loss.
FEW_COLOURS = 512


class MissingMedia(ValueError):
    """A block has no file, or lacks words that it must have; the message says what to do."""


@dataclass(frozen=True)
class ShownPicture:
    """A picture as a template needs it, in all its widths, the smallest first."""

    widths: tuple[FrozenPicture, ...]
    credit: str
    licence: str

    @property
    def plain(self) -> FrozenPicture:
        """The one for browsers that know no choice."""
        return next((each for each in reversed(self.widths) if each.width <= PLAIN_WIDTH), self.widths[0])

    @property
    def largest(self) -> FrozenPicture:
        return self.widths[-1]

    @property
    def srcset(self) -> str:
        return ", ".join(f"{each.file.address} {each.width}w" for each in self.widths)

    @property
    def size(self) -> str:
        """What it costs to load, in the words of the language of the page."""
        return filesizeformat(self.plain.file.size)


@dataclass(frozen=True)
class ShownFile:
    """A film, sound, captions or a document as a template needs it."""

    file: FrozenFile
    credit: str
    licence: str

    @property
    def size(self) -> str:
        """What it costs to load, in the words of the language of the page."""
        return filesizeformat(self.file.size)


@transaction.atomic
def frozen_picture(picture: Picture) -> ShownPicture:
    """A picture in its widths, made once for its content and kept, without anything that a camera noted."""
    found = tuple(FrozenPicture.objects.filter(source=picture.sha256).select_related("file"))
    # A photo that lies on its side is as wide as it is high in its file.
    whole = (widths_of(picture.width), widths_of(picture.height))
    if [each.width for each in found] not in whole:
        with picture.open_file() as file, Image.open(file, formats=["JPEG", "PNG", "WEBP"]) as image:
            made = [(small, _freeze(small, picture.key)) for small in _smaller(image)]
        FrozenPicture.objects.bulk_create(
            [
                FrozenPicture(source=picture.sha256, width=small.width, height=small.height, file=frozen)
                for small, frozen in made
            ],
            ignore_conflicts=True,
        )
        found = tuple(FrozenPicture.objects.filter(source=picture.sha256).select_related("file"))
    return ShownPicture(found, picture.credit, picture.licence)


def picture_for_question(picture: Picture) -> dict[str, Any]:
    """A picture as the structure of a question has it (`assessments.types.base`): one width, the same for everybody."""
    shown = frozen_picture(picture).plain
    return {"address": shown.file.address, "width": shown.width, "height": shown.height}


def widths_of(width: int) -> list[int]:
    """The widths in which a picture is frozen, the smallest first."""
    largest = min(width, WIDTHS[-1])
    return [*(each for each in WIDTHS if each < largest), largest]


def _smaller(image: Image.Image) -> Iterator[Image.Image]:
    plain = _plain(image)
    for width in widths_of(plain.width):
        height = max(1, round(plain.height * width / plain.width))
        small = plain.resize((width, height), Image.Resampling.LANCZOS) if width < plain.width else plain
        # Pillow would write what it read beside a picture into every copy of it.
        small.info = {}
        yield small


def _plain(image: Image.Image) -> Image.Image:
    """Upright, in the colours of screens."""
    profile = image.info.get("icc_profile")
    upright = ImageOps.exif_transpose(image)
    mode = "RGBA" if upright.has_transparency_data else "RGB"
    if profile and upright.mode in ("RGB", "RGBA", "CMYK"):
        try:
            own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            out = upright.mode if upright.mode != "CMYK" else "RGB"
            changed = ImageCms.profileToProfile(upright, own, ImageCms.createProfile("sRGB"), outputMode=out)
            upright = changed if changed is not None else upright
        except ImageCms.PyCMSError:
            pass  # a damaged profile: its colours are taken as those of a screen
    return upright.convert(mode)


def _freeze(image: Image.Image, key: str) -> FrozenFile:
    out = io.BytesIO()
    # Drawings and screenshots keep their edges, and are smaller so.
    image.save(out, "WEBP", quality=80, method=4, lossless=image.getcolors(FEW_COLOURS) is not None, exact=False)
    return freeze_file(
        content=out, content_type=WEBP.content_type, ending=WEBP.ending, name=f"{key}-{image.width}.{WEBP.ending}"
    )


def frozen_media(media: MediaFile) -> ShownFile:
    """A film, sound, captions or a document, frozen as it is."""
    found = FrozenFile.objects.filter(digest=media.sha256).first()
    if found is None or not found.path.exists():
        form = media.format
        with media.open_file() as file:
            found = freeze_file(
                content=file,
                content_type=form.content_type,
                ending=form.ending,
                name=f"{media.key}.{form.ending}",
                source=Path(media.file.path) if media.is_stored_locally() else None,
            )
    return ShownFile(found, media.credit, media.licence)


# --- what a template of each block gets


def _picture(value: Mapping[str, Any], language: str) -> dict[str, Any]:
    if value["picture"] is None:
        raise MissingMedia(_("no picture is chosen, or it was deleted. Choose one, or take the block out."))
    if not value["is_decorative"] and not value["alt"].strip():
        raise MissingMedia(_("a picture does not say what is to be seen. Say it, or mark the picture as decorative."))
    return {
        "picture": frozen_picture(value["picture"]),
        "alt": "" if value["is_decorative"] else value["alt"],
        "caption": value["caption"],
    }


def _played(value: Mapping[str, Any]) -> dict[str, Any]:
    if value["file"] is None:
        raise MissingMedia(
            _("“%(title)s”: no file is chosen, or it was deleted. Choose one, or take the block out.") % value
        )
    if not value["transcript"].strip():
        raise MissingMedia(
            _("“%(title)s” has no transcript. Write what is said and to be seen, for those who cannot load it.") % value
        )
    return {
        "title": value["title"],
        "file": frozen_media(value["file"]),
        "length": value["length"],
        "transcript": value["transcript"],
    }


def _video(value: Mapping[str, Any], language: str) -> dict[str, Any]:
    tracks = []
    for each in value["captions"]:
        if each["file"] is None:
            raise MissingMedia(
                _("“%(title)s”: a file of captions is not chosen, or it was deleted. Choose one.") % value
            )
        tracks.append(
            {
                "address": frozen_media(each["file"]).file.address,
                "language": each["language"],
                "name": language_info(each["language"])["name_local"],
                "is_own": each["language"] == language,
            }
        )
    poster = frozen_picture(value["poster"]) if value["poster"] else None
    return _played(value) | {"tracks": tracks, "poster": poster}


def _audio(value: Mapping[str, Any], language: str) -> dict[str, Any]:
    return _played(value)


def _document(value: Mapping[str, Any], language: str) -> dict[str, Any]:
    if value["file"] is None:
        raise MissingMedia(
            _("“%(title)s”: no file is chosen, or it was deleted. Choose one, or take the block out.") % value
        )
    return {"title": value["title"], "about": value["about"], "file": frozen_media(value["file"])}


#: Type of a block → what its template gets: (value, language of the page). They raise `MissingMedia`.
VIEWS: dict[str, Callable[[Mapping[str, Any], str], dict[str, Any]]] = {
    "picture": _picture,
    "video": _video,
    "audio": _audio,
    "document": _document,
}
