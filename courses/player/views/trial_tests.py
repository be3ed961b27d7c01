"""Tests in a trial: a paper is drawn, answered, handed in and graded as on the shelf, and lives in the session."""

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from assessments.drawing.blueprint import Traits, sorting_from_json
from assessments.grading import Answered, Grade, grade
from assessments.rules import rules_of
from assessments.rules.words import heading_at
from assessments.selectors import QuestionView, question_view
from assessments.services import Asked, PaperNotPossible, draw, option_order
from assessments.types import TYPES, InvalidAnswer
from courses.player.outline import title_of
from courses.player.views.tests import Taken, door
from courses.player.views.trial_place import Trying, trying
from learning import selectors
from learning.manifest import FINAL, Node, cited, is_complete
from learning.models import Activity
from learning.permissions import may_see_keys


@dataclass(frozen=True)
class Question:
    """One question on a paper of a trial: as the bank has it, the order of its options, and the answer so far."""

    position: int
    asked: Mapping[str, Any]
    order: list[str]
    answer: Any

    def view(self, language: str, *, answer: Any = None, reveal: bool = False) -> QuestionView:
        wordings = self.asked["wordings"]
        chosen = selectors.pick_language(wordings, language)
        return question_view(
            prefix=f"q{self.position}",
            type=self.asked["type"],
            structure=self.asked["structure"],
            wording=wordings[chosen],
            order=self.order,
            answer=self.answer if answer is None else answer,
            answer_key=self.asked["answer_key"] if reveal else None,
            language=chosen,
        )

    @property
    def graded(self) -> Answered:
        return Answered(
            type=self.asked["type"],
            structure=self.asked["structure"],
            keys=(self.asked["answer_key"],),
            answer=self.answer,
            must_be_right=self.asked["must_be_right"],
            points=self.asked.get("points", 1),
        )


@dataclass(frozen=True)
class Paper:
    """A test that somebody has open, or handed in, in a trial.

    Attributes:
        kept: as the session has it: ``questions`` (each an item with its version, order and answer), ``is_handed_in``.
    """

    here: Trying
    shown: selectors.Shown
    kept: Mapping[str, Any]

    @cached_property
    def questions(self) -> list[Question]:
        pool = {(each["item"], each["number"]): each for each in _pool(self.here, self.shown.node.key)}
        return [
            Question(position, pool[each["item"], each["number"]], each["order"], each["answer"])
            for position, each in enumerate(self.kept["questions"], start=1)
            if (each["item"], each["number"]) in pool
        ]

    @property
    def is_whole(self) -> bool:
        """Whether every question is still what it was when the paper was drawn: drafts change."""
        return len(self.questions) == len(self.kept["questions"])

    @property
    def is_handed_in(self) -> bool:
        return bool(self.kept["is_handed_in"])

    @property
    def total(self) -> int:
        return len(self.questions)

    @cached_property
    def grade(self) -> Grade:
        return grade([each.graded for each in self.questions], self.shown.node.pass_mark)

    def url(self, position: int) -> str:
        return self.here.to("question", self.shown.node.key, str(position))

    @property
    def map(self) -> list[tuple[int, bool, str]]:
        """(position, answered, address) of every question."""
        return [(each.position, each.answer is not None, self.url(each.position)) for each in self.questions]

    def around(self, path: str) -> dict[str, Any]:
        """What every page of a test needs."""
        key = self.shown.node.key
        return {
            "attempt": {
                "total": self.total,
                "right": self.grade.right,
                "passed": self.grade.passed,
                "pass_mark": self.shown.node.pass_mark,
            },
            "is_final": self.shown.node.purpose == FINAL,
            "paper": self.map,
            "hand_in_url": self.here.to("hand_in", key),
            "course_url": self.here.to("course"),
            "course_title": self.shown.text["title"],
            "again_url": self.here.to("activity", key),
        } | self.here.around(path)


def _pool(here: Trying, key: str) -> list[dict[str, Any]]:
    return list(here.trial.papers.get(key, ()))


def _asked(here: Trying, node: Node) -> Asked:
    items = [
        Traits(
            key=each["key"],
            module=each["module"],
            scenario=each.get("scenario", ""),
            must=each["must_be_right"],
            points=each.get("points", 1),
            **sorting_from_json(each.get("traits")),
        )
        for each in _pool(here, node.key)
    ]
    return Asked(node.purpose, rules_of(node), node.draw, items)


def trial_door(here: Trying, shown: selectors.Shown) -> HttpResponseBase:
    """The page before a test. It may be tried before the lessons are done: an author has one thing to look at."""
    key = shown.node.key
    paper = _paper(here, shown)
    taken = []
    if paper is not None and paper.is_handed_in and may_see_keys(here.request.user):
        taken = [Taken(here.to("result", key), paper.grade.right, paper.total, paper.grade.passed)]
    return door(
        here.request,
        here.address.at,
        shown,
        done=here.tried.done,
        taken=taken,
        is_open=paper is not None and not paper.is_handed_in,
        is_passed=any(each.passed for each in taken),
        start_url=here.to("start", key),
        template="courses/try/test.html",
        around=here.around(here.to("activity", key)),
    )


def _paper(here: Trying, shown: selectors.Shown) -> Paper | None:
    """The paper of a test in the session; None where there is none, or where its questions changed since."""
    kept = here.tried.paper(shown.node.key)
    paper = Paper(here, shown, kept) if kept else None
    return paper if paper and paper.is_whole else None


def _test(here: Trying, key: str) -> selectors.Shown:
    shown = here.shown(key)
    if shown.node.kind != Activity.Kind.QUIZ:
        raise Http404(_("There is no such test in this trial."))
    return shown


@require_POST
@trying
def start(here: Trying, key: str) -> HttpResponseBase:
    """Draw a paper, or go on with the one that is open."""
    shown = _test(here, key)
    paper = _paper(here, shown)
    if paper is None or paper.is_handed_in:
        rng = random.SystemRandom()
        pool = {each["key"]: each for each in _pool(here, key)}
        final = selectors.outline_of(shown.revision).quiz(FINAL) if rules_of(shown.node).shares_pool else None
        try:
            drawn = draw(_asked(here, shown.node), rng, final=_asked(here, final) if final else None)
        except PaperNotPossible as problem:
            messages.error(here.request, str(problem))
            return redirect(here.to("activity", key))
        questions = []
        for asked in (pool[each] for each in drawn.keys):
            order = option_order(asked["type"], asked["structure"], rules_of(shown.node), rng)
            questions.append({"item": asked["item"], "number": asked["number"], "order": order, "answer": None})
        here.tried.put_paper(key, {"questions": questions, "is_handed_in": False})
        return redirect(here.to("question", key, "1"))
    left = next((position for position, answered, _url in paper.map if not answered), None)
    return redirect(paper.url(left) if left else here.to("hand_in", key))


@require_http_methods(["GET", "HEAD", "POST"])
@trying
def question(here: Trying, key: str, position: int) -> HttpResponseBase:
    """One question; a posted answer is kept in the session."""
    shown = _test(here, key)
    paper = _paper(here, shown)
    if paper is None:
        return _paper_gone(here, key)
    if paper.is_handed_in:
        return redirect(here.to("result", key))
    asked = next((each for each in paper.questions if each.position == position), None)
    if asked is None:
        raise Http404(_("There is no such question on this paper."))
    problem, draft = "", None
    if here.request.method == "POST":
        kind, structure, data = TYPES[asked.asked["type"]], asked.asked["structure"], here.request.POST
        try:
            answer = kind.read(structure, data, f"q{position}")
            if answer is None and data.get("go") == "stay":
                raise InvalidAnswer(_("Choose an answer first."))
        except InvalidAnswer as reason:
            problem, draft = str(reason), kind.draft(structure, data, f"q{position}")
        else:
            if answer is not None:
                questions = [dict(each) for each in paper.kept["questions"]]
                questions[position - 1]["answer"] = answer
                here.tried.put_paper(key, {**paper.kept, "questions": questions})
            return redirect(_onward(paper, position, data.get("go", "")))
    around = paper.around(paper.url(position))
    view = asked.view(get_language(), answer=draft)
    more = {"position": position, "question": view, "language": view.language, "problem": problem, "seen": 0}
    more["heading"] = heading_at(rules_of(shown.node), position, get_language())
    return render(here.request, "courses/try/question.html", around | more, status=422 if problem else 200)


def _onward(paper: Paper, position: int, go: str) -> str:
    wanted = {"back": position - 1, "stay": position}.get(go, position + 1)
    if wanted > paper.total:
        return paper.here.to("hand_in", paper.shown.node.key)
    return paper.url(max(1, wanted))


def _paper_gone(here: Trying, key: str) -> HttpResponseBase:
    messages.info(here.request, _("This paper is gone: it was not begun here, or its questions changed. Begin again."))
    return redirect(here.to("activity", key))


@require_http_methods(["GET", "HEAD", "POST"])
@trying
def hand_in(here: Trying, key: str) -> HttpResponseBase:
    """Look over the paper, then hand it in."""
    shown = _test(here, key)
    paper = _paper(here, shown)
    if paper is None:
        return _paper_gone(here, key)
    if here.request.method == "POST" and not paper.is_handed_in:
        here.tried.put_paper(key, {**paper.kept, "is_handed_in": True})
        if paper.grade.passed is not False or not may_see_keys(here.request.user):
            here.tried.finish(shown.node.uuid)
    if here.request.method == "POST" or paper.is_handed_in:
        return redirect(here.to("result", key))
    unanswered = [url for _position, answered, url in paper.map if not answered]
    around = paper.around(here.to("hand_in", key))
    return render(here.request, "courses/try/hand_in.html", around | {"unanswered": unanswered})


@trying
def result(here: Trying, key: str) -> HttpResponseBase:
    """The result under the rules of the drafts: the pass mark, and what must be right."""
    shown = _test(here, key)
    paper = _paper(here, shown)
    if paper is None:
        return _paper_gone(here, key)
    if not paper.is_handed_in:
        return redirect(here.to("hand_in", key))
    # As on the shelf, but to those alone who may know the answers: a paper of a trial is drawn as often as one likes,
    # so even a mark, or how many were right, would tell the key to whoever tries one option after the other.
    is_told = may_see_keys(here.request.user)
    is_over = paper.grade.passed is not False
    reveal = is_over and is_told
    outline = selectors.outline_of(shown.revision)
    rows: list[dict[str, Any]] = []
    for each in paper.questions:
        module = outline.by_key.get(each.asked["module"])
        rows.append(
            {
                "position": each.position,
                "view": each.view(get_language(), reveal=reveal),
                # None while a person has to mark it, and in a trial nobody does.
                "is_right": each.graded.is_right if each.graded.counts else None,
                "answered": each.answer is not None,
                "must_be_right": each.asked["must_be_right"],
                "module": module,
                "module_title": title_of(module, shown.text) if module else "",
                "read_again": module.children[0].key if module and module.children else "",
            }
        )
    done = here.tried.done
    following = next((node for node in outline.path if node.uuid not in done), None)
    url = partial(here.to, "activity")
    return render(
        here.request,
        "courses/try/result.html",
        paper.around(here.to("result", key))
        | {
            "is_told": is_told,
            "percent": paper.grade.percent,
            "is_waiting": shown.node.pass_mark is not None and paper.grade.passed is None,
            "rows": rows,
            "reveal": reveal,
            "missed": [row for row in rows if row["must_be_right"] and row["is_right"] is False],
            "again": [] if is_over or not is_told else modules_to_read_again(rows, url),
            "is_complete": is_complete(outline, done),
            "next_url": url(following.key) if following else "",
            "sources": cited(shown.text["sources"], json.dumps([row["view"].source for row in rows])),
        },
    )


def modules_to_read_again(rows: list[dict[str, Any]], url: Callable[[str], str]) -> list[dict[str, Any]]:
    """Modules with a wrong answer, each once, with how many were wrong; `url` gives the address of a lesson's key."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        if row["is_right"] is False and row["module"]:
            address = url(row["read_again"]) if row["read_again"] else ""
            entry = found.setdefault(row["module"].key, {"title": row["module_title"], "url": address, "wrong": 0})
            entry["wrong"] += 1
    return list(found.values())
