"""SAML 2.0, begun here, answered by a signed assertion at our address; checked by python3-saml on libxml2 and xmlsec.

Kept to one way of doing things: requests by redirect, answers by POST, never unasked, assertions always signed.
"""

import datetime as dt
import json
import logging
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.identity import UID_LENGTH, Cancelled, NotProven, Proof
from accounts.models import IdentityProvider
from accounts.sealing import CannotOpen, seal, unseal
from lms.outgoing import NoAnswer, check_address, fetch

try:
    from onelogin.saml2.auth import OneLogin_Saml2_Auth
    from onelogin.saml2.constants import OneLogin_Saml2_Constants as Names
    from onelogin.saml2.errors import OneLogin_Saml2_Error
    from onelogin.saml2.idp_metadata_parser import OneLogin_Saml2_IdPMetadataParser
    from onelogin.saml2.settings import OneLogin_Saml2_Settings
except Exception as error:  # xmlsec raises an error of its own when it and lxml were built on different libxml2
    _LOADED = False
    logging.getLogger(__name__).warning("SAML is off: %s: %s", type(error).__name__, error)
else:
    _LOADED = True

LONGEST_RESPONSE, _HANDED_OVER = 400_000, 120
_HANDOVER_USE = "saml handover"


def is_available() -> bool:
    """Whether the parts that check signatures of XML are here and fit together."""
    return _LOADED


def missing() -> str:
    """What is missing when `is_available` says no, for the administrator."""
    return "" if is_available() else _("SAML needs the packages python3-saml, lxml and xmlsec, which do not load here.")


@dataclass(frozen=True)
class Handover:
    """A checked answer on its way from the address that services post to, to the person's own session."""

    proof: Proof
    answers: str


# --- what a service says about itself


def read_metadata(document: bytes) -> dict[str, Any]:
    """Name, address and certificates of a service, from its metadata.

    Raises:
        NoAnswer: with what is wrong with the document.
    """
    if not is_available():
        raise NoAnswer(missing())
    if b"<!DOCTYPE" in document or b"<!ENTITY" in document:
        raise NoAnswer(_("The metadata declares entities, which are not read."))
    try:
        found = OneLogin_Saml2_IdPMetadataParser.parse(document, required_sso_binding=Names.BINDING_HTTP_REDIRECT)
    except Exception as error:
        raise NoAnswer(_("This is not SAML metadata.")) from error
    idp = found.get("idp", {})
    certificates = idp.get("x509certMulti", {}).get("signing") or ([idp["x509cert"]] if idp.get("x509cert") else [])
    if not idp.get("entityId") or not idp.get("singleSignOnService"):
        raise NoAnswer(_("The metadata names no identity provider that is reached by HTTP-Redirect."))
    if not certificates:
        raise NoAnswer(_("The metadata holds no certificate for signing."))
    check_address(idp["singleSignOnService"]["url"])
    certificates = ["".join(each.split()) for each in certificates]
    for each in certificates:
        certificate_of(each)
    return {"entity_id": idp["entityId"], "sso_url": idp["singleSignOnService"]["url"], "certificates": certificates}


def fetch_metadata(url: str) -> dict[str, Any]:
    """The same, read from the service's own address.

    Raises:
        NoAnswer: it does not answer, or with something else.
    """
    return read_metadata(fetch(url))


def certificate_of(text: str) -> x509.Certificate:
    """A certificate as it stands in metadata.

    Raises:
        NoAnswer: it is none.
    """
    try:
        return x509.load_pem_x509_certificate(
            f"-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n".encode()
        )
    except ValueError as error:
        raise NoAnswer(_("A certificate in the metadata cannot be read.")) from error


def fingerprint(text: str) -> str:
    """The SHA-256 of a certificate, as people compare it on the telephone."""
    return certificate_of(text).fingerprint(SHA256()).hex(":").upper()


def ends_at(text: str) -> dt.datetime:
    """When a certificate ends."""
    return certificate_of(text).not_valid_after_utc


# --- our own side


def _settings(provider: IdentityProvider) -> dict[str, Any]:
    idp = provider.app.settings.get("idp", {})
    return {
        "strict": True,
        "security": {
            "wantAssertionsSigned": True,
            "wantMessagesSigned": False,
            "wantNameId": True,
            "wantAttributeStatement": False,
            "rejectDeprecatedAlgorithm": True,
            "requestedAuthnContext": False,
            "failOnAuthnContextMismatch": False,
            "allowRepeatAttributeName": True,
            # Names of an inside network, such as https://adfs/: the address was entered by whoever runs the site.
            "allowSingleLabelDomains": True,
        },
        "sp": {
            "entityId": provider.address("saml_metadata"),
            "assertionConsumerService": {"url": provider.address("saml_acs"), "binding": Names.BINDING_HTTP_POST},
            "NameIDFormat": Names.NAMEID_UNSPECIFIED,
        },
        "idp": {
            "entityId": idp.get("entity_id", ""),
            "singleSignOnService": {"url": idp.get("sso_url", ""), "binding": Names.BINDING_HTTP_REDIRECT},
            "x509certMulti": {"signing": idp.get("certificates", [])},
        },
    }


def metadata(provider: IdentityProvider) -> bytes:
    """Our side in a document that the service reads."""
    made = OneLogin_Saml2_Settings(_settings(provider), sp_validation_only=True).get_sp_metadata()
    return made if isinstance(made, bytes) else made.encode()


def _auth(provider: IdentityProvider, posted: dict[str, str] | None = None) -> Any:
    # The address of our own settings and not of the request's Host: it is compared with the answer's destination.
    place = urlsplit(provider.address("saml_acs"))
    asked = {
        "https": "on" if place.scheme == "https" else "off",
        "http_host": urlsplit(settings.PUBLIC_URL).netloc,
        "script_name": place.path,
        "path_info": "",
        "get_data": {},
        "post_data": posted or {},
    }
    return OneLogin_Saml2_Auth(asked, _settings(provider))


def begin(request: HttpRequest, provider: IdentityProvider, *, back: str) -> str:
    """The address at the service to which a person goes to sign in; the number of the request stays in the session.

    Raises:
        NotProven: the parts for SAML are missing.
    """
    if not is_available():
        raise NotProven("SAML is not available")
    try:
        auth = _auth(provider)
        address: str = auth.login(return_to="")
    except OneLogin_Saml2_Error as error:
        raise NotProven(f"settings do not hold: {error}") from error
    provider.app.get_provider(request).stash_redirect_state(request, "login", back, state_id=auth.get_last_request_id())
    return address


def read_response(provider: IdentityProvider, posted: str) -> str:
    """Check an answer that a service posted, and seal what it proves for the person's own session.

    A browser sends no cookie of ours with the post of another site, so who began is asked afterwards, in `finish`.

    Raises:
        NotProven: the answer does not hold, or was used already.
        Cancelled: the service says that nobody signed in.
    """
    if not is_available():
        raise NotProven("SAML is not available")
    if not posted or len(posted) > LONGEST_RESPONSE:
        raise NotProven("no response, or too long")
    try:
        auth = _auth(provider, {"SAMLResponse": posted})
        auth.process_response()
    except Exception as error:  # the library raises errors of five other libraries at malformed input
        raise NotProven(f"response cannot be read: {type(error).__name__}") from error
    if auth.get_errors():
        # It names issuers and audiences, which whoever set the service up wrongly has to see; never a person.
        reason = " ".join((auth.get_last_error_reason() or "").split())[:160]
        if reason.startswith("The status code of the Response was not Success"):
            raise Cancelled("the service refused")
        raise NotProven(f"response: {reason or ', '.join(auth.get_errors())}")
    answers, number = auth.get_last_response_in_response_to(), auth.get_last_assertion_id()
    if not auth.is_authenticated() or not answers or not number:
        raise NotProven("an answer that nobody asked for")
    until = auth.get_last_assertion_not_on_or_after()
    left = max(60, int(until - dt.datetime.now(dt.UTC).timestamp()) + 600) if until else 24 * 3600
    if not cache.add(f"identity:used:{provider.key}:{number}"[:240], value=True, timeout=left):
        raise NotProven("an answer that was used already")
    proof = _proof(provider, auth)
    return seal(json.dumps([provider.key, answers, proof.uid, proof.claim]), use=_HANDOVER_USE)


def open_handover(provider: IdentityProvider, sealed: str) -> Handover:
    """What `read_response` sealed a moment ago, for the same service.

    Raises:
        NotProven: it is not ours, of another service, or too old.
    """
    try:
        key, answers, uid, claim = json.loads(unseal(sealed, use=_HANDOVER_USE, seconds=_HANDED_OVER) or "[]")
    except (CannotOpen, ValueError) as error:
        raise NotProven("no answer to finish with") from error
    if key != provider.key:
        raise NotProven("answer of another service")
    return Handover(Proof(uid=uid, claim=claim), answers)


def _proof(provider: IdentityProvider, auth: Any) -> Proof:
    name, form = auth.get_nameid() or "", auth.get_nameid_format() or ""
    if provider.claim == IdentityProvider.Claim.SUBJECT or not provider.attribute:
        named = name
    else:
        values = auth.get_attributes().get(provider.attribute) or [""]
        # Of two names nobody knows which is meant.
        named = values[0] if len(values) == 1 else ""
    is_passing = form == Names.NAMEID_TRANSIENT
    if is_passing and named == name:
        raise NotProven("the service gives a new name at every sign-in")
    uid = f"attribute {named}" if is_passing and named else name
    if not 0 < len(uid) <= UID_LENGTH or (is_passing and not named):
        raise NotProven("the name is empty or too long")
    return Proof(uid=uid, claim=named if isinstance(named, str) else "")
