"""A final test with an essay that decides, for the tests of marking."""

from accounts.roles import Role
from assessments.models import Attempt, Essay, Mark
from assessments.services import save_item, save_wording
from assessments.services.bank import bank_of
from assessments.services.marking import save_mark, take_essay
from courses.pages.services import publish_course
from learning.models import Activity
from tests.assessments.sitting import ready
from tests.cast import make_person
from tests.factories import SmallCourse, make_course, take_test, words_for

RUBRIC = [{"id": "r1", "points": 4}, {"id": "r2", "points": 6}]
WORDS = {"r1": "Names the three elements", "r2": "Says whom to call"}


def essay_course(*keys: str, code: str = "T1") -> SmallCourse:
    """F1 to F4 for a point each and each essay for six: below the mark without it, above it with most of it."""
    course = make_course(code, final_draw=4 + len(keys or "1"), publish=False)
    for key in keys or ("E1",):
        structure = {"length": 2000, "rubric": RUBRIC}
        version = save_item(
            bank=bank_of(course.course),
            key=key,
            type="essay",
            pool="test",
            structure=structure,
            answer_key={},
            module="m1",
            weight=6,
        )
        save_wording(version=version, language="en", text={**words_for("essay", structure, key), "rubric": WORDS})
    revision = publish_course(by=None, page=course.page)[0]
    return SmallCourse(course.course, course.page, revision)


def handed_in(user, course: SmallCourse, **more) -> Attempt:
    """A paper with every closed question right and an essay, handed in."""
    attempt = take_test(user, ready(user, course.course), **more)
    return Attempt.objects.get(pk=attempt.pk)


def final_test(course: SmallCourse) -> Activity:
    return Activity.objects.get(course=course.course, key="final-test")


def take(by, course: SmallCourse) -> Mark | None:
    return take_essay(by=by, activity=final_test(course), language="en")


def mark(by, course: SmallCourse, first: int = 4, second: int = 6, comment: str = "") -> Essay:
    """Take the next essay and mark it."""
    found = take(by, course)
    assert found is not None, "there is an essay to mark"
    return save_mark(by=by, mark=found, given={"r1": first, "r2": second}, comment=comment)


def another_trainer(name: str):
    return make_person(name, Role.TRAINER)
