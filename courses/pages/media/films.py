"""Where a film or an MPEG-4 sound holds what is neither picture nor sound: place, time, device and names.

Nothing is moved. What goes is written over where it stands, as free space of the same length, because both formats say
by their distance from the start of the file where pictures and sounds are. Only headers are read, whatever the size.
"""

import struct
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import repeat
from typing import BinaryIO

#: A place in a file, and the bytes that shall stand there.
Patch = tuple[int, bytes]


class ForeignTrack(ValueError):
    """Beside picture and sound there is something else, and it cannot be told apart from them."""


# --- MP4 and M4A: ISO/IEC 14496-12 (the numbers of clauses are of its sixth edition)

#: Box → what of it stays. Whatever else stands in these boxes becomes free space: above all `udta`, `meta` and `uuid`,
#: which hold names, places and XMP; a time of day (`prft`), messages (`emsg`), and references between tracks (`tref`),
#: of which only pictures and sounds are left.
_KEPT: dict[bytes, Collection[bytes]] = {
    b"": (b"ftyp", b"styp", b"moov", b"moof", b"mdat", b"mfra", b"sidx", b"ssix", b"pdin"),
    b"moov": (b"mvhd", b"trak", b"mvex", b"iods"),
    b"trak": (b"tkhd", b"edts", b"tapt", b"mdia"),
    b"mdia": (b"mdhd", b"hdlr", b"minf", b"elng"),
    b"minf": (b"vmhd", b"smhd", b"hdlr", b"dinf", b"stbl"),
    b"moof": (b"mfhd", b"traf"),
    b"traf": (b"tfhd", b"tfdt", b"trun", b"saiz", b"saio", b"sbgp", b"sgpd", b"subs"),
}
#: What browsers play. Subtitles are uploaded as captions; drones write places into tracks that look like subtitles.
_PLAYED = (b"vide", b"soun")


@dataclass(frozen=True)
class _Box:
    kind: bytes
    start: int
    inside: int
    end: int


def mp4_patches(file: BinaryIO) -> Iterator[Patch]:
    """What has to be written over in an MP4 or M4A.

    Raises:
        ValueError: its boxes cannot be told apart.
        ForeignTrack: it comes in fragments, and a track is neither picture nor sound.
    """
    size = file.seek(0, 2)
    yield from _inside(file, _Box(b"", 0, 0, size))


def _boxes(file: BinaryIO, parent: _Box) -> Iterator[_Box]:
    place = parent.inside
    while place < parent.end:
        size, kind = struct.unpack(">I4s", read_at(file, place, 8))
        inside = place + 8
        if size == 1:
            (size,) = struct.unpack(">Q", read_at(file, inside, 8))
            inside += 8
        elif size == 0 and not parent.kind:
            size = parent.end - place
        if kind == b"mdat" and place + size > parent.end:
            # Cut off while it was copied; it plays as far as it goes.
            size = parent.end - place
        if place + size > parent.end or place + size < inside:
            raise ValueError("a box ends outside of its parent")
        yield _Box(kind, place, inside, place + size)
        place += size


def _inside(file: BinaryIO, parent: _Box) -> Iterator[Patch]:
    kept = _KEPT[parent.kind]
    boxes = list(_boxes(file, parent))
    is_fragmented = any(box.kind == b"mvex" for box in boxes)
    for box in boxes:
        if box.kind not in kept:
            yield from _freed(box)
        elif box.kind == b"trak" and _handler(file, box) not in _PLAYED:
            if is_fragmented:
                raise ForeignTrack("fragments")
            yield from _samples(file, box)
            yield from _freed(box)
        elif box.kind in _KEPT:
            yield from _inside(file, box)
        elif box.kind in (b"mvhd", b"tkhd", b"mdhd"):
            # 8.2.2, 8.3.2, 8.4.2: when it was made and changed.
            version = read_at(file, box.inside, 1)[0]
            yield box.inside + 4, bytes(16 if version == 1 else 8)
        elif box.kind == b"hdlr" and box.end > box.inside + 24:
            # 8.4.3: the name of a track, in which cameras and programs name themselves.
            yield box.inside + 24, bytes(box.end - box.inside - 24)


def _freed(box: _Box) -> Iterator[Patch]:
    yield box.start + 4, b"free"
    yield box.inside, bytes(box.end - box.inside)


def _find(file: BinaryIO, parent: _Box, *path: bytes) -> _Box:
    for kind in path:
        found = next((box for box in _boxes(file, parent) if box.kind == kind), None)
        if found is None:
            raise ValueError("a box is missing")
        parent = found
    return parent


def _handler(file: BinaryIO, track: _Box) -> bytes:
    return read_at(file, _find(file, track, b"mdia", b"hdlr").inside + 8, 4)


def _samples(file: BinaryIO, track: _Box) -> Iterator[Patch]:
    """Where the data of a track stand (8.7): chunks by their place, and how much of each is its own."""
    tables = {box.kind: box for box in _boxes(file, _find(file, track, b"mdia", b"minf", b"stbl"))}
    places = tables.get(b"stco") or tables.get(b"co64")
    if places is None or b"stsz" not in tables or b"stsc" not in tables:
        raise ForeignTrack("no table of samples")
    chunks = _table(file, places, ">Q" if places.kind == b"co64" else ">I")
    same, count = struct.unpack(">II", read_at(file, tables[b"stsz"].inside + 4, 8))
    limit = file.seek(0, 2)
    if same and count * same > limit:
        raise ValueError("more samples than the file holds")
    sizes = repeat(same, count) if same else iter([size for (size,) in _table(file, tables[b"stsz"], ">I", 8)])
    runs = _table(file, tables[b"stsc"], ">III")
    many = {first: samples for first, samples, _description in runs}
    now = 0
    for number, (place,) in enumerate(chunks, start=1):
        now = many.get(number, now)
        length = sum(size for _index, size in zip(range(now), sizes, strict=False))
        if place + length > limit:
            raise ValueError("a sample stands behind the end")
        yield place, bytes(length)


def _table(file: BinaryIO, box: _Box, row: str, before: int = 4) -> list[tuple[int, ...]]:
    """The rows of a table; `before` are the bytes between version and flags and their number."""
    start = box.inside + before
    (count,) = struct.unpack(">I", read_at(file, start, 4))
    wide = struct.calcsize(row)
    if start + 4 + count * wide > box.end:
        raise ValueError("a table is longer than its box")
    return list(struct.iter_unpack(row, read_at(file, start + 4, count * wide)))


def read_at(file: BinaryIO, place: int, size: int) -> bytes:
    """So many bytes from a place on.

    Raises:
        ValueError: the file ends before.
    """
    file.seek(place)
    found = file.read(size)
    if len(found) < size:
        raise ValueError("cut off")
    return found


# --- WebM: EBML (RFC 8794) and Matroska (RFC 9559)

_EBML, _SEGMENT, _CLUSTER = 0x1A45DFA3, 0x18538067, 0x1F43B675
_INFO, _TRACKS, _ENTRY, _TYPE = 0x1549A966, 0x1654AE6B, 0xAE, 0x83
#: In a segment: where what stands, information, tracks, clusters and their index. Tags, files and chapters go.
_IN_SEGMENT = {0x114D9B74, _INFO, _TRACKS, _CLUSTER, 0x1C53BB6B}
#: In a cluster of unknown length, as browsers record it: time, blocks, groups of blocks, place, length of the last.
_IN_CLUSTER = {0xE7, 0xA3, 0xA0, 0xA7, 0xAB}
#: Of the information only scale and length; the two programs that made it have to be there, and say nothing.
_IN_INFO, _PROGRAMS = {0x2AD7B1, 0x4489}, {0x4D80, 0x5741}
#: Of a track: its name, the name of its codec, and what is attached to it.
_NOT_IN_ENTRY = {0x536E, 0x258688, 0x7446}
#: The sum over an element that we change (RFC 8794, 11.3.1) would be wrong; what is void stays void.
_SUM, _VOID = 0xBF, 0xEC


@dataclass(frozen=True)
class _Element:
    kind: int
    start: int
    inside: int
    end: int
    is_open: bool


def webm_patches(file: BinaryIO) -> Iterator[Patch]:
    """What has to be written over in a WebM.

    Raises:
        ValueError: its elements cannot be told apart.
        ForeignTrack: a track is neither picture nor sound.
    """
    size = file.seek(0, 2)
    for element in _elements(file, 0, size):
        if element.kind == _SEGMENT:
            yield from _segment(file, element)
        elif element.kind != _EBML:
            yield _void(element)


def _elements(file: BinaryIO, place: int, end: int) -> Iterator[_Element]:
    while place < end:
        kind, inside = _number(file, place, is_name=True)
        size, inside = _number(file, inside)
        if size is None and kind not in (_SEGMENT, _CLUSTER):
            raise ValueError("an element without a length")
        # A cluster without a length is stepped into: what is in it is read as if it stood beside it.
        after = end if size is None and kind == _SEGMENT else inside + (size or 0)
        if after > end and kind in (_SEGMENT, _CLUSTER, *_IN_CLUSTER):
            after = end
        if after > end:
            raise ValueError("an element ends outside of its parent")
        yield _Element(kind or 0, place, inside, after, size is None)
        place = after


def _number(file: BinaryIO, place: int, *, is_name: bool = False) -> tuple[int | None, int]:
    """A number of variable length (RFC 8794, 4) and where it ends; None for a length that is unknown."""
    first = read_at(file, place, 1)[0]
    long = 9 - first.bit_length()
    if long > (4 if is_name else 8):
        raise ValueError("no number")
    found = int.from_bytes(read_at(file, place, long), "big")
    if is_name:
        return found, place + long
    ones = (1 << 7 * long) - 1
    return (None if found & ones == ones else found & ones), place + long


def _segment(file: BinaryIO, segment: _Element) -> Iterator[Patch]:
    is_in_cluster = False
    for element in _elements(file, segment.inside, segment.end):
        is_in_cluster = element.is_open or (is_in_cluster and element.kind not in _IN_SEGMENT)
        if element.kind == _INFO:
            for each in _elements(file, element.inside, element.end):
                if each.kind in _PROGRAMS:
                    yield each.inside, bytes(each.end - each.inside)
                elif each.kind not in _IN_INFO:
                    yield _void(each)
        elif element.kind == _TRACKS:
            yield from _tracks(file, element)
        elif element.kind not in _IN_SEGMENT and not (is_in_cluster and element.kind in _IN_CLUSTER):
            yield _void(element)


def _tracks(file: BinaryIO, tracks: _Element) -> Iterator[Patch]:
    for element in _elements(file, tracks.inside, tracks.end):
        if element.kind != _ENTRY:
            yield _void(element)
            continue
        for each in _elements(file, element.inside, element.end):
            if each.kind == _TYPE and int.from_bytes(read_at(file, each.inside, each.end - each.inside), "big") > 2:
                raise ForeignTrack("neither picture nor sound")
            if each.kind in _NOT_IN_ENTRY or each.kind in (_SUM, _VOID):
                yield _void(each)


def _void(element: _Element) -> Patch:
    """A void element over all of it: one byte of name, its length in as many bytes as are left of the old head."""
    long = min(8, element.inside - element.start - 1)
    size = element.end - element.start - 1 - long
    length = (size | 1 << 7 * long).to_bytes(long, "big")
    return element.start, bytes([_VOID]) + length + bytes(size)
