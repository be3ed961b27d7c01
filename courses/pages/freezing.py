"""What of the workshop goes on the shelf: the drafts, tests and outline of an edition, in every language."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from assessments.drawing.blueprint import lack_of, matches, rows_in
from assessments.drawing.planned import drafted_rules, pools_of
from assessments.drawing.traits import category_names, traits_today
from assessments.drawing.words import Names, lack_in_words
from assessments.models import Item, ItemVersion
from assessments.rules import TestRules
from assessments.services import Asked, FrozenItem, Scenario, frozen_items, must_be_right_without
from assessments.wordings import Within
from courses.pages.blocks.branching import unplayable
from courses.pages.blocks.country import basis_of, holds_number
from courses.pages.grace import Grace
from courses.pages.models import CoursePage, LessonPage
from courses.pages.rendering import BODY, MissingItem, Words, render_lesson
from courses.pages.selectors import COURSE_KEY, Renderings, Tree
from courses.pages.translating.machine_words import machine_words
from courses.pages.translation import FIELDS, State, block_part
from learning.deltas import modules_of
from learning.manifest import DELTA, DELTA_TEST, FINAL, PRETEST, Node, Outline, Rules, sources_of
from learning.models import Activity, Course, ReviewState
from learning.services import Draft


class NotPublishable(ValueError):
    """The pages of the course cannot be frozen as they are; the message says what is missing."""


#: Blocks that officers do something with, and what that is in the outline. Nobody has to.
ACTIVITIES = {"check": Activity.Kind.CHECK, "branching": Activity.Kind.SCENARIO}


def weakest(*states: str) -> str:
    """Reviewed only when everything in it is."""
    return ReviewState.DRAFT if ReviewState.DRAFT in states else ReviewState.REVIEWED


#: Gives the activity of a key and a kind; the same course asks for each of them several times.
Activities = Callable[[str, str], Activity]
#: A test, what it may draw, and its place in the outline.
Test = tuple[Activity, list[FrozenItem], Node]

#: As `courses.pages.rendering.render_lesson`.
Render = Callable[[Sequence[Words], str, Course | None, str, str], list[dict[str, Any]]]


def forgiving(problems: list[str], unfinished: tuple[type[Exception], ...]) -> Render:
    """Renders a lesson without the blocks that are not finished, and notes which these are.

    Arguments:
        problems: where a word about each is put.
        unfinished: what such a block raises when it is rendered.
    """

    def render(
        words: Sequence[Words], lesson_key: str, course: Course | None, language: str, source_language: str
    ) -> list[dict[str, Any]]:
        try:
            return render_lesson(words, lesson_key, course, language, source_language)
        except unfinished:
            finished = []
        for number, each in enumerate(words, start=1):
            try:
                render_lesson([each], lesson_key, course, language, source_language)
            except unfinished as problem:
                place = {"lesson": lesson_key, "number": number, "kind": BODY.child_blocks[each.value["type"]].label}
                known = str(problem) if isinstance(problem, MissingItem) else ""
                problems.append(
                    known or _("%(lesson)s: block %(number)d (%(kind)s) is not finished and is left out.") % place
                )
            else:
                finished.append(each)
        return render_lesson(finished, lesson_key, course, language, source_language)

    return render


def lesson_drafts(
    course: Course,
    shown: Renderings,
    activity: Activities,
    states: Mapping[str, str],
    source_states: Mapping[str, str],
    render: Render = render_lesson,
) -> list[Draft]:
    """The lessons of one language; one of which nothing is translated is left to the source language.

    Arguments:
        states, source_states: key of a page → its review state, in this language and in the source language, whose
            structure and kinds every language shows.
        render: makes the parts of a lesson.
    """
    drafts = []
    machine = machine_words(course, shown.language)
    for key, lesson in shown.lessons.items():
        if not lesson.is_translated or lesson.own is None:
            continue
        source_language = str(lesson.source.locale.language_code)
        parts = render(lesson.blocks(), key, course, shown.language, source_language)
        for part in parts:
            if kind := ACTIVITIES.get(part["type"]):
                activity(part["key"], kind)
        source = lesson.source
        assert isinstance(source, LessonPage)
        _close_country_boxes(parts, source, shown.language)
        borrowed = lesson.parts(State.MISSING)
        body: dict[str, Any] = {
            "title": lesson.text("title"),
            "can_skip": any(block.block_type == "content_note" for block in source.body),
            "parts": parts,
        }
        if behind := lesson.parts(State.BEHIND):
            body["behind"] = behind
        if borrowed:
            body["borrowed"] = borrowed
        if "title" in borrowed:
            body["title_language"] = source_language
        if by_machine := machine.parts_of(lesson) + machine.checks_of(parts):
            body["machine"] = by_machine
        drafts.append(
            Draft(
                activity=activity(key, Activity.Kind.LESSON),
                language=shown.language,
                body=body,
                source={"title": lesson.text("title"), "body": [words.value for words in lesson.blocks()]},
                origin=f"page:{lesson.own.pk}@{lesson.own.live_revision_id or 0}",
                review_state=weakest(
                    states.get(key, ReviewState.DRAFT),
                    source_states[key],
                ),
            )
        )
    return drafts


def _close_country_boxes(parts: list[dict[str, Any]], source: LessonPage, language: str) -> None:
    """Put beside each country box the digest of what its author asks for, which is the same in every language.

    Raises:
        NotPublishable: the text that officers of all members read holds a telephone number.
    """
    asked = {raw["id"]: raw["value"] for raw in source.body.get_prep_value() if raw["type"] == "country"}
    for part in parts:
        if part["type"] != "country":
            continue
        if holds_number(part["fallback"]):
            raise NotPublishable(
                _(
                    "%(lesson)s: in “%(language)s” the text of the country box “%(title)s” that everybody reads holds "
                    "a telephone number. Take it out: each member's coordinator writes the member's own numbers."
                )
                % {"lesson": source.key, "language": language, "title": part["title"]}
            )
        part["basis"] = basis_of(asked[part["key"].rsplit("/", 1)[-1]])


def check_scenarios(source: Tree) -> None:
    """Drafts may be unfinished, and lists and schedules publish them without looking: nothing without an end goes out.

    Raises:
        NotPublishable: a branching scenario cannot be played to an end; the message says which and why.
    """
    for key, lesson in source.lessons.items():
        for raw in lesson.body.raw_data:
            if raw["type"] == "branching" and (found := unplayable(raw["value"])):
                raise NotPublishable(
                    _("%(lesson)s: the branching scenario “%(title)s” cannot be published. %(reason)s")
                    % {"lesson": key, "title": raw["value"].get("title", ""), "reason": found[0]}
                )


def scenarios(shown: Renderings, grace: Grace | None = None) -> dict[tuple[str, str], Scenario]:
    """(lesson key, language) → its case, where its words are those of today, or behind within the grace: a test shows
    no other."""
    found = {}
    for key, lesson in shown.lessons.items():
        states, behind = lesson.states, grace.parts(lesson) if grace else {}
        for words in lesson.blocks():
            block, part = words.value, block_part(words.value["id"])
            if block["type"] != "scenario" or words.language != shown.language:
                continue
            if states.get(part) == State.CURRENT or part in behind:
                assert isinstance(lesson.source, LessonPage)
                found[key, shown.language] = Scenario(block["value"]["text"], lesson.source.level, behind.get(part))
    return found


def tests_of(
    course: Course,
    page: CoursePage,
    activity: Activities,
    cases: Mapping[tuple[str, str], Scenario],
    languages: Sequence[str],
    asked: Callable[[Sequence[FrozenItem]], list[FrozenItem]],
    problems: list[str] | None = None,
    within: Within | None = None,
) -> list[tuple[Activity, list[FrozenItem], Node]]:
    """The tests of a course: what each may draw in which of the languages, and its place in the outline.

    Arguments:
        asked: gives questions their state of review, and leaves out what may not be asked (`courses.pages.gate`).
        problems: where a word is put about what is wrong, in place of refusing all; a test without questions is left
            out then.
        within: the grace of questions that are behind.

    Raises:
        NotPublishable: a test has no questions, has lost one that must be right, or cannot fill its paper.
    """

    def stop(words: str) -> None:
        if problems is None:
            raise NotPublishable(words)
        problems.append(words)

    found, drafted = [], drafted_rules(course)
    for purpose, key, pool, draw, minutes, pass_mark in (
        (PRETEST, "pre-test", Item.Pool.PRETEST, page.pretest_draw, page.pretest_minutes, None),
        (FINAL, "final-test", Item.Pool.TEST, page.final_draw, page.final_minutes, page.pass_mark),
    ):
        rules = drafted[purpose]
        if not draw and not rules.sections:
            continue
        pools = pools_of(purpose, rules)
        items = asked(frozen_items(course, pools, cases, languages=languages, within=within))
        lost = must_be_right_without(course, pool, items, languages[0])
        if lost:
            stop(
                _(
                    "%(course)s: the questions %(keys)s must be right and can no longer be asked, because the case "
                    "they are about is gone. Publish its lesson again, or import the course without them."
                )
                % {"course": course.code, "keys": ", ".join(lost)}
            )
        if not items:
            stop(_("%(course)s: the %(test)s has no questions.") % {"course": course.code, "test": key})
            continue
        traits = traits_today([item.version for item in items])
        paper = Asked(purpose, rules, draw, list(traits.values()))
        if rules.sections:
            # The shelf holds what it may draw, and nothing else has to be there in a language (decision 0030).
            rows = rows_in(rules.sections)
            items = [item for item in items if any(matches(row, traits[item.version.pk]) for row in rows)]
            for words in lack_in_words(lack_of(rules.sections, paper.drawable), _names(course)):
                stop(f"{course.code}, {key}: {words}")
            if not items:
                continue
        test = activity(key, Activity.Kind.QUIZ)
        node = Node(
            uuid=str(test.uuid),
            key=key,
            kind=Activity.Kind.QUIZ,
            minutes=minutes,
            required=purpose == FINAL or page.requires_pretest,
            purpose=purpose,
            draw=draw,
            questions=paper.length,
            pass_mark=pass_mark,
            rules=frozen_rules(purpose, rules, languages[0]),
        )
        found.append((test, items, node))
    return found


def frozen_rules(purpose: str, rules: TestRules, language: str) -> dict[str, Any]:
    """Rules as an outline holds them, with the language in which the author's words stand first."""
    return replace(rules, language=language if rules.has_words else "").as_json(purpose)


def _names(course: Course) -> Names:
    return Names(categories=category_names(list(course.banks.values_list("pk", flat=True))))


def refresher_test(
    outline: Outline, activity: Activities, tests: Sequence[Test], lessons: frozenset[str], rules: Mapping[str, Any]
) -> tuple[Outline, list[Test]]:
    """The test of refreshers: what the final test may ask of the modules in which these lessons stand.

    Arguments:
        rules: how it is taken, as frozen (`frozen_rules`).

    Returns:
        The outline with how many questions each of these modules has, and the test; both as they were where no
        refresher asks for any of the lessons. The test has no place in the outline of the whole course.
    """
    modules = {module.key for module in modules_of(outline, lessons)}
    if not modules:
        return outline, []
    final = next((each for each in tests if each[2].purpose == FINAL), None)
    items = [item for item in final[1] if item.version.module in modules] if final else []
    versions = {item.version.pk: item.version for item in items}.values()

    def counted(node: Node) -> Node:
        own = [version for version in versions if version.module == node.key]
        return replace(node, pool=len(own), must=sum(version.must_be_right for version in own))

    test = activity(DELTA_TEST, Activity.Kind.QUIZ)
    children = tuple(counted(node) if node.key in modules else node for node in outline.children)
    outline = Outline(children, delta_test=str(test.uuid), delta_rules=rules)
    node = Node(uuid=str(test.uuid), key=DELTA_TEST, kind=Activity.Kind.QUIZ, purpose=DELTA)
    return outline, [(test, items, node)] if items else []


def rules_of(page: CoursePage, tests: Sequence[Test]) -> Rules:
    """The rules that stand on the source page, and which questions must be right: nobody passes a pre-test, even where
    it shares those of the final test."""
    asked = {item.version.pk for _test, items, node in tests if node.purpose != PRETEST for item in items}
    must = ItemVersion.objects.filter(pk__in=asked, must_be_right=True)
    return Rules(
        pass_mark=page.pass_mark,
        validity_months=page.validity_months,
        design_minutes=page.design_minutes,
        must_be_right=tuple(sorted(version.item.key for version in must.select_related("item"))),
        prerequisites=tuple(page.prerequisites),
        follow_up_days=page.follow_up_days,
    )


def outline_of(source: Tree, activity: Activities, tests: list[tuple[Activity, list[FrozenItem], Node]]) -> Outline:
    """The neutral tree: pre-test, modules with their lessons and checks, final test."""
    modules = []
    for module, lessons in source.modules:
        children = tuple(
            Node(
                uuid=str(activity(lesson.key, Activity.Kind.LESSON).uuid),
                key=lesson.key,
                kind=Activity.Kind.LESSON,
                minutes=lesson.minutes,
                level=lesson.level,
                required=not lesson.is_optional,
                children=tuple(
                    Node(
                        uuid=str(activity(f"{lesson.key}/{block.id}", kind).uuid),
                        key=f"{lesson.key}/{block.id}",
                        kind=kind,
                        required=kind != Activity.Kind.SCENARIO,
                    )
                    for block in lesson.body
                    if (kind := ACTIVITIES.get(block.block_type))
                ),
            )
            for lesson in lessons
        )
        modules.append(
            Node(
                uuid=str(activity(module.key, Activity.Kind.MODULE).uuid),
                key=module.key,
                kind=Activity.Kind.MODULE,
                minutes=module.minutes,
                level=module.level,
                children=children,
            )
        )
    before = tuple(node for _activity, _items, node in tests if node.purpose == PRETEST)
    after = tuple(node for _activity, _items, node in tests if node.purpose == FINAL)
    return Outline((*before, *modules, *after))


def course_draft(
    shown: Renderings,
    outline: Outline,
    activity: Activities,
    states: Mapping[str, str],
    source_states: Mapping[str, str],
) -> Draft:
    """The course's own text in one language: for the catalogue, and the titles of everything in it."""
    page = shown.course
    assert page.own is not None
    body: dict[str, Any] = {
        "title": page.text("title"),
        "summary": page.text("summary"),
        "audience": page.text("audience"),
        "outcomes": page.text("outcomes").splitlines(),
        "sources": sources_of(page.text("sources")),
        "titles": {
            outline.by_key[key].uuid: each.text("title") for key, each in (shown.modules | shown.lessons).items()
        },
        "modules": {key: {"objectives": each.text("objectives").splitlines()} for key, each in shown.modules.items()},
    }
    # What came later is left out where it is empty, so that courses without it stay what they are.
    source_page = page.source
    assert isinstance(source_page, CoursePage)
    more = {
        "credits": page.text("credits"),
        "authors": source_page.authors.splitlines(),
        "course_level": source_page.course_level,
        "subjects": source_page.subjects,
        "achievement_areas": source_page.achievement_areas,
        "strategy_areas": source_page.strategy_areas,
        "tags": [tag.strip() for tag in source_page.tags.split(",") if tag.strip()],
    }
    body |= {name: value for name, value in more.items() if value}
    everything = shown.all()
    machine = machine_words(source_page.course, shown.language)
    if behind := [key for key, each in everything.items() if each.parts(State.BEHIND)]:
        body["behind"] = behind
    if borrowed := [key for key, each in everything.items() if each.parts(State.MISSING)]:
        body["borrowed"] = borrowed
    if by_machine := [key for key, each in everything.items() if machine.parts_of(each)]:
        body["machine"] = by_machine
    source_language = str(page.source.locale.language_code)
    borrowed_titles = [key for key, each in (shown.modules | shown.lessons).items() if each.borrows("title")]
    if borrowed_titles:
        body["title_languages"] = {outline.by_key[key].uuid: source_language for key in borrowed_titles}
    if fields := [name for name in FIELDS[CoursePage] if page.borrows(name)]:
        body["languages"] = dict.fromkeys(fields, source_language)
    if objectives := [key for key, each in shown.modules.items() if each.borrows("objectives")]:
        body["objective_languages"] = dict.fromkeys(objectives, source_language)
    own = [COURSE_KEY, *shown.modules]
    return Draft(
        activity=activity(COURSE_KEY, Activity.Kind.COURSE),
        language=shown.language,
        body=body,
        source={},
        origin=f"page:{page.own.pk}@{page.own.live_revision_id or 0}",
        review_state=weakest(
            *(states.get(key, ReviewState.DRAFT) for key in own if everything[key].is_translated),
            *(source_states[key] for key in own),
        ),
    )


def test_drafts(activity: Activity, items: list[FrozenItem], node: Node) -> list[Draft]:
    """A test's entry lists what it may draw, so that the revision's digest covers every wording, and what its blueprint
    knows of each question."""
    drafts = []
    traits = traits_today([item.version for item in items]) if node.rules.get("sections") else {}
    for language in sorted({item.language for item in items}):
        own = [item for item in items if item.language == language]
        drafts.append(
            Draft(
                activity=activity,
                language=language,
                body={"count": len(own)},
                source=[
                    {"item": str(item.version.item.uuid), "version": item.version.number, "wording": item.body}
                    | ({"open_until": item.open_until.isoformat()} if item.open_until else {})
                    | ({"traits": traits[item.version.pk].as_json()} if traits else {})
                    for item in own
                ],
                origin="bank",
                review_state=weakest(*(item.review_state for item in own)),
            )
        )
    return drafts
