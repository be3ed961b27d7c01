"""Making a PDF of typst's smaller without changing what it says: object streams, and nothing said twice.

typst writes each of the many small objects of a tagged page in plain text. ISO 32000-1 7.5.7 packs them into one
stream, which ISO 19005-2 (PDF/A-2) allows; it also allows compressed metadata. What is in the objects,
`certificates.sparing` says in fewer bytes. Only what typst writes is understood; anything else comes back as it was.
"""

import re
import struct
import zlib
from functools import partial

from certificates import sparing

_OBJECT = re.compile(rb"(\d+) 0 obj\n")
_LENGTH = re.compile(rb"/Length (\d+)")
_TRAILER = re.compile(rb"trailer\n<<(.*)>>\nstartxref", re.DOTALL)
_SIZE = re.compile(rb"/Size \d+")
_CONTENTS = re.compile(rb"/Contents (\d+) 0 R")
_ROLES = re.compile(rb"(?<=/StructTreeRoot)/RoleMap<<([/\w]+)>>")
_CID_SET = re.compile(rb"/CIDSet (\d+) 0 R")
_PROFILE = re.compile(rb"\[/ICCBased (\d+) 0 R\]")
_TRUETYPE = b"\0\1\0\0"


def compacted(pdf: bytes) -> bytes:
    """The same document in fewer bytes; the same bytes from the same ones."""
    try:
        return _compacted(pdf)
    except (ValueError, IndexError, KeyError, struct.error, zlib.error):
        return pdf


def _compacted(pdf: bytes) -> bytes:
    trailer = _TRAILER.search(pdf, pdf.rfind(b"\nxref\n"))
    if trailer is None:
        raise ValueError("no trailer")
    header = pdf[: pdf.index(b"\n\n") + 2]
    plain, streams = _objects(pdf, len(header))
    _spare(plain, streams)
    out = bytearray(header)
    places: dict[int, tuple[int, int, int]] = {}
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
    free = (0, 0, 0xFFFF)
    wide = (start.bit_length() + 7) // 8
    before, rows = bytes(wide + 3), bytearray()
    for kind, first, second in (places.get(number, free) for number in range(table + 1)):
        row = kind.to_bytes(1) + first.to_bytes(wide) + second.to_bytes(2)
        # As the difference from the row before, 7.4.4.4: nearly all of them are alike.
        rows += b"\2" + bytes((this - that) % 256 for this, that in zip(row, before, strict=True))
        before = row
    rest = _SIZE.sub(b"/Size %d" % (table + 1), trailer[1])
    said = b"<</Type/XRef/W[1 %d 2]" % wide + rest + b"/Filter/FlateDecode>>"
    predicted = b"/DecodeParms<</Predictor 12/Columns %d>>>>" % (wide + 3)
    out += b"%d 0 obj\n" % table + _stream(said, bytes(rows)).replace(b">>\nstream", predicted + b"\nstream", 1)
    return bytes(out + b"startxref\n%d\n%%%%EOF" % start)


def _spare(plain: dict[int, bytes], streams: dict[int, tuple[bytes, bytes]]) -> None:
    """Say everything in fewer bytes. What is not compressed, such as a photograph, stays."""
    everything = b"\n".join(plain.values())
    pages = {int(number) for number in _CONTENTS.findall(everything)}
    # ISO 19005-2 6.2.11.4.2 asks for a CIDSet no more: the face itself says which glyphs it has.
    for number in {int(number) for number in _CID_SET.findall(everything)}:
        del streams[number]
    for number, said in plain.items():
        plain[number] = sparing.plain_object(_ROLES.sub(partial(_roles, everything), said))
    for number, (said, content) in streams.items():
        if b"/Filter/FlateDecode" not in said or b"/DecodeParms" in said:
            continue
        if number in pages:
            content = sparing.page(content)
        elif b"/Type/CMap" in said:
            content = sparing.character_map(content)
        elif b"/Subtype/XML" in said:
            content = sparing.metadata(content)
        elif b"/Subtype/Image" in said:
            said, content = sparing.bilevel(said, content)
        elif content.startswith(_TRUETYPE):
            content = sparing.face(content)
        streams[number] = (said, content)
    _grey(plain, streams)


def _roles(everything: bytes, found: re.Match[bytes]) -> bytes:
    """The roles of kinds of elements that the standard does not know, if one of them is there."""
    own = found[1].split(b"/")[1::2]
    return found[0] if any(b"/S/%s/" % name in everything for name in own) else b""


def _grey(plain: dict[int, bytes], streams: dict[int, tuple[bytes, bytes]]) -> None:
    """Black and white need no profile beside that of the output intent (ISO 19005-2 6.2.4.3); greys of a picture do."""
    for number, said in list(plain.items()):
        profile = _PROFILE.fullmatch(said)
        if profile is None or b"/N 1/" not in streams[int(profile[1])][0]:
            continue
        users = [said for said, _content in streams.values() if b"/ColorSpace %d 0 R" % number in said]
        if all(b"/BitsPerComponent 1/" in each.replace(b">>", b"/") for each in users):
            plain[number] = b"/DeviceGray"
            del streams[int(profile[1])]


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
    written = _deflated(content, is_picture=b"/Subtype/Image" in said) if is_flate else content
    said = _LENGTH.sub(b"", said).removeprefix(b"<<")
    return b"<</Length %d" % len(written) + said + b"\nstream\n" + written + b"\nendstream\nendobj\n"


def _deflated(content: bytes, *, is_picture: bool) -> bytes:
    if not is_picture:
        return zlib.compress(content, 9)
    # Fewer repetitions are found, which is better for a code of black and white squares.
    packer = zlib.compressobj(5, strategy=zlib.Z_FILTERED)
    return min(packer.compress(content) + packer.flush(), zlib.compress(content, 9), key=len)
