"""What rooms below tell this one, which knows none of them: functions that they declare when the site starts."""

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.files.base import File
from django.utils import timezone

from accounts.models import User
from learning.models import Course


@dataclass(frozen=True)
class Certificate:
    """A certificate that stands on an enrolment: what is printed on it, and where anybody checks it."""

    number: str
    issued_at: dt.datetime
    valid_until: dt.date
    is_revoked: bool
    is_specimen: bool
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


@dataclass(frozen=True)
class Place:
    """A place that shows a question: its title, in which language that is, and where it is edited."""

    title: str
    language: str
    url: str


@dataclass(frozen=True)
class Case:
    """A lesson whose invented case questions can be about; `level` is its content level (`learning.manifest`)."""

    key: str
    title: str
    text: str
    level: str


@dataclass(frozen=True)
class Workshop:
    """What authors of questions need to know of a course: its language, (key, title) of its modules, its cases and the
    sources that it names, and where it is translated and published."""

    language: str
    modules: tuple[tuple[str, str], ...] = ()
    cases: tuple[Case, ...] = ()
    sources: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()


#: A course and uuids of its questions → the places that show each of them.
UsedIn = Callable[[Course, Collection[str]], Mapping[str, list[Place]]]
AboutCourse = Callable[[Course], Workshop | None]

_used_in: list[UsedIn] = []
_about: list[AboutCourse] = []


def tells_where_used(function: UsedIn) -> UsedIn:
    """Declare a function that says which places show a question."""
    _used_in.append(function)
    return function


def tells_about_courses(function: AboutCourse) -> AboutCourse:
    """Declare a function that knows the workshop of a course."""
    _about.append(function)
    return function


def used_in(course: Course, questions: Collection[str]) -> dict[str, list[Place]]:
    """Uuid of a question → the places that show it now, as all rooms say; those that none shows are left out."""
    found: dict[str, list[Place]] = {}
    for function in _used_in if questions else ():
        for question, places in function(course, questions).items():
            found.setdefault(question, []).extend(places)
    return found


def workshop_of(course: Course) -> Workshop | None:
    """What is known of the workshop of a course; None where it has no pages yet."""
    return next((known for function in _about if (known := function(course)) is not None), None)


class PictureRefused(ValueError):
    """A file is not taken as a picture of a question; the message says why and what to do instead."""


@dataclass(frozen=True)
class Pictures:
    """The pictures of the site, as far as questions need them.

    Attributes:
        choices: (key, title) of those that may be chosen.
        freeze: a key → what the structure of a question has of a picture (`assessments.types.base`).
        key_of: the address of a frozen picture → its key; empty where it is no picture of the site any more.
        upload: (who, a file, what is to be seen on it) → its key, once it is a picture of the site; `PictureRefused`
            where it is none that we take.
        digest: (name, what it claims to be, its bytes) of a picture that comes with a file → a digest of what is kept
            of it. Raises a `ValueError` with the reason where it is not taken, such as where it lies about its type.
        keep: (who, name, what it claims to be, its bytes) → puts it among the pictures of the site, and what `freeze`
            says of it. None is a command. Raises as `digest`, and `Refused` for who may not write courses.
        digest_of: the address of a frozen picture → the same digest; empty where it is not known.
        original: the address of a frozen picture → (name, what it is, its bytes) as uploaded, if it is still there.
    """

    choices: Callable[[], list[tuple[str, str]]]
    freeze: Callable[[str], dict[str, Any] | None]
    key_of: Callable[[str], str]
    upload: Callable[[User, File, str], str]
    digest: Callable[[str, str, bytes], str]
    keep: Callable[[User | None, str, str, bytes], dict[str, Any]]
    digest_of: Callable[[str], str]
    original: Callable[[str], tuple[str, str, bytes] | None]


_pictures: list[Pictures] = []


def offers_pictures(pictures: Pictures) -> None:
    """Declare where the pictures of the site are."""
    _pictures.append(pictures)


def pictures_of_the_site() -> Pictures | None:
    """The pictures of the site; None where no room keeps any."""
    return _pictures[0] if _pictures else None
