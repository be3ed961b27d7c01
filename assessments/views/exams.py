"""Exams: arranging one, its tickets, and who is in. For those who teach a class and those who manage classes."""

import uuid
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.permissions import Right, SignedInRequest, has_right, requires
from accounts.services import Entry, audit_many
from assessments import services
from assessments.exams import sittings
from assessments.exams.slips import print_tickets
from assessments.forms.exams import CancelForm, ExamForm, TicketsForm
from assessments.models import Exam
from assessments.services.sittings import exam_target
from learning.models import Class
from learning.selectors import course_names

_FIELDS = ("title", "opens_at", "closes_at", "time_zone", "networks")


@requires(Right.TEACH, Right.MANAGE_CLASSES)
@never_cache
def overview(request: SignedInRequest) -> HttpResponseBase:
    """The exams of one's classes, and the classes for which one may be arranged."""
    exams = list(sittings.exams_seen_by(request.user)[:100])
    own = sittings.classes_for_exams(request.user)
    classes = list(Class.objects.not_over().filter(pk__in=own).select_related("course")[:200])
    names = course_names([klass.course for klass in classes] + [each.klass.course for each in exams], get_language())
    courses = {klass.course_id: klass.course for klass in classes}
    offered = {pk: bool(sittings.exam_tests(course)) for pk, course in courses.items()}
    return render(
        request,
        "assessments/exams/list.html",
        {
            "exams": [(each, names[each.klass.course_id]) for each in exams],
            "classes": [(klass, names[klass.course_id]) for klass in classes if offered[klass.course_id]],
            "has_classes": bool(classes),
            "reopens": has_right(request.user, Right.REOPEN_WITHOUT_MEMBER),
        },
    )


@requires(Right.TEACH, Right.MANAGE_CLASSES)
@never_cache
def arrange(request: SignedInRequest, klass: uuid.UUID) -> HttpResponseBase:
    """Arrange an exam of a class."""
    own = sittings.one_class_for_exams(request.user, klass)
    tests = [(str(activity), name) for activity, name in sittings.exam_tests(own.course)]
    last = sittings.exams_seen_by(request.user).exclude(time_zone=None).first()
    form = ExamForm(
        request.POST if request.method == "POST" else None,
        tests=tests,
        initial={"time_zone": last.time_zone if last else "UTC", "title": own.title},
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            exam = services.arrange_exam(
                by=request.user,
                klass=own,
                activity=uuid.UUID(data["activity"]),
                **{name: data[name] for name in _FIELDS},
            )
        except services.WrongWindow as refusal:
            form.add_error("closes_at", str(refusal))
        except services.NotAnExam as refusal:
            form.add_error("activity", str(refusal))
        else:
            messages.success(request, _("The exam is arranged. Now print the tickets."))
            return redirect("exams:exam", exam=exam.uuid)
    return _form_page(request, form, own, None)


@requires(Right.TEACH, Right.MANAGE_CLASSES)
@never_cache
def change(request: SignedInRequest, exam: uuid.UUID) -> HttpResponseBase:
    """Postpone an exam, let it close later, or change its title or place."""
    own = sittings.one_exam(request.user, exam)
    zone = own.time_zone or "UTC"
    initial = {
        "title": own.title,
        "opens_at": own.opens_at.astimezone(ZoneInfo(zone)).replace(tzinfo=None),
        "closes_at": own.closes_at.astimezone(ZoneInfo(zone)).replace(tzinfo=None),
        "time_zone": zone,
        "networks": " ".join(own.networks),
    }
    form = ExamForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_exam(by=request.user, exam=own, **{name: form.cleaned_data[name] for name in _FIELDS})
        except services.WrongWindow as refusal:
            form.add_error("closes_at", str(refusal))
        except (services.ExamBegun, services.ExamCancelled) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved. The tickets stay good."))
            return redirect("exams:exam", exam=own.uuid)
    return _form_page(request, form, own.klass, own)


def _form_page(request: SignedInRequest, form: ExamForm, klass: Class, exam: Exam | None) -> HttpResponse:
    context = {"form": form, "klass": klass, "exam": exam}
    return render(request, "assessments/exams/form.html", context, status=422 if form.errors else 200)


@requires(Right.TEACH, Right.MANAGE_CLASSES)
@never_cache
def exam(request: SignedInRequest, exam: uuid.UUID) -> HttpResponseBase:
    """One exam as it stands now: who is in, which tickets are used, what was saved last. Each look is written down."""
    return _exam_page(request, sittings.one_exam(request.user, exam), CancelForm())


def _exam_page(request: SignedInRequest, own: Exam, form: CancelForm) -> HttpResponse:
    rows = sittings.sitters(request.user, own)
    _note_names_seen(request, own, rows)
    return render(
        request,
        "assessments/exams/exam.html",
        {
            "exam": own,
            "test": sittings.name_of_exam_test(own),
            "course": course_names([own.klass.course], get_language())[own.klass.course_id],
            "rows": rows,
            "count": len(rows),
            "with_ticket": sum(each.has_ticket for each in rows),
            "begun": sum(each.attempt is not None for each in rows),
            "handed_in": sum(each.is_handed_in for each in rows),
            "tickets_form": TicketsForm(),
            "cancel_form": form,
        },
        status=422 if form.errors else 200,
    )


def _note_names_seen(request: SignedInRequest, own: Exam, rows: list[sittings.Sitter]) -> None:
    members: dict[Any, list[Any]] = {}
    for each in rows:
        members.setdefault(each.enrolment.member, []).append(each.enrolment)
    audit_many(
        by=request.user,
        entries=[
            Entry(
                "officers.seen",
                exam_target(own),
                member,
                details={
                    "enrolments": [str(each.uuid) for each in people],
                    "people": [str(each.person_uuid) for each in people if each.person_uuid],
                },
            )
            for member, people in members.items()
        ],
    )


@require_POST
@requires(Right.TEACH, Right.MANAGE_CLASSES)
def cancel(request: SignedInRequest, exam: uuid.UUID) -> HttpResponseBase:
    """Cancel an exam that nobody has begun."""
    own = sittings.one_exam(request.user, exam)
    form = CancelForm(request.POST)
    if not form.is_valid():
        return _exam_page(request, own, form)
    try:
        services.cancel_exam(by=request.user, exam=own, reason=form.cleaned_data["reason"])
    except (services.ExamBegun, services.ExamCancelled) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The exam is cancelled. Its tickets are good for nothing."))
    return redirect("exams:exam", exam=own.uuid)


@require_POST
@requires(Right.TEACH, Right.MANAGE_CLASSES)
def tickets(request: SignedInRequest, exam: uuid.UUID) -> HttpResponseBase:
    """Make the tickets that are missing; the answer is the sheet to print, and the only place where the codes stand."""
    own = sittings.one_exam(request.user, exam)
    try:
        given = services.make_tickets(by=request.user, exam=own, again="again" in request.POST)
    except services.ExamCancelled as refusal:
        messages.error(request, str(refusal))
        return redirect("exams:exam", exam=own.uuid)
    if not given:
        messages.info(request, _("Everybody has a ticket. Replace the ones that were lost."))
        return redirect("exams:exam", exam=own.uuid)
    return _sheet(own, given)


@require_POST
@requires(Right.TEACH, Right.MANAGE_CLASSES)
def replace(request: SignedInRequest, exam: uuid.UUID, enrolment: uuid.UUID) -> HttpResponseBase:
    """Make one ticket in place of a lost one; the answer is a sheet with it."""
    own = sittings.one_exam(request.user, exam)
    try:
        given = services.replace_ticket(by=request.user, exam=own, enrolment=enrolment)
    except (services.ExamCancelled, services.TicketUsed) as refusal:
        messages.error(request, str(refusal))
        return redirect("exams:exam", exam=own.uuid)
    return _sheet(own, [given])


def _sheet(own: Exam, given: list[services.GivenTicket]) -> HttpResponse:
    answer = HttpResponse(print_tickets(own, given), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="suluh-tickets-{own.opens_at:%Y-%m-%d}.pdf"'
    answer["Cache-Control"] = "no-store, private"
    return answer
