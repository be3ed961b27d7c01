"""In which languages a test is open: those in which everything that it may draw can be asked in words of today.

A wording or a case that is behind its source is not on the shelf of a revision, or only until a day (`open_until`), so
this is read from the shelf alone and never changes for one revision and one day.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.permissions import Refused
from assessments.models import Attempt, EditionItem
from learning.manifest import DELTA, Node, Outline
from learning.models import Activity, EditionRevision
from learning.selectors import outline_for, since_of
from lms.language_names import language_info, language_name


@dataclass(frozen=True)
class Languages:
    """The languages of one test: `open` in which it can be taken, and `waiting` in which some of its texts are not
    there or not up to date."""

    open: tuple[str, ...]
    waiting: tuple[str, ...] = ()

    def taken(self, wanted: str) -> str | None:
        """The open language in which somebody takes the test who reads this one; None where it is not open."""
        return next((each for each in (wanted, wanted.split("-")[0]) if each in self.open), None)

    def is_waiting(self, wanted: str) -> bool:
        """Whether the test was there in this language, and waits for its translation."""
        return any(each in self.waiting for each in (wanted, wanted.split("-")[0]))


class LanguageNotOpen(Refused):
    """A test is not open in the language in which it is to be begun, gone on with or handed in."""

    def __init__(self, languages: Languages, wanted: str) -> None:
        self.languages, self.wanted = languages, wanted
        super().__init__(why_closed(languages, wanted))


def _isolated(language: str) -> str:
    """A language's name within a sentence that may run the other way (Unicode UAX #9: FSI, PDI)."""
    return f"\u2068{language_name(language)}\u2069"


def why_closed(languages: Languages, wanted: str) -> str:
    """Why a test cannot be taken in a language, for the officer."""
    name = _isolated(wanted)
    if languages.is_waiting(wanted):
        return _(
            "This test is not open in %(language)s at present: texts of it changed, or are not translated yet, and "
            "wait for their translation."
        ) % {"language": name}
    return _("This test is not translated into %(language)s.") % {"language": name}


def languages_of_tests(
    revision: EditionRevision, outline: Outline, *, day: dt.date | None = None, only: Node | None = None
) -> dict[str, Languages]:
    """The languages of the tests of a tree by the test's uuid, in one query; scoping is the caller's.

    Arguments:
        outline: of a refresher, its own: its test asks about its modules only.
        day: as on this day; today where none is given.
        only: one test of the tree.
    """
    tests = [only] if only else [node for node in outline.walk() if node.kind == Activity.Kind.QUIZ]
    rows = EditionItem.objects.filter(revision=revision, activity__uuid__in=[node.uuid for node in tests])
    if any(node.purpose == DELTA for node in tests):
        rows = rows.filter(version__module__in=[module.key for module in outline.modules])
    return {str(test): languages for test, languages in _counted(rows, day or timezone.localdate()).items()}


def _counted(rows: QuerySet[EditionItem], day: dt.date) -> dict[UUID, Languages]:
    counts: dict[UUID, dict[str, tuple[int, int]]] = {}
    is_open = Q(open_until=None) | Q(open_until__gte=day)
    for test, language, there, ready in (
        rows.order_by()
        .values("activity__uuid", "language")
        .annotate(there=Count("pk"), ready=Count("pk", filter=is_open))
        .values_list("activity__uuid", "language", "there", "ready")
    ):
        counts.setdefault(test, {})[language] = (there, ready)
    found = {}
    for test, by_language in counts.items():
        # The source language has every question, so it has the most.
        total = max(there for there, _ready in by_language.values())
        whole = {language for language, (_there, ready) in by_language.items() if ready == total}
        found[test] = Languages(tuple(sorted(whole)), tuple(sorted(set(by_language) - whole)))
    return found


def languages_of_attempt(attempt: Attempt) -> Languages:
    """The languages in which an attempt can be gone on with and handed in: those in which its test was open when it
    was begun. So a paper that is under way is never lost, whatever changes in the meantime."""
    rows = EditionItem.objects.filter(revision=attempt.revision_id, activity=attempt.activity_id)
    outline = outline_for(attempt.enrolment, attempt.revision) if since_of(attempt.enrolment) else None
    if outline is not None and not outline.renews:
        rows = rows.filter(version__module__in=[module.key for module in outline.modules])
    found = _counted(rows, timezone.localdate(attempt.started_at))
    return next(iter(found.values()))


@dataclass(frozen=True)
class Choice:
    """An open language as a button: how it calls itself, and the address that leads to the same place in it."""

    code: str
    name: str
    url: str


def choices_of(languages: Languages, place: str) -> list[Choice]:
    """The open languages that the site offers, each with the way to a place in it; it is then the person's language."""
    offered = dict(settings.LANGUAGES)
    query = urlencode({"next": place})
    return [
        Choice(each, str(language_info(each)["name_local"]), f"{reverse('choose_language', args=[each])}?{query}")
        for each in languages.open
        if each in offered
    ]


def words_of_open(languages: Sequence[str]) -> str:
    """In which languages a test is open, in a sentence."""
    return _("It is open in: %(languages)s.") % {"languages": ", ".join(map(_isolated, languages))}
