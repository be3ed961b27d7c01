"""The front doors: pages that put several rooms together."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.permissions import SignedInRequest, public, signed_in
from accounts.selectors import public_name as shown_name
from accounts.selectors.moving import own_transfers
from accounts.selectors.own_data import own_erasure
from accounts.services import choose_public_name
from assessments.effect.asking import own_offers
from assessments.exams.sittings import reopened_for
from assessments.seeing import under_way
from certificates.selectors import certificates_of
from learning.models import ContentReport
from learning.selectors import (
    CourseText,
    catalogue,
    own_classes,
    own_reports,
    own_standings,
    refresher_offers,
    to_read_again,
    unread_answers,
)
from learning.services import see_answers
from lms.text import isolate
from portal.forms import PublicNameForm


@public
def front(request: HttpRequest) -> HttpResponseBase:
    """The first page of a language."""
    if request.user.is_authenticated:
        return redirect("portal:home")
    return render(request, "portal/front.html", {"courses": catalogue(get_language())})


@signed_in
@never_cache
def home(request: SignedInRequest) -> HttpResponseBase:
    """My learning: what to go on with, what is done, my certificates."""
    own = own_standings(request.user, get_language())
    certificates = certificates_of(request.user)
    awards = [each.award for each in certificates]
    until = {award.enrolment_id: award.valid_until for award in awards if award.state == award.State.VALID}
    offers = refresher_offers(request.user, get_language())
    renewed = {offer.enrolment.pk for offer in offers}
    return render(
        request,
        "portal/home.html",
        {
            "erasure": own_erasure(request.user),
            "under_way": under_way(request.user),
            "unread": unread_answers(request.user),
            "has_reports": own_reports(request.user).exists(),
            "moves": own_transfers(request.user),
            "reopened": reopened_for(request.user, get_language()),
            "asked": own_offers(request.user, get_language()),
            "again": to_read_again(request.user, get_language()),
            "running": [each for each in own if not each.is_complete],
            "finished": [each for each in own if each.is_complete],
            "classes": own_classes(request.user, get_language()),
            "offers": [(offer, until.get(offer.enrolment.pk)) for offer in offers],
            "awards": awards,
            "awarded": {award.enrolment_id for each in certificates for award in (each.award, *each.earlier)},
            # The others say so where they are renewed.
            "ending": [each for each in certificates if each.is_ending and each.award.enrolment_id not in renewed],
            "name_form": PublicNameForm(instance=request.user),
            # What is printed stays until it is issued again under another name.
            "public_name": shown_name(
                request.user, next((each.holder_name for each in awards if each.holder_name), None)
            ),
        },
    )


@signed_in
@never_cache
def reports(request: SignedInRequest) -> HttpResponseBase:
    """What the person reported about lessons and questions, and what came of it."""
    rows = list(own_reports(request.user))
    titles = {text.course.pk: text for text in catalogue(get_language())}
    shown = [
        {"report": row, "course": titles.get(row.activity.course_id), "title": _title(row, titles)} for row in rows
    ]
    if unread_answers(request.user):
        see_answers(by=request.user)
    return render(request, "portal/reports.html", {"reports": shown})


def _title(report: ContentReport, courses: Mapping[int, CourseText]) -> str:
    """The title of the lesson that a report is about, as far as it is still in the course."""
    if report.item is not None:
        return _("A question of a test")
    text = courses.get(report.activity.course_id)
    return str(text.text["titles"].get(str(report.activity.uuid), "")) if text else ""


@require_POST
@signed_in
def public_name(request: SignedInRequest) -> HttpResponseBase:
    """Choose between initials and the full name on the public page."""
    form = PublicNameForm(request.POST, instance=request.user)
    if form.is_valid():
        choose_public_name(by=request.user, choice=form.cleaned_data["public_name"])
        messages.success(
            request,
            _("Whoever checks your certificate now reads: %(name)s") % {"name": isolate(shown_name(request.user))},
        )
    else:
        messages.error(request, _("Choose one of the two."))
    return redirect("portal:home")
