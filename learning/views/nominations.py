"""The pages of coordinators: nominating officers, and what became of it."""

import uuid
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.models import Posting
from accounts.permissions import Right, SignedInRequest, requires
from accounts.selectors import name_for
from accounts.services import audit
from learning import selectors, services
from learning.models import Nomination


def uuids(values: list[str]) -> list[uuid.UUID]:
    """The uuids that a form sent; anything else is answered as a person whom there is not."""
    try:
        return [uuid.UUID(value) for value in values]
    except ValueError:
        raise Http404(_("There is no such person.")) from None


@requires(Right.NOMINATE)
@never_cache
def own(request: SignedInRequest) -> HttpResponseBase:
    """The nominations of one's own member, newest first, with what became of each."""
    rows = selectors.nominations_seen_by(request.user)
    state = request.GET.get("state", "")
    if state in Nomination.State.values:
        rows = rows.filter(state=state)
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    names = selectors.course_names([each.course for each in shown], get_language())
    postings: dict[int, list[Posting]] = {}
    for posting in Posting.objects.current().filter(user__in=[each.person.user_id for each in shown]):
        postings.setdefault(posting.user_id, []).append(posting)
    for member in {each.member for each in shown}:
        _audit_look(request, member, [each for each in shown if each.member == member])
    return render(
        request,
        "learning/nominations.html",
        {
            "page": page,
            "rows": [
                (
                    each,
                    name_for(request.user, each.person.user, postings.get(each.person.user_id or 0, [])),
                    names[each.course_id],
                    _can_withdraw(each),
                )
                for each in shown
            ],
            "state": state,
            "states": Nomination.State.choices,
            "query": urlencode({"state": state}) if state else "",
        },
    )


def _audit_look(request: SignedInRequest, member: object, shown: list[Nomination]) -> None:
    audit(
        by=request.user,
        action="officers.seen",
        target="learning.nominations",
        member=member,  # type: ignore[arg-type]
        details={
            "nominations": [str(each.uuid) for each in shown],
            "people": sorted({str(each.person.user.uuid) for each in shown if each.person.user}),
        },
    )


def _can_withdraw(nomination: Nomination) -> bool:
    if nomination.state != Nomination.State.ACCEPTED:
        return nomination.is_open
    progress = getattr(nomination.enrolment, "progress", None)
    return not (progress and progress.completed_at)


@requires(Right.NOMINATE)
@never_cache
def choose(request: SignedInRequest) -> HttpResponseBase:
    """For which course or class to nominate, with the seats of one's own member."""
    members = selectors.members_of_nominator(request.user)
    rows = []
    for choice in selectors.choices_to_nominate(request.user, get_language()):
        room = selectors.room_of(choice.course, choice.klass)
        url = (
            reverse("learning:nominate_for_class", args=[choice.course.slug, choice.klass.uuid])
            if choice.klass
            else reverse("learning:nominate_for_course", args=[choice.course.slug])
        )
        rows.append((choice, url, _own_seats(room, members)))
    return render(request, "learning/nominate.html", {"rows": rows})


def _own_seats(room: selectors.Room, members: list) -> list[tuple[object, int, int, int]]:
    return [(each, room.given.get(each.pk, 0), room.used[each.pk], room.left(each.pk)) for each in members]


@requires(Right.NOMINATE)
@never_cache
def people(request: SignedInRequest, course: str, klass: uuid.UUID | None = None) -> HttpResponseBase:
    """Choose officers of one's own for a course or class, and nominate them all at once."""
    choice = selectors.one_choice(request.user, course, klass, get_language())
    if request.method == "POST":
        return _propose(request, choice)
    search = request.GET.get("q", "").strip()[:100]
    officers = selectors.officers_to_nominate(request.user, search)
    page = Paginator(officers, services.AT_ONCE).get_page(request.GET.get("page"))
    candidates = selectors.candidates(request.user, choice.course, choice.klass, list(page.object_list))
    for member in {each.posting.member for each in candidates}:
        audit(
            by=request.user,
            action="officers.seen",
            target="learning.nominate",
            member=member,
            details={"people": [str(each.person.uuid) for each in candidates if each.posting.member == member]},
        )
    room = selectors.room_of(choice.course, choice.klass)
    return render(
        request,
        "learning/nominate_people.html",
        {
            "choice": choice,
            "page": page,
            "candidates": candidates,
            "search": search,
            "query": urlencode({"q": search}) if search else "",
            "seats": _own_seats(room, selectors.members_of_nominator(request.user)),
            "any_free": any(not each.why_not for each in candidates),
        },
    )


def _propose(request: SignedInRequest, choice: selectors.Choice) -> HttpResponseBase:
    try:
        made = services.propose_nominations(
            by=request.user,
            course=choice.course,
            klass=choice.klass,
            people=uuids(request.POST.getlist("people")),
        )
    except services.CannotNominate as refusal:
        messages.error(request, str(refusal))
        return redirect(request.get_full_path())
    messages.success(
        request,
        ngettext(
            "%(n)d officer is nominated. The RSO decides; you see the answer here.",
            "%(n)d officers are nominated. The RSO decides; you see the answer here.",
            len(made),
        )
        % {"n": len(made)},
    )
    return redirect("learning:nominations")


@require_POST
@requires(Right.NOMINATE)
def withdraw(request: SignedInRequest, nomination: uuid.UUID) -> HttpResponseBase:
    """Withdraw a nomination of one's own member."""
    found = get_object_or_404(selectors.nominations_seen_by(request.user), uuid=nomination)
    try:
        services.withdraw_nomination(by=request.user, nomination=found)
    except services.CannotNominate as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The nomination is withdrawn. What the officer learned is kept."))
    return redirect("learning:nominations")
