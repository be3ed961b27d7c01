"""One's own account: what there is, the second step, the devices. Every line is of a session that has passed it;
tests/accounts/test_second_factor.py asks all addresses in one that has not."""

from tests.permissions.lines import GONE, MISSING, OK, WRONG_METHOD, Line, signed_in

LINES: list[Line] = [
    Line("account", "get", signed_in(OK)),
    Line("second_factor", "get", signed_in(GONE), note="when it is passed or not needed"),
    Line("end_session", "get", signed_in(WRONG_METHOD), lambda world: {"session": 1}),
    Line("end_session", "post", signed_in(MISSING), lambda world: {"session": 1}, note="that is not one's own"),
]
