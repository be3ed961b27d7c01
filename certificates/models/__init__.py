"""What was certified, what became of it, and the keys that vouch for it."""

from certificates.models.awards import Award, AwardChange, AwardQuerySet
from certificates.models.credentials import Credential
from certificates.models.keys import SigningKey

__all__ = ["Award", "AwardChange", "AwardQuerySet", "Credential", "SigningKey"]
