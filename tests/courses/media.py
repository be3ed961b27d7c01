"""Real files for tests of media: pictures by Pillow, and the shortest heads of films and sound."""

import io
import struct
import zlib
from typing import Any

from django.core.files.base import ContentFile
from PIL import Image
from pypdf import PdfWriter

from courses.pages.services.media import save_media_file, save_picture


def picture_bytes(form: str = "PNG", size: tuple[int, int] = (800, 600), **more: Any) -> bytes:
    out = io.BytesIO()
    picture = Image.new("RGB", size, "teal")
    picture.paste("orange", (0, 0, size[0] // 2, size[1] // 2))
    picture.save(out, form, **more)
    return out.getvalue()


def huge_png(width: int = 20_000, height: int = 10_000) -> bytes:
    """A small file that says it is 200 megapixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 10)) + chunk(b"IEND", b"")


def placed_jpeg() -> bytes:
    """A photo that says where, with what and when it was taken, that it is turned, and has a film behind its end."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "CameraMaker"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (3.0, 8.0, 21.0)
    return picture_bytes("JPEG", exif=exif, comment=b"taken by Siti") + b"HIDDEN FILM"


MP4 = (
    b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"
    + b"\x00\x00\x00\x08free"
    + b"\x00\x00\x04\x08mdat"
    + bytes(range(256)) * 4
)
MOV = b"\x00\x00\x00\x14ftypqt  \x00\x00\x02\x00qt  "
WEBM = (
    b"\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webm"
    + b"\xec\xbe"
    + b"\x00" * 62
)
MP3 = b"ID3\x04\x00\x00\x00\x00\x00\x00\xff\xfb\x90\x64" + b"\x00" * 400
OGG = (
    b"OggS\x00\x02"
    + b"\x00" * 20
    + b"\x01\x13OpusHead"
    + b"\x00" * 11
    + b"OggS\x00\x00"
    + b"\x00" * 16
    + b"\x8d\x5e\x1c\xb0"
    + b"\x01\x10OpusTags"
    + b"\x00" * 8
)
WAV = b"RIFF\x24\x00\x00\x00WAVEfmt " + b"\x00" * 32
VTT = b"WEBVTT\n\n00:00.000 --> 00:02.000\nSiapa yang menunggu?\n"


def pdf_bytes(**notes: str) -> bytes:
    """A PDF of one empty page; what is noted in it has the names of PDF (`Author`)."""
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.metadata = {f"/{name}": text for name, text in notes.items()} or None
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


PDF = pdf_bytes()


def file(name: str, content: bytes) -> ContentFile:
    return ContentFile(content, name=name)


def make_picture(key: str = "harbour", content: bytes | None = None, **more: Any):
    given = {"title": "Harbour at dawn", "description": "A harbour", "credit": "RSO"} | more
    return save_picture(by=None, key=key, content=file("harbour.png", content or picture_bytes()), **given)


def make_media(key: str, name: str, content: bytes, kind: str, **more: Any):
    return save_media_file(by=None, key=key, title=key.title(), content=file(name, content), kind=kind, **more)
