"""The page of the keys that sign: what it says, and that a slip of the hand changes nothing."""

import pytest

from accounts.models import AuditEvent
from certificates.models import Award, SigningKey
from certificates.services import active_key, distrust_signing_key, rotate_signing_key
from certificates.signing.backup import open_backup
from certificates.tasks import sign_distrusted_awards
from tests.factories import complete

ADDRESS = "/en/certificates/keys/"
PASSPHRASE = "correct horse battery staple"
TWICE = {"backup-passphrase": PASSPHRASE, "backup-again": PASSPHRASE}


@pytest.fixture
def award(cast, course) -> Award:
    return Award.objects.get(enrolment=complete(cast.officer, course.course))


def page(cast) -> str:
    return cast.client(cast.admin).get(ADDRESS).content.decode()


def instead(key: SigningKey, reason: str = "yearly") -> dict[str, str]:
    return {"rotate-reason": reason, "rotate-instead_of": key.digest}


def test_before_the_first_certificate_it_says_how_a_key_comes_and_makes_none(cast):
    assert "The first certificate makes one." in page(cast)
    assert not SigningKey.objects.exists()


def test_it_says_of_each_key_what_it_is_and_how_much_it_signed(cast, award):
    first = active_key()
    rotate_signing_key(by=cast.admin, reason="yearly")
    seen = page(cast)
    signs, _rest, retired = seen.partition(first.fingerprint)
    assert active_key().fingerprint in signs and "Signs" in signs and "<dd><bdi>0</bdi></dd>" in signs
    assert "Signed until" in retired and "<dd><bdi>1</bdi></dd>" in retired


def test_a_backup_is_a_file_under_the_passphrase_and_the_page_says_since_when_there_is_one(cast, award):
    assert "No backup holds the key that signs" in page(cast)
    answer = cast.client(cast.admin).post(f"{ADDRESS}backup/", TWICE)
    assert "attachment" in answer["Content-Disposition"] and "no-store" in answer["Cache-Control"]
    assert [key["public"] for key in open_backup(answer.content.decode(), passphrase=PASSPHRASE)] == [
        active_key().public
    ]
    assert "No backup holds" not in page(cast)
    assert AuditEvent.objects.get(action="signing_key.backed_up").actor.user == cast.admin
    rotate_signing_key(by=cast.admin, reason="yearly")
    assert "No backup holds" in page(cast), "the new key is in none"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"backup-passphrase": "short", "backup-again": "short"}, "at least 12"),
        ({"backup-passphrase": "abababababab", "backup-again": "abababababab"}, "easily guessed"),
        ({"backup-passphrase": "182736459182", "backup-again": "182736459182"}, "easily guessed"),
        ({"backup-passphrase": "migrationschool", "backup-again": "migrationschool"}, "easily guessed"),
        (TWICE | {"backup-again": "correct horse battery stable"}, "These two are not the same."),
        ({}, "This field is required."),
    ],
)
def test_a_passphrase_that_would_not_do_takes_no_backup(cast, award, typed, said):
    answer = cast.client(cast.admin).post(f"{ADDRESS}backup/", typed)
    assert answer.status_code == 422 and said in answer.content.decode()
    assert PASSPHRASE not in answer.content.decode()
    assert not AuditEvent.objects.filter(action="signing_key.backed_up").exists()


def test_a_key_that_cannot_be_opened_is_said_and_in_no_backup(cast, award, settings):
    settings.SIGNING_SECRETS = ["another secret of the site, long enough"]
    assert "The key that signs cannot be opened." in page(cast)
    answer = cast.client(cast.admin).post(f"{ADDRESS}backup/", TWICE)
    assert answer.status_code == 422 and "would lack it" in answer.content.decode()
    cast.client(cast.admin).post(f"{ADDRESS}rotate/", instead(award.key, "the secret is lost"))
    assert "cannot be opened" not in page(cast)


def test_a_new_key_signs_with_a_reason_that_stands_in_the_log(cast, award):
    before = active_key()
    client = cast.client(cast.admin)
    assert f'value="{before.digest}"' in page(cast)
    assert client.post(f"{ADDRESS}rotate/", instead(before, " ")).status_code == 422 and active_key() == before
    said = client.post(f"{ADDRESS}rotate/", instead(before), follow=True).content.decode()
    assert active_key() != before and f"{active_key().fingerprint} signs from now on" in said
    assert AuditEvent.objects.get(action="signing_key.rotated").reason == "yearly"
    new = active_key()
    again = client.post(f"{ADDRESS}rotate/", instead(before), follow=True).content.decode()
    assert "Another key signs meanwhile" in again and active_key() == new, "two presses rotate once"


def test_a_stolen_key_is_named_by_hand_before_it_is_trusted_no_more(cast, award, django_capture_on_commit_callbacks):
    stolen = active_key()
    address, client = f"{ADDRESS}{stolen.digest}/distrust/", cast.client(cast.admin)
    assert "This cannot be undone." in client.get(address).content.decode()
    wrong = client.post(address, {"begins": "0000 0000", "reason": "the server was broken into"})
    assert wrong.status_code == 422 and "does not begin so" in wrong.content.decode() and active_key() == stolen
    sent = {"begins": stolen.fingerprint[:9].lower(), "reason": "the server was broken into"}
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address, sent)
    stolen.refresh_from_db()
    assert stolen.distrusted_at and active_key() != stolen
    seen = page(cast)
    assert "1 certificate waits to be signed anew" in seen and "Not trusted since" in seen
    assert "0 / 1" in seen and "being done in the background" in seen and "Nothing is at work" not in seen
    assert client.get(address).url == ADDRESS, "nobody distrusts it twice"
    sign_distrusted_awards.func()
    award.refresh_from_db()
    assert award.key == active_key() and "signed anew, because" not in page(cast)


@pytest.mark.logs_errors
def test_what_was_changed_after_it_was_signed_is_not_watched_for_ever(cast, award):
    Award.objects.update(edition=9)
    distrust_signing_key(by=None, key=active_key(), reason="stolen")
    sign_distrusted_awards.func()
    seen = page(cast)
    assert "verify_awards names it" in seen and "being done in the background" not in seen


def test_an_administrator_without_a_second_step_gets_to_no_page_of_keys(cast, client, award):
    key = active_key()
    client.force_login(cast.admin)
    for address in (ADDRESS, f"{ADDRESS}{key.digest}/distrust/"):
        answer = client.get(address)
        assert answer.status_code == 302 and "second-step" in answer.url
    client.post(f"{ADDRESS}rotate/", instead(key))
    client.post(f"{ADDRESS}backup/", TWICE)
    assert active_key() == key and not AuditEvent.objects.filter(action="signing_key.backed_up").exists()
