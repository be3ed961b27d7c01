"""Films, sounds and documents that say more than is to be seen and heard: who, where, when and with what."""

import io
import struct

from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import FreeText
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject, NumberObject, TextStringObject

from courses.pages.media.sounds import _sum
from tests.courses.media import pdf_bytes, placed_jpeg

#: What must be left of none of them.
SECRETS = (b"SITI", b"+03.14", b"GoCam", b"1.5N", b"secret.doc")


def box(kind: bytes, *inside: bytes) -> bytes:
    content = b"".join(inside)
    return struct.pack(">I4s", len(content) + 8, kind) + content


def full(kind: bytes, *inside: bytes) -> bytes:
    """A box with version 0 and no flags."""
    return box(kind, bytes(4), *inside)


def number(*numbers: int) -> bytes:
    return struct.pack(f">{len(numbers)}I", *numbers)


def track(handler: bytes, places: list[int], sizes: list[int]) -> bytes:
    """A track whose chunks hold one sample each."""
    tables = box(
        b"stbl",
        full(b"stsd", number(0)),
        full(b"stsc", number(1, 1, 1, 1)),
        full(b"stsz", number(0, len(sizes), *sizes)),
        full(b"stco", number(len(places), *places)),
    )
    return box(
        b"trak",
        full(b"tkhd", number(11, 12, 1, 0, 500)),
        box(
            b"mdia",
            full(b"mdhd", number(13, 14, 1000, 500)),
            full(b"hdlr", bytes(4), handler, bytes(12), b"GoCam handler\0"),
            box(b"minf", tables),
        ),
        box(b"udta", b"SITI"),
    )


def mp4(*, fragments: bool = False) -> bytes:
    """Picture, and a track of places beside it, which is woven into the same data."""

    def whole(start: int) -> list[bytes]:
        return [
            box(b"ftyp", b"mp42", bytes(4), b"mp42isom"),
            box(
                b"moov",
                full(b"mvhd", number(9, 10, 1000, 500)),
                *([box(b"mvex")] if fragments else []),
                track(b"vide", [start, start + 12], [8, 4]),
                track(b"meta", [start + 8], [4]),
                box(b"udta", b"\xa9xyz+03.14+101.69/"),
                full(b"meta", b"SITI"),
            ),
            box(b"mdat", b"PICTURES1.5NMORE"),
            box(b"uuid", bytes(16), b"<xmp>SITI</xmp>"),
        ]

    before = sum(len(each) for each in whole(0)[:2])
    return b"".join(whole(before + 8))


def element(name: str, content: bytes, *, unknown: bool = False) -> bytes:
    size = b"\x01\xff\xff\xff\xff\xff\xff\xff" if unknown else (len(content) | 1 << 28).to_bytes(4, "big")
    return bytes.fromhex(name) + size + content


def webm(*, unknown: bool = False, track_type: int = 1) -> bytes:
    """With tags behind the clusters; `unknown` leaves segment and clusters without a length, as browsers record."""
    entry = (
        element("d7", b"\1") + element("83", bytes([track_type])) + element("536e", b"GoCam") + element("86", b"V_VP8")
    )
    info = element("bf", b"1234") + element("2ad7b1", b"\x0f\x42\x40") + element("7ba9", b"SITI at +03.14")
    info += element("4461", b"12345678") + element("4d80", b"GoCam") + element("5741", b"GoCam")
    cluster = element("e7", b"\0") + element("a3", b"\x81\0\0\x80PICTURE")
    segment = element("1549a966", info) + element("1654ae6b", element("ae", entry))
    segment += element("1f43b675", cluster, unknown=unknown) * 2 + element("1254c367", element("7373", b"SITI"))
    segment += element("1941a469", b"secret.doc")
    return element("1a45dfa3", element("4282", b"webm")) + element("18538067", segment, unknown=unknown)


MP3_SOUND = b"\xff\xfb\x90\x64" + b"\x11" * 400


def mp3() -> bytes:
    tag = b"ID3\x04\x00\x00" + bytes([0, 0, 0, 20]) + b"TPE1\0\0\0\5\0\0\0SITI" + bytes(5)
    ape_items = struct.pack("<II", 4, 0) + b"Artist\0SITI"
    ape = struct.pack("<IIII", 2000, len(ape_items) + 32, 1, 1 << 31) + bytes(8)
    behind = b"APETAGEX" + ape + ape_items + b"APETAGEX" + ape
    return tag + MP3_SOUND + behind + (b"TAG" + b"SITI").ljust(128, b"\0")


def wav() -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack("<4sI", kind, len(content)) + content + bytes(len(content) % 2)

    content = b"WAVE" + chunk(b"fmt ", bytes(16)) + chunk(b"bext", b"SITI, GoCam") + chunk(b"data", b"sound!!!")
    content += chunk(b"LIST", b"INFOIART\5\0\0\0SITI\0")
    return struct.pack("<4sI", b"RIFF", len(content)) + content + b"secret.doc"


def page(sequence: int, table: bytes, content: bytes) -> bytes:
    whole = b"OggS\0\0" + bytes(8) + b"\7\0\0\0" + struct.pack("<I", sequence) + bytes(4) + bytes([len(table)]) + table
    whole += content
    return whole[:22] + struct.pack("<I", _sum(whole)) + whole[26:]


def ogg(kind: str = "opus") -> bytes:
    """With comments that are longer than a page, and a last page of sound."""
    first, mark, end = (b"OpusHead", b"OpusTags", b"") if kind == "opus" else (b"\1vorbis", b"\3vorbis", b"\1")
    comments = [b"ARTIST=SITI", b"LOCATION=+03.14", b"COVER=" + b"x" * 400]
    packet = mark + struct.pack("<I", 5) + b"GoCam" + struct.pack("<I", len(comments))
    packet += b"".join(struct.pack("<I", len(each)) + each for each in comments) + end
    split, rest = 255, len(packet) - 255
    table = bytes([255] * (rest // 255) + [rest % 255])
    return (
        page(0, bytes([19]), first.ljust(19, b"\0"))
        + page(1, bytes([255]), packet[:split])
        + page(2, table + bytes([6]), packet[split:] + b"SETUP!")
        + page(3, bytes([8]), b"sound!!!")
    )


def pdf() -> bytes:
    """Noted by its program, in XMP, in a remark, in an attached file, in a photo, and once more in what was changed."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf_bytes(Author="SITI", Title="C:\\SITI\\draft.docx"))))
    writer.metadata = {"/Author": "SITI", "/Producer": "GoCam"}
    xmp = DecodedStreamObject()
    xmp.set_data(b"<xmp>SITI</xmp>")
    writer.root_object[NameObject("/Metadata")] = writer._add_object(xmp)
    writer.add_attachment("secret.doc", b"SITI wrote this")
    remark = FreeText(text="Read this", rect=(10, 10, 90, 30))
    remark[NameObject("/T")] = TextStringObject("SITI")
    writer.add_annotation(0, remark)
    photo = DecodedStreamObject()
    photo._data = placed_jpeg()
    photo.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Image"),
            NameObject("/Filter"): NameObject("/DCTDecode"),
            NameObject("/Width"): NumberObject(800),
            NameObject("/Height"): NumberObject(600),
        }
    )
    shown = DictionaryObject({NameObject("/Im1"): writer._add_object(photo)})
    writer.pages[0][NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): shown})
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def locked_pdf() -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf_bytes())))
    writer.encrypt("", "SITI", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def photo_in(content: bytes) -> Image.Image:
    """The photo on the first page of a PDF."""
    (found,) = PdfReader(io.BytesIO(content)).pages[0]["/Resources"]["/XObject"].values()
    return Image.open(io.BytesIO(found.get_object()._data))
