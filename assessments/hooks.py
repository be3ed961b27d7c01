"""What rooms below tell this one, which knows none of them: functions that they declare when the site starts."""

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from django.utils import timezone


@dataclass(frozen=True)
class Certificate:
    """A certificate that stands on an enrolment: what is printed on it, and where anybody checks it."""

    number: str
    issued_at: dt.datetime
    valid_until: dt.date
    is_revoked: bool
    url: str

    @property
    def is_expired(self) -> bool:
        return self.valid_until < timezone.localdate()


#: Primary keys of enrolments → the certificate of each that has one.
Certificates = Callable[[Collection[int]], Mapping[int, Certificate]]

_certificates: list[Certificates] = []


def tells_certificates(function: Certificates) -> Certificates:
    """Declare a function that knows the certificates of enrolments."""
    _certificates.append(function)
    return function


def certificates_of(enrolments: Collection[int]) -> dict[int, Certificate]:
    """The certificates of these enrolments (primary keys), as any room says."""
    found: dict[int, Certificate] = {}
    for function in _certificates if enrolments else ():
        found |= function(enrolments)
    return found
