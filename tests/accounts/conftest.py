"""What the tests of members' own identity providers share."""

import pytest

from accounts.models import IdentityProvider
from accounts.services import save_provider
from tests.accounts.providers import CLIENT_ID, IDP, SAMLService, lying


@pytest.fixture
def liar(settings):
    settings.IDENTITY_PRIVATE_NETWORK = True
    with lying() as found:
        yield found


@pytest.fixture
def oidc_provider(cast, liar) -> IdentityProvider:
    """The service of the home member, in use, which says what the test tells it to."""
    return save_provider(
        by=cast.admin,
        member=cast.home,
        kind="oidc",
        label="Police sign-in",
        claim="preferred_username",
        client_id=CLIENT_ID,
        secret="a-secret",
        protocol={"server_url": liar.issuer},
        is_on=True,
    )


@pytest.fixture(scope="session")
def saml_service() -> SAMLService:
    return SAMLService()


@pytest.fixture
def saml_provider(cast, saml_service) -> IdentityProvider:
    return save_provider(
        by=cast.admin,
        member=cast.home,
        kind="saml",
        label="Border sign-in",
        claim="preferred_username",
        attribute="uid",
        protocol={
            "metadata_url": "",
            "idp": {"entity_id": IDP, "sso_url": "https://idp.example/sso", "certificates": [saml_service.bare]},
        },
        is_on=True,
    )
