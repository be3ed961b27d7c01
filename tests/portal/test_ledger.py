"""The ledger of who certifies: rows about persons only of members that share them, and no names."""

import csv
import io

import pytest
from openpyxl import load_workbook

from accounts.models import AuditEvent, Member, User
from certificates.models import Award
from tests.factories import complete

PAGE = "/en/desk/ledger/"


@pytest.fixture
def certified(cast, course):
    """The officer and the colleague are certified at Home, the outsider at Away."""
    for person in (cast.officer, cast.colleague, cast.outsider):
        complete(person, course.course)
    return course


def share(member, how):
    Member.objects.filter(pk=member.pk).update(sharing=how)


def take(cast, kind="csv", **data):
    return cast.client(cast.rso).post(PAGE, {"reason": "Yearly report", "as": kind, **data})


def rows(answer) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


def test_members_that_share_counts_only_have_no_line_and_no_file_leaves(cast, certified):
    answer = take(cast)
    assert answer.status_code == 422 and "No certificate of a member" in answer.content.decode()
    assert not AuditEvent.objects.filter(action="ledger.exported").exists()


def test_a_number_stands_only_where_the_name_may_be_known_and_a_code_elsewhere(cast, certified):
    share(cast.home, Member.Sharing.CODES)
    share(cast.away, Member.Sharing.NAMES)
    found = rows(take(cast))
    assert [(row["Member code"], row["Number or learner code"]) for row in found] == [
        *sorted(("ID", person.learner_code) for person in (cast.officer, cast.colleague)),
        ("TH", Award.objects.get(actor__user=cast.outsider).number),
    ]
    assert "Example" not in str(found) and found[0]["State"] == "Valid"


def test_restricted_officers_are_in_no_line(cast, certified):
    share(cast.home, Member.Sharing.CODES)
    User.objects.filter(pk=cast.officer.pk).update(is_restricted=True)
    assert [row["Number or learner code"] for row in rows(take(cast))] == [cast.colleague.learner_code]


def test_replaced_and_revoked_periods_come_when_they_are_asked_for(cast, certified):
    share(cast.away, Member.Sharing.NAMES)
    Award.objects.filter(actor__user=cast.outsider).update(state=Award.State.REVOKED)
    assert take(cast).status_code == 422
    assert [row["State"] for row in rows(take(cast, states="all"))] == ["Revoked"]


def test_a_reason_is_asked_and_each_member_reads_who_was_in_it(cast, certified):
    share(cast.away, Member.Sharing.NAMES)
    assert take(cast, reason="").status_code == 422
    sheet = load_workbook(io.BytesIO(b"".join(take(cast, "xlsx").streaming_content))).active
    assert sheet.max_row == 2
    entry = AuditEvent.objects.get(action="ledger.exported")
    assert (entry.member, entry.reason) == (cast.away, "Yearly report")
    assert entry.details["people"] == [str(cast.outsider.uuid)]


def test_a_coordinators_register_says_kind_and_state_and_takes_revoked_ones_on_request(cast, certified):
    Award.objects.filter(actor__user=cast.officer).update(state=Award.State.REVOKED)
    client = cast.client(cast.coordinator)
    assert [row["Name"] for row in rows(client.get("/en/desk/register/file.csv"))] == [cast.colleague.full_name]
    found = rows(client.get("/en/desk/register/file.csv?states=all&kind=all"))
    assert [(row["Name"], row["State"]) for row in found] == [
        (cast.officer.full_name, "Revoked"),
        (cast.colleague.full_name, "Valid"),
    ]
    assert rows(client.get("/en/desk/register/file.csv?kind=trainer")) == []
