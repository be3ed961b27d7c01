"""Keys over their life: rotated, distrusted, lost, restored; whatever was issued goes on being verified."""

import json
import stat

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from accounts.permissions import Refused
from certificates.credentials.proofs import check_proof
from certificates.models import Award, AwardChange, Credential, SigningKey
from certificates.services import (
    KeyUnavailable,
    NoReason,
    active_key,
    back_up_keys,
    credential_of,
    distrust_signing_key,
    private_of,
    read_own,
    rotate_signing_key,
    sign_all_anew,
    sign_award,
    token_of,
)
from certificates.signing.backup import WrongPassphrase, open_backup
from certificates.signing.token import BadToken
from certificates.tasks import sign_distrusted_awards, sign_unsigned_awards
from certificates.verification import Tally, verify_awards
from tests.factories import complete

PASSPHRASE = "correct horse battery staple"


@pytest.fixture
def award(cast, course) -> Award:
    award = Award.objects.get(enrolment=complete(cast.officer, course.course))
    credential_of(award=award)
    return award


@pytest.fixture(autouse=True)
def passphrase(monkeypatch):
    monkeypatch.setenv("SIGNING_BACKUP_PASSPHRASE", PASSPHRASE)


def differences() -> list[str]:
    return list(verify_awards(tally=Tally()))


def run(capsys, *words: str) -> str:
    call_command("signing_keys", *words)
    return capsys.readouterr().out


def test_after_a_rotation_everything_issued_goes_on_being_verified(cast, award):
    before = active_key()
    kept = Credential.objects.get().document
    new = rotate_signing_key(by=cast.admin)
    before.refresh_from_db()
    assert active_key() == new != before and before.retired_at and not before.distrusted_at
    assert not before.sealed, "the private half is gone"
    with pytest.raises(KeyUnavailable):
        private_of(before)
    award.refresh_from_db()
    assert read_own(award.token).number == award.number
    assert credential_of(award=award).document == kept
    assert differences() == []
    did = json.loads(cast.client(cast.officer).get("/.well-known/did.json").content)
    published = {each["publicKeyMultibase"] for each in did["verificationMethod"]}
    assert len(published) == 2


def test_only_the_administrator_rotates_distrusts_and_takes_backups(cast, award):
    before = SigningKey.objects.values().get()
    for user in (cast.officer, cast.coordinator, cast.rso, cast.auditor):
        for write in (
            lambda by: rotate_signing_key(by=by),
            lambda by: distrust_signing_key(by=by, key=active_key(), reason="stolen"),
            lambda by: back_up_keys(by=by, passphrase=PASSPHRASE),
        ):
            with pytest.raises(Refused):
                write(user)
    assert SigningKey.objects.values().get() == before


def test_what_a_distrusted_key_signed_is_believed_no_more_and_signed_anew(cast, award):
    old, token = active_key(), award.token
    with pytest.raises(NoReason):
        distrust_signing_key(by=cast.admin, key=old, reason=" ")
    distrust_signing_key(by=cast.admin, key=old, reason="A copy was found elsewhere")
    with pytest.raises(BadToken):
        read_own(token)
    assert not Credential.objects.exists() and len(differences()) == 2
    did = json.loads(cast.client(cast.officer).get("/.well-known/did.json").content)
    assert all(old.public not in str(each) for each in did["verificationMethod"]) and len(did["assertionMethod"]) == 1
    assert sign_distrusted_awards.func() == 1 and sign_distrusted_awards.func() == 0
    award.refresh_from_db()
    assert award.key == active_key() != old and read_own(award.token).number == award.number
    assert differences() == []
    check_proof(json.loads(credential_of(award=award).document), public=active_key().public_bytes)
    distrust_signing_key(by=cast.admin, key=old, reason="again")


def test_a_token_of_a_distrusted_key_is_made_anew_also_when_the_seal_is_of_another(cast, award):
    rotate_signing_key(by=None)
    cast.officer.public_name = "full"
    cast.officer.save()
    token_of(award=award)
    second = active_key()
    distrust_signing_key(by=None, key=second, reason="stolen")
    assert sign_all_anew() == 1
    award.refresh_from_db()
    assert award.key != second and read_own(award.token).name == "Officer Example"
    assert differences() == []


@pytest.mark.logs_errors
def test_an_award_that_was_changed_meanwhile_is_not_signed_anew(award):
    Award.objects.update(edition=9)
    distrust_signing_key(by=None, key=active_key(), reason="stolen")
    assert sign_all_anew() == 0
    with pytest.raises(CommandError, match="do not hold"):
        call_command("signing_keys", "distrust", award.key.fingerprint, "--reason", "stolen")


# --- backup and restore, from end to end


def test_a_backup_brings_the_keys_into_an_empty_database(capsys, award, tmp_path):
    file = tmp_path / "keys.json"
    rotate_signing_key(by=None)
    private = private_of(active_key())
    run(capsys, "backup", "--to", str(file))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert active_key().public not in file.read_text()
    with pytest.raises(CommandError, match="exists"):
        call_command("signing_keys", "backup", "--to", str(file))
    rows = list(SigningKey.objects.order_by("pk").values("public", "is_active", "created_at", "retired_at"))
    emptied(award)
    assert "nothing was changed" in run(capsys, "restore", str(file), "--plan") and not SigningKey.objects.exists()
    assert "2 of 2 keys" in run(capsys, "restore", str(file))
    assert list(SigningKey.objects.order_by("pk").values("public", "is_active", "created_at", "retired_at")) == rows
    assert private_of(active_key()) == private
    assert "0 of 2 keys" in run(capsys, "restore", str(file)), "again changes nothing"


def emptied(award: Award) -> None:
    """As a new database is: the trigger that keeps keys stands in the way of a test, not of a loss."""
    Credential.objects.all().delete()
    Award.objects.update(key=None)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER signing_key_not_deleted")
        else:
            cursor.execute("DROP TRIGGER signing_key_not_deleted ON certificates_signingkey")
    SigningKey.objects.all().delete()


@pytest.mark.logs_errors
def test_a_database_without_its_signing_secret_verifies_says_what_to_do_and_signs_again_after_restore(
    capsys, cast, course, award, tmp_path, settings
):
    file = tmp_path / "keys.json"
    run(capsys, "backup", "--to", str(file))
    public = active_key().public
    settings.SIGNING_SECRETS = ["another one"]
    assert differences() == []
    with pytest.raises(CommandError, match="restore FILE"):
        call_command("signing_keys", "list")
    second = Award.objects.get(enrolment=complete(cast.colleague, course.course))
    assert not second.seal
    assert "opened again" in run(capsys, "restore", str(file))
    assert sign_unsigned_awards.func() == 1 and differences() == []
    assert active_key().public == public and "signs since" in run(capsys, "list")


@pytest.mark.logs_errors
def test_without_a_backup_a_new_key_signs_and_nothing_issued_is_lost(capsys, award, settings):
    settings.SIGNING_SECRETS = ["another one"]
    with pytest.raises(CommandError):
        call_command("signing_keys", "backup", "--to", "/nowhere/keys.json")
    assert "signs from now on" in run(capsys, "rotate")
    assert differences() == [] and sign_award(award=award)


def test_a_key_that_was_made_meanwhile_goes_on_being_verified_after_restore(capsys, award, tmp_path):
    file = tmp_path / "keys.json"
    run(capsys, "backup", "--to", str(file))
    first = active_key().public
    emptied(award)
    new = active_key()
    run(capsys, "restore", str(file))
    new.refresh_from_db()
    assert active_key().public == first and new.retired_at and not new.distrusted_at


def test_a_backup_takes_back_neither_a_rotation_nor_distrust(capsys, award, tmp_path):
    file = tmp_path / "keys.json"
    run(capsys, "backup", "--to", str(file))
    old = active_key()
    rotate_signing_key(by=None)
    assert "0 of 1 keys" in run(capsys, "restore", str(file))
    distrust_signing_key(by=None, key=old, reason="stolen")
    assert "0 of 1 keys" in run(capsys, "restore", str(file))
    old.refresh_from_db()
    assert old.distrusted_at and not old.sealed and active_key() != old


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda text: text[:-20], "damaged"),
        (lambda text: text.replace("testserver", "elsewhere"), "damaged"),
        (lambda text: "{}", "damaged"),
        (lambda text: "", "damaged"),
    ],
    ids=["cut off", "another site's name", "empty object", "empty"],
)
def test_a_damaged_file_is_refused(capsys, award, tmp_path, spoil, message):
    file = tmp_path / "keys.json"
    run(capsys, "backup", "--to", str(file))
    file.write_text(spoil(file.read_text()))
    before = list(SigningKey.objects.values())
    with pytest.raises(CommandError, match=message):
        call_command("signing_keys", "restore", str(file))
    assert list(SigningKey.objects.values()) == before


def test_a_wrong_passphrase_a_short_one_and_another_sites_file_are_refused(
    capsys, award, tmp_path, monkeypatch, settings
):
    file = tmp_path / "keys.json"
    run(capsys, "backup", "--to", str(file))
    with pytest.raises(WrongPassphrase):
        open_backup(file.read_text(), passphrase="another passphrase")
    settings.PUBLIC_URL = "https://elsewhere.example"
    with pytest.raises(CommandError, match="--other-site"):
        call_command("signing_keys", "restore", str(file))
    assert "of 1 keys" in run(capsys, "restore", str(file), "--other-site")
    monkeypatch.setenv("SIGNING_BACKUP_PASSPHRASE", "wrong passphrase")
    with pytest.raises(CommandError, match="does not open"):
        call_command("signing_keys", "restore", str(file), "--other-site")
    monkeypatch.setenv("SIGNING_BACKUP_PASSPHRASE", "short")
    with pytest.raises(CommandError, match="at least"):
        call_command("signing_keys", "backup", "--to", str(tmp_path / "more.json"))
    monkeypatch.delenv("SIGNING_BACKUP_PASSPHRASE")
    with pytest.raises(CommandError, match="Nobody is here"):
        call_command("signing_keys", "restore", str(file))


# --- verify_awards


def verified(capsys, *words: str) -> tuple[int, str]:
    try:
        call_command("verify_awards", *words)
        status = 0
    except SystemExit as end:
        status = int(end.code or 0)
    return status, capsys.readouterr().out


def test_verify_awards_counts_what_holds(capsys, award):
    status, out = verified(capsys)
    assert status == 0 and "1 seals, 1 tokens and 1 credentials checked, 0 differences" in out
    status, out = verified(capsys, "--json")
    assert status == 0 and json.loads(out)["holds"] is True


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"edition": 9}, "seal does not hold"),
        ({"seal": "A" * 86}, "seal does not hold"),
        ({"seal": None}, "not signed"),
        ({"token": None}, "no token"),
        ({"token": "AAAA"}, "token does not hold"),
        ({"status_index": None}, "no place"),
        ({"status_index": 5}, "something else"),
        ({"name_digest": "0" * 64}, "not the one that was attested"),
        ({"name_salt": "0" * 32}, "not the one that was attested"),
        ({"state": "revoked"}, "history does not say"),
        ({"number": "SLH-0000-0000-0000"}, "seal does not hold"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_verify_awards_finds_what_somebody_changed_in_the_database(capsys, award, change, words):
    with transaction.atomic():
        Award.objects.update(**change)
    status, out = verified(capsys)
    assert status == 1 and words in out and str(award.uuid) in out


@pytest.mark.parametrize("field", ["document", "jwt"])
def test_verify_awards_finds_a_changed_credential(capsys, award, field):
    kept = Credential.objects.get()
    setattr(kept, field, getattr(kept, field).replace("Certificate", "Licence").replace(".", ".A", 1))
    kept.save()
    status, out = verified(capsys)
    assert status == 1 and "credential" in out


@pytest.mark.parametrize(
    ("kinds", "state"),
    [
        (["suspended"], "suspended"),
        (["suspended", "reinstated"], "valid"),
        (["suspended", "revoked", "reinstated"], "suspended"),
        (["revoked", "reinstated", "superseded"], "superseded"),
        (["reissued"], "valid"),
    ],
)
def test_the_history_vouches_for_the_state(capsys, award, kinds, state):
    for kind in kinds:
        AwardChange.objects.create(award=award, kind=kind)
    Award.objects.update(state=state)
    assert verified(capsys)[0] == 0
    Award.objects.update(state="revoked")
    assert verified(capsys)[0] == 1


def test_verify_awards_finds_two_periods_that_stand_at_once(capsys, cast, course, award):
    second = Award.objects.get(enrolment=complete(cast.colleague, course.course))
    Award.objects.filter(pk=second.pk).update(number=award.number)
    status, out = verified(capsys)
    assert status == 1 and "2 of its periods stand at once" in out
