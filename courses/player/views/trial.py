"""Trying a course from its drafts: the pages of the player, with the same helpers, and nothing recorded.

What is done and answered stays in the session. No row of an officer's is read or written here.
"""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.permissions import public
from assessments.types import TYPES
from courses.player.outline import stages
from courses.player.trying import LOOKS, style_of
from courses.player.views.lesson import NotTaken, check_of, lesson_page, read_answer
from courses.player.views.parts import Seen
from courses.player.views.trial_place import Trying, trying
from courses.player.views.trial_tests import trial_door
from learning import selectors
from learning.manifest import CONTENT_LEVELS, FINAL, is_complete
from learning.models import Activity
from lms.language_names import language_info


@public
def style(request: HttpRequest, look: str) -> HttpResponseBase:
    """The style sheet of a look; it holds nothing of anybody."""
    if look not in LOOKS or not look:
        raise Http404
    answer = HttpResponse(style_of(look), content_type="text/css; charset=utf-8")
    answer["Cache-Control"] = "private, max-age=600"
    return answer


@trying
def course(here: Trying) -> HttpResponseBase:
    """What the course asks for and gives, as an enrolled officer finds it."""
    text = selectors.course_in_trial(here.trial, get_language())
    done = here.tried.done
    path = here.to("course")
    following = next((node for node in text.outline.path if node.uuid not in done), None)
    required = text.outline.required
    return render(
        here.request,
        "courses/try/course.html",
        {
            "course": text.course,
            "text": text,
            "languages": [language_info(each)["name_local"] for each in text.languages],
            "rules": text.rules,
            "hours": text.rules.hours,
            "level_note": CONTENT_LEVELS[max((node.level for node in text.outline.walk()), default="W0")],
            "stages": stages(at=here.address.at, outline=text.outline, text=text.text, done=done),
            "standing": {"done_count": len(done & required), "required_count": len(required)},
            "is_complete": is_complete(text.outline, done),
            "next": following,
            "next_url": here.to("activity", following.key) if following else "",
            "sources": list(text.text["sources"].items()),
            "anew_url": here.to("anew"),
            "has_begun": bool(here.tried.marks()),
        }
        | here.around(path),
    )


@trying
def activity(here: Trying, key: str) -> HttpResponseBase:
    """A lesson, or the door to a test."""
    shown = here.shown(key)
    if shown.node.kind == Activity.Kind.QUIZ:
        return trial_door(here, shown)
    return _lesson(here, shown)


def _lesson(
    here: Trying, shown: selectors.Shown, *, refused: dict[str, tuple[str, Any]] | None = None, status: int = 200
) -> HttpResponseBase:
    seen = Seen(here.request, None, shown, here.tried.marks(), refused or {}, here.tried.answers)
    around = here.around(here.to("activity", shown.node.key))
    return lesson_page(here.address.at, seen, status=status, template="courses/try/lesson.html", around=around)


@require_POST
@trying
def check(here: Trying, key: str, check: str) -> HttpResponseBase:
    """Answer a knowledge check: graded as on the shelf, and kept in the session only."""
    shown = here.shown(key)
    part = check_of(shown, check)
    try:
        answer = read_answer(here.request, part)
    except NotTaken as problem:
        return _lesson(here, shown, refused={check: (str(problem), problem.draft)}, status=422)
    here.tried.answer(
        part["activity"], answer, TYPES[part["item_type"]].is_right(part["structure"], part["answer_key"], answer)
    )
    return redirect(f"{here.to('activity', key)}?check={check}#{check}")


@require_POST
@trying
def done(here: Trying, key: str) -> HttpResponseBase:
    """A lesson is finished or skipped; go on to what comes next."""
    shown = here.shown(key)
    if shown.node.kind != Activity.Kind.LESSON:
        raise Http404(_("There is no such lesson in this trial. It may have been removed since."))
    here.tried.finish(shown.node.uuid)
    _before, after = selectors.outline_of(shown.revision).around(key)
    if after is None or after.purpose == FINAL:
        return redirect(here.to("course"))
    return redirect(here.to("activity", after.key))


@require_POST
@trying
def anew(here: Trying) -> HttpResponseBase:
    """Forget what was tried, and begin again."""
    here.tried.begin_anew()
    return redirect(here.to("course"))
