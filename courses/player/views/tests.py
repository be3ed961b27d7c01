"""The door to a test: what it asks for, and how it went so far."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language

from assessments.exams.sittings import AtTheDoor, at_the_door
from assessments.languages import (
    Languages,
    choices_of,
    languages_of_attempt,
    languages_of_tests,
    why_closed,
    words_of_open,
)
from assessments.rules import Feedback, rules_of
from assessments.rules.words import lines_of
from assessments.selectors import attempts_at, effective_of
from courses.player.addresses import Addresses, on_shelf
from courses.player.outline import quiz_title
from courses.player.views.place import place_of, standing_at
from learning import selectors
from learning.manifest import DELTA, FINAL
from learning.models import Activity, Enrolment


@dataclass(frozen=True)
class Taken:
    """One handed-in attempt at a test: where its result stands, and how it went."""

    url: str
    right: int
    total: int
    passed: bool | None


def test_door(request: HttpRequest, enrolment: Enrolment, shown: selectors.Shown) -> HttpResponseBase:
    """The page before a test."""
    attempts = attempts_at(enrolment, shown.node.uuid)
    results = effective_of(attempts)
    marks = selectors.marks_of(enrolment)
    mark = marks.get(shown.node.uuid)
    running = next((each for each in attempts if each.submitted_at is None), None)
    languages: Languages | None
    if running:
        running.enrolment = enrolment
        languages = languages_of_attempt(running)
    else:
        languages = languages_of_tests(shown.revision, shown.outline, only=shown.node).get(shown.node.uuid)
    return door(
        request,
        on_shelf(enrolment.course.slug),
        shown,
        done={key for key, each in marks.items() if each.is_done},
        taken=[
            Taken(reverse("assessments:result", args=[each.uuid]), now.right, now.total, now.passed)
            for each in attempts
            if (now := results.get(each.pk))
        ],
        is_open=running is not None,
        # A test that was passed in an edition before this one counts as far as its progress was taken along.
        is_passed=(mark is not None and mark.is_passed)
        or any(
            each.revision.edition_id == enrolment.edition_id and each.pk in results and results[each.pk].passed
            for each in attempts
        ),
        start_url=reverse("assessments:start", args=[enrolment.course.slug, shown.node.key]),
        languages=languages,
        sitting=at_the_door(enrolment, shown.node, attempts),
    )


def door(
    request: HttpRequest,
    at: Addresses,
    shown: selectors.Shown,
    *,
    done: set[str],
    taken: Sequence[Taken],
    is_open: bool,
    is_passed: bool,
    start_url: str,
    languages: Languages | None = None,
    sitting: AtTheDoor | None = None,
    template: str = "courses/test.html",
    around: Mapping[str, Any] | None = None,
) -> HttpResponseBase:
    """The page before a test, wherever the course stands.

    Arguments:
        done: the uuids of what is done.
        taken: the attempts that were handed in.
        is_open: whether one is not handed in yet.
        is_passed: whether nothing is left to do here.
        start_url: where the form is sent that begins or goes on.
        languages: those of the test; None where it can be tried in any.
        sitting: what is arranged for the officer: attempts, pauses, an exam; None where it is only tried.
        template, around: as of `courses.player.views.lesson.lesson_page`.
    """
    outline = shown.outline
    lessons_left = sum(
        node.uuid not in done for node in outline.path if node.kind == Activity.Kind.LESSON and node.required
    )
    is_final = shown.node.purpose in (FINAL, DELTA)
    must = shown.node.must if shown.node.purpose == DELTA else len(shown.revision.edition.rules["must_be_right"])
    rules = rules_of(shown.node)
    lines = lines_of(
        rules,
        questions=shown.node.questions,
        minutes=shown.node.minutes,
        pass_mark=shown.node.pass_mark,
        must=must,
    )
    return render(
        request,
        template,
        place_of(at, shown)
        | standing_at(at, shown, done)
        | {
            "title": quiz_title(shown.node),
            "is_final": is_final,
            "is_refresher": shown.node.purpose == DELTA,
            "test_rules": lines,
            "tells_at_once": rules.feedback == Feedback.AT_ONCE,
            "open_attempt": is_open,
            "attempts": taken,
            "lessons_left": lessons_left if is_final else 0,
            "is_over": is_passed or (not is_final and bool(taken)),
            "start_url": start_url,
            "sitting": sitting,
            "is_held": sitting is not None and sitting.is_held and (sitting.is_on_paper or not is_open),
        }
        | _languages(request, languages)
        | dict(around or {}),
    )


def _languages(request: HttpRequest, languages: Languages | None) -> dict[str, Any]:
    """In which languages a test is open, and why not in that of the page."""
    if languages is None:
        return {"open": (), "why_closed": "", "choices": []}
    wanted = get_language()
    return {
        "open": languages.open,
        "why_closed": "" if languages.taken(wanted) else why_closed(languages, wanted),
        "choices": choices_of(languages, request.get_full_path()),
    }


@dataclass(frozen=True)
class OpenIn:
    """In which languages one test of a course is open, or all of its tests together (without a title).

    `note` says why one is not open in the language of the page; empty where it is.
    """

    title: str
    languages: tuple[str, ...]
    note: str


def open_in(text: selectors.CourseText) -> list[OpenIn]:
    """The languages of the tests of a course, for its page; asks one query."""
    wanted, found = get_language(), []
    languages = languages_of_tests(text.revision, text.outline)
    for node in text.outline.path:
        if own := languages.get(node.uuid):
            note = "" if own.taken(wanted) else f"{why_closed(own, wanted)} {words_of_open(own.open)}"
            found.append(OpenIn(quiz_title(node), own.open, note))
    if len({each.languages for each in found}) == 1:
        return [OpenIn("", found[0].languages, found[-1].note)]
    return found
