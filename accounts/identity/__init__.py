"""Speaking with members' identity providers. Each protocol ends in a `Proof`: who the service says has signed in."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

UID_LENGTH = 191


@dataclass(frozen=True)
class Proof:
    """What a service proved about whoever signed in there.

    Attributes:
        uid: the name of the person that never changes at this service.
        claim: what may be compared with a user name or address, as the provider's `claim` says; empty when the service
            did not say it, or did not say that it checked the address.
    """

    uid: str
    claim: str


class NotProven(Exception):
    """An answer of a service that proves nothing: forged, late, meant for somebody else, or none.

    Attributes:
        reason: for the log, without a word about the person.
    """

    message = _("Your service’s answer could not be checked, so nobody was signed in. Please begin again.")

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Cancelled(NotProven):
    """The person, or the service, ended the sign-in there."""

    message = _("The sign-in at your service was cancelled. You can begin again.")
