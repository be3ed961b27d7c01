"""The RSO's own people: who holds which role of it; and the service desk, which finds one account."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts import services
from accounts.forms.members import StaffForm
from accounts.forms.people import ExactlyOne
from accounts.permissions import Right, SignedInRequest, requires
from accounts.roles import Role
from accounts.selectors import members_of, people_for_codes, person_by_name_or_code, staff_posting, staff_seen_by
from accounts.views.members import UNPROCESSABLE, appointed
from lms.text import isolate


@requires(Right.MANAGE_STAFF)
@never_cache
def staff(request: SignedInRequest) -> HttpResponseBase:
    """Who holds a role of the RSO, and giving one."""
    form = StaffForm(request.POST or None, viewer=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            posting = services.give_staff_role(by=request.user, role=Role(form.cleaned_data["role"]), **form.who())
        except (services.WrongPlace, services.MayNotGive) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, appointed(posting))
            return redirect("people:staff")
    context = {"form": form, "rows": staff_seen_by(request.user)}
    return render(request, "accounts/people/staff.html", context, status=UNPROCESSABLE if form.errors else 200)


@require_POST
@requires(Right.MANAGE_STAFF)
def end_staff(request: SignedInRequest, posting: uuid.UUID) -> HttpResponseBase:
    """End a role of the RSO at once."""
    row = staff_posting(request.user, posting)
    if row is None:
        raise Http404(_("There is no such posting."))
    services.end_appointment(by=request.user, posting=row)
    said = _("%(name)s no longer holds this role. To take it back, give it to the same user name again.")
    messages.success(request, said % {"name": isolate(row.user if row.user.is_restricted else row.user.username)})
    return redirect("people:staff")


@requires(Right.RESET_ACCESS)
@never_cache
def find(request: SignedInRequest) -> HttpResponseBase:
    """One account by exact user name or learner code: no name, no answers. Sent as a form, so that no log keeps it."""
    form = ExactlyOne(request.POST or None)
    person = None
    if request.method == "POST" and form.is_valid():
        person = person_by_name_or_code(request.user, form.cleaned_data["typed"])
        if person is None:
            form.add_error("typed", _("There is no account of exactly this user name or learner code among yours."))
        else:
            services.audit(by=request.user, action="account.found", target=services.target_of(person))
    context = {
        "form": form,
        "person": person,
        "members": members_of(person) if person else [],
        "is_resettable": person is not None and people_for_codes(request.user).filter(pk=person.pk).exists(),
    }
    return render(request, "accounts/people/find.html", context, status=UNPROCESSABLE if form.errors else 200)
