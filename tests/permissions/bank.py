"""The question bank: whoever writes courses looks, sorts and writes; only who publishes releases, retires and changes
many at once. Of whoever may not see a key, `tests/assessments/test_bank.py` tells."""

from django.utils import timezone

from assessments.models import Category, Item
from assessments.services import bank_of
from learning.models import Course
from tests.factories import make_item
from tests.permissions.lines import GONE, MISSING, OK, REFUSED, UNPROCESSABLE, WRONG_METHOD, Line, World, signed_in

#: Its key is asked for nowhere else in the table, so what is done to it is nobody's surprise.
KEY = "K1"


def prepare(world: World) -> None:
    course = Course.objects.get(slug="t3")
    item = make_item(course, KEY, "test").item
    Item.objects.filter(pk=item.pk).update(drafted_at=timezone.now())
    world.more["question"] = item
    world.more["category"] = Category.objects.create(bank=bank_of(course), name="Law")


def bank(world: World) -> dict:
    return {"course": "t3"}


def no_bank(world: World) -> dict:
    return {"course": "none"}


def question(world: World) -> dict:
    return {"course": "t3", "item": world.more["question"].uuid}


def of_another_course(world: World) -> dict:
    return {"course": "t1", "item": world.more["question"].uuid}


def category(world: World) -> dict:
    return {"course": "t3", "category": world.more["category"].uuid}


def no_category(world: World) -> dict:
    return {"course": "t1", "category": world.more["category"].uuid}


LOOKS = signed_in(REFUSED, trainer=OK)
IN_VAIN = signed_in(REFUSED, trainer=MISSING)
WRONGLY = signed_in(REFUSED, trainer=WRONG_METHOD)
DOES = signed_in(REFUSED, trainer=GONE)
EMPTY = signed_in(REFUSED, trainer=UNPROCESSABLE)
ELSEWHERE = "of another course"

LINES = [
    Line("bank:banks", "get", LOOKS),
    Line("bank:questions", "get", LOOKS, bank),
    Line("bank:questions", "get", IN_VAIN, no_bank, note="that there is not"),
    Line("bank:new", "get", LOOKS, bank),
    Line("bank:new", "get", IN_VAIN, no_bank, note="of a course that there is not"),
    Line("bank:selected", "get", WRONGLY, bank),
    Line("bank:selected", "post", DOES, bank, note="nothing chosen"),
    Line("bank:selected", "post", IN_VAIN, no_bank, note="of a course that there is not"),
    Line("bank:categories", "get", LOOKS, bank),
    Line("bank:categories", "post", EMPTY, bank, note="empty"),
    Line("bank:category", "get", LOOKS, category),
    Line("bank:category", "post", EMPTY, category, note="empty"),
    Line("bank:category", "get", IN_VAIN, no_category, note=ELSEWHERE),
    Line("bank:delete_category", "get", WRONGLY, category),
    Line("bank:delete_category", "post", IN_VAIN, no_category, note=ELSEWHERE),
    Line("bank:question", "get", LOOKS, question),
    Line("bank:question", "get", IN_VAIN, of_another_course, note=ELSEWHERE),
    Line("bank:history", "get", LOOKS, question),
    Line("bank:history", "get", IN_VAIN, of_another_course, note=ELSEWHERE),
    Line("bank:edit", "get", LOOKS, question),
    Line("bank:edit", "post", EMPTY, question, data={"do": "save"}, note="empty"),
    Line("bank:edit", "get", IN_VAIN, of_another_course, note=ELSEWHERE),
    Line("bank:sort", "get", WRONGLY, question),
    Line("bank:sort", "post", EMPTY, question, data={"category": "none"}, note="in no category of it"),
    Line("bank:sort", "post", IN_VAIN, of_another_course, note=ELSEWHERE),
    Line("bank:copy", "get", WRONGLY, question),
    Line("bank:copy", "post", EMPTY, question, note="without a key"),
    Line("bank:copy", "post", IN_VAIN, of_another_course, note=ELSEWHERE),
    *(Line(f"bank:{name}", "get", WRONGLY, question) for name in ("release", "take_back", "retire", "bring_back")),
    *(Line(f"bank:{name}", "post", DOES, question) for name in ("take_back", "release", "retire", "bring_back")),
    *(
        Line(f"bank:{name}", "post", IN_VAIN, of_another_course, note=ELSEWHERE)
        for name in ("take_back", "release", "retire", "bring_back")
    ),
    Line("bank:delete_category", "post", DOES, category),
]
