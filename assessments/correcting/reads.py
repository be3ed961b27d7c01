"""Reads for the pages on which questions are corrected and appeals answered, scoped to their viewer.

Trainers see papers by a code and nobody's name. Coordinators see which certificates of their own officers are in
question. The RSO sees by member what the member shares: a learner code, and a name after a reason.
"""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet, Subquery
from django.http import Http404

from accounts.models import User
from accounts.permissions import Right, Viewer, has_right, scope_of
from accounts.selectors import names_for
from assessments.correcting.keys import key_of
from assessments.correcting.regrading import Ruling
from assessments.hooks import Certificate, certificates_of
from assessments.models import Appeal, Attempt, Correction, CorrectionRun, EditionItem, Item, ItemVersion, Regrade
from assessments.models import Response as PaperResponse
from assessments.selectors import QuestionView, question_view
from assessments.types import TYPES
from learning.models import Enrolment
from learning.selectors import classes_taught_by, enrolments_seen_by, pick_language
from learning.selectors.classes import label_outside
from learning.sharing import SHARED
from lms.suppression import Cell, suppress

#: Who looks at corrections: whoever makes them, and the RSO, which answers for certificates.
LOOKS = (Right.PUBLISH_COURSES, Right.ADVISE, Right.MANAGE_CLASSES)
#: Who hears appeals: whoever publishes courses, and who teaches the officer's class.
HEARS = (Right.PUBLISH_COURSES, Right.TEACH)
#: Whom results that a correction put in question concern.
ANSWERS_FOR_CERTIFICATES = (Right.ADVISE, Right.MANAGE_CLASSES)
#: So many of the answers that were given are listed.
MOST_ANSWERS = 40


def _may(viewer: Viewer, rights: Collection[Right]) -> bool:
    return any(has_right(viewer, right) for right in rights)


# --- questions


def corrections_seen_by(viewer: Viewer) -> QuerySet[Correction]:
    """All corrections, newest first, for those who look at them; nothing for others."""
    rows = Correction.objects.select_related("version__item__bank__course", "run").order_by("-pk")
    return rows if _may(viewer, LOOKS) else rows.none()


def runs_seen_by(viewer: Viewer) -> QuerySet[CorrectionRun]:
    """Previews and the work of corrections, for those who look at them; nothing for others."""
    rows = CorrectionRun.objects.select_related("version__item__bank__course", "correction", "newest_seen", "appeal")
    return rows if _may(viewer, LOOKS) else rows.none()


def one_run(viewer: Viewer, run: uuid.UUID) -> CorrectionRun:
    """One preview.

    Raises:
        Http404: there is none, or the viewer does not look at corrections.
    """
    found = runs_seen_by(viewer).filter(uuid=run).first()
    if found is None:
        raise Http404
    return found


def one_correction(viewer: Viewer, correction: uuid.UUID) -> Correction:
    """One correction.

    Raises:
        Http404: there is none, or the viewer does not look at corrections.
    """
    found = corrections_seen_by(viewer).filter(uuid=correction).first()
    if found is None:
        raise Http404
    return found


def versions_asked(viewer: Viewer, words: str) -> list[ItemVersion]:
    """Versions of questions of tests whose key, or course, has these words; at most 30, those on a paper only."""
    if not has_right(viewer, Right.PUBLISH_COURSES) or not words.strip():
        return []
    rows = ItemVersion.objects.exclude(item__pool=Item.Pool.PRACTICE).select_related("item__bank__course")
    for word in words.split()[:5]:
        rows = rows.filter(
            Q(item__key__icontains=word) | Q(item__bank__course__code__icontains=word) | Q(item__type=word.lower())
        )
    asked = PaperResponse.objects.filter(version=OuterRef("pk"))
    return list(rows.filter(Exists(asked)).order_by("item__bank__course__code", "item__key", "-number")[:30])


def one_version(viewer: Viewer, item: uuid.UUID, number: int) -> ItemVersion:
    """One version of a question, for those who correct it.

    Raises:
        Http404: there is none, or the viewer corrects none.
    """
    rows = ItemVersion.objects.select_related("item__bank__course")
    found = rows.filter(item__uuid=item, number=number).first()
    if found is None or not has_right(viewer, Right.PUBLISH_COURSES):
        raise Http404
    return found


@dataclass(frozen=True)
class Asked:
    """A version as it was asked, in one language."""

    version: ItemVersion
    wording: Mapping[str, Any]
    language: str

    def view(self, *, prefix: str = "q", answer: Any = None, key: Any = None) -> QuestionView:
        """The question; with a key what is right is marked."""
        structure = self.version.structure
        return question_view(
            prefix=prefix,
            type=self.version.item.type,
            structure=structure,
            wording=self.wording,
            order=TYPES[self.version.item.type].listed_order(structure),
            answer=answer,
            answer_key=key,
            language=self.language,
        )

    def words_of(self, answer: Any) -> str:
        """An answer in words."""
        return self.view(answer=answer).answer_text

    def words_of_keys(self, keys: Sequence[Any]) -> list[str]:
        """Answer keys in words, each once."""
        return list(dict.fromkeys(words for key in keys if (words := _key_in_words(self, key))))


def _key_in_words(asked: Asked, key: Any) -> str:
    version = asked.version
    if version.item.type == Item.Type.SHORT_TEXT:
        return "; ".join(text for texts in key["accepted"].values() for text in texts)
    right = TYPES[version.item.type].solution(version.structure, key, asked.language)
    return "" if right is None else asked.words_of(right)


def as_asked(version: ItemVersion, language: str) -> Asked | None:
    """How a version was asked last, in the best language; None for one that was never published."""
    items: dict[str, EditionItem] = {}
    for item in EditionItem.objects.filter(version=version).select_related("content").order_by("revision", "pk"):
        items[item.language] = item
    if not items:
        return None
    found = items[pick_language(items, language)]
    return Asked(version, found.content.body, found.language)


@dataclass(frozen=True)
class GivenAnswer:
    """One answer that officers gave to a version, how often, and whether it counts as right now."""

    key: Any
    words: str
    language: str
    count: Cell
    is_right: bool


def given_answers(viewer: Viewer, asked: Asked, ruling: Ruling) -> list[GivenAnswer]:
    """What was answered on handed-in papers, most frequent first; small counts are not told. Nobody's name.

    For those who correct questions; nothing for others.
    """
    version = asked.version
    kind = TYPES[version.item.type]
    if not has_right(viewer, Right.PUBLISH_COURSES) or kind.is_marked_by_hand:
        return []
    rows = (
        PaperResponse.objects.filter(version=version, attempt__submitted_at__isnull=False, answer__isnull=False)
        .order_by()
        .values("answer")
        .annotate(n=Count("pk"), first=Min("language"))
        .order_by("-n")[:MOST_ANSWERS]
    )
    return [
        GivenAnswer(
            key=key_of(version.item.type, version.structure, version.answer_key, row["answer"], row["first"]),
            words=asked.words_of(row["answer"]),
            language=row["first"],
            count=suppress(row["n"]),
            is_right=any(kind.is_right(version.structure, key, row["answer"]) for key in ruling.keys),
        )
        for row in rows
    ]


# --- papers


@dataclass(frozen=True)
class Changed:
    """One paper whose result a correction changes. `label` is empty unless the viewer may know whose it is."""

    attempt: Attempt
    before: int
    after: int
    passed_before: bool | None
    passed_after: bool | None
    is_below: bool
    label: str = ""
    is_named: bool = False
    certificate: Certificate | None = None

    @property
    def code(self) -> str:
        return code_of(self.attempt)

    @property
    def passes(self) -> bool:
        """Whether it is passed by the correction."""
        return bool(self.passed_after and not self.passed_before)


def code_of(attempt: Attempt) -> str:
    """By what a paper is called where nobody is to be named."""
    return attempt.uuid.hex[:8]


def percent_of(score: Decimal, points: int) -> int:
    """A result in whole percent, rounded down as everywhere."""
    return int(100 * score / points) if points else 0


def changed_papers(viewer: Viewer, run: CorrectionRun, *, names: bool) -> list[Changed]:
    """The papers that a run lists, those first whose passing changes.

    Arguments:
        names: whether names are asked for; they come only where the member shares them.
    """
    if not _may(viewer, LOOKS):
        return []
    # Earlier runs listed papers on which only the points changed, too.
    others = [
        row
        for row in run.figures.get("others", ())
        if row[5] != row[6] or percent_of(Decimal(row[1]), row[2]) != percent_of(Decimal(row[3]), row[4])
    ]
    listed = [*run.figures.get("decisive", ()), *others]
    attempts = Attempt.objects.select_related("enrolment").in_bulk([row[0] for row in listed])
    enrolments = [each.enrolment_id for each in attempts.values()]
    labels = labels_of(viewer, enrolments, names=names)
    certificates = certificates_of(enrolments) if _may(viewer, ANSWERS_FOR_CERTIFICATES) else {}
    return [
        Changed(
            attempt=attempts[pk],
            before=percent_of(Decimal(score), points),
            after=percent_of(Decimal(new_score), new_points),
            passed_before=passed,
            passed_after=passed_now,
            is_below=is_below,
            label=labels.get(attempts[pk].enrolment_id, _NOBODY).label,
            is_named=labels.get(attempts[pk].enrolment_id, _NOBODY).is_name,
            certificate=certificates.get(attempts[pk].enrolment_id),
        )
        for pk, score, points, new_score, new_points, passed, passed_now, is_below in listed
        if pk in attempts
    ]


def how_many_certificates(run: CorrectionRun) -> int:
    """On how many certificates papers stand that a run lists as below the mark now. Told to nobody by name."""
    below = [row[0] for row in run.figures.get("decisive", ()) if row[7]]
    enrolments = Attempt.objects.filter(pk__in=below).values_list("enrolment", flat=True)
    return len(certificates_of(set(enrolments)))


@dataclass(frozen=True)
class Known:
    """By what the viewer knows an officer: a name, or a learner code. A number of a certificate leads to the name, so
    it stands beside a name only."""

    label: str
    is_name: bool


_NOBODY = Known("", is_name=False)


def labels_of(viewer: Viewer, enrolments: Collection[int], *, names: bool) -> dict[int, Known]:
    """By what the viewer may know the officers of these enrolments: only the RSO, only of members that share them."""
    scope = scope_of(viewer, Right.SEE_SHARED)
    if not scope:
        return {}
    rows = Enrolment.objects.filter(
        scope.q(member="member_id", agency="agency_id"),
        pk__in=set(enrolments),
        member__sharing__in=SHARED,
        actor__user__isnull=False,
    ).annotate(label=label_outside("actor", names=names))
    found = rows.values_list("pk", "label", "actor__user__learner_code")
    return {pk: Known(label, is_name=label != code) for pk, label, code in found}


def results_in_question(viewer: Viewer) -> QuerySet[Regrade]:
    """Results that stay passed although corrections took them below the mark, newest first, for the RSO.

    Without those of officers who passed the same test on another paper, because nothing hangs on these.
    """
    return _in_question() if _may(viewer, ANSWERS_FOR_CERTIFICATES) else Regrade.objects.none()


def _in_question() -> QuerySet[Regrade]:
    newest = Regrade.objects.filter(attempt=OuterRef("attempt")).order_by("-pk")
    elsewhere = (
        Attempt.objects.filter(
            Q(passed=True) | Q(regrades__passed=True),
            enrolment=OuterRef("attempt__enrolment"),
            activity=OuterRef("attempt__activity"),
        )
        .exclude(pk=OuterRef("attempt"))
        .exclude(regrades__is_below=True)
    )
    return (
        Regrade.objects.filter(~Exists(elsewhere), is_below=True, pk=Subquery(newest.values("pk")[:1]))
        .select_related(
            "attempt__enrolment__course", "attempt__enrolment__member", "attempt__activity", "correction__version__item"
        )
        .order_by("-pk")
    )


@dataclass(frozen=True)
class InQuestion:
    """A certificate of an officer of the viewer's that a correction put in question. No score; the RSO decides."""

    enrolment: Enrolment
    person: User
    name: str
    certificate: Certificate
    since: dt.datetime


def own_certificates_in_question(viewer: Viewer) -> list[InQuestion]:
    """The certificates that corrections put in question, of the officers whose names this viewer may see; newest first.

    As `results_in_question`, and only where there is a certificate. Nothing for who coordinates nobody.
    """
    found: dict[int, Regrade] = {}
    for row in (
        _in_question()
        .filter(attempt__enrolment__in=enrolments_seen_by(viewer))
        .select_related("attempt__enrolment__course", "attempt__enrolment__member", "attempt__enrolment__actor__user")
    ):
        found.setdefault(row.attempt.enrolment_id, row)
    certificates = certificates_of(found)
    people = {pk: row.attempt.enrolment.actor.user for pk, row in found.items() if pk in certificates}
    names = names_for(viewer, people.values())
    return [
        InQuestion(found[pk].attempt.enrolment, person, names[person.pk], certificates[pk], found[pk].regraded_at)
        for pk, person in people.items()
        if person is not None
    ]


# --- appeals


def appeals_heard_by(viewer: Viewer) -> QuerySet[Appeal]:
    """The appeals that this person hears, oldest first: all, or those of the classes that the person teaches."""
    rows = Appeal.objects.select_related(
        "response__version__item__bank__course",
        "response__content",
        "response__attempt__enrolment__actor",
        "response__attempt__enrolment__member",
    ).order_by("made_at", "pk")
    if has_right(viewer, Right.PUBLISH_COURSES):
        return rows
    return rows.filter(response__attempt__enrolment__klass__in=classes_taught_by(viewer))


def one_appeal(viewer: Viewer, appeal: uuid.UUID) -> Appeal:
    """One appeal.

    Raises:
        Http404: there is none that this person hears.
    """
    found = appeals_heard_by(viewer).filter(uuid=appeal).first()
    if found is None:
        raise Http404
    return found
