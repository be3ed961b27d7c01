"""Papers enough for the demo that figures of questions can be shown: invented people whose accounts are closed.

They are written straight into the tables, because to sit so many tests takes minutes; what they answered is graded as
any paper is. Some questions are made to look faulty, so that there is something to find.
"""

import datetime as dt
import math
import random
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle

from django.db import transaction
from django.utils import timezone

from accounts.models import Actor, Member
from assessments.drawing.traits import traits_frozen
from assessments.grading import Answered, grade, stored
from assessments.models import Attempt, EditionItem, ItemVersion, Response, TestAnalysis
from assessments.rules import rules_of
from assessments.services import Asked, draw, option_order
from assessments.services.analysing import work_out
from learning.manifest import FINAL
from learning.models import Activity, Course, Enrolment
from learning.selectors import latest_revision, outline_of
from portal.population import right, wrong

PAPERS = 120
MEMBERS = ("ID", "MY", "TH", "PH", "VN")
LANGUAGES = ("en", "id")
DAYS = 150


@dataclass(frozen=True)
class _Fault:
    """What is wrong with an invented question: how much harder it is in the second language, and how it tells apart."""

    harder: float = 0.0
    power: float = 1.4
    ease: float = 0.0


#: Place in the list of questions → its fault.
FAULTS = {2: _Fault(harder=2.6), 5: _Fault(power=-0.8), 8: _Fault(ease=5.0), 11: _Fault(ease=-3.2)}


def _key(number: int) -> uuid.UUID:
    """The key of an invented person, the same on every demo."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"https://suluh.example/demo/statistics/{number}")


@transaction.atomic
def fill_statistics() -> bool:
    """Let invented people sit the final test of the first course; False when they did before, or there is none."""
    course = Course.objects.filter(editions__isnull=False).order_by("code").first()
    if course is None or Actor.objects.filter(key=_key(0)).exists():
        return False
    revision = latest_revision(course.editions.order_by("-number").values_list("pk", flat=True)[0])
    node = outline_of(revision).quiz(FINAL)
    if node is None:
        return False
    activity = Activity.objects.get(uuid=node.uuid)
    shelf: dict[str, dict[str, EditionItem]] = defaultdict(dict)
    rows = EditionItem.objects.filter(revision=revision, activity=activity, language__in=LANGUAGES)
    for each in rows.select_related("version__item").order_by("version__item__key"):
        shelf[each.language][each.version.item.key] = each
    languages = [code for code in LANGUAGES if shelf[code]]
    if not languages:
        return False
    rng = random.Random(8)  # noqa: S311  # the same people on every site
    ease = {
        key: FAULTS.get(place, _Fault()).ease or rng.gauss(0.9, 0.7) for place, key in enumerate(shelf[languages[0]])
    }
    faults = {key: FAULTS[place] for place, key in enumerate(shelf[languages[0]]) if place in FAULTS}
    members = cycle(Member.objects.filter(code__in=MEMBERS).order_by("code"))
    rules = rules_of(node)
    traits = list(traits_frozen(shelf[languages[0]].values()).values())
    actors, enrolments, attempts, responses = [], [], [], []
    for number in range(PAPERS):
        language = languages[number % len(languages)]
        ability = rng.gauss(0, 1)
        begun = timezone.now() - dt.timedelta(days=rng.randint(1, DAYS), minutes=rng.randint(0, 600))
        actor = Actor(key=_key(number))
        enrolment = Enrolment(
            actor=actor,
            course=course,
            edition=revision.edition,
            member=next(members),
            enrolled_at=begun - dt.timedelta(days=7),
            ended_at=begun + dt.timedelta(days=1),
        )
        keys = draw(Asked(node.purpose, rules, node.draw, traits), rng).keys
        attempt = Attempt(
            enrolment=enrolment,
            activity=activity,
            revision=revision,
            language=language,
            started_at=begun,
            total=len(keys),
            pass_mark=node.pass_mark,
            closed_by=Attempt.ClosedBy.OFFICER,
            digest="0" * 64,
        )
        paper = _paper(attempt, [shelf[language][key] for key in keys], ability, ease, faults, rng)
        for response in paper:
            response.option_order = option_order(response.version.item.type, response.version.structure, rules, rng)
        actors.append(actor)
        enrolments.append(enrolment)
        attempts.append(attempt)
        responses += paper
    Actor.objects.bulk_create(actors)
    Enrolment.objects.bulk_create(enrolments)
    Attempt.objects.bulk_create(attempts)
    Response.objects.bulk_create(responses, batch_size=500)
    TestAnalysis.objects.filter(activity=activity).delete()
    for pk in Attempt.objects.order_by().values_list("activity", flat=True).distinct():
        work_out(activity=pk)
    return True


def _paper(
    attempt: Attempt,
    items: Sequence[EditionItem],
    ability: float,
    ease: Mapping[str, float],
    faults: Mapping[str, _Fault],
    rng: random.Random,
) -> list[Response]:
    at, found, graded = attempt.started_at, [], []
    for position, item in enumerate(items, start=1):
        version = item.version
        fault = faults.get(version.item.key, _Fault())
        logit = fault.power * ability + ease[version.item.key] - (attempt.language != LANGUAGES[0]) * fault.harder
        is_right = rng.random() < 1 / (1 + math.exp(-logit))
        answer = right(version) if is_right else _wrong(version, rng)
        at += dt.timedelta(seconds=round(rng.lognormvariate(3.6, 0.5)) + 5)
        one = Answered(
            type=version.item.type,
            structure=version.structure,
            keys=(version.answer_key,),
            answer=answer,
            must_be_right=version.must_be_right,
            points=version.points,
        )
        graded.append(one)
        found.append(
            Response(
                attempt=attempt,
                position=position,
                version=version,
                option_order=[],
                answer=answer,
                answered_at=at,
                edits=1,
                language=item.language,
                content_id=item.content_id,
                is_right=one.is_right if one.counts else None,
                score=stored(one.score) if one.counts else None,
            )
        )
    result = grade(graded, attempt.pass_mark)
    attempt.submitted_at = at + dt.timedelta(seconds=40)
    attempt.right, attempt.total = result.right, result.total
    attempt.score, attempt.points, attempt.passed = stored(result.score), result.points, result.passed
    return found


def _wrong(version: ItemVersion, rng: random.Random) -> object:
    """A wrong answer; of listed options the last one hardly anybody takes."""
    first = wrong(version, rng)
    options = version.structure.get("options", [])
    return wrong(version, rng) if options and first == [options[-1]] else first
