"""Certificates of the demo that are past their first days: one ends soon, one has ended, one is suspended.

Made by the services of real work under a clock that is set back, like the population.
"""

import datetime as dt
import random

import time_machine
from django.db import transaction
from django.utils import timezone

from accounts.models import Agency, Member, User
from accounts.roles import Role
from accounts.services import create_person, post_person
from certificates.models import Award
from certificates.services import suspend_award
from learning.manifest import FINAL, Rules
from learning.models import Course
from learning.selectors import latest_revision, outline_of
from learning.services import enrol
from portal.population import read, sit

#: Who holds them, in the coordinator's member; all are invented. How many days are left of each, and whether it holds.
HOLDERS = (
    ("holder1", "Tuti Handayani", 45, True),
    ("holder2", "Slamet Riyadi", -10, True),
    ("holder3", "Wulan Puspita", 400, False),
)


@transaction.atomic
def fill_certificates() -> bool:
    """Let three officers have been certified long ago; False when they were, or there is no course to certify in."""
    course = Course.objects.filter(editions__isnull=False).order_by("position", "code").first()
    agency = Agency.objects.filter(member__code="ID").order_by("pk").first()
    rso = User.objects.filter(username="rso").first()
    if course is None or agency is None or rso is None or User.objects.filter(username=HOLDERS[0][0]).exists():
        return False
    rng = random.Random(43)  # noqa: S311  # the same papers on every site
    for username, full_name, days, holds in HOLDERS:
        award = _certify(username, full_name, days, course, agency, rng)
        if not holds:
            suspend_award(by=rso, award=award, reason="It is being looked into whether the test was known before.")
    return True


def _certify(username: str, full_name: str, days: int, course: Course, agency: Agency, rng: random.Random) -> Award:
    """Somebody who took the whole course so long ago that so many days are left."""
    edition = course.editions.order_by("-number")[0]
    months = Rules.from_json(edition.rules).validity_months
    ago = dt.timedelta(days=round(months * 30.44) - days)
    member: Member = agency.member
    with time_machine.travel(timezone.now() - ago, tick=False) as clock:
        user = create_person(by=None, username=username, full_name=full_name, password=None)
        post_person(by=None, user=user, role=Role.OFFICER, member=member, agency=agency)
        enrolment = enrol(by=user, course=course)
        for node in outline_of(latest_revision(enrolment.edition_id)).path:
            clock.shift(dt.timedelta(minutes=5))
            if node.kind == "lesson":
                read(enrolment, node)
            elif node.purpose == FINAL:
                sit(user, enrolment, node, 1.0, rng, clock)
    return Award.objects.get(enrolment=enrolment)
