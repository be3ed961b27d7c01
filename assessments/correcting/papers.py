"""Handed-in papers as they count now: read once, for whatever grades them anew. Scoping is the caller's."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from assessments.correcting.regrading import Graded, Result, Ruling
from assessments.models import EssayScore, ItemVersion, Response
from assessments.selectors import Effective, corrections_of, ruling_of
from assessments.types import TYPES


def papers_of(
    attempts: Collection[int], what_if: Mapping[int, Ruling] | None = None
) -> tuple[dict[int, list[Graded]], dict[int, Ruling]]:
    """The papers (primary keys) as they were graded and marked, and what counts now in the versions on them.

    Arguments:
        what_if: version → a ruling to be tried instead of the one that holds.
    """
    rows = list(
        Response.objects.filter(attempt__in=attempts)
        .order_by("attempt", "position")
        .values_list("attempt", "version", "is_right", "score")
    )
    on_paper = {version for _attempt, version, _is_right, _score in rows}
    rulings = {version: ruling_of(each) for version, each in corrections_of(on_paper).items()} | dict(what_if or {})
    versions = {
        each.pk: each
        for each in ItemVersion.objects.filter(pk__in=on_paper)
        .select_related("item")
        .only("must_be_right", "weight", "structure", "item__type")
    }
    essays = {pk for pk, each in versions.items() if TYPES[each.item.type].is_marked_by_hand}
    answers = {
        (attempt, version): (answer, answered_at)
        for attempt, version, answer, answered_at in Response.objects.filter(
            attempt__in=attempts, version__in=rulings.keys() | essays
        ).values_list("attempt", "version", "answer", "answered_at")
    }
    marked = scores_on(attempts) if essays else {}
    papers: dict[int, list[Graded]] = defaultdict(list)
    for attempt, version, is_right, score in rows:
        one = versions[version]
        answer, answered_at = answers.get((attempt, version), (None, None))
        mark = marked.get((attempt, version))
        if mark is not None:
            is_right, score = mark.score == 1, mark.score
        papers[attempt].append(
            Graded(
                version=version,
                is_right=is_right,
                score=score,
                must_be_right=one.must_be_right,
                points=one.points,
                type=one.item.type,
                structure=one.structure,
                answer=answer,
                is_aged=answered_at is not None and answer is None,
                is_unmarked=version in essays and mark is None and answer is not None,
            )
        )
    return papers, rulings


def scores_on(attempts: Collection[int]) -> dict[tuple[int, int], EssayScore]:
    """(attempt, version) → what its essay counts since the last release; essays that were released only."""
    rows = EssayScore.objects.filter(essay__response__attempt__in=attempts).select_related("essay__response")
    return {(row.essay.response.attempt_id, row.essay.response.version_id): row for row in rows.order_by("pk")}


def result_of(now: Effective) -> Result:
    """The result that holds, to be compared with one that is graded anew."""
    return Result(now.right, now.total, now.score, now.points, now.passed, now.is_below)
