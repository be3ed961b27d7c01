"""Writes about members' identity providers: setting one up, and knowing whoever comes by one."""

import datetime as dt
from typing import Any

from allauth.socialaccount.models import SocialAccount, SocialApp
from django.db import transaction
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from accounts.identity import Proof
from accounts.identity.oidc import SEALED_FOR
from accounts.models import IdentityProvider, Member, User
from accounts.permissions import Right, require_right
from accounts.sealing import seal
from accounts.selectors.identity import may_come_by
from accounts.services.audit import audit
from accounts.services.people import target_of


class NotRecognised(Exception):
    """A service proved who somebody is, and that opens no account. Says nothing about which accounts there are."""

    message = _("Your service knows you, but no account here could be opened for you.")


def _target(provider: IdentityProvider) -> str:
    return f"accounts.identityprovider:{provider.uuid}"


@transaction.atomic
def save_provider(
    *,
    by: User,
    member: Member,
    kind: str,
    label: str,
    claim: str,
    protocol: dict[str, Any],
    client_id: str = "",
    attribute: str = "",
    secret: str | None = None,
    is_on: bool = False,
    is_required: bool = False,
    as_at: dt.date | None = None,
    provider: IdentityProvider | None = None,
) -> IdentityProvider:
    """Set up a service of a member, or change one.

    Arguments:
        protocol: what the protocol needs besides the client: the issuer, or what the metadata says.
        secret: the client's secret; None leaves the one that is kept.
        provider: the one to change; its member and kind stay.

    Raises:
        Refused: `by` does not run the site.
    """
    require_right(by, Right.MANAGE_SITE)
    if provider is None:
        provider = IdentityProvider(member=member, kind=kind, app=SocialApp())
        provider.app.provider = "openid_connect" if kind == IdentityProvider.Kind.OIDC else "saml"
        provider.app.provider_id = provider.key
    else:
        provider = (
            IdentityProvider.objects.select_for_update(of=("self",)).select_related("app", "member").get(pk=provider.pk)
        )
    is_new, app = provider._state.adding, provider.app
    before = {} if is_new else _told(provider)
    app.name, app.client_id, app.settings = label, client_id or provider.key, protocol
    app.save()
    provider.app = app
    provider.label, provider.claim, provider.attribute = label, claim, attribute
    provider.is_on, provider.is_required, provider.as_at = is_on, is_required, as_at
    if secret is not None:
        provider.sealed_secret = seal(secret, use=SEALED_FOR)
    provider.save()
    after = _told(provider)
    changed = {name: value for name, value in after.items() if before.get(name) != value}
    audit(
        by=by,
        action="identity_provider.made" if is_new else "identity_provider.changed",
        target=_target(provider),
        member=provider.member,
        details=changed | ({"secret": "new"} if secret else {}),
    )
    return provider


def _told(provider: IdentityProvider) -> dict[str, Any]:
    """What the audit log says of a provider: everything but the secret."""
    return {
        "label": provider.label,
        "claim": provider.claim,
        "attribute": provider.attribute,
        "client_id": provider.app.client_id,
        "protocol": provider.app.settings,
        "is_on": provider.is_on,
        "is_required": provider.is_required,
        "as_at": provider.as_at.isoformat() if provider.as_at else None,
    }


@transaction.atomic
def recognise_person(*, provider: IdentityProvider, proof: Proof) -> User:
    """The person of whom a member's service says that they signed in there, linked to the service the first time.

    Raises:
        NotRecognised: nobody, or not one person, or one for whom this service may not speak. Nothing is made.
    """
    link = SocialAccount.objects.filter(provider=provider.key, uid=proof.uid).select_related("user").first()
    if link is not None:
        linked: User = link.user
        if not may_come_by(linked, provider):
            raise NotRecognised
        link.save(update_fields=["last_login"])
        return linked
    user = User.objects.select_for_update().get(pk=_meant(provider, proof.claim).pk)
    # Who has another name at this service already is not linked anew: names are given again, subjects are not.
    if not user.is_active or SocialAccount.objects.filter(provider=provider.key, user=user).exists():
        raise NotRecognised
    # No word of what the service told is kept beside its name for the person.
    SocialAccount.objects.create(provider=provider.key, uid=proof.uid, user=user, extra_data={})
    audit(
        by=None,
        action="identity.linked",
        target=target_of(user),
        member=provider.member,
        details={"provider": provider.key},
    )
    return user


def _meant(provider: IdentityProvider, claim: str) -> User:
    """The one active person of the member whose user name or address is what the service said."""
    if not claim:
        raise NotRecognised
    field = "email" if provider.claim == IdentityProvider.Claim.EMAIL else "username"
    found = [
        user
        for user in User.objects.annotate(lowered=Lower(field)).filter(lowered=claim.lower())[:20]
        if may_come_by(user, provider)
    ]
    if len(found) != 1:
        raise NotRecognised
    return found[0]


@transaction.atomic
def cut_link(*, by: User, provider: IdentityProvider, username: str) -> bool:
    """Cut the link of one person to a service, so that the next sign-in there finds the account anew.

    Returns whether there was one.

    Raises:
        Refused: `by` does not run the site.
    """
    require_right(by, Right.MANAGE_SITE)
    link = (
        SocialAccount.objects.select_for_update(of=("self",))
        .annotate(lowered=Lower("user__username"))
        .filter(provider=provider.key, lowered=username.strip().lower())
        .select_related("user")
        .first()
    )
    if link is None:
        return False
    user = link.user
    link.delete()
    audit(
        by=by, action="identity.cut", target=target_of(user), member=provider.member, details={"provider": provider.key}
    )
    return True
