"""The tests of the demo's running class: one officer is at it, one is stuck, one waits, one appeals and shares a paper.

Made by the services of real work, under a clock that is set back.
"""

import datetime as dt
import random

import time_machine
from django.db import transaction
from django.utils import timezone

from accounts.models import Posting, User
from assessments.models import Attempt, EditionItem
from assessments.seeing import MANY_EDITS
from assessments.services import make_appeal, save_answer, share_sitting, start_attempt
from learning.manifest import FINAL, PRETEST
from learning.models import Class, Enrolment
from learning.selectors import latest_revision, outline_of
from portal.demo_desks import RUNNING
from portal.population import read, right, sit, wrong


@transaction.atomic
def fill_sittings() -> bool:
    """Let the officers of the running class sit tests; False when they did before. Needs the filled desks."""
    klass = Class.objects.filter(title=RUNNING).first()
    if klass is None or Attempt.objects.filter(enrolment__klass=klass).exists():
        return False
    people = Enrolment.objects.filter(klass=klass, ended_at=None).select_related("actor__user", "member").order_by("pk")
    own = [each for each in people if each.member and each.member.code == "ID"]
    others = [each for each in people if each.member and each.member.code == "TH"]
    plan = [*zip(own, (_stuck, _waits), strict=False), *zip(others, (_appeals, _is_at_it), strict=False)]
    # They learned before the demo was made.
    Posting.objects.filter(user__actors__enrolments__in=[enrolment for enrolment, _sits in plan]).update(
        starts_on=timezone.localdate() - dt.timedelta(days=14)
    )
    for number, (enrolment, sits) in enumerate(plan):
        user = enrolment.actor.user
        assert user is not None, "the people of the demo are not erased"
        sits(user, enrolment, random.Random(number))  # noqa: S311  # the same people on every site
    return True


def _ago(**time: int) -> time_machine.travel:
    return time_machine.travel(timezone.now() - dt.timedelta(**time), tick=False)


def _key(enrolment: Enrolment, purpose: str) -> str:
    node = outline_of(latest_revision(enrolment.edition_id)).quiz(purpose)
    assert node is not None, "a course has a pre-test and a final test"
    return node.key


def _begin(user: User, enrolment: Enrolment) -> Attempt:
    return start_attempt(by=user, enrolment=enrolment, key=_key(enrolment, PRETEST), language="en")


def _save(user: User, attempt: Attempt, position: int, rng: random.Random, *, times: int = 1) -> None:
    """Answer one question, and change one's mind so often."""
    response = attempt.responses.select_related("version__item").filter(position=position).first()
    if response is None:
        return
    item = EditionItem.objects.get(
        revision=attempt.revision_id, activity=attempt.activity_id, version=response.version_id, language="en"
    )
    for time in range(times):
        save_answer(
            by=user,
            attempt_uuid=attempt.uuid,
            position=position,
            answer=wrong(response.version, rng) if time % 2 else right(response.version),
            seen=time,
            language="en",
            content=item.content_id,
        )


def _stuck(user: User, enrolment: Enrolment, rng: random.Random) -> None:
    with _ago(minutes=25):
        attempt = _begin(user, enrolment)
        _save(user, attempt, 1, rng)
        _save(user, attempt, 2, rng, times=MANY_EDITS + 1)


def _is_at_it(user: User, enrolment: Enrolment, rng: random.Random) -> None:
    with _ago(minutes=1):
        attempt = _begin(user, enrolment)
        for position in (1, 2, 3):
            _save(user, attempt, position, rng)


def _waits(user: User, enrolment: Enrolment, rng: random.Random) -> None:
    """Read everything and took the final test twice, so that a day has to pass."""
    outline = outline_of(latest_revision(enrolment.edition_id))
    final = outline.quiz(FINAL)
    assert final is not None, "a course has a final test"
    with _ago(days=2) as clock:
        for node in outline.path:
            if node.kind == "lesson":
                read(enrolment, node)
        for _each in range(2):
            sit(user, enrolment, final, 0.4, rng, clock)
            clock.shift(dt.timedelta(hours=40))


def _appeals(user: User, enrolment: Enrolment, rng: random.Random) -> None:
    with _ago(days=1) as clock:
        node = outline_of(latest_revision(enrolment.edition_id)).quiz(PRETEST)
        assert node is not None, "a course has a pre-test"
        sit(user, enrolment, node, 0, rng, clock)  # so that there is something to appeal against
        attempt = Attempt.objects.get(enrolment=enrolment)
        share_sitting(by=user, attempt_uuid=attempt.uuid)
        response = attempt.responses.filter(is_right=False).first()
        if response is not None:
            text = "The lesson calls both answers possible. Please look at it again."
            make_appeal(by=user, response=response, text=text)
