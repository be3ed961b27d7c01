"""What stands between the workshop and the shelf: whether what is to be published was signed as it stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.services import FrozenItem
from courses.pages.grace import Grace
from courses.pages.models import ReviewedIn, SignOff
from courses.pages.review import Check, lacking
from courses.pages.selectors import COURSE_KEY, Renderings, Tree
from courses.pages.units import Unit, unit_of, units_of
from learning.manifest import digest_of
from learning.models import Course, EditionRevision, ManifestEntry, ReviewState
from learning.selectors import newest_revision
from learning.services import Draft, UnreviewedContent
from lms.language_names import language_info

#: (unit, language, digest) → the signatures that hold for it, by check.
Signatures = dict[tuple[str, str, str], dict[int, SignOff]]


def words_of_lack(unit: Unit, checks: Sequence[Check]) -> str:
    """A unit with the checks that it lacks, as its authors know them."""
    named = ", ".join(f"{check.number} {check.title}" for check in checks)
    return _("“%(title)s” (%(checks)s)") % {"title": unit.title, "checks": named}


class NotReviewed(UnreviewedContent):
    """The site requires review, and modules of the source language lack signatures; the message names them.

    Attributes:
        course: whose.
        units: what lacks signatures, with the checks that lack.
    """

    def __init__(self, course: Course, units: Sequence[tuple[Unit, tuple[Check, ...]]]) -> None:
        self.course, self.units = course, tuple(units)
        lines = "; ".join(words_of_lack(unit, checks) for unit, checks in self.units)
        super().__init__(
            ngettext(
                "Nothing was published: this site requires review, and one part of %(course)s lacks signatures: "
                "%(parts)s.",
                "Nothing was published: this site requires review, and %(count)d parts of %(course)s lack signatures: "
                "%(parts)s.",
                len(self.units),
            )
            % {"course": course.code, "count": len(self.units), "parts": lines}
        )


def signatures_of(course: Course, *, unit: str = "", language: str = "") -> Signatures:
    """Every signature of a course (or of one unit, one language) that its newest verdict did not take back."""
    rows = SignOff.objects.filter(course=course).select_related("actor__user")
    rows = rows.filter(unit=unit) if unit else rows
    rows = rows.filter(language=language) if language else rows
    newest: Signatures = {}
    for row in rows.order_by("pk"):
        newest.setdefault((row.unit, row.language, row.text_id), {})[row.number] = row
    return {
        key: {number: row for number, row in rows.items() if row.verdict == SignOff.Verdict.SIGNED}
        for key, rows in newest.items()
    }


@dataclass(frozen=True)
class Review:
    """How far the review of a course is, in the languages that are to be published, the source's first.

    Attributes:
        units: of every language.
        signed: all signatures that hold today.
        published: those that the latest revision stands on: what officers read stays as it is while it is not changed.
        settled: (unit, language) → its digest before corrections that keep the meaning, as long as their grace lasts.
    """

    course: Course
    units: tuple[Unit, ...]
    source_language: str
    modules: Mapping[str, tuple[str, ...]]
    signed: Signatures
    published: Signatures
    settled: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def signatures(self, unit: Unit) -> dict[int, SignOff]:
        """The signatures of a unit as it stands, by check. For the days of the grace those of a translation hold that
        is behind only for corrections which keep the meaning."""
        found: dict[int, SignOff] = {}
        for digest in (self.settled.get((unit.key, unit.language)), unit.digest):
            if digest:
                key = (unit.key, unit.language, digest)
                found |= self.published.get(key, {}) | self.signed.get(key, {})
        return found

    def lacks(self, unit: Unit) -> tuple[Check, ...]:
        """The checks that hold a unit back."""
        return lacking(self.signatures(unit), is_translation=unit.is_translation)

    @cached_property
    def reviewed(self) -> frozenset[tuple[str, str]]:
        """(unit, language) of all that lacks nothing."""
        return frozenset((unit.key, unit.language) for unit in self.units if not self.lacks(unit))

    @property
    def held_back(self) -> list[tuple[Unit, tuple[Check, ...]]]:
        """What of the source language cannot be published for want of signatures, with the checks that it lacks."""
        if not settings.REQUIRE_REVIEW:
            return []
        own = [(unit, self.lacks(unit)) for unit in self.units if not unit.is_translation]
        return [(unit, checks) for unit, checks in own if checks]

    def require(self) -> None:
        """Stop, where the site requires review, what lacks signatures in the source language.

        Raises:
            NotReviewed: something does.
        """
        if held := self.held_back:
            raise NotReviewed(self.course, held)

    def let_through(self, shown: Renderings) -> Renderings:
        """A language without the units that are not reviewed in it, where the site requires it: there officers read
        the source language."""
        if not settings.REQUIRE_REVIEW or shown.language == self.source_language:
            return shown

        def holds(key: str) -> bool:
            return (key, shown.language) in self.reviewed

        of = {lesson: module for module, lessons in self.modules.items() for lesson in lessons}
        return replace(
            shown,
            course=shown.course if holds(COURSE_KEY) else replace(shown.course, basis={}),
            modules={key: each if holds(key) else replace(each, basis={}) for key, each in shown.modules.items()},
            lessons={key: each if holds(of[key]) else replace(each, basis={}) for key, each in shown.lessons.items()},
        )

    def states(self, language: str) -> dict[str, str]:
        """Key of the course, each module and each lesson → its state of review."""
        found: dict[str, str] = {}
        for key in (COURSE_KEY, *self.modules):
            state = ReviewState.REVIEWED if (key, language) in self.reviewed else ReviewState.DRAFT
            found |= dict.fromkeys((key, *self.modules.get(key, ())), state)
        return found

    def asked(self, items: Sequence[FrozenItem]) -> list[FrozenItem]:
        """Questions with their state of review; where the site requires it, in reviewed languages only."""
        found = []
        for item in items:
            unit = unit_of(item.version, self.modules)
            languages = {self.source_language, item.language}
            is_reviewed = all((unit, language) in self.reviewed for language in languages)
            if is_reviewed or item.language == self.source_language or not settings.REQUIRE_REVIEW:
                state = ReviewState.REVIEWED if is_reviewed else ReviewState.DRAFT
                found.append(replace(item, review_state=state))
        return found

    def note(self, revision: EditionRevision) -> None:
        """Keep which signatures a revision stands on; those given later for the same text are added."""
        known = set(ReviewedIn.objects.filter(revision=revision).values_list("sign_off", flat=True))
        languages = set(
            ManifestEntry.objects.filter(revision=revision).order_by().values_list("language", flat=True).distinct()
        )
        rows = [
            ReviewedIn(revision=revision, sign_off=row)
            for unit in self.units
            if unit.language in languages and (not settings.REQUIRE_REVIEW or not self.lacks(unit))
            for row in self.signatures(unit).values()
            if row.pk not in known
        ]
        ReviewedIn.objects.bulk_create(rows, ignore_conflicts=True)


def review_of(course: Course, source: Tree, shown: Sequence[Renderings], grace: Grace | None = None) -> Review:
    """How far the review is of a course that is to be published in these languages, the source's first."""
    settled = {}
    if grace and grace.days and grace.corrections:
        for each in shown[1:]:
            for unit in units_of(course, grace.settled_all(each), source, within=grace.of_question):
                settled[unit.key, unit.language] = unit.digest
    latest = newest_revision(course)
    return Review(
        course=course,
        units=tuple(unit for each in shown for unit in units_of(course, each, source)),
        source_language=source.language,
        modules={module.key: tuple(lesson.key for lesson in lessons) for module, lessons in source.modules},
        signed=signatures_of(course),
        published=signatures_in(latest) if latest else {},
        settled=settled,
    )


def signatures_in(revision: EditionRevision) -> Signatures:
    """The signatures that a revision stands on, for those who look into the past."""
    found: Signatures = {}
    rows = ReviewedIn.objects.filter(revision=revision).select_related("sign_off__actor__user").order_by("sign_off")
    for row in rows:
        sign_off = row.sign_off
        found.setdefault((sign_off.unit, sign_off.language, sign_off.text_id), {})[sign_off.number] = sign_off
    return found


def unchanged_stay_reviewed(course: Course, drafts: Sequence[Draft]) -> list[Draft]:
    """Drafts of which the very content was reviewed in the latest revision keep that state.

    So an edit of one lesson makes no draft of the other lessons of its module. What may be published is not decided
    here: where review is required, whole modules are signed.
    """
    latest = newest_revision(course)
    if latest is None:
        return list(drafts)
    reviewed = set(
        ManifestEntry.objects.filter(revision=latest, review_state=ReviewState.REVIEWED).values_list(
            "activity", "language", "content"
        )
    )
    return [
        replace(draft, review_state=ReviewState.REVIEWED)
        if draft.review_state != ReviewState.REVIEWED
        and (draft.activity.pk, draft.language, digest_of({"body": draft.body, "source": draft.source})) in reviewed
        else draft
        for draft in drafts
    ]


def language_name(code: str) -> str:
    """A language in the words of the page."""
    return str(capfirst(language_info(code)["name_translated"]))
