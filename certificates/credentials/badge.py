"""The picture of a badge: text in, one SVG or PNG out, drawn by typst. It bears no name. No models, no database."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import typst

from lms.typesetting import clean_text, compiler, coverage, run_of

TEMPLATE = Path(__file__).resolve().parent.parent / "typst" / "badge.typ"
#: Dots to an inch of the PNG: 300 pt become 400 dots.
_DENSITY = 96.0
FileFormat = Literal["png", "svg"]


@dataclass(frozen=True, kw_only=True)
class BadgeText:
    """Everything that is printed on a badge, in the reader's language."""

    language: str
    right_to_left: bool
    kind: str
    course: str
    edition: str
    issuer: str
    specimen: str


def badge_svg(text: BadgeText) -> str:
    """With the letters as outlines, so that it looks the same where a script's font is missing."""
    return _drawn(text, "svg").decode()


def badge_png(text: BadgeText) -> bytes:
    """The same picture in 400 by 400 dots, with nothing behind the circle."""
    return _drawn(text, "png")


def _drawn(text: BadgeText, file_format: FileFormat) -> bytes:
    every, first = coverage().every.__contains__, coverage().first.__contains__
    for is_covered in (every, first):
        missing: set[str] = set()
        page = {
            "fonts": coverage().families,
            "lang": text.language.partition("-")[0].lower(),
            "rtl": text.right_to_left,
            "title": clean_text(text.course),
            **{
                name: run_of(getattr(text, name), is_covered, missing)
                for name in ("kind", "course", "edition", "issuer", "specimen")
            },
        }
        try:
            return _compile(json.dumps(page, ensure_ascii=False), file_format)
        except typst.TypstError:
            # A sequence that its face cannot shape: again with what the first face has.
            if is_covered is first:
                raise
    raise AssertionError


def _compile(page: str, file_format: FileFormat) -> bytes:
    drawn = compiler(TEMPLATE).compile(
        format=file_format,
        ppi=_DENSITY,
        sys_inputs={"badge": page},
    )
    if not isinstance(drawn, bytes):
        raise TypeError("typst gave no single file")
    return drawn
