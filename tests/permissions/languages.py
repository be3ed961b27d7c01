"""The RSO's page about languages that are behind."""

from tests.permissions.lines import GONE, OK, REFUSED, UNPROCESSABLE, Line, signed_in

RSO_READS, RSO_WRITES = signed_in(REFUSED, rso=OK), signed_in(REFUSED, rso=GONE)

LINES = [
    Line("learning:languages", "get", RSO_READS),
    Line("learning:languages", "post", RSO_WRITES, data={"days": "7"}),
    Line("learning:languages", "post", signed_in(REFUSED, rso=UNPROCESSABLE), data={"days": "91"}, note="too long"),
]
