"""What was certified, what became of it, the keys that vouch for it, and who signs on paper."""

from certificates.models.awards import Award, AwardChange, AwardQuerySet
from certificates.models.batches import Batch, BatchLine
from certificates.models.credentials import Credential
from certificates.models.keys import SigningKey
from certificates.models.page import MissingCharacters, PagePart, PagePicture
from certificates.models.recognitions import Evidence, Recognition, RecognitionStep
from certificates.models.reminders import AwardReminder

__all__ = [
    "Award",
    "AwardChange",
    "AwardQuerySet",
    "AwardReminder",
    "Batch",
    "BatchLine",
    "Credential",
    "Evidence",
    "MissingCharacters",
    "PagePart",
    "PagePicture",
    "Recognition",
    "RecognitionStep",
    "SigningKey",
]
