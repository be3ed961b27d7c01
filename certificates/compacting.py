"""Making a PDF of typst's smaller without changing what it says: object streams and harder compression.

typst writes each of the many small objects of a tagged page in plain text. ISO 32000-1 7.5.7 packs them into one
stream,
which ISO 19005-2 (PDF/A-2) allows; it also allows compressed metadata. Of a TrueType face only the tables stay that
ISO 32000-1 9.9 asks for. Only what typst writes is understood; anything else comes back as it was.
"""

import re
import struct
import zlib

from PIL import Image

_OBJECT = re.compile(rb"(\d+) 0 obj\n")
_LENGTH = re.compile(rb"/Length (\d+)")
_TRAILER = re.compile(rb"trailer\n<<(.*)>>\nstartxref", re.DOTALL)
_IMAGE_SIZE = re.compile(rb"/Width (\d+)/Height (\d+)")
_EIGHT_BITS = b"/BitsPerComponent 8"
_SIZE = re.compile(rb"/Size \d+")
HARDEST = 9
_TRUETYPE = b"\0\1\0\0"
_FACE_TABLES = (b"cvt ", b"fpgm", b"glyf", b"head", b"hhea", b"hmtx", b"loca", b"maxp", b"prep")


def compacted(pdf: bytes) -> bytes:
    """The same document in fewer bytes; the same bytes from the same ones."""
    try:
        return _compacted(pdf)
    except (ValueError, IndexError, struct.error, zlib.error):
        return pdf


def _compacted(pdf: bytes) -> bytes:
    trailer = _TRAILER.search(pdf, pdf.rfind(b"\nxref\n"))
    if trailer is None:
        raise ValueError("no trailer")
    header = pdf[: pdf.index(b"\n\n") + 2]
    plain, streams = _objects(pdf, len(header))
    out = bytearray(header)
    places: dict[int, tuple[int, int, int]] = {0: (0, 0, 65535)}
    for number, (said, content) in streams.items():
        places[number] = (1, len(out), 0)
        out += b"%d 0 obj\n" % number + _stream(said, content)
    packed = max((*plain, *streams)) + 1
    index, body = bytearray(), bytearray()
    for place, (number, said) in enumerate(plain.items()):
        index += b"%d %d " % (number, len(body))
        body += said + b"\n"
        places[number] = (2, packed, place)
    places[packed] = (1, len(out), 0)
    said = b"<</Type/ObjStm/N %d/First %d/Filter/FlateDecode>>" % (len(plain), len(index))
    out += b"%d 0 obj\n" % packed + _stream(said, bytes(index + body))
    table = packed + 1
    places[table] = (1, len(out), 0)
    start = len(out)
    rows = b"".join(
        kind.to_bytes(1) + first.to_bytes(4) + second.to_bytes(2)
        for kind, first, second in (places.get(number, (0, 0, 65535)) for number in range(table + 1))
    )
    rest = _SIZE.sub(b"/Size %d" % (table + 1), trailer[1])
    out += b"%d 0 obj\n" % table + _stream(b"<</Type/XRef/W[1 4 2]" + rest + b"/Filter/FlateDecode>>", rows)
    return bytes(out + b"startxref\n%d\n%%%%EOF" % start)


def _objects(pdf: bytes, start: int) -> tuple[dict[int, bytes], dict[int, tuple[bytes, bytes]]]:
    """Number → plain objects, and number → streams as dictionary and content without its compression."""
    plain: dict[int, bytes] = {}
    streams: dict[int, tuple[bytes, bytes]] = {}
    while match := _OBJECT.match(pdf, start):
        number, begins = int(match[1]), match.end()
        line_end = pdf.index(b"\n", begins)
        said, follows = pdf[begins:line_end], pdf[line_end + 1 : line_end + 8]
        if follows == b"stream\n":
            length = _LENGTH.search(said)
            if length is None:
                raise ValueError("a stream without a length")
            at = line_end + 8
            content, end = pdf[at : at + int(length[1])], at + int(length[1])
            is_flate = b"/Filter/FlateDecode" in said and b"/DecodeParms" not in said
            if is_flate:
                content = zlib.decompress(content)
                if content.startswith(_TRUETYPE):
                    content = _bare_face(content)
                elif b"/Subtype/Image" in said:
                    said, content = _bilevel(said, content)
            elif b"/Subtype/XML" in said and b"/Filter" not in said:
                said = said.removesuffix(b">>") + b"/Filter/FlateDecode>>"
            streams[number] = (said, content)
            start = pdf.index(b"endobj\n", end) + 7
        else:
            end = pdf.index(b"\nendobj\n", begins)
            plain[number], start = pdf[begins:end], end + 8
        while pdf[start : start + 1] == b"\n":
            start += 1
    if not streams or not pdf.startswith(b"xref\n", start):
        raise ValueError("not as typst writes it")
    return plain, streams


def _stream(said: bytes, content: bytes) -> bytes:
    is_flate = b"/Filter/FlateDecode" in said and b"/DecodeParms" not in said
    written = zlib.compress(content, HARDEST) if is_flate else content
    said = _LENGTH.sub(b"", said).removeprefix(b"<<")
    return b"<</Length %d" % len(written) + said + b"\nstream\n" + written + b"\nendstream\nendobj\n"


def _bilevel(said: bytes, content: bytes) -> tuple[bytes, bytes]:
    """A grey picture with one bit a dot, if it is black and white only, as a QR code is."""
    size = _IMAGE_SIZE.search(said)
    if size is None or _EIGHT_BITS not in said or b"/Decode" in said or content.strip(b"\0\xff"):
        return said, content
    width, height = int(size[1]), int(size[2])
    if len(content) != width * height:
        return said, content
    packed = Image.frombytes("L", (width, height), content).convert("1", dither=Image.Dither.NONE)
    return said.replace(_EIGHT_BITS, b"/BitsPerComponent 1"), packed.tobytes()


def _bare_face(font: bytes) -> bytes:
    """A TrueType face without the tables that say who made it and what its glyphs are called."""
    (count,) = struct.unpack_from(">4xH", font)
    found = {
        tag: (check, at, size) for tag, check, at, size in struct.iter_unpack(">4sIII", font[12 : 12 + 16 * count])
    }
    kept = [tag for tag in _FACE_TABLES if tag in found]
    power = len(kept).bit_length() - 1
    head = struct.pack(">4sHHHH", _TRUETYPE, len(kept), 16 << power, power, 16 * len(kept) - (16 << power))
    place, records, body = 12 + 16 * len(kept), b"", b""
    for tag in kept:
        check, at, size = found[tag]
        records += struct.pack(">4sIII", tag, check, place + len(body), size)
        body += font[at : at + size] + bytes(-size % 4)
    return head + records + body
