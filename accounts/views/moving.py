"""Pages of a coordinator: officers move on, offers between members, and the hand-over to the next coordinator."""

import uuid
from collections.abc import Iterable

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.forms.moving import AcceptForm, HandOverForm, MovePeopleForm, OfferForm
from accounts.hooks import open_things
from accounts.models import Member, Posting, Transfer, User
from accounts.permissions import Refused, Right, SignedInRequest, has_right, requires, scope_of, signed_in
from accounts.roles import Role
from accounts.selectors import name_for, names_for, order_of_names
from accounts.selectors.moving import (
    officer_postings,
    officer_to_move,
    officers_to_move,
    posting_to_hand_over,
    postings_to_hand_over,
    transfer_offered,
    transfer_received,
    transfers_offered,
    transfers_received,
)
from accounts.services.audit import audit
from accounts.services.moving import (
    AlreadyOffered,
    NoSuccessor,
    NotOpenAnyMore,
    StillCoordinates,
    WrongDay,
    accept_transfer,
    decline_transfer,
    hand_over,
    move_people,
    offer_transfer,
    withdraw_transfer,
)
from accounts.services.people import WrongPlace
from lms.text import ascii_digits, isolate

#: So many answered offers are listed, the newest first.
ANSWERED = 30


def audit_seen(by: User, page: str, people: Iterable[tuple[User, Member | None]]) -> None:
    """Write down whose names were shown, a line for each member."""
    by_member: dict[Member | None, list[str]] = {}
    for person, member in people:
        by_member.setdefault(member, []).append(str(person.uuid))
    for member, seen in by_member.items():
        audit(by=by, action="officers.seen", target=page, member=member, details={"people": seen})


def _name(viewer: User, transfer: Transfer, *, received: bool) -> str:
    """By what the viewer may know the officer of an offer: until it is accepted the other side has the code only."""
    if received and transfer.stands != Transfer.State.ACCEPTED:
        return transfer.person.learner_code
    return name_for(viewer, transfer.person, Posting.objects.filter(user=transfer.person_id).current())


@require_GET
@requires(Right.MANAGE_PEOPLE)
@never_cache
def index(request: SignedInRequest) -> HttpResponseBase:
    """What waits: offers from and to other members; and the ways to everything else about moving on."""
    received = list(transfers_received(request.user)[:ANSWERED])
    offered = list(transfers_offered(request.user)[:ANSWERED])
    named = [(each.person, each.from_member) for each in offered]
    named += [(each.person, each.to_member) for each in received if each.state == Transfer.State.ACCEPTED]
    audit_seen(request.user, "moving.index", named)
    context = {
        "received": [(each, _name(request.user, each, received=True)) for each in received],
        "offered": [(each, _name(request.user, each, received=False)) for each in offered],
        "hands_over": postings_to_hand_over(request.user).exists(),
    }
    return render(request, "accounts/moving/index.html", context)


@require_http_methods(["GET", "POST"])
@requires(Right.MANAGE_PEOPLE)
@never_cache
def move_several(request: SignedInRequest) -> HttpResponseBase:
    """Several officers to one agency of the member, from a day."""
    form = MovePeopleForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            moved = move_people(by=request.user, users=data["people"], to_agency=data["agency"], on=data["on"])
        except (WrongDay, WrongPlace) as problem:
            form.add_error(None, str(problem))
        else:
            text = ngettext("%(n)d officer moved to %(agency)s.", "%(n)d officers moved to %(agency)s.", len(moved))
            messages.success(request, text % {"n": len(moved), "agency": isolate(data["agency"])})
            stayed = len(data["people"]) - len(moved)
            if stayed:
                text = ngettext("%(n)d was there already.", "%(n)d were there already.", stayed)
                messages.info(request, text % {"n": stayed})
            return redirect("moving:move_several")
    typed = request.GET.get("q", "").strip()[:100]
    code = ascii_digits(typed)
    own = officer_postings(request.user).order_by("starts_on", "pk")
    rows = officers_to_move(request.user).prefetch_related(Prefetch("postings", queryset=own, to_attr="own"))
    if typed:
        # Whose name is not shown before the first day is not found by it either.
        here = own.filter(starts_on__lte=timezone.localdate())
        is_named = Q(is_restricted=False) | Q(pk__in=here.order_by().values("user"))
        rows = rows.filter(
            (is_named & (Q(full_name__icontains=typed) | Q(latin_name__icontains=typed)))
            | Q(username__icontains=code)
            | Q(learner_code__iexact=code)
        )
    page = Paginator(rows.order_by(order_of_names(""), "pk"), 100).get_page(request.GET.get("page"))
    people = list(page.object_list)
    served = [(each, getattr(each, "own", [])) for each in people]
    audit_seen(request.user, "moving.move_several", [(each, found[0].member) for each, found in served if found])
    chosen = set(form["people"].value() or [])
    names = names_for(request.user, people)
    listed = [(each, names[each.pk], str(each.uuid) in chosen) for each in people]
    context = {"form": form, "page": page, "people": listed, "q": typed}
    return render(request, "accounts/moving/move_several.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@requires(Right.MANAGE_PEOPLE)
@never_cache
def offer(request: SignedInRequest, person: uuid.UUID) -> HttpResponseBase:
    """Offer an officer to another member."""
    officer = officer_to_move(request.user, person)
    members = {each.member_id for each in officer_postings(request.user).filter(user=officer)}
    form = OfferForm({each for each in members if each}, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            transfer = offer_transfer(by=request.user, user=officer, **form.cleaned_data)
        except (AlreadyOffered, StillCoordinates, WrongPlace) as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(
                request,
                _("Offered to %(member)s. Nothing changes until it accepts.") % {"member": isolate(transfer.to_member)},
            )
            return redirect("moving:transfer", transfer.uuid)
    member = officer_postings(request.user).filter(user=officer)[:1].get().member
    audit_seen(request.user, "moving.offer", [(officer, member)])
    return render(
        request, "accounts/moving/offer.html", {"form": form, "officer": officer}, status=422 if form.errors else 200
    )


@require_GET
@requires(Right.MANAGE_PEOPLE)
@never_cache
def transfer_page(request: SignedInRequest, transfer: uuid.UUID) -> HttpResponseBase:
    """One offer, for the side that made it and for the side that answers."""
    return _show_transfer(request, transfer)


def _show_transfer(request: SignedInRequest, transfer: uuid.UUID, form: AcceptForm | None = None) -> HttpResponseBase:
    try:
        found, received = transfer_received(request.user, transfer), True
    except Http404:
        found, received = transfer_offered(request.user, transfer), False
    name = _name(request.user, found, received=received)
    if name != found.person.learner_code:
        audit_seen(
            request.user, "moving.transfer", [(found.person, found.to_member if received else found.from_member)]
        )
    is_open = found.stands == Transfer.State.OFFERED
    if is_open and received and form is None:
        form = AcceptForm(found)
    context = {"transfer": found, "name": name, "received": received, "is_open": is_open, "form": form}
    context["may_withdraw"] = is_open and transfers_offered(request.user).filter(pk=found.pk).exists()
    return render(request, "accounts/moving/transfer.html", context, status=422 if form and form.errors else 200)


@require_POST
@requires(Right.MANAGE_PEOPLE)
def accept(request: SignedInRequest, transfer: uuid.UUID) -> HttpResponseBase:
    """Take an offered officer over."""
    found = transfer_received(request.user, transfer)
    form = AcceptForm(found, request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            accept_transfer(by=request.user, transfer=found, agency=data["agency"], on=data["on"])
        except (WrongDay, WrongPlace) as problem:
            form.add_error(None, str(problem))
        except NotOpenAnyMore as problem:
            messages.error(request, str(problem))
            return redirect("moving:index")
        else:
            messages.success(request, _("The officer is yours from %(day)s on.") % {"day": data["on"].isoformat()})
            return redirect("moving:transfer", transfer)
    return _show_transfer(request, transfer, form)


@require_POST
@requires(Right.MANAGE_PEOPLE)
def decline(request: SignedInRequest, transfer: uuid.UUID) -> HttpResponseBase:
    """Say no to an offer."""
    found = transfer_received(request.user, transfer)
    try:
        decline_transfer(by=request.user, transfer=found)
        messages.success(
            request, _("Declined. The officer stays with %(member)s.") % {"member": isolate(found.from_member)}
        )
    except NotOpenAnyMore as problem:
        messages.error(request, str(problem))
    return redirect("moving:index")


@require_POST
@requires(Right.MANAGE_PEOPLE)
def withdraw(request: SignedInRequest, transfer: uuid.UUID) -> HttpResponseBase:
    """Take an offer back."""
    found = transfer_offered(request.user, transfer)
    try:
        withdraw_transfer(by=request.user, transfer=found)
        messages.success(request, _("Withdrawn. The officer stays with your member."))
    except NotOpenAnyMore as problem:
        messages.error(request, str(problem))
    return redirect("moving:index")


@require_GET
@signed_in
@never_cache
def hand_overs(request: SignedInRequest) -> HttpResponseBase:
    """The coordinators' postings that the viewer may hand over."""
    rows = list(postings_to_hand_over(request.user))
    if not rows and not has_right(request.user, Right.MANAGE_MEMBERS):
        raise Refused(_("Only a national coordinator, or whoever looks after members, hands over."))
    audit_seen(request.user, "moving.hand_overs", [(each.user, each.member) for each in rows])
    shown = [(each, name_for(request.user, each.user, [each])) for each in rows]
    return render(request, "accounts/moving/hand_overs.html", {"rows": shown})


@require_http_methods(["GET", "POST"])
@signed_in
@never_cache
def hand_over_page(request: SignedInRequest, posting: uuid.UUID) -> HttpResponseBase:
    """Choose who coordinates next, see what is open, confirm."""
    found = posting_to_hand_over(request.user, posting)
    form = HandOverForm(found, request.POST or None)
    confirms = False
    if request.method == "POST" and form.is_valid():
        confirms = True
        data = form.cleaned_data
        if "confirmed" in request.POST:
            try:
                following = hand_over(
                    by=request.user,
                    posting=found,
                    to=data["to"],
                    full_name=data["full_name"],
                    on=data["on"],
                    stays_deputy=data["stays_deputy"],
                )
            except (NoSuccessor, WrongDay) as problem:
                form.add_error(None, str(problem))
                confirms = False
            else:
                _say_handed_over(request, following, is_new=data["to"] is None)
                return redirect(settings.LOGIN_REDIRECT_URL if found.user == request.user else "moving:hand_overs")
    if found.user != request.user:
        audit_seen(request.user, "moving.hand_over", [(found.user, found.member)])
    context = {
        "posting": found,
        "name": name_for(request.user, found.user, [found]),
        "form": form,
        "confirms": confirms,
        "open_things": [each for each in open_things(request.user, found) if each.count],
        "has_deputy": Posting.objects.open()
        .filter(role=Role.DEPUTY_COORDINATOR, member=found.member_id, agency=found.agency_id)
        .exists(),
        "is_own": found.user == request.user,
        "in_charge": bool(scope_of(request.user, Right.MANAGE_MEMBERS)),
    }
    return render(request, "accounts/moving/hand_over.html", context, status=422 if form.errors else 200)


def _say_handed_over(request: SignedInRequest, following: Posting, *, is_new: bool) -> None:
    day = following.starts_on.isoformat()
    if is_new:
        messages.success(
            request,
            _("From %(day)s on the coordinator is a new account, %(username)s. It opens with a one-time code.")
            % {"day": day, "username": isolate(following.user.username)},
        )
    else:
        messages.success(
            request, _("From %(day)s on the coordinator is %(name)s.") % {"day": day, "name": isolate(following.user)}
        )
