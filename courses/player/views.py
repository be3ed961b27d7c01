"""What officers read: the catalogue, a course, its lessons. Everything comes from editions."""

import json
import random
import uuid
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.permissions import Refused, Right, SignedInRequest, has_right, public, signed_in
from assessments.selectors import attempts_at, practice_version, question_view
from assessments.services import answer_practice
from assessments.types import TYPES, InvalidAnswer
from courses.player.outline import kept_outline, quiz_title, stages, title_of
from learning import selectors, services
from learning.manifest import CONTENT_LEVELS, FINAL, Node, cited
from learning.models import Activity, Course, Enrolment
from lms.kept import render_kept
from xapi.selectors import own_statement


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
    return render(
        request,
        "courses/course.html",
        {
            "course": text.course,
            "text": text,
            "languages": [get_language_info(each)["name_local"] for each in text.languages],
            "rules": text.rules,
            "hours": text.rules.hours,
            "level_note": CONTENT_LEVELS[max(node.level for node in text.outline.walk())],
            "stages": stages(
                slug=course, outline=text.outline, text=text.text, done=done, linked=enrolment is not None
            ),
            "standing": standing,
            "next": standing.next if standing else None,
            "sources": list(text.text["sources"].items()),
            "why_not": selectors.why_not_open(request.user, text.course) if request.user.is_authenticated else "",
            "takes_nobody": text.course.access == Course.Access.CLOSED,
        },
    )


@require_POST
@signed_in
def enrol(request: SignedInRequest, course: str) -> HttpResponseBase:
    """Enrol, then go to the first thing to do. A second press finds the enrolment that is there."""
    text = selectors.published_course(course, get_language())
    enrolment = services.enrol(by=request.user, course=text.course)
    standing = selectors.standing(enrolment, get_language())
    messages.success(request, _("You are enrolled in “%(title)s”.") % {"title": text.title})
    first = standing.next
    if first is None:
        return redirect("courses:course", course=course)
    return redirect("courses:activity", course=course, key=first.key)


def _own_enrolment(request: HttpRequest, slug: str) -> Enrolment | None:
    enrolment = selectors.own_enrolment(request.user, slug)
    if enrolment is not None and not has_right(request.user, Right.LEARN):
        raise Refused(_("Your posting has ended. What you did is kept; your coordinator can give you a new posting."))
    if enrolment is None:
        selectors.published_course(slug, get_language())
        messages.info(request, _("You are not enrolled in this course: its lessons open with enrolment."))
    return enrolment


@signed_in
def activity(request: SignedInRequest, course: str, key: str) -> HttpResponseBase:
    """A lesson, or the door to a test."""
    enrolment = _own_enrolment(request, course)
    if enrolment is None:
        return redirect("courses:course", course=course)
    shown = selectors.shown(enrolment, key, get_language())
    if shown.node.kind == Activity.Kind.QUIZ:
        return _test_door(request, enrolment, shown)
    return _lesson(request, enrolment, shown)


def _place(slug: str, shown: selectors.Shown) -> dict[str, Any]:
    """Where one is: what every page of the player shows around its content, the same for everybody."""
    outline = selectors.outline_of(shown.revision)
    before, after = outline.around(shown.node.key)

    def link(node: Node | None) -> dict[str, str] | None:
        if node is None:
            return None
        return {"url": reverse("courses:activity", args=[slug, node.key]), "title": title_of(node, shown.text)}

    lessons = [node for node in outline.path if node.kind == "lesson"]
    module = outline.module_of(shown.node.key)
    return {
        "course_url": reverse("courses:course", args=[slug]),
        "course_title": shown.text["title"],
        "node": shown.node,
        "module_title": shown.text["titles"].get(module.uuid, "") if module else "",
        "before": link(before),
        "after": link(after),
        "required_count": len(outline.required),
        "lesson_number": next((i for i, node in enumerate(lessons, 1) if node.key == shown.node.key), None),
        "lesson_count": len(lessons),
        "language": shown.language,
        "course_language": shown.course_language,
        "is_reviewed": shown.is_reviewed,
    }


def _standing_at(slug: str, shown: selectors.Shown, done: set[str]) -> dict[str, Any]:
    """How far the officer is: what is personal around the content."""
    return {
        "done_count": len(done & selectors.outline_of(shown.revision).required),
        "outline": kept_outline(slug, shown).html(done, shown.node.key),
    }


def _lesson_shared(path: str, slug: str, shown: selectors.Shown) -> dict[str, Any]:
    """What is the same on a lesson's page for everybody who is enrolled; of a check only that it is there."""

    def without_question(part: dict[str, Any]) -> dict[str, Any]:
        block = part["key"].rsplit("/", 1)[-1]
        action = reverse("courses:check", args=[slug, shown.node.key, block])
        return {"type": part["type"], "key": part["key"], "action": action}

    return _place(slug, shown) | {
        "SULUH_DEMO": settings.SULUH_DEMO,
        "page_path": path,
        "is_signed_in": True,
        "title": shown.body["title"],
        "title_language": shown.body.get("title_language", shown.language),
        "title_is_behind": "title" in shown.body.get("behind", ()),
        "parts": [part if part["type"] == "html" else without_question(part) for part in shown.body["parts"]],
        "done_url": reverse("courses:done", args=[slug, shown.node.key]),
        "can_skip": shown.body["can_skip"],
        "level_note": str(CONTENT_LEVELS[shown.node.level]),
        "sources": cited(shown.text["sources"], json.dumps(shown.body["parts"])),
    }


def _lesson(
    request: SignedInRequest,
    enrolment: Enrolment,
    shown: selectors.Shown,
    *,
    refused: dict[str, tuple[str, Any]] | None = None,
    status: int = 200,
) -> HttpResponseBase:
    slug = enrolment.course.slug
    path = reverse("courses:activity", args=[slug, shown.node.key])
    marks = selectors.marks_of(enrolment)
    done = {key for key, mark in marks.items() if mark.is_done}
    return render_kept(
        request,
        "courses/lesson.html",
        # All that `_lesson_shared` is made of: what is frozen by its digest, and the few words beside it.
        key=(
            path,
            shown.revision.digest,
            shown.content,
            shown.course_content,
            shown.language,
            shown.course_language,
            shown.is_reviewed,
            settings.SULUH_DEMO,
        ),
        shared=lambda: _lesson_shared(path, slug, shown),
        personal=_standing_at(slug, shown, done)
        | {
            "is_done": shown.node.uuid in done,
            "checks": {
                part["key"]: _check_part(request, part, shown.language, marks, refused or {})
                for part in shown.body["parts"]
                if part["type"] != "html"
            },
        },
        status=status,
    )


def _check_part(
    request: SignedInRequest,
    part: dict[str, Any],
    language: str,
    marks: Mapping[str, selectors.Mark],
    refused: dict[str, tuple[str, Any]],
) -> dict[str, Any]:
    """A knowledge check as this officer sees it: fresh, or with the answer just given and its feedback.

    `refused` holds, for a block, why its answer was not taken and what was chosen so far.
    """
    block = part["key"].rsplit("/", 1)[-1]
    mark = marks.get(part["activity"])
    answer = None
    if request.GET.get("check") == block:
        try:
            statement = own_statement(request.user, uuid.UUID(request.GET.get("answer", "")))
        except ValueError:
            statement = None
        if statement and statement.object_id == f"urn:uuid:{part['activity']}":
            # Ageing drops what was answered; the check then shows as if fresh.
            answer = json.loads(statement.statement["result"].get("response", "null"))
    # The same order on every visit: who comes back after feedback finds the options where they were.
    kind = TYPES[part["item_type"]]
    order = kind.paper_order(part["structure"], random.Random(f"{request.user.pk} {part['activity']}"))  # noqa: S311
    return {
        "block": block,
        "other_language": part.get("language", ""),
        "form_id": uuid.uuid4(),
        "answered_before": mark is not None,
        "right_before": mark is not None and mark.is_passed,
        "problem": refused[block][0] if block in refused else "",
        "question": question_view(
            prefix=f"q-{block}",
            type=part["item_type"],
            structure=part["structure"],
            wording=part["wording"],
            order=order,
            answer=answer if block not in refused else refused[block][1],
            answer_key=part["answer_key"] if answer is not None else None,
            language=part.get("language", language),
        ),
    }


@require_POST
@signed_in
def check(request: SignedInRequest, course: str, key: str, check: str) -> HttpResponseBase:
    """Answer a knowledge check; the page comes back with feedback and source. A replayed form counts once."""
    enrolment = _own_enrolment(request, course)
    if enrolment is None:
        return redirect("courses:course", course=course)
    shown = selectors.shown(enrolment, key, get_language())
    part = next((p for p in shown.body.get("parts", ()) if p.get("key") == f"{key}/{check}"), None)
    if part is None:
        raise Http404(_("There is no such question in this lesson."))
    kind = TYPES[part["item_type"]]
    draft = kind.draft(part["structure"], request.POST, f"q-{check}")
    try:
        answer = kind.read(part["structure"], request.POST, f"q-{check}")
        if answer is None:
            raise InvalidAnswer(_("Choose an answer first."))
        form_id = uuid.UUID(request.POST.get("form_id", ""))
    except InvalidAnswer as problem:
        return _lesson(request, enrolment, shown, refused={check: (str(problem), draft)}, status=422)
    except ValueError:
        too_old = _("This form is too old. Try again.")
        return _lesson(request, enrolment, shown, refused={check: (too_old, draft)}, status=422)
    statement = answer_practice(
        enrolment=enrolment,
        revision=shown.revision,
        activity=Activity.objects.get(uuid=part["activity"]),
        version=practice_version(part["item"], part["version"]),
        answer=answer,
        language=shown.language,
        form_id=form_id,
    )
    url = reverse("courses:activity", args=[course, key])
    return redirect(f"{url}?check={check}&answer={statement}#{check}")


@require_POST
@signed_in
def done(request: SignedInRequest, course: str, key: str) -> HttpResponseBase:
    """A lesson is finished, or skipped because of its content note; go on to what comes next."""
    enrolment = _own_enrolment(request, course)
    if enrolment is None:
        return redirect("courses:course", course=course)
    shown = selectors.shown(enrolment, key, get_language())
    if shown.node.kind != Activity.Kind.LESSON:
        raise Http404(_("There is no such lesson in your edition of this course."))
    services.finish_lesson(
        enrolment=enrolment,
        revision=shown.revision,
        activity_uuid=uuid.UUID(shown.node.uuid),
        language=shown.language,
        content=shown.content,
        skipped="skip" in request.POST,
    )
    _before, after = selectors.outline_of(shown.revision).around(key)
    if after is None or after.purpose == FINAL:
        return redirect("courses:course", course=course)
    return redirect("courses:activity", course=course, key=after.key)


def _test_door(request: HttpRequest, enrolment: Enrolment, shown: selectors.Shown) -> HttpResponseBase:
    done = {key for key, mark in selectors.marks_of(enrolment).items() if mark.is_done}
    attempts = attempts_at(enrolment, shown.node.uuid)
    outline = selectors.outline_of(shown.revision)
    lessons_left = sum(
        node.uuid not in done for node in outline.path if node.kind == Activity.Kind.LESSON and node.required
    )
    is_final = shown.node.purpose == FINAL
    passed = any(attempt.passed for attempt in attempts)
    slug = enrolment.course.slug
    return render(
        request,
        "courses/test.html",
        _place(slug, shown)
        | _standing_at(slug, shown, done)
        | {
            "course": enrolment.course,
            "title": quiz_title(shown.node),
            "is_final": is_final,
            "question_count": shown.node.questions,
            "must_count": len(shown.revision.edition.rules["must_be_right"]),
            "open_attempt": next((attempt for attempt in attempts if attempt.submitted_at is None), None),
            "attempts": [attempt for attempt in attempts if attempt.submitted_at],
            "lessons_left": lessons_left if is_final else 0,
            "is_over": passed or (not is_final and any(attempt.submitted_at for attempt in attempts)),
        },
    )
