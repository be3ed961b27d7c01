"""The door to a test: what it asks for, and how it went so far."""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from assessments.selectors import attempts_at
from courses.player.addresses import on_shelf
from courses.player.outline import quiz_title
from courses.player.views.place import place_of, standing_at
from learning import selectors
from learning.manifest import DELTA, FINAL
from learning.models import Activity, Enrolment


def test_door(request: HttpRequest, enrolment: Enrolment, shown: selectors.Shown) -> HttpResponseBase:
    """The page before a test."""
    marks = selectors.marks_of(enrolment)
    done = {key for key, mark in marks.items() if mark.is_done}
    attempts = attempts_at(enrolment, shown.node.uuid)
    outline = shown.outline
    lessons_left = sum(
        node.uuid not in done for node in outline.path if node.kind == Activity.Kind.LESSON and node.required
    )
    is_final = shown.node.purpose in (FINAL, DELTA)
    mark = marks.get(shown.node.uuid)
    # A test that was passed in an edition before this one counts as far as its progress was taken along.
    passed = (mark is not None and mark.is_passed) or any(
        attempt.passed and attempt.revision.edition_id == enrolment.edition_id for attempt in attempts
    )
    at = on_shelf(enrolment.course.slug)
    return render(
        request,
        "courses/test.html",
        place_of(at, shown)
        | standing_at(at, shown, done)
        | {
            "course": enrolment.course,
            "title": quiz_title(shown.node),
            "is_final": is_final,
            "is_refresher": shown.node.purpose == DELTA,
            "question_count": shown.node.questions,
            "must_count": shown.node.must
            if shown.node.purpose == DELTA
            else len(shown.revision.edition.rules["must_be_right"]),
            "open_attempt": next((attempt for attempt in attempts if attempt.submitted_at is None), None),
            "attempts": [attempt for attempt in attempts if attempt.submitted_at],
            "lessons_left": lessons_left if is_final else 0,
            "is_over": passed or (not is_final and any(attempt.submitted_at for attempt in attempts)),
        },
    )
