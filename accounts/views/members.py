"""Members: the list, each one's entry and agencies, who coordinates, and bringing one in."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts import services
from accounts.forms.members import AgencyForm, CoordinatorForm, MemberForm, MembersFilter, PolicyForm
from accounts.forms.people import SwitchForm
from accounts.models import Agency, Member, Posting
from accounts.onboarding import steps_of
from accounts.permissions import Right, SignedInRequest, has_right, requires, scope_of
from accounts.roles import Role
from accounts.selectors import (
    coordinators_of,
    member_seen_by,
    member_whose_agencies,
    members_listed,
)
from lms.text import isolate

UNPROCESSABLE = 422


@requires(Right.MANAGE_MEMBERS)
def members(request: SignedInRequest) -> HttpResponseBase:
    """Members, observers and other bodies."""
    form = MembersFilter(request.GET)
    form.is_valid()
    rows = members_listed(request.user, **{key: form.cleaned_data.get(key, "") for key in form.fields})
    return render(request, "accounts/members/list.html", {"form": form, "rows": rows})


@requires(Right.MANAGE_MEMBERS)
def add(request: SignedInRequest) -> HttpResponseBase:
    """A new entry."""
    form = MemberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        member = services.add_member(by=request.user, **form.cleaned_data)
        messages.success(request, _("%(member)s is entered. These are the next steps.") % {"member": isolate(member)})
        return redirect("members:member", member.code)
    return render(request, "accounts/members/entry.html", {"form": form}, status=_status(form))


@requires(Right.MANAGE_MEMBERS)
def member(request: SignedInRequest, code: str) -> HttpResponseBase:
    """One member, and the steps of bringing it in."""
    found = member_seen_by(request.user, Right.MANAGE_MEMBERS, code)
    steps = steps_of(request.user, found)
    context = {
        "member": found,
        "steps": steps,
        "done": sum(step.is_done for step in steps),
        "runs_site": has_right(request.user, Right.MANAGE_SITE),
    }
    return render(request, "accounts/members/member.html", context)


@requires(Right.MANAGE_MEMBERS)
def edit(request: SignedInRequest, code: str) -> HttpResponseBase:
    """The entry of a member, to be changed or ended."""
    found = member_seen_by(request.user, Right.MANAGE_MEMBERS, code)
    name = found.name
    form = MemberForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        services.change_member(by=request.user, member=found, **form.cleaned_data)
        messages.success(request, _("Saved. To take it back, open the entry and change it again."))
        return redirect("members:member", code)
    context = {"form": form, "member": found, "name": name}
    return render(request, "accounts/members/entry.html", context, status=_status(form))


@require_POST
@requires(Right.MANAGE_MEMBERS)
def checked(request: SignedInRequest, code: str) -> HttpResponseBase:
    """The entry was checked today."""
    found = services.mark_checked(by=request.user, member=member_seen_by(request.user, Right.MANAGE_MEMBERS, code))
    messages.success(request, _("The entry of %(member)s is right as at today.") % {"member": isolate(found)})
    return redirect("members:member", code)


@requires(Right.SET_SHARING)
@never_cache
def policy(request: SignedInRequest, code: str) -> HttpResponseBase:
    """What the member shares with the RSO, for its own coordinator."""
    found = member_seen_by(request.user, Right.SET_SHARING, code)
    initial = {"sharing": found.sharing, "takes_registrations": found.takes_registrations}
    form = PolicyForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        services.choose_policy(by=request.user, member=found, **form.cleaned_data)
        messages.success(request, _("Saved. It holds from now on; you can choose otherwise here at any time."))
        return redirect("members:policy", code)
    return render(request, "accounts/members/policy.html", {"form": form, "member": found}, status=_status(form))


@requires(Right.MANAGE_MEMBERS, Right.MANAGE_PEOPLE)
def agencies(request: SignedInRequest, code: str) -> HttpResponseBase:
    """The agencies of a member, and one more."""
    found = member_whose_agencies(request.user, code)
    form = AgencyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            agency = services.add_agency(by=request.user, member=found, **form.cleaned_data)
        except services.NameTaken as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(
                request, _("%(agency)s is added. If it was a mistake, close it.") % {"agency": isolate(agency.name)}
            )
            return redirect("members:agencies", code)
    return render(request, "accounts/members/agencies.html", _of_member(request, found, form), status=_status(form))


@requires(Right.MANAGE_MEMBERS, Right.MANAGE_PEOPLE)
def agency(request: SignedInRequest, code: str, agency: uuid.UUID) -> HttpResponseBase:
    """One agency, to be renamed or said to be of another kind."""
    found = member_whose_agencies(request.user, code)
    row = get_object_or_404(found.agencies, uuid=agency)
    form = AgencyForm(request.POST or None, initial={"name": row.name, "kind": row.kind})
    if request.method == "POST" and form.is_valid():
        try:
            services.change_agency(by=request.user, agency=row, **form.cleaned_data)
        except services.NameTaken as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, _("Saved. To take it back, change it again."))
            return redirect("members:agencies", code)
    context = _of_member(request, found, form) | {"agency": row}
    return render(request, "accounts/members/agency.html", context, status=_status(form))


@require_POST
@requires(Right.MANAGE_MEMBERS, Right.MANAGE_PEOPLE)
def agency_use(request: SignedInRequest, code: str, agency: uuid.UUID) -> HttpResponseBase:
    """Close an agency or open it again."""
    found = member_whose_agencies(request.user, code)
    row = get_object_or_404(found.agencies, uuid=agency)
    form = SwitchForm(request.POST)
    if form.is_valid():
        services.set_agency_open(by=request.user, agency=row, is_open=form.cleaned_data["on"])
        if form.cleaned_data["on"]:
            messages.success(request, _("%(agency)s is in use again.") % {"agency": isolate(row.name)})
        else:
            said = _("%(agency)s is closed: nobody new is posted there. You can open it again here.")
            messages.success(request, said % {"agency": isolate(row.name)})
    return redirect("members:agencies", code)


@requires(Right.MANAGE_MEMBERS)
@never_cache
def coordinators(request: SignedInRequest, code: str) -> HttpResponseBase:
    """Who coordinates a member, and appointing somebody."""
    found = member_seen_by(request.user, Right.MANAGE_MEMBERS, code)
    form = CoordinatorForm(request.POST or None, member=found, viewer=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            posting = services.appoint_coordinator(
                by=request.user,
                member=found,
                role=Role(form.cleaned_data["role"]),
                agency=form.cleaned_data["agency"],
                **form.who(),
            )
        except (services.WrongPlace, services.MayNotGive) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, appointed(posting))
            return redirect("members:coordinators", code)
    rows = coordinators_of(request.user, found)
    context = {"form": form, "member": found, "rows": rows}
    return render(request, "accounts/members/coordinators.html", context, status=_status(form))


@require_POST
@requires(Right.MANAGE_MEMBERS)
def end_coordinator(request: SignedInRequest, code: str, posting: uuid.UUID) -> HttpResponseBase:
    """End the posting of a coordinator or deputy at once."""
    found = member_seen_by(request.user, Right.MANAGE_MEMBERS, code)
    row = next((each.posting for each in coordinators_of(request.user, found) if each.posting.uuid == posting), None)
    if row is None:
        raise Http404(_("There is no such posting."))
    services.end_appointment(by=request.user, posting=row)
    said = _("%(name)s no longer coordinates here. To take it back, appoint the same user name again.")
    messages.success(request, said % {"name": isolate(row.user if row.user.is_restricted else row.user.username)})
    return redirect("members:coordinators", code)


def appointed(posting: Posting) -> str:
    """What whoever appointed reads: the user name to hand over, and how to take it back."""
    said = _("%(role)s: the user name is %(name)s. To take it back, end it in the list.")
    return said % {"role": posting.get_role_display(), "name": isolate(posting.user.username)}


def _of_member(request: SignedInRequest, member: Member, form: AgencyForm) -> dict[str, object]:
    keeps_members = bool(scope_of(request.user, Right.MANAGE_MEMBERS))
    rows: list[Agency] = list(member.agencies.order_by("-is_open", "name"))
    return {"member": member, "form": form, "rows": rows, "keeps_members": keeps_members}


def _status(form: object) -> int:
    """A page with a form that was refused says so in its status too."""
    return UNPROCESSABLE if getattr(form, "errors", None) else 200
