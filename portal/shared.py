"""The RSO's look at the officers of members that share them: by learner code, or by name after a reason.

Members that share counts only are not there, whatever address is typed.
"""

from typing import Any

from django.core.paginator import Page, Paginator
from django.forms import Form
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.models import Member
from accounts.permissions import Right, SignedInRequest, requires
from accounts.services import audit
from certificates.selectors import SharedRow, read_shared, shared_rows
from learning.models import Course
from learning.selectors import CourseText, catalogue
from learning.sharing import members_shared_with
from lms.tables import as_csv
from portal.forms import PageForm, ReasonForm, SharedChoiceForm

PAGE = 100


@requires(Right.SEE_SHARED)
@never_cache
def choose(request: SignedInRequest) -> HttpResponseBase:
    """Choose a member that shares its officers, and a course."""
    courses = [(text.course.slug, f"{text.course.code} {text.title}") for text in catalogue(get_language())]
    form = SharedChoiceForm(request.GET or None, viewer=request.user, courses=courses)
    if form.is_valid():
        chosen = form.cleaned_data
        return redirect("portal:shared_officers", member=chosen["member"].code, course=chosen["course"])
    return render(
        request,
        "portal/shared.html",
        {"form": form, "members": members_shared_with(request.user), "courses": courses},
        status=400 if form.is_bound else 200,
    )


@requires(Right.SEE_SHARED)
@never_cache
def look(request: SignedInRequest, member: str, course: str) -> HttpResponseBase:
    """The officers of one member in one course. Where they are named, nothing is shown before a reason is given."""
    whose, text = _asked(request, member, course)
    form = _form(request, whose)
    if not form.is_valid():
        return _page(request, whose, text, form=form, status=422 if request.method == "POST" else 200)
    rows = shared_rows(request.user, whose, text.course)
    page = Paginator(rows, PAGE).get_page(form.cleaned_data["page"])
    shown = read_shared(page.object_list)
    _note(request, "shared.seen", whose, text.course, form.cleaned_data.get("reason", ""), shown)
    return _page(request, whose, text, form=form, page=page, rows=shown)


@require_POST
@requires(Right.SEE_SHARED)
def download(request: SignedInRequest, member: str, course: str) -> HttpResponseBase:
    """The same as a file, whole; restricted officers stand in no file."""
    whose, text = _asked(request, member, course)
    form = _form(request, whose)
    if not form.is_valid():
        return _page(request, whose, text, form=form, status=422)
    rows = read_shared(shared_rows(request.user, whose, text.course, as_file=True))
    content = as_csv(
        [_("Member code"), _("Course code"), _("Name or learner code"), _("Certified"), _("Valid until")],
        ([whose.code, text.course.code, row.shown_as, _certified(row), row.valid_until or ""] for row in rows),
    )
    _note(request, "shared.exported", whose, text.course, form.cleaned_data.get("reason", ""), rows)
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    name = f"officers-{whose.code}-{text.course.slug}-{timezone.localdate().isoformat()}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _certified(row: SharedRow) -> str:
    if not row.is_certified:
        return _("no")
    return _("specimen") if row.is_specimen else _("yes")


def _asked(request: SignedInRequest, member: str, course: str) -> tuple[Member, CourseText]:
    """The member and the course of the address, if the one shares its officers and the other is published."""
    whose = members_shared_with(request.user).filter(code=member).first()
    text = next((text for text in catalogue(get_language()) if text.course.slug == course), None)
    if whose is None or text is None:
        raise Http404(_("There is no such list."))
    return whose, text


def _form(request: SignedInRequest, member: Member) -> Form:
    if member.sharing == Member.Sharing.NAMES:
        return ReasonForm(request.POST if request.method == "POST" else None)
    return PageForm(request.POST if request.method == "POST" else {})


def _note(
    request: SignedInRequest, action: str, member: Member, course: Course, reason: str, rows: list[SharedRow]
) -> None:
    """Write down who was looked at, and why."""
    audit(
        by=request.user,
        action=action,
        target=f"learning.course:{course.uuid}",
        member=member,
        reason=reason,
        details={"course": course.code, "sharing": member.sharing, "people": [str(row.person) for row in rows]},
    )


def _page(
    request: SignedInRequest,
    member: Member,
    text: CourseText,
    *,
    form: Form,
    page: "Page[Any] | None" = None,
    rows: list[SharedRow] | None = None,
    status: int = 200,
) -> HttpResponseBase:
    return render(
        request,
        "portal/shared_officers.html",
        {
            "member": member,
            "course": text,
            "form": form,
            "by_name": member.sharing == Member.Sharing.NAMES,
            "page": page,
            "rows": rows,
            "reason": form.cleaned_data.get("reason", "") if page else "",
        },
        status=status,
    )
