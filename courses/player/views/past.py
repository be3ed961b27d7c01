"""As it was: what officers were shown, from frozen content alone, whatever happened to the page since."""

import logging
import random
from collections.abc import Iterator, Mapping
from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.permissions import SignedInRequest, signed_in
from assessments.selectors import own_attempt_shown, question_view, questions_shown
from assessments.types import TYPES
from assessments.types.choice import Choice
from courses.player.addresses import on_shelf
from courses.player.outline import title_of
from courses.player.views.parts import PART_KINDS, Seen, shared_part
from learning import selectors
from learning.models import Activity

logger = logging.getLogger("suluh.courses")

#: Kinds of which only the place is frozen: what stands in it is another's, and kept elsewhere by the day.
LIVING = ("country",)
#: Of a part whose kind this site does not have any more: what in it is no text to read.
NOT_WORDS = ("type", "key", "activity", "item", "item_type", "version", "review_state", "language", "id", "level")


@signed_in
@never_cache
def as_it_was(
    request: SignedInRequest, course: str, edition: int, revision: int, language: str, key: str
) -> HttpResponseBase:
    """A lesson or the text of a course exactly as one revision had it in one language, with the hash of it."""
    past = selectors.past(request.user, course, edition, revision, language, key)
    node = past.node
    is_test = node is not None and node.kind == Activity.Kind.QUIZ
    is_lesson = node is not None and not is_test
    return render(
        request,
        "courses/as_it_was.html",
        {
            "past": past,
            "language": past.language,
            "title": past.body["title"] if not is_test else title_of(node, past.text) if node else "",
            "parts": [_part(request, past, part) for part in past.body["parts"]] if is_lesson else [],
            "is_course": node is None,
            "asked": [each["wording"] for each in past.source] if is_test else [],
            "sources": list(past.text.get("sources", {}).items()),
            "contents": [
                {
                    "key": each.key,
                    "title": title_of(each, past.text),
                    "is_here": each.key == key,
                    "language": past.lesson_languages[each.key],
                }
                for each in past.outline.path
                if each.key in past.lesson_languages
            ],
        },
    )


@signed_in
@never_cache
def shown(request: SignedInRequest, digest: str) -> HttpResponseBase:
    """Where a hash leads: attempts, certificates and statements name what was shown by it.

    One's own test leads to its result. Those who answer for the content see questions as they were asked, without the
    key and without anybody's answers.
    """
    found = selectors.where_shown(request.user, digest)
    if found is not None:
        slug, number, language, key = found
        edition, revision = number.split(".")
        return redirect("courses:as_it_was", slug, int(edition), int(revision), language, key)
    attempt = own_attempt_shown(request.user, digest)
    if attempt is not None:
        return redirect("assessments:result", attempt=attempt.uuid)
    questions = questions_shown(request.user, digest)
    if not questions:
        raise Http404(_("Nothing that you may see was shown under this hash."))
    return render(request, "courses/shown.html", {"digest": digest, "questions": questions})


def _part(request: SignedInRequest, past: selectors.Past, part: Mapping[str, Any]) -> dict[str, Any]:
    """A part of a lesson as it was: closed, with nothing to send.

    A kind that the code has no longer, or has in another shape, is listed word by word.
    """
    if part["type"] == "html":
        return {"html": part["html"]}
    if part["type"] in LIVING:
        words = {name: part.get(name) or "" for name in ("title", "fallback")}
        return {"is_living": True, "language": part.get("language", past.language)} | words
    try:
        if part["type"] == "check":
            return {"question": _closed(past, part)}
        return {"closed": _rendered(request, past, part)}
    except Exception:
        logger.warning("A frozen part of the kind %r cannot be rendered; its words are listed.", part["type"])
        return {"words": list(_words(part))}


def _closed(past: selectors.Past, part: Mapping[str, Any]) -> Any:
    """A knowledge check with its answer: practice questions are open."""
    kind, language = TYPES[part["item_type"]], part.get("language", past.language)
    return question_view(
        prefix=f"q-{part['key'].rsplit('/', 1)[-1]}",
        type=part["item_type"],
        structure=part["structure"],
        wording=part["wording"],
        order=kind.paper_order(part["structure"], random.Random(past.digest)),  # noqa: S311
        # Nobody's answer: where options are chosen the right ones are marked, elsewhere everything is put right.
        answer=None if isinstance(kind, Choice) else kind.solution(part["structure"], part["answer_key"], language),
        answer_key=part["answer_key"],
        language=language,
    )


def _rendered(request: SignedInRequest, past: selectors.Past, part: Mapping[str, Any]) -> str:
    """A part as its kind shows it to somebody who only tries the course."""
    assert past.node is not None
    at = on_shelf(past.course.slug)
    kind = PART_KINDS[part["type"]]
    now = selectors.Shown(
        node=past.node,
        text=past.text,
        body=past.body,
        content=past.digest,
        course_content="",
        language=past.language,
        languages=past.languages,
        course_language=past.text_language,
        is_reviewed=past.is_reviewed,
        revision=past.revision,
    )
    context = {
        "part": shared_part(at, past.key, part),
        "own": kind.own(Seen(request, None, now, {}), part),
        "language": past.language,
        "page_path": request.path,
        "interface_language": get_language(),
    }
    return render_to_string(kind.template, context, request)


def _words(value: Any, name: str = "") -> Iterator[str]:
    """Every text in a frozen part, in order."""
    if isinstance(value, Mapping):
        for key, each in value.items():
            if key not in NOT_WORDS:
                yield from _words(each, key)
    elif isinstance(value, list):
        for each in value:
            yield from _words(each, name)
    elif isinstance(value, str) and value.strip():
        yield value
