"""The do-no-harm review: ten checks, who signs each, and what they hold back. Pure: no database.

From the domain rules, §5.4. The unit of review is a module in one language; the text of the catalogue is one more.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.roles import Role


@dataclass(frozen=True)
class Check:
    """One of the ten.

    Attributes:
        number: as the rules count them.
        title, asks: what it is called, and the question that its signature answers.
        roles: who may sign it.
        holds_back: whether nothing is published without it, where the site requires review.
        is_of_translations: whether a translation needs it anew.
        is_the_authors: whether it is signed by those who write, who sign nothing else of their own.
    """

    number: int
    title: Any
    asks: Any
    roles: tuple[Role, ...]
    holds_back: bool = False
    is_of_translations: bool = False
    is_the_authors: bool = False


CHECKS = (
    Check(
        1,
        _("Law"),
        _("Is the law right, with the numbers of the articles?"),
        (Role.LEGAL_REVIEWER,),
        holds_back=True,
        is_of_translations=True,
    ),
    Check(
        2,
        _("Security"),
        _("Could a real person, place, operation or method be recognised?"),
        (Role.SECURITY_REVIEWER,),
        holds_back=True,
    ),
    Check(
        3,
        _("Protection"),
        _("Could it lead an officer to detain, return or expose someone wrongly?"),
        (Role.PROTECTION_REVIEWER,),
        holds_back=True,
        is_of_translations=True,
    ),
    Check(
        4,
        _("Language and pictures"),
        _("Does it keep to the guide on words and pictures?"),
        (Role.LANGUAGE_REVIEWER,),
        holds_back=True,
        is_of_translations=True,
    ),
    Check(
        5,
        _("Trauma"),
        _("Are level, way to skip and self-care there, and no hard part at the end or before a test?"),
        (Role.TRAUMA_REVIEWER,),
        holds_back=True,
        is_of_translations=True,
    ),
    Check(
        6,
        _("Survivor advisers"),
        _("What do survivor advisers say? Paid, and without their names."),
        (Role.RSO_CERTIFICATION,),
    ),
    Check(
        7,
        _("Inclusion"),
        _("Is it right on gender, disability and the rights of the child?"),
        (Role.INCLUSION_REVIEWER,),
    ),
    Check(
        8,
        _("Questions"),
        _("Is each correct, with one best answer, without jokes about victims and without bias by nationality?"),
        (Role.ASSESSMENT_REVIEWER,),
    ),
    Check(
        9,
        _("Accessibility"),
        _("Contrast, captions, keyboard, plain words, slow links: can everybody take it?"),
        (Role.ACCESSIBILITY_REVIEWER,),
    ),
    Check(
        10,
        _("Next review"),
        _("When is it looked at again: after 12 months, or when the law changes?"),
        (Role.AUTHOR, Role.TRAINER),
        is_the_authors=True,
    ),
)

BY_NUMBER = {check.number: check for check in CHECKS}
NEXT_REVIEW = 10


def required(*, is_translation: bool) -> frozenset[int]:
    """The numbers of the checks without which nothing is published in a language."""
    return frozenset(
        check.number for check in CHECKS if check.holds_back and (check.is_of_translations or not is_translation)
    )


def checks_of(*, is_translation: bool) -> tuple[Check, ...]:
    """The checks of a unit: all ten, or those that a translation needs anew."""
    return tuple(check for check in CHECKS if check.is_of_translations or not is_translation)


def signing_role(roles: Iterable[str], check: Check) -> Role | None:
    """The role in which somebody who holds these may sign a check; None for who may not."""
    held = set(roles)
    return next((role for role in check.roles if role in held), None)


def lacking(signed: Collection[int], *, is_translation: bool) -> tuple[Check, ...]:
    """The checks that still hold a unit back."""
    return tuple(BY_NUMBER[number] for number in sorted(required(is_translation=is_translation) - set(signed)))
