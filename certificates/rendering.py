"""The certificate as a page: text in, one tagged PDF out. No models, no database, no language is looked up here.

The page itself is ``typst/certificate.typ``; this module cleans the text, makes the QR code and keeps a warm compiler.
"""

import datetime
import json
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import segno
import typst

from lms.typesetting import Run, compiler, coverage, families, replace_missing, run_of

logger = logging.getLogger("suluh.certificates")

TEMPLATE = Path(__file__).resolve().parent / "typst" / "certificate.typ"
NO_NAME = "\u2014"  # never an empty line on which a name could be written


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
    every, first = coverage().every.__contains__, coverage().first.__contains__
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


def _page(text: CertificateText, is_covered: Callable[[str], bool], is_covered_in_name: Callable[[str], bool]) -> str:
    """What the template reads, as JSON."""
    missing: set[str] = set()

    def run(value: str, is_covered: Callable[[str], bool] = is_covered) -> Run:
        return run_of(value, is_covered, missing)

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
        "fonts": families(text.language),
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
        "verify_url": replace_missing(text.verify_url, is_covered, missing),
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


def _compile(page: str, issued_at: datetime.datetime) -> bytes:
    pdf = compiler(TEMPLATE).compile(
        format="pdf",
        sys_inputs={"certificate": page},
        # An archive can read it after the tools of today are gone, and a screen reader today.
        pdf_standards=["a-2a", "ua-1"],
        timestamp=issued_at.astimezone(datetime.UTC).replace(microsecond=0),
    )
    if not isinstance(pdf, bytes):  # a list when there are more pages than one, None when written to a file
        raise TypeError("typst gave no single file")
    return pdf
