"""What the workshop holds that officers do not read yet: lessons, modules, questions and rules, by language.

Found by freezing the pages without storing anything and laying the result beside the newest revision.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.models import Item
from courses.pages.models import CoursePage, LessonPage, ModulePage
from courses.pages.selectors import COURSE_KEY
from courses.pages.services.publishing import Frozen, frozen_course
from learning.deltas import modules_of
from learning.manifest import FINAL, Node, Outline, Rules, digest_of
from learning.models import Activity, Course, EditionRevision, ManifestEntry
from learning.selectors import newest_revision, outline_of, refreshed_lessons
from learning.services import activity_named

#: Field of the rules → what authors call it.
RULES = {
    "pass_mark": gettext_lazy("Pass mark, percent"),
    "validity_months": gettext_lazy("Validity of the certificate, months"),
    "design_minutes": gettext_lazy("Design time, minutes"),
    "must_be_right": gettext_lazy("Questions that must be right"),
    "prerequisites": gettext_lazy("Courses to complete first"),
    "follow_up_days": gettext_lazy("Follow-up after so many days"),
}
ADDED, CHANGED, REMOVED = "added", "changed", "removed"


@dataclass(frozen=True)
class Change:
    """One thing that is not as officers read it.

    Attributes:
        how: ``"added"``, ``"changed"`` or ``"removed"``.
        languages: in which; of something neutral none.
        in_source: whether it changed in the language in which the course is written, and not only in translations.
        url: where it is edited; empty where it is not, or not there any more.
    """

    how: str
    key: str
    title: str
    languages: tuple[str, ...] = ()
    in_source: bool = True
    url: str = ""


@dataclass(frozen=True)
class RuleChange:
    """One rule before and after."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Choice:
    """A lesson that a refresher may ask for; `pool` and `must` are those of its module."""

    key: str
    title: str
    module: str
    module_title: str
    minutes: int
    is_changed: bool


@dataclass(frozen=True)
class Differences:
    """The workshop beside the shelf. `seen` names both, so that a page which was opened before either changed is known.

    Attributes:
        latest: what officers read; None before the first publication.
        pools: key of a module → (questions that the final test has on it, how many of them must be right).
    """

    latest: EditionRevision | None
    seen: str
    course: tuple[Change, ...]
    modules: tuple[Change, ...]
    lessons: tuple[Change, ...]
    questions: tuple[Change, ...]
    rules: tuple[RuleChange, ...]
    choices: tuple[Choice, ...]
    pools: Mapping[str, tuple[int, int]]
    outline: Outline

    @property
    def is_same(self) -> bool:
        return not (self.course or self.modules or self.lessons or self.questions or self.rules)

    @property
    def asks_new_edition(self) -> bool:
        """Whether the rules differ, so that a correction cannot be."""
        return self.latest is not None and bool(self.rules)

    def bounds(self, lessons: Collection[str]) -> tuple[int, int]:
        """How many questions a refresher with these lessons asks at least (those that must be right) and at most."""
        modules = modules_of(self.outline, frozenset(lessons))
        pools = [self.pools.get(module.key, (0, 0)) for module in modules]
        return sum(must for _pool, must in pools), sum(pool for pool, _must in pools)


Entries = dict[str, dict[str, str]]  # key of an activity → language → digest


def differences_of(page: CoursePage) -> Differences:
    """What a course's pages hold that its newest revision does not, and the other way round.

    Arguments:
        page: the course page of the source language.

    Raises:
        NotPublishable, MissingItem: the pages cannot be frozen as they are.
    """
    course = page.course
    latest = newest_revision(course)
    named = cache(partial(activity_named, course))
    frozen = frozen_course(page, named, refreshed=refreshed_lessons(course))
    now: Entries = {}
    for draft in frozen.drafts:
        digest = digest_of({"body": draft.body, "source": draft.source})
        now.setdefault(draft.activity.key, {})[draft.language] = digest
    rows = list(ManifestEntry.objects.filter(revision=latest).select_related("activity", "content") if latest else ())
    then: Entries = {}
    for row in rows:
        then.setdefault(row.activity.key, {})[row.language] = row.content_id
    language = str(page.locale.language_code)
    old = {
        (row.activity.key, row.language): row.content.body if row.activity.kind == "course" else row.content.source
        for row in rows
        if row.activity.kind in ("course", "quiz")
    }
    new = {
        (draft.activity.key, draft.language): draft.body if draft.activity.kind == "course" else draft.source
        for draft in frozen.drafts
        if draft.activity.kind in ("course", "quiz")
    }
    before = outline_of(latest) if latest else Outline(())
    changes = _Changes(page, language, before, frozen.outline, old, new)
    lessons = changes.lessons(then, now)
    changed = {change.key for change in lessons if change.in_source and change.how != REMOVED}
    return Differences(
        latest=latest,
        seen=digest_of([latest.pk if latest else 0, frozen.rules.as_json(), frozen.outline.as_json(), now]),
        course=changes.course(),
        modules=changes.modules(),
        lessons=lessons,
        questions=changes.questions(),
        rules=_rules(Rules.from_json(latest.edition.rules), frozen.rules) if latest else (),
        choices=tuple(
            Choice(
                key=lesson.key,
                title=changes.title(lesson),
                module=module.key,
                module_title=changes.title(module),
                minutes=lesson.minutes,
                is_changed=lesson.key in changed,
            )
            for module in frozen.outline.modules
            for lesson in module.children
        ),
        pools=_pools(frozen),
        outline=frozen.outline,
    )


def _pools(frozen: Frozen) -> dict[str, tuple[int, int]]:
    """What the final test has on each module."""
    found: dict[str, tuple[int, int]] = {}
    for _test, items, node in frozen.tests:
        if node.purpose == FINAL:
            for version in {item.version.pk: item.version for item in items}.values():
                pool, must = found.get(version.module, (0, 0))
                found[version.module] = (pool + 1, must + version.must_be_right)
    return found


def _rules(before: Rules, after: Rules) -> tuple[RuleChange, ...]:
    old, new = before.as_json(), after.as_json()
    return tuple(
        RuleChange(str(label), _said(name, old.get(name)), _said(name, new.get(name)))
        for name, label in RULES.items()
        if old.get(name) != new.get(name)
    )


def _said(name: str, value: Any) -> str:
    """A rule's value for people."""
    if name == "prerequisites":
        codes = Course.objects.filter(uuid__in=value or ()).values_list("code", flat=True)
        return ", ".join(codes) or "–"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "–"
    return str(value) if value else "–"


@dataclass(frozen=True)
class _Changes:
    """Finds the changes of one course; `old` and `new` hold the course's texts and what its tests may ask."""

    page: CoursePage
    language: str
    before: Outline
    after: Outline
    old: Mapping[tuple[str, str], Any]
    new: Mapping[tuple[str, str], Any]

    def title(self, node: Node) -> str:
        """What something is called now, or was."""
        for texts in (self.new, self.old):
            titles = texts.get((COURSE_KEY, self.language), {}).get("titles", {})
            if node.uuid in titles:
                return str(titles[node.uuid])
        return node.key

    def _languages(self, texts: Mapping[tuple[str, str], Any]) -> set[str]:
        return {language for key, language in texts if key == COURSE_KEY}

    def course(self) -> tuple[Change, ...]:
        """The text of the course itself, without what belongs to modules and lessons; languages that came or went."""
        kept = ("titles", "modules", "title_languages", "objective_languages", "behind", "borrowed", "machine")

        def own(text: Mapping[str, Any]) -> dict[str, Any]:
            return {name: value for name, value in text.items() if name not in kept}

        then, now = self._languages(self.old), self._languages(self.new)
        found = []
        both = [
            each for each in sorted(then & now) if own(self.old[COURSE_KEY, each]) != own(self.new[COURSE_KEY, each])
        ]
        url = reverse("wagtailadmin_pages:edit", args=[self.page.pk])
        for how, languages in ((ADDED, sorted(now - then)), (CHANGED, both), (REMOVED, sorted(then - now))):
            if languages:
                title = _("The course’s own text")
                found.append(Change(how, COURSE_KEY, title, tuple(languages), self.language in languages, url))
        return tuple(found)

    def modules(self) -> tuple[Change, ...]:
        """Modules that came, went or changed: title, objectives, time, level, or which lessons stand in it."""
        then, now = ({node.key: node for node in each.modules} for each in (self.before, self.after))
        urls = self._urls(ModulePage)
        found = [Change(ADDED, key, self.title(now[key]), url=urls.get(key, "")) for key in now if key not in then]
        for key in now:
            if key in then:
                languages = tuple(
                    each
                    for each in sorted(self._languages(self.old) & self._languages(self.new))
                    if self._module(self.old, each, then[key]) != self._module(self.new, each, now[key])
                )
                if languages or _shape(then[key]) != _shape(now[key]):
                    is_source = self.language in languages or not languages
                    found.append(Change(CHANGED, key, self.title(now[key]), languages, is_source, urls.get(key, "")))
        found += [Change(REMOVED, key, self.title(then[key])) for key in then if key not in now]
        return tuple(found)

    @staticmethod
    def _module(texts: Mapping[tuple[str, str], Any], language: str, node: Node) -> tuple[Any, Any]:
        text = texts[COURSE_KEY, language]
        return text["titles"].get(node.uuid), text["modules"].get(node.key)

    def lessons(self, then: Entries, now: Entries) -> tuple[Change, ...]:
        """Lessons that came, went or changed, with the languages in which they did."""
        before, after = (
            {node.key: node for node in each.path if node.kind == Activity.Kind.LESSON}
            for each in (self.before, self.after)
        )
        urls = self._urls(LessonPage)
        found = []
        for key, node in after.items():
            old, new = then.get(key, {}), now.get(key, {})
            languages = tuple(sorted(each for each in old.keys() | new.keys() if old.get(each) != new.get(each)))
            is_moved = key in before and (before[key].minutes, before[key].level, before[key].required) != (
                node.minutes,
                node.level,
                node.required,
            )
            if key not in before or languages or is_moved:
                how = CHANGED if key in before else ADDED
                is_source = self.language in languages or not languages
                found.append(Change(how, key, self.title(node), languages, is_source, urls.get(key, "")))
        found += [
            Change(REMOVED, key, self.title(node), tuple(sorted(then.get(key, {}))), url=urls.get(key, ""))
            for key, node in before.items()
            if key not in after
        ]
        return tuple(found)

    def questions(self) -> tuple[Change, ...]:
        """Questions of the tests that came, went or changed."""
        then, now = self._asked(self.old), self._asked(self.new)
        differing = [each for each in {**now, **then} if then.get(each) != now.get(each)]
        keys = {str(uuid): key for uuid, key in Item.objects.filter(uuid__in=differing).values_list("uuid", "key")}
        found = []
        for each in sorted(differing, key=lambda uuid: keys.get(uuid, uuid)):
            old, new = then.get(each, {}), now.get(each, {})
            how = CHANGED if old and new else ADDED if new else REMOVED
            languages = tuple(sorted(lang for lang in old.keys() | new.keys() if old.get(lang) != new.get(lang)))
            wording = (new or old).get(self.language) or next(iter((new or old).values()))
            title = f"{keys.get(each, each)} · {wording[1]['stem']}"
            found.append(Change(how, keys.get(each, each), title, languages, self.language in languages))
        return tuple(found)

    @staticmethod
    def _asked(texts: Mapping[tuple[str, str], Any]) -> dict[str, dict[str, tuple[int, Any]]]:
        """Question → language → its version and wording, of every test."""
        found: dict[str, dict[str, tuple[int, Any]]] = {}
        for (key, language), source in texts.items():
            if key != COURSE_KEY:
                for each in source:
                    found.setdefault(each["item"], {})[language] = (each["version"], each["wording"])
        return found

    def _urls(self, model: type[LessonPage] | type[ModulePage]) -> dict[str, str]:
        """Key of a page → where it is edited, also of one that is not published."""
        rows = model.objects.descendant_of(self.page).values_list("key", "pk")
        return {key: reverse("wagtailadmin_pages:edit", args=[pk]) for key, pk in rows}


def _shape(module: Node) -> tuple[Any, ...]:
    return module.minutes, module.level, [child.key for child in module.children]
