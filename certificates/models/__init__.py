"""What was certified, what became of it, and the keys that vouch for it."""

from certificates.models.awards import Award, AwardChange, AwardQuerySet
from certificates.models.credentials import Credential
from certificates.models.keys import SigningKey
from certificates.models.reminders import AwardReminder

__all__ = ["Award", "AwardChange", "AwardQuerySet", "AwardReminder", "Credential", "SigningKey"]
