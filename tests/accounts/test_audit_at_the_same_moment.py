"""Many write the audit log at the same moment, on a real database with real transactions: no gap, no number twice."""

import threading

import pytest
from django.db import connection, transaction

from accounts.models import AuditEvent, AuditHead
from accounts.services import Entry, audit, audit_many
from accounts.verification import verify_audit

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS, EACH = 6, 8


def test_numbers_have_no_gaps_whoever_writes_at_the_same_moment_and_whatever_is_rolled_back():
    barrier = threading.Barrier(WRITERS)
    errors = []

    def work(writer: int) -> None:
        try:
            barrier.wait(10)
            for turn in range(EACH):
                audit(by=None, action="report.exported", target=f"{writer}.{turn}")
                audit_many(by=None, entries=[Entry("report.exported", f"{writer}.{turn}.{each}") for each in "ab"])
                try:
                    with transaction.atomic():
                        audit(by=None, action="report.exported", target="rolled back")
                        raise LookupError
                except LookupError:
                    pass
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[number]) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not errors
    expected = WRITERS * EACH * 3
    assert sorted(AuditEvent.objects.values_list("number", flat=True)) == list(range(1, expected + 1))
    assert AuditHead.objects.get().count == expected
    assert not AuditEvent.objects.filter(target="rolled back").exists()
    assert verify_audit().is_whole
