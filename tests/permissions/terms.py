"""The term base: whoever works on texts looks; who translates proposes, who reviews or publishes decides."""

from courses.pages.models import Term, TermWording
from tests.permissions.lines import GONE, MISSING, OK, REFUSED, UNPROCESSABLE, WRONG_METHOD, Line, World, signed_in


def prepare(world: World) -> None:
    term = Term.objects.create(key="refugee", term="Refugee")
    TermWording.objects.create(term=term, language="id", forms=["pengungsi"])


def refugee(world: World) -> dict:
    return {"key": "refugee", "language": "id"}


def nothing(world: World) -> dict:
    return {"key": "none", "language": "id"}


def nowhere(world: World) -> dict:
    return {"key": "refugee", "language": "xx"}


LOOKS = signed_in(REFUSED, rso=OK, trainer=OK, admin=OK)
LOOKS_IN_VAIN = signed_in(REFUSED, rso=MISSING, trainer=MISSING, admin=MISSING)

LINES = [
    Line("translate:terms", "get", LOOKS),
    Line("translate:add_term", "get", signed_in(REFUSED, trainer=WRONG_METHOD)),
    Line("translate:add_term", "post", signed_in(REFUSED, trainer=UNPROCESSABLE), note="empty"),
    Line("translate:term", "get", LOOKS, refugee),
    Line("translate:term", "get", LOOKS_IN_VAIN, nothing, note="that there is not"),
    Line("translate:term", "get", LOOKS_IN_VAIN, nowhere, note="in a language that there is not"),
    Line("translate:propose_term", "get", signed_in(REFUSED, trainer=WRONG_METHOD), refugee),
    Line("translate:propose_term", "post", signed_in(REFUSED, trainer=UNPROCESSABLE), refugee, note="unseen"),
    Line("translate:propose_term", "post", signed_in(REFUSED, trainer=MISSING), nothing, note="that there is not"),
    Line("translate:decide_term", "get", signed_in(REFUSED, trainer=WRONG_METHOD), refugee),
    Line("translate:decide_term", "post", signed_in(REFUSED, trainer=UNPROCESSABLE), refugee, note="empty"),
    Line(
        "translate:decide_term",
        "post",
        signed_in(REFUSED, trainer=GONE),
        refugee,
        data={"status": "approved", "seen": "0"},
        note="unseen",
    ),
]
