"""One-time codes and the slips they are printed on: the way in without e-mail."""

import datetime as dt
import io

import pypdf
import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent, OneTimeCode, User
from accounts.roles import Role
from accounts.selectors import people_for_codes
from accounts.services import (
    MOST_CODES,
    CodeNotRight,
    GivenCode,
    NotForThem,
    PasswordTooWeak,
    create_person,
    give_codes,
    post_person,
    use_code,
)
from accounts.services.codes import digest_of, new_code
from accounts.slips import languages_of, print_slips
from tests.cast import Cast, make_person

CODE, SLIPS, NEW = "/en/join/code/", "/en/people/slips/", "seven wooden bridges"


def code_for(user: User) -> str:
    return give_codes(by=None, people=[user])[0].code


def send(client: Client, username: str, code: str, password: str = NEW, again: str | None = None):
    return client.post(
        CODE,
        {"username": username, "code": code, "password1": password, "password2": again or password},
    )


def is_signed_in(client: Client) -> bool:
    return client.get("/en/me/").status_code == 200


# --- giving


def test_a_code_is_strong_and_only_a_digest_of_it_is_kept(cast):
    code = code_for(cast.officer)
    assert len(code.replace("-", "")) == 12 and not set(code) & set("01ILOU")
    kept = OneTimeCode.objects.get()
    assert code not in kept.digest and code.replace("-", "") not in kept.digest
    assert kept.digest == digest_of(code.lower().replace("-", " "))
    assert (kept.expires_at - kept.made_at).days == 30


def test_two_codes_are_not_alike():
    assert len({new_code() for _each in range(200)}) == 200


def test_a_new_code_takes_the_place_of_the_open_one(cast):
    first, second = code_for(cast.officer), code_for(cast.officer)
    with pytest.raises(CodeNotRight):
        use_code(username="officer", code=first, password=NEW)
    assert use_code(username="officer", code=second, password=NEW) == cast.officer


def test_each_code_that_is_given_stands_in_the_audit_log_without_its_letters(cast):
    given = give_codes(by=cast.coordinator, people=[cast.officer, cast.colleague])
    events = AuditEvent.objects.filter(action="code.given")
    assert {each.target for each in events} == {f"accounts.user:{p.uuid}" for p in (cast.officer, cast.colleague)}
    assert all(each.actor == cast.coordinator.actor and each.member == cast.home for each in events)
    assert not any(code.code in str(event.details) for code in given for event in events)


def test_a_coordinator_gives_codes_to_people_of_the_own_scope_and_of_roles_below(cast: Cast):
    assert set(people_for_codes(cast.coordinator)) == {cast.officer, cast.colleague, cast.verifier}
    assert set(people_for_codes(cast.agency_coordinator)) == {cast.colleague}
    assert not people_for_codes(cast.verifier) and not people_for_codes(cast.rso) and not people_for_codes(cast.admin)


def test_the_service_desk_mends_passwords_of_members_people_not_of_the_rso(cast: Cast):
    reached = set(people_for_codes(cast.service_desk))
    assert {cast.officer, cast.outsider, cast.coordinator} <= reached
    assert not reached & {cast.admin, cast.rso, cast.auditor, cast.trainer, cast.service_desk}


def test_whoever_also_serves_elsewhere_is_out_of_a_coordinators_reach(cast: Cast):
    post_person(by=None, user=cast.officer, role=Role.OFFICER, member=cast.away)
    assert cast.officer not in people_for_codes(cast.coordinator)


@pytest.mark.parametrize("other", ["outsider", "coordinator", "admin", "rso"])
def test_one_wrong_person_among_them_and_nobody_gets_a_code(cast: Cast, other: str):
    before = AuditEvent.objects.count()
    with pytest.raises(NotForThem):
        give_codes(by=cast.coordinator, people=[cast.officer, getattr(cast, other)])
    assert not OneTimeCode.objects.exists() and AuditEvent.objects.count() == before


def test_more_than_a_sheet_holds_is_refused(cast):
    with pytest.raises(NotForThem, match="500"):
        give_codes(by=None, people=[cast.officer] * (MOST_CODES + 1))
    assert not OneTimeCode.objects.exists()


# --- using


def test_with_a_code_one_chooses_a_password_and_is_signed_in(cast, client):
    code = code_for(cast.officer)
    answer = send(client, "OFFICER", code.lower().replace("-", " "))
    assert answer.status_code == 302 and answer.url == "/en/me/"
    assert is_signed_in(client)
    cast.officer.refresh_from_db()
    assert cast.officer.check_password(NEW)
    assert AuditEvent.objects.filter(action="code.used", target=f"accounts.user:{cast.officer.uuid}").count() == 1


def test_using_a_code_ends_the_sessions_elsewhere(cast, client):
    elsewhere = cast.client(cast.officer)
    assert is_signed_in(elsewhere)
    send(client, "officer", code_for(cast.officer))
    assert not is_signed_in(elsewhere)


def test_whatever_is_wrong_with_a_code_is_answered_alike_and_changes_nothing(cast):
    used, old, closed = (make_person(name) for name in ("used", "old", "closed"))
    codes = {each.username: code_for(each) for each in (cast.officer, used, old, closed)}
    use_code(username="used", code=codes["used"], password=NEW)
    OneTimeCode.objects.filter(user=old).update(
        made_at=timezone.now() - dt.timedelta(days=40), expires_at=timezone.now() - dt.timedelta(days=1)
    )
    User.objects.filter(pk=closed.pk).update(is_active=False)
    before = dict(User.objects.values_list("username", "password"))
    said = set()
    for username, code in [
        ("officer", "AAAA-BBBB-CCCC"),
        ("officer", codes["old"]),
        ("colleague", codes["officer"]),
        ("used", codes["used"]),
        ("old", codes["old"]),
        ("closed", codes["closed"]),
        ("there-is-nobody", codes["officer"]),
    ]:
        client = Client()
        answer = send(client, username, code)
        assert answer.status_code == 200 and not is_signed_in(client)
        said.add(str(answer.context["form"].errors))
    assert len(said) == 1, said
    assert dict(User.objects.values_list("username", "password")) == before


def test_a_weak_password_does_not_cost_the_code(cast, client):
    code = code_for(cast.officer)
    with pytest.raises(PasswordTooWeak):
        use_code(username="officer", code=code, password="Officer Example")
    assert "too similar to the full name" in send(client, "officer", code, "Officer Example").content.decode()
    assert send(client, "officer", code).status_code == 302


def test_what_is_said_of_a_weak_password_does_not_depend_on_who_there_is(cast):
    answers = [send(Client(), name, "AAAA-BBBB-CCCC", "password") for name in ("officer", "there-is-nobody")]
    assert answers[0].context["form"].errors == answers[1].context["form"].errors
    assert answers[0].context["form"].errors["password1"]


def test_two_different_passwords_are_refused(cast, client):
    code = code_for(cast.officer)
    assert "not the same" in send(client, "officer", code, NEW, NEW + "x").content.decode()
    assert OneTimeCode.objects.get().used_at is None


@pytest.mark.parametrize("username", ["officer", "there-is-nobody"])
def test_trying_codes_pauses_the_name_for_a_while_whether_it_exists_or_not_and_is_logged_once(cast, username):
    code = code_for(cast.officer)
    for _each in range(5):
        assert send(Client(), username, "AAAA-BBBB-CCCC").status_code == 200
    for _each in range(3):
        answer = send(Client(), username, code)
        assert answer.status_code == 429 and "Wait five minutes" in answer.content.decode()
    assert OneTimeCode.objects.get().used_at is None
    assert AuditEvent.objects.filter(action="code.locked").count() == 1


def test_many_names_from_one_address_are_paused_too(cast, client):
    answers = [send(client, f"guess{n}", "AAAA-BBBB-CCCC").status_code for n in range(41)]
    assert answers[:40] == [200] * 40 and answers[40] == 429
    cache.clear()


def test_a_second_factor_is_asked_for_also_after_a_code(cast, client):
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    TOTP.activate(cast.officer, generate_totp_secret())
    answer = send(client, "officer", code_for(cast.officer))
    assert answer.status_code == 302 and "2fa" in answer.url
    assert not is_signed_in(client)


def test_the_sign_in_page_shows_the_way_to_the_code(client, db):
    assert CODE in client.get("/en/accounts/login/").content.decode()


# --- slips


def texts(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def test_eight_slips_stand_on_a_page(cast):
    people = [make_person(f"p{n}", Role.OFFICER, cast.home) for n in range(9)]
    pages = texts(print_slips(give_codes(by=None, people=people)))
    assert len(pages) == 2
    assert "p0 " in pages[0].replace("\n", " ") and "P8 Example" in pages[1]


def test_a_slip_says_all_that_is_needed(cast):
    cast.home.languages = ["id"]
    cast.home.save()
    given = give_codes(by=None, people=[cast.officer])
    (page,) = texts(print_slips(given))
    for part in ("Officer Example", "Police", "officer", given[0].code, "https://testserver/id/join/code/"):
        assert part in page
    assert "Choose a password that only you know" in page


def test_a_slip_is_in_the_members_languages_that_the_site_has_and_in_english(cast):
    cast.home.languages = ["ur-PK", "ta", "en"]
    assert languages_of(cast.home) == ["ur", "en"]
    assert languages_of(None) == ["en"]
    cast.home.languages = ["th"]
    assert languages_of(cast.home) == ["en"]


@pytest.mark.parametrize(
    "name", ['#eval("1")', "محمد علی", "နန်း", "王小明", "A" * 200, "𓀀 𓀁", "*bold* [link](x) $x$", "a\u0300" * 50]
)
def test_no_name_breaks_the_sheet(cast, name):
    user = create_person(by=None, username="strange", full_name=name, password=None)
    post_person(by=None, user=user, role=Role.OFFICER, member=cast.home)
    assert len(texts(print_slips(give_codes(by=None, people=[user])))) == 1


@pytest.mark.parametrize("fields", [{"is_restricted": True, "full_name": "Secret Name"}, {"full_name": ""}])
def test_a_slip_of_a_restricted_or_pseudonymous_person_shows_the_code_of_the_person(cast, fields):
    user = create_person(by=None, username="x1", password=None, **fields)
    (page,) = texts(print_slips(give_codes(by=None, people=[user])))
    assert user.learner_code in page and "Secret" not in page


def test_no_slips_make_an_empty_sheet_and_no_error():
    given: list[GivenCode] = []
    assert print_slips(given).startswith(b"%PDF")


def test_the_page_makes_a_sheet_for_those_who_never_signed_in_once(cast):
    make_person("signedin", Role.OFFICER, cast.home)
    User.objects.filter(username="signedin").update(last_login=timezone.now())
    client = cast.client(cast.coordinator)
    answer = client.post(SLIPS, {})
    assert answer["Content-Type"] == "application/pdf" and "no-store" in answer["Cache-Control"]
    assert set(OneTimeCode.objects.values_list("user__username", flat=True)) == {"officer", "colleague", "verifier"}
    assert client.post(SLIPS, {}).status_code == 302  # all have one now
    assert client.post(SLIPS, {"again": "on"})["Content-Type"] == "application/pdf"
    assert OneTimeCode.objects.count() == 4


def test_the_page_makes_a_sheet_for_an_agency(cast):
    agency = cast.officer.postings.get().agency
    cast.client(cast.coordinator).post(SLIPS, {"agency": agency.uuid})
    assert set(OneTimeCode.objects.values_list("user__username", flat=True)) == {"officer", "verifier"}


def test_an_agency_of_another_member_is_not_a_choice(cast):
    agency = cast.away.agencies.create(name="Navy")
    answer = cast.client(cast.coordinator).post(SLIPS, {"agency": agency.uuid})
    assert answer.status_code == 200 and "agency" in answer.context["form"].errors
    assert not OneTimeCode.objects.exists()


def test_ticked_people_get_slips_and_somebody_elses_person_is_not_found(cast):
    client = cast.client(cast.coordinator)
    assert client.post(SLIPS, {"people": [cast.officer.uuid]})["Content-Type"] == "application/pdf"
    before = OneTimeCode.objects.get().digest
    assert client.post(SLIPS, {"people": [cast.officer.uuid, cast.outsider.uuid]}).status_code == 404
    assert client.post(SLIPS, {"people": ["not-a-uuid"]}).status_code == 404
    assert OneTimeCode.objects.get().digest == before


def test_the_service_desk_makes_one_slip_by_user_name(cast):
    client = cast.client(cast.service_desk)
    assert client.post(SLIPS, {"username": "Outsider"})["Content-Type"] == "application/pdf"
    answer = client.post(SLIPS, {"username": "admin"}, follow=True)
    assert "There is nobody to print a slip for" in answer.content.decode()
    assert OneTimeCode.objects.get().user == cast.outsider


def test_the_command_writes_a_sheet_that_only_the_owner_can_read(cast, tmp_path, capsys):
    path = tmp_path / "slips.pdf"
    call_command("print_slips", "--member", "id", "--agency", "Police", "--to", str(path))
    assert path.read_bytes().startswith(b"%PDF") and path.stat().st_mode & 0o077 == 0
    assert "2 slips" in capsys.readouterr().out
    with pytest.raises(CommandError, match="nobody who needs a code"):
        call_command("print_slips", "--member", "ID", "--agency", "Police", "--to", str(path))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [(["--member", "XX"], "no member"), (["--user", "nobody-here"], "nobody-here"), (["--member", "ID"], "Nobody was")],
)
def test_the_command_says_what_is_wrong_and_gives_no_code(cast, tmp_path, arguments, says):
    with pytest.raises(CommandError, match=says):
        call_command("print_slips", *arguments, "--to", str(tmp_path / "no" / "such" / "folder.pdf"))
    assert not OneTimeCode.objects.exists()
