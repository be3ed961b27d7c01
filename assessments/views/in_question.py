"""What a coordinator sees of corrections: which certificates of the own officers they put in question. No scores."""

from django.core.paginator import Paginator
from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache

from accounts.models import Member, User
from accounts.permissions import Right, SignedInRequest, requires
from accounts.services import Entry, audit_many
from assessments.correcting import reads
from learning.selectors import course_names

A_PAGE = 50


@requires(Right.SEE_OFFICERS)
@never_cache
def own(request: SignedInRequest) -> HttpResponseBase:
    """The certificates of one's own officers that are in question; the RSO decides. Each look is written down."""
    page = Paginator(reads.own_certificates_in_question(request.user), A_PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    _note_seen(request.user, rows)
    names = course_names([each.enrolment.course for each in rows], get_language())
    shown = [(each, names[each.enrolment.course_id]) for each in rows]
    return render(request, "assessments/exams/in_question.html", {"page": page, "rows": shown})


def _note_seen(viewer: User, rows: list[reads.InQuestion]) -> None:
    members: dict[Member | None, list[reads.InQuestion]] = {}
    for each in rows:
        members.setdefault(each.enrolment.member, []).append(each)
    audit_many(
        by=viewer,
        entries=[
            Entry(
                "officers.seen",
                "exams.in_question",
                member,
                details={
                    "enrolments": sorted(str(each.enrolment.uuid) for each in of_member),
                    "people": sorted({str(each.person.uuid) for each in of_member}),
                },
            )
            for member, of_member in members.items()
        ],
    )
