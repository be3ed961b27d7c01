"""The smallest valid objects, made through the same services as real ones."""

import io
import uuid
from dataclasses import dataclass

from PIL import Image
from wagtail.models import Locale, Page

from accounts.models import User
from assessments.models import Attempt
from assessments.services import (
    bank_of,
    record_attempt,
    save_answer,
    save_item,
    save_wording,
    start_attempt,
    submit_attempt,
)
from assessments.types import TYPES
from courses.pages.models import CourseIndexPage, CoursePage, LessonPage, ModulePage
from courses.pages.services import publish_course
from courses.pages.services.reviewing import take_over_review
from learning.models import Course, EditionRevision, Enrolment, ReviewState
from learning.selectors import shown
from learning.services import enrol, finish_lesson, freeze_file


@dataclass
class SmallCourse:
    """One module of two lessons (the first with a knowledge check), a pre-test of one and a final test of three."""

    course: Course
    page: CoursePage
    revision: EditionRevision


#: type → (structure, answer key) of an item that `make_item` makes. Of a hot spot without its picture.
ITEMS = {
    "single": ({"options": ["a", "b", "c"]}, ["a"]),
    "multiple": ({"options": ["a", "b", "c"]}, ["a", "b"]),
    "truefalse": ({"options": ["a", "b"]}, ["a"]),
    "ordering": ({"options": ["a", "b", "c"]}, ["b", "a", "c"]),
    "matching": ({"left": ["1", "2"], "options": ["a", "b", "c"]}, {"1": "b", "2": "a"}),
    "shorttext": ({}, {"accepted": {"en": ["Jetty", "Pier"], "id": ["Dermaga"]}}),
    "number": ({"units": ["km", "mi"]}, {"value": "12", "tolerance": "0.5", "unit": "km"}),
    "gaps": (
        {"gaps": [{"id": "g1", "options": ["a", "b", "c"]}, {"id": "g2"}], "scoring": "partial"},
        {"g1": "a", "g2": {"accepted": {"en": ["consent"], "id": ["persetujuan"]}}},
    ),
    "hotspot": (
        {
            "options": ["a", "b"],
            "regions": {
                "a": {"x": 5, "y": 10, "width": 30, "height": 40},
                "b": {"x": 55, "y": 40, "width": 40, "height": 50},
            },
        },
        ["a"],
    ),
    "essay": ({"length": 2000}, {}),
    "set": (
        {
            "parts": [
                {"id": "p1", "type": "single", "structure": {"options": ["a", "b"]}},
                {"id": "p2", "type": "number", "structure": {}},
            ]
        },
        {"p1": ["a"], "p2": {"value": "3"}},
    ),
}


def make_item(
    course: Course,
    key: str,
    pool: str,
    *,
    type: str = "single",
    must: bool = False,
    module: str = "m1",
    scenario: str = "",
    scoring: str = "",
):
    """An item of any type with a fixed key: single and truefalse “a”, multiple “a b”, ordering “b a c”, matching 1b 2a,
    and of the others as in `ITEMS`. Its text is English."""
    structure, answer_key = ITEMS[type]
    structure = {**structure, **({"scoring": scoring} if scoring else {})}
    if type == "hotspot":
        structure["picture"] = small_picture()
    version = save_item(
        bank=bank_of(course),
        key=key,
        type=type,
        pool=pool,
        structure=structure,
        answer_key=answer_key,
        must_be_right=must,
        module=module,
        scenario=scenario,
        source="L1 3(a)",
    )
    save_wording(version=version, language="en", text=words_for(type, structure, key))
    return version


def words_for(type: str, structure: dict, key: str, language: str = "") -> dict:
    """A wording of an item, every text of which names the item, the part and the id."""
    tail = f" ({language})" if language else ""
    text: dict = {"stem": f"Stem of {key}{tail}", "feedback": f"Feedback of {key}{tail}"}
    for part, ids in TYPES[type].parts(structure).items():
        word = {"options": "option", "units": "unit", "questions": "question"}.get(part, part)
        text[part] = {each: f"{key} {word} {each}{tail}" for each in ids}
    if type == "gaps":
        marks = ", then ".join(f"[[{gap['id']}]]" for gap in structure["gaps"])
        text["text"] = f"{key} text with {marks}.{tail}"
    return text


def small_picture() -> dict:
    """The picture of a question: 320 by 200, on the shelf."""
    out = io.BytesIO()
    Image.new("RGB", (320, 200), "#8aa").save(out, "PNG")
    file = freeze_file(content=out, content_type="image/png", ending="png", name="small.png")
    return {"address": file.address, "width": 320, "height": 200}


def with_all_types(course: Course, pool: str = "test", module: str = "m1") -> dict:
    """Add an item of every type to the bank of a course, keyed ``T-<type>``; type → its version.

    Short text and gaps accept answers in English and Indonesian; nothing is published here.
    """
    return {type: make_item(course, f"T-{type}", pool, type=type, module=module) for type in ITEMS}


def make_course(
    code: str = "T1", *, review_state: str = ReviewState.DRAFT, final_draw: int = 3, publish: bool = True
) -> SmallCourse:
    course = Course.objects.create(
        code=code, slug=code.lower(), pillar="prevention", uuid=uuid.uuid5(uuid.NAMESPACE_DNS, code)
    )
    practice = make_item(course, "P1", "practice", type="multiple")
    make_item(course, "B1", "pretest")
    make_item(course, "F1", "test", must=True)
    make_item(course, "F2", "test", type="matching")
    make_item(course, "F3", "test", type="ordering")
    make_item(course, "F4", "test", type="truefalse")

    locale = Locale.objects.get_or_create(language_code="en")[0]
    index = CourseIndexPage.objects.first()
    if index is None:
        root = Page.objects.filter(depth=1).first() or Page.add_root(title="Root", slug="root")
        index = root.add_child(instance=CourseIndexPage(title="Courses", slug="courses", locale=locale))
    page = index.add_child(
        instance=CoursePage(
            title=f"Course {code}",
            slug=code.lower(),
            course=course,
            summary="What it is about.",
            audience="all",
            outcomes="name it\nexplain it",
            design_minutes=90,
            final_draw=final_draw,
            locale=locale,
        )
    )
    module = page.add_child(
        instance=ModulePage(title="Module one", slug="m1", key="m1", level="W1", objectives="name it", locale=locale)
    )
    module.add_child(
        instance=LessonPage(
            title="First lesson",
            slug="m1-l1",
            key="m1-l1",
            locale=locale,
            body=[
                {"id": "kp-1", "type": "key_point", "value": {"text": "Act, means, purpose.", "source": "L1 3(a)"}},
                {"id": "check-1", "type": "check", "value": {"item": str(practice.item.uuid)}},
            ],
        )
    )
    module.add_child(
        instance=LessonPage(
            title="Second lesson",
            slug="m1-l2",
            key="m1-l2",
            level="W1",
            locale=locale,
            body=[{"id": "scenario", "type": "scenario", "value": {"text": "Mina agrees to hotel work."}}],
        )
    )
    if review_state == ReviewState.REVIEWED:
        take_over_review(source=page, languages=["en"])
    revision = publish_course(by=None, page=page)[0] if publish else None
    return SmallCourse(course, page, revision)


def finish_lessons(enrolment: Enrolment, keys: tuple[str, ...] = ("m1-l1", "m1-l2")) -> None:
    """Go through lessons as the player does."""
    for key in keys:
        now = shown(enrolment, key, "en")
        finish_lesson(
            enrolment=enrolment,
            revision=now.revision,
            activity_uuid=uuid.UUID(now.node.uuid),
            language="en",
            content=now.content,
        )


def take_test(
    user: User, enrolment: Enrolment, key: str = "final-test", *, wrong: tuple[str, ...] = (), hand_in: bool = True
) -> Attempt:
    """Sit a test as the views do, right except for the items named in `wrong`."""
    attempt = start_attempt(by=user, enrolment=enrolment, key=key, language="en")
    for response in attempt.responses.select_related("version__item"):
        answer = right_answer(response.version)
        if response.version.item.key in wrong:
            answer = wrong_answer(response.version)
        save_answer(
            by=user,
            attempt_uuid=attempt.uuid,
            position=response.position,
            answer=answer,
            seen=response.edits,
            language="en",
            content=attempt.revision.items.filter(version=response.version).first().content_id,
        )
    if not hand_in:
        return attempt
    attempt = submit_attempt(by=user, attempt_uuid=attempt.uuid, language="en")
    record_attempt(attempt_pk=attempt.pk)
    return attempt


def right_answer(version) -> object:
    """An answer that is right; of an essay some text."""
    kind = TYPES[version.item.type]
    if kind.is_marked_by_hand:
        return "Some words."
    return kind.solution(version.structure, version.answer_key, "en")


def wrong_answer(version) -> object:
    """An answer that is possible and not right."""
    return _wrong(version.item.type, version.structure, version.answer_key)


def _wrong(type: str, structure: dict, key: object) -> object:
    if type == "matching":
        return {each: next(one for one in structure["options"] if one != key[each]) for each in structure["left"]}
    if type == "ordering":
        return [*key[1:], key[0]]
    if type in ("shorttext", "essay"):
        return "nothing of the kind"
    if type == "number":
        return {**TYPES[type].solution(structure, key), "value": "987654"}
    if type == "gaps":
        gaps = ((gap["id"], gap.get("options")) for gap in structure["gaps"])
        return {gap: next((each for each in options or () if each != key[gap]), "nothing") for gap, options in gaps}
    if type == "set":
        return {part["id"]: _wrong(part["type"], part["structure"], key[part["id"]]) for part in structure["parts"]}
    return [next(each for each in structure["options"] if each not in key)]


def complete(user: User, course: Course) -> Enrolment:
    """Enrol, read everything, pass."""
    enrolment = enrol(by=user, course=course)
    finish_lessons(enrolment)
    take_test(user, enrolment)
    return enrolment
