"""Who signs certificates and whose logos stand on them: those who certify, and nobody else; four eyes."""

import uuid

from django.utils import timezone

from certificates.services import propose_page_part
from tests.permissions.lines import (
    GONE,
    MISSING,
    OK,
    REFUSED,
    UNPROCESSABLE,
    WRONG_METHOD,
    Line,
    World,
    signed_in,
)

NONE = "that there is not"
SIGNED = "which they proposed themselves"


def prepare(world: World) -> None:
    world.more["signatory"] = propose_page_part(
        by=world.cast.rso, kind="signatory", name="Maria Santos", title="Co-manager", valid_from=timezone.localdate()
    )


def signatory(world: World) -> dict:
    return {"part": world.more["signatory"].uuid}


def nothing(world: World) -> dict:
    return {"part": uuid.uuid4()}


LINES = [
    Line("award_page:overview", "get", signed_in(REFUSED, rso=OK)),
    Line("award_page:propose", "get", signed_in(REFUSED, rso=OK), lambda world: {"kind": "signatory"}),
    Line("award_page:propose", "get", signed_in(REFUSED, rso=OK), lambda world: {"kind": "logo"}, note="a logo"),
    Line("award_page:propose", "get", signed_in(REFUSED, rso=MISSING), lambda world: {"kind": "seal"}, note=NONE),
    Line("award_page:propose", "post", signed_in(REFUSED, rso=UNPROCESSABLE), lambda world: {"kind": "logo"}),
    Line("award_page:approve", "get", signed_in(REFUSED, rso=WRONG_METHOD), signatory),
    Line("award_page:approve", "post", signed_in(REFUSED, rso=409), signatory, note=SIGNED),
    Line("award_page:approve", "post", signed_in(REFUSED, rso=MISSING), nothing, note=NONE),
    Line("award_page:remove", "get", signed_in(REFUSED, rso=WRONG_METHOD), signatory),
    Line("award_page:remove", "post", signed_in(REFUSED, rso=GONE), signatory),
    Line("award_page:remove", "post", signed_in(REFUSED, rso=MISSING), nothing, note=NONE),
    Line("award_page:picture", "get", signed_in(REFUSED, rso=MISSING), lambda world: {"digest": "0" * 64}, note=NONE),
]
