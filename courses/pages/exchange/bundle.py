"""What a course bundle holds, in memory. `curriculum/README.md` documents the files.

Places are carried along for messages and take no part in comparisons.
"""

import uuid
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from assessments.rules import TestRules, usual_rules
from courses.pages.exchange.reading import Place
from courses.pages.exchange.sorting import Sorting
from learning.manifest import DELTA, FINAL, PRETEST

FORMAT = "suluh-course/1"
COURSE_FILE, QUESTIONS_FILE = "course.yaml", "questions.yaml"


@dataclass(frozen=True, kw_only=True)
class Block:
    """The neutral part of a block: id, type and the fields that are no text; other rows are named by their keys.

    `places`: path of a field or an entry → where it stands.
    """

    neutral: dict[str, Any]
    place: Place = field(default=Place(), compare=False)
    places: dict[str, Place] = field(default_factory=dict, compare=False)

    def place_of(self, path: str) -> Place:
        """Where the nearest thing stands to what a path names."""
        while path and path not in self.places:
            path = path.rpartition(".")[0]
        return self.places.get(path, self.place)

    @property
    def id(self) -> str:
        return str(self.neutral["id"])

    @property
    def type(self) -> str:
        return str(self.neutral["type"])


@dataclass(frozen=True, kw_only=True)
class Lesson:
    key: str
    minutes: int
    level: str
    blocks: tuple[Block, ...]
    is_optional: bool = False
    place: Place = field(default=Place(), compare=False)


@dataclass(frozen=True, kw_only=True)
class Module:
    key: str
    minutes: int
    level: str
    lessons: tuple[Lesson, ...]
    place: Place = field(default=Place(), compare=False)


@dataclass(frozen=True, kw_only=True)
class Question:
    """The neutral part of a question: ids, key and source. `module` and `scenario` are keys, or empty.

    Pictures in `structure` are keys of ``media.yaml``; `weight` is how many points it counts. Of a draft a
    language may lack the text.
    """

    key: str
    type: str
    pool: str
    module: str = ""
    scenario: str = ""
    structure: dict[str, Any]
    answer_key: Any
    weight: int = 1
    source: str = ""
    sorting: Sorting = field(default_factory=Sorting)
    place: Place = field(default=Place(), compare=False)


@dataclass(frozen=True, kw_only=True)
class Details:
    """How a course is sorted, what it asks of officers beside its tests, and who made it. All of it may be left out.

    `prerequisites` are names of courses as the files have them: addresses or ids. `review_due_on` is a date or empty.
    """

    course_level: str = ""
    subjects: tuple[str, ...] = ()
    achievement_areas: tuple[str, ...] = ()
    strategy_areas: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    prerequisites: tuple[str, ...] = ()
    review_due_on: str = ""
    requires_pretest: bool = False
    follow_up_days: int = 0


@dataclass(frozen=True, kw_only=True)
class Test:
    """How many questions a test draws from each module, its design time, and its rules where they are not the usual
    ones (`courses.pages.exchange.test_rules`)."""

    draw: int
    minutes: int
    rules: TestRules | None = None


@dataclass(frozen=True, kw_only=True)
class Medium:
    """One picture, film, sound, file of captions or document. Blocks name it by `key`.

    `holder` opens it; `stored_sha256` is that of what the site keeps, a picture without the camera's notes.
    """

    key: str
    file: str
    sha256: str
    kind: str
    title: str
    credit: str = ""
    licence: str = ""
    alt: str = ""
    place: Place = field(default=Place(), compare=False)
    holder: Any = field(default=None, compare=False)
    stored_sha256: str = field(default="", compare=False)

    @property
    def is_picture(self) -> bool:
        return self.kind == "picture"

    def stored_as(self, digest: str) -> "Medium":
        """The same, with the digest of what the site keeps."""
        return replace(self, stored_sha256=digest)


@dataclass(frozen=True, kw_only=True)
class ModuleText:
    title: str
    objectives: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class LessonText:
    """`blocks`: block id → path → text; the one text of a block that is nothing else has the path ``""``.

    `places`: block id → path → where it stands.
    """

    title: str
    blocks: dict[str, dict[str, str]]
    places: dict[str, dict[str, Place]] = field(default_factory=dict, compare=False)

    def place_of(self, block_id: str, path: str, otherwise: Place) -> Place:
        """Where the nearest thing stands to a text of a block."""
        places = self.places.get(block_id, {})
        while path and path not in places:
            path = path.rpartition(".")[0]
        return places.get(path, places.get("", otherwise))


@dataclass(frozen=True, kw_only=True)
class Language:
    """Everything that is to be read in one language.

    `behind` names the texts of a translation that were made from an earlier source: ``m1-l1/body.kp-1``,
    ``course/summary``, ``Q1.1.1``. `confirmed` names those that are right as they stand though their source changed.
    """

    code: str
    review_state: str
    title: str
    summary: str
    audience: str
    outcomes: tuple[str, ...]
    modules: dict[str, ModuleText]
    lessons: dict[str, LessonText]
    questions: dict[str, dict[str, Any]]
    sources: tuple[str, ...] = ()
    credits: str = ""
    behind: tuple[str, ...] = ()
    confirmed: tuple[str, ...] = ()
    place: Place = field(default=Place(), compare=False)


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """One course: its neutral part and its languages, the source language first."""

    id: uuid.UUID
    code: str
    slug: str
    pillar: str
    access: str
    position: int
    source_language: str
    pass_mark: int
    validity_months: int
    design_minutes: int
    must_be_right: tuple[str, ...]
    pretest: Test
    final: Test
    modules: tuple[Module, ...]
    questions: tuple[Question, ...]
    languages: tuple[Language, ...]
    #: Of its test, where they are not the usual ones.
    refresher_rules: TestRules | None = None
    details: Details = Details()
    media: tuple[Medium, ...] = ()
    places: dict[str, Place] = field(default_factory=dict, compare=False)

    @property
    def source(self) -> Language:
        return self.languages[0]

    @property
    def test_rules(self) -> dict[str, TestRules]:
        """Purpose → the rules that the files ask for; where they say nothing, the usual ones."""
        found = {PRETEST: self.pretest.rules, FINAL: self.final.rules, DELTA: self.refresher_rules}
        return {purpose: rules or usual_rules(purpose) for purpose, rules in found.items()}

    @cached_property
    def lessons(self) -> tuple[Lesson, ...]:
        return tuple(lesson for module in self.modules for lesson in module.lessons)

    def place(self, name: str) -> Place:
        """Where a field of the course stands, for messages."""
        return self.places.get(name, Place(self.slug))
