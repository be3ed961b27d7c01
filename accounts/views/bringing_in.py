"""A coordinator brings officers in: lists, slips, links, registrations."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts import exchange, services
from accounts.exchange import COLUMNS, SMALL
from accounts.exchange.encodings import LARGEST_FILE
from accounts.forms.entry import InvitationForm, PeopleFileForm, ReadOtherwiseForm, RefusalForm, SlipsForm
from accounts.models import PeopleFile, Posting, Registration, User
from accounts.names import compared
from accounts.permissions import Right, SignedInRequest, has_right, requires
from accounts.selectors import (
    files_of,
    invitations_seen_by,
    members_managed_whole_by,
    names_for,
    order_of_names,
    people_for_codes,
    people_seen_by,
    registrations_seen_by,
    without_a_way_in,
)
from accounts.slips import print_slips
from accounts.tasks import work_on_people_file
from lms.queue import enqueue
from lms.text import isolate


def _page(request: SignedInRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """One of these pages; beside each other stand those that the person may open."""
    return render(
        request,
        template,
        context
        | {
            "may_manage": has_right(request.user, Right.MANAGE_PEOPLE),
            "may_verify": has_right(request.user, Right.VERIFY_PEOPLE),
            "may_reset": has_right(request.user, Right.RESET_ACCESS),
        },
    )


def _sent(request: HttpRequest) -> Any:
    """What a form was sent with; nothing when the page is only looked at. A form may be sent empty."""
    return request.POST if request.method == "POST" else None


# --- lists


@requires(Right.MANAGE_PEOPLE)
@never_cache
def import_people(request: SignedInRequest) -> HttpResponseBase:
    """Upload a list; those of today stand below."""
    form = PeopleFileForm(_sent(request), request.FILES or None, viewer=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            file = exchange.take_file(
                by=request.user,
                member=form.cleaned_data["member"],
                data=form.cleaned_data["file"].read(LARGEST_FILE + 1),
                new_agencies=form.cleaned_data.get("new_agencies", ""),
            )
        except exchange.NotReadable as problem:
            form.add_error("file", str(problem))
        else:
            _go_on(file)
            return redirect("people:import_file", file.uuid)
    return _page(
        request,
        "accounts/people/import.html",
        {"form": form, "files": files_of(request.user)[:20], "columns": COLUMNS},
    )


def _go_on(file: PeopleFile) -> None:
    """A short list at once, a long one in the background; when the queue is full, the sweep finds it later."""
    if file.rows > SMALL:
        enqueue(work_on_people_file, file.pk)
    else:
        work_on_people_file.call(file.pk)


@requires(Right.MANAGE_PEOPLE)
@never_cache
def import_file(request: SignedInRequest, file: uuid.UUID) -> HttpResponseBase:
    """What a list would do, row by row; apply it, read it otherwise, or throw it away."""
    found = get_object_or_404(files_of(request.user), uuid=file)
    if request.method == "POST":
        return _act_on(request, found)
    plan = found.plan
    page = Paginator([*plan.get("problems", []), *plan.get("warnings", [])], 100).get_page(request.GET.get("page"))
    form = ReadOtherwiseForm(initial={"encoding": plan.get("encoding"), "new_agencies": found.new_agencies})
    if not members_managed_whole_by(request.user).filter(pk=found.member_id).exists():
        del form.fields["new_agencies"]
    return _page(
        request,
        "accounts/people/import_file.html",
        {
            "file": found,
            "plan": plan,
            "page": page,
            "form": form,
            "is_working": found.state in (PeopleFile.State.WAITING, PeopleFile.State.APPLYING),
            "percent": min(99, 100 * found.done // max(found.rows, 1)),
        },
    )


def _act_on(request: SignedInRequest, file: PeopleFile) -> HttpResponseBase:
    action = request.POST.get("action")
    try:
        if action == "apply":
            _go_on(exchange.begin_applying(by=request.user, file=file))
        elif action == "read":
            _go_on(
                exchange.read_file_otherwise(
                    file=file,
                    encoding=request.POST.get("encoding", ""),
                    new_agencies=request.POST.get("new_agencies", file.new_agencies),
                )
            )
        elif action == "drop":
            exchange.drop_file(by=request.user, file=file)
            messages.success(request, _("The list is thrown away. Nothing was changed."))
            return redirect("people:import")
    except exchange.AlreadyApplied as refusal:
        messages.error(request, str(refusal))
    return redirect("people:import_file", file.uuid)


# --- slips


@requires(Right.RESET_ACCESS)
@never_cache
def slips(request: SignedInRequest) -> HttpResponseBase:
    """Choose who gets a slip with a one-time code; the answer is the sheet."""
    form = SlipsForm(_sent(request), viewer=request.user)
    everybody = people_for_codes(request.user)
    is_coordinator = has_right(request.user, Right.MANAGE_PEOPLE)
    if request.method == "POST":
        if "people" in request.POST or "username" in request.POST:
            return _sheet(request, _ticked(request, everybody))
        if is_coordinator and form.is_valid():
            people = everybody if form.cleaned_data["again"] else without_a_way_in(everybody)
            if agency := form.cleaned_data["agency"]:
                people = people.filter(pk__in=Posting.objects.current().filter(agency=agency).values("user"))
            return _sheet(request, people)
    return _page(
        request,
        "accounts/people/slips.html",
        {
            "form": form if is_coordinator else None,
            "waiting": without_a_way_in(everybody).count() if is_coordinator else 0,
            "most": services.MOST_CODES,
        },
    )


def _ticked(request: HttpRequest, everybody: Any) -> Any:
    """The people whose uuids were sent, or the one whose user name was typed.

    Raises:
        Http404: one of them is none of the viewer's people.
    """
    if "username" in request.POST:
        return everybody.filter(username__iexact=request.POST["username"].strip()[:150])
    try:
        keys = {uuid.UUID(each) for each in request.POST.getlist("people")}
    except ValueError as error:
        raise Http404 from error
    people = everybody.filter(uuid__in=list(keys)[: services.MOST_CODES + 1])
    if len(keys) <= services.MOST_CODES and people.count() != len(keys):
        raise Http404(_("Some of these people are not yours, or their account is closed. Nobody was given a code."))
    return people


def _sheet(request: SignedInRequest, people: Any) -> HttpResponseBase:
    chosen = list(people.order_by(order_of_names(""), "pk")[: services.MOST_CODES])
    if not chosen:
        messages.info(request, _("There is nobody to print a slip for. Nobody was given a code."))
        return redirect("people:slips")
    pdf = print_slips(services.give_codes(by=request.user, people=chosen))
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="suluh-slips-{timezone.localdate():%Y-%m-%d}.pdf"'
    answer["Cache-Control"] = "no-store, private"
    return answer


# --- links


@requires(Right.MANAGE_PEOPLE)
@never_cache
def invitations(request: SignedInRequest) -> HttpResponseBase:
    """The links that lead into what one manages; make a further one. Its address is shown once."""
    form = InvitationForm(_sent(request), viewer=request.user)
    address = ""
    if request.method == "POST" and form.is_valid():
        try:
            _made, token = services.make_invitation(by=request.user, **form.cleaned_data)
        except services.CannotInvite as refusal:
            form.add_error(None, str(refusal))
        except services.NotYours as refusal:
            form.add_error("agency", str(refusal))
        else:
            address = settings.PUBLIC_URL + reverse("entry:invited", args=[token])
            form = InvitationForm(viewer=request.user)
    page = Paginator(invitations_seen_by(request.user), 50).get_page(request.GET.get("page"))
    return _page(request, "accounts/people/invitations.html", {"form": form, "page": page, "address": address})


@require_POST
@requires(Right.MANAGE_PEOPLE)
def withdraw_invitation(request: SignedInRequest, invitation: uuid.UUID) -> HttpResponseBase:
    """Let a link work no longer."""
    found = get_object_or_404(invitations_seen_by(request.user), uuid=invitation)
    services.withdraw_invitation(by=request.user, invitation=found)
    messages.success(request, _("The link works no longer. Accounts that were opened by it stay."))
    return redirect("people:invitations")


# --- registrations


@requires(Right.VERIFY_PEOPLE)
@never_cache
def registrations(request: SignedInRequest) -> HttpResponseBase:
    """Who asked for an account and waits."""
    rows = registrations_seen_by(request.user).filter(state=Registration.State.WAITING)
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    alike = _alike(request.user, shown)
    for member in {each.member for each in shown}:
        services.audit(
            by=request.user,
            action="registrations.seen",
            target="accounts.registration",
            member=member,
            details={"registrations": [str(each.uuid) for each in shown if each.member == member]},
        )
    return _page(
        request,
        "accounts/people/registrations.html",
        {
            "page": page,
            "rows": [(each, alike.get(each.pk, [])) for each in shown],
            "refusal": RefusalForm(),
            "members": members_managed_whole_by(request.user),
        },
    )


def _alike(viewer: User, rows: list[Registration]) -> dict[int, list[str]]:
    """User names of people within the viewer's reach, and of others who wait, who have the same name."""
    if not rows:
        return {}
    names = Q()
    for each in rows:
        names |= Q(full_name__iexact=each.user.full_name)
    found: dict[str, list[tuple[int, str]]] = {}
    people = people_seen_by(viewer, Right.VERIFY_PEOPLE).filter(names)[:500]
    known = names_for(viewer, people)
    for person in people:
        if known[person.pk] == person.full_name:  # whose name may not be read is not compared either
            found.setdefault(compared(person.full_name), []).append((person.pk, person.username))
    for each in rows:
        found.setdefault(compared(each.user.full_name), []).append((each.user_id, each.user.username))
    return {
        each.pk: sorted({name for pk, name in found[compared(each.user.full_name)] if pk != each.user_id})
        for each in rows
    }


@require_POST
@requires(Right.VERIFY_PEOPLE)
def accept_registration(request: SignedInRequest, registration: uuid.UUID) -> HttpResponseBase:
    """Let somebody in."""
    found = get_object_or_404(registrations_seen_by(request.user), uuid=registration)
    try:
        services.accept_registration(by=request.user, registration=found)
        messages.success(request, _("The account of %(name)s is open.") % {"name": isolate(found.user)})
    except (services.AlreadyDecided, services.WrongPlace) as refusal:
        messages.error(request, str(refusal))
    return redirect("people:registrations")


@require_POST
@requires(Right.VERIFY_PEOPLE)
def refuse_registration(request: SignedInRequest, registration: uuid.UUID) -> HttpResponseBase:
    """Turn somebody away, with a reason."""
    found = get_object_or_404(registrations_seen_by(request.user), uuid=registration)
    form = RefusalForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say in a few words why. Nothing was changed."))
        return redirect("people:registrations")
    try:
        services.refuse_registration(by=request.user, registration=found, reason=form.cleaned_data["reason"])
        messages.success(request, _("Refused. The person reads the reason after signing in."))
    except services.AlreadyDecided as refusal:
        messages.error(request, str(refusal))
    return redirect("people:registrations")


@require_POST
@requires(Right.MANAGE_PEOPLE)
def open_registrations(request: SignedInRequest, code: str) -> HttpResponseBase:
    """Let officers of the own member register themselves, or no longer."""
    member = get_object_or_404(members_managed_whole_by(request.user), code=code)
    are_taken = request.POST.get("taken") == "yes"
    services.set_registrations(by=request.user, member=member, are_taken=are_taken)
    messages.success(
        request,
        _("Officers may now register themselves; you check each of them.")
        if are_taken
        else _("Officers may no longer register themselves. Who waits already stays here."),
    )
    return redirect("people:registrations")
