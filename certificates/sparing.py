"""What typst says, in fewer bytes: each function takes one part of a PDF and gives one that means the same.

Named clauses are of ISO 32000-1 (PDF 1.7) and ISO 19005-2 (PDF/A-2).
"""

import functools
import re
import struct

from PIL import Image

_STRING = rb"\((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*\)"
_IN_PAGE = re.compile(_STRING + rb"|-?\d*\.\d+", re.DOTALL)
_N = rb"(-?[\d.]+)"
_SPACED = re.compile(rb"/f(\d+) %s Tf([-.\d ]*)Tm\[((?:%s|[-.\d ])*)\]TJ(?=\nET\nQ\n)" % (_N, _STRING), re.DOTALL)
_SHOWN = re.compile(rb"(%s)([-.\d]*)" % _STRING, re.DOTALL)
_RECTANGLE = re.compile(rb"%s %s m %s \2 l \3 %s l \1 \4 l\nh\n" % (_N, _N, _N, _N))
_ESCAPE = re.compile(rb"\\(?:[0-7]{3}|.)", re.DOTALL)
_MUST_ESCAPE = {ord(each): b"\\" + each for each in (b"(", b")", b"\\")} | {ord("\r"): b"\\r"}
_LETTERS = {b"\\n": b"\n", b"\\r": b"\\r", b"\\t": b"\t", b"\\b": b"\b", b"\\f": b"\f"}
_ESCAPES = _LETTERS | {b"\\%03o" % byte: _MUST_ESCAPE.get(byte, bytes([byte])) for byte in range(256)}

_ELEMENT, _FACE, _INFO = b"<</Type/StructElem", b"<</Type/Font/Subtype/CIDFont", b"<</Title<FEFF"
_DESCRIPTOR, _CID_SET = b"<</Type/FontDescriptor", re.compile(rb"/CIDSet \d+ 0 R")
_PROC_SET = re.compile(rb"^<</ProcSet\[[^]]*\]")
_WIDTHS = re.compile(rb"/W\[([-.\d ]*)\]>>$")
_DASH = "\N{EN DASH}"
_HEX_TITLE = re.compile(rb"^<</Title<([0-9A-F]*)>")

_NEEDLESS = re.compile(rb"<(xmpMM|xmpTPg|pdf):(\w+)>.*?</\1:\2>", re.DOTALL)
_SCHEMA = re.compile(
    rb'<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>(?!PDF/UA).*?</pdfaSchema:property></rdf:li>', re.DOTALL
)
_TOOLKIT = b' x:xmptk="xmp-writer"'
_NAMESPACE = re.compile(rb' +xmlns:(\w+)="[^"]*"')

_SECTION = re.compile(rb"beginbfchar\n(.*?)endbfchar", re.DOTALL)
_PAIR = re.compile(rb"<([0-9A-F]{4})> <([0-9A-F]+)>")
_MOST_RANGES = 100  # of a section, 9.7.5.4

_IMAGE_SIZE = re.compile(rb"/Width (\d+)/Height (\d+)")
_EIGHT_BITS = b"/BitsPerComponent 8"
_FACE_TABLES = (b"cvt ", b"fpgm", b"glyf", b"head", b"hhea", b"hmtx", b"loca", b"maxp", b"prep")


def page(content: bytes) -> bytes:
    """What is drawn on a page: numbers to a thousandth of a point, strings with few escapes, rectangles as such, and by
    how much letters stand apart (as in a heading) once for a line.
    """
    content = _SPACED.sub(_spaced_once, _unescaped(_RECTANGLE.sub(_rectangle, content)))
    return _IN_PAGE.sub(_rounded, content)


def _unescaped(content: bytes) -> bytes:
    """Strings with as few escapes as 7.3.4.2 asks for."""
    if rb"\\" not in content:
        content = content.replace(rb"\000", b"\0")  # every other byte
    return _ESCAPE.sub(lambda found: _ESCAPES.get(found[0], found[0]), content)


def _rounded(found: re.Match[bytes]) -> bytes:
    said = found[0]
    return said if said.startswith(b"(") else _number(said)


def _rectangle(found: re.Match[bytes]) -> bytes:
    left, top, right, bottom = (float(each) for each in found.groups())
    return b"%s %s %.4f %.4f re\n" % (found[1], found[2], right - left, bottom - top)


def _spaced_once(found: re.Match[bytes]) -> bytes:
    """A line with the same space behind each glyph, as that space (`Tc`, 9.3.2) and what differs from it.

    The line is the last of its text, because the space holds for whatever follows until the state is restored.
    """
    face, size, place, shown = found.groups()
    parts = _SHOWN.findall(shown)
    if len(parts) < 4 or any(len(_ESCAPE.sub(b"x", string)) != len("(12)") for string, _after in parts):
        return found[0]
    gaps = [float(after or 0) for _string_, after in parts[:-1]]
    usual = max(set(gaps), key=gaps.count)
    said = bytearray(parts[0][0][:-1])
    for gap, (string, _after) in zip(gaps, parts[1:], strict=True):
        said += string[1:-1] if gap == usual else b")%.4f(%s" % (gap - usual, string[1:-1])
    return b"/f%s %s Tf %.4f Tc%sTm[%s)]TJ" % (face, size, -usual * float(size) / 1000, place, said)


@functools.lru_cache(maxsize=4096)
def _number(said: bytes) -> bytes:
    value = float(said)
    # Factors and colours need one digit more than places.
    text = f"{value:.{4 if abs(value) < 2 else 3}f}".rstrip("0").rstrip(".")
    return b"0" if text in ("", "-", "-0", "0") else re.sub(r"^(-?)0\.", r"\1.", text).encode()


def _string(meant: bytes) -> bytes:
    return b"(" + b"".join(_MUST_ESCAPE.get(byte) or bytes([byte]) for byte in meant) + b")"


def plain_object(said: bytes) -> bytes:
    """A dictionary without what may be left out: the type of an element, obsolete lists, the place of each width."""
    if said.startswith(_INFO):
        said = _HEX_TITLE.sub(lambda found: b"<</Title" + _string(_title(bytes.fromhex(found[1].decode()))), said)
    elif said.startswith(_FACE):
        said = _WIDTHS.sub(lambda found: b"/W[%s]>>" % _grouped(found[1].split()), said)
    elif said.startswith(_ELEMENT):
        said = b"<<" + said.removeprefix(_ELEMENT)
    elif said.startswith(_DESCRIPTOR):
        said = _CID_SET.sub(b"", said)
    else:
        said = _PROC_SET.sub(b"<<", said)
    return _IN_PAGE.sub(_rounded, said) if b"." in said else said


def _title(text: bytes) -> bytes:
    """UTF-16 as PDFDocEncoding (annex D.3) where all are the dash or of Latin 1, which it has in the same places."""
    said = text.decode("utf-16")
    is_shorter = all(" " <= letter <= "~" or "\xae" <= letter <= "\xff" or letter == _DASH for letter in said)
    return said.replace(_DASH, "\x85").encode("latin-1") if is_shorter else text


def _grouped(parts: list[bytes]) -> bytes:
    """Widths of one glyph after the other in one list, 9.7.4.3."""
    out, after = bytearray(), -1
    for first, last, width in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        if int(first) != after:
            out += (b"]" if out else b"") + first + b"["
        else:
            out += b" "
        out += b" ".join([width] * (int(last) - int(first) + 1))
        after = int(last) + 1
    return bytes(out + b"]") if out else b""


def metadata(xml: bytes) -> bytes:
    """Metadata without a history of one moment, and without descriptions of what every reader knows.

    6.6.2.3 asks for the description of a schema that XMP itself does not define; that of PDF/UA is such a one.
    """
    xml = _NEEDLESS.sub(b"", _SCHEMA.sub(b"", xml)).replace(_TOOLKIT, b"", 1)
    return _NAMESPACE.sub(lambda found: b" " + found[0].strip() if b"<%s:" % found[1] in xml else b"", xml)


def character_map(said: bytes) -> bytes:
    """Which glyph stands for which characters, 9.10.3, as one list; one that is written otherwise stays.

    The first byte of a range may not change (Adobe Technical Note 5411, 1.4.1), so there is one for each 256 glyphs.
    """
    if b"beginbfchar" not in said or b"bfrange" in said:
        return said
    pairs = [pair for section in _SECTION.findall(said) for pair in _PAIR.findall(section)]
    ranges: list[list[tuple[int, bytes]]] = []
    for glyph, stands_for in ((int(code, 16), text) for code, text in pairs):
        if not ranges or ranges[-1][-1][0] + 1 != glyph or not glyph % 256:
            ranges.append([])
        ranges[-1].append((glyph, stands_for))
    lines = [
        b"<%04X><%04X>[%s]\n" % (each[0][0], each[-1][0], b"".join(b"<%s>" % text for _glyph, text in each))
        for each in ranges
    ]
    sections = (lines[at : at + _MOST_RANGES] for at in range(0, len(lines), _MOST_RANGES))
    body = b"".join(b"%d beginbfrange\n%sendbfrange\n" % (len(some), b"".join(some)) for some in sections)
    return (
        b"/CIDInit/ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        b"/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def\n"
        b"/CMapName/Custom def\n/CMapType 2 def\n"
        b"1 begincodespacerange\n<0000><FFFF>\nendcodespacerange\n"
        + body
        + b"endcmap\nCMapName currentdict/CMap defineresource pop\nend\nend"
    )


def bilevel(said: bytes, content: bytes) -> tuple[bytes, bytes]:
    """A grey picture with one bit a dot, if it is black and white only, as a QR code is."""
    size = _IMAGE_SIZE.search(said)
    if size is None or _EIGHT_BITS not in said or b"/Decode" in said or content.strip(b"\0\xff"):
        return said, content
    width, height = int(size[1]), int(size[2])
    if len(content) != width * height:
        return said, content
    packed = Image.frombytes("L", (width, height), content).convert("1", dither=Image.Dither.NONE)
    return said.replace(_EIGHT_BITS, b"/BitsPerComponent 1"), packed.tobytes()


def face(font: bytes) -> bytes:
    """A TrueType face with the tables that 9.9 asks for, without those of who made it and what glyphs are called."""
    (count,) = struct.unpack_from(">4xH", font)
    found = {
        tag: (check, at, size) for tag, check, at, size in struct.iter_unpack(">4sIII", font[12 : 12 + 16 * count])
    }
    kept = [tag for tag in _FACE_TABLES if tag in found]
    power = len(kept).bit_length() - 1
    head = struct.pack(">4sHHHH", font[:4], len(kept), 16 << power, power, 16 * len(kept) - (16 << power))
    place, records, body = 12 + 16 * len(kept), b"", b""
    for tag in kept:
        check, at, size = found[tag]
        records += struct.pack(">4sIII", tag, check, place + len(body), size)
        body += font[at : at + size] + bytes(-size % 4)
    return head + records + body
