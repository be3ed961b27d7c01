"""A synthetic population for trials and for the demo: invented people who really went through the courses.

Everything is made by the services of real work, under a clock that is set back, so that records, progress, attempts and
awards are as real ones are. The seed decides who, where, when, how far and how well; keys and certificate numbers stay
random, as they must.
"""

import datetime as dt
import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import time_machine
from django.db import transaction

from accounts.models import Agency, Member, User
from accounts.roles import Role
from accounts.services import create_person, post_person
from assessments.models import EditionItem, ItemVersion
from assessments.services import record_attempt, save_answer, start_attempt, submit_attempt
from assessments.types import TYPES
from learning.manifest import FINAL, Node
from learning.models import Course, Enrolment
from learning.selectors import latest_revision, outline_of, shown
from learning.services import enrol, finish_lesson

#: Member → names that are common there. All people are invented.
NAMES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "ID": (
        ("Rina", "Agus", "Dewi", "Joko", "Putri", "Wahyu", "Eko", "Lina", "Arif", "Tuti", "Rizal", "Nurul", "Hadi"),
        ("Hartono", "Lestari", "Nugroho", "Saputra", "Gunawan", "Susanti", "Firmansyah", "Utami", "Siregar", "Halim"),
    ),
    "TH": (("สมชาย", "สุดา", "มาลี", "ประเสริฐ"), ("ใจดี", "ศรีสุข", "ทองดี")),
    "VN": (("Nguyễn", "Trần", "Lê", "Phạm"), ("Minh", "Lan", "Hùng", "Thảo")),
    "MY": (("Aisyah", "Farid", "Mei Ling", "Kumar"), ("Rahman", "Tan", "Ismail")),
    "KH": (("សុខ", "ចាន់", "កែវ"), ("សុភា", "ដារ៉ា", "វណ្ណា")),
    "MM": (("အောင်မင်း", "သီတာ", "ကျော်စွာ", "မြမြ"), ("",)),
    "BD": (("রহিম", "ফাতেমা", "করিম", "নাসরিন"), ("হোসেন", "আক্তার", "ইসলাম")),
    "PK": (("عائشہ", "بلال", "سنا", "عمران"), ("خان", "احمد", "ملک")),
    "LK": (("නිමල්", "කුමාරි", "සුනිල්"), ("පෙරේරා", "සිල්වා")),
    "NP": (("सीता", "राम", "गीता", "हरि"), ("थापा", "श्रेष्ठ", "गुरुङ")),
    "PH": (("Maria", "Jose", "Liza", "Ramon"), ("Santos", "Reyes", "Cruz")),
    "MV": (("Aminath", "Ibrahim", "Mariyam", "Hassan"), ("Rasheed", "Naseer")),
}
AGENCIES = (("Border police", Agency.Kind.BORDER), ("Social services", Agency.Kind.SOCIAL))
MONTHS = 6

#: How far people get: share of the population and a name for it.
STAGES = (("enrolled", 0.10), ("started", 0.25), ("read", 0.12), ("failed", 0.08), ("certified", 0.45))


@dataclass(frozen=True)
class Plan:
    """What one invented person does."""

    username: str
    full_name: str
    member: str
    agency: int
    begins_at: dt.datetime
    courses: tuple[tuple[int, str], ...]
    """(which course of the catalogue, stage)"""


def plans(people: int, seed: int, courses: int, now: dt.datetime) -> Iterator[Plan]:
    """The population as plans: the same seed, number and day give the same plans."""
    rng = random.Random(seed)  # noqa: S311
    members = list(NAMES)
    # A few members send many, most send few: so a table shows counts and suppressed cells side by side.
    weights = [1 / place for place, _member in enumerate(members, start=1)]
    day = now.replace(hour=6, minute=0, second=0, microsecond=0)
    for number in range(people):
        member = rng.choices(members, weights)[0]
        first, last = NAMES[member]
        begins_at = day - dt.timedelta(days=rng.randint(12, MONTHS * 30), minutes=rng.randint(0, 600))
        count = min(courses, rng.choices([1, 2, 3], [6, 3, 1])[0])
        chosen = rng.sample(range(courses), k=count)
        # Most begin with the first course of the catalogue.
        if rng.random() < 0.6 and 0 not in chosen:
            chosen[0] = 0
        stages = rng.choices([name for name, _share in STAGES], [share for _name, share in STAGES], k=len(chosen))
        yield Plan(
            username=f"p{seed}-{number:05}",
            full_name=f"{rng.choice(first)} {rng.choice(last)}".strip(),
            member=member,
            agency=rng.randrange(len(AGENCIES)),
            begins_at=begins_at,
            courses=tuple(zip(chosen, stages, strict=True)),
        )


def live(plan: Plan, courses: list[Course], seed: int) -> bool:
    """Make one person and let them go through their courses; False when they are there already."""
    if User.objects.filter(username=plan.username).exists():
        return False
    rng = random.Random(f"{seed} {plan.username}")  # noqa: S311
    with transaction.atomic(), time_machine.travel(plan.begins_at, tick=False) as clock:
        member = Member.objects.get(code=plan.member)
        name, kind = AGENCIES[plan.agency]
        agency, _made = Agency.objects.get_or_create(member=member, name=name, defaults={"kind": kind})
        user = create_person(by=None, username=plan.username, full_name=plan.full_name, password=None)
        post_person(by=None, user=user, role=Role.OFFICER, member=member, agency=agency)
        for index, stage in plan.courses:
            _take(user, courses[index], stage, rng, clock)
            clock.shift(dt.timedelta(days=rng.randint(0, 2)))
    return True


def _take(user: User, course: Course, stage: str, rng: random.Random, clock: time_machine.Traveller) -> None:
    enrolment = enrol(by=user, course=course)
    if stage == "enrolled":
        return
    path = outline_of(latest_revision(enrolment.edition_id)).path
    lessons = [node for node in path if node.kind == "lesson"]
    if rng.random() < 0.8:
        for node in path:
            if node.purpose and node.purpose != FINAL:
                sit(user, enrolment, node, 0.55, rng, clock)
    for node in lessons if stage != "started" else lessons[: rng.randint(1, max(1, len(lessons) - 1))]:
        clock.shift(dt.timedelta(minutes=rng.randint(4, 40)))
        read(enrolment, node)
    final = next((node for node in path if node.purpose == FINAL), None)
    if final is None or stage not in ("failed", "certified"):
        return
    clock.shift(dt.timedelta(hours=rng.randint(1, 30)))
    if stage == "failed" or rng.random() < 0.2:
        sit(user, enrolment, final, 0.5, rng, clock)
    if stage == "certified":
        clock.shift(dt.timedelta(hours=rng.randint(2, 20)))
        sit(user, enrolment, final, 1.0, rng, clock)


def read(enrolment: Enrolment, node: Node) -> None:
    """Finish a lesson."""
    now = shown(enrolment, node.key, "en")
    finish_lesson(
        enrolment=enrolment,
        revision=now.revision,
        activity_uuid=uuid.UUID(node.uuid),
        language=now.language,
        content=now.content,
    )


def sit(
    user: User, enrolment: Enrolment, node: Node, skill: float, rng: random.Random, clock: time_machine.Traveller
) -> None:
    """Sit a test, each question right with probability `skill`; what must be right is right only at full skill."""
    attempt = start_attempt(by=user, enrolment=enrolment, key=node.key, language="en")
    contents = dict(
        EditionItem.objects.filter(
            revision=attempt.revision_id, activity=attempt.activity_id, language="en"
        ).values_list("version", "content")
    )
    for response in attempt.responses.select_related("version__item"):
        clock.shift(dt.timedelta(seconds=rng.randint(15, 90)))
        is_right = rng.random() < skill and (skill == 1.0 or not response.version.must_be_right)
        save_answer(
            by=user,
            attempt_uuid=attempt.uuid,
            position=response.position,
            answer=right(response.version) if is_right else wrong(response.version, rng),
            seen=response.edits,
            language="en",
            content=contents[response.version_id],
        )
    record_attempt(attempt_pk=submit_attempt(by=user, attempt_uuid=attempt.uuid, language="en").pk)


def right(version: ItemVersion) -> object:
    """An answer that is right; of an essay some words."""
    kind = TYPES[version.item.type]
    if kind.is_marked_by_hand:
        return "First I make sure that nobody who came along can hear us. Then I ask what the person needs now."
    return kind.solution(version.structure, version.answer_key, "en")


def wrong(version: ItemVersion, rng: random.Random) -> object:
    """A possible answer that is not right; of an essay a short one."""
    if TYPES[version.item.type].is_marked_by_hand:
        return "I would call my supervisor."
    return _wrong_answer(version.item.type, version.structure, version.answer_key, rng)


def _wrong_answer(type: str, structure: Any, key: Any, rng: random.Random) -> Any:
    answer: Any
    if type == "set":
        return {
            part["id"]: _wrong_answer(part["type"], part["structure"], key[part["id"]], rng)
            for part in structure["parts"]
        }
    if type == "shorttext":
        return "not sure"
    if type == "number":
        answer = TYPES[type].solution(structure, key)
        # Some thousand times as much is beyond any tolerance.
        return answer | {"value": f"{answer['value'].partition('.')[0]}{rng.randint(1000, 9999)}"}
    if type == "gaps":
        answer = {gap["id"]: rng.choice(gap.get("options", ["not sure"])) for gap in structure["gaps"]}
    elif type == "matching":
        answer = {left: rng.choice(structure["options"]) for left in structure["left"]}
    elif type == "ordering":
        answer = rng.sample(structure["options"], k=len(structure["options"]))
    else:
        answer = [rng.choice(structure["options"])]
    is_right = TYPES[type].is_right(structure, key, answer)
    return _wrong_answer(type, structure, key, rng) if is_right else answer
