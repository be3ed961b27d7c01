"""What officers see of a test that they handed in."""

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language

from accounts.permissions import SignedInRequest, signed_in
from assessments import selectors
from learning.manifest import DELTA, FINAL, cited
from learning.selectors import outline_for, standing


@signed_in
def result(request: SignedInRequest, attempt: uuid.UUID) -> HttpResponseBase:
    """The result. What was right and why is shown for a pre-test and a passed test.

    While another paper of the course is open nothing is revealed. After a failed final test the officer sees which
    questions were right and what to read again, but not the key: the next paper may ask the same questions.
    """
    own = selectors.own_attempt(request.user, attempt)
    if own.submitted_at is None:
        return redirect("assessments:overview", attempt=attempt)
    now = standing(own.enrolment, get_language())
    # A refresher asks questions of the final test: while its paper is open, no key of that test is to be seen.
    reveal = own.passed is not False and not selectors.has_open_paper(request.user, own.enrolment.course)
    outline = outline_for(own.enrolment, own.revision)
    rows: list[dict[str, Any]] = []
    for question in selectors.paper_answers(own, get_language()):
        module = outline.by_key.get(question.response.version.module)
        rows.append(
            {
                "position": question.response.position,
                "report_url": reverse("assessments:report", args=[attempt, question.response.position]),
                "view": question.view(reveal=reveal),
                "is_right": question.response.is_right,
                "answered": question.response.answered_at is not None,
                "is_aged": question.response.answered_at is not None and question.response.answer is None,
                "must_be_right": question.response.version.must_be_right,
                "module": module,
                "module_title": now.course.title_of(module) if module else "",
                "read_again": module.children[0].key if module and module.children else "",
            }
        )
    node = outline.by_key.get(own.activity.key)
    slug = own.enrolment.course.slug
    return render(
        request,
        "assessments/result.html",
        {
            "attempt": own,
            "percent": 100 * own.right // own.total if own.total and own.right is not None else 0,
            "rows": rows,
            "reveal": reveal,
            "is_aged": any(row["is_aged"] for row in rows),
            "missed": [row for row in rows if row["must_be_right"] and not row["is_right"]],
            "again": modules_to_read_again(rows, partial(_activity_url, slug)) if not reveal else [],
            "is_complete": now.is_complete,
            "is_final": node is not None and node.purpose in (FINAL, DELTA),
            "is_refresher": node is not None and node.purpose == DELTA,
            "sources": cited(now.course.text["sources"], " ".join(row["view"].source for row in rows)),
            "course_title": now.course.title,
            "course_url": reverse("courses:course", args=[slug]),
            "again_url": _activity_url(slug, own.activity.key),
            "next_url": _activity_url(slug, now.next.key) if now.next else "",
        },
    )


def _activity_url(course: str, key: str) -> str:
    return reverse("courses:activity", args=[course, key])


def modules_to_read_again(rows: list[dict[str, Any]], url: Callable[[str], str]) -> list[dict[str, Any]]:
    """Modules with a wrong answer, each once, with how many were wrong; `url` gives the address of a lesson's key."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        if not row["is_right"] and row["module"]:
            address = url(row["read_again"]) if row["read_again"] else ""
            entry = found.setdefault(row["module"].key, {"title": row["module_title"], "url": address, "wrong": 0})
            entry["wrong"] += 1
    return list(found.values())
