"""What a coordinator decides about the tests of the own officers: opening one again, and extra time. No scores.

The RSO opens tests again for those whom no member manages.
"""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.models import Member, User
from accounts.permissions import Right, SignedInRequest, has_right, requires
from accounts.selectors import names_for, postings_in_scope
from accounts.services import Entry, audit_many
from assessments import services
from assessments.exams import sittings
from assessments.forms.exams import ExtraTimeForm, ReopenForm
from assessments.tasks import tell_reopened
from lms.queue import enqueue
from lms.text import isolate

A_PAGE = 50


@requires(*sittings.REOPENS)
@never_cache
def to_reopen(request: SignedInRequest) -> HttpResponseBase:
    """The tests of one's own officers that cannot be begun now. Each look is written down."""
    page = Paginator(sittings.tests_to_reopen(request.user, get_language()), A_PAGE).get_page(request.GET.get("page"))
    _note_seen(request.user, list(page.object_list), "exams.to_reopen")
    context = {"page": page, "rows": page.object_list, "manages": has_right(request.user, Right.MANAGE_PEOPLE)}
    return render(request, "assessments/exams/to_reopen.html", context)


def _note_seen(viewer: User, rows: list[sittings.ToReopen], target: str) -> None:
    members: dict[Member | None, list[sittings.ToReopen]] = {}
    for each in rows:
        members.setdefault(each.enrolment.member, []).append(each)
    audit_many(
        by=viewer,
        entries=[
            Entry(
                "officers.seen",
                target,
                member,
                details={
                    "enrolments": sorted({str(each.enrolment.uuid) for each in of_member}),
                    "people": sorted({str(each.person.uuid) for each in of_member}),
                },
            )
            for member, of_member in members.items()
        ],
    )


@requires(*sittings.REOPENS)
@never_cache
def reopen(request: SignedInRequest, enrolment: uuid.UUID, activity: uuid.UUID) -> HttpResponseBase:
    """Open a test again for one officer, with a reason."""
    row = sittings.one_to_reopen(request.user, get_language(), enrolment, activity)
    form = ReopenForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.reopen_test(
                by=request.user, enrolment=row.enrolment, activity=activity, reason=form.cleaned_data["reason"]
            )
        except services.NotUsedUp as refusal:
            messages.info(request, str(refusal))
        else:
            enqueue(tell_reopened, made.pk)
            messages.success(
                request, _("The test is open again for %(name)s, who is told.") % {"name": isolate(row.name)}
            )
        return redirect("exams:to_reopen")
    if request.method != "POST":
        _note_seen(request.user, [row], f"learning.enrolment:{enrolment}")
    return render(
        request, "assessments/exams/reopen.html", {"row": row, "form": form}, status=422 if form.errors else 200
    )


def _own_person(viewer: User, person: uuid.UUID) -> User:
    found = sittings.own_people(viewer).filter(uuid=person).first()
    if found is None:
        raise Http404(_("There is no such officer among yours."))
    return found


@requires(Right.MANAGE_PEOPLE)
@never_cache
def extra_time(request: SignedInRequest, person: uuid.UUID) -> HttpResponseBase:
    """How much more time one officer has in tests; give it."""
    own = _own_person(request.user, person)
    given = sittings.extra_time_seen(request.user, own)
    form = ExtraTimeForm(
        request.POST if request.method == "POST" else None, initial={"percent": given.percent if given else 25}
    )
    name = names_for(request.user, [own])[own.pk]
    if request.method == "POST" and form.is_valid():
        services.give_extra_time(by=request.user, person=own, percent=form.cleaned_data["percent"])
        messages.success(
            request,
            _("%(name)s has more time in every test that is begun from now on.") % {"name": isolate(name)},
        )
        return redirect("exams:extra_time", person=own.uuid)
    if request.method != "POST":
        posting = postings_in_scope(request.user, Right.MANAGE_PEOPLE).filter(user=own).first()
        member = posting.member if posting else None
        entry = Entry("officers.seen", f"accounts.user:{own.uuid}", member, details={"people": [str(own.uuid)]})
        audit_many(by=request.user, entries=[entry])
    return render(
        request,
        "assessments/exams/extra_time.html",
        {"person": own, "name": name, "given": given, "form": form},
        status=422 if form.errors else 200,
    )


@require_POST
@requires(Right.MANAGE_PEOPLE)
def end_extra_time(request: SignedInRequest, person: uuid.UUID) -> HttpResponseBase:
    """End the extra time of one officer."""
    own = _own_person(request.user, person)
    services.end_extra_time(by=request.user, person=own)
    messages.success(request, _("The extra time has ended. A test that is under way keeps it."))
    return redirect("exams:extra_time", person=own.uuid)
