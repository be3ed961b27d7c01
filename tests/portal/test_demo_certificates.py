"""The demo has certificates that end soon, have ended and do not hold."""

from certificates.models import Award
from certificates.selectors import own_certificates
from portal.demo_certificates import HOLDERS, fill_certificates


def test_three_were_certified_long_ago_and_a_second_run_adds_nothing(cast, course):
    assert fill_certificates() and not fill_certificates()
    assert Award.objects.count() == len(HOLDERS)
    for state in ("ending", "ended", "suspended"):
        assert own_certificates(cast.coordinator, state=state).count() == 1, state
