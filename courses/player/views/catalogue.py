"""The catalogue, what a course is, and enrolling in it."""

from collections.abc import Set as AbstractSet

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.permissions import Right, SignedInRequest, has_right, public, signed_in
from assessments.effect.asking import own_offers
from courses.player.addresses import on_shelf
from courses.player.outline import Stage, stages, title_of
from courses.player.views.tests import open_in
from learning import selectors, services
from learning.manifest import CONTENT_LEVELS, Outline
from learning.models import Course
from learning.tags import SUBJECTS, CourseLevel
from lms.language_names import language_info
from lms.text import isolate


@public
def catalogue(request: HttpRequest) -> HttpResponseBase:
    """Every published course, by pillar."""
    texts = selectors.catalogue(get_language())
    own: dict[int, selectors.Standing] = {}
    if request.user.is_authenticated:
        own = {each.enrolment.course_id: each for each in selectors.own_standings(request.user, get_language())}
    shelves = [
        (label, [(text, own.get(text.course.pk)) for text in texts if text.course.pillar == pillar])
        for pillar, label in Course.Pillar.choices
    ]
    return render(request, "courses/catalogue.html", {"shelves": [shelf for shelf in shelves if shelf[1]]})


@public
def course(request: HttpRequest, course: str) -> HttpResponseBase:
    """What a course asks for and gives; for the enrolled also how far they are."""
    enrolment = selectors.own_enrolment(request.user, course)
    standing = selectors.standing(enrolment, get_language()) if enrolment else None
    text = standing.course if standing else selectors.published_course(course, get_language())
    done = standing.done if standing else frozenset()
    forward = selectors.forward_offer(enrolment, get_language()) if enrolment else None
    return render(
        request,
        "courses/course.html",
        {
            "course": text.course,
            "text": text,
            "languages": [language_info(each)["name_local"] for each in text.languages],
            "open_in": open_in(text),
            "rules": text.rules,
            "hours": text.rules.hours,
            "level_note": CONTENT_LEVELS[max((node.level for node in text.outline.walk()), default="W0")],
            "stages": stages(
                at=on_shelf(course), outline=text.outline, text=text.text, done=done, linked=enrolment is not None
            ),
            "whole": _whole(text, done) if standing and standing.since else None,
            "offer": selectors.refresher_offer(enrolment, get_language())
            if enrolment and has_right(request.user, Right.LEARN)
            else None,
            "forward": forward,
            "anew": [title_of(node, forward.course.text) for node in forward.anew] if forward else [],
            "added": [title_of(node, forward.course.text) for node in forward.added] if forward else [],
            "standing": standing,
            "asked": own_offers(request.user, get_language(), course=text.course.pk)
            if standing and standing.is_complete
            else [],
            "next": standing.next if standing else None,
            "prerequisites": selectors.prerequisites_of(text, get_language()),
            "tags": _tags(text),
            "course_level": CourseLevel(text.text["course_level"]).label if "course_level" in text.text else "",
            "again": selectors.to_read_again(request.user, get_language(), course=text.course) if standing else [],
            "sources": list(text.text["sources"].items()),
            "why_not": selectors.why_not_open(request.user, text.course) if request.user.is_authenticated else "",
            "takes_nobody": text.course.access == Course.Access.CLOSED,
        },
    )


def _whole(text: selectors.CourseText, done: AbstractSet[str]) -> list[Stage]:
    """Every lesson of the edition, for somebody who takes a refresher and may read more."""
    modules = Outline(selectors.outline_of(text.revision).modules)
    return stages(at=on_shelf(text.course.slug), outline=modules, text=text.text, done=done)


def _tags(text: selectors.CourseText) -> list[str]:
    """The words by which a course is sorted, for people."""
    subjects = [str(label) for code, label in SUBJECTS.items() if code in text.text.get("subjects", ())]
    return [*subjects, *text.text.get("tags", ())]


@require_POST
@signed_in
def enrol(request: SignedInRequest, course: str) -> HttpResponseBase:
    """Enrol, then go to the first thing to do. A second press finds the enrolment that is there."""
    text = selectors.published_course(course, get_language())
    enrolment = services.enrol(by=request.user, course=text.course)
    standing = selectors.standing(enrolment, get_language())
    messages.success(request, _("You are enrolled in “%(title)s”.") % {"title": isolate(text.title)})
    first = standing.next
    if first is None:
        return redirect("courses:course", course=course)
    return redirect("courses:activity", course=course, key=first.key)
