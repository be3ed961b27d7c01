"""The auditor's page, its file, what each action is called, and what a member reads of the RSO's looks."""

import ast
import csv
import datetime as dt
import io
import re
import uuid

import pytest
import time_machine
from django.utils import timezone

from accounts.audit_words import LOOKS, WORDS, words_for
from accounts.models import AuditCheck, AuditEvent
from accounts.services import Entry, audit, audit_many, target_of
from accounts.tasks import verify_the_audit_log
from certificates.models import RecognitionStep
from learning.services import enrol
from tests.test_architecture import ROOMS, name_of, python_files, tree_of

PAGE, FILE, OWN = "/en/audit/", "/en/audit/log.csv", "/en/audit/own/"


def main_of(answer) -> str:
    return answer.content.decode().partition("<main")[2]


def numbers_of(answer) -> list[int]:
    """The numbers of the entries on a page, from top to bottom."""
    return [int(each) for each in re.findall(r'<td class="num"><bdi>(\d+)</bdi>', main_of(answer))]


def rows_of(answer) -> list[dict[str, str]]:
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.fixture
def browser(cast):
    return cast.client(cast.auditor)


# --- words


ACTION = re.compile(r"[a-z_]+\.[a-z_]+")


def texts_in(node: ast.AST) -> set[str]:
    """What in a piece of code can be an action."""
    constants = {each.value for each in ast.walk(node) if isinstance(each, ast.Constant)}
    return {each for each in constants if isinstance(each, str) and ACTION.fullmatch(each)}


def values_of(name: str, function: str, module: ast.Module) -> set[str]:
    """What a variable can be: what is assigned to it in its module, and what its function is called with there."""
    found = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Assign) and any(isinstance(to, ast.Name) and to.id == name for to in node.targets):
            found |= texts_in(node.value)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == function:
            found |= texts_in(node)
    return found


def actions_in_the_code() -> dict[str, list[str]]:
    """Every action that is audited, and where; under the empty string those that cannot be read from the code."""
    found: dict[str, list[str]] = {}
    for path in python_files(*ROOMS):
        module = tree_of(path)
        for function in (each for each in ast.walk(module) if isinstance(each, ast.FunctionDef)):
            for node in (each for each in ast.walk(function) if isinstance(each, ast.Call)):
                called = getattr(node.func, "attr", getattr(node.func, "id", ""))
                said = {each.arg: each.value for each in node.keywords}.get("action")
                if called == "Entry" and said is None and node.args:
                    said = node.args[0]
                if called not in ("audit", "Entry") or said is None:
                    continue
                actions = texts_in(said)
                if not actions and isinstance(said, ast.Name):
                    actions = values_of(said.id, function.name, module)
                for action in actions or {""}:
                    found.setdefault(action, []).append(f"{name_of(path)}:{node.lineno}")
    return found


#: Where the action is a name of another place, or the writing itself.
ELSEWHERE = (
    "accounts/services/audit.py",
    "accounts/services/own_data.py",
    "certificates/services/recognitions.py",  # one for each kind of step: see below
    "portal/register.py",  # of the register or the ledger, which its callers name
)


def test_every_action_that_is_audited_has_a_sentence():
    found = actions_in_the_code()
    assert "posting.made" in found and "officers.seen" in found
    unread = [where for where in found.pop("", []) if not where.startswith(ELSEWHERE)]
    assert unread == [], "say the action as a text, or name the place in ELSEWHERE"
    assert "person.renamed" in WORDS
    assert {f"recognition.{kind}" for kind in RecognitionStep.Kind.values} <= set(WORDS)
    assert {action: where for action, where in found.items() if action not in WORDS} == {}, "add it to audit_words.py"
    assert set(LOOKS) <= set(WORDS)


def test_a_sentence_is_a_sentence_and_an_action_fits_its_field():
    for action, words in WORDS.items():
        assert re.fullmatch(r"[a-z_]+\.[a-z_]+", action) and len(action) <= 64
        assert str(words)[0].isupper() and not str(words).endswith(".")
    assert words_for("of.old") == "of.old"


# --- the page


def test_an_auditor_reads_who_did_what_of_whom_from_where_and_why(cast, browser):
    audit(
        by=cast.rso,
        action="shared.seen",
        target="learning.course:x",
        member=cast.home,
        reason="Expiring certificates",
        details={"people": [str(cast.officer.uuid), str(cast.colleague.uuid)]},
    )
    page = main_of(browser.get(PAGE, REMOTE_ADDR="192.0.2.7"))
    for said in (
        "Rso Example",
        "rso",
        "Looked at the officers that a member shares with the RSO",
        cast.officer.learner_code,
        cast.colleague.learner_code,
        "Indonesia",
        "Expiring certificates",
    ):
        assert said in page, said
    for name in (cast.officer.full_name, cast.colleague.full_name):
        assert name not in page
    # The look itself is in the log, with the address, and stands on the next page that is opened.
    assert "192.0.2.7" in main_of(browser.get(PAGE))
    assert AuditEvent.objects.first().details["filters"] == []


def test_what_somebody_did_to_the_own_account_does_not_join_name_and_code(cast, browser):
    audit(by=cast.officer, action="person.public_name", target=target_of(cast.officer))
    page = main_of(browser.get(PAGE, {"action": "person.public_name"}))
    assert cast.officer.learner_code in page
    assert cast.officer.full_name not in page and ">officer<" not in page


def test_a_restricted_person_who_acted_stands_by_code(cast, browser):
    cast.coordinator.is_restricted = True
    cast.coordinator.save()
    audit(by=cast.coordinator, action="officers.seen", target="portal.coordinator", member=cast.home)
    for query in ({}, {"who": cast.coordinator.learner_code.lower()}):
        page = main_of(browser.get(PAGE, query))
        assert cast.coordinator.learner_code in page
        assert cast.coordinator.full_name not in page and ">coordinator<" not in page
    assert numbers_of(browser.get(PAGE, {"who": "coordinator"})) == []
    row = rows_of(browser.get(FILE, {"who": cast.coordinator.learner_code}))[0]
    assert row["Who did it"] == "restricted" and row["User name of who did it"] == ""


def test_an_erased_person_and_the_system_are_told_apart(cast, browser):
    audit(by=cast.nobody, action="report.exported", target="x")
    cast.nobody.delete()
    page = main_of(browser.get(PAGE, {"action": "report.exported"}))
    assert "an account that was erased" in page and "Suluh itself" not in page
    assert "Suluh itself" in main_of(browser.get(PAGE, {"action": "person.made"}))


def test_pages_go_on_where_the_last_one_ended_though_new_entries_come(cast, browser):
    audit_many(by=None, entries=[Entry("report.exported", f"part {number}") for number in range(120)])
    wanted = {"action": "report.exported"}
    newest = AuditEvent.objects.filter(action="report.exported").first().number
    first = browser.get(PAGE, wanted)
    assert numbers_of(first) == list(range(newest, newest - 50, -1))
    assert "Newest entries" not in main_of(first)
    audit(by=None, action="report.exported", target="new")
    link = re.search(r'rel="next" href="([^"]+)"', main_of(first))[1].replace("&amp;", "&")
    second = browser.get(PAGE + link)
    assert numbers_of(second) == list(range(newest - 50, newest - 100, -1))
    third = browser.get(PAGE, {**wanted, "before": newest - 99})
    assert numbers_of(third) == list(range(newest - 100, newest - 120, -1))
    assert "Older entries" not in main_of(third) and "Newest entries" in main_of(third)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"action": "posting.ended"}, {2}),
        ({"member": "TH"}, {3}),
        ({"who": "rso"}, {1, 3}),
        ({"who": "RSO"}, {1, 3}),
        ({"who": "nosuch"}, set()),
        ({"whom": "officer"}, {1, 2}),
        ({"whom": "outsider"}, {3}),
        ({"whom": "nosuch"}, set()),
        ({"with_reason": "on"}, {1, 3}),
        ({"with_reason": "on", "whom": "officer"}, {1}),
        ({"since": "2031-03-02"}, {2, 3}),
        ({"until": "2031-03-01"}, {1}),
        ({"since": "2031-03-02", "until": "2031-03-02"}, {2}),
        ({"since": "2031-03-04"}, set()),
    ],
)
def test_filters_find_what_they_say(cast, browser, wanted, expected):
    number = AuditEvent.objects.count()
    with time_machine.travel(dt.datetime(2031, 3, 1, 12, tzinfo=dt.UTC), tick=False):
        audit(by=cast.rso, action="shared.seen", target="x", reason="why", details={"people": [str(cast.officer.uuid)]})
    with time_machine.travel(dt.datetime(2031, 3, 2, 23, 59, 59, tzinfo=dt.UTC), tick=False):
        audit(by=cast.coordinator, action="posting.ended", target=target_of(cast.officer), member=cast.home)
    with time_machine.travel(dt.datetime(2031, 3, 3, 0, 0, tzinfo=dt.UTC), tick=False):
        audit(by=cast.rso, action="shared.seen", target=target_of(cast.outsider), member=cast.away, reason="why")
    wanted = {"since": "2031-01-01", **wanted}
    assert {each - number for each in numbers_of(browser.get(PAGE, wanted))} == expected
    assert {int(row["Number"]) - number for row in rows_of(browser.get(FILE, wanted))} == expected


def test_people_are_found_by_learner_code_and_restricted_ones_by_nothing_else(cast, browser):
    cast.officer.is_restricted = True
    cast.officer.save()
    found = numbers_of(browser.get(PAGE, {"whom": f" {cast.officer.learner_code.lower()} "}))
    assert found and found == numbers_of(browser.get(PAGE, {"whom": cast.officer.learner_code}))
    assert numbers_of(browser.get(PAGE, {"whom": "officer"})) == []


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"since": "yesterday"}, "Enter a valid date."),
        ({"since": "2031-03-02", "until": "2031-03-01"}, "The last day is before the first."),
        ({"member": "XX"}, "Select a valid choice."),
        ({"action": "no.such"}, "Select a valid choice."),
        ({"before": "-3"}, ""),
        ({"who": "x" * 200}, "at most 150"),
    ],
)
def test_a_filter_that_cannot_be_is_said_and_shows_nothing(cast, browser, wanted, said):
    before = AuditEvent.objects.count()
    for address in (PAGE, FILE):
        answer = browser.get(address, wanted)
        assert answer.status_code == 400 and said in main_of(answer)
        assert numbers_of(answer) == []
    assert AuditEvent.objects.count() == before


def test_what_was_looked_for_is_in_the_log_without_the_name_that_was_typed(cast, browser):
    browser.get(PAGE, {"whom": "officer", "until": "2100-01-01"})
    event = AuditEvent.objects.first()
    assert event.action == "audit.seen" and event.actor.user == cast.auditor
    assert event.details["filters"] == ["until", "whom"]


# --- the file


def test_the_file_holds_everything_that_was_found_and_is_itself_in_the_log(cast, browser):
    audit_many(by=cast.rso, entries=[Entry("shared.seen", "=1+1", reason="=cmd()") for _each in range(130)])
    answer = browser.get(FILE, {"action": "shared.seen"})
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == f'attachment; filename="audit-{timezone.localdate()}.csv"'
    rows = rows_of(answer)
    assert len(rows) == 130
    assert rows[0]["Reason"] == "'=cmd()" and rows[0]["Object"] == "'=1+1", "no spreadsheet runs it"
    assert rows[0]["Digest"] == AuditEvent.objects.get(number=int(rows[0]["Number"])).digest
    event = AuditEvent.objects.first()
    assert (event.action, event.actor.user) == ("audit.exported", cast.auditor)


def test_in_the_file_restricted_people_do_not_stand_even_by_code(cast, browser):
    cast.officer.is_restricted = True
    cast.officer.save()
    people = [str(cast.officer.uuid), str(cast.colleague.uuid)]
    audit(by=cast.rso, action="shared.seen", target="x", details={"people": people})
    assert cast.officer.learner_code in main_of(browser.get(PAGE, {"action": "shared.seen"}))
    (row,) = rows_of(browser.get(FILE, {"action": "shared.seen"}))
    assert row["Of whom (learner codes)"] == f"restricted {cast.colleague.learner_code}"
    assert cast.officer.learner_code not in str(row) and str(cast.officer.uuid) not in str(row)


# --- the state of the chain


def test_the_page_says_whether_the_log_is_whole(cast, browser):
    assert "Not verified yet" in main_of(browser.get(PAGE))
    verify_the_audit_log.func()
    check = AuditCheck.objects.get()
    page = main_of(browser.get(PAGE))
    assert "Nothing is missing, nothing was changed" in page and f"{check.count}:{check.digest}" in page
    assert "did not" not in page
    with time_machine.travel(timezone.now() + dt.timedelta(days=3)):
        assert "should run every day and did not" in main_of(cast.client(cast.auditor).get(PAGE))
    AuditCheck.objects.create(count=9, digest="x", differences=["Entry 4 is missing."])
    page = main_of(browser.get(PAGE))
    assert "The log is not whole" in page and "Entry 4 is missing." in page


# --- what a member reads


def look(cast, member, **more) -> AuditEvent:
    details = {"course": "T1", "people": [str(uuid.uuid4()), str(uuid.uuid4())]}
    return audit(by=cast.rso, action="shared.seen", target="x", member=member, details=details, **more)


def test_a_coordinator_reads_when_the_rso_looked_at_the_own_officers_and_why(cast):
    look(cast, cast.home, reason="Letters to holders")
    look(cast, cast.away, reason="For somebody else")
    audit(
        by=cast.rso,
        action="officers.seen",
        target="learning.queue",
        member=cast.home,
        reason="Deciding on seats",
        details={"people": ["x"]},
    )
    audit(by=cast.coordinator, action="officers.seen", target="portal.coordinator", member=cast.home)
    audit(by=cast.coordinator, action="posting.ended", target=target_of(cast.officer), member=cast.home, reason="Left")
    page = main_of(cast.client(cast.coordinator).get(OWN))
    assert "Letters to holders" in page and "Rso Example" in page and '<td class="num"><bdi>2</bdi>' in page
    assert "Deciding on seats" in page and "Coordinator Example" not in page.partition("<table")[2]
    assert "For somebody else" not in page and "Left" not in page
    other = main_of(cast.client(cast.foreign_coordinator).get(OWN))
    assert "For somebody else" in other and "Letters to holders" not in other


def test_a_member_at_whose_officers_nobody_looked_is_told_so(cast):
    assert "Nobody looked" in main_of(cast.client(cast.coordinator).get(OWN))


def test_the_coordinators_desk_leads_there_for_whoever_sets_the_policy(cast, course):
    enrol(by=cast.colleague, course=course.course)
    assert OWN in main_of(cast.client(cast.coordinator).get("/en/desk/officers/"))
    assert OWN not in main_of(cast.client(cast.agency_coordinator).get("/en/desk/officers/"))
