"""What is kept too long is dropped: reported first, then every day, as far as the database lets old rows go."""

import datetime as dt
import io
import json
from unittest.mock import patch

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from accounts import tasks
from accounts.models import AuditEvent, Posting, RetentionReport, RetentionRun, User
from accounts.permissions import Refused
from accounts.personal_data import RULES, months_before
from accounts.services import apply_retention, approve_retention
from accounts.services.retention import DAYS_TO_LOOK
from assessments.models import Attempt, Response
from certificates.models import Award
from certificates.selectors import public_award
from learning.projection import differences, enrolments_to_check
from learning.services import enrol
from tests.factories import complete, finish_lessons, take_test
from xapi.models import Statement
from xapi.services import drop_responses

DAY = dt.timedelta(days=1)


def at(moment: dt.datetime):
    """Everything that is stored meanwhile is stored at another time."""
    return patch("django.utils.timezone.now", return_value=moment)


def months_ago(months: int) -> dt.datetime:
    return months_before(timezone.now(), months)


def long_there(user: User) -> User:
    """The person, posted for many years."""
    Posting.objects.filter(user=user).update(starts_on=dt.date(2000, 1, 1))
    return User.objects.get(pk=user.pk)


@pytest.fixture
def old(cast, course):
    """The officer finished the course 25 months ago, the colleague today."""
    officer = long_there(cast.officer)
    with at(months_ago(25)):
        complete(officer, course.course)
    complete(cast.colleague, course.course)
    return cast


def in_force(*names: str) -> None:
    """As if the rules had been reported and looked at long ago."""
    for name in names or tuple(RULES):
        RetentionReport.objects.create(rule=name, rows=1, applies_on=timezone.localdate() - DAY)


def outcome(outcomes, name):
    return next(each for each in outcomes if each.rule.name == name)


def test_the_first_time_a_rule_only_reports(old):
    apply_retention()
    report = RetentionReport.objects.get(rule="answers")
    assert report.rows == 3 and report.oldest_at < months_ago(24)
    assert report.applies_on == timezone.localdate() + dt.timedelta(days=DAYS_TO_LOOK)
    assert Response.objects.filter(answer__isnull=True).count() == 0
    assert not RetentionRun.objects.exists()
    assert AuditEvent.objects.filter(action="retention.reported", target="retention:answers").count() == 1
    # A second day of the same: still nothing happens, and nothing is reported twice.
    assert outcome(apply_retention(), "answers").state == "waiting"
    assert RetentionReport.objects.filter(rule="answers").count() == 1
    assert Response.objects.filter(answer__isnull=True).count() == 0


def test_a_rule_that_finds_nothing_makes_no_report(cast):
    assert {each.state for each in apply_retention()} == {"nothing"}
    assert not RetentionReport.objects.exists()


def test_a_month_after_the_report_the_rule_applies_by_itself(old):
    apply_retention()
    RetentionReport.objects.update(applies_on=timezone.localdate())
    apply_retention()
    assert Response.objects.filter(answer__isnull=True).count() == 3
    assert RetentionRun.objects.get(rule="answers").rows == 3


def test_old_answers_go_and_results_and_progress_stay(old):
    results = list(Attempt.objects.order_by("pk").values_list("right", "total", "passed"))
    right = list(Response.objects.order_by("pk").values_list("is_right", "answered_at"))
    digests = list(Statement.objects.order_by("pk").values_list("uuid", "digest", "verb"))
    in_force()
    assert outcome(apply_retention(), "answers-in-the-record").rows == 3
    officer = Response.objects.filter(attempt__enrolment__actor__user=old.officer)
    assert {response.answer for response in officer} == {None}
    for response in Response.objects.filter(attempt__enrolment__actor__user=old.colleague):
        assert response.answer is not None
    assert list(Attempt.objects.order_by("pk").values_list("right", "total", "passed")) == results
    assert list(Response.objects.order_by("pk").values_list("is_right", "answered_at")) == right
    assert list(Statement.objects.order_by("pk").values_list("uuid", "digest", "verb")) == digests
    answered = Statement.objects.filter(verb__endswith="answered")
    for statement in answered.filter(actor__user=old.officer):
        assert set(statement.statement["result"]) == {"success", "score"}
    assert all("response" in each.statement["result"] for each in answered.filter(actor__user=old.colleague))
    # The record still says all that progress says.
    assert [line for enrolment in enrolments_to_check() for line in differences(enrolment)] == []


def test_ageing_twice_changes_nothing_more(old):
    in_force()
    apply_retention()
    before = list(Statement.objects.order_by("pk").values())
    assert {each.rows for each in apply_retention() if each.rule.does != "report"} == {0}
    assert list(Statement.objects.order_by("pk").values()) == before
    assert RetentionRun.objects.filter(rule="answers").count() == 1


def test_the_page_of_an_aged_result_says_why_no_answers_are_shown(old):
    in_force()
    apply_retention()
    attempt = Attempt.objects.get(enrolment__actor__user=old.officer)
    page = old.client(old.officer).get(f"/en/tests/{attempt.uuid}/result/")
    assert page.status_code == 200
    assert "dropped 24 months after the test" in page.content.decode()


def test_an_open_test_of_two_years_ago_is_as_if_not_answered(cast, course):
    officer = long_there(cast.officer)
    with at(months_ago(25)):
        enrolment = enrol(by=officer, course=course.course)
        finish_lessons(enrolment)
        attempt = take_test(officer, enrolment, hand_in=False)
    in_force("answers")
    apply_retention()
    assert set(attempt.responses.values_list("answer", "answered_at")) == {(None, None)}


# --- the database


def refused(statement: str, *params) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, params)
    except DatabaseError:
        return True
    return False


def test_the_database_lets_nobody_drop_an_answer_of_the_last_24_months(old):
    fresh = Response.objects.filter(attempt__enrolment__actor__user=old.colleague).first()
    before = list(Response.objects.order_by("pk").values())
    assert refused("UPDATE assessments_response SET answer = NULL WHERE id = %s", fresh.pk)
    assert list(Response.objects.order_by("pk").values()) == before


def test_the_database_lets_an_old_answer_be_dropped_and_not_changed(old):
    aged = Response.objects.filter(attempt__enrolment__actor__user=old.officer).first()
    before = list(Response.objects.order_by("pk").values())
    for change in ("answer = '[\"b\"]'", "answer = 'null'", "is_right = NOT is_right", "edits = edits + 1"):
        assert refused(f"UPDATE assessments_response SET {change} WHERE id = %s", aged.pk), change
    assert refused("UPDATE assessments_response SET answer = NULL, edits = 9 WHERE id = %s", aged.pk)
    assert list(Response.objects.order_by("pk").values()) == before
    assert not refused("UPDATE assessments_response SET answer = NULL WHERE id = %s", aged.pk)


def test_the_database_lets_an_old_statement_lose_its_response_and_nothing_else(old):
    answered = Statement.objects.filter(verb__endswith="answered")
    aged, fresh = answered.filter(actor__user=old.officer).first(), answered.filter(actor__user=old.colleague).first()
    before = list(Statement.objects.order_by("pk").values())
    without = {**aged.statement, "result": {k: v for k, v in aged.statement["result"].items() if k != "response"}}
    better = {**without, "result": {**without["result"], "success": False}}
    newer = {**fresh.statement, "result": {k: v for k, v in fresh.statement["result"].items() if k != "response"}}
    for row, text in ((aged, better), (fresh, newer), (aged, {}), (aged, {**aged.statement, "more": 1})):
        assert refused("UPDATE xapi_statement SET statement = %s WHERE id = %s", json.dumps(text), row.pk)
    for column in ("verb = 'x'", "digest = 'x'", "actor_id = NULL", "received_at = occurred_at", "source = 'client'"):
        assert refused(f"UPDATE xapi_statement SET {column} WHERE id = %s", aged.pk), column
    with pytest.raises(DatabaseError), transaction.atomic():
        drop_responses(rows=Statement.objects.all())
    assert refused("DELETE FROM xapi_statement WHERE id = %s", aged.pk)
    assert list(Statement.objects.order_by("pk").values()) == before
    assert not refused("UPDATE xapi_statement SET statement = %s WHERE id = %s", json.dumps(without), aged.pk)


def test_words_of_every_script_survive_ageing(old):
    """The database compares JSON and not its spelling."""
    model = Statement.objects.filter(actor__user=old.officer, verb__endswith="answered").first()
    text = {**model.statement, "id": "3f0b3c4e-0000-4000-8000-000000000001", "note": 'سچ "quoted" \\ é 🕯'}
    text["result"] = {"success": True, "response": '["ک"]', "score": {"scaled": 1.0}}
    row = Statement(
        uuid=text["id"], actor=model.actor, verb=model.verb, object_id=model.object_id, statement=text,
        digest="x" * 64, source="server", occurred_at=model.occurred_at,
    )  # fmt: skip
    with at(months_ago(25)):
        Statement.objects.bulk_create([row])
    assert drop_responses(rows=Statement.objects.filter(uuid=text["id"])) == 1
    del text["result"]["response"]
    assert Statement.objects.get(uuid=text["id"]).statement == text


def test_the_database_keeps_the_name_on_a_certificate_for_validity_and_five_years(old):
    award = Award.objects.get(actor__user=old.officer)
    assert refused("UPDATE certificates_award SET holder_name = '' WHERE id = %s", award.pk)
    assert refused("UPDATE certificates_award SET holder_name = 'Other' WHERE id = %s", award.pk)
    award.refresh_from_db()
    assert award.holder_name == "Officer Example"


# --- certificates


def test_the_name_goes_from_a_certificate_five_years_after_its_validity(cast, course):
    officer = long_there(cast.officer)
    with at(months_ago(12 * 9)):
        complete(officer, course.course)
    complete(cast.colleague, course.course)
    award = Award.objects.get(actor__user=cast.officer)
    assert public_award(award.number).name == "O. E."
    in_force("certificate-names")
    assert outcome(apply_retention(), "certificate-names").rows == 1
    award = Award.objects.get(pk=award.pk)
    assert award.holder_name == "" and award.actor.user is None
    assert public_award(award.number) is None
    assert Award.objects.get(actor__user=cast.colleague).holder_name == "Colleague Example"
    assert outcome(apply_retention(), "certificate-names").rows == 0


def test_an_account_that_nobody_uses_is_reported_and_never_touched(cast):
    User.objects.filter(pk=cast.nobody.pk).update(created_at=months_ago(30))
    User.objects.filter(pk=cast.officer.pk).update(created_at=months_ago(30), last_login=timezone.now())
    for _day in range(3):
        apply_retention()
        RetentionReport.objects.update(applies_on=timezone.localdate() - DAY)
    assert RetentionReport.objects.get(rule="unused-accounts").rows == 1
    assert User.objects.filter(pk=cast.nobody.pk, is_active=True).exists()
    assert not RetentionRun.objects.exists()


# --- by whom


def test_an_administrator_reads_the_report_and_lets_the_rule_apply(old):
    apply_retention()
    client = old.client(old.admin)
    page = client.get("/en/accounts/data/retention/").content.decode()
    assert "Answers in tests" in page and "Apply from now on" in page
    assert client.post("/en/accounts/data/retention/answers/").status_code == 302
    event = AuditEvent.objects.get(action="retention.approved")
    assert event.actor.user == old.admin and event.target == "retention:answers"
    assert Response.objects.filter(answer__isnull=True).count() == 0
    tasks.apply_retention.call()
    assert Response.objects.filter(answer__isnull=True).count() == 3
    assert Statement.objects.filter(statement__result__has_key="response").count() == 6, "another rule still waits"


def test_nobody_else_lets_a_rule_apply(old):
    apply_retention()
    report = RetentionReport.objects.get(rule="answers")
    for person in (old.officer, old.coordinator, old.rso, old.auditor):
        with pytest.raises(Refused):
            approve_retention(by=person, report=report)
    report.refresh_from_db()
    assert report.approved_at is None


def test_the_plan_says_what_is_due_and_changes_nothing(old):
    out = io.StringIO()
    call_command("apply_retention", plan=True, json=True, stdout=out)
    lines = {line["rule"]: line for line in json.loads(out.getvalue())}
    assert lines["answers"]["rows"] == 3 and lines["answers"]["state"] == "planned"
    assert not RetentionReport.objects.exists() and Response.objects.filter(answer__isnull=True).count() == 0
    out = io.StringIO()
    call_command("apply_retention", stdout=out)
    assert "answers: reported, 3 rows" in out.getvalue()


def test_rows_are_worked_off_in_batches(old):
    in_force("answers")
    with patch("accounts.services.retention.BATCH", 1):
        assert outcome(apply_retention(), "answers").rows == 3
    assert Response.objects.filter(answer__isnull=True).count() == 3
