"""The national annex: a coordinator fills country boxes, a lawyer reviews, the member's own officers read."""

import pytest

from learning.services import enrol
from tests.learning.annex import LESSON, add_box, fill, hand_in


@pytest.fixture
def boxed(course):
    add_box(course)
    return course


def read(cast, person, language="en") -> str:
    return cast.client(person).get(f"/{language}/courses/t1/{LESSON}/").content.decode()


def test_officers_read_what_their_own_member_wrote_and_others_never_do(cast, boxed):
    for person in (cast.officer, cast.outsider):
        enrol(by=person, course=boxed.course)
    fill(boxed, cast.coordinator, cast.home, "Act 21 of Home.")
    assert "Act 21 of Home." in read(cast, cast.officer)
    assert "Act 21 of Home." not in read(cast, cast.outsider)
    fill(boxed, cast.foreign_coordinator, cast.away, "Act 9 of Away.")
    assert "Act 21 of Home." in read(cast, cast.officer) and "Act 9" not in read(cast, cast.officer)
    assert "Act 9 of Away." in read(cast, cast.outsider) and "Act 21" not in read(cast, cast.outsider)


def test_pages(cast, boxed):
    hand_in(boxed, cast.coordinator, cast.home)
    client = cast.client(cast.coordinator)
    for address in ("", "ID/t1/", "ID/t1/m1-l2/law-1/en/", "ID/t1/m1-l2/law-1/id/", "ID/t1/m1-l2/law-1/history/"):
        answer = client.get(f"/en/annex/{address}")
        assert answer.status_code == 200, address
