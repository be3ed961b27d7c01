"""What an import would do: a bundle held against the database. Changes nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.coreutils import get_content_languages

from assessments.models import Bank
from assessments.rules import usual_rules
from assessments.wordings import basis_of
from courses.pages.exchange.bundle import Bundle, Language
from courses.pages.exchange.forecast import Forecast, edited_since, forecast
from courses.pages.exchange.media import clash, differing, rows_of
from courses.pages.exchange.present import (
    Present,
    PresentTree,
    keeping_edits,
    load,
    present_fields,
    present_version,
    tidy_wording,
    wanted_course,
    wanted_lesson,
    wanted_module,
    wanted_version,
)
from courses.pages.exchange.reading import Problem, nearest
from courses.pages.exchange.sorting import NAMES
from courses.pages.exchange.test_rules import present_rules
from courses.pages.models import CoursePage
from learning.manifest import circle_in
from learning.models import Course, ReviewState
from lms.text import natural

Action = Literal["make", "change", "withdraw"]


@dataclass(frozen=True, order=True)
class Change:
    """One thing that an import does.

    Attributes:
        action: withdrawn is unpublished or retired, never deleted.
        kind: ``course``, ``question``, ``wording``, ``rules``, ``course page``, ``module``, ``lesson`` or ``order``.
        key: of the thing.
        language: of a text or page, or empty.
        details: which fields differ.
    """

    action: Action
    kind: str
    key: str
    language: str = ""
    details: tuple[str, ...] = ()

    def __str__(self) -> str:
        where = f" ({self.language})" if self.language else ""
        what = f": {', '.join(self.details)}" if self.details else ""
        return f"{self.action} {self.kind} {self.key}{where}{what}"


@dataclass
class Plan:
    """All changes that a bundle asks for, how much stays as it is, and everything that forbids the import.

    `notes` say what a person should know before applying it. `others` come in with the same import. `courses` gives the
    uuid of every course that can be a prerequisite, by its address and by its id. `forecast` says which edition the
    import makes; `edited` names what it changes though a person edited it on the site since the last import.
    """

    bundle: Bundle
    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unchanged: int = 0
    notes: list[str] = field(default_factory=list)
    others: tuple[Bundle, ...] = ()
    courses: dict[str, str] = field(default_factory=dict)
    as_new_edition: bool = False
    is_trusted: bool = True
    forecast: Forecast = field(default_factory=Forecast)
    edited: list[str] = field(default_factory=list)

    def count(self, action: Action) -> int:
        return sum(change.action == action for change in self.changes)

    def has(self, kind: str, key: str, language: str = "") -> bool:
        """Whether something is made or changed."""
        return any((each.kind, each.key, each.language) == (kind, key, language) for each in self.changes)


def plan_import(
    bundle: Bundle, *, others: Sequence[Bundle] = (), as_new_edition: bool = False, is_trusted: bool = True
) -> Plan:
    """Compare a bundle with the database. The plan may be applied while it has no problems.

    Arguments:
        others: the bundles of the same import, which may be prerequisites of this one.
        as_new_edition: make a new edition, whatever changed.
        is_trusted: whether what the files say about review counts; otherwise every text that changes is a draft.
    """
    plan = Plan(
        bundle,
        others=tuple(each for each in others if each is not bundle),
        as_new_edition=as_new_edition,
        is_trusted=is_trusted,
    )
    _clashes(plan)
    _prerequisites(plan)
    present = load(bundle.id)
    _media(plan, present)
    _questions(plan, present)
    if plan.problems:
        return plan
    _course(plan, present)
    _rules(plan, present)
    for language in bundle.languages:
        _tree(plan, present, language)
    _outlook(plan, present)
    return plan


def _outlook(plan: Plan, present: Present) -> None:
    """What a person should know before applying the plan."""
    plan.forecast = forecast(
        plan.bundle,
        plan.courses,
        has_changes=bool(plan.changes),
        as_new_edition=plan.as_new_edition,
        is_trusted=plan.is_trusted,
    )
    plan.edited, at = edited_since(present, plan.changes)
    if plan.edited:
        plan.notes.append(
            _(
                "Edited on the site since the last import (%(day)s), and the files have other words: %(names)s. Where "
                "the files are older than that, export the course first and bring the edits over."
            )
            % {"day": f"{timezone.localdate(at):%Y-%m-%d}", "names": ", ".join(plan.edited)}
        )
    claimed = [each.code for each in plan.bundle.languages if each.review_state == ReviewState.REVIEWED]
    if claimed and not plan.is_trusted:
        plan.notes.append(
            _(
                "The files call these languages reviewed: %(languages)s. That does not count here: what the import "
                "changes is a draft until the reviewers of this site have signed it."
            )
            % {"languages": ", ".join(claimed)}
        )


def clashes_between(bundles: Sequence[Bundle]) -> list[Problem]:
    """Two courses of one import that claim the same identity, code or address."""
    problems = []
    for name in ("id", "code", "slug"):
        first: dict[Any, Bundle] = {}
        for bundle in bundles:
            value = getattr(bundle, name)
            other = first.setdefault(value, bundle)
            if other is not bundle:
                problems.append(
                    bundle.place(name).problem(f"{name} “{value}” is also in {other.place(name).file}; change one.")
                )
    return problems


def _clashes(plan: Plan) -> None:
    bundle = plan.bundle
    own = Course.objects.filter(uuid=bundle.id).first()
    if own and own.code != bundle.code and own.slug != bundle.slug:
        plan.problems.append(
            bundle.place("id").problem(
                f"the id is that of the course {own.code} (“{own.slug}”). If this is another course, give it an id of "
                "its own; if it is the same, change its code and its slug in two steps."
            )
        )
    for name in ("code", "slug"):
        value = getattr(bundle, name)
        other = Course.objects.filter(**{name: value}).exclude(uuid=bundle.id).first()
        if other:
            plan.problems.append(
                bundle.place(name).problem(
                    f"the {name} “{value}” belongs to another course (id {other.uuid}); choose another {name}."
                )
            )
    if Bank.objects.filter(name=bundle.slug).exclude(course__uuid=bundle.id).exists() and not (
        own and Bank.objects.filter(course=own).exists()
    ):
        plan.problems.append(
            bundle.place("slug").problem(f"there is another question bank of the name “{bundle.slug}”; rename one.")
        )
    offered = get_content_languages()
    plan.problems += [
        language.place.problem(f"this site does not offer the language “{language.code}”; add it to the site first.")
        for language in bundle.languages
        if language.code not in offered
    ]


def _prerequisites(plan: Plan) -> None:
    """Every prerequisite is a course, here or in the same import, and none of them waits for this one."""
    bundle, place = plan.bundle, plan.bundle.place("prerequisites")
    rows = [(str(uuid), slug) for uuid, slug in Course.objects.values_list("uuid", "slug")]
    incoming = {str(each.id): each for each in (*plan.others, bundle)}
    rows = [(uuid, slug) for uuid, slug in rows if uuid not in incoming]
    rows += [(uuid, each.slug) for uuid, each in incoming.items()]
    slugs = dict(rows)
    plan.courses = {slug: uuid for uuid, slug in rows} | {uuid: uuid for uuid, _slug in rows}
    plan.problems += [
        place.problem(
            f"“prerequisites” names “{name}”, which is no course of this site and none of this import."
            f"{nearest(name, slugs.values())}"
        )
        for name in bundle.details.prerequisites
        if name not in plan.courses
    ]
    # What a course waits for: as its bundle says, or as the page of its source language on the site says.
    waits = {
        uuid: [plan.courses.get(name, "") for name in each.details.prerequisites] for uuid, each in incoming.items()
    }
    pages = CoursePage.objects.order_by("-pk").values_list("course__uuid", "prerequisites")
    waits = {str(uuid): list(wanted) for uuid, wanted in pages} | waits
    circle = circle_in(waits, str(bundle.id))
    if circle:
        names = " → ".join(f"“{slugs.get(uuid, uuid)}”" for uuid in circle)
        plan.problems.append(
            place.problem(f"the prerequisites go in a circle, so nobody could ever begin: {names}. Remove one of them.")
        )


def _differing(wanted: dict[str, Any], present: dict[str, Any]) -> tuple[str, ...]:
    return tuple(name for name, value in wanted.items() if present[name] != value)


def _note(plan: Plan, kind: str, key: str, language: str, exists: bool, details: tuple[str, ...]) -> None:
    if not exists:
        plan.changes.append(Change("make", kind, key, language))
    elif details:
        plan.changes.append(Change("change", kind, key, language, details))
    else:
        plan.unchanged += 1


def _course(plan: Plan, present: Present) -> None:
    names = ("code", "slug", "pillar", "access", "position")
    details = tuple(name for name in names if getattr(present.course, name, None) != getattr(plan.bundle, name))
    _note(plan, "course", plan.bundle.slug, "", present.course is not None, details)


def _rules(plan: Plan, present: Present) -> None:
    """Rules of tests that are other than on the site; a bundle that says nothing of them asks for the usual ones."""
    there = present_rules(present.course)
    for purpose, wanted in plan.bundle.test_rules.items():
        own = there.get(purpose, usual_rules(purpose))
        if wanted != own:
            details = tuple(
                each.name for each in fields(wanted) if getattr(wanted, each.name) != getattr(own, each.name)
            )
            plan.changes.append(Change("change", "rules", purpose, details=details))


def _media(plan: Plan, present: Present) -> None:
    rows = rows_of(plan.bundle.media)
    own = {page.pk for tree in present.trees.values() for page in tree.lessons.values()}
    stripped = []
    for medium in plan.bundle.media:
        row = rows.get((medium.is_picture, medium.key))
        if row is not None and (message := clash(medium, row, own)):
            plan.problems.append(medium.place.problem(message))
            continue
        kind = "picture" if medium.is_picture else "file"
        _note(plan, kind, medium.key, "", row is not None, differing(medium, row) if row is not None else ())
        if medium.stored_sha256 != medium.sha256:
            stripped.append(medium.file)
    if stripped:
        plan.notes.append(
            _(
                "Names, places, times and devices that are noted in these files are taken out, so that nobody is "
                "exposed: %(files)s. Export the course afterwards to have the files as the site keeps them."
            )
            % {"files": ", ".join(stripped)}
        )


def _questions(plan: Plan, present: Present) -> None:
    bundle = plan.bundle
    for question in bundle.questions:
        known = present.items.get(question.key)
        version = known.version if known else None
        if known and (known.item.type, known.item.pool) != (question.type, question.pool):
            plan.problems.append(
                question.place.problem(
                    f"question {question.key} is “{known.item.type}” in the pool “{known.item.pool}” already, and "
                    f"neither ever changes (here: “{question.type}”, “{question.pool}”); give the new one a new key."
                )
            )
            continue
        details: tuple[str, ...] = ()
        if version:
            details = _differing(
                wanted_version(bundle, question), present_version(question.type, version, present.pictures)
            )
        details += question.sorting.differing(known.sorting) if known else ()
        if known and known.item.retired_at:
            details += ("retired",)
        _note(plan, "question", question.key, "", version is not None, details)
        is_new_version = version is None or any(name not in ("retired", *NAMES) for name in details)
        for language in bundle.languages:
            if question.key not in language.questions:
                continue
            wording = known.wordings.get(language.code) if known and not is_new_version else None
            differs = wording is not None and ("text",) * (
                tidy_wording(wording.text) != language.questions[question.key]
            )
            if wording is not None and version is not None and language is not bundle.source:
                is_current = wording.translated_from == basis_of(version, bundle.source.questions[question.key])
                differs = (differs or ()) + (
                    ("confirmed",) * (question.key in language.confirmed and not is_current)
                    + ("behind",) * (question.key in language.behind and is_current)
                )
            _note(plan, "wording", question.key, language.code, wording is not None, differs or ())
    keys = {question.key for question in bundle.questions}
    plan.changes += [
        Change("withdraw", "question", key)
        for key, known in present.items.items()
        if key not in keys and not known.item.retired_at and not known.is_made_here
    ]
    here = [
        key
        for key, known in present.items.items()
        if known.is_made_here and key not in keys and not known.item.retired_at
    ]
    if here:
        plan.notes.append(
            _("Written on the site and not in the files, so they stay: %(names)s. Export the course to have them.")
            % {"names": ", ".join(sorted(here, key=natural))}
        )


def _tree(plan: Plan, present: Present, language: Language) -> None:
    bundle, code = plan.bundle, language.code
    tree = present.trees.get(code)
    source = present.trees.get(bundle.source_language)
    keys = present.keys

    is_source = code == bundle.source_language

    def note(kind: str, key: str, page: Any, wanted: dict[str, Any], twin: Any) -> None:
        details: tuple[str, ...] = ()
        if not is_source:
            wanted, kept = keeping_edits(wanted, page, keys)
            plan.notes += [f"{kind} {key} ({code}): {part} keeps the words of a translator" for part in kept]
        if page:
            details = _differing(wanted, present_fields(page, wanted, keys))
            details += ("published",) * (not page.live)
            details += ("translation",) * (twin is not None and page.translation_key != twin.translation_key)
            details += ("replaces an unpublished draft",) * (bool(details) and page.has_unpublished_changes)
        _note(plan, kind, key, code, page is not None, details)

    note(
        "course page",
        bundle.slug,
        tree and tree.page,
        wanted_course(bundle, language, plan.courses),
        source and source.page,
    )
    for module in bundle.modules:
        page = tree and tree.modules.get(module.key)
        note("module", module.key, page, wanted_module(module, language), source and source.modules.get(module.key))
        for lesson in module.lessons:
            lesson_page = tree and tree.lessons.get(lesson.key)
            twin = source and source.lessons.get(lesson.key)
            note("lesson", lesson.key, lesson_page, wanted_lesson(lesson, language), twin)
            if tree and lesson_page and tree.parent_key(lesson_page) != module.key:
                plan.changes.append(Change("change", "order", lesson.key, code, ("module",)))
    if tree:
        _order(plan, tree, code)
        _withdrawals(plan, tree, code)


def _order(plan: Plan, tree: PresentTree, code: str) -> None:
    wanted = [module.key for module in plan.bundle.modules]
    if not in_order(wanted, by_path(tree.modules, wanted)):
        plan.changes.append(Change("change", "order", plan.bundle.slug, code))
    for module in plan.bundle.modules:
        wanted = [lesson.key for lesson in module.lessons]
        own = [key for key in wanted if key in tree.lessons and tree.parent_key(tree.lessons[key]) == module.key]
        if not in_order(wanted, by_path(tree.lessons, own)):
            plan.changes.append(Change("change", "order", module.key, code))


def by_path(pages: dict[str, Any], keys: Iterable[str]) -> list[str]:
    """Those of the keys that have pages, in the pages' order."""
    return sorted((key for key in keys if key in pages), key=lambda key: str(pages[key].path))


def in_order(wanted: list[str], present: list[str]) -> bool:
    """Whether the present keys, followed by the missing ones, stand as wanted."""
    return [*present, *(key for key in wanted if key not in present)] == wanted


def _withdrawals(plan: Plan, tree: PresentTree, code: str) -> None:
    modules = {module.key for module in plan.bundle.modules}
    lessons = {lesson.key for lesson in plan.bundle.lessons}
    gone: list[tuple[str, Any]] = [("module", page) for key, page in tree.modules.items() if key not in modules]
    gone += [("lesson", page) for key, page in tree.lessons.items() if key not in lessons]
    gone += [("spare page", page) for page in tree.spare]
    plan.changes += [Change("withdraw", kind, page.key, code) for kind, page in gone if page.live]
