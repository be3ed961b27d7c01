"""Trying courses from their drafts, and the preview frame."""

from courses.pages.models import CoursePage
from courses.pages.services import make_trial
from tests.permissions.lines import (
    GONE,
    MISSING,
    OK,
    REFUSED,
    UNPROCESSABLE,
    WRONG_METHOD,
    Line,
    World,
    everybody,
    signed_in,
)

#: Whoever writes or reviews courses; for everybody else there is nothing at such an address.
ONLY_OK = signed_in(MISSING, trainer=OK, admin=OK)
ONLY_ON = signed_in(MISSING, trainer=GONE, admin=GONE)
POSTS = everybody(WRONG_METHOD)


def prepare(world: World) -> None:
    page = CoursePage.objects.get(course__code="T1")
    world.more["trial"] = make_trial(by=world.cast.trainer, page=page)
    world.more["course page"] = page


def trial(world: World, **more: object) -> dict:
    return {"trial": world.more["trial"].uuid, **more}


def lesson(world: World) -> dict:
    return trial(world, key="m1-l1")


def test(world: World) -> dict:
    return trial(world, key="final-test")


def page(world: World) -> dict:
    return {"page": world.more["course page"].pk}


LINES = [
    Line("courses:try_style", "get", everybody(OK), lambda world: {"look": "dark-large"}),
    Line("courses:try_style", "get", everybody(MISSING), lambda world: {"look": "pink"}, note="that there is not"),
    Line("courses:try_course", "get", ONLY_OK, trial),
    Line(
        "courses:try_course",
        "get",
        signed_in(MISSING),
        lambda world: {"trial": "00000000-0000-4000-8000-000000000000"},
        note="that there is not",
    ),
    Line("courses:try_anew", "get", POSTS, trial),
    Line("courses:try_anew", "post", ONLY_ON, trial),
    Line("courses:try_activity", "get", ONLY_OK, lesson),
    Line("courses:try_activity", "get", ONLY_OK, test, note="of a test"),
    Line("courses:try_done", "get", POSTS, lesson),
    Line("courses:try_done", "post", ONLY_ON, lesson),
    Line("courses:try_check", "get", POSTS, lambda world: trial(world, key="m1-l1", check="check-1")),
    Line(
        "courses:try_check",
        "post",
        signed_in(MISSING, trainer=UNPROCESSABLE, admin=UNPROCESSABLE),
        lambda world: trial(world, key="m1-l1", check="check-1"),
        note="without an answer",
    ),
    Line("courses:try_start", "get", POSTS, test),
    Line("courses:try_start", "post", ONLY_ON, test),
    Line(
        "courses:try_question",
        "get",
        ONLY_ON,
        lambda world: trial(world, key="final-test", position=1),
        note="not begun here",
    ),
    Line("courses:try_hand_in", "get", ONLY_ON, test, note="not begun here"),
    Line("courses:try_result", "get", ONLY_ON, test, note="not begun here"),
    Line("preview_course", "get", signed_in(REFUSED, trainer=OK, admin=OK), page, remembers=True),
]
