"""The pages of those who decide on nominations."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.models import Member
from accounts.permissions import Right, SignedInRequest, has_right, requires
from accounts.services import audit
from learning import selectors, services
from learning.forms import DecideForm, NamesForm
from learning.models import Class, Course
from learning.views.looking import back_to, keep_names_reason, names_reason
from learning.views.nominations import uuids


def _people(nominations: list[Any]) -> list[uuid.UUID]:
    """Whom the selector put beside each nomination; nobody for an erased person."""
    return [each.person_uuid for each in nominations if each.person_uuid]


@requires(Right.DECIDE_NOMINATIONS)
@never_cache
def overview(request: SignedInRequest) -> HttpResponseBase:
    """What waits for a decision, by course or class and member."""
    return render(request, "learning/queue.html", {"groups": selectors.queue(request.user, get_language())})


@requires(Right.DECIDE_NOMINATIONS)
@never_cache
def group(request: SignedInRequest, course: str, member: str, klass: uuid.UUID | None = None) -> HttpResponseBase:
    """The open nominations of one member for a course or class: accept, let wait, or return."""
    of_course, of_class, of_member = selectors.queue_group(request.user, course, klass, member)
    if request.method != "POST":
        return _group(request, of_course, of_class, of_member, DecideForm())
    form = DecideForm(request.POST)
    if not form.is_valid():
        return _group(request, of_course, of_class, of_member, form, status=422)
    return _decide(request, of_course, of_class, of_member, form)


def _group(
    request: SignedInRequest,
    of_course: Course,
    of_class: Class | None,
    of_member: Member,
    form: DecideForm,
    status: int = 200,
) -> HttpResponseBase:
    shares_names = of_member.sharing == Member.Sharing.NAMES
    reason = names_reason(request) if shares_names else ""
    rows = selectors.nominations_of_group(request.user, of_course, of_class, of_member, names=bool(reason))
    page = Paginator(rows, services.AT_ONCE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    if reason and shown:
        audit(
            by=request.user,
            action="officers.seen",
            target="learning.queue",
            member=of_member,
            reason=reason,
            details={
                "course": of_course.code,
                "nominations": [str(each.uuid) for each in shown],
                "people": [str(each) for each in _people(shown)],
            },
        )
    room = selectors.room_of(of_course, of_class)
    return render(
        request,
        "learning/decide.html",
        {
            "course": of_course,
            "klass": of_class,
            "member": of_member,
            "name": selectors.course_names([of_course], get_language())[of_course.pk],
            "page": page,
            "rows": shown,
            "given": room.given.get(of_member.pk, 0),
            "used": room.used[of_member.pk],
            "left": room.left(of_member.pk),
            "form": form,
            "chosen": request.POST.getlist("nominations"),
            "shares_names": shares_names,
            "names_form": NamesForm(auto_id="id_names_%s"),
            "names_reason": reason,
            "sets_seats": has_right(request.user, Right.MANAGE_CLASSES),
        },
        status=status,
    )


def _decide(
    request: SignedInRequest, course: Course, klass: Class | None, member: Member, form: DecideForm
) -> HttpResponseBase:
    what, chosen = request.POST.get("what"), uuids(request.POST.getlist("nominations"))
    try:
        if what == "return":
            number = services.return_nominations(
                by=request.user,
                course=course,
                klass=klass,
                member=member,
                nominations=chosen,
                reason=form.cleaned_data["reason"],
            )
            messages.success(
                request,
                ngettext("%(n)d nomination was returned.", "%(n)d nominations were returned.", number) % {"n": number},
            )
        elif what in ("accept", "wait"):
            accepted, waiting = services.accept_nominations(
                by=request.user, course=course, klass=klass, member=member, nominations=chosen, wait=what == "wait"
            )
            messages.success(
                request,
                _("Accepted and enrolled: %(accepted)d. On the waiting list: %(waiting)d.")
                % {"accepted": accepted, "waiting": waiting},
            )
        else:
            messages.error(request, _("Press one of the buttons. Nothing was changed."))
    except services.CannotNominate as refusal:
        messages.error(request, str(refusal))
    return redirect(request.get_full_path())


@require_POST
@requires(Right.DECIDE_NOMINATIONS)
def names(request: SignedInRequest) -> HttpResponseBase:
    """Give the reason for which one looks at names, or hide them again."""
    if "hide" in request.POST:
        keep_names_reason(request, "")
        return redirect(back_to(request, "learning:queue"))
    form = NamesForm(request.POST)
    if form.is_valid():
        keep_names_reason(request, form.cleaned_data["reason"])
    else:
        problem = " ".join(str(each) for each in form.errors["reason"])
        messages.error(request, _("The names stay hidden. %(problem)s") % {"problem": problem})
    return redirect(back_to(request, "learning:queue"))
