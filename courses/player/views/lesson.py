"""A lesson, its knowledge checks, and being done with it. Everything comes from editions."""

import json
import uuid
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.permissions import SignedInRequest, signed_in
from assessments.selectors import practice_version
from assessments.services import answer_practice
from assessments.types import TYPES, InvalidAnswer
from courses.player.addresses import Addresses, on_shelf
from courses.player.views.parts import Seen, block_of, own_parts, shared_part
from courses.player.views.place import enrolment_of, place_of, standing_at
from courses.player.views.tests import test_door
from learning import selectors, services
from learning.branching import NoSuchWay, address_of, way_of
from learning.manifest import CONTENT_LEVELS, DELTA, FINAL, cited
from learning.models import Activity, Enrolment
from lms.kept import render_kept


@signed_in
def activity(request: SignedInRequest, course: str, key: str) -> HttpResponseBase:
    """A lesson, or the door to a test."""
    enrolment = enrolment_of(request, course)
    if enrolment is None:
        return redirect("courses:course", course=course)
    shown = selectors.shown(enrolment, key, get_language())
    if shown.node.kind == Activity.Kind.QUIZ:
        return test_door(request, enrolment, shown)
    return _lesson(request, enrolment, shown)


def _lesson_shared(path: str, at: Addresses, shown: selectors.Shown) -> dict[str, Any]:
    """What is the same on a lesson's page for everybody who is enrolled; of what is personal only that it is there."""

    return place_of(at, shown) | {
        "SULUH_DEMO": settings.SULUH_DEMO,
        "page_path": path,
        "is_signed_in": True,
        "title": shown.body["title"],
        "title_language": shown.body.get("title_language", shown.language),
        "title_is_behind": "title" in shown.body.get("behind", ()),
        "is_machine": bool(shown.body.get("machine")),
        "parts": [shared_part(at, shown.node.key, part) for part in shown.body["parts"]],
        "done_url": at.to("done", shown.node.key),
        "report_url": at.to("report", shown.node.key) if at == on_shelf(at.args[0]) else "",
        "can_skip": shown.body["can_skip"],
        "level_note": str(CONTENT_LEVELS[shown.node.level]),
        "sources": cited(shown.text["sources"], json.dumps(shown.body["parts"])),
    }


def lesson_page(
    at: Addresses,
    seen: Seen,
    *,
    status: int = 200,
    template: str = "courses/lesson.html",
    around: Mapping[str, Any] | None = None,
) -> HttpResponseBase:
    """A lesson for whoever looks.

    Arguments:
        at: where the course stands.
        template, around: of a page that says more than that of the shelf, and the variables which it needs for that;
            the same for everybody at this address.
    """
    shown = seen.shown
    path = at.to("activity", shown.node.key)
    done = {key for key, mark in seen.marks.items() if mark.is_done}
    return render_kept(
        seen.request,
        template,
        # All that `_lesson_shared` is made of: what is frozen by its digest, and the few words beside it.
        key=(
            path,
            shown.revision.digest,
            shown.own_outline,
            shown.content,
            shown.course_content,
            shown.language,
            shown.course_language,
            shown.is_reviewed,
            settings.SULUH_DEMO,
        ),
        shared=lambda: _lesson_shared(path, at, shown) | dict(around or {}),
        personal=standing_at(at, shown, done) | {"is_done": shown.node.uuid in done, "own_parts": own_parts(seen)},
        status=status,
    )


def _lesson(
    request: SignedInRequest,
    enrolment: Enrolment,
    shown: selectors.Shown,
    *,
    refused: dict[str, tuple[str, Any]] | None = None,
    status: int = 200,
) -> HttpResponseBase:
    seen = Seen(request, enrolment, shown, selectors.marks_of(enrolment), refused or {})
    return lesson_page(on_shelf(enrolment.course.slug), seen, status=status)


class NotTaken(ValueError):
    """The form of a knowledge check holds no answer that can be taken; `draft` is what was chosen so far."""

    def __init__(self, words: str, draft: Any) -> None:
        super().__init__(words)
        self.draft = draft


def check_of(shown: selectors.Shown, check: str, *others: str) -> Mapping[str, Any]:
    """The knowledge check of a lesson that was made from a block; of `others`, further types of parts, too.

    Raises:
        Http404: the lesson has none.
    """
    parts = (part for part in shown.body.get("parts", ()) if part["type"] in ("check", *others))
    part: Mapping[str, Any] | None = next((each for each in parts if each["key"] == f"{shown.node.key}/{check}"), None)
    if part is None:
        raise Http404(_("There is no such question in this lesson."))
    return part


def read_answer(request: HttpRequest, part: Mapping[str, Any]) -> Any:
    """The answer in the posted form of a knowledge check.

    Raises:
        NotTaken: there is none, or it is none of this question's.
    """
    kind, prefix = TYPES[part["item_type"]], f"q-{block_of(part)}"
    draft = kind.draft(part["structure"], request.POST, prefix)
    try:
        answer = kind.read(part["structure"], request.POST, prefix)
    except InvalidAnswer as problem:
        raise NotTaken(str(problem), draft) from None
    if answer is None:
        raise NotTaken(_("Choose an answer first."), draft)
    return answer


@require_POST
@signed_in
def check(request: SignedInRequest, course: str, key: str, check: str) -> HttpResponseBase:
    """Answer a knowledge check; the page comes back with feedback and source. A replayed form counts once."""
    enrolment = enrolment_of(request, course)
    if enrolment is None:
        return redirect("courses:course", course=course)
    shown = selectors.shown(enrolment, key, get_language())
    part = check_of(shown, check, "branching")
    if part["type"] == "branching":
        return _end_of_scenario(request, enrolment, shown, part)
    try:
        answer = read_answer(request, part)
    except NotTaken as problem:
        return _lesson(request, enrolment, shown, refused={check: (str(problem), problem.draft)}, status=422)
    try:
        form_id = uuid.UUID(request.POST.get("form_id", ""))
    except ValueError:
        too_old = _("This form is too old. Try again.")
        draft = TYPES[part["item_type"]].draft(part["structure"], request.POST, f"q-{check}")
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


def _end_of_scenario(
    request: SignedInRequest, enrolment: Enrolment, shown: selectors.Shown, part: Mapping[str, Any]
) -> HttpResponseBase:
    """Record an end that was reached and show it; any other place is shown as it is, and nothing is recorded."""
    block, role, path = block_of(part), request.POST.get("role", ""), request.POST.get("path", "")
    page = on_shelf(enrolment.course.slug).to("activity", shown.node.key)
    try:
        way = way_of(part, role, path)
    except NoSuchWay:
        return redirect(address_of(block, role=role, path=path, base=page))
    if way.is_over:
        services.finish_scenario(
            enrolment=enrolment,
            revision=shown.revision,
            activity_uuid=uuid.UUID(part["activity"]),
            language=shown.language,
            content=shown.content,
            way=way,
        )
    return redirect(address_of(block, role=role, path=path, base=page, at_end=way.is_over))


@require_POST
@signed_in
def done(request: SignedInRequest, course: str, key: str) -> HttpResponseBase:
    """A lesson is finished, or skipped because of its content note; go on to what comes next."""
    enrolment = enrolment_of(request, course)
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
    _before, after = shown.outline.around(key)
    if after is None or after.purpose in (FINAL, DELTA):
        return redirect("courses:course", course=course)
    return redirect("courses:activity", course=course, key=after.key)
