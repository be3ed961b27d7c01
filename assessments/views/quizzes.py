"""The rules of the tests of a course: what they are, the form for them, and a paper as it would be drawn."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.permissions import Right, SignedInRequest, has_right, requires
from assessments.drawing.blueprint import BlueprintNotMet, lack_of, section_at
from assessments.drawing.planned import (
    PURPOSES,
    BankToday,
    Question,
    Workshop,
    asked_today,
    bank_today,
    counted,
    drafted_rules,
    workshop_of,
)
from assessments.drawing.words import Names, kind_of, lack_in_words
from assessments.effect.mirroring import asks, differences, mirrored
from assessments.forms.quizzes import COUNT, SAVE, BlueprintForm, RulesForm
from assessments.models import Quiz
from assessments.rules import Draw, Section, TestRules
from assessments.rules.words import Line, in_language, lines_of, name_of, points_of
from assessments.selectors import question_view
from assessments.services.papers import Asked, PaperNotPossible, draw, option_order, papers_allowed
from assessments.services.quizzes import RulesChanged, save_rules
from learning.manifest import DELTA, FINAL, PRETEST
from learning.models import Course
from learning.permissions import may_see_keys
from lms.language_names import language_name

#: What the buttons of a pre-test send: its blueprint follows the final test, or is again as it was saved.
MIRROR, AS_SAVED = "mirror", "as-saved"
#: Whoever writes, signs, advises or publishes.
LOOKS = (Right.WRITE_COURSES, Right.PUBLISH_COURSES, Right.MANAGE_SITE, Right.REVIEW, Right.ADVISE)


@dataclass(frozen=True)
class Place:
    """A course whose tests somebody looks at: its pages, the bank today, and the rules as they are drafted."""

    course: Course
    workshop: Workshop
    bank: BankToday
    rules: Mapping[str, TestRules]

    @property
    def names(self) -> Names:
        return Names(self.workshop.modules, self.bank.categories)

    def asked(self, purpose: str, rules: TestRules | None = None) -> Asked:
        """A test as it would be drawn today, by these rules or by those that are drafted."""
        rules = rules or self.rules[purpose]
        return asked_today(purpose, rules, self.workshop.tests[purpose].per_module, self.bank)

    def is_planned(self, purpose: str) -> bool:
        if purpose == DELTA:
            return self.is_planned(FINAL)
        return bool(self.workshop.tests[purpose].per_module or self.rules[purpose].sections)

    def papers(self, purpose: str, test: Asked) -> int | None:
        """How many papers without a repeat the bank allows; 0 where it allows none at all."""
        if purpose == DELTA or not test.items or lack_of(test.sections, test.drawable):
            return 0
        pretest = self.rules[PRETEST]
        shares = purpose == FINAL and pretest.shares_pool and self.is_planned(PRETEST)
        return papers_allowed(test, self.asked(PRETEST) if shares else None)

    def points(self, test: Asked) -> tuple[int, int]:
        """The least and the most that a question of a test counts."""
        return points_of([each.points for each in test.items])


def _place(slug: str) -> Place:
    course = get_object_or_404(Course, slug=slug)
    workshop = workshop_of(course)
    if workshop is None:
        raise Http404(_("This course has no pages yet."))
    return Place(course, workshop, bank_today(course, workshop.languages[0]), drafted_rules(course))


def _test(slug: str, purpose: str) -> Place:
    if purpose not in PURPOSES:
        raise Http404
    return _place(slug)


@dataclass(frozen=True)
class Row:
    """A test in the list of a course."""

    purpose: str
    name: str
    is_planned: bool
    lines: Sequence[Line]
    papers: int | None
    lacks: Sequence[str]


@requires(*LOOKS)
@never_cache
def course(request: SignedInRequest, course: str) -> HttpResponseBase:
    """The tests of a course with their rules in plain words, and what the bank allows."""
    place = _place(course)
    rows = []
    for purpose in PURPOSES:
        test, planned = place.asked(purpose), place.workshop.tests[purpose]
        is_planned = place.is_planned(purpose)
        if purpose == DELTA and not is_planned:
            continue
        rows.append(
            Row(
                purpose,
                name_of(purpose),
                is_planned,
                lines_of(
                    place.rules[purpose],
                    questions=None if purpose == DELTA else test.length,
                    minutes=planned.minutes,
                    pass_mark=planned.pass_mark,
                    points=place.points(test),
                ),
                place.papers(purpose, test) if is_planned else 0,
                lack_in_words(lack_of(test.sections, test.drawable), place.names) if is_planned else (),
            )
        )
    context = {"course": place.course, "workshop": place.workshop, "rows": rows}
    return render(request, "assessments/quizzes/course.html", context | _may(request))


def _may(request: SignedInRequest) -> dict[str, bool]:
    return {"may_save": has_right(request.user, Right.PUBLISH_COURSES)}


def _choices(place: Place) -> dict[str, Sequence[tuple[str, str]]]:
    return {
        "module": list(place.workshop.modules.items()),
        "category": list(place.bank.categories.items()),
        "tag": [(tag, tag) for tag in place.bank.tags],
    }


@requires(*LOOKS)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def edit(request: SignedInRequest, course: str, purpose: str) -> HttpResponseBase:
    """The form for the rules of one test. Its buttons add and remove rows and count what matches; one saves."""
    place = _test(course, purpose)
    languages, choices = place.workshop.languages, _choices(place)
    if request.method != "POST":
        quiz = Quiz.objects.filter(course=place.course, purpose=purpose).first()
        rules = place.rules[purpose]
        form = RulesForm.of(purpose, rules, quiz.edits if quiz else 0, languages)
        return _editor(request, place, purpose, form, BlueprintForm.of(rules.sections, languages, choices))
    form = RulesForm(request.POST, purpose=purpose, languages=languages)
    blueprint = BlueprintForm.sent(request.POST if purpose != DELTA else {}, languages, choices)
    button = request.POST.get("do", SAVE)
    changed = _mirrored(place, button) if purpose == PRETEST and button in (MIRROR, AS_SAVED) else None
    changed = blueprint.changed_by(button) if changed is None else changed
    if changed is not None:
        blueprint = BlueprintForm.of(changed, languages, choices)
    if changed is not None or button == COUNT:
        return _editor(request, place, purpose, form, blueprint)
    if not form.is_valid() or not blueprint.is_valid:
        return _editor(request, place, purpose, form, blueprint, status=422)
    problems: list[str]
    try:
        save_rules(
            by=request.user,
            course=place.course,
            purpose=purpose,
            rules=form.rules(blueprint.blueprint),
            edits=form.cleaned_data["edits"],
        )
    except RulesChanged as reason:
        quiz = Quiz.objects.get(course=place.course, purpose=purpose)
        again = form.after(quiz.edits)
        return _editor(request, place, purpose, again, blueprint, problems=[str(reason)], status=409)
    except BlueprintNotMet as reason:
        problems = lack_in_words(reason.lack, place.names)
    except ValueError as reason:
        problems = [str(reason)]
    else:
        messages.success(request, _("The rules are saved. Officers get them when the course is published next."))
        return redirect("quizzes:course", course)
    return _editor(request, place, purpose, form, blueprint, problems=problems, status=422)


def _mirrored(place: Place, button: str) -> tuple[Section, ...]:
    """The blueprint after one of the two buttons of a pre-test."""
    if button == AS_SAVED:
        return place.rules[PRETEST].sections
    items = {each.traits.key: each.traits for each in place.bank.questions}
    return mirrored(place.rules[FINAL], place.workshop.tests[FINAL].per_module, list(place.workshop.modules), items)


def _mirror(place: Place, now: TestRules) -> dict[str, Any] | None:
    """Where a pre-test, as it stands in the form, differs from the final test; None where there is no final test."""
    if not place.is_planned(FINAL):
        return None
    items = {each.traits.key: each.traits for each in place.bank.questions}
    tests, modules = place.workshop.tests, list(place.workshop.modules)
    pretest = asks(now, tests[PRETEST].per_module, modules, items)
    final = asks(place.rules[FINAL], tests[FINAL].per_module, modules, items)
    return {
        "differences": [
            (kind_of(each.kind.row(), place.names), each.pretest, each.final) for each in differences(pretest, final)
        ],
        "is_other": now.sections != place.rules[PRETEST].sections,
    }


def _editor(
    request: SignedInRequest,
    place: Place,
    purpose: str,
    form: RulesForm,
    blueprint: BlueprintForm,
    *,
    problems: Sequence[str] = (),
    status: int = 200,
) -> HttpResponse:
    shares = bool(form["shares_pool"].value()) if purpose == PRETEST else False
    now = TestRules(sections=blueprint.blueprint, shares_pool=shares)
    questions = place.bank.of(purpose, now)
    rows, number = [], 0
    for section, (titles, own) in zip(now.sections, blueprint.sections, strict=True):
        shown = []
        for drawn, row in zip(section.draws, own, strict=True):
            number += 1
            shown.append({"number": number, "form": row, "match": _match(place, drawn, questions)})
        rows.append({"titles": titles.titles, "rows": shown})
    test = place.asked(purpose, now)
    return render(
        request,
        "assessments/quizzes/edit.html",
        {
            "course": place.course,
            "workshop": place.workshop,
            "purpose": purpose,
            "name": name_of(purpose),
            "form": form,
            "sections": rows,
            "size": now.size,
            "per_module": place.workshop.tests[purpose].per_module,
            "papers": place.papers(purpose, test) if test.length else 0,
            "has_pool": bool(questions),
            "is_refresher": purpose == DELTA,
            "problems": problems,
            "mirror": _mirror(place, now) if purpose == PRETEST else None,
        }
        | _may(request),
        status=status,
    )


def _match(place: Place, drawn: Draw, questions: Sequence[Question]) -> dict[str, Any]:
    """The line under a row: how many questions match it, in which language, and what they count."""
    found = counted(drawn, questions, place.workshop.languages)
    others = [(language_name(language), count) for language, count in list(found.languages.items())[1:]]
    return {
        "total": found.total,
        "languages": others,
        "is_short": found.total < drawn.size,
        "points": found.points if found.points[1] > 1 else None,
    }


@requires(*LOOKS)
@never_cache
def paper(request: SignedInRequest, course: str, purpose: str) -> HttpResponseBase:
    """A paper as it could be drawn today by the drafted rules; with the keys for those who may see them."""
    if purpose == DELTA:
        raise Http404
    place = _test(course, purpose)
    rules, test = place.rules[purpose], place.asked(purpose)
    language = place.workshop.languages[0]
    reveals = may_see_keys(request.user)
    rng = random.SystemRandom()
    rows: list[dict[str, Any]] = []
    problem = ""
    try:
        final = place.asked(FINAL) if rules.shares_pool else None
        drawn = draw(test, rng, final=final)
    except PaperNotPossible:
        drawn = None
        found = lack_in_words(lack_of(test.sections, test.drawable), place.names)
        problem = " ".join(found) or _("There are no questions yet.")
    by_key = {each.traits.key: each for each in place.bank.of(purpose, rules)}
    last = 0
    for position, question in enumerate((by_key[key] for key in drawn.keys) if drawn else (), start=1):
        version = question.version
        at = section_at(rules.sections, position)
        rows.append(
            {
                "position": position,
                "heading": in_language(at[1].titles, language, language) if at and at[0] != last else None,
                "view": question_view(
                    prefix=f"q{position}",
                    type=version.item.type,
                    structure=version.structure,
                    wording={**question.wordings[language].text, "source": version.source},
                    order=option_order(version.item.type, version.structure, rules, rng),
                    answer=None,
                    answer_key=version.answer_key if reveals else None,
                    language=language,
                ),
                "key": version.item.key,
                "module": place.workshop.modules.get(version.module, version.module),
                "must_be_right": version.must_be_right and purpose == FINAL,
                "points": version.points,
                "scenario": version.scenario,
            }
        )
        last = at[0] if at else 0
    return render(
        request,
        "assessments/quizzes/paper.html",
        {
            "course": place.course,
            "purpose": purpose,
            "name": name_of(purpose),
            "rows": rows,
            "points": sum(row["points"] for row in rows),
            "problem": problem,
            "reveals": reveals,
        },
    )
