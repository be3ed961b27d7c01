"""Reads for the ledger of who certifies: certificates of members that share their officers, without names."""

from django.db.models import Case, CharField, F, QuerySet, When

from accounts.permissions import Right, Viewer, has_right
from certificates.models import Award
from certificates.selectors.register import RegisterFilter, narrowed
from learning.selectors.classes import known_by_name
from learning.sharing import SHARED


def ledger_awards(viewer: Viewer, wanted: RegisterFilter) -> QuerySet[Award]:
    """The certificates that a ledger of the RSO may list, by member, each `shown_as` its number or a learner code.

    A row is about one person. So of members that share counts only there is none, also none without the member; nor is
    there one of restricted officers or of who was erased. A number leads to the name on the public page, so it stands
    only where the name may be known (`known_by_name`), and the learner code elsewhere. Nothing for anybody else.
    """
    if not has_right(viewer, Right.CERTIFY):
        return Award.objects.none()
    rows = Award.objects.filter(
        actor__user__isnull=False, actor__user__is_restricted=False, member__sharing__in=SHARED
    ).select_related("member")
    shown = Case(
        When(known_by_name("actor"), then=F("number")),
        default=F("actor__user__learner_code"),
        output_field=CharField(),
    )
    # Not by day of issue: the place in a list would tell whose name is not shown.
    return narrowed(rows, wanted).annotate(shown_as=shown).order_by("member__code", "shown_as", "pk")
