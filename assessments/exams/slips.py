"""The tickets of an exam as a sheet to print and cut, set like the slips with one-time codes."""

import json
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.slips import Covers, languages_for, print_sheet, words_of_slip
from assessments.models import Exam
from assessments.services import GivenTicket
from lms.calendars import day_text
from lms.typesetting import coverage, run_of


def print_tickets(exam: Exam, given: Sequence[GivenTicket]) -> bytes:
    """The tickets as a PDF, in the language of each officer and of the member, with times as they were announced."""
    return print_sheet(lambda is_covered, is_covered_in_name: _sheet(exam, given, is_covered, is_covered_in_name))


def _sheet(exam: Exam, given: Sequence[GivenTicket], is_covered: Covers, is_covered_in_name: Covers) -> str:
    missing: set[str] = set()

    def run(value: str) -> Any:
        return run_of(value, is_covered, missing)

    words: dict[tuple[str, ...], dict[str, Any]] = {}
    slips = []
    for each in given:
        languages = tuple(languages_for(each.enrolment.member, getattr(each.enrolment, "chosen_language", None) or ""))
        if languages not in words:
            words[languages] = _words(exam, languages, run)
        slips.append(
            {
                **words[languages],
                "name": run_of(str(getattr(each.enrolment, "label", "–")), is_covered_in_name, missing),
                "agency": run_of(exam.title, is_covered_in_name, missing),
                "username": run(at_place(exam, exam.opens_at, languages[0])),
                "code": run(each.code),
                "until": run(at_place(exam, exam.closes_at, languages[0])),
            }
        )
    return json.dumps({"fonts": coverage().families, "slips": slips}, ensure_ascii=False)


def at_place(exam: Exam, at: Any, language: str) -> str:
    """A day and hour as they were announced: in the time zone of the exam, which is named."""
    zone = exam.time_zone or "UTC"
    local = at.astimezone(ZoneInfo(zone))
    return f"{day_text(local.date(), language)} {local:%H:%M} {zone}"


def _words(exam: Exam, languages: Sequence[str], run: Any) -> dict[str, Any]:
    with translation.override(languages[0]):
        address = settings.PUBLIC_URL + reverse("courses:activity", args=[exam.klass.course.slug, exam.activity.key])
    return words_of_slip(
        languages,
        run,
        address,
        {"username": lambda: _("Opens"), "code": lambda: _("Ticket"), "until": lambda: _("Closes")},
        [
            lambda: _("Sign in as always and open the test at the address below."),
            lambda: _("Type the ticket when the exam is open. It is good once, and only for you."),
            lambda: _("If the link is lost, sign in again and go on: no second ticket is needed."),
        ],
    )
