"""The audit log, what members read of it, and the RSO's look at officers that members share."""

from accounts.models import Member
from tests.permissions.lines import MISSING, OK, POST_ONLY, REFUSED, UNPROCESSABLE, Line, World, signed_in

AUDITORS = signed_in(REFUSED, auditor=OK)


def prepare(world: World) -> None:
    """One member shares names, one shares codes; the members of the cast share counts only."""
    Member.objects.create(code="MY", name="Malaysia", sharing="names")
    Member.objects.create(code="KH", name="Cambodia", sharing="codes")


def rso(answer: int) -> dict:
    return signed_in(REFUSED, rso=answer)


def list_of(member: str, course: str = "t1"):
    return lambda world: {"member": member, "course": course}


REASON = {"reason": "Letters to holders whose certificates expire"}

LINES = [
    Line("audit:log", "get", AUDITORS),
    Line("audit:log_file", "get", AUDITORS),
    # a deputy and a coordinator of one agency set no policy for the whole member
    Line("audit:own", "get", signed_in(REFUSED, coordinator=OK, foreign_coordinator=OK)),
    Line("portal:shared", "get", rso(OK)),
    Line("portal:shared_officers", "get", rso(OK), list_of("MY"), note="by name: the question for a reason"),
    Line("portal:shared_officers", "post", rso(OK), list_of("MY"), data=REASON, note="by name"),
    Line("portal:shared_officers", "post", rso(UNPROCESSABLE), list_of("MY"), note="by name without a reason"),
    Line("portal:shared_officers", "get", rso(OK), list_of("KH"), note="by code"),
    Line("portal:shared_officers", "get", rso(MISSING), list_of("ID"), note="of counts only"),
    Line("portal:shared_officers", "post", rso(MISSING), list_of("ID"), data=REASON, note="of counts only"),
    Line("portal:shared_officers", "get", rso(MISSING), list_of("XX"), note="that there is not"),
    Line("portal:shared_officers", "get", rso(MISSING), list_of("KH", "t3"), note="of a course not published"),
    Line("portal:shared_file", "get", POST_ONLY, list_of("MY")),
    Line("portal:shared_file", "post", rso(OK), list_of("MY"), data=REASON, note="by name"),
    Line("portal:shared_file", "post", rso(UNPROCESSABLE), list_of("MY"), note="by name without a reason"),
    Line("portal:shared_file", "post", rso(OK), list_of("KH"), note="by code"),
    Line("portal:shared_file", "post", rso(MISSING), list_of("ID"), data=REASON, note="of counts only"),
]
