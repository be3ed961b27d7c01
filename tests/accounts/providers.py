"""Identity providers for tests: one that tells lies on demand over real HTTP, and a signer of SAML responses."""

import base64
import datetime as dt
import json
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from joserfc import jwt
from joserfc.jwk import RSAKey
from lxml import etree
from signxml import XMLSigner, methods

CLIENT_ID = "suluh-client"


#: Made once: keys take their time.
KEY, OTHER_KEY = (RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"}) for _each in range(2))


class Liar:
    """An OpenID provider that answers as a test tells it; everything it is asked is kept in `asked`."""

    def __init__(self) -> None:
        self.key, self.other_key = KEY, OTHER_KEY
        self.claims: dict[str, Any] = {}
        self.left_out: tuple[str, ...] = ()
        self.configuration: dict[str, Any] = {}
        self.userinfo: dict[str, Any] = {}
        self.sign_with: RSAKey | None = None
        self.header: dict[str, str] = {"alg": "RS256", "kid": "one"}
        self.token: str | None = None
        self.asked: list[dict[str, str]] = []
        self.nonce = ""
        self.issuer = ""

    def id_token(self) -> str:
        if self.token is not None:
            return self.token
        now = int(dt.datetime.now(dt.UTC).timestamp())
        claims = {"iss": self.issuer, "aud": CLIENT_ID, "sub": "s-1", "iat": now, "exp": now + 300}
        claims |= {"nonce": self.nonce, "preferred_username": "officer"} | self.claims
        for name in self.left_out:
            claims.pop(name)
        return jwt.encode(self.header, claims, self.sign_with or self.key)

    def answer(self, path: str) -> dict[str, Any]:
        if path.endswith("openid-configuration"):
            return {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/jwks",
                "userinfo_endpoint": f"{self.issuer}/userinfo",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
                "code_challenge_methods_supported": ["S256"],
            } | self.configuration
        if path == "/jwks":
            return {"keys": [self.key.as_dict(private=False)]}
        if path == "/userinfo":
            return self.userinfo
        return {"access_token": "a", "token_type": "Bearer", "id_token": self.id_token()}


@contextmanager
def lying() -> Iterator[Liar]:
    """A `Liar` at an address of this machine."""
    liar = Liar()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            if body:
                liar.asked.append({name: values[0] for name, values in parse_qs(body).items()})
            answer = json.dumps(liar.answer(urlsplit(self.path).path)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_POST = do_GET

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    liar.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield liar
    finally:
        server.shutdown()
        server.server_close()


# --- SAML

_SAML, _SAMLP = "urn:oasis:names:tc:SAML:2.0:assertion", "urn:oasis:names:tc:SAML:2.0:protocol"
IDP = "https://idp.example/saml"
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
TRANSIENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"


class SAMLService:
    """A SAML identity provider that signs with signxml, another implementation than the one that checks."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(65537, 2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "idp.example")])
        now = dt.datetime.now(dt.UTC)
        self.certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self.key.public_key())
            .serial_number(1)
            .not_valid_before(now - dt.timedelta(days=1))
            .not_valid_after(now + dt.timedelta(days=400))
            .sign(self.key, hashes.SHA256())
        )

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    @property
    def bare(self) -> str:
        return "".join(self.pem.splitlines()[1:-1])

    def metadata(self) -> str:
        return (
            f'<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{IDP}">'
            f'<md:IDPSSODescriptor protocolSupportEnumeration="{_SAMLP}">'
            '<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>'
            f"<ds:X509Certificate>{self.bare}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
            '<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" '
            'Location="https://idp.example/sso"/></md:IDPSSODescriptor></md:EntityDescriptor>'
        )

    def assertion(
        self,
        *,
        audience: str,
        recipient: str,
        answers: str,
        name: str = "n-1",
        form: str = PERSISTENT,
        attributes: dict[str, str] | None = None,
        issuer: str = IDP,
        minutes: int = 0,
    ) -> etree._Element:
        """An assertion without a signature; `minutes` moves it in time."""
        now = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=minutes)
        begins, ends = (f"{now + dt.timedelta(minutes=each):%Y-%m-%dT%H:%M:%SZ}" for each in (-2, 5))
        told = "".join(
            f'<saml:Attribute Name="{key}"><saml:AttributeValue>{value}</saml:AttributeValue></saml:Attribute>'
            for key, value in (attributes or {"uid": "officer"}).items()
        )
        return etree.fromstring(
            f'<saml:Assertion xmlns:saml="{_SAML}" ID="_{uuid.uuid4().hex}" Version="2.0" IssueInstant="{begins}">'
            f"<saml:Issuer>{issuer}</saml:Issuer>"
            f'<saml:Subject><saml:NameID Format="{form}">{name}</saml:NameID>'
            '<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData '
            f'InResponseTo="{answers}" NotOnOrAfter="{ends}" Recipient="{recipient}"/></saml:SubjectConfirmation>'
            f'</saml:Subject><saml:Conditions NotBefore="{begins}" NotOnOrAfter="{ends}"><saml:AudienceRestriction>'
            f"<saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>"
            f'<saml:AuthnStatement AuthnInstant="{begins}" SessionIndex="_s"><saml:AuthnContext>'
            "<saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext>"
            f"</saml:AuthnStatement><saml:AttributeStatement>{told}</saml:AttributeStatement></saml:Assertion>"
        )

    def sign(self, element: etree._Element, **more: Any) -> etree._Element:
        signer = XMLSigner(
            method=methods.enveloped,
            signature_algorithm=more.pop("algorithm", "rsa-sha256"),
            digest_algorithm="sha256",
            c14n_algorithm="http://www.w3.org/2001/10/xml-exc-c14n#",
        )
        signed = signer.sign(
            element, key=self.key, cert=self.pem, reference_uri=f"#{element.get('ID')}", id_attribute="ID", **more
        )
        # The schema wants the signature right after the issuer.
        signature = signed.find("{http://www.w3.org/2000/09/xmldsig#}Signature")
        signed.remove(signature)
        signed.insert(1, signature)
        return signed

    def response(
        self,
        *assertions: etree._Element,
        recipient: str,
        answers: str | None,
        issuer: str = IDP,
        status: str = "Success",
    ) -> etree._Element:
        now = f"{dt.datetime.now(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"
        asked = f' InResponseTo="{answers}"' if answers else ""
        response = etree.fromstring(
            f'<samlp:Response xmlns:samlp="{_SAMLP}" xmlns:saml="{_SAML}" ID="_{uuid.uuid4().hex}" Version="2.0" '
            f'IssueInstant="{now}" Destination="{recipient}"{asked}><saml:Issuer>{issuer}</saml:Issuer><samlp:Status>'
            f'<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:{status}"/></samlp:Status></samlp:Response>'
        )
        for each in assertions:
            response.append(each)
        return response


def posted(response: etree._Element) -> str:
    """A response as a browser posts it."""
    return base64.b64encode(etree.tostring(response)).decode()
