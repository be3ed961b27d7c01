"""The coordinator's desk: officers of the own member or agency, enrolled, how far, certified. No scores, no answers."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.models import User
from accounts.permissions import Right, SignedInRequest, has_right, requires, scope_of
from accounts.selectors import names_for, order_of_names, people_seen_by, postings_in_scope
from accounts.services import Entry, audit_many
from assessments.correcting.reads import own_certificates_in_question
from assessments.exams.sittings import extra_time_seen, own_people, tests_to_reopen
from certificates.models import Award
from certificates.selectors import awards_of_enrolments, awards_seen_by, how_many_end
from certificates.selectors.recognitions import officers_of, recognitions_of_officers, with_course_titles
from learning.models import Enrolment
from learning.selectors import catalogue, enrolments_seen_by, standings
from lms.text import has_words
from portal.forms import OfficersFilter

A_PAGE = 50


@requires(Right.SEE_OFFICERS)
@never_cache
def coordinator(request: SignedInRequest) -> HttpResponseBase:
    """The enrolments of the officers whom the viewer may see, searched and filtered."""
    viewer = request.user
    courses = [(text.course.slug, text.title) for text in catalogue(get_language())]
    form = OfficersFilter(request.GET, viewer=viewer, courses=courses)
    form.is_valid()
    page = Paginator(_sought(viewer, form.cleaned_data), A_PAGE).get_page(request.GET.get("page"))
    read = enrolments_seen_by(viewer).in_bulk(list(page.object_list))
    shown = [read[pk] for pk in page.object_list if pk in read]
    _note_names_seen(viewer, shown, "portal.coordinator")
    query = request.GET.copy()
    query.pop("page", None)
    return render(
        request,
        "portal/coordinator.html",
        {
            "page": page,
            "rows": _with_names(viewer, shown),
            "form": form,
            "is_sought": any(form.cleaned_data.values()),
            "query": query.urlencode(),
            "sets_sharing": bool(scope_of(viewer, Right.SET_SHARING).members),
            "manages": has_right(viewer, Right.MANAGE_PEOPLE),
            "reissues": has_right(viewer, Right.REISSUE),
            "ending": how_many_end(viewer),
            "in_question": len(own_certificates_in_question(viewer)),
        },
    )


@requires(Right.SEE_OFFICERS)
@never_cache
def officer(request: SignedInRequest, person: uuid.UUID) -> HttpResponseBase:
    """One officer's courses and certificates within the viewer's scope, past ones too."""
    viewer = request.user
    enrolments = list(enrolments_seen_by(viewer).filter(actor__user__uuid=person).order_by("-enrolled_at"))
    on_desk = people_seen_by(viewer, Right.SEE_OFFICERS).filter(uuid=person).first()
    found = on_desk or (enrolments[0].actor.user if enrolments else None)
    if found is None:
        raise Http404(_("There is no such officer among yours."))
    target = f"accounts.user:{found.uuid}"
    _note_names_seen(viewer, enrolments, target)
    if not enrolments:  # the name is on the page all the same
        member = next((each.member for each in postings_in_scope(viewer, Right.SEE_OFFICERS).filter(user=found)), None)
        audit_many(by=viewer, entries=[Entry("officers.seen", target, member, details={"people": [str(found.uuid)]})])
    decides = own_people(viewer).filter(pk=found.pk).exists()
    return render(
        request,
        "portal/officer.html",
        {
            "decides": decides,
            "to_reopen": tests_to_reopen(viewer, get_language(), found) if decides else [],
            "extra_time": extra_time_seen(viewer, found) if decides else None,
            "name": names_for(viewer, [found])[found.pk],
            "person": found,
            "is_on_desk": people_seen_by(viewer, Right.MANAGE_PEOPLE).filter(pk=found.pk).exists(),
            "rows": _with_names(viewer, enrolments),
            "others": with_course_titles(
                recognitions_of_officers(viewer).filter(actor__user=found), get_language() or ""
            ),
            "records": officers_of(viewer).filter(pk=found.pk).exists(),
        },
    )


def _sought(viewer: User, wanted: dict[str, Any]) -> list[int]:
    """The enrolments that match, by name: their primary keys, because names have to be compared here."""
    rows = enrolments_seen_by(viewer).filter(ended_at=None)
    if wanted.get("course"):
        rows = rows.filter(course__slug=wanted["course"])
    if wanted.get("agency"):
        rows = rows.filter(agency=wanted["agency"])
    rows = _in_state(viewer, rows, wanted.get("state", "")).order_by(
        order_of_names("actor__user"), "course__position", "pk"
    )
    words = wanted.get("q", "").strip()
    if not words:
        return list(rows.values_list("pk", flat=True))
    # A name that the viewer may not read is not compared either.
    compared = ("full_name", "latin_name", "learner_code", "is_restricted")
    people = list(User.objects.filter(pk__in=rows.order_by().values("actor__user")).order_by().only(*compared))
    names = names_for(viewer, people)
    matching = {each.pk for each in people if has_words(words, *_texts(each, names[each.pk]))}
    return [pk for pk, person in rows.values_list("pk", "actor__user") if person in matching]


def _texts(person: User, name: str) -> list[str]:
    known = [name, person.learner_code]
    return [*known, person.latin_name] if name == person.full_name else known


def _in_state(viewer: User, rows: QuerySet[Enrolment], state: str) -> QuerySet[Enrolment]:
    today = timezone.localdate()
    awarded = awards_seen_by(viewer).filter(kind=Award.Kind.COMPLETION, state=Award.State.VALID)

    def awards(rows: QuerySet[Award]) -> Q:
        # While a refresher is under way, the award of the edition before counts.
        return Q(pk__in=rows.values("enrolment")) | Q(refresher__before__in=rows.values("enrolment"))

    certified = awards(awarded.filter(valid_until__gte=today))
    conditions = {
        "running": Q(progress__completed_at=None),
        "completed": Q(progress__completed_at__isnull=False),
        "certified": certified,
        "expired": awards(awarded.filter(valid_until__lt=today)) & ~certified,
        "uncertified": ~awards(awarded),
    }
    return rows.filter(conditions.get(state, Q()))


def _with_names(viewer: User, enrolments: Sequence[Enrolment]) -> list[dict[str, Any]]:
    """Each enrolment with how far it is, its award, and the name by which the viewer may know the person."""
    if not enrolments:
        return []
    awards = awards_of_enrolments(viewer, enrolments)
    names = names_for(viewer, [each.actor.user for each in enrolments])
    return [
        {
            "standing": each,
            "award": awards.get(each.enrolment.pk),
            "person": each.enrolment.actor.user,
            "name": names.get(each.enrolment.actor.user_id or 0, "–"),
        }
        for each in standings(enrolments, get_language())
    ]


def _note_names_seen(viewer: User, enrolments: Sequence[Enrolment], target: str) -> None:
    audit_many(
        by=viewer,
        entries=[
            Entry(
                "officers.seen",
                target,
                member,
                details={
                    "enrolments": [str(each.uuid) for each in enrolments if each.member == member],
                    "people": sorted(
                        {str(each.actor.user.uuid) for each in enrolments if each.member == member and each.actor.user}
                    ),
                },
            )
            for member in {each.member for each in enrolments}
        ],
    )
