"""Credentials are their holder's; keys and status lists are everybody's."""

import uuid

from tests.permissions.lines import MISSING, OK, OWNER_ONLY, Line, World, everybody, signed_in


def award(world: World) -> dict:
    return {"award": world.award.uuid}


def a_list(world: World) -> dict:
    return {"number": world.award.status_list, "purpose": "revocation"}


LINES = [
    *(
        line
        for name in ("credential_json", "credential_jwt", "badge_png", "badge_svg")
        for line in (
            # The first time it is made and kept, so that it is the same ever after.
            Line(f"certificates:{name}", "get", OWNER_ONLY, award, remembers=True),
            Line(
                f"certificates:{name}",
                "get",
                signed_in(MISSING),
                lambda world: {"award": uuid.uuid4()},
                note="that there is not",
            ),
        )
    ),
    Line("certificates:did", "get", everybody(OK)),
    Line("certificates:status_list", "get", everybody(OK), a_list),
    Line(
        "certificates:status_list",
        "get",
        everybody(MISSING),
        lambda world: {"number": 99, "purpose": "revocation"},
        note="that there is not",
    ),
]
