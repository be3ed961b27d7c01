"""The certificates of the own officers as a file for a national register."""

import csv
import datetime as dt
import io

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import Actor, Agency, AuditEvent, User
from certificates.models import Award
from lms.tables import as_xlsx, stream_csv
from tests.factories import complete, make_course

PAGE = "/en/desk/register/"
NASTY = ["=1+1", "+cmd", "-2+3", "@sum", "\t=1", "\x07bell", "plain", "-5", "", None, "สมชาย", "＝1"]


def body(answer) -> bytes:
    return b"".join(answer.streaming_content)


def table(answer) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body(answer).decode("utf-8-sig"))))


@pytest.fixture
def certified(cast, course):
    """The officer and the colleague are certified at Home, the outsider at Away."""
    for person in (cast.officer, cast.colleague, cast.outsider):
        complete(person, course.course)
    return course


def test_a_coordinator_takes_the_own_officers_certificates_and_no_score(cast, certified):
    User.objects.filter(pk=cast.officer.pk).update(latin_name="Officer Latin")
    rows = table(cast.client(cast.coordinator).get(f"{PAGE}file.csv"))
    assert [row["Name"] for row in rows] == [cast.officer.full_name, cast.colleague.full_name]
    award = Award.objects.get(actor__user=cast.officer)
    assert rows[0] == {
        "Name": cast.officer.full_name,
        "Name in Latin letters": "Officer Latin",
        "Learner code": cast.officer.learner_code,
        "Agency": "Police",
        "Course code": "T1",
        "Course": "Course T1",
        "Certified on": award.issued_at.date().isoformat(),
        "Valid until": award.valid_until.isoformat(),
        "Number": award.number,
        "Language": "en",
        "Edition": "1.1",
        "Hours": "1.5",
        "Kind": "Certificate of completion",
        "State": "Valid",
        "Specimen": "SPECIMEN",
    }


def test_the_workbook_holds_the_same_as_text(cast, certified):
    client = cast.client(cast.coordinator)
    rows = table(client.get(f"{PAGE}file.csv"))
    sheet = load_workbook(io.BytesIO(body(client.get(f"{PAGE}file.xlsx")))).active
    found = [[cell.value or "" for cell in row] for row in sheet.iter_rows()]
    assert found[0] == list(rows[0]) and found[1:] == [list(row.values()) for row in rows]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}


def test_an_agencys_coordinator_takes_that_agencys_only(cast, certified):
    rows = table(cast.client(cast.agency_coordinator).get(f"{PAGE}file.csv"))
    assert [row["Name"] for row in rows] == [cast.colleague.full_name]


def test_restricted_erased_and_revoked_are_left_out_and_the_page_says_so_without_a_number(cast, certified):
    User.objects.filter(pk=cast.officer.pk).update(is_restricted=True)
    client = cast.client(cast.coordinator)
    page = client.get(PAGE).content.decode()
    assert "restricted identity are left out" in page and "1</bdi> certificate" in page
    assert cast.officer.full_name not in body(client.get(f"{PAGE}file.csv")).decode()
    Actor.objects.filter(user=cast.colleague).update(user=None)
    assert table(client.get(f"{PAGE}file.csv")) == []
    User.objects.filter(pk=cast.officer.pk).update(is_restricted=False)
    Award.objects.filter(actor__user=cast.officer).update(state="revoked")
    assert "No certificates" in client.get(PAGE).content.decode()


def test_course_agency_and_days_choose(cast, certified):
    complete(cast.officer, make_course("T2").course)
    today = timezone.localdate()
    client = cast.client(cast.coordinator)

    def names(**query) -> list[tuple[str, str]]:
        return [(row["Name"][:4], row["Course code"]) for row in table(client.get(f"{PAGE}file.csv", query))]

    assert names(course="T2") == [("Offi", "T2")]
    assert names(agency=Agency.objects.get(name="Border").uuid) == [("Coll", "T1")]
    assert len(names(first_day=today.isoformat(), last_day=today.isoformat())) == 3
    assert names(first_day=(today + dt.timedelta(days=1)).isoformat()) == []
    assert names(last_day=(today - dt.timedelta(days=1)).isoformat()) == []


@pytest.mark.parametrize(
    "query",
    [{"course": "none"}, {"first_day": "x"}, {"first_day": "2026-02-01", "last_day": "2026-01-01"}, {"agency": "x"}],
)
def test_a_wrong_choice_gives_the_page_with_an_error_and_no_file(cast, certified, query):
    client = cast.client(cast.coordinator)
    for address in (PAGE, f"{PAGE}file.csv", f"{PAGE}file.xlsx"):
        answer = client.get(address, query)
        assert answer.status_code == 422 and "Please correct" in answer.content.decode()
    assert not AuditEvent.objects.filter(action="officers.exported").exists()


def test_an_agency_of_another_member_is_no_choice(cast, certified):
    foreign = Agency.objects.create(member=cast.away, name="Royal Police")
    answer = cast.client(cast.coordinator).get(PAGE, {"agency": foreign.uuid})
    assert answer.status_code == 422 and "Royal Police" not in answer.content.decode()


def test_who_was_in_the_file_is_in_the_log_before_it_leaves(cast, certified):
    answer = cast.client(cast.coordinator).get(f"{PAGE}file.xlsx")
    event = AuditEvent.objects.filter(action="officers.exported").get()
    assert event.actor.user == cast.coordinator and event.member == cast.home
    assert set(event.details["people"]) == {str(cast.officer.uuid), str(cast.colleague.uuid)}
    assert len(event.details["awards"]) == 2 and cast.officer.full_name not in str(event.details)
    assert answer["Cache-Control"] and "no-store" in answer["Cache-Control"]
    answer.close()


def test_nobody_is_certified_yet(cast):
    page = cast.client(cast.coordinator).get(PAGE).content.decode()
    assert "No certificates" in page and "Download" not in page


def test_a_hundred_certificates_are_read_in_a_few_statements(cast, course, django_assert_max_num_queries):
    complete(cast.officer, course.course)
    client = cast.client(cast.coordinator)
    with django_assert_max_num_queries(14):
        body(client.get(f"{PAGE}file.csv"))


def test_no_cell_of_a_workbook_or_of_pieces_of_csv_is_a_formula():
    file = as_xlsx(NASTY, [NASTY], "A/B: [c]")
    sheet = load_workbook(file).active
    for row in sheet.iter_rows():
        for cell in row:
            assert cell.data_type != "f" and not str(cell.value or "").startswith(("=", "+", "@", "＝"))
    values = [cell.value for cell in sheet[2]]
    assert values[0] == "'=1+1" and values[5] == "bell" and values[7] == "-5" and values[10] == "สมชาย"
    rows = list(csv.reader(io.StringIO(b"".join(stream_csv(NASTY, [NASTY] * 5000)).decode("utf-8-sig"), newline="")))
    assert len(rows) == 5001 and rows[1] == rows[5000] and rows[1][0] == "'=1+1"
