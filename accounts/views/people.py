"""The people desk: a coordinator's own officers."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts import services
from accounts.forms.people import (
    ChosenPeople,
    CorrectionForm,
    MoveForm,
    OfficerForm,
    PostingForm,
    Searching,
    SwitchForm,
)
from accounts.models import Posting, User
from accounts.permissions import Right, SignedInRequest, may_change_account, requires
from accounts.roles import Role
from accounts.selectors import (
    Listed,
    history_of,
    members_seen_by,
    names_for,
    people_for_codes,
    people_listed,
    people_seen_by,
    people_sought,
    places_of,
    postings_in_scope,
)
from accounts.selectors.duplicates import merged_into
from lms.text import isolate

UNPROCESSABLE = 422
A_PAGE = 50


@requires(Right.MANAGE_PEOPLE)
@never_cache
def people(request: SignedInRequest) -> HttpResponseBase:
    """The people whom the viewer looks after, searched and filtered."""
    form = Searching(request.GET, viewer=request.user)
    sought = form.sought()
    page = Paginator(people_sought(request.user, sought), A_PAGE).get_page(request.GET.get("page"))
    rows = people_listed(request.user, list(page.object_list))
    _note_names_seen(request.user, rows)
    return render(
        request,
        "accounts/people/list.html",
        {
            "form": form,
            "page": page,
            "rows": rows,
            "is_sought": bool(sought),
            "whole_members": members_seen_by(request.user, Right.MANAGE_PEOPLE),
            "policy_members": members_seen_by(request.user, Right.SET_SHARING),
            "query": _query(request),
        },
    )


@requires(Right.MANAGE_PEOPLE)
def add(request: SignedInRequest) -> HttpResponseBase:
    """A new person."""
    places = places_of(request.user, Right.MANAGE_PEOPLE)
    form = OfficerForm(request.POST or None, places=places)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        fields = {key: data[key] for key in ("full_name", "latin_name", "email", "language", "username", "rank_band")}
        place = data["place"]
        try:
            person = services.make_officer(by=request.user, member=place.member, agency=place.agency, **fields)
        except services.UserNameTaken as refusal:
            form.add_error("username", str(refusal))
        except services.WrongPlace as refusal:
            form.add_error("place", str(refusal))
        else:
            said = _("The account is made. Its user name is %(name)s. If it was a mistake, put it out of use below.")
            messages.success(request, said % {"name": isolate(person.username)})
            return redirect("people:person", person.uuid)
    return render(request, "accounts/people/add.html", {"form": form, "has_places": bool(places)}, status=_status(form))


@requires(Right.MANAGE_PEOPLE)
@never_cache
def person(request: SignedInRequest, person: uuid.UUID) -> HttpResponseBase:
    """One person: postings with their history, and what can be changed."""
    found = _own(request, person)
    _note_seen(request.user, found)
    return _page_of(request, found)


@requires(Right.MANAGE_PEOPLE)
@never_cache
def correct(request: SignedInRequest, person: uuid.UUID) -> HttpResponseBase:
    """Correct what is said of a person."""
    found = _own(request, person)
    name = _name(request.user, found)
    if not may_change_account(request.user, found) or name != found.full_name:
        raise services.ServesElsewhere(_("This account is not yours alone to change."))
    band = _officer_posting(request.user, found)
    initial = {
        "full_name": "" if found.is_pseudonymous else found.full_name,
        "latin_name": found.latin_name,
        "email": found.email,
        "rank_band": band.rank_band if band else "",
    }
    form = CorrectionForm(request.POST or None, initial=initial)
    if band is None:
        del form.fields["rank_band"]
    if request.method == "POST" and form.is_valid():
        services.correct_person(by=request.user, user=found, **form.cleaned_data)
        messages.success(request, _("Saved. To take it back, correct it again."))
        return redirect("people:person", person)
    _note_seen(request.user, found)
    context = {"form": form, "person": found, "name": name}
    return render(request, "accounts/people/correct.html", context, status=_status(form))


@require_POST
@requires(Right.MANAGE_PEOPLE)
def restricted(request: SignedInRequest, person: uuid.UUID) -> HttpResponseBase:
    """Set the mark of a sensitive post, or take it away. No reason is asked for."""
    found, form = _own(request, person), SwitchForm(request.POST)
    if form.is_valid():
        services.set_restricted(by=request.user, user=found, is_restricted=form.cleaned_data["on"])
        if form.cleaned_data["on"]:
            messages.success(request, _("The identity is restricted from now on. You can lift it again below."))
        else:
            messages.success(request, _("The identity is no longer restricted. You can restrict it again below."))
    return redirect("people:person", person)


@require_POST
@requires(Right.MANAGE_PEOPLE)
def use(request: SignedInRequest, person: uuid.UUID) -> HttpResponseBase:
    """Put an account out of use, or to use again."""
    found, form = _own(request, person), SwitchForm(request.POST)
    if form.is_valid() and form.cleaned_data["on"]:
        services.put_to_use(by=request.user, user=found)
        messages.success(request, _("The account is in use again. You can put it out of use below."))
    elif form.is_valid():
        services.put_out_of_use(by=request.user, users=[found])
        said = _("The account is out of use; running sessions end at once. You can put it to use again below.")
        messages.success(request, said)
    return redirect("people:person", person)


@require_POST
@requires(Right.MANAGE_PEOPLE)
def out_of_use(request: SignedInRequest) -> HttpResponseBase:
    """Put several accounts out of use: first a page that names them, then all or none."""
    form = ChosenPeople(request.POST, people=people_seen_by(request.user, Right.MANAGE_PEOPLE))
    if not form.is_valid():
        for error in form.errors.get("people", []):
            messages.error(request, str(error))
        return redirect("people:list")
    chosen = list(form.cleaned_data["people"])
    refused = [each for each in chosen if not may_change_account(request.user, each)]
    if "confirmed" in request.POST and not refused:
        count = services.put_out_of_use(by=request.user, users=chosen)
        said = ngettext(
            "%(count)d account is out of use. To take it back, open the person and put the account to use again.",
            "%(count)d accounts are out of use. To take it back, open a person and put the account to use again.",
            count,
        )
        messages.success(request, said % {"count": count})
        return redirect("people:list")
    names = names_for(request.user, chosen)
    context = {
        "chosen": [(each, names[each.pk]) for each in chosen],
        "refused": [(each, names[each.pk]) for each in refused],
    }
    return render(request, "accounts/people/out_of_use.html", context, status=UNPROCESSABLE if refused else 200)


@require_POST
@requires(Right.MANAGE_PEOPLE)
def post(request: SignedInRequest, person: uuid.UUID) -> HttpResponseBase:
    """Give a person one more posting."""
    found = _own(request, person)
    form = PostingForm(request.POST, places=places_of(request.user, Right.MANAGE_PEOPLE))
    if form.is_valid():
        place = form.cleaned_data["place"]
        try:
            services.post_officer(
                by=request.user,
                user=found,
                role=Role(form.cleaned_data["role"]),
                member=place.member,
                agency=place.agency,
                rank_band=form.cleaned_data["rank_band"],
            )
        except services.WrongPlace as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The posting is added. To take it back, end it in the list below."))
            return redirect("people:person", person)
    return _page_of(request, found, posting_form=form)


@require_POST
@requires(Right.MANAGE_PEOPLE)
def move(request: SignedInRequest, person: uuid.UUID, posting: uuid.UUID) -> HttpResponseBase:
    """Let a person serve another agency of the same member."""
    found = _own(request, person)
    row = _posting(request, found, posting)
    line = next(line for line in history_of(request.user, found, timezone.localdate()) if line.posting == row)
    form = MoveForm(request.POST, places=line.places)
    if form.is_valid():
        try:
            services.move_posting(by=request.user, posting=row, agency=form.cleaned_data["place"].agency)
        except services.WrongPlace as refusal:
            form.add_error(None, str(refusal))
        else:
            said = _("The person serves the new agency from today; what was learned stays counted where it happened.")
            messages.success(request, f"{said} {_('To take it back, move the posting again.')}")
            return redirect("people:person", person)
    return _page_of(request, found, move_form=form, moved=row)


@require_POST
@requires(Right.MANAGE_PEOPLE)
def end(request: SignedInRequest, person: uuid.UUID, posting: uuid.UUID) -> HttpResponseBase:
    """End a posting at once."""
    found = _own(request, person)
    services.end_service(by=request.user, posting=_posting(request, found, posting))
    messages.success(request, _("The posting has ended. To take it back, add the same posting again below."))
    return redirect("people:person", person)


def _own(request: SignedInRequest, person: uuid.UUID) -> User:
    return get_object_or_404(people_seen_by(request.user, Right.MANAGE_PEOPLE), uuid=person)


def _posting(request: SignedInRequest, person: User, posting: uuid.UUID) -> Posting:
    return get_object_or_404(postings_in_scope(request.user, Right.MANAGE_PEOPLE), user=person, uuid=posting)


def _officer_posting(viewer: User, person: User) -> Posting | None:
    return postings_in_scope(viewer, Right.MANAGE_PEOPLE).filter(user=person, role=Role.OFFICER).open().first()


def _name(viewer: User, person: User) -> str:
    return names_for(viewer, [person])[person.pk]


def _page_of(
    request: SignedInRequest,
    person: User,
    *,
    posting_form: PostingForm | None = None,
    move_form: MoveForm | None = None,
    moved: Posting | None = None,
) -> HttpResponseBase:
    """The page of a person, with a form that was refused if there is one."""
    viewer = request.user
    refused = posting_form or move_form
    places = places_of(viewer, Right.MANAGE_PEOPLE)
    lines = []
    for line in history_of(viewer, person, timezone.localdate()):
        form = None
        if line.places:
            is_refused = line.posting == moved and move_form
            form = move_form if is_refused else MoveForm(places=line.places, auto_id=f"id_{line.posting.uuid}_%s")
        lines.append((line, form))
    name = _name(viewer, person)
    context: dict[str, Any] = {
        "person": person,
        "name": name,
        "is_named": name == person.full_name,
        "lines": lines,
        "is_changeable": may_change_account(viewer, person),
        "is_oneself": person == viewer,
        "is_resettable": people_for_codes(viewer).filter(pk=person.pk).exists(),
        "posting_form": posting_form or PostingForm(places=places),
        "may_post": bool(places) and person.is_active and person != viewer,
        "refused": refused,
        "merged_into": merged_into([person.pk]).get(person.pk),
    }
    return render(request, "accounts/people/person.html", context, status=_status(refused))


def _note_seen(viewer: User, person: User) -> None:
    """A look at one person is a line in the log of the member whose officer it is."""
    member = next((line.posting.member for line in history_of(viewer, person, timezone.localdate())), None)
    services.audit(by=viewer, action="officers.seen", target=services.target_of(person), member=member)


def _note_names_seen(viewer: User, rows: list[Listed]) -> None:
    """A look at a list of names is a line in the log of each member whose officers were named."""
    seen: dict[Any, list[str]] = {}
    for row in rows:
        members = {posting.member for posting in row.postings} or {None}
        for member in members:
            seen.setdefault(member, []).append(str(row.person.uuid))
    for member, uuids in seen.items():
        services.audit(
            by=viewer, action="officers.seen", target="accounts.people", member=member, details={"people": uuids}
        )


def _query(request: SignedInRequest) -> str:
    """What is sought, as the links to other pages carry it."""
    query = request.GET.copy()
    query.pop("page", None)
    return query.urlencode()


def _status(form: object) -> int:
    """A page with a form that was refused says so in its status too."""
    return UNPROCESSABLE if getattr(form, "errors", None) else 200
