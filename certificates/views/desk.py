"""Looking after certificates: finding one, and what becomes of it. Nothing here shows a name that may not be shown."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.names import BadText
from accounts.permissions import Refused, Right, SignedInRequest, has_right, requires
from accounts.selectors import names_for
from accounts.services import Entry, audit, audit_many
from certificates import selectors, services
from certificates.forms.desk import CertificatesFilter, ChangeForm, HolderForm, ReissueForm, TrainerForm
from certificates.forms.verifying import VerifyForm
from certificates.models import Award
from certificates.selectors.page import parts_to_approve
from certificates.selectors.recognitions import recognitions_that_wait
from certificates.services.issuing import award_target
from learning.models import Class
from learning.selectors import catalogue, lessons_done
from lms.suppression import suppress

A_PAGE = 50

#: What may be done to a certificate → its service, title, what it means, what the button says, what is said after.
ACTIONS: dict[str, tuple[Any, Any, Any, Any]] = {
    "suspend": (
        services.suspend_award,
        gettext_lazy("Suspend this certificate"),
        gettext_lazy(
            "Whoever checks it reads “suspended”, and nothing else. It cannot be renewed for now. You can reinstate it "
            "at any time."
        ),
        gettext_lazy("The certificate is suspended."),
    ),
    "revoke": (
        services.revoke_award,
        gettext_lazy("Revoke this certificate"),
        gettext_lazy(
            "Whoever checks it reads “revoked”, without the reason. You can undo it for 24 hours; after that only a "
            "new certificate with a new number can be issued."
        ),
        gettext_lazy("The certificate is revoked."),
    ),
    "reinstate": (
        services.reinstate_award,
        gettext_lazy("Reinstate this certificate"),
        gettext_lazy(
            "It is again what it was before: valid, or suspended if it was suspended before it was revoked. The "
            "history keeps everything."
        ),
        gettext_lazy("The certificate is reinstated."),
    ),
    "replace": (
        services.replace_award,
        gettext_lazy("Issue a new certificate"),
        gettext_lazy("The one that was revoked stays so. The new one has a new number and ends on the same day."),
        gettext_lazy("The new certificate is issued."),
    ),
}


def _offered(request: SignedInRequest, award: Award) -> list[str]:
    """What this viewer can do to an award as it is now."""
    found = []
    state, own_right = award.state, services.may_certify(request.user, award)
    if own_right and state == Award.State.VALID:
        found += ["suspend"]
    if own_right and state in (Award.State.VALID, Award.State.SUSPENDED):
        found += ["revoke"]
    if own_right and (state == Award.State.SUSPENDED or services.may_undo(award)):
        found += ["reinstate"]
    has_holder = award.actor.user is not None and bool(award.holder_name)
    is_gone = state == Award.State.REVOKED and not services.may_undo(award)
    if own_right and is_gone and has_holder and not Award.objects.filter(reissues=award).exists():
        found += ["replace"]
    if state == Award.State.VALID and has_holder and services.may_reissue(request.user, award):
        found += ["reissue"]
    is_base = award.kind == Award.Kind.COMPLETION and state == Award.State.VALID and not award.is_expired
    if own_right and is_base and has_holder:
        found += ["trainer"]
    return found


@requires(Right.CERTIFY)
@never_cache
def find(request: SignedInRequest) -> HttpResponseBase:
    """Type a number; and the classes that are over, for certificates of participation."""
    form = VerifyForm(request.GET if "number" in request.GET else None)
    if form.is_valid():
        try:
            found = selectors.award_looked_after_by(request.user, form.cleaned_data["number"])
        except Http404 as nothing:
            form.add_error("number", str(nothing))
        else:
            return redirect("awards:award", number=found.number)
    return render(
        request,
        "certificates/desk/find.html",
        {
            "form": form,
            "classes": selectors.ended_classes(request.user),
            "to_decide": recognitions_that_wait(request.user).count(),
            "to_approve": parts_to_approve(request.user).count(),
        },
        status=422 if form.errors else 200,
    )


@requires(Right.CERTIFY, Right.REISSUE)
@never_cache
def award(request: SignedInRequest, number: str) -> HttpResponseBase:
    """One certificate: what it is now, its history, and what may be done."""
    found = selectors.award_looked_after_by(request.user, number)
    return _award_page(request, found)


def _award_page(
    request: SignedInRequest, found: Award, *, form: HolderForm | None = None, name: str = ""
) -> HttpResponse:
    offered = _offered(request, found)
    certifies = services.may_certify(request.user, found)
    holder = name or selectors.shown_holder(request.user, found)
    if not certifies:
        _note_seen(request, [found])
    return render(
        request,
        "certificates/desk/award.html",
        {
            "award": found,
            "holder": holder,
            "is_named": bool(name) or not certifies,
            "is_shared": certifies and selectors.is_shared(request.user, found),
            "form": form or HolderForm(),
            "offered": offered,
            "history": selectors.history_of_number(request.user, found),
            "trainer": selectors.trainer_award_on(request.user, found),
            "certifies": certifies,
            "may_name": services.may_name(request.user, found),
            "finds": has_right(request.user, Right.CERTIFY),
            "is_own": found.actor.user_id == request.user.pk,
        },
        status=422 if form is not None and form.errors else 200,
    )


def _note_seen(request: SignedInRequest, rows: list[Award]) -> None:
    members = {row.member for row in rows}
    audit_many(
        by=request.user,
        entries=[
            Entry(
                "officers.seen",
                award_target(rows[0]) if len(rows) == 1 else "certificates.award",
                member,
                details={
                    "people": sorted({str(r.actor.user.uuid) for r in rows if r.member == member and r.actor.user})
                },
            )
            for member in members
        ],
    )


@require_POST
@requires(Right.CERTIFY)
@never_cache
def holder(request: SignedInRequest, number: str) -> HttpResponseBase:
    """Show by what the member lets the RSO know its officer, after a reason was given, which the member reads."""
    found = selectors.award_looked_after_by(request.user, number)
    name = selectors.shared_holder(request.user, found)
    form = HolderForm(request.POST)
    if not form.is_valid():
        return _award_page(request, found, form=form)
    assert found.member is not None and found.actor.user is not None
    page = _award_page(request, found, name=name)
    audit(
        by=request.user,
        action="shared.seen",
        target=award_target(found),
        member=found.member,
        reason=form.cleaned_data["reason"],
        details={
            "course": found.snapshot["code"],
            "sharing": found.member.sharing,
            "people": [str(found.actor.user.uuid)],
        },
    )
    return page


@requires(Right.CERTIFY)
@never_cache
def change(request: SignedInRequest, number: str, action: str) -> HttpResponseBase:
    """Suspend, revoke, reinstate or replace a certificate: say why, and confirm."""
    if action not in ACTIONS:
        raise Http404
    found = selectors.award_looked_after_by(request.user, number)
    service, title, meaning, done = ACTIONS[action]
    form = ChangeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            after = service(by=request.user, award=found, reason=form.cleaned_data["reason"])
        except (services.WrongState, services.NoHolder, services.NoReason) as refusal:
            form.add_error(None, str(refusal))
        else:
            is_suspended_again = action == "reinstate" and after.state == Award.State.SUSPENDED
            messages.success(
                request,
                _("The revocation is undone. The certificate is suspended, as before.")
                if is_suspended_again
                else str(done),
            )
            return redirect("awards:award", number=after.number)
    return _act_page(request, found, form, title=title, meaning=meaning, is_grave=action == "revoke")


@requires(Right.CERTIFY, Right.REISSUE)
@never_cache
def reissue(request: SignedInRequest, number: str) -> HttpResponseBase:
    """Issue a certificate again under another name of its holder."""
    found = selectors.award_looked_after_by(request.user, number)
    may_name = services.may_name(request.user, found)
    form = ReissueForm(request.POST if request.method == "POST" else None, may_name=may_name)
    if request.method == "POST" and form.is_valid():
        try:
            # A form that was opened while the name might still be known is refused, not taken for one without a name.
            said = {"name": request.POST.get("name", "")} | form.cleaned_data
            services.reissue_award(by=request.user, award=found, **said)
        except BadText as refusal:
            form.add_error("name", str(refusal))
        except (services.WrongState, services.NoHolder, services.NoReason) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The certificate is issued again. Its holder finds it on the own page."))
            return redirect("awards:award", number=found.number)
    meaning = _(
        "The holder gets it with the same number, date and end. The one under the old name is superseded: whoever "
        "checks the number sees the new one."
    )
    if may_name:
        return _act_page(request, found, form, title=_("Issue it again under another name"), meaning=meaning)
    by_account = _(
        "The holder gets it under the name of the account, with the same number, date and end. You may not know this "
        "holder by name; the coordinator of the member can have another name put on it."
    )
    return _act_page(request, found, form, title=_("Issue it again under the name of the account"), meaning=by_account)


@requires(Right.CERTIFY)
@never_cache
def trainer(request: SignedInRequest, number: str) -> HttpResponseBase:
    """Give the holder of a learner certificate one that says who may teach the course."""
    found = selectors.award_looked_after_by(request.user, number)
    form = TrainerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            given = services.grant_trainer_award(by=request.user, learner=found, **form.cleaned_data)
        except (services.CannotGrant, services.NoReason) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The trainer certificate is issued."))
            return redirect("awards:award", number=given.number)
    meaning = _(
        "It says that the holder may teach this course. It takes a practice session and a peer review, and ends with "
        "the learner certificate."
    )
    return _act_page(request, found, form, title=_("Give a trainer certificate"), meaning=meaning)


def _act_page(
    request: SignedInRequest, found: Award, form: Form, *, title: Any, meaning: Any, is_grave: bool = False
) -> HttpResponse:
    if found.actor.user_id == request.user.pk:
        raise Refused(_("This is your own certificate. Somebody else has to decide about it."))
    context = {
        "award": found,
        "form": form,
        "title": title,
        "meaning": meaning,
        "is_grave": is_grave,
        "holder": selectors.shown_holder(request.user, found),
    }
    return render(request, "certificates/desk/act.html", context, status=422 if form.errors else 200)


@requires(Right.CERTIFY)
@never_cache
def participation(request: SignedInRequest, klass: uuid.UUID) -> HttpResponseBase:
    """Certificates of participation for a class that is over: how many, and giving them. No names."""
    own = Class.objects.select_related("course").filter(uuid=klass).first()
    if own is None:
        raise Http404(_("There is no such class."))
    waiting = selectors.participants_of(request.user, own)
    lessons = lessons_done(waiting)
    enough = [each for each in waiting if services.is_enough(done=lessons[each.pk][0], all=lessons[each.pk][1])]
    if request.method == "POST":
        given = 0
        for each in enough:
            try:
                services.grant_participation(by=request.user, enrolment=each)
                given += 1
            except (services.CannotGrant, Refused):
                continue
        said = _("Certificates of participation given: %(n)s") % {"n": suppress(given)}
        (messages.success if given else messages.warning)(request, said)
        return redirect("awards:participation", klass=own.uuid)
    return render(
        request,
        "certificates/desk/participation.html",
        {
            "klass": own,
            "some_enough": bool(enough),
            "some_not_enough": len(waiting) > len(enough),
            "enough": suppress(len(enough)),
            "not_enough": suppress(len(waiting) - len(enough)),
            "least": services.LEAST_LESSONS,
        },
    )


@requires(Right.REISSUE)
@never_cache
def officers(request: SignedInRequest) -> HttpResponseBase:
    """The certificates of the coordinator's own officers, those that end first in front."""
    courses = [(text.course.slug, text.title) for text in catalogue(get_language())]
    form = CertificatesFilter(request.GET or {"state": "ending"}, courses=courses)
    form.is_valid()
    wanted = form.cleaned_data
    rows = selectors.own_certificates(request.user, state=wanted.get("state", ""), course=wanted.get("course", ""))
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    _note_seen(request, shown)
    names = names_for(request.user, [each.actor.user for each in shown])
    query = request.GET.copy()
    query.pop("page", None)
    return render(
        request,
        "certificates/desk/officers.html",
        {
            "form": form,
            "all": f"{reverse('awards:officers')}?state=all",
            "page": page,
            "query": query.urlencode(),
            "rows": [
                {"award": each, "name": names[each.actor.user_id or 0], "person": each.actor.user} for each in shown
            ],
        },
    )
