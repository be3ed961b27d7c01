"""The lists of what was withdrawn: at once what they are to say, small when it is known already, and never stuck."""

import datetime as dt
import json

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from certificates.credentials.status import is_set
from certificates.kept import REVOCATIONS
from certificates.models import Award
from certificates.revocations import revocation_list
from certificates.services import (
    active_key,
    distrust_signing_key,
    reinstate_award,
    reissue_award,
    revoke_award,
    rotate_signing_key,
    suspend_award,
)
from certificates.signing.revocations import unpack
from tests.factories import complete

LIST = "/verify/list.json"
NOON = dt.datetime(2026, 11, 27, 12, tzinfo=dt.UTC)


@pytest.fixture
def award(cast, course) -> Award:
    return Award.objects.get(enrolment=complete(cast.officer, course.course))


def said(client: Client) -> dict:
    return json.loads(client.get(LIST).json()["signed"])


def revoked(client: Client) -> list[int]:
    return [place for places in said(client)["states"]["revoked"].values() for place in unpack(places)]


# --- which of two lists is newer


def test_after_a_clock_that_stood_ahead_the_list_of_today_is_sent_and_counts_as_the_newer(cast, award):
    client = Client()
    with time_machine.travel("2031-01-01T00:00:00Z", tick=False):
        ahead = said(client)
    with time_machine.travel(NOON, tick=False):
        today = said(client)
    assert (ahead["issued_at"], today["issued_at"]) == ("2031-01-01T00:00:00Z", "2026-11-27T12:00:00Z")
    assert today["serial"] > ahead["serial"]


def test_a_database_that_was_restored_goes_on_with_serials_that_no_device_has_seen(cast, award):
    key, client = active_key(), Client()
    with time_machine.travel(NOON, tick=False):
        before = said(client)["serial"]
    cache.clear()
    key.list_serial = None
    key.save()
    with time_machine.travel(NOON + dt.timedelta(minutes=5), tick=False):
        assert said(client)["serial"] > before


def test_a_new_key_goes_on_with_the_serials_of_the_one_before(cast, award):
    client = Client()
    with time_machine.travel("2031-01-01T00:00:00Z", tick=False):
        before = said(client)["serial"]
    rotate_signing_key(by=None)
    with time_machine.travel(NOON, tick=False):
        assert said(client)["serial"] == before + 1


# --- what a device has already is not sent again


def test_a_device_that_has_the_list_is_sent_nothing_until_it_says_something_else(
    cast, award, django_capture_on_commit_callbacks
):
    client = Client()
    with time_machine.travel(NOON, tick=False):
        first = client.get(LIST)
        assert first["Cache-Control"] == "no-cache" and "Vary" not in first
    with time_machine.travel(NOON + dt.timedelta(minutes=50), tick=False):
        again = client.get(LIST, headers={"if-none-match": first["ETag"]})
        through_a_proxy = client.get(LIST, headers={"if-none-match": f"W/{first['ETag']}"})
        for answer in (again, through_a_proxy):
            assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", first["ETag"])
            assert "Vary" not in answer and answer["Cache-Control"] == "no-cache"
        with django_capture_on_commit_callbacks(execute=True):
            revoke_award(by=cast.rso, award=award, reason="sold")
        assert client.get(LIST, headers={"if-none-match": first["ETag"]}).status_code == 200


def test_a_list_that_says_the_same_gets_a_new_day_after_an_hour(cast, award):
    client = Client()
    with time_machine.travel(NOON, tick=False):
        first = client.get(LIST)
    with time_machine.travel(NOON + dt.timedelta(hours=1), tick=False):
        later = client.get(LIST, headers={"if-none-match": first["ETag"]})
    assert later.status_code == 200
    assert json.loads(later.json()["signed"])["issued_at"] == "2026-11-27T13:00:00Z"


# --- at once


def test_whatever_becomes_of_a_certificate_stands_in_the_list_at_once(cast, award, django_capture_on_commit_callbacks):
    client = Client()
    serials = [said(client)["serial"]]
    for change, state in (
        (suspend_award, "suspended"),
        (revoke_award, "revoked"),
        (reinstate_award, "suspended"),
        (reinstate_award, ""),
    ):
        with django_capture_on_commit_callbacks(execute=True):
            change(by=cast.rso, award=award, reason="because")
        now = said(client)
        found = {name for name, lists in now["states"].items() if lists}
        assert found == ({state} if state else set())
        serials.append(now["serial"])
    with django_capture_on_commit_callbacks(execute=True):
        reissue_award(by=cast.coordinator, award=award, reason="because", name="Another Name")
    assert said(client)["states"]["superseded"]
    assert serials == sorted(set(serials)), "what is said once more is said by a newer list"


def test_a_change_that_was_not_committed_drops_no_list_and_one_that_was_missed_is_there_after_a_minute(cast, award):
    client = Client()
    with time_machine.travel(NOON, tick=False):
        assert revoked(client) == []
        Award.objects.update(state="revoked")
        assert revoked(client) == []
    with time_machine.travel(NOON + dt.timedelta(seconds=60), tick=False):
        assert revoked(client) == [award.status_index]


def test_a_key_that_is_distrusted_stands_in_the_list_at_once(cast, award, django_capture_on_commit_callbacks):
    client, key = Client(), active_key()
    said(client)
    with django_capture_on_commit_callbacks(execute=True):
        distrust_signing_key(by=None, key=key, reason="stolen")
    assert said(client)["distrusted"] == [key.public] and client.get(LIST).json()["key"] == active_key().public


# --- status lists


def test_a_status_list_reads_no_award_again_until_one_was_revoked(cast, award, django_capture_on_commit_callbacks):
    client, address = Client(), f"/credentials/status/{award.status_list}/revocation"

    def is_revoked() -> bool:
        return is_set(json.loads(client.get(address).content)["credentialSubject"]["encodedList"], award.status_index)

    assert not is_revoked()
    with CaptureQueriesContext(connection) as queries:
        assert not is_revoked()
    assert not [query["sql"] for query in queries if "certificates_" in query["sql"]]
    with django_capture_on_commit_callbacks(execute=True):
        revoke_award(by=cast.rso, award=award, reason="sold")
    assert is_revoked()


def test_a_status_list_of_a_clock_that_stood_ahead_is_signed_anew(cast, award):
    client, address = Client(), f"/credentials/status/{award.status_list}/revocation"
    with time_machine.travel("2031-01-01T00:00:00Z", tick=False):
        assert json.loads(client.get(address).content)["validFrom"].startswith("2031")
    with time_machine.travel(NOON, tick=False):
        assert json.loads(client.get(address).content)["validFrom"].startswith("2026-11-27T12")


def test_after_a_change_of_keys_devices_fetch_the_page_with_the_new_one_at_once(
    cast, award, django_capture_on_commit_callbacks
):
    before = Client().get("/verify/sw.js").content
    with django_capture_on_commit_callbacks(execute=True):
        rotate_signing_key(by=cast.admin, reason="yearly")
    assert Client().get("/verify/sw.js").content != before


def test_what_a_version_before_kept_under_the_same_name_is_not_read(award):
    cache.set(REVOCATIONS, "{}")
    assert said(Client())["states"]


@pytest.mark.django_db(transaction=True)
def test_a_list_is_read_under_the_lock_under_which_it_gets_its_serial(transactional_db, monkeypatch):
    """Else one that was read before a revocation could be numbered after one that was read after it."""
    active_key()
    inside = []
    monkeypatch.setattr(
        "certificates.revocations.withdrawn_places", lambda: inside.append(connection.in_atomic_block) or {}
    )
    with CaptureQueriesContext(connection) as asked:
        revocation_list()
    assert inside == [True]
    if connection.features.has_select_for_update:
        assert "FOR UPDATE" in asked[0]["sql"] or "FOR UPDATE" in asked[1]["sql"]
