"""What a file really is, whatever its name says, and whether we take it. Nothing here decodes more than a header.

A file is judged by its first bytes (the signatures of the formats' own standards) and must have the ending of that
format, because browsers and people go by endings.
"""

import struct
from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO

from django.conf import settings
from django.db.models import TextChoices
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from PIL import Image

MEGABYTE = 1024 * 1024


class MediaRefused(ValueError):
    """A file is not taken; the message says why and what to do instead."""


class Kind(TextChoices):
    """What a file is for. Pictures have a table of their own."""

    VIDEO = "video", gettext_lazy("Video")
    AUDIO = "audio", gettext_lazy("Audio")
    CAPTIONS = "captions", gettext_lazy("Captions")
    DOCUMENT = "document", gettext_lazy("Document")


PICTURE = "picture"

#: The rules for pictures (domain rules §5.3), as authors read them where they choose one.
PICTURE_GUIDE = gettext_lazy(
    "Show objects, hands, places and drawings. No chains, bruises or covered mouths; no face of a person who can be "
    "recognised; no child; no uniform, badge or flag; nothing made by AI that shows suffering. Whoever is in the "
    "picture acts, and is not only rescued."
)


@dataclass(frozen=True)
class Format:
    """One format that we take: what it is for, what a browser is told it is, its endings (the first is ours)."""

    kind: str
    content_type: str
    endings: tuple[str, ...]

    @property
    def ending(self) -> str:
        return self.endings[0]


JPEG = Format(PICTURE, "image/jpeg", ("jpg", "jpeg"))
PNG = Format(PICTURE, "image/png", ("png",))
WEBP = Format(PICTURE, "image/webp", ("webp",))
MP4 = Format(Kind.VIDEO, "video/mp4", ("mp4", "m4v"))
WEBM = Format(Kind.VIDEO, "video/webm", ("webm",))
MP3 = Format(Kind.AUDIO, "audio/mpeg", ("mp3",))
M4A = Format(Kind.AUDIO, "audio/mp4", ("m4a",))
OGG = Format(Kind.AUDIO, "audio/ogg", ("ogg", "oga", "opus"))
WAV = Format(Kind.AUDIO, "audio/wav", ("wav",))
VTT = Format(Kind.CAPTIONS, "text/vtt", ("vtt",))
PDF = Format(Kind.DOCUMENT, "application/pdf", ("pdf",))

FORMATS = (JPEG, PNG, WEBP, MP4, WEBM, MP3, M4A, OGG, WAV, VTT, PDF)
PICTURE_ENDINGS = tuple(ending for each in FORMATS if each.kind == PICTURE for ending in each.endings)
MEDIA_ENDINGS = tuple(ending for each in FORMATS if each.kind != PICTURE for ending in each.endings)

#: Captions of a long film are a few hundred kilobytes.
CAPTIONS_BYTES = MEGABYTE


def most_bytes(kind: str) -> int:
    """How large a file of a kind may be."""
    if kind == Kind.CAPTIONS:
        return CAPTIONS_BYTES
    megabytes: dict[str, int] = {
        PICTURE: settings.PICTURE_MEGABYTES,
        Kind.VIDEO: settings.VIDEO_MEGABYTES,
        Kind.AUDIO: settings.AUDIO_MEGABYTES,
        Kind.DOCUMENT: settings.DOCUMENT_MEGABYTES,
    }
    return megabytes[kind] * MEGABYTE


def endings_of(kind: str) -> tuple[str, ...]:
    """The endings that files of a kind may have."""
    return tuple(ending for each in FORMATS if each.kind == kind for ending in each.endings)


def format_of(head: bytes) -> Format | None:
    """What a file is, by its first bytes; None for what we do not take."""
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head[:4] == b"RIFF":
        return {b"WEBP": WEBP, b"WAVE": WAV}.get(head[8:12])
    if head[4:8] == b"ftyp":
        return _iso(head[8:12])
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        # Matroska says so in the same place; browsers play WebM alone.
        return WEBM if b"webm" in head[:64] else None
    if head.startswith(b"ID3") or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2):
        # Without a tag: the sync word of MPEG audio, layer III.
        return MP3
    if head.startswith(b"OggS"):
        return OGG if b"\x01vorbis" in head[:64] or b"OpusHead" in head[:64] else None
    if head.startswith(b"%PDF-"):
        return PDF
    text = head.removeprefix(b"\xef\xbb\xbf")
    if text[:6] == b"WEBVTT" and text[6:7] in (b"", b" ", b"\t", b"\n", b"\r"):
        return VTT
    return None


def _iso(brand: bytes) -> Format | None:
    """MP4 and its relatives, by their brand. QuickTime, HEIC and 3GP are relatives that browsers do not all play."""
    if brand in (b"M4A ", b"M4B "):
        return M4A
    if brand[:3] in (b"iso", b"mp4", b"avc", b"M4V", b"MSN", b"das", b"f4v"):
        return MP4
    return None


def check_file(file: BinaryIO, name: str, size: int, kind: str = "") -> Format:
    """What a file is, if we take it.

    Arguments:
        file: stands anywhere; is left at its start.
        name: as the person knows it; its ending must be that of the format.
        kind: what it must be for; empty takes a film, sound, captions or a document.

    Raises:
        MediaRefused: it is something else than its ending says, of no use in a browser, too large, or has too many
            points.
    """
    file.seek(0)
    head = file.read(4096)
    file.seek(0)
    ending = PurePath(name).suffix.removeprefix(".").lower()
    found = format_of(head)
    if not head:
        raise MediaRefused(_("“%(name)s” is empty.") % {"name": name})
    if ending in ("svg", "svgz") or (found is None and b"<svg" in head.lower()):
        raise MediaRefused(
            _("“%(name)s” is an SVG, which can carry programs. Save it as PNG or WebP.") % {"name": name}
        )
    wanted = (kind,) if kind else tuple(Kind)
    known = [each for each in FORMATS if ending in each.endings]
    if found is None or found.kind not in wanted:
        endings = ", ".join(ending for each in wanted for ending in endings_of(each))
        if found is None and known and known[0].kind in wanted:
            raise MediaRefused(
                _("“%(name)s” ends in .%(ending)s, but what is in it is something else. Export it once more.")
                % {"name": name, "ending": ending}
            )
        raise MediaRefused(
            _("“%(name)s” cannot be used here. Save it in one of these formats: %(endings)s.")
            % {"name": name, "endings": endings}
        )
    if ending not in found.endings:
        raise MediaRefused(
            _("“%(name)s” is a %(format)s file by its content. Give it the ending .%(ending)s, or export it once more.")
            % {"name": name, "format": found.ending.upper(), "ending": found.ending}
        )
    most = most_bytes(found.kind)
    if size > most:
        raise MediaRefused(
            _("“%(name)s” has %(size)s; at most %(most)s are taken. Make it smaller: officers load it on slow links.")
            % {"name": name, "size": filesizeformat(size), "most": filesizeformat(most)}
        )
    if found.kind == PICTURE:
        _check_points(file, name, found)
    elif found is VTT:
        _check_text(file, name)
    file.seek(0)
    return found


def _check_points(file: BinaryIO, name: str, found: Format) -> None:
    try:
        width, height = size_of(file, found)
    except (ValueError, struct.error, IndexError) as error:
        raise MediaRefused(_("“%(name)s” is damaged. Export it once more.") % {"name": name}) from error
    if width * height > settings.PICTURE_MEGAPIXELS * 1_000_000:
        raise MediaRefused(
            _("“%(name)s” has %(width)d × %(height)d points; at most %(most)d million are taken. Make it smaller.")
            % {"name": name, "width": width, "height": height, "most": settings.PICTURE_MEGAPIXELS}
        )
    if not width or not height or not _decodes(file):
        raise MediaRefused(_("“%(name)s” is damaged. Export it once more.") % {"name": name})


def _decodes(file: BinaryIO) -> bool:
    """Whether the whole picture is there. Only asked of a picture whose size is within bounds."""
    file.seek(0)
    try:
        with Image.open(file, formats=["JPEG", "PNG", "WEBP"]) as picture:
            # Where the format can, at a size that is enough to see that nothing is missing.
            picture.draft(None, (640, 640))
            picture.load()
    except Exception:  # a damaged file raises whatever its decoder likes
        return False
    return True


def _check_text(file: BinaryIO, name: str) -> None:
    file.seek(0)
    try:
        file.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MediaRefused(_("“%(name)s” is not in UTF-8. Save it in that encoding.") % {"name": name}) from error


def size_of(file: BinaryIO, found: Format) -> tuple[int, int]:
    """Width and height by the header alone: Pillow would refuse or begin to decode what is very large.

    Raises:
        ValueError: the header is damaged.
    """
    file.seek(0)
    if found is PNG:
        # PNG 3rd edition, 11.2.1: IHDR comes first.
        head = file.read(24)
        if head[12:16] != b"IHDR":
            raise ValueError("no IHDR")
        width, height = struct.unpack(">II", head[16:24])
        return int(width), int(height)
    if found is WEBP:
        return _webp_size(file.read(30))
    return _jpeg_size(file)


def _webp_size(head: bytes) -> tuple[int, int]:
    """RFC 9649, 2.5 to 2.7."""
    chunk = head[12:16]
    if chunk == b"VP8X":
        return int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
    if chunk == b"VP8L" and head[20] == 0x2F:
        bits = int.from_bytes(head[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if chunk == b"VP8 " and head[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack("<HH", head[26:30])
        return width & 0x3FFF, height & 0x3FFF
    raise ValueError("no picture in the container")


def _jpeg_size(file: BinaryIO) -> tuple[int, int]:
    """ITU T.81, B.2.2: the frame header (SOF) holds it; segments before it are skipped."""
    file.seek(2)
    while True:
        marker = file.read(1)
        if marker != b"\xff":
            raise ValueError("no marker")
        while marker == b"\xff":
            marker = file.read(1)
        if not marker:
            raise ValueError("no frame")
        code = marker[0]
        if code == 0x01 or 0xD0 <= code <= 0xD7:
            continue
        if code in (0xD9, 0xDA):
            raise ValueError("no frame before the scan")
        (length,) = struct.unpack(">H", file.read(2))
        if 0xC0 <= code <= 0xCF and code not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">xHH", file.read(5))
            return int(width), int(height)
        file.seek(length - 2, 1)
