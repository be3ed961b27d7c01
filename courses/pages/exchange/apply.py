"""Carrying out a plan: all of it, or nothing."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Locale

from accounts.models import User
from accounts.permissions import Refused
from accounts.services import audit
from assessments.bank import is_used
from assessments.models import Item
from assessments.services import bank_of, save_item, save_wording
from assessments.services.quizzes import put_rules
from assessments.wordings import basis_of
from courses.pages.basis import basis_of_page, digests_of, remember, set_basis
from courses.pages.blocks import join
from courses.pages.exchange.bundle import Bundle, Language
from courses.pages.exchange.forecast import mark_import
from courses.pages.exchange.media import save_media, taking_back
from courses.pages.exchange.parts import changed, is_question, reference_of
from courses.pages.exchange.plan import Change, Plan, by_path, in_order, plan_import
from courses.pages.exchange.present import (
    Body,
    PresentTree,
    keeping_edits,
    load,
    tidy_wording,
    wanted_course,
    wanted_lesson,
    wanted_module,
    wanted_version,
)
from courses.pages.exchange.reading import BundleProblems
from courses.pages.exchange.sorting import sort_as_filed
from courses.pages.exchange.test_rules import rules_for
from courses.pages.media.checking import MediaRefused
from courses.pages.media.showing import picture_for_question
from courses.pages.models import CoursePage, LessonPage, ModulePage, Picture
from courses.pages.publication import following_later
from courses.pages.rendering import MissingItem
from courses.pages.rights import may_publish
from courses.pages.selectors import COURSE_KEY
from courses.pages.services import NotPublishable, keep_meaning, publish_course
from courses.pages.services.reviewing import take_over_review
from courses.pages.translating.pages import free_slug, shelf_in
from courses.pages.translation import source_parts, words_of
from learning.models import Course, ReviewState
from learning.services import UnreviewedContent


@dataclass
class Result:
    """What an import did.

    Attributes:
        changes, unchanged: as planned, and done.
        edition, revision: what officers read now; None while nothing is published.
        is_new: whether this import published it.
        behind: language → texts that were made from an earlier source, such as ``m1-l1/body.kp-1``.
        held_back: why nothing was published, in words for the person who imports; empty when something was.
    """

    plan: Plan
    changes: list[Change] = field(default_factory=list)
    unchanged: int = 0
    edition: int | None = None
    revision: int | None = None
    is_new: bool = False
    behind: dict[str, list[str]] = field(default_factory=dict)
    held_back: str = ""


def apply_plan(plan: Plan, *, by: User | None = None, note: str = "", same_meaning: bool = False) -> Result:
    """Import a bundle: course, questions, pages in every language, and the edition that officers read.

    The plan is made anew first, because the database may have moved on since it was shown.

    Arguments:
        by: who imports; None for a command.
        note: what changed, kept with the revision.
        same_meaning: whether the changes of the source language keep its meaning; of a new edition it says nothing.

    Raises:
        accounts.permissions.Refused: the person may not publish courses.
        BundleProblems: something forbids the import. Nothing was changed.
    """
    if by is not None and not may_publish(by):
        raise Refused(_("Your role may write courses but not publish them."))
    with taking_back() as written, transaction.atomic():
        return _apply(plan, written, by, note, same_meaning)


def _apply(plan: Plan, written: list[Any], by: User | None, note: str, same_meaning: bool) -> Result:
    bundle = plan.bundle
    Course.objects.select_for_update(of=("self",)).filter(uuid=bundle.id).first()
    plan = plan_import(bundle, others=plan.others, as_new_edition=plan.as_new_edition, is_trusted=plan.is_trusted)
    if plan.problems:
        raise BundleProblems(plan.problems)
    course = _apply_course(bundle)
    try:
        media = save_media(bundle, _media_of(plan), written, by=by)
    except MediaRefused as reason:
        raise BundleProblems([bundle.place("slug").problem(str(reason))]) from reason
    items = _apply_questions(plan, course, media)
    for purpose, rules in bundle.test_rules.items():
        if plan.has("rules", purpose):
            put_rules(course=course, purpose=purpose, rules=rules_for(bank_of(course), rules))
    result = Result(plan, plan.changes, plan.unchanged)
    with following_later():
        source = TreeWriter(plan, course, bundle.source, items, media, None, by).write()
        pages = [source]
        for language in bundle.languages[1:]:
            writer = TreeWriter(plan, course, language, items, media, source, by)
            pages.append(writer.write())
            result.behind[language.code] = writer.behind
    # On the web a file signs nothing: what the import changed is a draft by its digest.
    if plan.is_trusted and by is None:
        take_over_review(
            source=source,
            languages=[each.code for each in bundle.languages if each.review_state == ReviewState.REVIEWED],
        )
    if same_meaning and not plan.as_new_edition:
        keep_meaning(by=by, page=source)
    try:
        revision, result.is_new = publish_course(by=by, page=source, note=note, as_new_edition=plan.as_new_edition)
        result.edition, result.revision = revision.edition.number, revision.number
    except UnreviewedContent as reason:
        result.held_back = str(reason)
    except (NotPublishable, MissingItem) as reason:
        raise BundleProblems([bundle.place("slug").problem(str(reason))]) from reason
    mark_import(course, load(course.uuid))
    if plan.changes or result.is_new:
        audit(
            by=by,
            action="course.imported",
            target=f"learning.course:{course.uuid}",
            details={
                "made": plan.count("make"),
                "changed": plan.count("change"),
                "withdrawn": plan.count("withdraw"),
                "edition": result.edition or 0,
                "revision": result.revision or 0,
            },
        )
    return result


def _apply_course(bundle: Bundle) -> Course:
    fields = {name: getattr(bundle, name) for name in ("code", "slug", "pillar", "access", "position")}
    course = Course.objects.filter(uuid=bundle.id).first()
    if course is None:
        return Course.objects.create(uuid=bundle.id, **fields)
    if any(getattr(course, name) != value for name, value in fields.items()):
        for name, value in fields.items():
            setattr(course, name, value)
        course.save(update_fields=list(fields))
    return course


def _apply_questions(plan: Plan, course: Course, media: Mapping[tuple[bool, str], int]) -> dict[str, uuid.UUID]:
    """Save what differs; returns the uuid of every question by its key."""
    bank = bank_of(course)

    def place(key: str) -> dict[str, Any]:
        return picture_for_question(Picture.objects.get(pk=media[True, key]))

    for question in plan.bundle.questions:
        worded = [each for each in plan.bundle.languages if plan.has("wording", question.key, each.code)]
        if not worded and not plan.has("question", question.key):
            continue
        known_item = Item.objects.filter(bank=bank, key=question.key).first()
        version = save_item(
            bank=bank,
            key=question.key,
            type=question.type,
            pool=question.pool,
            # As an edit on the site: what somebody was asked keeps its words, so other words are another version.
            afresh=plan.bundle.source in worded and known_item is not None and is_used(known_item),
            **wanted_version(plan.bundle, question, place),
        )
        sort_as_filed(version.item, question.sorting)
        known = {wording.language: wording for wording in version.wordings.all()}
        basis = basis_of(version, plan.bundle.source.questions[question.key])
        for language in worded:
            text, old = language.questions[question.key], known.get(language.code)
            made_from = basis
            source_text: dict[str, Any] | None = plan.bundle.source.questions[question.key]
            if question.key in language.behind:
                made_from, source_text = "", old.source_text if old else None
            elif old and tidy_wording(old.text) == text and question.key not in language.confirmed:
                # The same words as before: if the question changed, they are behind.
                made_from, source_text = old.translated_from, old.source_text
            is_source = language is plan.bundle.source
            save_wording(
                version=version,
                language=language.code,
                text=text,
                translated_from="" if is_source else made_from,
                source_text=None if is_source else source_text,
            )
    kept = [question.key for question in plan.bundle.questions]
    own = Item.objects.filter(bank=bank)
    own.filter(key__in=kept).exclude(retired_at=None).update(retired_at=None)
    gone = [each.key for each in plan.changes if (each.action, each.kind) == ("withdraw", "question")]
    own.filter(key__in=gone, retired_at=None).update(retired_at=timezone.now())
    return dict(own.values_list("key", "uuid"))


def _media_of(plan: Plan) -> list[tuple[bool, str]]:
    return [(each.kind == "picture", each.key) for each in plan.changes if each.kind in ("picture", "file")]


class TreeWriter:
    """Brings the pages of one language to what the bundle says, touching only what the plan names."""

    def __init__(
        self,
        plan: Plan,
        course: Course,
        language: Language,
        items: dict[str, uuid.UUID],
        media: dict[tuple[bool, str], int],
        source: CoursePage | None,
        by: User | None,
    ) -> None:
        self.plan, self.course, self.language, self.by = plan, course, language, by
        self.items, self.media = items, media
        self.locale, _made = Locale.objects.get_or_create(language_code=language.code)
        present = load(course.uuid)
        trees, self.keys = present.trees, present.keys
        self.tree: PresentTree | None = trees.get(language.code)
        #: The tree of the source language, whose translation keys this one shares; None for the source itself.
        self.twins: PresentTree | None = trees[plan.bundle.source_language] if source else None
        #: Texts of this language that are behind their source after the import.
        self.behind: list[str] = []

    def write(self) -> CoursePage:
        bundle, tree, twins = self.plan.bundle, self.tree, self.twins
        page = self.put(
            CoursePage,
            "course page",
            bundle.slug,
            tree and tree.page,
            None,
            {**wanted_course(bundle, self.language, self.plan.courses), "course": self.course},
            twins and twins.page,
        )
        for module in bundle.modules:
            module_page = self.put(
                ModulePage,
                "module",
                module.key,
                tree and tree.modules.get(module.key),
                page,
                wanted_module(module, self.language),
                twins and twins.modules.get(module.key),
            )
            for lesson in module.lessons:
                present = tree and tree.lessons.get(lesson.key)
                if present and tree and tree.parent_key(present) != module.key:
                    _fresh(present).move(_fresh(module_page), pos="last-child", user=self.by)
                self.put(
                    LessonPage,
                    "lesson",
                    lesson.key,
                    present,
                    module_page,
                    wanted_lesson(lesson, self.language),
                    twins and twins.lessons.get(lesson.key),
                )
        self.order()
        self.withdraw()
        written: CoursePage = CoursePage.objects.get(pk=page.pk)
        return written

    def put(self, model: Any, kind: str, key: str, page: Any, parent: Any, fields: dict[str, Any], twin: Any) -> Any:
        """Make, change or leave one page; returns it as it is in the database."""
        before = words_of(page) if page and twin else {}
        if page is not None and not self.plan.has(kind, key, self.language.code):
            if twin is not None:
                self.account(page, twin, key, before)
            return page
        if twin is not None:
            fields, _kept = keeping_edits(fields, page, self.keys)
        if "body" in fields:
            fields = self.with_stream(fields)
        if page is None:
            parent = _fresh(parent) if parent else shelf_in(self.locale, by=self.by)
            page = model(**fields, slug=free_slug(key, parent), locale=self.locale, live=False)
            if twin is not None:
                page.translation_key = twin.translation_key
            parent.add_child(instance=page)
        else:
            page = model.objects.get(pk=page.pk)
            if twin is not None and page.translation_key != twin.translation_key:
                page.translation_key = twin.translation_key
                model.objects.filter(pk=page.pk).update(translation_key=twin.translation_key)
            for name, value in fields.items():
                setattr(page, name, value)
        page.save_revision(user=self.by).publish(user=self.by, skip_permission_checks=True)
        page = model.objects.get(pk=page.pk)
        if twin is not None:
            self.account(page, twin, key, before)
        return page

    def account(self, page: Any, twin: Any, key: str, before: dict[str, Any]) -> None:
        """Note what a translated page was made from, and give its words to the translators' memory.

        New words were made from the source of today. Words that stay as they were keep what they were made from, so
        they are behind if their source has changed.
        """
        twin, words, noted = _fresh(twin), words_of(page), basis_of_page(page)
        old = noted.parts
        name = COURSE_KEY if isinstance(page, CoursePage) else key
        now = source_parts(twin)
        basis = {}
        for part, digest in now.items():
            if f"{name}/{part}" in self.language.confirmed:
                basis[part] = digest
            elif f"{name}/{part}" in self.language.behind:
                basis[part] = old.get(part, "") if old.get(part) != digest else ""
            elif part in old and before.get(part) == words.get(part):
                basis[part] = old[part]
            else:
                basis[part] = digest
        self.behind += [f"{name}/{part}" for part, digest in basis.items() if now[part] != digest]
        current = [part for part, digest in basis.items() if now[part] == digest]
        segments = digests_of(twin, current) | noted.segments.intersection(digests_of(twin, basis))
        if basis != old or noted.segments != segments:
            set_basis(page, basis, segments)
        remember(twin, page, current=current)

    def with_stream(self, fields: dict[str, Any]) -> dict[str, Any]:
        """The fields of a lesson page with the body as a stream: checks name their item by uuid."""
        body: Body = fields["body"]
        raw = []
        for neutral, texts in body:
            raw.append(join(changed(neutral["type"], neutral, self.row), texts))
        stream_field: Any = LessonPage._meta.get_field("body")
        return {**fields, "body": stream_field.stream_block.to_python(raw)}

    def row(self, definition: Any, value: Any) -> Any:
        """What a block stores for the name that a bundle has."""
        if is_question(definition):
            return str(self.items[value])
        if (reference := reference_of(definition)) and value:
            return self.media[reference == "picture", value]
        return value

    def order(self) -> None:
        """Bring modules, and lessons in their modules, into the bundle's order."""
        tree = load(self.course.uuid).trees[self.language.code]
        parents: list[tuple[Any, dict[str, Any], list[str]]] = [
            (tree.page, dict(tree.modules), [module.key for module in self.plan.bundle.modules])
        ]
        for module in self.plan.bundle.modules:
            keys = [lesson.key for lesson in module.lessons]
            parents.append((tree.modules[module.key], dict(tree.lessons), keys))
        for parent, pages, wanted in parents:
            if not in_order(wanted, by_path(pages, wanted)):
                for key in wanted:
                    _fresh(pages[key]).move(_fresh(parent), pos="last-child", user=self.by)

    def withdraw(self) -> None:
        """Take what the bundle does not have off the air. Nothing is deleted: the record may point to it."""
        if self.tree is None:
            return
        bundle = self.plan.bundle
        kept = {module.key for module in bundle.modules} | {lesson.key for lesson in bundle.lessons}
        pages = [*self.tree.modules.values(), *self.tree.lessons.values()]
        for page in [*(page for page in pages if page.key not in kept), *self.tree.spare]:
            if page.live:
                _fresh(page).unpublish(user=self.by)


def _fresh(page: Any) -> Any:
    """The page as it is now: moving and adding pages changes paths of others."""
    return type(page).objects.get(pk=page.pk)
