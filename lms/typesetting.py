"""Text set by typst: what can be printed of it, which way it reads, and a warm compiler. Knows no page and no language.

A page is a template beside the code that fills it; text reaches it as data and is never run as markup.
"""

import functools
import importlib.resources
import logging
import os
import struct
import sys
import threading
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

import typst
from django.conf import settings

from lms import parts

logger = logging.getLogger("suluh.typesetting")

# Installed packages that hold font files. The page uses no other font but those of lms/parts.py, for what these lack,
# and those in FONTS_DIR, for what both lack: the same text must give the same page on every machine.
FONT_PACKAGES = ("manimgx_fonts",)
REGULAR = 400

# The first face serves Latin, Greek and Cyrillic; the last two only what no script's face has.
FIRST_FACE = "Noto Sans"
LAST_FACES = ("Noto Sans Symbols", "Noto Emoji")

# Whose forms of the Han characters a language means, by the beginning of its code; the first that fits.
HAN_FACES = {
    "zh-hant": "Noto Sans TC",
    "zh-tw": "Noto Sans TC",
    "zh-hk": "Noto Sans TC",
    "zh-mo": "Noto Sans TC",
    "zh": "Noto Sans SC",
    "ja": "Noto Sans JP",
    "ko": "Noto Sans KR",
}
NASTALIQ_FACE = "Noto Nastaliq Urdu"

LONGEST_TEXT = 400  # characters of any one field; more could not be read on the page
LONGEST_WORD = 30  # Latin letters, then a line may break anyway
MOST_MARKS = 8  # combining marks on one letter; no language of the members needs more

MISSING = "\u25fb"  # a white square, in Noto Emoji; the usual U+25A1 is in no face of the package

ZERO_WIDTH_SPACE = "\u200b"
# Format characters that spelling needs: joiners (Persian, Sinhala, Khmer …), a break where a script has no spaces, and
# the three marks that order a bracket or a number. Embeddings, overrides and isolates are not among them: with
# them a name could be made to read as another one, or to spill over its line.
KEPT_FORMAT_CHARACTERS = frozenset("\u200b\u200c\u200d\u200e\u200f\u061c")
# Letters and marks that print nothing: a name of these would look like no name.
BLANK_CHARACTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")
VARIATION_SELECTORS = frozenset(map(chr, range(0xFE00, 0xFE10)))


class Run(TypedDict):
    """A text that goes in one direction. `spaced` says that letter-spacing does it no harm."""

    text: str
    rtl: bool
    spaced: bool


def run_of(value: str, is_covered: Callable[[str], bool], missing: set[str], *, most: int = LONGEST_TEXT) -> Run:
    """A text as a template prints it; characters that no font has become squares and are added to `missing`."""
    printed = replace_missing(clean_text(value, most=most), is_covered, missing)
    is_simple = all(not c.isalpha() or unicodedata.name(c, "").startswith("LATIN") for c in printed)
    return {
        "text": _break_long_words(printed) if is_simple else printed,
        "rtl": _reads_right_to_left(printed),
        "spaced": is_simple,
    }


def clean_text(value: str, *, most: int = LONGEST_TEXT) -> str:
    """A text as one line that can be printed: composed (NFC), without control characters, of bearable length.

    Line breaks and tabs become a space. Bidirectional embeddings, overrides and isolates go, because they make a text
    read as another one (Unicode Technical Report 36, 2.1); joiners and direction marks stay, because spelling needs
    them. A pile of more than eight combining marks on one letter is cut, as is a text of more than 400 characters.

    :param value: any string, lone surrogates included
    :param most: how many characters it may have
    """
    kept: list[str] = []
    marks = 0
    for character in unicodedata.normalize("NFC", " ".join(value.split())):
        category = unicodedata.category(character)
        if category == "Cf" and character not in KEPT_FORMAT_CHARACTERS:
            continue
        if category in ("Cc", "Cs") or character in BLANK_CHARACTERS:
            continue
        marks = marks + 1 if category.startswith("M") else 0
        if marks <= MOST_MARKS:
            kept.append(character)
    cleaned = " ".join("".join(kept).split())
    if len(cleaned) > most:
        logger.warning("a text of %d characters is cut to %d", len(cleaned), most)
        cleaned = cleaned[: most - 1].rstrip() + "…"
    return cleaned


def replace_missing(value: str, is_covered: Callable[[str], bool], missing: set[str]) -> str:
    """One square for each letter that no font has; its marks go with it."""
    printed: list[str] = []
    for character in value:
        is_mark = unicodedata.category(character).startswith("M")
        if is_mark and printed and printed[-1] == MISSING:
            continue
        is_invisible = character in KEPT_FORMAT_CHARACTERS or character in VARIATION_SELECTORS
        # PDF/A-2a forbids private-use characters: nobody could say what they mean.
        is_private = unicodedata.category(character) == "Co"
        if character == " " or is_invisible or (is_covered(character) and not is_private):
            printed.append(character)
        else:
            missing.add(character)
            if not is_mark:
                printed.append(MISSING)
    return "".join(printed)


def _break_long_words(value: str) -> str:
    """Let a line break inside a word of many letters, which would run over the edge; never before a combining mark."""
    printed: list[str] = []
    length = 0
    for character in value:
        length = 0 if character in " -\u200b" else length + 1
        if length > LONGEST_WORD and not unicodedata.category(character).startswith(("M", "C")):
            printed.append(ZERO_WIDTH_SPACE)
            length = 1
        printed.append(character)
    return "".join(printed)


def _reads_right_to_left(value: str) -> bool:
    """The direction of the first strong character (Unicode Standard Annex #9, rules P2 and P3)."""
    for character in value:
        direction = unicodedata.bidirectional(character)
        if direction in ("L", "R", "AL"):
            return direction != "L"
    return False


_local = threading.local()
_processes: set[int] = set()  # the one that started typst's threads; after a fork, not this one


def compiler(template: Path) -> typst.Compiler:
    """This thread's warm compiler of a page: one cannot be shared, since each compilation changes its inputs.

    Raises:
        RuntimeError: called in the child of a process that had set a page before the fork.
    """
    _processes.add(os.getpid())
    if len(_processes) > 1:
        raise RuntimeError("this process was forked from one that had set a page; typst would hang here")
    warm: dict[Path, typst.Compiler] | None = getattr(_local, "compilers", None)
    if warm is None:
        warm = _local.compilers = {}
    if template not in warm:
        # The root is the template's folder: the template can read nothing else.
        warm[template] = typst.Compiler(
            input=template, root=template.parent, font_paths=_fonts(), ignore_system_fonts=True
        )
    return warm[template]


def _packaged() -> list[str]:
    return [str(importlib.resources.files(package)) for package in FONT_PACKAGES]


@functools.cache
def _fonts() -> typst.Fonts:
    folders = [
        *_packaged(),
        *map(str, parts.font_folders()),
        *([settings.FONTS_DIR] if settings.FONTS_DIR else []),
    ]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)


class Characters:
    """A set of characters, one byte for each that there could be: as strings, those of Chinese take many megabytes."""

    def __init__(self) -> None:
        self._has = bytearray(sys.maxunicode + 1)

    def add(self, first: int, last: int) -> None:
        """Add the characters between two code points, both included."""
        self._has[first : last + 1] = b"\1" * (last + 1 - first)

    def __contains__(self, character: str) -> bool:
        return self._has[ord(character)] == 1


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """What the fonts can print."""

    families: list[str]
    """In the order in which they are asked for a character, where the language says nothing else."""
    every: Characters
    """The characters that at least one of them has."""
    first: Characters
    """The characters of the first one, and the white square."""


@functools.cache
def coverage() -> Coverage:
    """Which characters can be printed. typst stops at one that cannot, so it has to be known before."""
    faces = [font for font in _fonts().fonts() if font.style == "normal" and font.path is not None]
    every, first = Characters(), Characters()
    first.add(ord(MISSING), ord(MISSING))
    ours, of_parts = tuple(_packaged()), tuple(map(str, parts.font_folders()))
    ranks: dict[str, tuple[int, str]] = {}
    for face in faces:
        path = str(face.path)
        # What a site adds serves what ours lack: no certificate changes its face when a folder of fonts is given.
        rank = 0 if path.startswith(ours) else 1 if path.startswith(of_parts) else 2
        ranks[face.family] = min(ranks.get(face.family, (3, "")), (rank, face.family))
        if rank == 1 and face.weight != REGULAR:
            continue  # has the characters of the regular one
        for low, high in _ranges_of(Path(path)):
            every.add(low, high)
            if face.family == FIRST_FACE:
                first.add(low, high)
    middle = sorted(ranks.keys() - {FIRST_FACE, *LAST_FACES}, key=lambda family: _place(ranks[family]))
    return Coverage(
        families=[FIRST_FACE, *middle, *(face for face in LAST_FACES if face in ranks)], every=every, first=first
    )


def families(language: str = "", *, nastaliq: bool = True) -> list[str]:
    """The faces for a text in a language, in the order in which they are asked for a character.

    Han characters look different in China, Taiwan, Japan and Korea under the same code point, and Urdu is read in
    Nastaliq; other languages of the Arabic script are not.

    Arguments:
        language: of the document; without one, the Chinese (simplified) forms and Naskh.
        nastaliq: whether the page has room for it: a line needs twice the size of its letters.
    """
    found = list(coverage().families)
    code = language.replace("_", "-").lower()
    wanted = next((face for start, face in HAN_FACES.items() if f"{code}-".startswith(f"{start}-")), "")
    _move_before(found, wanted, set(HAN_FACES.values()))
    if nastaliq and code.partition("-")[0] == "ur":
        _move_before(found, NASTALIQ_FACE, {"Noto Sans Arabic"})
    return found


def _move_before(found: list[str], face: str, others: set[str]) -> None:
    if face in found:
        found.remove(face)
        places = (place for place, other in enumerate(found) if other in others)
        found.insert(next(places, len(found)), face)


def _place(rank: tuple[int, str]) -> tuple[int, int, str]:
    """Those of the parts stand in the order of their table, others by name."""
    of_parts = [each.family for each in parts.PARTS]
    return (rank[0], of_parts.index(rank[1]) if rank[0] == 1 else 0, rank[1])


def _ranges_of(font: Path) -> list[tuple[int, int]]:
    """First and last code points of what a font has, from its ``cmap`` table (OpenType 1.9, formats 4 and 12).

    Nothing else of the file is read: a face of Chinese has 10 MB.
    """
    with font.open("rb") as file:
        (tables,) = struct.unpack(">4xH6x", file.read(12))
        records = struct.iter_unpack(">4s4xII", file.read(16 * tables))
        start, length = next((start, length) for tag, start, length in records if tag == b"cmap")
        file.seek(start)
        cmap = file.read(length)
    (subtables,) = struct.unpack_from(">H", cmap, 2)
    starts = [struct.unpack_from(">I", cmap, 8 + 8 * index)[0] for index in range(subtables)]
    formats = {start: struct.unpack_from(">H", cmap, start)[0] for start in starts}
    # "The characters supported by format 4 must be a subset of those of format 12" where a font has both.
    wanted = 12 if 12 in formats.values() else 4
    read = _ranges_of_format_12 if wanted == 12 else _ranges_of_format_4
    return [each for start, found in formats.items() if found == wanted for each in read(cmap[start:])]


def _ranges_of_format_12(table: bytes) -> Iterator[tuple[int, int]]:
    (groups,) = struct.unpack_from(">I", table, 12)
    for first, last, glyph in struct.iter_unpack(">III", table[16 : 16 + 12 * groups]):
        if glyph == 0:  # glyph 0 is the box for a missing character
            first += 1
        if first <= last:
            yield first, last


def _ranges_of_format_4(table: bytes) -> Iterator[tuple[int, int]]:
    return ((point, point) for point in _points_of_format_4(table))


def _points_of_format_4(table: bytes) -> set[int]:
    """A segment may span code points that have no glyph (glyph 0), so each one is looked up."""
    (doubled,) = struct.unpack_from(">H", table, 6)
    columns = [
        struct.unpack_from(f">{doubled // 2}H", table, at) for at in (14, *(16 + doubled * n for n in (1, 2, 3)))
    ]
    points: set[int] = set()
    for segment, (last, first, delta, offset) in enumerate(zip(*columns, strict=True)):
        for point in range(first, last + 1):
            glyph = point
            if offset:
                # Counted from where the offset itself stands.
                at = 16 + doubled * 3 + 2 * segment + offset + 2 * (point - first)
                (glyph,) = struct.unpack_from(">H", table, at)
                if not glyph:
                    continue
            if (glyph + delta) & 0xFFFF:
                points.add(point)
    return points
