"""Signing in with a member's own SAML service, whose answers are signed by another implementation than ours."""

import base64
import copy
import zlib
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.urls import reverse
from lxml import etree

from accounts.identity import saml
from tests.accounts.providers import IDP, TRANSIENT, SAMLService, posted
from tests.accounts.test_identity_oidc import HOME, go, is_refused, is_signed_in_as, state_of_accounts

_SAML = "{urn:oasis:names:tc:SAML:2.0:assertion}"


class Round:
    """One sign-in that a browser has begun: who was asked, and what an honest answer holds."""

    def __init__(self, client: Client, provider, service: SAMLService) -> None:
        self.client, self.provider, self.service = client, provider, service
        self.address = go(client, provider)
        packed = parse_qs(urlsplit(self.address).query)["SAMLRequest"][0]
        self.request = etree.fromstring(zlib.decompress(base64.b64decode(packed), -15))
        self.place = {"recipient": provider.address("saml_acs"), "answers": self.request.get("ID")}

    def assertion(self, **more):
        return self.service.assertion(**({"audience": self.provider.address("saml_metadata")} | self.place | more))

    def response(self, *assertions, **more):
        return self.service.response(*assertions, **(self.place | more))

    def honest(self, **more):
        return self.response(self.service.sign(self.assertion(**more)))

    def post(self, response) -> object:
        """Post an answer as another site's page would: in a browser that sends no cookie with it, then go on."""
        text = response if isinstance(response, str) else posted(response)
        elsewhere = Client(enforce_csrf_checks=True)
        answer = elsewhere.post(reverse("identity:saml_acs", args=[self.provider.uuid]), {"SAMLResponse": text})
        if answer.status_code != 303:
            return answer
        assert answer.url == self.provider.address("saml_finish")
        self.client.cookies["suluh_saml"] = answer.cookies["suluh_saml"].value
        return self.client.get(reverse("identity:saml_finish", args=[self.provider.uuid]))


@pytest.fixture
def begun(client, cast, saml_provider, saml_service) -> Round:
    return Round(client, saml_provider, saml_service)


def test_the_request_names_us_and_where_to_answer(begun, saml_provider):
    assert begun.address.startswith("https://idp.example/sso?SAMLRequest=")
    assert begun.request.get("AssertionConsumerServiceURL") == saml_provider.address("saml_acs")
    assert begun.request.find(f"{_SAML}Issuer").text == saml_provider.address("saml_metadata")


def test_a_signed_answer_opens_the_account_and_is_linked_once(begun, cast, saml_provider, saml_service):
    answer = begun.post(begun.honest())
    assert answer.status_code == 302 and answer.url == HOME
    assert is_signed_in_as(begun.client, cast.officer)
    link = SocialAccount.objects.get()
    assert (link.user, link.uid, link.extra_data) == (cast.officer, "n-1", {})
    again = Round(Client(), saml_provider, saml_service)
    again.post(again.honest(attributes={"uid": "renamed"}))
    assert is_signed_in_as(again.client, cast.officer)


def wrapped(begun: Round):
    """The signed assertion hidden in another that names somebody else (signature wrapping)."""
    signed = begun.service.sign(begun.assertion(name="victim", attributes={"uid": "colleague"}))
    forged = begun.assertion(attributes={"uid": "officer"})
    extension = etree.SubElement(forged, f"{_SAML}Advice")
    extension.append(signed)
    return begun.response(forged)


def wrapped_beside(begun: Round):
    """A forged assertion before the signed one."""
    return begun.response(begun.assertion(name="x"), begun.service.sign(begun.assertion(name="y")))


def wrapped_with_its_number(begun: Round):
    """A forged assertion that has the number of the signed one and carries its signature."""
    signed = begun.service.sign(begun.assertion(attributes={"uid": "colleague"}))
    forged = begun.assertion(attributes={"uid": "officer"})
    forged.set("ID", signed.get("ID"))
    signature = copy.deepcopy(signed.find("{http://www.w3.org/2000/09/xmldsig#}Signature"))
    forged.insert(1, signature)
    kept = etree.SubElement(signature, "{http://www.w3.org/2000/09/xmldsig#}Object")
    signed.remove(signed.find("{http://www.w3.org/2000/09/xmldsig#}Signature"))
    kept.append(signed)
    return begun.response(forged)


def changed(begun: Round):
    response = begun.response(begun.service.sign(begun.assertion(attributes={"uid": "colleague"})))
    response.find(f".//{_SAML}AttributeValue").text = "officer"
    return response


def signed_by_another(begun: Round):
    return begun.response(SAMLService().sign(begun.assertion()))


def signed_around_only(begun: Round):
    return begun.service.sign(begun.response(begun.assertion()))


FORGERIES = {
    "without a signature": lambda begun: begun.response(begun.assertion()),
    "a signature around the response only": signed_around_only,
    "a signature by another key": signed_by_another,
    "changed after it was signed": changed,
    "wrapped in another assertion": wrapped,
    "beside another assertion": wrapped_beside,
    "wrapped under its own number": wrapped_with_its_number,
    "ended": lambda begun: begun.honest(minutes=-30),
    "of tomorrow": lambda begun: begun.honest(minutes=24 * 60),
    "for another audience": lambda begun: begun.honest(audience="https://other.example/metadata"),
    "for another recipient": lambda begun: begun.honest(recipient="https://other.example/acs"),
    "from another issuer": lambda begun: begun.honest(issuer="https://evil.example"),
    "to another request": lambda begun: begun.response(
        begun.service.sign(begun.assertion(answers="_other")), answers="_other"
    ),
    "to no request": lambda begun: begun.response(begun.service.sign(begun.assertion()), answers=None),
    "sent to another address": lambda begun: begun.response(
        begun.service.sign(begun.assertion()), recipient="https://other.example/acs"
    ),
    "with a name that changes each time": lambda begun: begun.honest(form=TRANSIENT, attributes={"other": "x"}),
    "with two names": lambda begun: two_names(begun),
    "no XML": lambda begun: base64.b64encode(b"hello").decode(),
    "no base64": lambda begun: "%%%",
    "nothing": lambda begun: "",
    "too long": lambda begun: "A" * 500_000,
    "a bomb of entities": lambda begun: base64.b64encode(
        b'<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a>&c;</a>'
    ).decode(),
}


def two_names(begun: Round):
    assertion = begun.assertion()
    attribute = assertion.find(f".//{_SAML}Attribute")
    attribute.append(copy.deepcopy(attribute[0]))
    attribute[0].text = "colleague"
    return begun.response(begun.service.sign(assertion))


@pytest.mark.parametrize("forgery", FORGERIES, ids=str)
def test_an_answer_that_does_not_hold_opens_nothing(forgery, begun):
    before = state_of_accounts()
    assert is_refused(begun.client, begun.post(FORGERIES[forgery](begun)), before=before)


def test_an_answer_is_taken_once(begun, saml_provider, saml_service):
    response = begun.honest()
    assert begun.post(response).status_code == 302
    begun.client.logout()
    before = state_of_accounts()
    assert is_refused(begun.client, begun.post(response), before=before)


def test_an_answer_opens_nothing_in_a_browser_that_did_not_ask(begun):
    before, stolen = state_of_accounts(), begun.honest()
    begun.client = Client()
    assert is_refused(begun.client, begun.post(stolen), before=before)


def test_a_weak_signature_opens_nothing(begun):
    """SHA-1 in the signature's algorithm, which the signer makes only when told twice."""
    signed = begun.service.sign(begun.assertion())
    method = signed.find(".//{http://www.w3.org/2000/09/xmldsig#}SignatureMethod")
    method.set("Algorithm", "http://www.w3.org/2000/09/xmldsig#rsa-sha1")
    before = state_of_accounts()
    assert is_refused(begun.client, begun.post(begun.response(signed)), before=before)


def test_a_comment_in_a_name_does_not_cut_it_short(begun, cast):
    """The known fault of several libraries: `officer<!---->.evil` read as `officer`."""
    assertion = begun.service.sign(begun.assertion(attributes={"uid": "officer.evil"}))
    text = etree.tostring(begun.response(assertion)).decode().replace("officer.evil", "officer<!---->.evil")
    before = state_of_accounts()
    answer = begun.post(base64.b64encode(text.encode()).decode())
    assert is_refused(begun.client, answer, before=before)


def test_a_refusal_by_the_service_says_that_it_was_cancelled(begun):
    before = state_of_accounts()
    answer = begun.post(begun.response(status="Responder"))
    assert is_refused(begun.client, answer, before=before) and "was cancelled" in answer.content.decode()


def test_a_cookie_of_ones_own_making_finishes_nothing(client, cast, saml_provider):
    before = state_of_accounts()
    for made in ("", "x", "gAAAAABmade-up"):
        client.cookies["suluh_saml"] = made
        assert is_refused(client, client.get(reverse("identity:saml_finish", args=[saml_provider.uuid])), before=before)


def test_an_answer_of_one_members_service_opens_no_account_of_another(cast, saml_provider, saml_service):
    before = state_of_accounts()
    for username in ("outsider", "rso", "nobody"):
        begun = Round(Client(), saml_provider, saml_service)
        assert is_refused(begun.client, begun.post(begun.honest(attributes={"uid": username})), before=before)


def test_our_metadata_names_our_addresses_and_no_secret(client, cast, saml_provider):
    saml_provider.is_on = False
    saml_provider.save()
    answer = client.get(reverse("identity:saml_metadata", args=[saml_provider.uuid]))
    text = answer.content.decode()
    assert answer.status_code == 200 and saml_provider.address("saml_acs") in text
    assert 'WantAssertionsSigned="true"' in text and "PrivateKey" not in text


def test_metadata_of_a_service_is_read(saml_service):
    found = saml.read_metadata(saml_service.metadata().encode())
    assert found == {
        "entity_id": IDP,
        "sso_url": "https://idp.example/sso",
        "certificates": [saml_service.bare],
    }


@pytest.mark.parametrize(
    "document", [b"", b"x", b"<a/>", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>']
)
def test_what_is_no_metadata_is_said_to_be_none(document):
    with pytest.raises(saml.NoAnswer):
        saml.read_metadata(document)


def test_without_the_parts_for_saml_the_rest_works_and_says_what_is_missing(monkeypatch, cast, saml_provider, client):
    monkeypatch.setattr(saml, "_LOADED", False)
    assert client.post(reverse("own_service:leave", args=[saml_provider.uuid])).status_code == 403
    assert client.get(reverse("identity:saml_metadata", args=[saml_provider.uuid])).status_code == 404
    page = cast.client(cast.admin).get(reverse("members:providers", args=["ID"]))
    assert "python3-saml" in page.content.decode()
