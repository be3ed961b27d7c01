"""Figures across members: small counts never leave, and a file holds what the page holds and runs in no spreadsheet."""

import csv
import io
import re

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from accounts.models import AuditEvent, Member
from accounts.permissions import Refused
from accounts.roles import Role
from accounts.services import actor_of
from certificates.models import Award
from certificates.numbers import new_number
from certificates.selectors import public_award
from learning.models import Enrolment
from learning.services import enrol
from lms.suppression import THRESHOLD, suppress
from lms.tables import as_csv, safe_cell
from reports.exchange import certification_csv
from reports.selectors import CertificationTable, Row, certification_table
from tests.cast import make_person
from tests.factories import complete, make_course

PAGE = "/en/reports/certification/"
FILE = "/en/reports/certification.csv"
quick = hypothesis_settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def enrol_many(course, member: Member, count: int, prefix: str) -> list[Enrolment]:
    """So many officers of a member, enrolled in a course."""
    people = [make_person(f"{prefix}{number}", Role.OFFICER, member) for number in range(count)]
    return [enrol(by=person, course=course) for person in people]


def certify(enrolment: Enrolment, **changes) -> Award:
    """The row of an award, without the learning that leads to it."""
    values = {
        "actor": enrolment.actor,
        "enrolment": enrolment,
        "course": enrolment.course,
        "member": enrolment.member,
        "holder_name": enrolment.actor.user.full_name,
        "edition": 1,
        "revision": 1,
        "language": "en",
        "content": "0" * 64,
        "is_specimen": False,
        "snapshot": {"course": "Course", "code": "T1", "design_minutes": 90, "pass_mark": 80},
        "valid_until": timezone.localdate().replace(year=timezone.localdate().year + 2, day=1),
    }
    return Award.objects.create(**values | changes)


def figures_of_page(client) -> dict[str, list[str]]:
    """Member → the figures of its row, as the page shows them."""
    text = client.get(PAGE).content.decode()
    rows = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', text)
    return {name: [unescape(cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", cells)] for name, cells in rows}


def unescape(text: str) -> str:
    return text.replace("&lt;", "<")


def lines_of_file(client) -> list[list[str]]:
    return list(csv.reader(io.StringIO(client.get(FILE).content.decode("utf-8-sig"))))


def figures_of_file(client) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for _code, member, _course, _title, enrolled, certified in lines_of_file(client)[1:]:
        found.setdefault(member, []).extend([enrolled, certified])
    return found


# --- suppression


@given(st.integers(min_value=0, max_value=10**9))
def test_a_count_from_one_to_four_is_never_shown_and_every_other_is_shown_as_it_is(count):
    cell = suppress(count)
    if 1 <= count < THRESHOLD:
        assert cell.is_suppressed and cell.value is None and str(cell) == "<5"
        assert cell == suppress(1), "two small counts cannot be told apart, not even inside"
    else:
        assert str(cell) == str(count) and not cell.is_suppressed


@given(st.integers(max_value=-1))
def test_a_count_below_zero_is_a_fault_and_not_a_small_count(count):
    with pytest.raises(ValueError, match="negative"):
        suppress(count)


@pytest.mark.parametrize(("people", "shown"), [(0, "0"), (1, "<5"), (4, "<5"), (5, "5"), (6, "6")])
def test_page_and_file_show_no_count_from_one_to_four(cast, course, people, shown):
    for enrolment in enrol_many(course.course, cast.away, people, "officer-of-away"):
        certify(enrolment)
    client = cast.client(cast.rso)
    assert figures_of_page(client)["Thailand"] == figures_of_file(client)["Thailand"] == [shown, shown]


def test_zero_is_zero_in_a_course_with_enrolments_elsewhere(cast, course):
    enrol_many(course.course, cast.away, 5, "away")
    assert figures_of_page(cast.client(cast.rso)) == {"Indonesia": ["0", "0"], "Thailand": ["5", "0"]}


def test_the_file_holds_the_figures_of_the_page_and_nothing_more(cast, course):
    second = make_course("T2").course
    for enrolment in enrol_many(course.course, cast.home, 7, "home")[:5]:
        certify(enrolment)
    enrol_many(second, cast.away, 3, "away")
    client = cast.client(cast.analyst)
    assert figures_of_page(client) == figures_of_file(client)
    assert figures_of_page(client) == {"Indonesia": ["7", "5", "0", "0"], "Thailand": ["0", "0", "<5", "0"]}
    assert len(lines_of_file(client)) == 1 + 2 * 2


def test_there_is_no_total_from_which_a_small_count_could_be_worked_out(cast, course):
    enrol_many(course.course, cast.home, 6, "home")
    enrol_many(course.course, cast.away, 3, "away")
    client = cast.client(cast.rso)
    page, file = client.get(PAGE).content.decode(), client.get(FILE).content.decode("utf-8-sig")
    assert "<tfoot" not in page
    assert set(figures_of_page(client)) == set(figures_of_file(client)) == {"Indonesia", "Thailand"}
    for text in (re.sub(r"<[^>]*>", " ", page), file):
        assert not re.search(r"\b(9|3)\b", re.sub(r"\d{4}-\d\d-\d\d( \d\d:\d\d)?", "", text)), "six and three make nine"


def test_no_name_of_an_officer_is_on_page_or_file(cast, course):
    complete(cast.officer, course.course)
    client = cast.client(cast.rso)
    for address in (PAGE, FILE):
        text = client.get(address).content.decode()
        for secret in (cast.officer.full_name, str(cast.officer.uuid), str(actor_of(cast.officer).key), "Police"):
            assert secret not in text


def test_a_person_counts_once_however_often_they_enrolled(cast, course):
    enrolments = enrol_many(course.course, cast.away, 4, "away")
    for enrolment in enrolments:
        certify(enrolment)
        enrolment.ended_at = timezone.now()
        enrolment.save()
        certify(enrol(by=enrolment.actor.user, course=course.course))
    assert Enrolment.objects.count() == Award.objects.count() == 8
    client = cast.client(cast.rso)
    assert figures_of_page(client)["Thailand"] == ["<5", "<5"], "eight rows of four people"
    enrol_many(course.course, cast.away, 1, "fifth")
    assert figures_of_page(client)["Thailand"] == ["5", "<5"]


def test_a_revoked_award_does_not_count_as_certified(cast, course):
    awards = [certify(enrolment) for enrolment in enrol_many(course.course, cast.away, 6, "away")]
    awards[0].state = Award.State.REVOKED
    awards[0].save()
    assert figures_of_page(cast.client(cast.rso))["Thailand"] == ["6", "5"]


def test_a_person_without_a_member_is_in_no_row(cast, course):
    enrol(by=cast.trainer, course=course.course)
    assert figures_of_page(cast.client(cast.rso)) == {"Indonesia": ["0", "0"], "Thailand": ["0", "0"]}


def test_a_restricted_officer_is_counted_here_and_shown_nowhere(cast, course):
    enrolments = enrol_many(course.course, cast.away, 5, "away")
    awards = [certify(enrolment) for enrolment in enrolments]
    hidden = enrolments[0].actor.user
    hidden.is_restricted = True
    hidden.save()
    assert figures_of_page(cast.client(cast.rso))["Thailand"] == ["5", "5"]
    assert public_award(awards[0].number) is None and public_award(str(awards[0].uuid)) is None
    nobodys = new_number()
    known, unknown = (
        cast.client(None).get(reverse("certificates:verify_one", args=[number]))
        for number in (awards[0].number, nobodys)
    )
    assert known.status_code == unknown.status_code == 404
    assert known.content.decode().replace(awards[0].number, "") == unknown.content.decode().replace(nobodys, "")
    assert hidden.full_name not in known.content.decode()
    assert public_award(awards[1].number) is not None


# --- who may


@pytest.mark.parametrize(
    "role", ["officer", "coordinator", "agency_coordinator", "trainer", "auditor", "admin", "nobody"]
)
def test_counts_of_members_are_refused_to_whoever_has_no_such_role(cast, course, role):
    person = getattr(cast, role)
    with pytest.raises(Refused):
        certification_table(person, "en")
    before = AuditEvent.objects.count()
    for address in (PAGE, FILE):
        answer = cast.client(person).get(address)
        assert answer.status_code == 403
        assert "Thailand" not in answer.content.decode()
    assert AuditEvent.objects.count() == before


def test_a_file_that_leaves_the_site_leaves_a_line_in_the_log(cast, course):
    cast.client(cast.analyst).get(FILE)
    event = AuditEvent.objects.get(action="report.exported")
    assert event.actor.user == cast.analyst


def test_the_file_says_what_it_is(cast, course):
    answer = cast.client(cast.rso).get(FILE)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == f'attachment; filename="certification-{timezone.localdate()}.csv"'
    assert answer.content.startswith(b"\xef\xbb\xbf"), "spreadsheets need it to read other scripts"


def test_without_courses_the_page_says_so_and_the_file_has_its_heading(cast):
    client = cast.client(cast.rso)
    assert "No courses yet" in client.get(PAGE).content.decode()
    assert len(lines_of_file(client)) == 1


# --- spreadsheets

FORMULAS = ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1+1", '=cmd|"/c calc"!A1', "=HYPERLINK(1)"]


@pytest.mark.parametrize("name", FORMULAS)
def test_a_member_whose_name_looks_like_a_formula_is_only_a_name(cast, course, name):
    Member.objects.filter(pk=cast.away.pk).update(name=name)
    cells = [line[1] for line in lines_of_file(cast.client(cast.rso))]
    assert f"'{name}" in cells and name not in cells


def test_a_hostile_name_of_a_member_is_only_text_on_the_page(cast, course):
    Member.objects.filter(pk=cast.away.pk).update(name="<script>alert(1)</script>")
    page = cast.client(cast.rso).get(PAGE).content.decode()
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page


def runs(cell: str) -> bool:
    """Whether a spreadsheet may take a cell for a formula; a plain number is none."""
    try:
        float(cell)
    except ValueError:
        return cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    return not re.fullmatch(r"\s*[+-]?[0-9.eE+-]+\s*|[\s+-]*(nan|inf|infinity)\s*", cell, re.IGNORECASE | re.ASCII)


@given(st.text(max_size=30) | st.sampled_from(FORMULAS) | st.text(alphabet="=+-@\t\r\n 1a", max_size=8))
def test_no_text_becomes_a_formula_and_every_text_can_be_read_back(text):
    cell = safe_cell(text)
    assert cell.removeprefix("'") == text.removeprefix("'") or cell == text
    assert not runs(cell)


@given(
    st.lists(
        st.lists(
            st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0")), min_size=2, max_size=2
        ),
        max_size=5,
    )
)
def test_a_table_comes_back_from_its_file_cell_by_cell(rows):
    read = list(csv.reader(io.StringIO(as_csv(["a", "b"], rows).decode("utf-8-sig"), newline="")))
    assert read == [["a", "b"], *[[safe_cell(cell) for cell in row] for row in rows]]


@given(st.none() | st.integers() | st.floats(allow_nan=False))
def test_numbers_stay_numbers(value):
    assert safe_cell(value) == ("" if value is None else str(value))


@quick
@given(counts=st.lists(st.integers(min_value=0, max_value=12), min_size=1, max_size=4))
def test_the_file_holds_only_zero_or_five_and_more_whatever_the_figures(counts):
    class Course:
        code = "T1"

    members = [Member(code=f"M{number}", name=f"Member {number}") for number in range(len(counts))]
    rows = tuple(
        Row(member, ((suppress(count), suppress(count)),)) for member, count in zip(members, counts, strict=True)
    )
    text = certification_csv(CertificationTable(((Course(), "Course"),), rows)).decode("utf-8-sig")
    for line in list(csv.reader(io.StringIO(text)))[1:]:
        for cell in line[4:]:
            assert cell == "<5" or int(cell) == 0 or int(cell) >= 5
