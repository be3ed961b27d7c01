"""Files of lessons: the shelf's for everybody who is signed in, the workshop's for authors."""

import io

from learning.services import freeze_file
from tests.courses.media import make_picture
from tests.permissions.lines import MISSING, OK, REFUSED, WRONG_METHOD, Line, World, everybody, signed_in


def prepare(world: World) -> None:
    world.more["frozen_file"] = freeze_file(
        content=io.BytesIO(b"RIFF\x04\x00\x00\x00WEBP"), content_type="image/webp", ending="webp", name="a.webp"
    )
    world.more["picture"] = make_picture("permission")


def frozen(world: World) -> dict:
    return {"digest": world.more["frozen_file"].digest, "ending": "webp"}


LINES = [
    Line("files:frozen", "get", signed_in(OK), frozen),
    Line(
        "files:frozen", "get", signed_in(MISSING), lambda world: {"digest": "0" * 64, "ending": "webp"}, note="unknown"
    ),
    Line("files:frozen", "post", everybody(WRONG_METHOD), frozen),
    Line(
        "authors_media",
        "get",
        signed_in(REFUSED, trainer=OK, admin=OK),
        lambda world: {"name": world.more["picture"].file.name},
    ),
    Line(
        "authors_media",
        "get",
        signed_in(REFUSED, trainer=MISSING, admin=MISSING),
        lambda world: {"name": "frozen/ab/abc"},
        note="of the shelf",
    ),
]
