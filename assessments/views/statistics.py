"""How the questions of a test do, and what follows from it."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.permissions import Right, SignedInRequest, has_right, requires
from accounts.services import audit
from assessments import bank
from assessments.correcting.reads import Asked, as_asked
from assessments.forms.statistics import TranslatorForm
from assessments.models import Correction, Item
from assessments.selectors import corrections_of
from assessments.services import analysing
from assessments.statistics import reads
from assessments.statistics.drawing import bars_of, heat_of
from assessments.statistics.exchange import questions_table
from assessments.statistics.figures import InLanguage
from assessments.statistics.hiding import about
from assessments.statistics.reads import Analysed, Test
from assessments.statistics.tables import PlaceTable, shown_tables
from assessments.statistics.words import METHODS, REFUSED, SIGNS, Said
from assessments.tasks.statistics import work_out_analysis
from learning.models import Course
from learning.selectors import course_names
from learning.services import TooManyReports
from lms.queue import enqueue
from lms.tables import as_csv

#: So many questions are in the picture; the table has all.
MOST_IN_PICTURE = 40


@requires(*reads.LOOKS)
@never_cache
def courses(request: SignedInRequest) -> HttpResponseBase:
    """Every course with its tests, and how many questions of each need attention."""
    found = reads.courses_with_tests(request.user)
    names = course_names([course for course, _tests in found], get_language())
    rows = [(course, names[course.pk], [(test, _papers(test)) for test in tests]) for course, tests in found]
    return render(request, "assessments/statistics/courses.html", {"rows": rows})


@requires(*reads.LOOKS)
@never_cache
def course(request: SignedInRequest, course: str) -> HttpResponseBase:
    """The final test of a course, or another where nobody sat that."""
    found = reads.find_course(request.user, course)
    tests = reads.tests_of(request.user, found)
    if tests:
        return redirect("statistics:test", course, tests[0].activity.key)
    return render(request, "assessments/statistics/test.html", {"course": found, "tests": [], "test": None})


@requires(*reads.LOOKS)
@never_cache
def test(request: SignedInRequest, course: str, key: str) -> HttpResponseBase:
    """One test: its results, and its questions, first what needs attention."""
    found = reads.find_course(request.user, course)
    one = reads.one_test(request.user, found, key)
    figures = one.figures
    context: dict[str, Any] = {
        "course": found,
        "tests": reads.tests_of(request.user, found),
        "test": one,
        "figures": figures,
        "papers": _papers(one),
    }
    if figures is not None:
        rows = [_row(each) for each in reads.items_of(request.user, one)]
        languages = figures.languages
        shown = [row for row in rows if not row.is_without][:MOST_IN_PICTURE]
        cells = [(row.name, [_cell(row.each, code) for code in languages]) for row in shown]
        context |= {
            "rows": rows,
            "languages": languages,
            "heat": heat_of(cells, languages) if cells and languages else None,
            "bars": bars_of(figures.distribution) if figures.distribution else None,
            "passes": [(code, share, about(share.n)) for code, share in figures.passes.items()],
            "method": METHODS[figures.reliability.method] if figures.reliability else "",
            "refused": REFUSED.get(figures.refused, ""),
            "error": round(100 * figures.reliability.error) if figures.reliability else None,
        }
    return render(request, "assessments/statistics/test.html", context)


@requires(*reads.LOOKS)
@require_POST
def refresh(request: SignedInRequest, course: str, key: str) -> HttpResponseBase:
    """Work a test out anew."""
    found = reads.find_course(request.user, course)
    one = reads.one_test(request.user, found, key)
    if analysing.ask_analysis(by=request.user, activity=one.activity):
        messages.success(request, _("Worked out anew."))
    else:
        enqueue(work_out_analysis, one.activity.pk)
        messages.info(request, _("There are many papers. Come back in a few minutes."))
    return redirect("statistics:test", course, key)


@requires(*reads.LOOKS)
@never_cache
def questions_csv(request: SignedInRequest, course: str, key: str) -> HttpResponseBase:
    """The table of questions as a file."""
    found = reads.find_course(request.user, course)
    one = reads.one_test(request.user, found, key)
    if one.figures is None:
        raise Http404
    header, rows = questions_table(one.figures, reads.items_of(request.user, one))
    audit(by=request.user, action="report.exported", target=f"assessments.statistics:{one.activity.uuid}")
    response = HttpResponse(as_csv(header, rows), content_type="text/csv; charset=utf-8")
    name = slugify(f"{found.code}-{key}-{timezone.localdate().isoformat()}")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


@requires(*reads.LOOKS)
@never_cache
def item(request: SignedInRequest, course: str, item: uuid.UUID) -> HttpResponseBase:
    """One question: how each version does in each test, and what may be done about it."""
    found = reads.find_course(request.user, course)
    one = reads.find_item(request.user, found, item)
    return _item(request, found, one)


@requires(Right.WRITE_COURSES)
@require_POST
def translator(request: SignedInRequest, course: str, item: uuid.UUID, number: int) -> HttpResponseBase:
    """Ask for a look at the translation of a version."""
    found = reads.find_course(request.user, course)
    one = reads.find_item(request.user, found, item)
    for each, versions in reads.figures_of(request.user, found, one):
        for analysed in versions:
            if analysed.version.number == number and each.activity.key == request.POST.get("test"):
                return _ask(request, found, one, each, analysed)
    raise Http404


def _ask(request: SignedInRequest, course: Course, item: Item, test: Test, analysed: Analysed) -> HttpResponseBase:
    form = TranslatorForm(request.POST, languages=_others(analysed))
    if not form.is_valid():
        return _item(request, course, item, form=form, status=422)
    language = form.cleaned_data["language"]
    note = _note(analysed, language)
    try:
        analysing.ask_translator(
            by=request.user, activity=test.activity, version=analysed.version, language=language, note=note
        )
    except TooManyReports as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, _("Asked. It stands among what was reported; the answer comes to “What you reported”.")
        )
    return redirect("statistics:item", course.slug, item.uuid)


def _note(analysed: Analysed, language: str) -> str:
    """Why somebody is to look at a translation: the figures, in words."""
    within = analysed.figures.languages[language]
    if within.dif is not None and within.dif.klass != "A":
        words = (
            _("Question %(key)s is harder in this language for people with the same result (class %(klass)s).")
            if within.dif.is_harder
            else _("Question %(key)s is easier in this language for people with the same result (class %(klass)s).")
        )
        return words % {"key": analysed.item.key, "klass": within.dif.klass}
    return _("Please compare question %(key)s with the original: its figures are unusual.") % {"key": analysed.item.key}


# --- helpers


def _papers(test: Test) -> str:
    return about(test.figures.papers) if test.figures else ""


def _signs(each: Analysed) -> list[Said]:
    return [SIGNS[sign] for sign in each.figures.signs]


@dataclass(frozen=True)
class Row:
    """One version in the list of a test."""

    each: Analysed
    has_versions: bool = False

    @property
    def name(self) -> str:
        return f"{self.each.item.key} v{self.each.version.number}"

    @property
    def signs(self) -> list[Said]:
        return _signs(self.each)

    @property
    def answers(self) -> str:
        return about(self.each.figures.facility.n)

    @property
    def is_without(self) -> bool:
        """Whether nothing is worked out for it."""
        return self.each.figures.is_dropped or self.each.figures.is_by_hand

    @property
    def suspects(self) -> list[str]:
        return self.each.figures.suspects

    @property
    def refused(self) -> Any:
        return REFUSED.get(self.each.figures.refused, "")


def _row(each: Analysed) -> Row:
    return Row(each)


def _cell(each: Analysed, language: str) -> tuple[Any, str]:
    within = each.figures.languages.get(language)
    return (within.facility, _class_of(within)) if within else (None, "")


def _class_of(within: InLanguage) -> str:
    return within.dif.klass if within.dif and within.dif.klass != "A" else ""


@dataclass(frozen=True)
class LanguageRow:
    """One language of a version: its share of right answers, and how it compares with the reference."""

    code: str
    within: InLanguage
    is_reference: bool

    @property
    def answers(self) -> str:
        return about(self.within.facility.n)

    @property
    def refused(self) -> Any:
        return REFUSED.get(self.within.refused, "")


class VersionPart:
    """One version of a question in one test, as its page shows it."""

    def __init__(self, test: Test, each: Analysed, correction: Correction | None, asked: Asked | None) -> None:
        self.test, self.each, self.correction, self.asked = test, each, correction, asked
        self.figures, self.version = each.figures, each.version

    @property
    def signs(self) -> list[Said]:
        return _signs(self.each)

    @property
    def row(self) -> Row:
        return _row(self.each)

    @property
    def languages(self) -> list[LanguageRow]:
        rows = [
            LanguageRow(code, within, code == self.figures.reference) for code, within in self.figures.languages.items()
        ]
        return sorted(rows, key=lambda row: (not row.is_reference, -row.within.facility.n))

    @property
    def tables(self) -> list[PlaceTable]:
        return shown_tables(self.figures.tables, self.asked)

    @property
    def older(self) -> str:
        return about(self.figures.older)

    @property
    def form(self) -> TranslatorForm | None:
        others = _others(self.each)
        if not others:
            return None
        first = next((code for code in self.figures.suspects if code in others), others[0])
        initial = {"test": self.test.activity.key, "language": first}
        tail = f"{self.test.activity.key}_{self.version.number}"
        return TranslatorForm(languages=others, initial=initial, auto_id=f"id_%s_{tail}")


def _others(each: Analysed) -> list[str]:
    """The languages of a version that are translations, as far as answers came in them."""
    return [code for code in each.figures.languages if code != each.figures.reference]


def _item(
    request: SignedInRequest,
    course: Course,
    item: Item,
    *,
    form: TranslatorForm | None = None,
    status: int = 200,
) -> HttpResponseBase:
    found = reads.figures_of(request.user, course, item)
    newest = corrections_of(each.version.pk for _test, own in found for each in own)
    texts: dict[int, Asked | None] = {}
    parts = []
    for each, own in found:
        for analysed in own:
            if analysed.version.pk not in texts:
                texts[analysed.version.pk] = as_asked(analysed.version, get_language())
            pk = analysed.version.pk
            parts.append(VersionPart(each, analysed, newest.get(pk), texts[pk]))
    asked = next((part.asked for part in parts if part.asked), None)
    return render(
        request,
        "assessments/statistics/item.html",
        {
            "course": course,
            "item": item,
            "parts": parts,
            "asked": asked,
            "sees_key": bank.may_see_key(request.user, item),
            "writes": has_right(request.user, Right.WRITE_COURSES),
            "publishes": has_right(request.user, Right.PUBLISH_COURSES),
            "refused_form": form,
        },
        status=status,
    )
