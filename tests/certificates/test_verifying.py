"""What a stranger is told of a certificate, alike for what must not be known, and not too often."""

import datetime as dt
import json
import uuid

import pytest
import time_machine
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from certificates.many import typed_numbers
from certificates.models import Award, SigningKey
from certificates.numbers import new_number
from certificates.selectors import public_award, public_awards, verify_address
from certificates.services import read_own, token_of
from certificates.signing.keys import base64url, from_base64url, is_signed, public_of
from certificates.signing.revocations import CONTEXT, unpack
from lms.limits import household
from lms.settings import CACHES
from tests.factories import complete, make_course

State = Award.State


@pytest.fixture
def award(cast, course) -> Award:
    return Award.objects.get(enrolment=complete(cast.officer, course.course))


def another(award: Award, *, number: str = "", days: int = 0, **fields) -> Award:
    """A further period as LI makes it: a row of its own, here of the same number unless another is given."""
    values = {
        field.attname: getattr(award, field.attname)
        for field in Award._meta.concrete_fields
        if field.name not in ("id", "uuid", "enrolment", "reissues", "status_index", "seal", "token")
    }
    values |= {"number": number or award.number, "issued_at": award.issued_at + dt.timedelta(days=days)}
    return Award.objects.create(**values | {"status_index": 900 + Award.objects.count()} | fields)


def set_state(award: Award, state: str) -> None:
    Award.objects.filter(pk=award.pk).update(state=state)


def main_of(client, typed: str, **options) -> str:
    return client.get(f"/verify/{typed}", **options).content.decode().partition("<main")[2].partition("</main>")[0]


# --- what is said


@pytest.mark.parametrize(
    ("state", "heading"),
    [("valid", "Valid"), ("suspended", "Suspended"), ("revoked", "Revoked"), ("superseded", "Replaced by a newer one")],
)
def test_each_state_has_its_page(cast, course, state, heading):
    reviewed = make_course("T5", review_state="reviewed")
    award = Award.objects.get(enrolment=complete(cast.officer, reviewed.course))
    set_state(award, state)
    award.changes.create(kind="revoked", reason="sold it")
    page = main_of(cast.client(None), award.number)
    assert f"<h2>{heading}</h2>" in page and "Certificate of completion" in page
    assert "sold it" not in page
    assert ("result--passed" in page) == (state == "valid")


def test_a_specimen_stays_one_in_every_state(cast, award):
    for state in State.values:
        set_state(award, state)
        page = main_of(cast.client(None), award.number)
        assert "A specimen, not a certificate" in page and "result--passed" not in page


def test_by_number_the_newest_standing_period_answers_and_by_uuid_that_one(award):
    newer = another(award, days=30, valid_until=award.valid_until + dt.timedelta(days=30))
    set_state(award, State.SUPERSEDED)
    assert public_award(award.number).valid_until == newer.valid_until
    of_old = public_award(str(award.uuid))
    assert of_old.state == "superseded" and of_old.valid_until == award.valid_until
    assert (of_old.newer.issued_on, of_old.newer.valid_until) == (newer.issued_at.date(), newer.valid_until)
    assert public_award(str(newer.uuid)).newer is None


def test_a_newer_period_that_was_revoked_does_not_hide_one_that_stands(award):
    another(award, days=30, state=State.REVOKED)
    assert public_award(award.number).state == "valid"
    set_state(award, State.SUPERSEDED)
    assert public_award(award.number).state == "revoked", "under this number nothing is valid any more"


def test_the_page_of_a_replaced_period_names_the_dates_of_the_newer_one(cast, course):
    reviewed = make_course("T5", review_state="reviewed")
    award = Award.objects.get(enrolment=complete(cast.officer, reviewed.course))
    newer = another(award, days=3, valid_until=award.valid_until + dt.timedelta(days=3))
    set_state(award, State.SUPERSEDED)
    page = main_of(cast.client(None), str(award.uuid))
    for day in (newer.issued_at.date(), newer.valid_until):
        assert day.isoformat() in page
    assert f'href="/verify/{award.number}"' in page


def test_the_same_as_json_with_nothing_more(cast, award):
    client = cast.client(None)
    answer = client.get(f"/verify/{award.number}", headers={"accept": "application/json"})
    said = answer.json()
    assert said["state"] == "valid" and said["is_specimen"] and said["name"] == "O. E."
    assert set(said) == {
        *("name", "course", "code", "kind", "edition", "revision", "language", "number", "state"),
        *("is_specimen", "issued_on", "valid_until", "newer"),
    }
    assert "Accept" in answer["Vary"]


def test_the_language_is_chosen_in_the_address_and_needs_no_cookie(cast, award):
    client = cast.client(None)
    for address in ("/verify/", f"/verify/{award.number}", "/verify/many/"):
        answer = client.get(f"{address}?language=ur")
        page = answer.content.decode()
        assert '<html lang="ur" dir="rtl">' in page and answer["Content-Language"] == "ur"
        assert 'name="language" value="ur"' in page
        assert 'href="?language=km"' in page
    assert client.get(f"/verify/?number={award.number}&language=ur").url == f"/verify/{award.number}?language=ur"
    assert '<html lang="en"' in client.get("/verify/?language=xx").content.decode()


# --- what must not be known


def everything(client, typed: str, **headers) -> tuple:
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(f"/verify/{typed}", headers=headers)
    shown = answer.content.replace(typed.encode(), b"#")
    own = {name: value for name, value in answer.items() if name not in ("Expires", "Last-Modified")}
    return answer.status_code, shown, own, len(queries)


@pytest.mark.parametrize("state", State.values)
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_restricted_and_unknown_are_the_same_bytes_by_the_same_number_of_questions(cast, award, state, accept):
    another(award, days=3)
    set_state(award, state)
    cast.officer.is_restricted = True
    cast.officer.save()
    client = cast.client(None)
    by_number = everything(client, award.number, accept=accept)
    assert by_number == everything(client, new_number(), accept=accept) and by_number[0] == 404
    assert everything(client, str(award.uuid), accept=accept) == everything(client, str(uuid.uuid4()), accept=accept)


def test_the_list_of_a_restricted_holder_answers_like_one_of_an_unknown_number(cast, award):
    cast.officer.is_restricted = True
    cast.officer.save()
    assert public_awards([award.number, str(award.uuid), new_number()]) == [None, None, None]


def test_no_page_of_it_sets_a_cookie_or_opens_a_session(cast, award):
    client = Client()
    numbers = f"{award.number}\n{new_number()}"
    for answer in (
        client.get("/verify/"),
        client.get(f"/verify/{award.number}?language=ur"),
        client.get(f"/verify/{new_number()}"),
        client.get("/verify/many/"),
        client.post("/verify/many/", {"numbers": numbers}),
        client.get("/verify/list.json"),
        client.get("/verify/sw.js"),
    ):
        assert not answer.cookies
    assert Client(enforce_csrf_checks=True).post("/verify/many/", {"numbers": numbers}).status_code == 200


def test_what_a_device_keeps_is_the_same_for_whoever_is_signed_in(cast, award):
    page = cast.client(cast.officer).get("/verify/").content.decode()
    assert page == cast.client(None).get("/verify/").content.decode()


# --- not too often


def test_too_many_checks_of_one_address_are_asked_to_wait_in_plain_words(cast, award, settings):
    settings.VERIFY_PER_MINUTE = 3
    client = cast.client(None)
    with time_machine.travel("2026-11-27T12:00:20Z", tick=False):
        for _each in range(3):
            assert client.get(f"/verify/{new_number()}").status_code == 404
        known, unknown = client.get(f"/verify/{award.number}"), client.get(f"/verify/{new_number()}")
        as_json = client.get(f"/verify/{award.number}", headers={"accept": "application/json"})
        assert client.get(f"/verify/{award.number}", REMOTE_ADDR="192.0.2.9").status_code == 200
    assert [each.status_code for each in (known, unknown, as_json)] == [429, 429, 429]
    assert known["Retry-After"] == as_json["Retry-After"] == "40" and as_json.json() == {"state": "wait", "seconds": 40}
    assert "Try again in 1 minute." in known.content.decode() and known.content == unknown.content
    with time_machine.travel("2026-11-27T12:01:00Z", tick=False):
        assert client.get(f"/verify/{award.number}").status_code == 200
    settings.VERIFY_PER_MINUTE = 0
    assert all(client.get(f"/verify/{award.number}").status_code == 200 for _each in range(5))


def test_of_an_address_nothing_is_kept_but_a_keyed_hash(cast, award, monkeypatch):
    kept = {}
    monkeypatch.setattr(caches["limits"], "set", lambda key, value, timeout: kept.update({key: value}))
    cast.client(None).get(f"/verify/{award.number}", REMOTE_ADDR="192.0.2.77")
    assert list(kept.values()) == [1] and "192" not in str(kept)
    first = list(kept)
    with time_machine.travel(timezone.now() + dt.timedelta(hours=1)):
        cast.client(None).get(f"/verify/{award.number}", REMOTE_ADDR="192.0.2.77")
    assert len(kept) == 2 and list(kept) != first, "two spans cannot be told to be of the same visitor"


def test_a_flood_of_checks_puts_out_no_count_of_wrong_sign_ins(cast, db, monkeypatch):
    monkeypatch.setattr(caches["default"], "set", lambda key, *args, **kwargs: pytest.fail(key))
    cast.client(None).get(f"/verify/{new_number()}")
    cast.client(None).post("/verify/many/", {"numbers": new_number()})
    shared = {alias: where["LOCATION"] for alias, where in CACHES.items() if "db.DatabaseCache" in where["BACKEND"]}
    assert shared == {"default": "cache", "limits": "limits"}, "each has a table of its own"


def test_a_network_of_ipv6_counts_as_one_visitor():
    assert household("2001:db8:1:2:3:4:5:6") == household("2001:db8:1:2::9") == "2001:db8:1:2::/64"
    assert household("2001:db8:1:3::9") != household("2001:db8:1:2::9")
    assert household("::ffff:192.0.2.1") == household("192.0.2.1") == "192.0.2.1"
    assert household("fe80::1%eth0") == "fe80::/64" and household("") == "" and household("unix") == "unix"


def test_behind_a_proxy_the_visitor_counts_and_not_what_he_writes_himself(cast, award, settings):
    settings.VERIFY_PER_MINUTE, settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1, 1
    client = cast.client(None)
    address = f"/verify/{award.number}"
    assert client.get(address, headers={"x-forwarded-for": "198.51.100.1"}).status_code == 200
    assert client.get(address, headers={"x-forwarded-for": "203.0.113.7, 198.51.100.1"}).status_code == 429
    assert client.get(address, headers={"x-forwarded-for": "198.51.100.2"}).status_code == 200


# --- without a link


def listed(client) -> dict:
    file = client.get("/verify/list.json").json()
    key = SigningKey.objects.get(is_active=True)
    assert file["key"] == key.public
    assert is_signed(key.public_bytes, CONTEXT + file["signed"].encode(), from_base64url(file["signature"]))
    return json.loads(file["signed"])


def test_the_list_names_places_titles_and_keys_and_nobody(cast, award):
    rows = {state: another(award, number=new_number(), state=state) for state in State.values}
    cast.officer.is_restricted = True
    cast.officer.save()
    old = another(award, number=new_number(), state=State.REVOKED)
    Award.objects.filter(pk=old.pk).update(
        issued_at=award.issued_at - dt.timedelta(days=90), valid_until=timezone.localdate() - dt.timedelta(days=1)
    )
    said = listed(cast.client(None))
    for state in ("revoked", "suspended", "superseded"):
        assert unpack(said["states"][state]["1"]) == [rows[state].status_index], "what has expired is no matter"
    assert said["courses"]["T1"]["en"] == "Course T1"
    assert [key["active"] for key in said["keys"]] == [True] and said["distrusted"] == []
    for private in ("Officer", "O. E.", award.number, "Indonesia", str(award.uuid)):
        assert private not in json.dumps(said)


def test_keys_that_are_not_believed_any_more_are_named_as_such(cast, award):
    SigningKey.objects.create(
        public=base64url(public_of(b"x" * 32)),
        is_active=False,
        retired_at=timezone.now(),
        distrusted_at=timezone.now(),
    )
    said = listed(cast.client(None))
    assert said["distrusted"] == [base64url(public_of(b"x" * 32))] and len(said["keys"]) == 1


@pytest.mark.logs_errors
def test_without_a_key_that_opens_there_is_no_list_and_looking_makes_none(cast, db, settings):
    client = cast.client(None)
    assert client.get("/verify/list.json").status_code == 503 and not SigningKey.objects.exists()
    assert "No certificate has been signed yet." in client.get("/verify/").content.decode()


@pytest.mark.logs_errors
def test_a_list_that_cannot_be_signed_is_not_sent(cast, award, settings):
    settings.SIGNING_SECRETS = ["another"]
    assert cast.client(None).get("/verify/list.json").status_code == 503


def test_the_keys_stand_on_the_page_to_be_compared(cast, award):
    key = SigningKey.objects.get()
    key.is_active, key.retired_at = False, timezone.now()
    key.save()
    page = cast.client(None).get("/verify/").content.decode()
    assert key.fingerprint in page and f'data-public="{key.public}"' in page and "in use from" in page


def test_the_service_worker_reaches_as_far_as_its_address_and_changes_with_the_words(cast, award, settings):
    client = cast.client(None)
    first = client.get("/verify/sw.js")
    assert first["Content-Type"].startswith("text/javascript") and first["Cache-Control"] == "no-cache"
    assert client.get("/verify/sw.js", headers={"if-none-match": first["ETag"]}).status_code == 304
    text = first.content.decode()
    wanted = json.loads(text.partition(" = ")[2].partition(";\n")[0])
    assert wanted["page"] == "/verify/" and "/verify/?language=ur" in wanted["pages"]
    assert any("verifying" in file for file in wanted["files"])


def test_the_code_on_paper_holds_the_number_and_a_token_that_the_server_never_sees(cast, award):
    address, _hash, token = verify_address(award).partition("#")
    assert address == f"https://testserver/verify/{award.number}" and token == token_of(award=award)
    assert read_own(token).number == award.number


# --- many at once


def test_a_whole_list_is_answered_in_its_order_by_as_many_questions_as_one(cast, award):
    more = [another(award, number=new_number(), state=state).number for state in State.values]
    typed = [award.number, "nonsense", *more, new_number()]
    client = cast.client(None)
    with CaptureQueriesContext(connection) as queries:
        answer = client.post("/verify/many/", {"numbers": "Number;Name\n" + "\n".join(f"{each};x" for each in typed)})
    page = answer.content.decode()
    assert answer.status_code == 200 and page.count('<th scope="row">') == 7
    assert [page.index(each) for each in typed] == sorted(page.index(each) for each in typed)
    assert "2 certificates are unknown" in page
    assert sum('"certificates_award"' in query["sql"] for query in queries) == 2


def test_the_answers_come_as_a_file_that_no_spreadsheet_runs(cast, award, settings):
    settings.VERIFY_LISTED_PER_HOUR = 4
    client = cast.client(None)
    file = SimpleUploadedFile("list.csv", f'No,Number\n1,"{award.number}"\n2,=cmd()\n'.encode("utf-16"))
    page = client.post("/verify/many/", {"file": file}).content.decode()
    rows, counted = (page.partition(f'name="{name}" value="')[2].partition('"')[0] for name in ("numbers", "receipt"))
    for _again in range(3):
        answer = client.post("/verify/many/", {"numbers": rows, "receipt": counted, "csv": "1"})
        assert answer.status_code == 200, "the same list is not counted again"
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[1].startswith(f'{award.number},"A specimen, not a certificate",') and "O. E." in lines[1]
    assert answer["Content-Disposition"] == 'attachment; filename="certificates.csv"'
    assert "no-store" in answer["Cache-Control"]
    other = client.post("/verify/many/", {"numbers": "1\n2\n3", "receipt": counted})
    assert other.status_code == 429 and int(other["Retry-After"]) <= 3600


def test_what_was_read_from_a_file_is_not_read_as_one_again(cast, award):
    client = cast.client(None)
    page = client.post("/verify/many/", {"numbers": f"List\nNumber\n{award.number}"}).content.decode()
    rows, receipt = (page.partition(f'name="{name}" value="')[2].partition('"')[0] for name in ("numbers", "receipt"))
    for kept in (receipt, "one that is too old"):
        answer = client.post("/verify/many/", {"numbers": rows, "receipt": kept, "csv": "1"})
        lines = answer.content.decode("utf-8-sig").splitlines()
        assert [line.partition(",")[0] for line in lines[1:]] == ["Number", award.number]


def test_what_a_scanner_types_of_square_codes_is_looked_up_by_its_number(cast, award):
    scanned = verify_address(award)
    assert "#" in scanned
    assert typed_numbers(f"{scanned}\n{scanned.replace('#', '?language=km#')}") == [award.number] * 2
    assert typed_numbers("https://testserver/verify/x#y") == ["https://testserver/verify/x#y"]


def test_what_begins_like_a_formula_is_written_as_text(cast, db):
    answer = cast.client(None).post("/verify/many/", {"numbers": "=1+1\n@x1", "csv": "1"})
    assert answer.content.decode("utf-8-sig").splitlines()[1:] == [
        "'=1+1,Unknown certificate,,,,,,,",
        "'@x1,Unknown certificate,,,,,,,",
    ]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"numbers": " \n;;\n"}, "Type or paste at least one number"),
        ({"numbers": "SLH-1\n" * 501}, "This list has 501 rows"),
        ({"file": SimpleUploadedFile("x.csv", b"\x00\x01\x02" * 99)}, "no file of text"),
        ({"file": SimpleUploadedFile("x.csv", b"SLH-1\n" * 200_000)}, "too large"),
    ],
)
def test_a_list_that_cannot_be_checked_says_why(cast, db, given, said):
    answer = cast.client(None).post("/verify/many/", given)
    assert answer.status_code == 422 and said in answer.content.decode()


def test_rows_are_read_however_they_are_written():
    number = new_number()
    bare = number.removeprefix("SLH-").replace("-", " ").lower()
    assert typed_numbers(f'Nummer\n"Ali";"{number}"\n\n{bare}\tx\nSLH-XX|y\n') == [number, bare, "SLH-XX"]
    assert typed_numbers("Number") == ["Number"], "a list of one row has no heading"
    assert typed_numbers("SLH-wrong\nSLH-0") == ["SLH-wrong", "SLH-0"]
