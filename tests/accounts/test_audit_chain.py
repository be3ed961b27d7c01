"""The audit log is a chain: what is missing, changed or put in between shows, and only what was sealed is pruned."""

import datetime as dt
import io
import json
import re
import uuid

import pytest
import time_machine
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import RequestFactory
from django.utils import timezone

from accounts.chain import GENESIS, NotPlain, digest_of
from accounts.migrations import AUDIT_GUARDS
from accounts.models import AuditCheck, AuditEvent, AuditHead, AuditSegment
from accounts.services import ChainBroken, Entry, audit, audit_many, count_prunable, prune_audit
from accounts.tasks import verify_the_audit_log
from accounts.verification import verify_audit
from lms.origin import current_address, remember_origin
from lms.triggers import ForbidEvent


def write(count: int, **arguments) -> list[AuditEvent]:
    return audit_many(
        by=None,
        entries=[Entry("report.exported", f"reports.part{number}", **arguments) for number in range(1, count + 1)],
    )


def verified(*words: str) -> tuple[int, str]:
    """Run the command; its status and what it said."""
    out = io.StringIO()
    try:
        call_command("verify_audit", *words, stdout=out)
    except SystemExit as end:
        return int(end.code), out.getvalue()
    return 0, out.getvalue()


def tamper(*statements: str) -> None:
    """What somebody can do who owns the database: take the guards away, then anything."""
    on = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        for guard in AUDIT_GUARDS:
            cursor.execute(f"DROP TRIGGER IF EXISTS {guard.name}" + (f" ON {guard.table}" if on else ""))
        for statement in statements:
            cursor.execute(statement)


@pytest.fixture
def log(db) -> list[AuditEvent]:
    """Nine entries."""
    return write(9)


# --- writing


def test_entries_are_numbered_without_gaps_and_each_follows_on_the_one_before(log, cast):
    before = GENESIS
    for number, event in enumerate(AuditEvent.objects.order_by("number"), start=1):
        assert event.number == number and event.previous == before
        assert event.digest == digest_of(event.__dict__, before)
        before = event.digest
    assert AuditHead.objects.values_list("count", "digest").get() == (number, before)


def test_what_is_rolled_back_leaves_no_gap(log):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        audit(by=None, action="report.exported", target="x")
        1 / 0  # noqa: B018
    assert audit(by=None, action="report.exported", target="x").number == 10
    assert verified()[0] == 0


def test_the_digest_is_the_same_whatever_order_and_kind_the_details_had(db):
    one = audit(by=None, action="a.b", target="t", details={"b": (1, "é"), "a": {"y": None, "x": True}})
    read = AuditEvent.objects.get(pk=one.pk)
    assert read.details == {"a": {"x": True, "y": None}, "b": [1, "é"]}
    assert digest_of(read.__dict__, read.previous) == one.digest == read.digest


@pytest.mark.parametrize("number", [1.5, 1e22, float("nan")])
def test_a_number_with_a_point_is_refused_because_databases_write_it_in_different_ways(db, number):
    with pytest.raises(NotPlain):
        audit(by=None, action="a.b", target="t", details={"share": [number]})
    assert not AuditEvent.objects.exists() and not AuditHead.objects.filter(count__gt=0).exists()


def test_twenty_thousand_entries_are_written_under_one_lock_in_a_few_statements(db, django_assert_max_num_queries):
    with django_assert_max_num_queries(250):
        events = write(20_000, details={"people": [str(uuid.uuid4())]})
    assert [events[0].number, events[-1].number] == [1, 20_000]
    assert verify_audit().is_whole


def test_nothing_to_write_writes_nothing(db):
    assert audit_many(by=None, entries=[]) == []


def test_an_entry_says_from_where_it_was_done(cast):
    cast.client(cast.rso).get("/en/reports/certification.csv", REMOTE_ADDR="192.0.2.7")
    assert AuditEvent.objects.get(action="report.exported").address == "192.0.2.7"
    assert AuditEvent.objects.filter(action="person.made").first().address == "", "made by no request"
    assert current_address() == ""


@pytest.mark.parametrize(
    ("trusted", "sent", "address"),
    [
        (0, "203.0.113.9", "192.0.2.7"),
        (1, "10.0.0.1, 203.0.113.9", "203.0.113.9"),
        (2, "203.0.113.9", ""),
        (1, "nonsense", ""),
    ],
)
def test_the_address_is_what_our_own_proxy_saw_and_never_what_a_stranger_wrote(settings, trusted, sent, address):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = trusted
    seen = []
    handler = remember_origin(lambda request: seen.append(current_address()))
    handler(RequestFactory().get("/", REMOTE_ADDR="192.0.2.7", headers={"x-forwarded-for": sent}))
    assert seen == [address]
    assert current_address() == ""


# --- proving


def test_a_whole_log_gives_its_count_and_digest_to_be_kept_elsewhere(log):
    status, said = verified()
    assert status == 0 and said.strip().endswith(f"9:{log[-1].digest}")
    kept = said.split()[-1]
    write(2)
    assert verified("--expect", kept)[0] == 0
    assert json.loads(verified("--json")[1]) == {
        "whole": True,
        "count": 11,
        "digest": AuditEvent.objects.get(number=11).digest,
        "pruned": 0,
        "differences": [],
        "total": 0,
    }


def test_an_empty_log_is_whole(db):
    status, said = verified()
    assert status == 0 and f"0:{GENESIS}" in said
    assert verified("--expect", f"0:{GENESIS}")[0] == 0


TABLE = "accounts_auditevent"
COPIED = "action, target, at, reason, details, address, previous, digest"


@pytest.mark.parametrize(
    ("statements", "lines"),
    [
        ([f"UPDATE {TABLE} SET action = 'a.b' WHERE number = 4"], ["Entry 4 was changed"]),
        ([f"UPDATE {TABLE} SET address = '192.0.2.1' WHERE number = 9"], ["Entry 9 was changed"]),
        ([f"UPDATE {TABLE} SET reason = 'other' WHERE number IN (2, 3)"], ["Entry 2 was", "Entry 3 was"]),
        ([f"DELETE FROM {TABLE} WHERE number = 4"], ["Entry 4 is missing."]),
        ([f"DELETE FROM {TABLE} WHERE number IN (4, 5)"], ["Entries 4 to 5 are missing."]),
        ([f"DELETE FROM {TABLE} WHERE number = 1"], ["Entry 1 is missing."]),
        ([f"DELETE FROM {TABLE} WHERE number > 7"], ["Entries 8 to 9 are missing at the end of the log."]),
        ([f"DELETE FROM {TABLE}"], ["Entries 1 to 9 are missing at the end of the log."]),
        (
            [f"INSERT INTO {TABLE} (number, {COPIED}) SELECT 10, {COPIED} FROM {TABLE} WHERE number = 9"],
            ["The head knows of 9 entries, but there is an entry 10."],
        ),
        (
            [f"UPDATE {TABLE} SET number = number + 100 WHERE number = {each}" for each in (4, 5)]
            + [
                f"UPDATE {TABLE} SET number = 5 WHERE number = 104",
                f"UPDATE {TABLE} SET number = 4 WHERE number = 105",
            ],
            ["Entry 4 does not follow", "Entry 4 was changed", "Entry 5 does not", "Entry 5 was", "Entry 6 does not"],
        ),
        (
            [f"DELETE FROM {TABLE} WHERE number = 9", "UPDATE accounts_audithead SET count = 8"],
            ["The digest of the head is not that of entry 8, the last."],
        ),
        (["UPDATE accounts_audithead SET count = 12"], ["Entries 10 to 12 are missing at the end"]),
        (["UPDATE accounts_audithead SET digest = 'x'"], ["The digest of the head is not that of entry 9"]),
        (["DELETE FROM accounts_audithead"], ["The head of the log is missing."]),
    ],
    ids=lambda value: "; ".join(value)[:60] if isinstance(value, list) else None,
)
def test_whoever_tampers_with_the_database_is_found_out_in_a_line_for_each_difference(log, statements, lines):
    tamper(*statements)
    status, said = verified()
    assert status == 1
    found = said.strip().splitlines()
    assert len(found) == len(lines), said
    for line, beginning in zip(found, lines, strict=True):
        assert line.startswith(beginning), said


def test_an_entry_put_in_between_is_found_out(log):
    tamper(
        *(f"UPDATE {TABLE} SET number = {number + 1} WHERE number = {number}" for number in range(9, 4, -1)),
        f"INSERT INTO {TABLE} (number, {COPIED}) SELECT 5, {COPIED} FROM {TABLE} WHERE number = 4",
        "UPDATE accounts_audithead SET count = 10",
    )
    status, said = verified()
    assert status == 1 and "Entry 5 was changed" in said and "Entry 6 was changed" in said


def test_a_log_that_was_written_anew_from_somewhere_holds_until_one_compares_with_what_was_kept(log):
    kept = f"7:{log[6].digest}"
    digest, statements = log[2].digest, []
    for event in log[3:]:
        event.reason, event.previous = "forged", digest
        digest = digest_of(event.__dict__, digest)
        statements.append(
            f"UPDATE {TABLE} SET reason = 'forged', previous = '{event.previous}', digest = '{digest}' "
            f"WHERE number = {event.number}"
        )
    tamper(*statements, f"UPDATE accounts_audithead SET digest = '{digest}'")
    assert verified()[0] == 0
    status, said = verified("--expect", kept)
    assert status == 1 and "the log was written anew" in said


def test_a_log_shorter_than_what_was_kept_is_told(log):
    status, said = verified("--expect", f"12:{'a' * 64}")
    assert status == 1 and "had 12 entries" in said


@pytest.mark.parametrize("words", ["12", "x:y", f"1:{'g' * 64}", "1:abc"])
def test_what_cannot_be_a_kept_digest_is_refused(log, words):
    with pytest.raises(CommandError, match="N:DIGEST"):
        call_command("verify_audit", "--expect", words)


def test_very_many_differences_are_counted_and_not_all_told(db):
    write(1200)
    tamper(f"UPDATE {TABLE} SET reason = 'x'")
    verdict = verify_audit()
    assert verdict.total == 1200 and len(verdict.differences) == 1000
    assert verified()[1].strip().endswith("… and 200 more.")


# --- the guards


@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE {TABLE} SET reason = 'x'",
        f"DELETE FROM {TABLE} WHERE number = 1",
        "UPDATE accounts_audithead SET count = 3",
        "DELETE FROM accounts_audithead",
    ],
)
def test_the_database_itself_refuses_to_touch_the_log_and_to_turn_its_head_back(log, statement):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert AuditEvent.objects.count() == AuditHead.objects.get().count == 9
    assert verified()[0] == 0


def test_without_a_head_no_number_is_given_a_second_time(log):
    tamper("DELETE FROM accounts_audithead")
    with pytest.raises(ChainBroken), transaction.atomic():
        audit(by=None, action="report.exported", target="x")
    assert AuditEvent.objects.count() == 9


# --- pruning


@pytest.fixture
def aged(db) -> dict:
    """Five entries of 14 months ago, three of last month, one of today."""
    now = timezone.now()
    with time_machine.travel(now - dt.timedelta(days=430), tick=False):
        write(5)
    with time_machine.travel(now - dt.timedelta(days=30), tick=False):
        write(3)
    write(1)
    return {event.number: event.digest for event in AuditEvent.objects.all()}


def test_what_is_older_than_the_time_of_keeping_is_sealed_and_pruned_and_the_chain_goes_on(aged):
    assert count_prunable() == 5
    assert prune_audit() == 5
    segment = AuditSegment.objects.get()
    assert (segment.first, segment.last, segment.previous, segment.digest) == (1, 5, GENESIS, aged[5])
    assert sorted(AuditEvent.objects.values_list("number", flat=True)) == [6, 7, 8, 9, 10]
    assert AuditEvent.objects.get(number=10).action == "audit.pruned"
    assert verified()[0] == 0
    assert prune_audit() == count_prunable() == 0 and AuditSegment.objects.count() == 1
    assert verified("--expect", f"5:{aged[5]}")[0] == 0
    assert verified("--expect", f"7:{aged[7]}")[0] == 0
    status, said = verified("--expect", f"3:{aged[3]}")
    assert status == 1 and "use a newer one" in said


def test_segments_follow_on_each_other_until_nothing_old_is_left(aged):
    prune_audit()
    with time_machine.travel(timezone.now() + dt.timedelta(days=340), tick=False):
        assert prune_audit() == 3
        assert verified()[0] == 0
    with time_machine.travel(timezone.now() + dt.timedelta(days=800), tick=False):
        assert prune_audit() == 3
        assert verified()[0] == 0
    assert [(each.first, each.last) for each in AuditSegment.objects.all()] == [(1, 5), (6, 8), (9, 11)]
    assert AuditEvent.objects.get().number == 12


def test_the_time_of_keeping_can_be_longer(aged, settings):
    settings.AUDIT_MONTHS = 24
    assert prune_audit() == 0 and AuditEvent.objects.count() == 9


def test_pruning_hides_no_change(aged):
    tamper(f"UPDATE {TABLE} SET reason = 'forged' WHERE number = 3")
    with pytest.raises(ChainBroken, match="Entry 3"):
        prune_audit()
    assert AuditEvent.objects.count() == 9 and not AuditSegment.objects.exists()


def test_pruning_hides_no_gap(aged):
    tamper(f"DELETE FROM {TABLE} WHERE number = 3")
    with pytest.raises(ChainBroken):
        prune_audit()
    assert not AuditSegment.objects.exists()


def test_a_gap_where_pruning_ends_is_still_there_afterwards(aged):
    tamper(f"DELETE FROM {TABLE} WHERE number = 5")
    prune_audit()
    assert "Entry 5 is missing" in verified()[1]


def test_a_segment_that_no_pruning_made_is_found_out(aged):
    AuditSegment.objects.create(first=1, last=7, previous=GENESIS, digest=aged[7])
    AuditEvent._base_manager.filter(number__lte=7).delete()
    status, said = verified()
    assert status == 1 and "1–7 was not made by pruning" in said


def test_an_entry_put_back_into_a_sealed_segment_is_found_out(aged):
    prune_audit()
    tamper(f"INSERT INTO {TABLE} (number, {COPIED}) SELECT 2, {COPIED} FROM {TABLE} WHERE number = 6")
    assert "Entry 2 stands in a sealed segment" in verified()[1]


@pytest.mark.parametrize(
    "statement", ["UPDATE accounts_auditsegment SET last = 9", "DELETE FROM accounts_auditsegment"]
)
def test_a_sealed_segment_stays_as_it_is(aged, statement):
    prune_audit()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    with pytest.raises(TypeError, match="append-only"):
        AuditSegment.objects.all().delete()
    assert AuditSegment.objects.get().last == 5


def test_less_than_a_month_of_keeping_is_refused_at_the_start(monkeypatch):
    monkeypatch.setenv("AUDIT_MONTHS", "0")
    text = open("lms/settings.py", encoding="utf-8").read()  # noqa: PTH123, SIM115
    with pytest.raises(ImproperlyConfigured, match="AUDIT_MONTHS"):
        exec(compile(text, "lms/settings.py", "exec"), {"__file__": "lms/settings.py", "__name__": "again"})  # noqa: S102


# --- every day


def test_every_day_the_log_is_verified_and_the_result_is_kept(log):
    assert verify_the_audit_log.func() is True
    check = AuditCheck.objects.get()
    assert (check.count, check.digest, check.differences) == (9, log[-1].digest, [])


@pytest.mark.logs_errors
def test_the_next_day_finds_out_that_the_log_was_written_anew_meanwhile(log, caplog):
    verify_the_audit_log.func()
    last = log[-1]
    last.reason = "forged"
    digest = digest_of(last.__dict__, last.previous)
    tamper(
        f"UPDATE {TABLE} SET reason = 'forged', digest = '{digest}' WHERE number = 9",
        f"UPDATE accounts_audithead SET digest = '{digest}'",
    )
    assert verify_the_audit_log.func() is False
    assert "written anew" in AuditCheck.objects.first().differences[0]
    assert re.search("not whole", caplog.text)
    # … and does not forget it the day after.
    assert verify_the_audit_log.func() is False


# --- what guards are made of


def test_on_postgresql_a_guard_of_deletions_lets_the_allowed_ones_happen():
    guard = ForbidEvent("g", "t", "DELETE", "no", "OLD.a = 1").statements("postgresql")[0]
    assert "RETURN OLD" in guard
    assert "RETURN NEW" in ForbidEvent("g", "t", "UPDATE", "no", "OLD.a = 1").statements("postgresql")[0]
