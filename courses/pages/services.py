"""From the workshop to the shelf: freezing the pages of a course into an edition."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Refused, Right, has_right
from assessments.models import Item, ItemVersion
from assessments.services import FrozenItem, Scenario, freeze_test, frozen_items, paper_length
from courses.pages.models import CoursePage, LessonPage, ModulePage
from courses.pages.rendering import render_lesson
from learning.manifest import FINAL, PRETEST, Node, Outline, Rules, sources_of
from learning.models import Activity, Course, EditionRevision, ReviewState
from learning.services import Draft, activity_for, digest_of, publish_revision

COURSE_KEY = "course"


class NotPublishable(ValueError):
    """The pages of the course cannot be frozen as they are; the message says what is missing."""


@dataclass(frozen=True)
class Tree:
    """The live pages of one course in one language."""

    page: CoursePage
    modules: tuple[tuple[ModulePage, tuple[LessonPage, ...]], ...]

    @property
    def language(self) -> str:
        return str(self.page.locale.language_code)


def tree_of(page: CoursePage) -> Tree:
    """The live modules and lessons below a course page, in order."""
    modules = ModulePage.objects.child_of(page).live().order_by("path")
    return Tree(
        page,
        tuple((module, tuple(LessonPage.objects.child_of(module).live().order_by("path"))) for module in modules),
    )


def _digests(tree: Tree) -> dict[str, str]:
    """Key of the course, each module and each lesson → digest of what its author wrote."""
    page = tree.page
    found = {COURSE_KEY: digest_of([page.title, page.summary, page.audience, page.outcomes, page.sources])}
    for module, lessons in tree.modules:
        found[module.key] = digest_of([module.title, module.objectives])
        found |= {lesson.key: digest_of([lesson.title, list(lesson.body.raw_data)]) for lesson in lessons}
    return found


def mark_reviewed(*, page: CoursePage, reviewed: bool = True) -> None:
    """Note that the text of a course in one language is reviewed as it stands, or that it is not.

    A later edit makes what it touches a draft again, by itself: the note holds digests.
    """
    page.reviewed = _digests(tree_of(page)) if reviewed else {}
    CoursePage.objects.filter(pk=page.pk).update(reviewed=page.reviewed)


def review_states(tree: Tree) -> dict[str, str]:
    """Key of the course, each module and each lesson → its state of review today."""
    return {
        key: ReviewState.REVIEWED if tree.page.reviewed.get(key) == digest else ReviewState.DRAFT
        for key, digest in _digests(tree).items()
    }


@transaction.atomic
def publish_course(
    *, by: User | None, page: CoursePage, note: str = "", as_new_edition: bool = False
) -> tuple[EditionRevision, bool]:
    """Freeze a course, in every language that has pages, as a correction or a new edition.

    Arguments:
        page: the course page of the source language; its rules and its tree are the course's.

    Returns:
        The revision, and whether it is new.

    Raises:
        accounts.permissions.Refused: the person may not publish.
        NotPublishable: a key is used twice, or a test has no questions.
        MissingItem: a knowledge check has no question.
        learning.services.UnreviewedContent: the site requires review.
    """
    if by is not None and not (has_right(by, Right.PUBLISH_COURSES) or has_right(by, Right.MANAGE_SITE)):
        raise Refused(_("Your role may write courses but not publish them."))
    course = page.course
    source = tree_of(page)
    translations = [source, *(tree_of(other) for other in page.get_translations().live().specific())]
    keys = [each.key for module, lessons in source.modules for each in (module, *lessons)]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice:
        raise NotPublishable(
            _("%(course)s: more than one page has the key %(keys)s.")
            % {"course": course.code, "keys": ", ".join(twice)}
        )

    drafts: list[Draft] = []
    scenarios: dict[tuple[str, str], Scenario] = {}
    for tree in translations:
        drafts += _lesson_drafts(course, tree, set(keys))
        scenarios |= _scenarios(tree)

    tests = _tests(course, page, scenarios)
    outline = _outline(course, source, tests)
    for tree in translations:
        drafts.append(_course_draft(course, tree, outline))
    for activity, items, _node in tests:
        drafts += _test_drafts(activity, items)

    must = ItemVersion.objects.filter(
        pk__in={item.version.pk for _activity, items, _node in tests for item in items}, must_be_right=True
    )
    rules = Rules(
        pass_mark=page.pass_mark,
        validity_months=page.validity_months,
        design_minutes=page.design_minutes,
        must_be_right=tuple(sorted(version.item.key for version in must.select_related("item"))),
    )
    revision, is_new = publish_revision(
        by=by, course=course, rules=rules, outline=outline, drafts=drafts, note=note, as_new_edition=as_new_edition
    )
    if is_new:
        for activity, items, _node in tests:
            freeze_test(revision, activity, items)
    return revision, is_new


def _lesson_drafts(course: Course, tree: Tree, known: set[str]) -> list[Draft]:
    drafts = []
    states = review_states(tree)
    for _module, lessons in tree.modules:
        for lesson in lessons:
            if lesson.key not in known:
                continue
            parts = render_lesson(lesson.body, lesson.key, course, tree.language)
            for part in parts:
                if part["type"] == "check":
                    activity_for(course, part["key"], Activity.Kind.CHECK)
            drafts.append(
                Draft(
                    activity=activity_for(course, lesson.key, Activity.Kind.LESSON),
                    language=tree.language,
                    body={
                        "title": lesson.title,
                        "can_skip": any(block.block_type == "content_note" for block in lesson.body),
                        "parts": parts,
                    },
                    source={"title": lesson.title, "body": list(lesson.body.raw_data)},
                    origin=f"page:{lesson.pk}@{lesson.live_revision_id or 0}",
                    review_state=_weakest(states[lesson.key], *(part.get("review_state", "") for part in parts)),
                )
            )
    return drafts


def _weakest(*states: str) -> str:
    """Reviewed only when everything in it is."""
    return ReviewState.DRAFT if ReviewState.DRAFT in states else ReviewState.REVIEWED


def _scenarios(tree: Tree) -> dict[tuple[str, str], Scenario]:
    return {
        (lesson.key, tree.language): Scenario(block.value["text"], lesson.level)
        for _module, lessons in tree.modules
        for lesson in lessons
        for block in lesson.body
        if block.block_type == "scenario"
    }


def _tests(
    course: Course, page: CoursePage, scenarios: dict[tuple[str, str], Scenario]
) -> list[tuple[Activity, list[FrozenItem], Node]]:
    found = []
    for purpose, key, pool, draw, minutes, pass_mark in (
        (PRETEST, "pre-test", Item.Pool.PRETEST, page.pretest_draw, page.pretest_minutes, None),
        (FINAL, "final-test", Item.Pool.TEST, page.final_draw, page.final_minutes, page.pass_mark),
    ):
        if not draw:
            continue
        items = frozen_items(course, [pool], scenarios)
        if not items:
            raise NotPublishable(_("%(course)s: the %(test)s has no questions.") % {"course": course.code, "test": key})
        activity = activity_for(course, key, Activity.Kind.QUIZ)
        node = Node(
            uuid=str(activity.uuid),
            key=key,
            kind=Activity.Kind.QUIZ,
            minutes=minutes,
            required=purpose == FINAL,
            purpose=purpose,
            draw=draw,
            questions=paper_length([item.version for item in items], draw),
            pass_mark=pass_mark,
        )
        found.append((activity, items, node))
    return found


def _outline(course: Course, source: Tree, tests: list[tuple[Activity, list[FrozenItem], Node]]) -> Outline:
    modules = []
    for module, lessons in source.modules:
        children = tuple(
            Node(
                uuid=str(activity_for(course, lesson.key, Activity.Kind.LESSON).uuid),
                key=lesson.key,
                kind=Activity.Kind.LESSON,
                minutes=lesson.minutes,
                level=lesson.level,
                children=tuple(
                    Node(
                        uuid=str(activity_for(course, f"{lesson.key}/{block.id}", Activity.Kind.CHECK).uuid),
                        key=f"{lesson.key}/{block.id}",
                        kind=Activity.Kind.CHECK,
                    )
                    for block in lesson.body
                    if block.block_type == "check"
                ),
            )
            for lesson in lessons
        )
        modules.append(
            Node(
                uuid=str(activity_for(course, module.key, Activity.Kind.MODULE).uuid),
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


def _course_draft(course: Course, tree: Tree, outline: Outline) -> Draft:
    page = tree.page
    states = review_states(tree)
    titles: dict[str, str] = {}
    modules: dict[str, dict[str, Any]] = {}
    for module, lessons in tree.modules:
        node = outline.by_key.get(module.key)
        if node is None:
            continue
        titles[node.uuid] = module.title
        modules[module.key] = {"objectives": module.objectives.splitlines()}
        titles |= {outline.by_key[lesson.key].uuid: lesson.title for lesson in lessons if lesson.key in outline.by_key}
    body = {
        "title": page.title,
        "summary": page.summary,
        "audience": page.audience,
        "outcomes": page.outcomes.splitlines(),
        "sources": sources_of(page.sources),
        "titles": titles,
        "modules": modules,
    }
    return Draft(
        activity=activity_for(course, COURSE_KEY, Activity.Kind.COURSE),
        language=tree.language,
        body=body,
        source={},
        origin=f"page:{page.pk}@{page.live_revision_id or 0}",
        review_state=_weakest(states[COURSE_KEY], *(states[module.key] for module, _lessons in tree.modules)),
    )


def _test_drafts(activity: Activity, items: list[FrozenItem]) -> list[Draft]:
    """A test's entry lists what it may draw, so that the revision's digest covers every wording."""
    drafts = []
    for language in sorted({item.language for item in items}):
        own = [item for item in items if item.language == language]
        drafts.append(
            Draft(
                activity=activity,
                language=language,
                body={"count": len(own)},
                source=[
                    {"item": str(item.version.item.uuid), "version": item.version.number, "wording": item.body}
                    for item in own
                ],
                origin="bank",
                review_state=_weakest(*(item.review_state for item in own)),
            )
        )
    return drafts
