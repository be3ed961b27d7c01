"""The transcript: everything that an officer holds on a few pages, in the officer's language. No scores."""

import datetime as dt
import json
import logging
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from accounts.models import User
from certificates.models import Award, Recognition
from certificates.rendering import qr_code_svg
from certificates.selectors.recognitions import with_course_titles
from learning.manifest import in_hours
from lms.calendars import day_text
from lms.typesetting import compiler, coverage, families, run_of

logger = logging.getLogger("suluh.certificates")

LEFT_TO_RIGHT = "\N{LEFT-TO-RIGHT MARK}"
"""In front of a day inside a sentence: behind Arabic letters year, month and day would stand the other way round."""
TEMPLATE = Path(__file__).resolve().parent / "typst" / "transcript.typ"


def counted_minutes(awards: Iterable[Award]) -> int:
    """The design time of what was learned: of each course once, however often it was renewed or issued again.

    Specimens attest nothing, what is suspended or revoked does not hold, and a trainer certificate is no learning.
    Expired and replaced ones count: what was learned then was learned.
    """
    counted: dict[str, int] = {}
    for award in awards:
        holds = award.state in (Award.State.VALID, Award.State.SUPERSEDED)
        if award.is_specimen or not holds or award.kind == Award.Kind.TRAINER:
            continue
        code, minutes = award.snapshot["code"], int(award.snapshot["design_minutes"])
        counted[code] = max(minutes, counted.get(code, 0))
    return sum(counted.values())


def state_of(award: Award) -> str:
    """In words whether a certificate holds today."""
    if award.is_specimen:
        return _("SPECIMEN")
    if award.state == Award.State.VALID and award.is_expired:
        return _("Expired")
    return str(award.get_state_display())


def transcript_pdf(user: User, awards: list[Award], others: list[Recognition], language: str) -> bytes:
    """The transcript as a tagged PDF (PDF/A-2a, PDF/UA-1). Of one day and the same rows the bytes are the same.

    Arguments:
        awards: all certificates of the person, newest first.
        others: those of other bodies that are recognised.
        language: in which it is written.
    """
    every, first = coverage().every.__contains__, coverage().first.__contains__
    with translation.override(language):
        words = _words(user, awards, with_course_titles(others, language), language)
        for is_covered in (every, first):
            try:
                return _compile(_page(words, is_covered))
            except typst.TypstError:
                # What typst says is not logged: it may quote the name.
                logger.error("transcript: a text could not be shaped and is set again with fewer characters")
    raise RuntimeError("the transcript could not be set")


def _words(user: User, awards: list[Award], others: list[Recognition], language: str) -> dict[str, Any]:
    """Everything that is printed, in the active language."""

    def day(when: dt.date) -> str:
        return day_text(when, language)

    today = timezone.localdate()
    address = settings.PUBLIC_URL + reverse("certificates:verify")
    return {
        "language": language,
        "rtl": get_language_bidi(),
        "title": _("Transcript of certificates"),
        "issuer": _("Regional Support Office of the Bali Process"),
        "name": user.full_name,
        "day": _("As of %(day)s") % {"day": LEFT_TO_RIGHT + day(today)},
        "heads": [_("Course"), _("Certificate"), _("Hours"), _("Issued on"), _("Valid until"), _("State")],
        "rows": [
            [
                f"{award.snapshot['code']} {award.snapshot['course']}",
                [
                    str(award.get_kind_display()),
                    _("Edition %(edition)d, revision %(revision)d")
                    % {"edition": award.edition, "revision": award.revision},
                    award.number,
                ],
                in_hours(award.snapshot["design_minutes"]),
                day(award.issued_at.date()),
                day(award.valid_until),
                state_of(award),
            ]
            for award in awards
        ],
        "none": "" if awards else _("No certificate yet."),
        "total": _("Hours in all: %(hours)s") % {"hours": in_hours(counted_minutes(awards))},
        "total_note": _(
            "Design hours, of each course once; 1 hour counts as 1 hour of continuing professional development where "
            "the member recognises it. Specimens, and what is suspended or revoked, are not counted."
        ),
        "others_title": _("Of other bodies, recognised"),
        "others_note": _(
            "These were given by others. They are not certificates of this office and count no hours here."
        ),
        "others_heads": [_("Certificate"), _("Given by"), _("Given on"), _("Recognised as")],
        "others": [[each.title, each.body, day(each.awarded_on), recognised_as(each, language)] for each in others],
        "verify_label": _("Check each number at"),
        "verify_url": address,
    }


def recognised_as(each: Recognition, language: str) -> str:
    """In words as what a certificate of another body is recognised."""
    if each.stands_for is None or each.stands_until is None:
        return _("noted")
    return _("equivalent to the course %(course)s until %(day)s") % {
        "course": each.course_title,
        "day": LEFT_TO_RIGHT + day_text(each.stands_until, language),
    }


def _page(words: dict[str, Any], is_covered: Callable[[str], bool]) -> str:
    """What the template reads, as JSON: every text as a run, and nothing as markup."""
    missing: set[str] = set()

    def run(value: Any) -> Any:
        if isinstance(value, list):
            return [run(each) for each in value]
        return run_of(str(value), is_covered, missing)

    kept = ("language", "rtl", "verify_url")
    page = {name: value if name in kept else run(value) for name, value in words.items()}
    primary = words["language"].partition("-")[0].lower()
    page |= {
        "lang": primary,
        "fonts": families(words["language"], nastaliq=False),
        "qr": qr_code_svg(words["verify_url"]),
        "qr_alt": f"{words['verify_label']} {words['verify_url']}",
    }
    if missing:
        codes = ", ".join(f"U+{ord(character):04X}" for character in sorted(missing))
        logger.warning("transcript: no font has %s", codes)
    return json.dumps(page, ensure_ascii=False)


def _compile(page: str) -> bytes:
    midnight = dt.datetime.combine(timezone.localdate(), dt.time(), tzinfo=dt.UTC)
    pdf = compiler(TEMPLATE).compile(
        format="pdf", sys_inputs={"transcript": page}, pdf_standards=["a-2a", "ua-1"], timestamp=midnight
    )
    if not isinstance(pdf, bytes):
        raise TypeError("typst gave no single file")
    return pdf
