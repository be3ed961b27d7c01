"""What a course lacks before it is published: found by reading its newest drafts, nothing is changed.

A point is *missing* where the course is not fit to be published without it, and *advice* where the author should look
once more and may have a reason. The rules are those of the domain facts §3.0 (questions), §5.1 (content notes), §5.4
(order of hard parts, next review, signatures of the review) and §5.5 (self-care).
"""

import datetime as dt
import enum
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.drawing.blueprint import certain, lack_of
from assessments.drawing.planned import asked_today, bank_today, drafted_rules
from assessments.drawing.traits import category_names
from assessments.drawing.words import Names, lack_in_words
from assessments.selectors import BankCounts, bank_counts, bank_names_of, practice_choices
from assessments.services import Asked, papers_allowed
from courses.pages.blocks.branching import unplayable
from courses.pages.drafts import draft_tree_of
from courses.pages.gate import review_of, words_of_lack
from courses.pages.models import CoursePage, LessonPage, ModulePage
from courses.pages.selectors import Tree, coverage_of, renderings
from learning.manifest import FINAL, PRETEST, codes_in, sources_of
from learning.models import Course
from learning.selectors import prerequisite_circle

#: A bank holds this many times the questions of the final test before it is safe for certification (§3.0).
BANK_TIMES = 3
#: Times that are this far apart, of the longer one, are worth a look.
APART = 0.25
#: Blocks that may be hard to read: a content note stands before them.
CASES = ("scenario", "branching")


class State(enum.StrEnum):
    """How a point stands."""

    OK = "ok"
    ADVICE = "advice"
    MISSING = "missing"


@dataclass(frozen=True)
class Point:
    """One thing that was looked at.

    Attributes:
        text: for the author, what is there, what is missing or what to think about.
        url: the place in the editor where it can be mended.
    """

    state: State
    text: str
    url: str = ""


@dataclass(frozen=True)
class Group:
    """The points of the course, of one module or of one lesson."""

    title: str
    url: str
    points: tuple[Point, ...]

    @property
    def open(self) -> tuple[Point, ...]:
        return tuple(point for point in self.points if point.state != State.OK)


@dataclass(frozen=True)
class Checklist:
    """Everything that was looked at in a course."""

    page: CoursePage
    groups: tuple[Group, ...] = field(default=())

    @cached_property
    def points(self) -> tuple[Point, ...]:
        return tuple(point for group in self.groups for point in group.points)

    def count(self, state: State) -> int:
        return sum(point.state == state for point in self.points)

    @property
    def missing(self) -> int:
        return self.count(State.MISSING)

    @property
    def advice(self) -> int:
        return self.count(State.ADVICE)

    @property
    def ok(self) -> int:
        return self.count(State.OK)


def checklist_of(page: CoursePage) -> Checklist:
    """Look at a course in its source language, drafts included."""
    tree = draft_tree_of(page)
    counts = bank_counts(page.course)
    groups = [
        Group(tree.page.title, edit_url(tree.page), tuple(_course(tree, counts))),
        Group(_("Questions and tests"), edit_url(tree.page), tuple(_tests(tree, counts))),
        Group(_("Languages"), reverse("translate:board_course", args=[page.course.slug]), tuple(_languages(page))),
        Group(_("Do-no-harm review"), reverse("review:course", args=[page.course.slug]), tuple(_review(tree))),
    ]
    names = set(bank_names_of(page.course))
    items = {uuid for bank, choices in practice_choices() if bank in names for uuid, _label in choices}
    for module, lessons in tree.modules:
        is_last = module is tree.modules[-1][0]
        groups.append(Group(module.title, edit_url(module), tuple(_module(module, lessons, is_last=is_last))))
        groups += [
            Group(f"{module.title} › {lesson.title}", edit_url(lesson), tuple(_lesson(lesson, items)))
            for lesson in lessons
        ]
    return Checklist(page, tuple(groups))


def edit_url(page: CoursePage | ModulePage | LessonPage, block: str = "") -> str:
    """Where a page, or one block of it, is edited."""
    place = f"#block-{block}-section" if block else ""
    return reverse("wagtailadmin_pages:edit", args=[page.pk]) + place


def _texts(page: CoursePage | ModulePage | LessonPage, names: Iterable[str]) -> Iterator[Point]:
    """A point for each text that must not be empty."""
    for name in names:
        label = str(page._meta.get_field(name).verbose_name)
        if str(getattr(page, name)).strip():
            yield Point(State.OK, _("%(what)s is there.") % {"what": label.capitalize()})
        else:
            yield Point(State.MISSING, _("%(what)s is empty.") % {"what": label.capitalize()}, edit_url(page))


def _apart(first: int, second: int) -> bool:
    return abs(first - second) > APART * max(first, second)


def _course(tree: Tree, counts: BankCounts) -> Iterator[Point]:
    page, url = tree.page, edit_url(tree.page)
    yield from _texts(page, ("title", "summary", "audience", "outcomes"))
    if page.course_level:
        yield Point(State.OK, _("The level is set."))
    else:
        yield Point(State.MISSING, _("The level is not set: officers cannot tell whether it is for them."), url)
    if page.subjects:
        yield Point(State.OK, _("It has subjects."))
    else:
        yield Point(State.ADVICE, _("It has no subject: the RSO cannot see what is covered."), url)
    if not page.credits and not page.authors:
        yield Point(State.ADVICE, _("Nobody is named as its author and no credit is given."), url)
    modules = sum(module.minutes for module, _lessons in tree.modules)
    planned = (
        modules + (page.pretest_minutes if page.pretest_draw else 0) + (page.final_minutes * bool(page.final_draw))
    )
    if _apart(planned, page.design_minutes):
        words = _("The modules and tests take %(planned)d minutes, and the certificate would say %(stated)d.")
        yield Point(State.ADVICE, words % {"planned": planned, "stated": page.design_minutes}, url)
    else:
        yield Point(State.OK, _("The stated time is that of its parts."))
    yield _next_review(page, url)
    yield from _prerequisites(page, url)
    yield _sources(tree, url)
    if not tree.modules:
        yield Point(State.MISSING, _("It has no module yet."), reverse("wagtailadmin_explore", args=[page.pk]))
    pages = [page, *(each for module, lessons in tree.modules for each in (module, *lessons))]
    drafts = [each for each in pages if each.has_unpublished_changes or not each.live]
    if drafts:
        words = ngettext("%(n)d page has unpublished changes.", "%(n)d pages have unpublished changes.", len(drafts))
        place = reverse("wagtailadmin_explore", args=[page.pk])
        yield Point(State.ADVICE, words % {"n": len(drafts)}, place)


def _next_review(page: CoursePage, url: str) -> Point:
    today = timezone.localdate()
    if page.review_due_on is None:
        return Point(State.MISSING, _("The date of the next review is not set (within 12 months)."), url)
    if page.review_due_on < today:
        return Point(State.MISSING, _("The review was due on %(day)s.") % {"day": page.review_due_on.isoformat()}, url)
    if page.review_due_on > today + dt.timedelta(days=366):
        return Point(State.ADVICE, _("The next review is more than 12 months away."), url)
    return Point(State.OK, _("The next review has a date."))


def _prerequisites(page: CoursePage, url: str) -> Iterator[Point]:
    circle = prerequisite_circle(page.course, page.prerequisites)
    if circle:
        words = _("Its prerequisites go round in a circle: %(courses)s. Nobody could begin.")
        yield Point(State.MISSING, words % {"courses": " → ".join(circle)}, url)
    for course in Course.objects.filter(uuid__in=page.prerequisites, editions=None):
        words = _("It asks for %(course)s first, which is not published.")
        yield Point(State.MISSING, words % {"course": course.code}, url)


def _sources(tree: Tree, url: str) -> Point:
    known = sources_of(tree.page.sources)
    text = " ".join(str(lesson.body.raw_data) for lesson in tree.lessons.values())
    unknown = sorted(codes_in(text) - known.keys())
    if unknown:
        words = _("Lessons cite %(codes)s, which the list of sources does not explain.")
        return Point(State.ADVICE, words % {"codes": ", ".join(unknown[:12])}, url)
    return Point(State.OK, _("Every code that a lesson cites is explained."))


def _tests(tree: Tree, counts: BankCounts) -> Iterator[Point]:
    page, url = tree.page, edit_url(tree.page)
    drafted, bank = drafted_rules(page.course), bank_today(page.course, tree.language)
    asked = {
        purpose: asked_today(purpose, drafted[purpose], draw, bank)
        for purpose, draw in ((PRETEST, page.pretest_draw), (FINAL, page.final_draw))
        if draw or drafted[purpose].sections
    }
    pretest, final = asked.get(PRETEST), asked.get(FINAL)
    if pretest:
        yield from _drawn(tree, counts, pretest, "pretest", _("pre-test"), url)
    else:
        yield Point(State.ADVICE, _("There is no pre-test: what the course changes cannot be shown."), url)
    if not final:
        yield Point(State.MISSING, _("There is no final test: nothing decides about a certificate."), url)
        return
    yield from _drawn(tree, counts, final, "test", _("final test"), url)
    length, have = final.rules.size or page.final_draw * len(tree.modules), sum(counts.pools["test"].values())
    if have < BANK_TIMES * length:
        words = _("The bank has %(have)d questions for a final test of %(length)d: %(wanted)d or more are safe.")
        yield Point(State.ADVICE, words % {"have": have, "length": length, "wanted": BANK_TIMES * length}, url)
    else:
        yield Point(State.OK, _("The bank is large enough for the final test."))
    yield from _repeats(page, final, pretest)
    if not counts.must_be_right:
        words = _("No question must be right whatever the score: is nothing in it critical for somebody’s safety?")
        yield Point(State.ADVICE, words, url)


def _drawn(tree: Tree, counts: BankCounts, test: Asked, pool: str, name: str, url: str) -> Iterator[Point]:
    """Whether a paper can be drawn: by the blueprint, or so many of each module."""
    rules_url = reverse("quizzes:edit", args=[tree.page.course.slug, test.purpose])
    if not test.rules.sections:
        yield from _enough(tree, counts, pool, test.per_module, name, url)
        return
    names = Names(
        {module.key: module.title for module, _lessons in tree.modules},
        category_names(list(tree.page.course.banks.values_list("pk", flat=True))),
    )
    lacks = lack_in_words(lack_of(test.sections, test.drawable), names)
    for words in lacks:
        yield Point(State.MISSING, _("The %(test)s cannot be drawn. %(why)s") % {"test": name, "why": words}, rules_url)
    if not lacks:
        yield Point(State.OK, _("The blueprint of the %(test)s can be drawn.") % {"test": name})
    never = sorted({each.key for each in test.drawable if each.must} - certain(test.sections, test.drawable))
    if never:
        words = _("These must be right, and no row of the %(test)s asks for them: %(keys)s.")
        yield Point(State.ADVICE, words % {"test": name, "keys": ", ".join(never)}, rules_url)


def _repeats(page: CoursePage, final: Asked, pretest: Asked | None) -> Iterator[Point]:
    """How many papers a person can get before questions come again."""
    url = reverse("quizzes:course", args=[page.course.slug])
    if not final.items or lack_of(final.sections, final.drawable):
        return
    papers = papers_allowed(final, pretest if pretest and pretest.rules.shares_pool else None)
    if papers is None:
        yield Point(State.ADVICE, _("Every paper of the final test has the same questions."), url)
        return
    words = ngettext(
        "The bank allows %(n)d paper of the final test without repeats.",
        "The bank allows %(n)d papers of the final test without repeats.",
        papers,
    ) % {"n": papers}
    yield Point(State.OK if papers >= max(final.rules.attempts, 1) else State.ADVICE, words, url)


def _enough(tree: Tree, counts: BankCounts, pool: str, draw: int, test: str, url: str) -> Iterator[Point]:
    short = [module.title for module, _lessons in tree.modules if counts.pools[pool].get(module.key, 0) < draw]
    if short:
        words = _("The %(test)s asks %(draw)d questions of each module; too few are there in: %(modules)s.")
        values = {"test": test, "draw": draw, "modules": ", ".join(short)}
        yield Point(State.MISSING, words % values, url)
    else:
        yield Point(State.OK, _("Every module has questions for the %(test)s.") % {"test": test})


def _languages(page: CoursePage) -> Iterator[Point]:
    names, url = dict(settings.LANGUAGES), reverse("translate:board_course", args=[page.course.slug])
    for each in coverage_of(page) if page.live else ():
        name = names.get(each.language, each.language)
        if not each.is_current:
            words = _("%(language)s: %(behind)d texts are out of date, %(missing)d are not translated.")
            values = {"language": name, "behind": each.behind, "missing": each.missing}
            yield Point(State.ADVICE, words % values, url)
        else:
            yield Point(State.OK, _("%(language)s is up to date.") % {"language": name})


def _review(tree: Tree) -> Iterator[Point]:
    """The signatures without which nothing is published, where the site requires review."""
    course = tree.page.course
    for unit, checks in review_of(course, tree, [renderings(tree, tree)]).held_back:
        url = reverse("review:unit", args=[course.slug, unit.key, unit.language])
        yield Point(State.MISSING, words_of_lack(unit, checks), url)


def _module(module: ModulePage, lessons: tuple[LessonPage, ...], *, is_last: bool) -> Iterator[Point]:
    url = edit_url(module)
    yield from _texts(module, ("title", "objectives"))
    if not lessons:
        yield Point(State.MISSING, _("It has no lesson yet."), reverse("wagtailadmin_explore", args=[module.pk]))
        return
    hardest = max(lesson.level for lesson in lessons)
    if module.level < hardest:
        words = _("Its content level is %(own)s, and one of its lessons has %(lesson)s.")
        yield Point(State.MISSING, words % {"own": module.level, "lesson": hardest}, url)
    if _apart(module.minutes, sum(lesson.minutes for lesson in lessons)):
        words = _("Its lessons take %(sum)d minutes, and the module says %(own)d.")
        values = {"sum": sum(lesson.minutes for lesson in lessons), "own": module.minutes}
        yield Point(State.ADVICE, words % values, url)
    prompts = sum(block.block_type == "care_prompt" for lesson in lessons for block in lesson.body)
    if prompts > 1:
        yield Point(State.MISSING, _("It has more than one self-care prompt: one for a module is the most."), url)
    callouts = any(
        block.block_type == "callout" and block.value["kind"] == "care" for lesson in lessons for block in lesson.body
    )
    if hardest == "W2" and not prompts and not callouts:
        yield Point(State.ADVICE, _("It is hard to read and has no self-care prompt."), url)
    if is_last and lessons[-1].level == "W2":
        words = _("Its last lesson is a hard one, right before the final test. Let something lighter follow.")
        yield Point(State.ADVICE, words, edit_url(lessons[-1]))


def _lesson(lesson: LessonPage, items: set[str]) -> Iterator[Point]:
    url = edit_url(lesson)
    kinds = [block.block_type for block in lesson.body]
    if not kinds:
        yield Point(State.MISSING, _("It is empty."), url)
        return
    yield from _content_note(lesson, kinds, url)
    for raw in lesson.body.raw_data:
        if raw["type"] == "branching":
            yield from (Point(State.MISSING, words, edit_url(lesson, raw["id"])) for words in unplayable(raw["value"]))
    for block in lesson.body:
        place = edit_url(lesson, block.id)
        if block.block_type == "check" and str(block.value["item"]) not in items:
            yield Point(State.MISSING, _("A knowledge check has no open practice question."), place)
        elif block.block_type == "package":
            yield Point(State.MISSING, _("An interactive package stands here: they cannot be published yet."), place)
        elif block.block_type == "picture" and _needs_alternative(block.value):
            yield Point(State.MISSING, _("A picture has no alternative text and is not marked as decorative."), place)


def _needs_alternative(picture: dict[str, object]) -> bool:
    return not picture.get("is_decorative") and not str(picture.get("alt") or "").strip()


def _content_note(lesson: LessonPage, kinds: list[str], url: str) -> Iterator[Point]:
    has_note = "content_note" in kinds
    if lesson.level != "W0" and not has_note:
        words = _("Its content level is %(level)s, and it has no content note with a way to skip it.")
        yield Point(State.MISSING, words % {"level": lesson.level}, url)
    elif lesson.level == "W0" and has_note:
        yield Point(State.ADVICE, _("It has a content note, and its content level is W0."), url)
    elif has_note:
        note = next(block for block in lesson.body if block.block_type == "content_note")
        case = next((kind for kind in kinds if kind in CASES), None)
        if note.value["level"] < lesson.level:
            words = _("Its content note has a lower level than the lesson.")
            yield Point(State.MISSING, words, edit_url(lesson, note.id))
        elif case and kinds.index(case) < kinds.index("content_note"):
            words = _("The content note comes after the case that it warns of.")
            yield Point(State.MISSING, words, edit_url(lesson, note.id))
        else:
            yield Point(State.OK, _("Its content note stands before what is hard."))
