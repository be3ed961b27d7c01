"""Questions from and for other systems: whoever writes courses; an uploaded file only by who sent it in."""

from assessments.exchange.plan import Asked
from assessments.models import Bank
from assessments.services import question_files
from assessments.services.bank import save_item
from tests.permissions.lines import GONE, MISSING, OK, REFUSED, UNPROCESSABLE, Line, World, signed_in


def prepare(world: World) -> None:
    world.more["question_file"] = question_files.take_question_file(
        by=world.cast.trainer, data=b"A{T}", bank="t3", asked=Asked(format="gift")
    )
    question_files.check_question_file(file=world.more["question_file"])
    bank = Bank.objects.create(name="Nobodys")
    structure = {"options": ["a", "b"]}
    made = save_item(bank=bank, key="Q1", type="truefalse", pool="practice", structure=structure, answer_key=["a"])
    world.more["nobodys"] = made.item


def file(world: World) -> dict:
    return {"file": world.more["question_file"].uuid}


def no_file(world: World) -> dict:
    return {"file": "00000000-0000-0000-0000-000000000000"}


def nobodys(world: World) -> dict:
    return {"name": "Nobodys", "item": world.more["nobodys"].uuid}


LOOKS = signed_in(REFUSED, trainer=OK)
IN_VAIN = signed_in(REFUSED, trainer=MISSING)

LINES = [
    Line("bank:import", "get", LOOKS),
    Line("bank:import", "post", signed_in(REFUSED, trainer=UNPROCESSABLE), note="empty"),
    Line("bank:import_file", "get", LOOKS, file),
    Line("bank:import_file", "get", IN_VAIN, no_file, note="that there is not"),
    Line("bank:import_file", "post", signed_in(REFUSED, trainer=GONE), file, note="without an action"),
    Line("bank:export", "get", LOOKS),
    Line("bank:export", "post", LOOKS, note="without a bank"),
    Line("bank:without_course", "get", LOOKS, lambda world: {"name": "Nobodys"}),
    Line("bank:question_without_course", "get", LOOKS, nobodys),
    Line(
        "bank:question_without_course",
        "get",
        IN_VAIN,
        lambda world: nobodys(world) | {"name": "none"},
        note="of another bank",
    ),
    Line(
        "bank:move",
        "post",
        signed_in(REFUSED, trainer=GONE),
        lambda world: {"name": "Nobodys"},
        note="without a course",
    ),
    Line("bank:move", "post", IN_VAIN, lambda world: {"name": "none"}, note="that there is not"),
    Line("bank:without_course", "get", IN_VAIN, lambda world: {"name": "none"}, note="that there is not"),
]
