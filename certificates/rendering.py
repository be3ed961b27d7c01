"""The certificate as a page: text in, one tagged PDF out. No models, no database, no language is looked up here.

The page itself is ``typst/certificate-N.typ``; this module cleans the text, makes the QR code and keeps a warm
compiler.
"""

import base64
import datetime
import io
import json
import logging
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import segno
import typst
from PIL import Image

from certificates.compacting import compacted
from lms.typesetting import (
    KEPT_FORMAT_CHARACTERS,
    Run,
    clean_text,
    compiler,
    coverage,
    families,
    replace_missing,
    run_of,
)

logger = logging.getLogger("suluh.certificates")

FOLDER = Path(__file__).resolve().parent / "typst"
NEWEST = 2
"""The template that is written into what is issued today."""
LAYOUTS = ("landscape", "portrait")
MOST_SIGNATORIES, MOST_LOGOS = 3, 4
MASK = 4
_DARK_IS_BLACK = b"\xff" + bytes(255)
NO_NAME = "\u2014"  # never an empty line on which a name could be written


@dataclass(frozen=True)
class Picture:
    """A raster picture: the bytes of a PNG or JPEG, and its size in dots."""

    content: bytes
    width: int
    height: int


@dataclass(frozen=True)
class Signature:
    """Who signs, and the picture of the signature if there is one."""

    name: str
    title: str
    title_in_english: str = ""
    picture: Picture | None = None


@dataclass(frozen=True)
class Logo:
    """The logo of a partner, and the partner's name for whoever does not see it."""

    name: str
    picture: Picture


@dataclass(frozen=True)
class Rendered:
    """A file, and the characters that no font had."""

    pdf: bytes
    missing: frozenset[str]


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
    qr_url: str = ""
    """What the QR code holds, if it is more than the printed address."""
    remark: str = ""
    """One more line, such as why the page is in English."""
    layout: str = "landscape"
    english: "CertificateText | None" = None
    """The same in English, printed smaller beside it; with the same number of facts."""
    signatories: tuple[Signature, ...] = ()
    logos: tuple[Logo, ...] = ()
    template: int = NEWEST


def render_certificate(text: CertificateText) -> bytes:
    """The PDF of `render`."""
    return render(text).pdf


def render(text: CertificateText) -> Rendered:
    """Set the certificate as a PDF of one page, A4.

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
    every, first = coverage().every.__contains__, coverage().first.__contains__
    # A sequence that its face cannot shape stops typst although each character is there. The officer gets a
    # certificate all the same: first the name alone, then everything is brought down to what the first face has.
    for is_covered, is_covered_in_name in ((every, every), (every, first)):
        try:
            return _rendered(text, is_covered, is_covered_in_name)
        except typst.TypstError:
            # What typst says is not logged: it may quote the name.
            logger.error("certificate: a text could not be shaped and is set again with fewer characters")
    return _rendered(text, first, first)


def template_file(number: int) -> Path:
    """The file of a template.

    Raises:
        ValueError: there is none of this number.
    """
    path = FOLDER / f"certificate-{number}.typ"
    if not path.is_file():
        raise ValueError(f"no template {number}")
    return path


def _rendered(
    text: CertificateText, is_covered: Callable[[str], bool], is_covered_in_name: Callable[[str], bool]
) -> Rendered:
    page, missing = _page(text, is_covered, is_covered_in_name)
    return Rendered(_compile(page, text), frozenset(missing))


def qr_code_svg(address: str) -> str:
    """The QR code of an address as SVG, without the quiet zone, which the page gives it.

    :param address: what a camera shall read
    :raises ValueError: too long for a QR code
    """
    return str(_qr_code(address).svg_inline(border=0, dark="#12324a", omitsize=True))


def _qr_code(address: str) -> segno.QRCode:
    # micro=False: phones read no Micro QR codes. "m" outlives a fold or a coffee stain (15 % of the code).
    # Any mask can be read. Finding the best of the eight takes three quarters of the time, and what a signed token is
    # made of looks like chance under each.
    return segno.make(address, error="m", micro=False, boost_error=False, mask=MASK)


def _qr_code_png(address: str) -> list[int]:
    """The same as a picture: of hundreds of squares it is a quarter of the bytes in the file."""
    rows = [bytes(row).translate(_DARK_IS_BLACK) for row in _qr_code(address).matrix]
    squares = Image.frombytes("L", (len(rows), len(rows)), b"".join(rows))
    # Four dots a square, so that it stays sharp where a reader smooths pictures; a byte then holds two squares, which
    # packs better than three dots do.
    dots = squares.resize((4 * len(rows), 4 * len(rows)), Image.Resampling.NEAREST)
    out = io.BytesIO()
    dots.convert("1").save(out, "PNG")
    return list(out.getvalue())


def _page(
    text: CertificateText, is_covered: Callable[[str], bool], is_covered_in_name: Callable[[str], bool]
) -> tuple[str, set[str]]:
    """What the template reads, as JSON, and the characters that it lacks."""
    missing: set[str] = set()

    def run(value: str, is_covered: Callable[[str], bool] = is_covered) -> Run:
        return run_of(value, is_covered, missing)

    primary, _, rest = text.language.replace("_", "-").partition("-")
    region = re.search(r"(?:^|-)([A-Za-z]{2})(?:-|$)", rest)
    name = run(text.name, is_covered_in_name)
    if not _prints_something(name["text"]):
        logger.warning("certificate: a name without a printable character")
        name = run(NO_NAME)
    words = _words(text, run)
    page = words | {
        "lang": primary.lower() if re.fullmatch(r"[A-Za-z]{2,3}", primary) else "und",
        "region": region[1].upper() if region else None,
        "rtl": text.right_to_left,
        "fonts": families(text.language),
        "title": " – ".join(part["text"] for part in (words["heading"], words["course"]) if part["text"]),
        "name": name,
        "verify_url": replace_missing(text.verify_url, is_covered, missing),
        "qr": _qr_code_png(text.qr_url or text.verify_url),
        "qr_alt": f"{words['verify_label']['text']} {text.verify_url}".strip(),
        "specimen": run(text.specimen),
        "specimen_note": run(text.specimen_note),
        "remark": run(text.remark),
        "layout": text.layout,
        "english": _words(text.english, run) if text.english else None,
        "signatories": [
            {
                "name": run(each.name),
                "title": run(each.title),
                "title_en": run(each.title_in_english or each.title),
                "picture": _picture(each.picture, clean_text(each.name)) if each.picture else None,
            }
            for each in text.signatories[:MOST_SIGNATORIES]
        ],
        "logos": [_picture(each.picture, clean_text(each.name)) for each in text.logos[:MOST_LOGOS]],
    }
    if missing:
        logger.warning("certificate: no font has %s", code_points(missing))
    return json.dumps(page, ensure_ascii=False), missing


def code_points(characters: Iterable[str]) -> str:
    """Characters as people look them up: U+1E900, U+1E901."""
    return ", ".join(f"U+{ord(character):04X}" for character in sorted(characters))


def _prints_something(value: str) -> bool:
    return any(
        character not in KEPT_FORMAT_CHARACTERS
        and character != " "
        and not unicodedata.category(character).startswith("M")
        for character in value
    )


def _words(text: CertificateText, run: Callable[[str], Run]) -> dict[str, Any]:
    """What a page in two languages says twice."""
    specimen, note = run(text.specimen)["text"], run(text.specimen_note)["text"]
    return {
        "heading": run(text.heading),
        "presented_to": run(text.presented_to),
        "statement": run(text.statement),
        "course": run(text.course),
        "edition": run(text.edition),
        "facts": [[run(label), run(value)] for label, value in text.facts],
        "issuer": run(text.issuer),
        "verify_label": run(text.verify_label),
        # The watermark is decoration to a screen reader, so the note says the word again.
        "notice": run(" · ".join(part for part in (specimen, note) if part)),
    }


def _picture(picture: Picture, alt: str) -> dict[str, Any]:
    """A picture as the template takes it. Text is all that reaches a template, so it comes inside an SVG."""
    kind = "png" if picture.content.startswith(b"\x89PNG") else "jpeg"
    content = base64.b64encode(picture.content).decode()
    size = f'width="{picture.width}" height="{picture.height}"'
    return {
        "svg": f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {picture.width} {picture.height}">'
        f'<image {size} href="data:image/{kind};base64,{content}"/></svg>',
        "alt": alt,
        "width": picture.width,
        "height": picture.height,
    }


def _compile(page: str, text: CertificateText) -> bytes:
    pdf = compiler(template_file(text.template)).compile(
        format="pdf",
        sys_inputs={"certificate": page},
        # An archive can read it after the tools of today are gone, and a screen reader today.
        pdf_standards=["a-2a", "ua-1"],
        timestamp=text.issued_at.astimezone(datetime.UTC).replace(microsecond=0),
    )
    if not isinstance(pdf, bytes):  # a list when there are more pages than one, None when written to a file
        raise TypeError("typst gave no single file")
    return compacted(pdf)


def picture_of(text: CertificateText, *, dots_per_inch: float) -> bytes:
    """The same page as a PNG, set by the same compiler; for tests and samples."""
    every = coverage().every.__contains__
    page, _ = _page(text, every, every)
    png = compiler(template_file(text.template)).compile(
        format="png", ppi=dots_per_inch, sys_inputs={"certificate": page}
    )
    if not isinstance(png, bytes):
        raise TypeError("typst gave no single file")
    return png
