"""One question on the authors' side: its versions, what differs between them, where it stands, and counts."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.permissions import Viewer
from assessments.bank.finding import course_language, is_used, may_see_key
from assessments.bank.listing import MISSING, in_language, states_of
from assessments.hooks import Place, Workshop, used_in, workshop_of
from assessments.models import (
    EditionItem,
    Item,
    ItemVersion,
    ItemWording,
    Response,
)
from lms.marks import difference
from lms.suppression import Cell, suppress


@dataclass(frozen=True)
class Shelf:
    """A test of an edition that may ask a version: `corrections` are the first and the last revision that do."""

    edition: int
    test: str
    version: int
    corrections: tuple[int, int]


@dataclass(frozen=True)
class Counts:
    """Of one version: on how many papers it stands, and how many answers there are."""

    papers: Cell
    answers: Cell


class One:
    """One question with everything that its page says; each part is asked for once."""

    def __init__(self, viewer: Viewer, item: Item) -> None:
        course = item.bank.course
        assert course is not None
        self.viewer, self.item, self.course = viewer, item, course

    @cached_property
    def workshop(self) -> Workshop | None:
        return workshop_of(self.course)

    @property
    def language(self) -> str:
        return course_language(self.course, self.workshop)

    @cached_property
    def versions(self) -> list[ItemVersion]:
        rows = self.item.versions.select_related("item", "created_by__user").prefetch_related("wordings")
        return list(rows.order_by("-number"))

    @property
    def version(self) -> ItemVersion:
        return self.versions[0]

    @cached_property
    def wordings(self) -> list[ItemWording]:
        # Each with the version that is here already.
        found = list(self.version.wordings.all())
        for each in found:
            each.version = self.version
        return found

    @property
    def source(self) -> ItemWording | None:
        """The words in the language of the course; where there are none, any."""
        return in_language(self.wordings, self.language)

    @property
    def states(self) -> list[tuple[str, str]]:
        """How far the translations are, missing ones too."""
        there = dict(states_of(self.wordings, self.language))
        wanted = set(there) | set(self.workshop.languages if self.workshop else ())
        return [(code, there.get(code, MISSING)) for code in sorted(wanted - {self.language})]

    @cached_property
    def sees_key(self) -> bool:
        return may_see_key(self.viewer, self.item)

    @cached_property
    def places(self) -> list[Place]:
        return used_in(self.course, [str(self.item.uuid)]).get(str(self.item.uuid), [])

    @cached_property
    def shelves(self) -> list[Shelf]:
        rows = (
            EditionItem.objects.filter(version__item=self.item)
            .order_by("revision__edition__number", "revision__number")
            .values_list("revision__edition__number", "revision__number", "activity__key", "version__number")
            .distinct()
        )
        found: dict[tuple[int, str, int], list[int]] = defaultdict(list)
        for edition, revision, test, version in rows:
            found[edition, test, version].append(revision)
        return [Shelf(*key, (min(numbers), max(numbers))) for key, numbers in found.items()]

    @cached_property
    def counts(self) -> dict[int, Counts]:
        """Number of a version → its counts, small ones suppressed. Statistics belong to versions."""
        rows = (
            Response.objects.filter(version__item=self.item)
            .order_by()
            .values_list("version__number")
            .annotate(papers=Count("pk"), answers=Count("pk", filter=Q(answered_at__isnull=False)))
        )
        return {number: Counts(suppress(papers), suppress(answers)) for number, papers, answers in rows}

    @cached_property
    def is_used(self) -> bool:
        """Whether anybody can have been asked it."""
        return is_used(self.item)

    @property
    def history(self) -> list["HistoryEntry"]:
        """Every version, the newest first, with what differs from the one before."""
        return [
            HistoryEntry(
                version, self.counts.get(version.number), _differences(before, version, self.language, self.sees_key)
            )
            for version, before in zip(self.versions, [*self.versions[1:], None], strict=True)
        ]


@dataclass(frozen=True)
class HistoryEntry:
    """One version in the history of a question; `differences` are (what, marked difference)."""

    version: ItemVersion
    counts: Counts | None
    differences: list[tuple[str, SafeString]]

    @property
    def by(self) -> str:
        """Who made it; empty for files, and for somebody who is forgotten."""
        actor = self.version.created_by
        return str(actor.user) if actor and actor.user else ""


def _differences(
    before: ItemVersion | None, now: ItemVersion, language: str, sees_key: bool
) -> list[tuple[str, SafeString]]:
    if before is None:
        return []
    old, new = _as_words(before, language, sees_key), _as_words(now, language, sees_key)
    return [
        (label, difference(old.get(label, ""), new.get(label, ""), is_rich=False))
        for label in [*new, *(each for each in old if each not in new)]
        if old.get(label, "") != new.get(label, "")
    ]


def _as_words(version: ItemVersion, language: str, sees_key: bool) -> dict[str, str]:
    """A version as lines that can be laid beside another's: what it is called → its words."""
    wording = in_language(list(version.wordings.all()), language)
    text: Mapping[str, Any] = wording.text if wording else {}
    found = {_("Question"): str(text.get("stem", ""))}
    for texts in text.values():
        if isinstance(texts, Mapping):
            found |= {_("Text of “%(id)s”") % {"id": each}: str(words) for each, words in texts.items()}
    if sees_key:
        found[_("Right answer")] = said(version.answer_key)
        found[_("Feedback")] = str(text.get("feedback", ""))
    found |= {
        _("Built of"): said({k: v for k, v in version.structure.items() if sees_key or k in ("options", "left")}),
        _("Must be right"): _("yes") if version.must_be_right else _("no"),
        _("Points"): str(version.points),
        _("Module"): version.module,
        _("Case"): version.scenario,
        _("Source"): version.source,
    }
    return found


def said(value: Any) -> str:
    """A neutral value in one line, as authors read it."""
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {said(each)}" for key, each in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(said(each) for each in value)
    return str(value)
