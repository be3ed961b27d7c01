"""OpenID Connect 1.0, authorization code flow with PKCE, state and nonce; the ID token's signature is always checked.

allauth keeps the state and makes the PKCE pair. It has no nonce, and takes the ID token without its signature because
it came over TLS: here both are checked, because a member's service is somebody else's machine.
"""

import json
import secrets
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

import jwt
from allauth.socialaccount.providers.oauth2.utils import generate_code_challenge
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from accounts.identity import UID_LENGTH, Cancelled, NotProven, Proof
from accounts.models import IdentityProvider
from accounts.sealing import CannotOpen, unseal
from lms.outgoing import NoAnswer, check_address, fetch

#: With the service's public key only: one that is shared would let whoever has it write tokens.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
SEALED_FOR = "identity provider secret"
_KEY_KINDS = {"RS": "RSA", "PS": "RSA", "ES": "EC", "Ed": "OKP"}
_KEPT, _LEEWAY = 600, 60
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


def _document(url: str, **more: Any) -> dict[str, Any]:
    try:
        found = json.loads(fetch(url, headers={"Accept": "application/json"} | more.pop("headers", {}), **more))
    except ValueError as error:
        raise NoAnswer(_("%(host)s did not send a document that can be read.") % {"host": _host(url)}) from error
    if not isinstance(found, dict):
        raise NoAnswer(_("%(host)s did not send a document that can be read.") % {"host": _host(url)})
    return found


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


def read_configuration(issuer: str) -> dict[str, Any]:
    """What a service says about itself at its discovery address.

    Raises:
        NoAnswer: it says nothing, or something else than what was entered here.
    """
    found = _document(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    # Or another service could answer in this one's name (OpenID Connect Discovery 4.3).
    if found.get("issuer") != issuer:
        raise NoAnswer(
            _("The service calls itself %(issuer)s. Enter exactly this as the issuer.")
            % {"issuer": str(found.get("issuer"))[:200]}
        )
    for name in _ENDPOINTS:
        if not isinstance(found.get(name), str):
            raise NoAnswer(_("The service does not name its %(name)s.") % {"name": name})
        check_address(found[name])
    methods = found.get("code_challenge_methods_supported")
    if isinstance(methods, list) and "S256" not in methods:
        raise NoAnswer(_("The service does not offer PKCE with S256, without which nobody is sent there."))
    return found


def read_keys(configuration: dict[str, Any]) -> list[tuple[dict[str, Any], Any]]:
    """The public keys with which the service signs: each as it is listed, and ready for use.

    Raises:
        NoAnswer: it shows none that can be used.
    """
    keys = []
    listed = _document(configuration["jwks_uri"]).get("keys")
    for each in listed if isinstance(listed, list) else []:
        try:
            if each.get("use", "sig") == "sig" and each.get("kty") != "oct":
                keys.append((each, jwt.PyJWK(each).key))
        except (jwt.PyJWTError, AttributeError, ValueError):
            continue
    if not keys:
        raise NoAnswer(_("The service shows no key with which its answers could be checked."))
    return keys


def _configuration(provider: IdentityProvider) -> dict[str, Any]:
    issuer = provider.app.settings["server_url"]
    name = f"identity:{provider.key}:{issuer}"
    found = cache.get(name)
    if found is None:
        try:
            found = read_configuration(issuer)
        except NoAnswer as error:
            raise NotProven(f"no configuration: {error}") from error
        cache.set(name, found, _KEPT)
    return found


def begin(request: HttpRequest, provider: IdentityProvider, *, back: str) -> str:
    """The address at the service to which a person goes to sign in; what must come back is kept in the session.

    Raises:
        NotProven: the service does not answer.
    """
    configuration = _configuration(provider)
    nonce, pkce = secrets.token_urlsafe(24), generate_code_challenge()
    state = provider.app.get_provider(request).stash_redirect_state(
        request, "login", back, nonce=nonce, pkce_code_verifier=pkce.pop("code_verifier")
    )
    asked = {
        "response_type": "code",
        "client_id": provider.app.client_id,
        "redirect_uri": provider.address("oidc_callback"),
        "scope": "openid profile email",
        "state": state,
        "nonce": nonce,
        **pkce,
    }
    endpoint = configuration["authorization_endpoint"]
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"


def finish(request: HttpRequest, provider: IdentityProvider, state: dict[str, Any]) -> Proof:
    """Who has signed in at the service, after it sent the person back.

    Raises:
        NotProven: the answer does not hold.
        Cancelled: the person ended it there.
    """
    configuration = _configuration(provider)
    # The answer of another service, sent here (RFC 9207).
    if request.GET.get("iss", configuration["issuer"]) != configuration["issuer"]:
        raise NotProven("answer of another issuer")
    if request.GET.get("error") == "access_denied":
        raise Cancelled("cancelled there")
    code = request.GET.get("code")
    if not code or "error" in request.GET:
        raise NotProven("no code")
    try:
        tokens = _exchange(provider, configuration, code, state["pkce_code_verifier"])
        claims = _checked(provider, configuration, tokens.get("id_token"), state["nonce"])
        claims = _with_userinfo(provider, configuration, tokens, claims)
    except NoAnswer as error:
        raise NotProven(f"no answer: {error}") from error
    return _proof(provider, claims)


def _exchange(provider: IdentityProvider, configuration: dict[str, Any], code: str, verifier: str) -> dict[str, Any]:
    try:
        secret = unseal(provider.sealed_secret, use=SEALED_FOR)
    except CannotOpen as error:
        raise NotProven("the secret cannot be opened: SECRET_KEY was changed") from error
    sent = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": provider.address("oidc_callback"),
        "client_id": provider.app.client_id,
        "code_verifier": verifier,
    }
    methods = configuration.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    if secret and "client_secret_post" in methods:
        sent["client_secret"] = secret
        return _document(configuration["token_endpoint"], method="POST", data=sent)
    # Each part written as in a form first (RFC 6749 2.3.1).
    auth = (quote_plus(provider.app.client_id), quote_plus(secret)) if secret else None
    return _document(configuration["token_endpoint"], method="POST", data=sent, auth=auth)


def _checked(provider: IdentityProvider, configuration: dict[str, Any], token: Any, nonce: str) -> dict[str, Any]:
    """The claims of an ID token (OpenID Connect Core 3.1.3.7)."""
    if not isinstance(token, str):
        raise NotProven("no ID token")
    try:
        header = jwt.get_unverified_header(token)
        algorithm = header.get("alg")
        if algorithm not in ALGORITHMS:
            raise NotProven("ID token: algorithm is not allowed")
        claims: dict[str, Any] = jwt.decode(
            token,
            key=_key_for(configuration, header),
            algorithms=[algorithm],
            audience=provider.app.client_id,
            issuer=configuration["issuer"],
            leeway=_LEEWAY,
            options={"require": ["iss", "sub", "aud", "exp", "iat"]},
        )
    except jwt.PyJWTError as error:
        raise NotProven(f"ID token: {type(error).__name__}") from error
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp", None if several else provider.app.client_id) != provider.app.client_id:
        raise NotProven("ID token: made for another client")
    if not constant_time_compare(str(claims.get("nonce", "")), nonce):
        raise NotProven("ID token: not the nonce that was sent")
    return claims


def _key_for(configuration: dict[str, Any], header: dict[str, Any]) -> Any:
    kind = _KEY_KINDS[header["alg"][:2]]
    fitting = [
        key
        for listed, key in read_keys(configuration)
        if listed["kty"] == kind
        and listed.get("alg", header["alg"]) == header["alg"]
        and header.get("kid", listed.get("kid")) == listed.get("kid")
    ]
    if len(fitting) != 1:
        raise NotProven("ID token: no key of the service fits")
    return fitting[0]


def _with_userinfo(
    provider: IdentityProvider, configuration: dict[str, Any], tokens: dict[str, Any], claims: dict[str, Any]
) -> dict[str, Any]:
    """The claims, with those that a service tells only when asked with the access token."""
    if provider.claim in claims or not configuration.get("userinfo_endpoint") or not tokens.get("access_token"):
        return claims
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    told = _document(configuration["userinfo_endpoint"], headers=bearer)
    # Or the token of another person would lend a name to this one (OpenID Connect Core 5.3.2).
    if told.get("sub") != claims["sub"]:
        raise NotProven("userinfo is about somebody else")
    return told | claims


def _proof(provider: IdentityProvider, claims: dict[str, Any]) -> Proof:
    uid, named = claims["sub"], claims.get(provider.claim)
    if not isinstance(uid, str) or not 0 < len(uid) <= UID_LENGTH:
        raise NotProven("the subject is empty or too long")
    if provider.claim == IdentityProvider.Claim.EMAIL and claims.get("email_verified") is not True:
        named = ""
    return Proof(uid=uid, claim=named if isinstance(named, str) else "")
