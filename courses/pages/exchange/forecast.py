"""What an import will make of the edition that the site has, and what it would write over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.drawing.blueprint import Traits, matches, rows_in
from assessments.rules import Draw
from courses.pages.exchange.bundle import Bundle
from courses.pages.exchange.present import Present, present_fields, present_version, tidy_wording
from courses.pages.exchange.test_rules import present_rules
from courses.pages.models import LastImport
from learning.manifest import Rules, digest_of
from learning.models import Course, EditionRevision, ReviewState

Makes = Literal["nothing", "correction", "edition", "workshop"]

#: The parts of a page of each kind that a person can edit on the site.
EDITED = {
    "course page": ("title", "summary", "audience", "outcomes", "sources", "credits"),
    "module": ("title", "objectives"),
    "lesson": ("title", "body"),
}


@dataclass(frozen=True)
class Forecast:
    """What officers read now, and what they would read after an import.

    Attributes:
        edition, revision: that the site has; None while nothing is published.
        makes: a correction of that edition, a new edition, nothing, or a draft in the workshop only.
        reasons: why, in words for people.
    """

    edition: int | None = None
    revision: int | None = None
    makes: Makes = "edition"
    reasons: tuple[str, ...] = ()

    def __str__(self) -> str:
        has = (
            _("The site has edition %(edition)d, revision %(revision)d.")
            % {"edition": self.edition, "revision": self.revision}
            if self.edition is not None
            else _("Nothing of this course is published on the site yet.")
        )
        return " ".join([has, self.outcome, *self.reasons])

    @property
    def outcome(self) -> str:
        """What the import makes, in a sentence."""
        if self.makes == "nothing":
            return _("The import publishes nothing new.")
        if self.makes == "workshop":
            return _("The import brings drafts into the workshop and publishes nothing.")
        if self.makes == "edition" or self.edition is None:
            return _("The import makes edition %(edition)d.") % {"edition": (self.edition or 0) + 1}
        return _("The import makes a correction: edition %(edition)d, revision %(revision)d.") % {
            "edition": self.edition,
            "revision": (self.revision or 0) + 1,
        }


def forecast(
    bundle: Bundle, courses: Mapping[str, str], *, has_changes: bool, as_new_edition: bool, is_trusted: bool
) -> Forecast:
    """What an import makes, by the same rules as a publication.

    Arguments:
        courses: the uuid for every name of a prerequisite.
        is_trusted: whether what the files say about review counts.
    """
    latest = EditionRevision.objects.filter(edition__course__uuid=bundle.id).select_related("edition").last()
    site = partial(Forecast, latest.edition.number if latest else None, latest.number if latest else None)
    drafts = [each.code for each in bundle.languages if each.review_state != ReviewState.REVIEWED or not is_trusted]
    if settings.REQUIRE_REVIEW and drafts and (has_changes or not latest):
        return site("workshop", (_("This site requires review, and the texts have none yet."),))
    if latest is None:
        return Forecast(makes="edition")
    if as_new_edition:
        return site("edition", (_("A new edition was asked for."),))
    rules = _rules(bundle, courses).as_json()
    differing = sorted(
        name for name in {*rules, *latest.edition.rules} if rules.get(name) != latest.edition.rules.get(name)
    )
    if differing:
        reason = _("Rules that count differ: %(names)s. Officers who began keep the rules of their edition.")
        return site("edition", (reason % {"names": ", ".join(differing)},))
    if has_changes:
        reason = _("The rules stay, so officers who began get the change and keep what they have done.")
        return site("correction", (reason,))
    return site("nothing")


def _rules(bundle: Bundle, courses: Mapping[str, str]) -> Rules:
    pools = [pool for pool, draw in (("pretest", bundle.pretest.draw), ("test", bundle.final.draw)) if draw]
    asked = {question.key for question in bundle.questions if question.pool in pools}
    if bundle.final.rules and (rows := rows_in(bundle.final.rules.sections)):
        # As far as the files say of which kind a question is.
        kinds = [Draw(count=row.count, module=row.module, items=row.items) for row in rows]
        asked = {
            question.key
            for question in bundle.questions
            if question.pool == "test"
            and any(matches(kind, Traits(key=question.key, module=question.module)) for kind in kinds)
        }
    return Rules(
        pass_mark=bundle.pass_mark,
        validity_months=bundle.validity_months,
        design_minutes=bundle.design_minutes,
        must_be_right=tuple(sorted(asked & set(bundle.must_be_right))),
        prerequisites=tuple(sorted(courses.get(name, name) for name in bundle.details.prerequisites)),
        follow_up_days=bundle.details.follow_up_days,
    )


# --- what was edited on the site since


def parts_of(present: Present) -> dict[str, str]:
    """Name of everything that a person can edit on the site → its digest as it is now."""
    keys, found = present.keys, {}
    for code, tree in present.trees.items():
        pages: list[tuple[str, str, Any]] = [("course page", present.course.slug if present.course else "", tree.page)]
        pages += [("module", key, page) for key, page in tree.modules.items()]
        pages += [("lesson", key, page) for key, page in tree.lessons.items()]
        for kind, key, page in pages:
            found[f"{kind}/{key}/{code}"] = digest_of(present_fields(page, EDITED[kind], keys))
    for key, item in present.items.items():
        if item.version is not None:
            fields = present_version(item.item.type, item.version, present.pictures)
            if fields["weight"] == 1:
                del fields["weight"]  # as it was noted before questions had one
            found[f"question/{key}/"] = digest_of(fields | item.sorting.as_json())
            for code, wording in item.wordings.items():
                found[f"wording/{key}/{code}"] = digest_of(tidy_wording(wording.text))
    for purpose, rules in present_rules(present.course).items():
        found[f"rules/{purpose}/"] = digest_of(rules.as_json(purpose))
    return found


def edited_since(present: Present, changes: Sequence[Any]) -> tuple[list[str], Any]:
    """What a plan writes over though a person edited it on the site since the last import, and when that was."""
    mark = LastImport.objects.filter(course=present.course).first() if present.course else None
    if mark is None:
        return [], None
    now = parts_of(present)
    names = {f"{each.kind}/{each.key}/{each.language}" for each in changes if each.action != "make"}
    return sorted(name for name in names if name in mark.parts and now.get(name) != mark.parts[name]), mark.at


def mark_import(course: Course, present: Present) -> None:
    """Keep what the site has after an import."""
    LastImport.objects.update_or_create(course=course, defaults={"at": timezone.now(), "parts": parts_of(present)})
