"""Where a sound recording holds what is no sound: names, places, covers, notes. Nothing is moved, as with films."""

import struct
from collections.abc import Iterator
from typing import BinaryIO

from courses.pages.media.films import Patch, read_at

#: The format of the samples, how many there are, and the samples (RIFF, 1991, and its 1994 supplement).
_WAV_CHUNKS = (b"fmt ", b"fact", b"data")


def mp3_patches(file: BinaryIO) -> Iterator[Patch]:
    """ID3v2 in front becomes padding; ID3v1 and APE behind become nothing, which players step over."""
    size = file.seek(0, 2)
    head = read_at(file, 0, 10)
    if head[:3] == b"ID3":
        # ID3v2.4, 3.1: four times seven bits; a footer as long as the head may follow.
        long = sum((byte & 0x7F) << 7 * (3 - index) for index, byte in enumerate(head[6:10]))
        long = min(long + (10 if head[5] & 0x10 else 0), size - 10)
        yield 5, b"\0" + bytes((long >> 7 * (3 - index)) & 0x7F for index in range(4)) + bytes(long)
    end = size
    if end >= 128 and read_at(file, end - 128, 3) == b"TAG":
        end -= 128
        yield end, bytes(128)
    if end >= 32 and (foot := read_at(file, end - 32, 32))[:8] == b"APETAGEX":
        # APEv2: its length counts the footer, and not the head that a flag announces.
        long, flags = struct.unpack("<4xI4xI", foot[8:24])
        long = min(end, long + (32 if flags & 1 << 31 else 0))
        yield end - long, bytes(long)


def wav_patches(file: BinaryIO) -> Iterator[Patch]:
    """All chunks but those of the sound become junk, which players step over; what stands behind the end goes."""
    size = file.seek(0, 2)
    (inside,) = struct.unpack("<I", read_at(file, 4, 4))
    place, end = 12, min(size, inside + 8)
    while place + 8 <= end:
        kind, long = struct.unpack("<4sI", read_at(file, place, 8))
        long = min(long, size - place - 8)
        if kind not in _WAV_CHUNKS:
            yield place, b"JUNK"
            yield place + 8, bytes(long)
        place += 8 + long + long % 2
    if place < size:
        yield place, bytes(size - place)


def ogg_patches(file: BinaryIO) -> Iterator[Patch]:
    """The second packet of Vorbis and Opus names who and what (Vorbis I, 5; RFC 7845, 5.2); it stays, and says nothing.

    Raises:
        ValueError: its pages cannot be told apart, or other streams are woven in.
    """
    size = file.seek(0, 2)
    place, packet, pages, is_first, serial = 0, bytearray(), [], True, b""
    while True:
        # RFC 3533, 6: a page has a head, a table of segments, and them; a packet ends with a segment that is not full.
        head = read_at(file, place, 27)
        table = read_at(file, place + 27, head[26])
        body = place + 27 + len(table)
        if head[:4] != b"OggS" or body + sum(table) > size or (serial and head[14:18] != serial):
            raise ValueError("no page")
        serial = head[14:18]
        if not is_first:
            own, ends = 0, False
            for each in table:
                own += each
                if ends := each < 255:
                    break
            pages.append((place, body, own, body + sum(table)))
            packet += read_at(file, body, own)
            if ends:
                break
        is_first, place = False, body + sum(table)
    kind = next((each for each in (b"\x03vorbis", b"OpusTags") if packet.startswith(each)), None)
    if kind is None:
        raise ValueError("no comments where they belong")
    (vendor,) = struct.unpack("<I", packet[len(kind) : len(kind) + 4])
    start = len(kind) + 4 + vendor
    if start + 4 > len(packet):
        raise ValueError("the comments are longer than their packet")
    silent = bytes(packet[: len(kind) + 4]) + bytes(vendor) + bytes(4) + (b"\1" if kind[0] == 3 else b"")
    silent = silent[: len(packet)] + bytes(max(0, len(packet) - len(silent)))
    done = 0
    for page, body, own, end in pages:
        whole = bytearray(read_at(file, page, end - page))
        whole[body - page : body - page + own] = silent[done : done + own]
        whole[22:26] = bytes(4)
        whole[22:26] = struct.pack("<I", _sum(whole))
        done += own
        yield page, bytes(whole)


def _sum(page: bytes | bytearray) -> int:
    """RFC 3533, 6: CRC-32 with the polynomial 0x04C11DB7, neither reflected nor turned over."""
    found = 0
    for byte in page:
        found = (found << 8 & 0xFFFFFFFF) ^ _SUMS[found >> 24 ^ byte]
    return found


def _sum_of(byte: int) -> int:
    found = byte << 24
    for _bit in range(8):
        found = (found << 1 ^ 0x04C11DB7 if found & 1 << 31 else found << 1) & 0xFFFFFFFF
    return found


_SUMS = [_sum_of(byte) for byte in range(256)]
