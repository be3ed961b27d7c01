"""Setting up members' own identity providers, and asking addresses that somebody typed."""

import pytest
from allauth.socialaccount.models import SocialApp
from django.db import IntegrityError, transaction
from django.urls import NoReverseMatch, reverse

from accounts.identity.trial import try_provider
from accounts.models import AuditEvent, IdentityProvider
from accounts.permissions import Refused
from accounts.sealing import CannotOpen, seal, unseal
from accounts.services import cut_link, save_provider
from lms import outgoing
from lms.outgoing import NoAnswer, check_address, fetch, is_outside
from tests.accounts.providers import CLIENT_ID, SAMLService

ADD = "/en/members/ID/sign-in/add/oidc/"


def entries(**more) -> dict:
    return {
        "label": "Police sign-in",
        "issuer": "https://login.example/realms/police",
        "client_id": "suluh",
        "secret": "very-secret",
        "claim": "preferred_username",
    } | more


# --- the administrator's pages


def test_a_service_is_set_up_and_its_secret_is_never_shown_again_nor_stored_in_the_clear(cast):
    client = cast.client(cast.admin)
    answer = client.post(ADD, entries())
    provider = IdentityProvider.objects.get()
    assert answer.status_code == 302 and answer.url == f"/en/members/ID/sign-in/{provider.uuid}/"
    page = client.get(answer.url).content.decode()
    assert provider.address("oidc_callback") in page and "very-secret" not in page
    assert not provider.is_on and provider.member == cast.home
    stored = [*SocialApp.objects.values_list(), *IdentityProvider.objects.values_list()]
    told = list(AuditEvent.objects.values_list("details", flat=True))
    assert "very-secret" not in repr(stored) + repr(told)
    assert unseal(provider.sealed_secret, use="identity provider secret") == "very-secret"
    event = AuditEvent.objects.get(action="identity_provider.made")
    assert event.member == cast.home and event.details["protocol"]["server_url"] == entries()["issuer"]


def test_an_empty_secret_keeps_the_stored_one_and_the_log_says_what_changed(cast):
    client = cast.client(cast.admin)
    client.post(ADD, entries())
    provider = IdentityProvider.objects.get()
    client.post(f"/en/members/ID/sign-in/{provider.uuid}/", entries(secret="", is_on="on", label="Police"))
    changed = IdentityProvider.objects.get()
    assert changed.is_on and changed.sealed_secret == provider.sealed_secret and changed.app.name == "Police"
    event = AuditEvent.objects.get(action="identity_provider.changed")
    assert event.details == {"is_on": True, "label": "Police"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"issuer": "http://login.example"},
        {"issuer": "ftp://login.example"},
        {"issuer": "https://name:word@login.example"},
        {"issuer": "not an address"},
        {"label": ""},
        {"claim": "phone"},
        {"is_required": "on"},
        {"client_id": "x" * 192},
    ],
    ids=repr,
)
def test_entries_that_cannot_be_are_refused_with_words(wrong, cast):
    answer = cast.client(cast.admin).post(ADD, entries(**wrong))
    assert answer.status_code == 422 and "field__error" in answer.content.decode()
    assert not IdentityProvider.objects.exists() and not SocialApp.objects.exists()


def test_two_services_of_one_member_have_two_names(cast):
    client = cast.client(cast.admin)
    client.post(ADD, entries())
    answer = client.post(ADD, entries())
    assert answer.status_code == 422 and "a service of this name" in answer.content.decode()
    assert client.post("/en/members/TH/sign-in/add/oidc/", entries()).status_code == 302


def test_the_database_holds_that_only_a_service_in_use_can_be_the_only_way_in(oidc_provider):
    with pytest.raises(IntegrityError), transaction.atomic():
        IdentityProvider.objects.update(is_on=False, is_required=True)


def test_a_saml_service_is_set_up_from_its_metadata(cast, saml_service):
    client = cast.client(cast.admin)
    address = "/en/members/ID/sign-in/add/saml/"
    answer = client.post(address, {"label": "Border", "claim": "sub", "metadata": saml_service.metadata()})
    assert answer.status_code == 302
    provider = IdentityProvider.objects.get()
    assert provider.app.settings["idp"]["certificates"] == [saml_service.bare]
    page = client.get(answer.url).content.decode()
    assert provider.address("saml_acs") in page and provider.address("saml_metadata") in page
    # Saved once more without the document: it stays.
    client.post(answer.url, {"label": "Border guard", "claim": "sub"})
    assert IdentityProvider.objects.get().app.settings["idp"] == provider.app.settings["idp"]
    for wrong in ({"metadata": "<a/>"}, {}, {"metadata_url": "https://127.0.0.1/metadata"}):
        assert client.post(address, {"label": "Other", "claim": "sub"} | wrong).status_code == 422, wrong
    assert IdentityProvider.objects.count() == 1


@pytest.mark.parametrize("who", ["coordinator", "rso", "officer", "auditor"])
def test_nobody_else_sets_up_a_service_or_cuts_a_link(who, cast, oidc_provider):
    before = list(IdentityProvider.objects.values())
    person = getattr(cast, who)
    with pytest.raises(Refused):
        save_provider(by=person, member=cast.home, kind="oidc", label="x", claim="sub", protocol={})
    with pytest.raises(Refused):
        cut_link(by=person, provider=oidc_provider, username="officer")
    assert list(IdentityProvider.objects.values()) == before


def test_the_sign_in_page_offers_services_only_where_there_is_one(cast, client, settings):
    login = "/en/accounts/login/"
    assert "own service" not in client.get(login).content.decode()
    assert "No member has a service of its own" in client.get("/en/sign-in/").content.decode()
    save_provider(
        by=cast.admin,
        member=cast.home,
        kind="oidc",
        label="Police sign-in",
        claim="sub",
        protocol={"server_url": "https://login.example"},
        is_on=True,
    )
    assert 'href="/en/sign-in/?next=/en/me/"' in client.get(f"{login}?next=/en/me/").content.decode()
    page = client.get("/en/sign-in/").content.decode()
    assert "Police sign-in" in page and "Indonesia" in page and "Thailand" not in page
    for person in (cast.officer, cast.coordinator):
        assert person.full_name not in page and person.username + '"' not in page


def test_no_page_of_allauth_about_other_accounts_has_an_address():
    for name in ("connections", "signup", "login_error", "login_cancelled"):
        with pytest.raises(NoReverseMatch):
            reverse(f"socialaccount_{name}")
    for name in ("openid_connect_login", "saml_login", "saml_sls"):
        with pytest.raises(NoReverseMatch):
            reverse(name, args=["x"])


# --- the test button


def words(provider) -> str:
    return " ".join(("" if each.is_good else "! ") + each.words for each in try_provider(provider))


def test_a_service_that_answers_as_entered_is_said_to(cast, oidc_provider):
    address = f"/en/members/ID/sign-in/{oidc_provider.uuid}/test/"
    page = cast.client(cast.admin).post(address).content.decode()
    assert "The service answers and calls itself as entered." in page and "1 key(s)" in page
    assert "!" not in words(oidc_provider)


def test_what_does_not_fit_is_said_in_plain_words(oidc_provider, liar, settings):
    liar.configuration = {"issuer": "https://other.example"}
    assert "calls itself https://other.example" in words(oidc_provider)
    liar.configuration = {"code_challenge_methods_supported": ["plain"]}
    assert "does not offer PKCE" in words(oidc_provider)
    liar.configuration = {"token_endpoint": None}
    assert "does not name its token_endpoint" in words(oidc_provider)
    liar.configuration = {"jwks_uri": f"{liar.issuer}/userinfo"}
    assert "shows no key" in words(oidc_provider)
    liar.configuration = {"jwks_uri": "file:///etc/passwd"}
    assert "begins with https://" in words(oidc_provider)
    liar.configuration = {}
    settings.SECRET_KEY = "another-" * 8
    assert "SECRET_KEY was changed" in words(oidc_provider)
    settings.IDENTITY_PRIVATE_NETWORK = False
    assert "begins with https://" in words(oidc_provider)


def test_the_test_of_a_saml_service_tells_of_its_certificates_and_of_new_metadata(saml_provider, monkeypatch):
    assert "is good until" in words(saml_provider) and "was pasted" in words(saml_provider)
    saml_provider.app.settings["metadata_url"] = "https://idp.example/metadata"
    other = SAMLService().metadata().encode()
    monkeypatch.setattr("accounts.identity.saml.fetch", lambda url: other)
    assert "! The service shows other metadata" in words(saml_provider)


# --- addresses that somebody typed


INSIDE = (
    "127.0.0.1 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254 0.0.0.0 100.64.0.1 224.0.0.1 255.255.255.255 ::1 :: "
    "fe80::1 fc00::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 2002:7f00:1:: 64:ff9b::7f00:1 64:ff9b::a00:1 ff02::1"
)


@pytest.mark.parametrize("address", INSIDE.split())
def test_an_address_inside_is_known_as_one(address):
    assert not is_outside(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"])
def test_an_address_outside_is_known_as_one(address):
    assert is_outside(address)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1", "0177.0.0.1"])
def test_no_spelling_of_this_machine_is_asked(host, monkeypatch):
    monkeypatch.setattr(outgoing, "create_connection", lambda *args, **kwargs: pytest.fail("it was asked"))
    with pytest.raises(NoAnswer):
        fetch(f"https://{host}/")


def test_a_name_that_leads_inside_is_not_asked_and_only_what_was_checked_is(monkeypatch):
    answers = [["1.1.1.1"], ["10.0.0.1"]]  # a name server that changes its mind
    asked = []

    def resolve(host, port, **more):
        return [(2, 1, 6, "", (each, port)) for each in answers.pop(0)]

    def connect(address, *args, **more):
        asked.append(address)
        raise OSError("no network in tests")

    monkeypatch.setattr(outgoing.socket, "getaddrinfo", resolve)
    monkeypatch.setattr(outgoing, "create_connection", connect)
    with pytest.raises(NoAnswer, match="does not answer"):
        fetch("https://login.example/")
    with pytest.raises(NoAnswer, match="private network"):
        fetch("https://login.example/")
    assert asked == [("1.1.1.1", 443)]
    answers.append(["1.1.1.1", "10.0.0.1"])
    with pytest.raises(NoAnswer, match="private network"):
        fetch("https://login.example/")


@pytest.mark.parametrize("url", ["", "x", "http://login.example/", "file:///etc/passwd", "https://", "https://a:b@c/"])
def test_what_is_no_address_of_the_web_is_refused_by_its_look(url):
    with pytest.raises(NoAnswer):
        check_address(url)


def test_redirects_long_answers_and_other_statuses_are_not_followed(liar, settings, monkeypatch):
    monkeypatch.setattr(outgoing, "LONGEST_ANSWER", 20)
    with pytest.raises(NoAnswer, match="too long"):
        fetch(f"{liar.issuer}/.well-known/openid-configuration")
    with pytest.raises(NoAnswer, match="status"):
        fetch(liar.issuer, method="DELETE")


def test_what_is_sealed_opens_for_its_own_use_only(settings):
    sealed = seal("a word", use="one")
    assert unseal(sealed, use="one") == "a word" and "a word" not in sealed
    for use, text in (("two", sealed), ("one", sealed[:-2] + "xx"), ("one", "é")):
        with pytest.raises(CannotOpen):
            unseal(text, use=use)
    assert seal("", use="one") == unseal("", use="one") == ""
    assert CLIENT_ID not in sealed
