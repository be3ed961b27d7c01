"""The second factor: who needs one, what is closed without it, and every way to prove, set up or lose one."""

import datetime as dt
import io
import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt, encrypt
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.backends import PeopleBackend
from accounts.models import AuditEvent, Member, Posting, User
from accounts.permissions import ROLE_RIGHTS, Right
from accounts.roles import MEMBERLESS_ROLES, REVIEWER_ROLES, Role
from accounts.second_factor import OPEN, ROLES_WITH_SECOND_FACTOR, needs_second_factor, reset_second_factor
from accounts.services import post_person
from tests.accounts.factors import code_of, give_app, recovery_codes_of
from tests.cast import PASSWORD, make_person
from tests.test_architecture import all_urls, own_urls, rows_of_everything, sample_address

LOGIN, STEP, HOME = "/en/accounts/login/", "/en/accounts/second-step/", "/en/me/"
CODE = "/en/accounts/2fa/authenticate/"

NEED_NONE = {Role.OFFICER, Role.AUTHOR, Role.TRANSLATOR, *REVIEWER_ROLES}


def log_in(client: Client, user: User, **more):
    return client.post(LOGIN, {"login": user.username, "password": PASSWORD, **more})


def is_in(client: Client) -> bool:
    return client.get(HOME).status_code == 200


# --- who


def test_every_role_that_sees_others_data_needs_one_and_no_other():
    assert set(Role) - NEED_NONE == ROLES_WITH_SECOND_FACTOR


def test_a_right_over_others_can_be_given_to_no_role_without_the_second_factor():
    for role, rights in ROLE_RIGHTS.items():
        over_others = rights - {Right.LEARN, Right.WRITE_COURSES, Right.REVIEW}
        assert not over_others or role in ROLES_WITH_SECOND_FACTOR, role


@pytest.mark.parametrize("role", Role)
def test_a_person_needs_one_exactly_while_such_a_role_runs(db, role):
    today, day = timezone.localdate(), dt.timedelta(days=1)
    home = None if role in MEMBERLESS_ROLES else Member.objects.create(code="ID", name="Indonesia")
    needs = role in ROLES_WITH_SECOND_FACTOR
    person = make_person("sari")
    posting = Posting.objects.create(user=person, role=role, member=home, starts_on=today - day, ends_on=today)
    assert needs_second_factor(User.objects.get(pk=person.pk)) is needs
    Posting.objects.filter(pk=posting.pk).update(starts_on=today - 2 * day, ends_on=today - day)
    assert not needs_second_factor(User.objects.get(pk=person.pk))


def test_asking_whether_one_is_needed_costs_no_statement(cast, client, django_assert_num_queries):
    found = PeopleBackend().get_user(cast.coordinator.pk)
    with django_assert_num_queries(0):
        assert needs_second_factor(found)


def test_whoever_has_all_power_needs_one_too(db):
    person = make_person("root", is_superuser=True)
    assert needs_second_factor(person)


# --- what is closed


@pytest.mark.once
@pytest.mark.parametrize("role", sorted(ROLES_WITH_SECOND_FACTOR))
def test_before_it_is_passed_nothing_opens_but_the_open_pages(cast, course, role):
    member = None if role in MEMBERLESS_ROLES else cast.home
    person = make_person("sari", Role(role), member)
    client = cast.client(person, second_factor=False)
    before = rows_of_everything()
    for name, pattern in own_urls().items():
        if name in OPEN:
            continue
        route = next(route for route, each, found in all_urls() if each == name and found is pattern)
        address = sample_address(route)
        answer = client.get(address)
        assert answer.status_code == 302 and answer.url.startswith(STEP), (address, answer.status_code)
        answer = client.post(address)
        assert answer.status_code == 302 and answer.url == STEP, (address, answer.status_code)
    assert rows_of_everything() == before


@pytest.mark.once
def test_neither_does_any_page_of_the_authors_side_of_documents_or_of_the_account(cast, course):
    client = cast.client(cast.trainer, second_factor=False)
    still_open = {reverse(name) for name in OPEN if name.startswith("account_")}
    still_open |= {reverse(name) for name in ("account_reauthenticate", "mfa_activate_totp", "mfa_add_webauthn")}
    before = rows_of_everything()
    for route, _name, _pattern in all_urls():
        if not route.startswith(("admin/", "documents/", "en/accounts/")):
            continue
        address = sample_address(route)
        if address in still_open or address in ("/en/accounts/second-step/", "/en/accounts/logout/"):
            continue
        for answer in (client.get(address), client.post(address)):
            assert answer.status_code == 302 and answer.url.startswith(STEP), (address, answer.status_code)
    assert rows_of_everything() == before


@pytest.mark.parametrize(
    "address", ["/healthz", "/readyz", "/verify/", "/verify/SLH-0", STEP, "/en/accounts/password/change/"]
)
def test_what_holds_nothing_of_anybody_stays_open(cast, address):
    assert cast.client(cast.rso, second_factor=False).get(address).status_code in (200, 404, 503)


def test_the_language_can_be_changed_and_one_can_sign_out(cast):
    client = cast.client(cast.rso, second_factor=False)
    assert client.get("/language/id/?next=/en/accounts/second-step/").url == "/id/accounts/second-step/"
    assert client.post("/en/accounts/logout/").status_code == 302
    assert client.get(STEP).url.startswith(LOGIN)


def test_a_form_that_is_refused_changes_nothing_and_says_so(cast, course):
    client = cast.client(cast.coordinator, second_factor=False)
    before = rows_of_everything()
    page = client.post("/en/courses/t1/enrol/", follow=True)
    assert "Nothing was changed" in page.content.decode()
    assert rows_of_everything() == before


def test_an_address_that_there_is_not_says_nothing_either(cast):
    assert cast.client(cast.rso, second_factor=False).get("/en/none/such/").url.startswith(STEP)


def test_the_page_says_why_and_how_and_names_the_way_back(cast):
    client = cast.client(cast.coordinator, second_factor=False)
    page = client.get(client.get("/en/desk/officers/").url).content.decode()
    assert "data of other people" in page and "authenticator app" in page and "passkey" in page
    give_app(cast.coordinator)
    page = client.get(client.get("/en/desk/officers/").url).content.decode()
    assert reverse("mfa_reauthenticate") + "?next=/en/desk/officers/" in page


@pytest.mark.parametrize(
    "outside", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_the_page_leads_to_no_other_host(cast, outside):
    client = cast.client(cast.coordinator, second_factor=False)
    give_app(cast.coordinator)
    assert "evil" not in client.get(STEP, {"next": outside}).content.decode().split("</header>")[1]
    passed = cast.client(cast.coordinator)
    assert "evil" not in passed.get(STEP, {"next": outside}).url


def test_officers_authors_and_reviewers_are_asked_nothing(cast, course):
    for person in (cast.officer, make_person("author", Role.AUTHOR), make_person("lawyer", Role.LEGAL_REVIEWER)):
        assert is_in(cast.client(person, second_factor=False))


# --- from one request to the next


def test_a_role_that_begins_closes_the_session_at_the_next_request_and_opens_it_when_it_ends(cast):
    client = cast.client(cast.officer)
    assert is_in(client)
    posting = post_person(by=None, user=cast.officer, role=Role.COORDINATOR, member=cast.home)
    assert client.get(HOME).url.startswith(STEP)
    Posting.objects.filter(pk=posting.pk).update(
        starts_on=timezone.localdate() - dt.timedelta(days=2), ends_on=timezone.localdate() - dt.timedelta(days=1)
    )
    assert is_in(client)


def test_an_officers_page_costs_no_statement_more(cast, course, django_assert_num_queries):
    client = cast.client(cast.officer)
    client.get(HOME)
    with django_assert_num_queries(2):  # the session, and the person with the postings
        client.get(reverse("account_logout"))


# --- to set one up


def set_up_app(client: Client, user: User):
    """As a person does: the page, the password once more, the code."""
    client.get(reverse("mfa_activate_totp"))
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    code = format_hotp_value(hotp_value(secret, int(timezone.now().timestamp()) // 30))
    return client.post(reverse("mfa_activate_totp"), {"code": code})


def test_an_app_on_the_same_phone_is_opened_by_a_link_because_it_cannot_scan_its_own_screen(cast):
    client = cast.client(cast.officer)
    client.get(reverse("mfa_activate_totp"))
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp"))
    link = re.search(r'href="(otpauth://totp/[^"]+)"', page.content.decode())
    assert link and page.context["form"].secret in link.group(1)


def test_setting_up_the_app_opens_the_running_session(cast, monkeypatch):
    client = cast.client(cast.coordinator, second_factor=False)
    # In a test nothing is committed; on a site it is, before the answer goes out.
    monkeypatch.setattr(transaction, "on_commit", lambda what: what())
    answer = set_up_app(client, cast.coordinator)
    assert answer.url == reverse("mfa_view_recovery_codes")
    assert client.get(answer.url).status_code == 200
    assert client.get("/en/desk/officers/").status_code == 200
    assert AuditEvent.objects.filter(action="factor.added").count() == 1


def test_a_wrong_code_sets_up_nothing(cast):
    client = cast.client(cast.coordinator, second_factor=False)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.get(reverse("mfa_activate_totp"))
    assert client.post(reverse("mfa_activate_totp"), {"code": "000000"}).status_code == 200
    assert not Authenticator.objects.exists()
    assert client.get(HOME).url.startswith(STEP)


def test_removing_the_last_factor_closes_this_session_and_ends_the_others(cast):
    give_app(cast.coordinator)
    client, other = Client(), Client()
    log_in(client, cast.coordinator)
    client.post(CODE, {"code": code_of(cast.coordinator)})
    log_in(other, cast.coordinator)
    other.post(CODE, {"code": code_of(cast.coordinator, 1)})
    assert is_in(client) and is_in(other)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.exists()
    assert client.get(HOME).url.startswith(STEP)
    assert other.get(HOME).url.startswith(LOGIN)


def test_a_password_alone_replaces_no_factor_that_there_is(cast):
    """A session from before: whoever only knows the password may prove the factor, and nothing else."""
    client = cast.client(cast.coordinator, second_factor=False)
    give_app(cast.coordinator)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    before = list(Authenticator.objects.values())
    for name in ("mfa_deactivate_totp", "mfa_activate_totp", "mfa_add_webauthn", "mfa_view_recovery_codes"):
        for answer in (client.get(reverse(name)), client.post(reverse(name))):
            assert answer.url.startswith(STEP), name
    assert list(Authenticator.objects.values()) == before
    answer = client.post(
        reverse("mfa_reauthenticate"), {"code": code_of(cast.coordinator), "next": "/en/desk/officers/"}
    )
    assert answer.url == "/en/desk/officers/"
    assert client.get(answer.url).status_code == 200


# --- to be asked


def test_signing_in_asks_for_a_code_and_leads_where_one_wanted(cast):
    give_app(cast.coordinator)
    client = Client()
    assert log_in(client, cast.coordinator, next="/en/desk/officers/").url == CODE
    assert client.get("/en/desk/officers/").url.startswith(LOGIN), "the password alone opens nothing"
    assert client.post(CODE, {"code": code_of(cast.coordinator)}).url == "/en/desk/officers/"
    assert client.get("/en/desk/officers/").status_code == 200


def test_the_code_before_and_the_one_after_are_taken_and_older_ones_are_not(cast):
    give_app(cast.coordinator)
    for steps, fits in ((-3, False), (3, False), (-1, True), (1, True)):
        client = Client()
        log_in(client, cast.coordinator)
        client.post(CODE, {"code": code_of(cast.coordinator, steps)})
        assert is_in(client) is fits, steps


def test_a_code_opens_once(cast):
    give_app(cast.coordinator)
    code = code_of(cast.coordinator, 1)
    for fits in (True, False):
        client = Client()
        log_in(client, cast.coordinator)
        client.post(CODE, {"code": code})
        assert is_in(client) is fits


def test_a_code_opens_once_also_when_the_short_memory_of_allauth_is_over(cast, monkeypatch):
    monkeypatch.setattr(TOTP, "_mark_code_used", lambda self, code: True)
    give_app(cast.coordinator)
    code = code_of(cast.coordinator, 1)
    for typed, fits in ((code, True), (f" {code[:3]} {code[3:]} ", False)):
        client = Client()
        log_in(client, cast.coordinator)
        client.post(CODE, {"code": typed})
        assert is_in(client) is fits


def test_a_recovery_code_opens_once(cast):
    give_app(cast.coordinator)
    code = recovery_codes_of(cast.coordinator)[0]
    for fits in (True, False):
        client = Client()
        log_in(client, cast.coordinator)
        client.post(CODE, {"code": code})
        assert is_in(client) is fits
    assert len(recovery_codes_of(cast.coordinator)) == 9


def test_many_wrong_codes_pause_the_step_whatever_comes_then_and_from_wherever(cast):
    give_app(cast.coordinator)
    for number in range(5):
        client = Client(REMOTE_ADDR=f"192.0.2.{number}")
        log_in(client, cast.coordinator)
        assert "did not work" in client.post(CODE, {"code": "000000"}).content.decode()
    client = Client(REMOTE_ADDR="198.51.100.1")
    log_in(client, cast.coordinator)
    for code in (code_of(cast.coordinator), recovery_codes_of(cast.coordinator)[0]):
        assert "Too many wrong sign-ins" in client.post(CODE, {"code": code}).content.decode()
    assert not is_in(client)
    assert len(recovery_codes_of(cast.coordinator)) == 10


def test_a_password_is_known_to_be_right_only_to_whoever_typed_the_right_one(cast):
    """With a factor or without: a wrong password is answered the same."""
    give_app(cast.coordinator)
    answers = [
        Client().post(LOGIN, {"login": name, "password": "wrong"}) for name in ("coordinator", "officer", "nobody-here")
    ]
    assert {each.status_code for each in answers} == {200}
    said = {re.sub(r'value="[^"]*"', "", each.content.decode()) for each in answers}
    assert len(said) == 1


def test_an_unknown_passkey_and_one_of_nobody_are_answered_alike_and_counted(cast):
    login = reverse("mfa_login_webauthn")
    said = set()
    for handle in ("MQ", "OTk5OTk5"):
        client = Client()
        options = client.get(login, headers={"accept": "application/json"})
        assert options.json()["request_options"]["publicKey"]["userVerification"] == "required"
        assert "allowCredentials" not in options.json()["request_options"]["publicKey"] or not options.json()[
            "request_options"
        ]["publicKey"].get("allowCredentials")
        answer = client.post(
            login,
            {
                "credential": '{"id":"AA","rawId":"AA","type":"public-key","clientExtensionResults":{},"response":'
                '{"clientDataJSON":"e30","authenticatorData":"AA","signature":"AA","userHandle":"' + handle + '"}}'
            },
            follow=True,
        )
        said.add((answer.redirect_chain[0], re.sub(r'value="[^"]*"', "", answer.content.decode())))
    assert len(said) == 1
    client = Client()
    answers = [client.post(login, {"credential": "{}"}).status_code for _each in range(61)]
    assert answers[-1] == 429


# --- what is kept


def test_the_secret_of_the_app_stands_in_cipher_in_the_database(cast):
    sealed = give_app(cast.coordinator).data["secret"]
    assert sealed.startswith("f1:") and decrypt(sealed) not in sealed
    assert decrypt("JBSWY3DPEHPK3PXP") == "JBSWY3DPEHPK3PXP", "one from before stands as it is"
    assert encrypt("A") != encrypt("A")


def test_with_another_secret_key_no_code_is_right_and_with_the_old_one_beside_it_all_are(cast, settings):
    give_app(cast.coordinator)
    code, old = code_of(cast.coordinator), settings.SECRET_KEY
    settings.SECRET_KEY = "another-" + "z" * 60
    client = Client()
    log_in(client, cast.coordinator)
    client.post(CODE, {"code": code})
    assert not is_in(client)
    settings.SECRET_KEY_FALLBACKS = [old]
    client = Client()
    log_in(client, cast.coordinator)
    client.post(CODE, {"code": code})
    assert is_in(client)


def test_a_device_learns_the_user_name_and_no_name(cast):
    client = cast.client(cast.coordinator, second_factor=False)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(reverse("mfa_add_webauthn"))
    about = page.context["js_data"]["creation_options"]["publicKey"]["user"]
    assert about["name"] == about["displayName"] == "coordinator"
    page = client.get(reverse("mfa_activate_totp"))
    assert "Coordinator" not in page.context["totp_url"] and "coordinator" in page.context["totp_url"]


def test_a_lost_factor_is_reset_the_sessions_end_and_it_is_written_down(cast):
    give_app(cast.coordinator)
    client = Client()
    log_in(client, cast.coordinator)
    client.post(CODE, {"code": code_of(cast.coordinator)})
    assert reset_second_factor(by=cast.admin, user=cast.coordinator, reason="Phone lost") == 1
    assert not Authenticator.objects.exists()
    assert client.get(HOME).url.startswith(LOGIN)
    line = AuditEvent.objects.latest("pk")
    assert (line.action, line.actor, line.reason) == ("factor.reset", cast.admin.actor, "Phone lost")


def test_the_command_resets_and_knows_whom(cast):
    give_app(cast.coordinator)
    out = io.StringIO()
    call_command("reset_second_factor", "coordinator", stdout=out)
    assert "1" in out.getvalue() and not Authenticator.objects.exists()
    with pytest.raises(CommandError, match="nobody-here"):
        call_command("reset_second_factor", "nobody-here")
