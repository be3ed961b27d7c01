"""Checking certificates: everybody may, and nobody learns more than a stranger."""

from tests.permissions.lines import OK, UNPROCESSABLE, WRONG_METHOD, Line, everybody

LINES = [
    Line("certificates:verify_many", "get", everybody(OK)),
    Line("certificates:verify_many", "post", everybody(OK), data={"numbers": "SLH-0000-0000-0000"}),
    Line("certificates:verify_many", "post", everybody(UNPROCESSABLE), note="without a number"),
    Line("certificates:verify_many", "put", everybody(WRONG_METHOD)),
    # When it is signed anew its serial is kept, so that it only grows.
    Line("certificates:verify_list", "get", everybody(OK), remembers=True),
    Line("certificates:verify_list", "post", everybody(WRONG_METHOD)),
    Line("certificates:verify_worker", "get", everybody(OK)),
]
