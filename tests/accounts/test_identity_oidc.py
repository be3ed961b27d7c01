"""Signing in with a member's own OpenID Connect service: against a provider of another make, and against a liar."""

import re
from urllib.parse import parse_qs, urlsplit

import jwt as pyjwt
import oidc_provider_mock
import pytest
import requests
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, IdentityProvider, Member, User
from accounts.roles import Role
from accounts.services import cut_link, end_posting, post_person, save_provider
from tests.cast import Cast, make_person

HOME = "/en/me/"


def go(client: Client, provider: IdentityProvider, **data) -> str:
    """Press the button of a service: the address to which the browser is led."""
    answer = client.post(reverse("own_service:leave", args=[provider.uuid]), data)
    assert answer.status_code == 200, answer.content.decode()
    return answer.context["address"]


def asked(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def come_back(client: Client, provider: IdentityProvider, liar, **more):
    """A whole round with the liar: there, and back with a code."""
    sent = asked(go(client, provider))
    liar.nonce = liar.nonce or sent["nonce"]
    return call_back(client, provider, code="c", **({"state": sent["state"]} | more))


def call_back(client: Client, provider: IdentityProvider, **query):
    return client.get(reverse("identity:oidc_callback", args=[provider.uuid]), query)


def is_signed_in_as(client: Client, user: User) -> bool:
    return client.session.get("_auth_user_id") == str(user.pk)


def state_of_accounts():
    return (
        list(SocialAccount.objects.order_by("pk").values()),
        list(User.objects.order_by("pk").values()),
        AuditEvent.objects.count(),
    )


def is_refused(client: Client, answer, *, before) -> bool:
    assert answer.status_code == 403 and "You are not signed in" in answer.content.decode()
    assert "_auth_user_id" not in client.session
    assert state_of_accounts() == before
    return True


# --- with a provider of another make


pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:authlib")


@pytest.fixture
def mock(settings):
    settings.IDENTITY_PRIVATE_NETWORK = True
    people = [
        oidc_provider_mock.User(
            sub="s-1", claims={"preferred_username": "officer", "email": "o@police.example", "email_verified": True}
        ),
        oidc_provider_mock.User(sub="s-2", claims={"preferred_username": "stranger"}),
    ]
    with oidc_provider_mock.run_server_in_thread(require_nonce=True, user_claims=people) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def other_make(cast, mock) -> IdentityProvider:
    return save_provider(
        by=cast.admin,
        member=cast.home,
        kind="oidc",
        label="Other make",
        claim="preferred_username",
        client_id="suluh",
        secret="s",
        protocol={"server_url": mock},
        is_on=True,
    )


def consent(address: str, sub: str) -> str:
    """Sign in there as a person would: the address to which that provider sends the browser back."""
    answer = requests.post(address, data={"sub": sub}, allow_redirects=False, timeout=5)
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


def test_a_sign_in_end_to_end_with_a_provider_of_another_make(cast, other_make, client):
    back = consent(go(client, other_make), "s-1")
    assert back.startswith(f"https://testserver/identity/oidc/{other_make.uuid}/callback/?")
    answer = client.get(back.removeprefix("https://testserver"))
    assert answer.status_code == 302 and answer.url == HOME
    assert is_signed_in_as(client, cast.officer)
    link = SocialAccount.objects.get()
    assert (link.user, link.uid, link.provider, link.extra_data) == (cast.officer, "s-1", other_make.key, {})
    assert not SocialToken.objects.exists()


def test_somebody_whom_that_provider_knows_and_we_do_not_stays_out(cast, other_make, client):
    before = state_of_accounts()
    back = consent(go(client, other_make), "s-2")
    assert is_refused(client, client.get(back.removeprefix("https://testserver")), before=before)


def test_a_sign_in_cancelled_there_says_so(cast, oidc_provider, liar, client):
    before = state_of_accounts()
    state = asked(go(client, oidc_provider))["state"]
    answer = call_back(client, oidc_provider, error="access_denied", state=state)
    assert is_refused(client, answer, before=before) and "was cancelled" in answer.content.decode()


# --- what is sent, and what must come back


def test_pkce_state_and_nonce_are_sent_and_the_verifier_follows(cast, oidc_provider, liar, client):
    sent = asked(go(client, oidc_provider))
    assert sent["code_challenge_method"] == "S256" and len(sent["code_challenge"]) == 43
    assert sent["response_type"] == "code" and sent["state"] and sent["nonce"]
    assert sent["redirect_uri"] == f"https://testserver/identity/oidc/{oidc_provider.uuid}/callback/"
    liar.nonce = sent["nonce"]
    call_back(client, oidc_provider, code="c", state=sent["state"])
    exchange = liar.asked[-1]
    assert len(exchange["code_verifier"]) == 128 and exchange["client_secret"] == "a-secret"


def test_the_host_that_a_browser_names_decides_no_address(cast, oidc_provider, client):
    address = reverse("own_service:leave", args=[oidc_provider.uuid])
    answer = client.post(address, headers={"host": "localhost"})
    assert asked(answer.context["address"])["redirect_uri"].startswith("https://testserver/")


def test_a_proof_opens_the_account_and_is_linked_once(cast, oidc_provider, liar, client):
    assert come_back(client, oidc_provider, liar).url == HOME
    assert is_signed_in_as(client, cast.officer)
    event = AuditEvent.objects.get(action="identity.linked")
    assert event.member == cast.home and event.target == f"accounts.user:{cast.officer.uuid}"
    again = Client()
    liar.nonce, liar.claims = "", {"preferred_username": "renamed"}
    come_back(again, oidc_provider, liar)
    assert is_signed_in_as(again, cast.officer), "the subject counts, not the name"
    assert AuditEvent.objects.filter(action="identity.linked").count() == 1


def test_one_comes_back_to_the_page_that_was_asked_for_and_to_no_other_site(cast, oidc_provider, liar):
    for back, expected in (("/en/courses/", "/en/courses/"), ("https://evil.example/", HOME), ("//evil.example", HOME)):
        client, liar.nonce = Client(), ""
        sent = asked(go(client, oidc_provider, next=back))
        liar.nonce = sent["nonce"]
        assert call_back(client, oidc_provider, code="c", state=sent["state"]).url == expected


LIES = {
    "a nonce of another sign-in": {"nonce": "another"},
    "no nonce": {"left_out": ("nonce",)},
    "another audience": {"claims": {"aud": "another-client"}},
    "one more audience without saying for whom": {"claims": {"aud": ["suluh-client", "another"]}},
    "made for another client": {"claims": {"azp": "another-client"}},
    "another issuer": {"claims": {"iss": "https://evil.example"}},
    "ended": {"claims": {"iat": 1, "exp": 1000}},
    "not yet": {"claims": {"nbf": 99999999999}},
    "without an end": {"left_out": ("exp",)},
    "without a subject": {"left_out": ("sub",)},
    "an empty subject": {"claims": {"sub": ""}},
    "a subject too long to keep": {"claims": {"sub": "x" * 192}},
    "a key of which the service knows nothing": {"header": {"alg": "RS256", "kid": "two"}},
    "no token": {"token": ""},
    "no token at all": {"token": "not.a.token"},
}


@pytest.mark.parametrize("lie", LIES, ids=str)
def test_a_token_that_lies_opens_nothing(lie, cast, oidc_provider, liar, client):
    before = state_of_accounts()
    for name, value in LIES[lie].items():
        setattr(liar, name, value)
    assert is_refused(client, come_back(client, oidc_provider, liar), before=before)


def test_a_signature_by_another_key_opens_nothing(cast, oidc_provider, liar, client):
    before, liar.sign_with = state_of_accounts(), liar.other_key
    assert is_refused(client, come_back(client, oidc_provider, liar), before=before)


def test_a_token_without_a_signature_or_signed_with_the_shared_secret_opens_nothing(cast, oidc_provider, liar):
    before = state_of_accounts()
    for algorithm, key in (("none", None), ("HS256", "a-secret".ljust(32, "x"))):
        client = Client()
        sent = asked(go(client, oidc_provider))
        now = 4_000_000_000
        claims = {"iss": liar.issuer, "aud": "suluh-client", "sub": "s", "iat": 1, "exp": now, "nonce": sent["nonce"]}
        liar.token = pyjwt.encode(
            claims | {"preferred_username": "officer"}, key, algorithm=algorithm, headers={"kid": "one"}
        )
        answer = call_back(client, oidc_provider, code="c", state=sent["state"])
        assert is_refused(client, answer, before=before)


def test_a_state_of_nobody_of_another_browser_or_used_before_opens_nothing(cast, oidc_provider, liar, client):
    before = state_of_accounts()
    sent = asked(go(client, oidc_provider))
    liar.nonce = sent["nonce"]
    for browser, state in ((client, "made-up"), (client, ""), (Client(), sent["state"])):
        assert is_refused(browser, call_back(browser, oidc_provider, code="c", state=state), before=before)
    assert not liar.asked, "no code was exchanged"
    assert call_back(client, oidc_provider, code="c", state=sent["state"]).status_code == 302
    client.logout()
    before = state_of_accounts()
    assert is_refused(client, call_back(client, oidc_provider, code="c", state=sent["state"]), before=before)


def test_an_answer_in_the_name_of_another_issuer_opens_nothing(cast, oidc_provider, liar, client):
    before = state_of_accounts()
    assert is_refused(client, come_back(client, oidc_provider, liar, iss="https://evil.example"), before=before)


def test_a_service_that_calls_itself_otherwise_is_not_gone_to(cast, oidc_provider, liar, client):
    liar.configuration = {"issuer": "https://evil.example"}
    before = state_of_accounts()
    answer = client.post(reverse("own_service:leave", args=[oidc_provider.uuid]))
    assert is_refused(client, answer, before=before)


def test_what_userinfo_adds_must_be_about_the_same_person(cast, oidc_provider, liar, client):
    liar.left_out = ("preferred_username",)
    liar.userinfo = {"sub": "another", "preferred_username": "officer"}
    before = state_of_accounts()
    assert is_refused(client, come_back(client, oidc_provider, liar), before=before)
    liar.userinfo, liar.nonce = {"sub": "s-1", "preferred_username": "officer"}, ""
    assert come_back(client, oidc_provider, liar).url == HOME


# --- for whom a service may speak


def claim_email(provider: IdentityProvider) -> None:
    provider.claim = "email"
    provider.save()


def test_an_address_counts_only_when_the_service_checked_it_and_one_person_has_it(cast, oidc_provider, liar):
    claim_email(oidc_provider)
    cast.officer.email = "o@police.example"
    cast.officer.save()
    before = state_of_accounts()
    for checked in (False, None, "true"):
        client, liar.nonce = Client(), ""
        liar.claims = {"email": "o@police.example", "email_verified": checked}
        assert is_refused(client, come_back(client, oidc_provider, liar), before=before)
    cast.colleague.email = "O@police.example"
    cast.colleague.save()
    before = state_of_accounts()
    client, liar.nonce = Client(), ""
    liar.claims = {"email": "o@police.example", "email_verified": True}
    assert is_refused(client, come_back(client, oidc_provider, liar), before=before)
    cast.colleague.email = ""
    cast.colleague.save()
    client, liar.nonce = Client(), ""
    assert come_back(client, oidc_provider, liar).url == HOME


def test_a_service_opens_nobody_elses_account_and_says_the_same_of_each(cast, oidc_provider, liar):
    before, said = state_of_accounts(), set()
    for username in ("outsider", "foreign", "rso", "admin", "trainer", "nobody", "no-such-person", ""):
        client, liar.nonce = Client(), ""
        liar.claims = {"preferred_username": username}
        answer = come_back(client, oidc_provider, liar)
        assert is_refused(client, answer, before=before)
        said.add(re.sub(r'next=[^"]*', "", answer.content.decode()))
    assert len(said) == 1 and "no account here could be opened for you" in said.pop()


def test_somebody_who_serves_two_members_or_the_rso_too_is_opened_by_neithers_service(cast, oidc_provider, liar):
    post_person(by=None, user=cast.officer, role=Role.OFFICER, member=cast.away)
    post_person(by=None, user=cast.colleague, role=Role.TRAINER)
    before = state_of_accounts()
    for username in ("officer", "colleague"):
        client, liar.nonce = Client(), ""
        liar.claims = {"preferred_username": username, "sub": username}
        assert is_refused(client, come_back(client, oidc_provider, liar), before=before)


def test_the_service_of_an_organisation_opens_roles_of_the_rso_for_its_own_people(cast, oidc_provider, liar, client):
    cast.home.kind = Member.Kind.ORGANISATION
    cast.home.save()
    post_person(by=None, user=cast.officer, role=Role.AUTHOR)
    assert come_back(client, oidc_provider, liar).status_code == 302
    other, liar.nonce = Client(), ""
    liar.claims = {"preferred_username": "trainer", "sub": "s-9"}
    assert come_back(other, oidc_provider, liar).status_code == 403


def test_whoever_left_or_was_put_out_of_use_is_not_opened_by_a_link_that_is_left(cast, oidc_provider, liar, client):
    come_back(client, oidc_provider, liar)
    cast.officer.is_active = False
    cast.officer.save()
    second, liar.nonce, before = Client(), "", state_of_accounts()
    assert is_refused(second, come_back(second, oidc_provider, liar), before=before)
    cast.officer.is_active = True
    cast.officer.save()
    end_posting(by=None, posting=cast.officer.postings.get())
    third, liar.nonce, before = Client(), "", state_of_accounts()
    assert is_refused(third, come_back(third, oidc_provider, liar), before=before)


def test_a_name_that_was_given_to_somebody_else_there_opens_nothing_until_the_link_is_cut(
    cast, oidc_provider, liar, client
):
    come_back(client, oidc_provider, liar)
    second, liar.nonce, liar.claims, before = Client(), "", {"sub": "s-2"}, state_of_accounts()
    assert is_refused(second, come_back(second, oidc_provider, liar), before=before)
    assert cut_link(by=cast.admin, provider=oidc_provider, username="Officer") is True
    assert cut_link(by=cast.admin, provider=oidc_provider, username="Officer") is False
    third, liar.nonce = Client(), ""
    assert come_back(third, oidc_provider, liar).url == HOME


def test_a_service_that_is_not_in_use_is_gone_at_every_address(cast, oidc_provider, liar, client):
    sent = asked(go(client, oidc_provider))
    oidc_provider.is_on = False
    oidc_provider.save()
    leave = reverse("own_service:leave", args=[oidc_provider.uuid])
    assert client.get(leave).status_code == client.post(leave).status_code == 404
    assert call_back(client, oidc_provider, code="c", state=sent["state"]).status_code == 404
    assert "Police sign-in" not in client.get(reverse("own_service:choose")).content.decode()


def test_nobody_is_made_whether_or_not_the_member_takes_registrations(cast, oidc_provider, liar, client):
    cast.home.takes_registrations = True
    cast.home.save()
    liar.claims = {"preferred_username": "new-person"}
    before = state_of_accounts()
    answer = come_back(client, oidc_provider, liar)
    assert is_refused(client, answer, before=before) and "register themselves" in answer.content.decode()


def test_a_person_with_a_second_step_is_asked_for_it_all_the_same(cast, oidc_provider, liar, client):
    TOTP.activate(cast.officer, generate_totp_secret())
    answer = come_back(client, oidc_provider, liar)
    assert answer.status_code == 302 and answer.url == "/en/accounts/2fa/authenticate/"
    assert "_auth_user_id" not in client.session


def test_whoever_was_signed_in_as_somebody_else_is_that_no_longer(cast, oidc_provider, liar):
    client = cast.client(cast.colleague)
    come_back(client, oidc_provider, liar)
    assert is_signed_in_as(client, cast.officer)
    assert SocialAccount.objects.get().user == cast.officer, "never linked to whoever was signed in"


# --- the only way in


def test_where_the_service_is_the_only_way_in_a_password_opens_nothing(cast: Cast, oidc_provider, liar):
    oidc_provider.is_required = True
    oidc_provider.save()

    def answer_to(username: str, password: str):
        client = Client()
        answer = client.post("/en/accounts/login/", {"login": username, "password": password})
        return client, answer

    client, answer = answer_to("officer", "a-long-password")
    assert answer.status_code == 403 and "Police sign-in" in answer.content.decode()
    assert "_auth_user_id" not in client.session
    assert client.get(HOME).status_code == 302
    _client, answer = answer_to("officer", "wrong")
    assert answer.status_code == 200 and "Police sign-in" not in answer.content.decode().split("<form", 1)[1]
    for username in ("outsider", "rso"):
        _client, answer = answer_to(username, "a-long-password")
        assert answer.status_code == 302, username
    client = Client()
    assert come_back(client, oidc_provider, liar).status_code == 302


def test_somebody_for_whom_the_service_may_not_speak_keeps_the_password(cast, oidc_provider):
    oidc_provider.is_required = True
    oidc_provider.save()
    both = make_person("both", Role.OFFICER, cast.home)
    post_person(by=None, user=both, role=Role.OFFICER, member=cast.away)
    answer = Client().post("/en/accounts/login/", {"login": "both", "password": "a-long-password"})
    assert answer.status_code == 302
