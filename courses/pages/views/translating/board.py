"""The board: how far every language of every course is, and the interface."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.permissions import Right, SignedInRequest, has_right, requires
from courses.pages.forms.assigning import BoardForm
from courses.pages.translating.assigning import LOOKS, handed_back, may_assign
from courses.pages.translating.board import KEY, Board, Row, board_of, boards, rows_of_table
from learning.models import Course
from lms.catalogues import Catalogue, catalogues
from lms.tables import as_csv


@requires(*LOOKS)
@never_cache
def board(request: SignedInRequest) -> HttpResponseBase:
    """All courses, language by language, and the words of the interface."""
    form = _form(request)
    sought = form.cleaned_data if form.is_valid() else {}
    language = sought.get("language", "")
    if sought.get("course"):
        return redirect(_address("translate:board_course", [sought["course"]], language))
    found = boards(request.user, language)
    return render(
        request,
        "courses/translating/boards.html",
        {
            "form": form,
            "language": language,
            "boards": found,
            "lines": _lines(found),
            "returned": handed_back(request.user),
            "interface": [_Interface(each) for each in catalogues()],
            "pieces": KEY,
            "csv": _address("translate:board_csv", [], language),
            "may_write": has_right(request.user, Right.WRITE_COURSES),
        },
    )


@requires(*LOOKS)
@never_cache
def board_course(request: SignedInRequest, course: str) -> HttpResponseBase:
    """One course: its languages and modules."""
    found = get_object_or_404(Course, slug=course)
    language = _language(request)
    shown = board_of(request.user, found, language)
    return render(
        request,
        "courses/translating/board.html",
        {
            "form": _form(request, course=found.slug, language=language),
            "board": shown,
            "language": language,
            "returned": handed_back(request.user, found),
            "may_assign": may_assign(request.user),
            "may_write": has_right(request.user, Right.WRITE_COURSES),
            "pieces": KEY,
            "csv": _address("translate:board_csv", [], language, course=found.slug),
        },
    )


@requires(*LOOKS)
@never_cache
def board_csv(request: SignedInRequest) -> HttpResponseBase:
    """The board as a table: a line for each module and language."""
    slug, language = request.GET.get("course", ""), _language(request)
    if slug:
        found = [board_of(request.user, get_object_or_404(Course, slug=slugify(slug)), language)]
    else:
        found = boards(request.user, language)
    header = [
        _("Course"),
        _("Module"),
        _("Title"),
        _("Language"),
        _("Texts"),
        _("Translated"),
        _("Draft"),
        _("Machine"),
        _("Out of date"),
        _("Missing"),
        _("Words"),
        _("Words left"),
        _("Reviewed"),
        _("Who"),
        _("By when"),
        _("Overdue"),
    ]
    rows = []
    for board_, row, cell in rows_of_table(found):
        tally, taken = cell.tally, cell.assigned
        rows.append(
            [
                board_.course.code,
                cell.unit,
                cell.title,
                row.language,
                *(tally.total, tally.current, tally.draft, tally.machine, tally.stale, tally.missing),
                *(tally.words, tally.words_left),
                _("yes") if cell.is_reviewed else _("no"),
                taken.who if taken else "",
                taken.due_on.isoformat() if taken else "",
                _("yes") if taken and taken.is_overdue else "",
            ]
        )
    response = HttpResponse(as_csv(header, rows), content_type="text/csv; charset=utf-8")
    name = f"translations-{timezone.localdate().isoformat()}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@dataclass(frozen=True)
class _Interface:
    """One language of the interface with its name."""

    catalogue: Catalogue

    @property
    def is_known(self) -> bool:
        """Whether the software knows how the language is named and written."""
        try:
            get_language_info(self.catalogue.language)
        except KeyError:
            return False
        return True

    @property
    def name(self) -> str:
        language = self.catalogue.language
        return str(get_language_info(language)["name_local"]) if self.is_known else language


def _lines(found: Sequence[Board]) -> list[tuple[str, list[tuple[Board, Row | None]]]]:
    """(language, what each course has of it), in the order of the site."""
    return [
        (code, [(board_, board_.row(code)) for board_ in found])
        for code, _name in settings.LANGUAGES
        if any(board_.row(code) for board_ in found)
    ]


def _form(request: SignedInRequest, **chosen: str) -> BoardForm:
    codes = [(course.slug, course.code) for course in Course.objects.all()]
    return BoardForm(chosen or request.GET, courses=codes)


def _language(request: SignedInRequest) -> str:
    language = request.GET.get("language", "")
    return language if language in dict(settings.LANGUAGES) else ""


def _address(name: str, args: Iterable[str], language: str, **more: str) -> str:
    query = {**more, **({"language": language} if language else {})}
    address = reverse(name, args=list(args))
    return f"{address}?{urlencode(query)}" if query else address
