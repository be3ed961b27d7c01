"""Reads of assessments, scoped to their viewer: a question as a page shows it, a paper, a result."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import BigIntegerField, Count, IntegerField, OuterRef, Q, QuerySet, Subquery, UUIDField
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Viewer
from assessments.correcting.regrading import Ruling
from assessments.models import (
    Attempt,
    Bank,
    Correction,
    EditionItem,
    Item,
    ItemVersion,
    ItemWording,
    QuestionFile,
    Regrade,
    Response,
    StrayAnswer,
)
from assessments.types import TYPES, OptionView, PartView, PieceView, RowView, TypedView
from assessments.wordings import current, speaks
from learning.manifest import CONTENT_LEVELS
from learning.models import Course, Enrolment
from learning.permissions import may_look_back
from learning.selectors import pick_language
from lms.prepared import Given, Prepared

MOST_STRAYS_SHOWN = 20


@dataclass(frozen=True)
class PictureView:
    """The picture of a question, with its text alternative."""

    address: str
    width: int
    height: int
    alt: str


@dataclass(frozen=True)
class QuestionView:
    """One question, ready for the item templates. While `is_revealed` is false it holds nothing of the key.

    Attributes:
        rows: options, rows, pieces or a field, as its type shows them; of a set nothing.
        parts: the questions of a set.
        is_right: None while nothing is revealed, and where a person marks it.
        is_partly_right: some of it is right.
        is_multiple: more than one option may be chosen.
        is_whole: only a whole answer can be saved, so a page does not send one that is half chosen.
    """

    prefix: str
    type: str
    template: str
    stem: str
    scenario: str
    level_note: str
    rows: Sequence[Any]
    is_revealed: bool = False
    is_right: bool | None = None
    feedback: str = ""
    source: str = ""
    is_multiple: bool = False
    language: str = ""
    parts: Sequence["QuestionView"] = ()
    picture: PictureView | None = None
    is_partly_right: bool = False
    is_whole: bool = False

    @property
    def typed(self) -> TypedView:
        """The one field of a question that is answered by typing."""
        field: TypedView = self.rows[0]
        return field

    @property
    def answer_text(self) -> str:
        """What is chosen or typed, in words."""
        return "; ".join([*filter(None, map(_answer_text, self.rows)), *(part.answer_text for part in self.parts)])


def _answer_text(row: Any) -> str:
    if isinstance(row, PieceView):
        row = row.row or row.typed
    if isinstance(row, OptionView):
        return row.text if row.chosen else ""
    if isinstance(row, TypedView):
        return " ".join(filter(None, [row.text, *(unit.text for unit in row.choices if unit.chosen)]))
    if isinstance(row, RowView):
        return f"{row.text} – {row.chosen_text}" if row.chosen_text and row.text else row.chosen_text
    return ""


def question_view(
    *,
    prefix: str,
    type: str,
    structure: Mapping[str, Any],
    wording: Mapping[str, Any],
    order: list[str],
    answer: Any | None,
    answer_key: Any | None = None,
    language: str = "",
) -> QuestionView:
    """Build the view of a question; giving the `answer_key` reveals what is right, with feedback and source.

    `language` is that of the wording, where it may be another than the page's.
    """
    kind = TYPES[type]
    revealed = answer_key is not None
    rows = kind.rows(structure, wording, order, answer, answer_key, language)
    score = kind.score(structure, answer_key, answer) if revealed and not kind.is_marked_by_hand else None
    picture = structure.get("picture")
    return QuestionView(
        prefix=prefix,
        type=type,
        template=kind.template,
        stem=wording["stem"],
        scenario=wording.get("scenario", ""),
        level_note=str(CONTENT_LEVELS[wording.get("level", "W0")]),
        rows=[row for row in rows if not isinstance(row, PartView)],
        is_revealed=revealed,
        is_right=score == 1 if score is not None else None,
        feedback=wording["feedback"] if revealed else "",
        source=wording.get("source", "") if revealed else "",
        is_multiple=kind.takes_several(structure),
        language=language,
        parts=[_part_view(prefix, row, language) for row in rows if isinstance(row, PartView)],
        picture=PictureView(**picture, alt=wording["picture"]["alt"]) if picture else None,
        is_partly_right=score is not None and 0 < score < 1,
        is_whole=kind.is_whole(structure),
    )


def _part_view(prefix: str, part: PartView, language: str) -> QuestionView:
    return question_view(
        prefix=f"{prefix}-{part.id}",
        type=part.type,
        structure=part.structure,
        wording=part.wording,
        order=part.order,
        answer=part.answer,
        answer_key=part.answer_key,
        language=language,
    )


def question_files_of(viewer: User) -> QuerySet[QuestionFile]:
    """The files of questions that the viewer uploaded, while they are kept."""
    return QuestionFile.objects.filter(made_by=viewer)


def own_attempt(user: User, attempt_uuid: uuid.UUID) -> Attempt:
    """One of the viewer's own attempts.

    Raises:
        Http404: there is none.
    """
    attempt = (
        Attempt.objects.filter(uuid=attempt_uuid, enrolment__actor__user=user)
        .select_related(
            "enrolment__course",
            "enrolment__actor",
            "enrolment__refresher",
            "activity",
            "revision__edition",
            "record_due",
        )
        .first()
    )
    if attempt is None:
        raise Http404
    return attempt


def attempts_at(enrolment: Enrolment, activity_uuid: str) -> list[Attempt]:
    """All attempts of an enrolment at one test, oldest first; scoping is the caller's, who has the enrolment."""
    return list(Attempt.objects.filter(enrolment=enrolment, activity__uuid=activity_uuid).select_related("revision"))


@dataclass(frozen=True)
class Effective:
    """The result of a handed-in attempt that holds now: as it was graded, or after corrections and marks of essays.

    `is_below`: it stays passed although the corrections took it below the mark. `is_waiting`: whether it is passed
    depends on what a person has to mark.
    """

    right: int
    total: int
    score: Decimal
    points: int
    passed: bool | None
    is_below: bool = False
    is_corrected: bool = False
    is_marked: bool = False
    is_waiting: bool = False

    @property
    def percent(self) -> int:
        """Rounded down, so that 79.9 never reads as 80."""
        return int(100 * self.score / self.points) if self.points else 0


def effective(attempt: Attempt) -> Effective:
    """The result of one handed-in attempt that holds now. Scoping is the caller's, who has the attempt."""
    return effective_of([attempt])[attempt.pk]


def effective_of(attempts: Iterable[Attempt]) -> dict[int, Effective]:
    """The results that hold now, by primary key of the attempt; those that are open have none. Asks one query."""
    closed = {each.pk: each for each in attempts if each.submitted_at is not None}
    newest = (
        {row.attempt_id: row for row in Regrade.objects.filter(attempt__in=closed).order_by("pk")} if closed else {}
    )
    return {pk: _effective(each, newest.get(pk)) for pk, each in closed.items()}


def _effective(attempt: Attempt, regrade: Regrade | None) -> Effective:
    if regrade is not None:
        return Effective(
            right=regrade.right,
            total=regrade.total,
            score=regrade.score,
            points=regrade.points,
            passed=regrade.passed,
            is_below=regrade.is_below,
            is_corrected=regrade.correction_id is not None,
            is_marked=regrade.release_id is not None,
            is_waiting=attempt.pass_mark is not None and regrade.passed is None,
        )
    return as_handed_in(attempt)


def as_handed_in(attempt: Attempt) -> Effective:
    """The result of an attempt as it was graded when it was handed in, before corrections and marks."""
    right = attempt.right or 0
    # Before there were points a whole question counted one.
    return Effective(
        right=right,
        total=attempt.total,
        score=Decimal(right) if attempt.score is None else attempt.score,
        points=attempt.total if attempt.points is None else attempt.points,
        passed=attempt.passed,
        is_waiting=attempt.pass_mark is not None and attempt.passed is None,
    )


def corrections_of(versions: Iterable[int]) -> dict[int, Correction]:
    """The newest correction of each version (primary keys) that has one. Asks one query."""
    rows = Correction.objects.filter(version__in=set(versions)).order_by("pk")
    return {row.version_id: row for row in rows}


def ruling_of(correction: Correction) -> Ruling:
    """What counts as right in a version after its newest correction."""
    return Ruling(keys=tuple(correction.keys), is_dropped=correction.kind == Correction.Kind.DROP)


def has_open_paper(user: User, course: Course) -> bool:
    """Whether the viewer has a paper of a course that is not handed in, in whichever edition."""
    return Attempt.objects.filter(enrolment__actor__user=user, enrolment__course=course, submitted_at=None).exists()


@dataclass(frozen=True)
class PaperQuestion:
    """One question of an open paper: the saved response, and its frozen text in the language to be shown."""

    response: Response
    item: EditionItem

    def view(self, *, answer: Any | None = None, reveal: bool = False) -> QuestionView:
        response = self.response
        return question_view(
            prefix=f"q{response.position}",
            type=response.version.item.type,
            structure=response.version.structure,
            wording=self.item.content.body,
            order=response.option_order,
            answer=response.answer if answer is None else answer,
            answer_key=response.version.answer_key if reveal else None,
            language=self.item.language,
        )


def paper_question(user: User, attempt_uuid: uuid.UUID, position: int, language: str) -> PaperQuestion:
    """One question of one of the viewer's own papers.

    Raises:
        Http404: not the viewer's, or no such question.
    """
    response = _OWN_RESPONSE.first(attempt=attempt_uuid, position=position, user=user.pk)
    if response is None:
        raise Http404(_("There is no such question on this paper."))
    attempt = response.attempt
    items = {
        item.language: item
        for item in _ITEMS.all(revision=attempt.revision_id, activity=attempt.activity_id, version=response.version_id)
    }
    return PaperQuestion(response, items[pick_language(items, language)])


_OWN_RESPONSE = Prepared(
    lambda: Response.objects.filter(
        attempt__uuid=Given("attempt", UUIDField()),
        position=Given("position", IntegerField()),
        attempt__enrolment__actor__user=Given("user", BigIntegerField()),
    ).select_related("version__item", "attempt__enrolment__course", "attempt__enrolment__refresher")[:1]
)
_ITEMS = Prepared(
    lambda: EditionItem.objects.filter(
        revision=Given("revision", BigIntegerField()),
        activity=Given("activity", BigIntegerField()),
        version=Given("version", BigIntegerField()),
    ).select_related("content")
)


def paper_map(attempt: Attempt) -> list[tuple[int, bool]]:
    """(position, answered) of every question on a paper."""
    rows = Response.objects.filter(attempt=attempt).order_by("position").values_list("position", "answered_at")
    return [(position, answered_at is not None) for position, answered_at in rows]


def paper_edits(attempt: Attempt) -> dict[int, int]:
    """Position → how often it was saved."""
    return dict(Response.objects.filter(attempt=attempt).order_by("position").values_list("position", "edits"))


@dataclass(frozen=True)
class StrayView:
    """An answer that did not count, as the officer sees it beside the one that does."""

    pk: int
    text: str
    why: str
    received_at: dt.datetime
    is_new: bool


def strays_of(shown: PaperQuestion) -> list[StrayView]:
    """The answers to a question that did not count and are other than what is saved, newest first, each once.

    New are those that came after the last save: the officer has not decided about them.
    """
    response = shown.response
    found: list[StrayView] = []
    known = [response.answer]
    for stray in StrayAnswer.objects.filter(response=response).order_by("-received_at", "-pk")[:MOST_STRAYS_SHOWN]:
        if stray.answer in known:
            continue
        known.append(stray.answer)
        is_new = response.answered_at is None or stray.received_at > response.answered_at
        text = shown.view(answer=stray.answer).answer_text
        found.append(StrayView(stray.pk, text, stray.get_why_display(), stray.received_at, is_new))
    return found


def paper_answers(attempt: Attempt, language: str) -> list[PaperQuestion]:
    """Every question of a paper with its text, in a fixed number of queries."""
    items: dict[int, dict[str, EditionItem]] = {}
    for item in EditionItem.objects.filter(
        revision=attempt.revision_id, activity=attempt.activity_id, version__in=attempt.responses.values("version")
    ).select_related("content"):
        items.setdefault(item.version_id, {})[item.language] = item
    return [
        PaperQuestion(response, items[response.version_id][pick_language(items[response.version_id], language)])
        for response in attempt.responses.select_related("version__item")
    ]


@dataclass(frozen=True)
class BankCounts:
    """What a bank offers today: pool → key of a module → questions, and how many of the final test must be right."""

    pools: dict[str, dict[str, int]]
    must_be_right: int


def bank_counts(course: Course) -> BankCounts:
    """What the tests of a course can draw from; retired questions do not count. Scoping is the caller's: no content."""
    newest = ItemVersion.objects.filter(item=OuterRef("item")).order_by("-number")
    versions = ItemVersion.objects.filter(
        item__bank__course=course, item__retired_at=None, item__drafted_at=None, pk=Subquery(newest.values("pk")[:1])
    )
    pools: dict[str, dict[str, int]] = {pool: {} for pool in Item.Pool.values}
    for pool, module, count in (
        versions.order_by()
        .values_list("item__pool", "module")
        .annotate(n=Count("pk"))
        .values_list("item__pool", "module", "n")
    ):
        pools[pool][module] = count
    return BankCounts(pools, versions.filter(item__pool=Item.Pool.TEST, must_be_right=True).count())


def practice_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every open practice item as (uuid, “key · stem”), bank by bank, for the lesson editor."""
    rows = (
        # Only in the language in which the question was written: a translation says what it was made from.
        ItemWording.objects.filter(version__item__pool=Item.Pool.PRACTICE, translated_from="")
        .filter(version__item__retired_at=None, version__item__drafted_at=None)
        .order_by("version__item__bank", "version__item__key", "version__number")
        .values_list("version__item__uuid", "version__item__bank__name", "version__item__key", "text__stem")
    )
    banks: dict[str, dict[str, str]] = {}
    for item, bank, key, stem in rows:
        banks.setdefault(bank, {})[str(item)] = f"{key} · {stem}"
    return [(bank, list(items.items())) for bank, items in banks.items()]


def bank_names_of(course: Course) -> list[str]:
    """The names of the banks of a course, under which `practice_choices` lists its questions."""
    return list(Bank.objects.filter(course=course).values_list("name", flat=True))


def current_practice_item(
    item_uuid: str, language: str, course: Course | None, *, source_language: str
) -> tuple[ItemVersion, ItemWording] | None:
    """The newest version of an open practice item (of this course, where one is given) with its text, or None.

    The text is that of `language` while it is current and the key speaks it, else that of the source language.
    """
    items = Item.objects.filter(uuid=item_uuid, pool=Item.Pool.PRACTICE, retired_at=None, drafted_at=None)
    item = (items.filter(bank__course=course) if course else items).first()
    version = item.versions.select_related("item").last() if item else None
    if version is None:
        return None
    words = current(version.wordings.select_related("version__item"), source_language)
    own = words.get(language)
    wording = own if own is not None and speaks(own.version, language) else words.get(source_language)
    return (wording.version, wording) if wording else None


def practice_version(item_uuid: str, number: int) -> ItemVersion:
    """The version of an open practice item that a lesson was frozen with.

    Raises:
        Http404: it is none, or not open.
    """
    version = (
        ItemVersion.objects.filter(item__uuid=item_uuid, item__pool=Item.Pool.PRACTICE, number=number)
        .select_related("item")
        .first()
    )
    if version is None:
        raise Http404
    return version


def own_attempt_shown(user: User, digest: str) -> Attempt | None:
    """The viewer's own closed attempt whose paper has this digest, or that held a question with it; the newest."""
    named = Q(digest=digest) | Q(responses__content=digest)
    own = Attempt.objects.filter(named, enrolment__actor__user=user, submitted_at__isnull=False)
    return own.order_by("-submitted_at").first()


def questions_shown(viewer: Viewer, digest: str) -> list[QuestionView]:
    """The question that was frozen under a digest, or those of a paper with it, as they were asked: no key, no
    feedback, nobody's answer. For those who answer for the content; for others none."""
    if not may_look_back(viewer):
        return []
    item = EditionItem.objects.filter(content=digest).select_related("version__item", "content").order_by("-pk").first()
    if item is not None:
        return [_as_asked(item.version, item.content.body, item.language, 1)]
    attempt = Attempt.objects.filter(digest=digest, submitted_at__isnull=False).order_by("pk").first()
    if attempt is None:
        return []
    rows = attempt.responses.filter(content__isnull=False).select_related("version__item", "content")
    return [_as_asked(row.version, row.content.body, row.language, row.position) for row in rows if row.content]


def _as_asked(version: ItemVersion, wording: Mapping[str, Any], language: str, position: int) -> QuestionView:
    # The order of the options was each officer's own, so here it is the author's.
    structure = version.structure
    order = TYPES[version.item.type].listed_order(structure)
    return question_view(
        prefix=f"q{position}",
        type=version.item.type,
        structure=structure,
        wording=wording,
        order=order,
        answer=None,
        language=language,
    )
