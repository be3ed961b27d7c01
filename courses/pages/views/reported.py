"""The queue of what officers reported, for those who write and translate."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from wagtail.models import Page

from accounts.permissions import Right, SignedInRequest, requires
from assessments.models import ItemVersion
from courses.pages.models import CoursePage, LessonPage, ModulePage
from courses.pages.review_desk import unit_of_page
from courses.pages.selectors import is_translation, source_page_of
from courses.pages.translating.segments import QUESTIONS
from courses.pages.units import unit_of
from learning.forms import AnswerForm
from learning.models import ContentReport
from learning.selectors import one_report, open_counts, reports_seen_by
from learning.services import AnsweredAlready, answer_report
from lms.language_names import language_info

A_PAGE = 25


@dataclass(frozen=True)
class Row:
    """One report with its place: the title of the lesson, or the key of the question, and where that, or its block,
    is edited in that language.

    A translation is edited at the translator's desk.
    """

    report: ContentReport
    title: str
    url: str
    language: str


@dataclass(frozen=True)
class Asked:
    """A question in its newest version: the slug of its course, the unit that it is translated with, and the language
    that it is written in."""

    version: ItemVersion
    course: str
    unit: str
    language: str


def _rows(reports: list[ContentReport]) -> list[Row]:
    keys = {report.activity.key for report in reports if report.item is None}
    pages: dict[tuple[int, str, str], LessonPage] = {}
    courses = dict(CoursePage.objects.values_list("path", "course"))
    for page in LessonPage.objects.filter(key__in=keys).select_related("locale"):
        course = courses.get(page.path[: -2 * Page.steplen])
        if course is not None:
            pages[course, page.key, page.locale.language_code] = page
    questions = _questions(report.item for report in reports if report.item)
    rows = []
    for report in reports:
        language = language_info(report.language)["name_local"]
        question = questions.get(report.item) if report.item else None
        if question is not None:
            rows.append(Row(report, question.version.item.key, _where_asked(report, question), language))
            continue
        page = pages.get((report.activity.course_id, report.activity.key, report.language))
        url = _where(report, page) if page else ""
        title = page.title if page else report.activity.key
        rows.append(Row(report, title, url, language))
    return rows


def _questions(items: Iterable[uuid.UUID]) -> dict[uuid.UUID, Asked]:
    """Uuid of a question → what is to be known of it."""
    versions = {
        version.item.uuid: version
        for version in ItemVersion.objects.filter(item__uuid__in=set(items))
        .select_related("item__bank__course")
        .order_by("number")
    }
    # A bank may belong to no course; its questions are asked in none.
    courses = {course for version in versions.values() if (course := version.item.bank.course) is not None}
    found: dict[uuid.UUID, Asked] = {}
    for course in courses:
        page = source_page_of(course)
        if page is None:
            continue
        modules = dict.fromkeys(ModulePage.objects.child_of(page).values_list("key", flat=True))
        for item, version in versions.items():
            if version.item.bank.course_id == course.pk:
                unit, written_in = unit_of(version, modules), str(page.locale.language_code)
                found[item] = Asked(version, course.slug, unit, written_in)
    return found


def _where_asked(report: ContentReport, asked: Asked) -> str:
    item = asked.version.item
    if report.language == asked.language or item.retired_at or item.drafted_at:
        return reverse("bank:question", args=[asked.course, item.uuid])
    place = urlencode({"show": "all", "at": QUESTIONS, "q": item.key})
    return f"{reverse('translate:unit', args=[asked.course, asked.unit, report.language])}?{place}"


def _where(report: ContentReport, page: LessonPage) -> str:
    place = unit_of_page(page)
    if place is not None and is_translation(page.pk):
        course, unit, language = place
        address = reverse("translate:unit", args=[course.slug, unit, language])
        return f"{address}?show=all&at={page.key}"
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    return f"{url}#block-{report.block}-section" if report.block else url


@requires(Right.WRITE_COURSES)
def reported(request: SignedInRequest) -> HttpResponseBase:
    """What is open, oldest first, of all languages or one; or what was answered, newest first."""
    language = request.GET.get("language", "")
    is_answered = request.GET.get("state") == "answered"
    found = reports_seen_by(request.user).filter(answered_at__isnull=not is_answered)
    if language:
        found = found.filter(language=language)
    found = found.order_by("-answered_at" if is_answered else "reported_at")
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    languages = [(code, language_info(code)["name_local"], n) for code, n in sorted(open_counts(request.user).items())]
    context = {"page": page, "rows": _rows(list(page)), "languages": languages, "language": language}
    return render(request, "courses/admin/reported.html", context | {"is_answered": is_answered})


@requires(Right.WRITE_COURSES)
def answer(request: SignedInRequest, report: uuid.UUID) -> HttpResponseBase:
    """One report with its place, and the answer to it."""
    found = one_report(request.user, report)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            answer_report(by=request.user, report=found, **form.cleaned_data)
        except AnsweredAlready as reason:
            messages.error(request, str(reason))
        else:
            messages.success(request, _("Answered. The officer reads it under “My learning”."))
        return redirect("reported")
    context = {"row": _rows([found])[0], "form": form}
    return render(request, "courses/admin/report.html", context, status=422 if form.errors else 200)
