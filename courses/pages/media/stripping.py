"""Taking out of a picture what is not picture: place, time and device of a photo can expose people.

Nothing is decoded or written anew, so no quality is lost. What stands behind the end of the picture goes as well: a
second file hidden there, or the film of a “moving photo”. The same bytes come back where there is nothing to take out.
"""

import io
import re
import struct

from PIL import Image

from courses.pages.media.checking import JPEG, PNG, Format

ORIENTATION = 0x0112

#: What makes up the picture and its colours (PNG 3rd edition, 11); text, time and Exif are not in it.
PNG_CHUNKS = {
    b"IHDR",
    b"PLTE",
    b"IDAT",
    b"IEND",
    b"tRNS",
    b"gAMA",
    b"cHRM",
    b"sRGB",
    b"iCCP",
    b"sBIT",
    b"bKGD",
    b"pHYs",
}
#: RFC 9649, 2.7; without EXIF and XMP.
WEBP_CHUNKS = {b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ICCP", b"ANIM", b"ANMF"}
#: Fill bytes and what follows them. Each match goes on where the last one ended, so that a file of fill bytes alone is
#: read once and not once for each of them.
_FILLED = re.compile(rb"\xff+[^\xff]")
#: Inside a scan: a stuffed byte, and the marks at which a decoder may begin again (ITU T.81, B.1.1.2 and B.2.1).
_IN_SCANS = frozenset((0x00, *range(0xD0, 0xD8)))


def stripped(content: bytes, found: Format) -> bytes:
    """A picture without what was noted beside it. How a photo is turned stays.

    Raises:
        ValueError: its parts cannot be told apart.
    """
    try:
        if found is JPEG:
            return _jpeg(content)
        return _png(content) if found is PNG else _webp(content)
    except (struct.error, IndexError) as error:
        raise ValueError("damaged") from error


def _jpeg(content: bytes) -> bytes:
    out = [b"\xff\xd8"]
    turned = _turned(content)
    if turned != 1:
        exif = Image.Exif()
        exif[ORIENTATION] = turned
        plain = exif.tobytes()
        out.append(b"\xff\xe1" + struct.pack(">H", len(plain) + 2) + plain)
    place = 2
    while True:
        if content[place] != 0xFF:
            raise ValueError("no marker")
        while content[place] == 0xFF:
            place += 1
        code = content[place]
        place += 1
        if code == 0xD9:
            out.append(b"\xff\xd9")
            return b"".join(out)
        (length,) = struct.unpack(">H", content[place : place + 2])
        segment = content[place : place + length]
        place += length
        # JFIF, colour profile, and Adobe's note on colours stay; every other application's segment and comments go.
        is_kept = not (0xE0 <= code <= 0xEF or code == 0xFE)
        is_kept |= code in (0xE0, 0xEE) or (code == 0xE2 and segment[2:13] == b"ICC_PROFILE")
        if is_kept:
            out.append(bytes([0xFF, code]) + segment)
        if code == 0xDA:
            after = _end_of_scan(content, place)
            end = len(content) if after is None else after
            out.append(content[place:end])
            place = end
            if after is None:
                # The end mark is missing, as some cameras leave it.
                out.append(b"\xff\xd9")
                return b"".join(out)


def _end_of_scan(content: bytes, place: int) -> int | None:
    """Where the next marker begins; None where none follows."""
    for found in _FILLED.finditer(content, place, len(content.rstrip(b"\xff"))):
        if content[found.end() - 1] not in _IN_SCANS:
            return found.start()
    return None


def _turned(content: bytes) -> int:
    try:
        with Image.open(io.BytesIO(content), formats=["JPEG"]) as picture:
            turned = picture.getexif().get(ORIENTATION, 1)
    except Exception:  # damaged notes are taken out like others
        return 1
    return turned if isinstance(turned, int) and 1 <= turned <= 8 else 1


def _png(content: bytes) -> bytes:
    out, place = [content[:8]], 8
    while True:
        (length,) = struct.unpack(">I", content[place : place + 4])
        kind = content[place + 4 : place + 8]
        end = place + 12 + length
        if end > len(content):
            raise ValueError("cut off")
        if kind in PNG_CHUNKS:
            out.append(content[place:end])
        if kind == b"IEND":
            return b"".join(out)
        place = end


def _webp(content: bytes) -> bytes:
    (size,) = struct.unpack("<I", content[4:8])
    content = content[: size + 8]
    out, place = [], 12
    while place + 8 <= len(content):
        kind = content[place : place + 4]
        (length,) = struct.unpack("<I", content[place + 4 : place + 8])
        end = place + 8 + length + length % 2
        if kind in WEBP_CHUNKS:
            chunk = content[place:end]
            if kind == b"VP8X":
                # Its flags say no longer that Exif (bit 3) and XMP (bit 2) follow.
                chunk = chunk[:8] + bytes([chunk[8] & ~0x0C]) + chunk[9:]
            out.append(chunk)
        place = end
    body = b"WEBP" + b"".join(out)
    return b"RIFF" + struct.pack("<I", len(body)) + body
