"""The certificate as a page: text in, one tagged PDF out. No models, no database, no language is looked up here.

The page itself is ``typst/certificate.typ``; this module cleans the text, makes the QR code and keeps a warm compiler.
"""

import datetime
import functools
import importlib.resources
import json
import logging
import os
import re
import struct
import threading
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

import segno
import typst

logger = logging.getLogger("suluh.certificates")

TEMPLATE = Path(__file__).resolve().parent / "typst" / "certificate.typ"

# Installed packages that hold font files, the first one first. The page uses no other font: the same text must give
# the same page on every machine.
FONT_PACKAGES = ("manimgx_fonts",)

# The first face serves Latin, Greek and Cyrillic; the last two only what no script's face has.
FIRST_FACE = "Noto Sans"
LAST_FACES = ("Noto Sans Symbols", "Noto Emoji")

LONGEST_TEXT = 400  # characters of any one field; more could not be read on the page
LONGEST_WORD = 30  # Latin letters, then a line may break anyway
MOST_MARKS = 8  # combining marks on one letter; no language of the members needs more

MISSING = "\u25fb"  # a white square, in Noto Emoji; the usual U+25A1 is in no face of the package
NO_NAME = "\u2014"  # never an empty line on which a name could be written

ZERO_WIDTH_SPACE = "\u200b"
# Format characters that spelling needs: joiners (Persian, Sinhala, Khmer …), a break where a script has no spaces, and
# the three marks that order a bracket or a number. Embeddings, overrides and isolates are not among them: with
# them a name could be made to read as another one, or to spill over its line.
KEPT_FORMAT_CHARACTERS = frozenset("\u200b\u200c\u200d\u200e\u200f\u061c")
# Letters and marks that print nothing: a name of these would look like no name.
BLANK_CHARACTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")
VARIATION_SELECTORS = frozenset(map(chr, range(0xFE00, 0xFE10)))


@dataclass(frozen=True, kw_only=True)
class CertificateText:
    """Everything that is printed, already in the reader's language; nothing is looked up later.

    The strings are data: none of them is ever run as markup, and control characters in them are not printed.
    """

    language: str
    """BCP 47, such as "en" or "ur"; names the document's language for screen readers and picks local letter forms."""
    right_to_left: bool
    """Whether the page is laid out from right to left. A name keeps its own script's direction on either page."""
    heading: str
    """Such as "Certificate of completion"."""
    presented_to: str
    """The line above the name, such as "This is to certify that"."""
    name: str
    """As the holder wants it, in any script."""
    statement: str
    """The line below the name, such as "has completed the course and passed its final test"."""
    course: str
    edition: str
    """Such as "Edition 1, revision 2"."""
    facts: tuple[tuple[str, str], ...]
    """Pairs of label and value in reading order, three to a row; six look best, nine still fit."""
    issuer: str
    verify_label: str
    """The line above the address, such as "Check this certificate at"."""
    verify_url: str
    """The address that is printed, linked and put into the QR code."""
    specimen: str
    """The word across the page, such as "SPECIMEN"; "" when the certificate is a real one."""
    specimen_note: str
    """One line that says why it is a specimen; "" otherwise."""
    issued_at: datetime.datetime
    """Aware. The PDF's creation date, so that the same text gives the same bytes whenever it is rendered."""


class _Run(TypedDict):
    text: str
    rtl: bool
    spaced: bool


def render_certificate(text: CertificateText) -> bytes:
    """Set the certificate as a PDF of one page, A4 landscape.

    The file is tagged, says its title and language and follows PDF/A-2a (ISO 19005-2) and PDF/UA-1 (ISO 14289-1).
    The same text gives the same bytes, in any process, as long as the same typst, segno and fonts are installed.
    A character that no font has is printed as a white square and logged (by its code point, never with the name it
    came from) to ``suluh.certificates``. Safe to call from several threads.

    A process that has rendered may not be forked and render again in the child, because typst's own threads do not
    survive a fork. A server that loads the application before it forks its workers is fine: nothing is started
    before the first call.

    :param text: what is printed
    :raises ValueError: ``issued_at`` has no time zone, or ``verify_url`` is empty or too long for a QR code
    :raises RuntimeError: called in the child of a process that had rendered before the fork
    """
    if text.issued_at.tzinfo is None:
        raise ValueError("issued_at needs a time zone")
    if not text.verify_url:
        raise ValueError("verify_url is empty")
    coverage = _coverage()
    every, first = coverage.every.__contains__, coverage.first.__contains__
    # A sequence that its face cannot shape stops typst although each character is there. The officer gets a
    # certificate all the same: first the name alone, then everything is brought down to what the first face has.
    for is_covered, is_covered_in_name in ((every, every), (every, first)):
        try:
            return _compile(_page(text, is_covered, is_covered_in_name), text.issued_at)
        except typst.TypstError:
            # What typst says is not logged: it may quote the name.
            logger.error("certificate: a text could not be shaped and is set again with fewer characters")
    return _compile(_page(text, first, first), text.issued_at)


def qr_code_svg(address: str) -> str:
    """The QR code of an address as SVG, without the quiet zone, which the page gives it.

    :param address: what a camera shall read
    :raises ValueError: too long for a QR code
    """
    # micro=False: phones read no Micro QR codes. "m" outlives a fold or a coffee stain (15 % of the code).
    return str(segno.make(address, error="m", micro=False).svg_inline(border=0, dark="#12324a", omitsize=True))


def clean_text(value: str) -> str:
    """A text as one line that can be printed: composed (NFC), without control characters, of bearable length.

    Line breaks and tabs become a space. Bidirectional embeddings, overrides and isolates go, because they make a text
    read as another one (Unicode Technical Report 36, 2.1); joiners and direction marks stay, because spelling needs
    them. A pile of more than eight combining marks on one letter is cut, as is a text of more than 400 characters.

    :param value: any string, lone surrogates included
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
    if len(cleaned) > LONGEST_TEXT:
        logger.warning("certificate: a text of %d characters is cut to %d", len(cleaned), LONGEST_TEXT)
        cleaned = cleaned[: LONGEST_TEXT - 1].rstrip() + "…"
    return cleaned


def _page(text: CertificateText, is_covered: Callable[[str], bool], is_covered_in_name: Callable[[str], bool]) -> str:
    """What the template reads, as JSON."""
    missing: set[str] = set()

    def run(value: str, is_covered: Callable[[str], bool] = is_covered) -> _Run:
        printed = _replace_missing(clean_text(value), is_covered, missing)
        is_simple = all(not c.isalpha() or unicodedata.name(c, "").startswith("LATIN") for c in printed)
        return {
            "text": _break_long_words(printed) if is_simple else printed,
            "rtl": _reads_right_to_left(printed),
            "spaced": is_simple,
        }

    primary, _, rest = text.language.replace("_", "-").partition("-")
    region = re.search(r"(?:^|-)([A-Za-z]{2})(?:-|$)", rest)
    name = run(text.name, is_covered_in_name)
    if not name["text"].strip("\u200b\u200c\u200d\u200e\u200f\u061c "):
        logger.warning("certificate: a name without a printable character")
        name = run(NO_NAME)
    specimen, specimen_note = run(text.specimen), run(text.specimen_note)
    heading, course = run(text.heading), run(text.course)
    verify_label = run(text.verify_label)
    page = {
        "lang": primary.lower() if re.fullmatch(r"[A-Za-z]{2,3}", primary) else "und",
        "region": region[1].upper() if region else None,
        "rtl": text.right_to_left,
        "fonts": _coverage().families,
        "title": " – ".join(part["text"] for part in (heading, course) if part["text"]),
        "heading": heading,
        "presented_to": run(text.presented_to),
        "name": name,
        "statement": run(text.statement),
        "course": course,
        "edition": run(text.edition),
        "facts": [[run(label), run(value)] for label, value in text.facts],
        "issuer": run(text.issuer),
        "verify_label": verify_label,
        "verify_url": _replace_missing(text.verify_url, is_covered, missing),
        "qr": qr_code_svg(text.verify_url),
        "qr_alt": f"{verify_label['text']} {text.verify_url}".strip(),
        "specimen": specimen,
        "specimen_note": specimen_note,
        # The watermark is decoration to a screen reader, so the note says the word again.
        "notice": run(" · ".join(part["text"] for part in (specimen, specimen_note) if part["text"])),
    }
    if missing:
        codes = ", ".join(f"U+{ord(character):04X}" for character in sorted(missing))
        logger.warning("certificate: no font has %s", codes)
    return json.dumps(page, ensure_ascii=False)


def _replace_missing(value: str, is_covered: Callable[[str], bool], missing: set[str]) -> str:
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


def _compile(page: str, issued_at: datetime.datetime) -> bytes:
    pdf = _compiler().compile(
        format="pdf",
        sys_inputs={"certificate": page},
        # An archive can read it after the tools of today are gone, and a screen reader today.
        pdf_standards=["a-2a", "ua-1"],
        timestamp=issued_at.astimezone(datetime.UTC).replace(microsecond=0),
    )
    if not isinstance(pdf, bytes):  # a list when there are more pages than one, None when written to a file
        raise TypeError("typst gave no single file")
    return pdf


_local = threading.local()
_processes: set[int] = set()  # the one that started typst's threads; after a fork, not this one


def _compiler() -> typst.Compiler:
    """This thread's warm compiler: one cannot be shared, since each compilation changes its inputs."""
    _processes.add(os.getpid())
    if len(_processes) > 1:
        raise RuntimeError("this process was forked from one that had rendered a certificate; typst would hang here")
    compiler: typst.Compiler | None = getattr(_local, "compiler", None)
    if compiler is None:
        # The root is the template's folder: the template can read nothing else.
        compiler = typst.Compiler(input=TEMPLATE, root=TEMPLATE.parent, font_paths=_fonts(), ignore_system_fonts=True)
        _local.compiler = compiler
    return compiler


@functools.cache
def _fonts() -> typst.Fonts:
    folders = [str(importlib.resources.files(package)) for package in FONT_PACKAGES]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)


@dataclass(frozen=True, kw_only=True)
class _Coverage:
    families: list[str]
    """In the order in which they are asked for a character."""
    every: frozenset[str]
    """The characters that at least one of them has."""
    first: frozenset[str]
    """The characters of the first one, and the white square."""


@functools.cache
def _coverage() -> _Coverage:
    """Which characters can be printed. typst stops at one that cannot, so it has to be known before."""
    faces = [font for font in _fonts().fonts() if font.style == "normal" and font.path is not None]
    every: set[str] = set()
    first: set[str] = set()
    for face in faces:
        characters = _characters_of(Path(face.path or "").read_bytes())
        every |= characters
        if face.family == FIRST_FACE:
            first |= characters
    families = {face.family for face in faces}
    middle = sorted(families - {FIRST_FACE, *LAST_FACES})
    return _Coverage(
        families=[FIRST_FACE, *middle, *(face for face in LAST_FACES if face in families)],
        every=frozenset(every),
        first=frozenset(first | {MISSING}),
    )


def _characters_of(font: bytes) -> set[str]:
    """The characters of an OpenType font, from its ``cmap`` table (OpenType 1.9, formats 4 and 12)."""
    (tables,) = struct.unpack_from(">H", font, 4)
    records = (struct.unpack_from(">4s4xII", font, 12 + 16 * index) for index in range(tables))
    cmap = next(font[start : start + length] for tag, start, length in records if tag == b"cmap")
    (subtables,) = struct.unpack_from(">H", cmap, 2)
    points: set[int] = set()
    for index in range(subtables):
        (start,) = struct.unpack_from(">I", cmap, 8 + 8 * index)
        (table_format,) = struct.unpack_from(">H", cmap, start)
        if table_format == 12:
            (groups,) = struct.unpack_from(">I", cmap, start + 12)
            for first, last, _ in struct.iter_unpack(">III", cmap[start + 16 : start + 16 + 12 * groups]):
                points.update(range(first, last + 1))
        elif table_format == 4:
            points |= _points_of_format_4(cmap[start:])
    return set(map(chr, points))


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
