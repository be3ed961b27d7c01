"""Trying a provider as it is set up, and saying in plain words what fits and what does not. Nothing is changed."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.identity import oidc, saml
from accounts.models import IdentityProvider
from accounts.sealing import CannotOpen, unseal
from lms.outgoing import NoAnswer

_SOON = dt.timedelta(days=30)


@dataclass(frozen=True)
class Outcome:
    """One thing that was found."""

    is_good: bool
    words: str


def try_provider(provider: IdentityProvider) -> list[Outcome]:
    """What can be known without signing in: whether the service answers as it was set up here."""
    try:
        return _try_oidc(provider) if provider.kind == IdentityProvider.Kind.OIDC else _try_saml(provider)
    except NoAnswer as error:
        return [Outcome(False, str(error))]


def _try_oidc(provider: IdentityProvider) -> list[Outcome]:
    configuration = oidc.read_configuration(provider.app.settings["server_url"])
    keys = len(oidc.read_keys(configuration))
    found = [
        Outcome(True, _("The service answers and calls itself as entered.")),
        Outcome(True, _("It shows %(count)s key(s) for checking its answers.") % {"count": keys}),
    ]
    if "code_challenge_methods_supported" not in configuration:
        found.append(Outcome(True, _("It does not say whether it offers PKCE; Suluh uses it all the same.")))
    try:
        has_secret = bool(unseal(provider.sealed_secret, use=oidc.SEALED_FOR))
    except CannotOpen:
        found.append(
            Outcome(False, _("The client secret cannot be read, because SECRET_KEY was changed. Enter it again."))
        )
    else:
        if not has_secret:
            found.append(Outcome(True, _("No client secret is stored: right for a public client only.")))
    return found


def _try_saml(provider: IdentityProvider) -> list[Outcome]:
    if not saml.is_available():
        return [Outcome(False, saml.missing())]
    stored, url = provider.app.settings["idp"], provider.app.settings.get("metadata_url")
    found = []
    for each in stored["certificates"]:
        left = saml.ends_at(each) - timezone.now()
        day = {"day": saml.ends_at(each).date().isoformat()}
        if left < dt.timedelta(0):
            # Ends in the certificate of a signing key are not checked in SAML, so this is a hint and no failure.
            found.append(Outcome(False, _("A certificate of the service ended on %(day)s.") % day))
        elif left < _SOON:
            found.append(Outcome(False, _("A certificate of the service ends on %(day)s.") % day))
        else:
            found.append(Outcome(True, _("A certificate of the service is good until %(day)s.") % day))
    if not url:
        return [*found, Outcome(True, _("The metadata was pasted, so there is no address to ask."))]
    now = saml.fetch_metadata(url)
    if now == stored:
        return [*found, Outcome(True, _("The service shows the same metadata as is stored here."))]
    return [*found, Outcome(False, _("The service shows other metadata than is stored here: save to take it over."))]
