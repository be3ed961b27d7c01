"""Members' own identity providers: choosing one is open, setting one up is for whoever runs the site."""

import uuid

from accounts.identity import saml
from accounts.services import save_provider
from tests.accounts.providers import IDP, SAMLService
from tests.permissions.lines import (
    GONE,
    MISSING,
    OK,
    POST_ONLY,
    REFUSED,
    UNPROCESSABLE,
    WRONG_METHOD,
    Line,
    World,
    everybody,
    signed_in,
)

ADMIN = signed_in(REFUSED, admin=OK)
SERVICE = SAMLService()


def prepare(world: World) -> None:
    for member, name in ((world.cast.home, "saml"), (world.cast.home, "oidc")):
        world.more[f"identity {name}"] = save_provider(
            by=world.cast.admin,
            member=member,
            kind=name,
            label=name,
            claim="sub",
            client_id="suluh",
            # Port 9 of this machine: nobody answers, and no such address is asked in the first place.
            protocol={"server_url": "https://127.0.0.1:9", "idp": saml.read_metadata(SERVICE.metadata().encode())},
            is_on=True,
        )
    assert world.more["identity saml"].app.settings["idp"]["entity_id"] == IDP


def oidc(world: World) -> dict:
    return {"provider": world.more["identity oidc"].uuid}


def saml_one(world: World) -> dict:
    return {"provider": world.more["identity saml"].uuid}


def none(world: World) -> dict:
    return {"provider": uuid.uuid4()}


def home(world: World) -> dict:
    return {"code": "ID"}


def of_home(world: World) -> dict:
    return {"code": "ID"} | oidc(world)


def of_another(world: World) -> dict:
    return {"code": "TH"} | oidc(world)


def add(world: World) -> dict:
    return {"code": "ID", "kind": "oidc"}


LINES = [
    # choosing and going: for strangers first of all
    Line("own_service:choose", "get", everybody(OK)),
    Line("own_service:choose", "post", everybody(WRONG_METHOD)),
    Line("own_service:leave", "get", everybody(OK), oidc),
    Line("own_service:leave", "get", everybody(MISSING), none, note="that there is not"),
    Line("own_service:leave", "post", everybody(OK), saml_one, note="by SAML, where nobody need be asked"),
    Line("own_service:leave", "post", everybody(REFUSED), oidc, note="to a service that does not answer"),
    # what services call; without a proof nothing opens, whoever is signed in
    Line("identity:oidc_callback", "get", everybody(REFUSED), oidc),
    Line("identity:oidc_callback", "get", everybody(MISSING), saml_one, note="of a service that speaks SAML"),
    Line("identity:oidc_callback", "post", everybody(WRONG_METHOD), oidc),
    Line("identity:saml_acs", "post", everybody(REFUSED), saml_one),
    Line("identity:saml_acs", "post", everybody(MISSING), oidc, note="of a service that speaks OpenID Connect"),
    Line("identity:saml_acs", "get", POST_ONLY, saml_one),
    Line("identity:saml_finish", "get", everybody(REFUSED), saml_one),
    Line("identity:saml_metadata", "get", everybody(OK), saml_one),
    Line("identity:saml_metadata", "get", everybody(MISSING), oidc, note="of a service that speaks OpenID Connect"),
    # setting up
    Line("members:providers", "get", ADMIN, home),
    Line("members:providers", "get", signed_in(REFUSED, admin=MISSING), lambda world: {"code": "XX"}, note="of nobody"),
    Line("members:add_provider", "get", ADMIN, add),
    Line("members:add_provider", "post", signed_in(REFUSED, admin=UNPROCESSABLE), add, note="with nothing in it"),
    Line(
        "members:add_provider",
        "get",
        signed_in(REFUSED, admin=MISSING),
        lambda world: {"code": "ID", "kind": "ldap"},
        note="of another kind",
    ),
    Line("members:provider", "get", ADMIN, of_home),
    Line("members:provider", "get", signed_in(REFUSED, admin=MISSING), of_another, note="under another member"),
    Line("members:provider", "post", signed_in(REFUSED, admin=UNPROCESSABLE), of_home, note="with nothing in it"),
    Line("members:test_provider", "get", signed_in(REFUSED, admin=WRONG_METHOD), of_home),
    Line("members:test_provider", "post", ADMIN, of_home),
    Line("members:test_provider", "post", signed_in(REFUSED, admin=MISSING), of_another, note="under another member"),
    Line("members:cut_link", "get", signed_in(REFUSED, admin=WRONG_METHOD), of_home),
    Line("members:cut_link", "post", signed_in(REFUSED, admin=UNPROCESSABLE), of_home, note="of nobody"),
    Line(
        "members:cut_link", "post", signed_in(REFUSED, admin=GONE), of_home, {"username": "officer"}, note="with a name"
    ),
    Line("members:cut_link", "post", signed_in(REFUSED, admin=MISSING), of_another, note="under another member"),
]
