"""From the files of one course folder to a `Bundle`, with every problem found on the way."""

import re
import uuid
from collections.abc import Collection
from pathlib import Path
from typing import Any

from assessments.drawing.blueprint import rows_in
from assessments.models import Item
from assessments.rules import TestRules, usual_rules
from assessments.types import TYPES
from assessments.wordings import unspoken
from courses.pages.blocks import BODY, is_known
from courses.pages.exchange.bundle import (
    COURSE_FILE,
    FORMAT,
    QUESTIONS_FILE,
    Block,
    Bundle,
    Language,
    Lesson,
    Module,
    Question,
    Test,
)
from courses.pages.exchange.details import read_details
from courses.pages.exchange.judging import block_problems, question_problems
from courses.pages.exchange.media import MEDIA_FILE, MEDIA_FOLDER, Holder, MediaReader, use_problems
from courses.pages.exchange.parts import BLOCK_ID, NOT_A_NAME, read_neutral
from courses.pages.exchange.questions import read_answer, read_structure, sound
from courses.pages.exchange.reading import Fields, Node, Place, Problem, nearest, read_yaml
from courses.pages.exchange.sorting import read_sorting
from courses.pages.exchange.test_rules import REFRESHER, pools_named, read_test_rules
from courses.pages.exchange.texts import read_language
from learning.manifest import CONTENT_LEVELS, DELTA, FINAL, PRETEST
from learning.models import Course, ReviewState
from lms.text import natural

KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")
QUESTION_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
#: What one question may count at most.
MOST_POINTS = 100
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
#: Names that mean something else: files of the bundle, activities of every course.
RESERVED = ("course", "questions", "media", "pre-test", "final-test")


class CourseReader:
    """Reads one folder. `problems` is complete after `read`, which returns None when nothing could be built."""

    def __init__(self, folder: Path, label: str, holder: Holder | None = None) -> None:
        self.folder, self.label = folder, label
        self.holder = holder or Holder(folder)
        self.problems: list[Problem] = []
        self.seen: dict[str, Place] = {}

    def complain(self, place: Place, message: str) -> None:
        self.problems.append(place.problem(message))

    def read(self) -> Bundle | None:
        """The bundle; of use only while `problems` is empty."""
        root = read_yaml(self.folder / COURSE_FILE, f"{self.label}/{COURSE_FILE}", self.problems)
        if root is None:
            return None
        course = Fields(root, self.problems, "the course")
        if not course.is_mapping:
            return None
        version = course.text("format")
        if version != FORMAT:
            self.complain(
                course.place("format"),
                f"the format “{version}” is unknown; this version of the platform reads “{FORMAT}”.",
            )
            return None
        states = self.languages(course)
        fields: dict[str, Any] = {
            "id": self.uuid(course),
            "code": course.text("code", most=16),
            "slug": self.slug(course),
            "pillar": course.choice("pillar", Course.Pillar.values),
            "access": course.choice("access", Course.Access.values, default="open"),
            "position": course.integer("position", most=32_000),
            "source_language": course.choice("source_language", list(states)),
        }
        rules = course.fields("rules")
        fields |= {
            "pass_mark": rules.integer("pass_mark", least=1, most=100) if rules else 1,
            "validity_months": rules.integer("validity_months", least=1, most=600) if rules else 1,
            "design_minutes": rules.integer("design_minutes", least=1, most=30_000) if rules else 1,
        }
        fields["details"] = read_details(course, rules)
        if rules:
            rules.done()
        must_be_right = course.items("must_be_right", required=False)
        tests = course.fields("tests")
        fields["pretest"], pretest_place = self.test(tests, PRETEST, states)
        fields["final"], final_place = self.test(tests, FINAL, states)
        if tests:
            fields["refresher_rules"] = self.refresher(tests, states)
            tests.done()
        modules = tuple(self.module(node) for node in course.items("modules"))
        course.done()

        questions = self.questions()
        if questions is not None:
            self.cross(modules, questions)
            self.spoken(questions, fields["source_language"])
            for purpose, place in ((PRETEST, pretest_place), (FINAL, final_place)):
                if fields[purpose].rules:
                    self.named(modules, questions, purpose, fields[purpose].rules, place)
                if not fields[purpose].rules or not fields[purpose].rules.sections:
                    pool = Item.Pool.PRETEST if purpose == PRETEST else Item.Pool.TEST
                    self.draws(modules, questions, pool, fields[purpose], place)
            fields["must_be_right"] = self.must(must_be_right, questions, course)
        fields["media"] = MediaReader(self.folder, self.label, self.problems, self.holder).read()
        lessons = [lesson for module in modules for lesson in module.lessons]
        self.problems += use_problems(lessons, questions or (), fields["media"])
        self.strangers({COURSE_FILE, QUESTIONS_FILE, MEDIA_FILE}, {*states, MEDIA_FOLDER})
        languages = []
        for code, (state, place) in states.items():
            language = read_language(
                self.folder / code, f"{self.label}/{code}", code, state, place, modules, questions or (), self.problems
            )
            if language:
                languages.append(language)
        self.worded(questions or (), [each for each in languages if each.code == fields["source_language"]])
        if self.problems or questions is None:
            return None
        languages.sort(key=lambda each: (each.code != fields["source_language"], each.code))
        self.problems += block_problems(self.label, modules, languages)
        if self.problems:
            return None
        places = {name: course.place(name) for name in course.entries}
        return Bundle(**fields, modules=modules, questions=questions, languages=tuple(languages), places=places)

    # --- the course

    def languages(self, course: Fields) -> dict[str, tuple[str, Place]]:
        states = {}
        for code, place, node in course.mapping("languages"):
            if not LANGUAGE.fullmatch(code):
                self.complain(place, f"“{code}” is no language tag; write one such as “en” or “zh-hans”.")
                continue
            states[code] = (course.as_choice(node, f"the review state of “{code}”", ReviewState.values), place)
        if "languages" in course.entries and not states:
            self.complain(course.place("languages"), "“languages” is empty; name the source language at least.")
        return states

    def uuid(self, course: Fields) -> uuid.UUID:
        text = course.text("id")
        try:
            found = uuid.UUID(text)
            if text and str(found) == text.lower():
                return found
        except ValueError:
            pass
        if text:
            self.complain(
                course.place("id"),
                f"“{text}” is no identity; make one with: python3 -c 'import uuid; print(uuid.uuid4())'",
            )
        return uuid.UUID(int=0)

    def slug(self, course: Fields) -> str:
        slug = course.text("slug", most=80)
        if slug and not SLUG.fullmatch(slug):
            self.complain(course.place("slug"), f"“{slug}” is no address; use small letters, digits and hyphens.")
        return slug

    def test(self, tests: Fields | None, name: str, languages: Collection[str]) -> tuple[Test, Place]:
        fields = tests.fields(name) if tests else None
        if fields is None:
            return Test(draw=0, minutes=0), Place(f"{self.label}/{COURSE_FILE}")
        rules = None
        if "rules" in fields.entries and (below := fields.fields("rules")):
            found = read_test_rules(below, name, languages)
            rules = found if found != usual_rules(name) else None
        test = Test(draw=fields.integer("draw", most=100), minutes=fields.integer("minutes"), rules=rules)
        fields.done()
        return test, fields.place("draw")

    def refresher(self, tests: Fields, languages: Collection[str]) -> TestRules | None:
        fields = tests.fields(REFRESHER) if REFRESHER in tests.entries else None
        below = fields.fields("rules") if fields else None
        found = read_test_rules(below, DELTA, languages) if below else usual_rules(DELTA)
        if fields:
            fields.done()
        return found if found != usual_rules(DELTA) else None

    def key(self, fields: Fields, what: str) -> str:
        """The key of a module or lesson: unique in the course, whatever the case of its letters."""
        key = fields.text("key")
        place = fields.place("key")
        if not key:
            return ""
        if not KEY.fullmatch(key):
            self.complain(place, f"“{key}” is no key; {NOT_A_NAME}")
        elif key.lower() in RESERVED:
            self.complain(place, f"“{key}” has another meaning here; choose another key.")
        elif key.lower() in self.seen:
            first = self.seen[key.lower()]
            self.complain(place, f"the key “{key}” is used twice (first in line {first.line}); a {what} needs its own.")
        else:
            self.seen[key.lower()] = place
        return key

    def module(self, node: Node) -> Module:
        fields = Fields(node, self.problems, "the module")
        module = Module(
            key=self.key(fields, "module"),
            minutes=fields.integer("minutes"),
            level=fields.choice("level", CONTENT_LEVELS),
            lessons=tuple(self.lesson(each) for each in fields.items("lessons")),
            place=node.place,
        )
        fields.done()
        return module

    def lesson(self, node: Node) -> Lesson:
        fields = Fields(node, self.problems, "the lesson")
        ids: dict[str, Place] = {}
        lesson = Lesson(
            key=self.key(fields, "lesson"),
            minutes=fields.integer("minutes"),
            level=fields.choice("level", CONTENT_LEVELS),
            blocks=tuple(block for each in fields.items("blocks") if (block := self.block(each, ids))),
            is_optional=fields.boolean("optional"),
            place=node.place,
        )
        fields.done()
        return lesson

    def block(self, node: Node, ids: dict[str, Place]) -> Block | None:
        fields = Fields(node, self.problems, "the block")
        block_id, kind = fields.text("id"), fields.choice("type", BODY.child_blocks)
        if block_id and not BLOCK_ID.fullmatch(block_id):
            self.complain(fields.place("id"), f"“{block_id}” is no id; {NOT_A_NAME}")
        elif block_id in ids:
            first = ids[block_id].line
            self.complain(
                fields.place("id"), f"the id “{block_id}” is used twice in this lesson (first in line {first})."
            )
        elif block_id:
            ids[block_id] = fields.place("id")
        if not is_known(kind):
            return None
        neutral, places = read_neutral(kind, fields)
        fields.done()
        if not block_id:
            return None
        return Block(neutral={"id": block_id, "type": kind} | neutral, place=node.place, places=places)

    # --- the questions

    def questions(self) -> tuple[Question, ...] | None:
        label = f"{self.label}/{QUESTIONS_FILE}"
        root = read_yaml(self.folder / QUESTIONS_FILE, label, self.problems)
        if root is None:
            return None
        if not isinstance(root.value, list):
            self.complain(root.place, f"the questions must be a list (- key: …), not {root.kind}.")
            return None
        found: dict[str, Question] = {}
        for node in root.value:
            question = self.question(node)
            if question is None:
                continue
            if question.key in found:
                first = found[question.key].place.line
                self.complain(question.place, f"question “{question.key}” stands here twice (first in line {first}).")
            found.setdefault(question.key, question)
        return tuple(sorted(found.values(), key=lambda each: natural(each.key)))

    def question(self, node: Node) -> Question | None:
        fields = Fields(node, self.problems, "the question")
        key, kind = fields.text("key"), fields.choice("type", TYPES)
        if key:
            fields.what = f"question {key}"
            if not QUESTION_KEY.fullmatch(key):
                self.complain(fields.place("key"), f"“{key}” is no key; {NOT_A_NAME}")
        pool = fields.choice("pool", Item.Pool.values)
        module = fields.text("module", required=pool in (Item.Pool.PRETEST, Item.Pool.TEST))
        scenario = fields.text("scenario", required=False)
        weight = fields.integer("weight", least=1, most=MOST_POINTS) if "weight" in fields.entries else 1
        before = len(self.problems)
        structure = read_structure(fields, kind)
        answer = read_answer(fields, kind, structure)
        source = fields.text("source", required=False, most=200)
        sorting = read_sorting(fields)
        fields.done()
        if kind in TYPES and len(self.problems) == before:
            for message in sound(kind, structure, answer):
                self.complain(fields.place("answer"), f"question {key}: {message}")
        if not key:
            return None
        return Question(
            key=key,
            type=kind,
            pool=pool,
            module=module,
            scenario=scenario,
            structure=structure,
            answer_key=answer,
            weight=weight,
            source=source,
            sorting=sorting,
            place=fields.place("key"),
        )

    # --- what must fit together

    def cross(self, modules: tuple[Module, ...], questions: tuple[Question, ...]) -> None:
        """Every name that points somewhere points to something that is there."""
        lessons = {lesson.key: lesson for module in modules for lesson in module.lessons}
        self.problems += question_problems(lessons.values(), questions)
        keys = [module.key for module in modules]
        for question in questions:
            if question.module and question.module not in keys:
                hint = nearest(question.module, keys)
                self.complain(question.place, f"question {question.key}: there is no module “{question.module}”.{hint}")
            if not question.scenario:
                continue
            if question.scenario not in lessons:
                hint = nearest(question.scenario, lessons)
                self.complain(question.place, f"question {question.key}: no lesson is “{question.scenario}”.{hint}")
            elif all(block.type != "scenario" for block in lessons[question.scenario].blocks):
                self.complain(
                    question.place,
                    f"question {question.key} is about the scenario of lesson “{question.scenario}”, which has none; "
                    "add a scenario block or remove “scenario”.",
                )

    def spoken(self, questions: tuple[Question, ...], language: str) -> None:
        """What is typed is accepted in the language in which the course is written."""
        for question in questions:
            if question.type in TYPES and not sound(question.type, question.structure, question.answer_key):
                for message in unspoken(question.type, question.answer_key, language):
                    self.complain(question.place, f"question {question.key}: {message}")

    def draws(
        self, modules: tuple[Module, ...], questions: tuple[Question, ...], pool: str, test: Test, place: Place
    ) -> None:
        for module in modules:
            own = [each for each in questions if (each.pool, each.module) == (pool, module.key)]
            have = sum(not each.sorting.draft for each in own)
            if have < test.draw:
                self.complain(
                    place,
                    f"the test draws {test.draw} from each module, but module “{module.key}” has {have} in the pool "
                    f"“{pool}”; write more questions or draw fewer.",
                )

    def worded(self, questions: tuple[Question, ...], source: list[Language]) -> None:
        """A draft need not be translated, but it has words."""
        for question in questions:
            if question.sorting.draft and source and question.key not in source[0].questions:
                self.complain(
                    question.place,
                    f"question {question.key} has no text in “{source[0].code}”, its own language; add it.",
                )

    def named(
        self,
        modules: tuple[Module, ...],
        questions: tuple[Question, ...],
        purpose: str,
        rules: TestRules,
        place: Place,
    ) -> None:
        """What the rows of a blueprint name is there."""
        keys = [module.key for module in modules]
        asked = [each.key for each in questions if each.pool in pools_named(purpose, rules)]
        for row in rows_in(rules.sections):
            if row.module and row.module not in keys:
                hint = nearest(row.module, keys)
                self.complain(place, f"a row of the {purpose} test: there is no module “{row.module}”.{hint}")
            for key in row.items:
                if key not in asked:
                    hint = nearest(key, asked)
                    self.complain(place, f"a row of the {purpose} test: it cannot ask “{key}”.{hint}")

    def must(self, nodes: list[Node], questions: tuple[Question, ...], course: Fields) -> tuple[str, ...]:
        pools = {question.key: question.pool for question in questions}
        test = [key for key, pool in pools.items() if pool == Item.Pool.TEST]
        found = []
        for node in nodes:
            key = course.as_text(node, "an entry of “must_be_right”")
            if key in found:
                self.complain(node.place, f"“{key}” stands in “must_be_right” twice.")
            elif key and key not in pools:
                self.complain(node.place, f"“must_be_right” names “{key}”, which is no question.{nearest(key, test)}")
            elif key and pools[key] != Item.Pool.TEST:
                self.complain(
                    node.place,
                    f"“must_be_right” names “{key}”, which is in the pool “{pools[key]}”; only questions of the final "
                    "test can be required.",
                )
            found.append(key)
        return tuple(sorted(found, key=natural))

    def strangers(self, files: set[str], folders: set[str]) -> None:
        """Files that nothing reads are a mistake of somebody: nothing is dropped without a line."""
        for path in sorted(self.folder.iterdir()):
            if path.name.startswith((".", "__")) or path.name == "README.md":
                continue
            if path.name not in (folders if path.is_dir() else files):
                hint = (
                    "name the language in “languages” of course.yaml, or remove the folder."
                    if path.is_dir()
                    else "remove it, or correct its name."
                )
                self.complain(Place(f"{self.label}/{path.name}"), f"this is no part of the course; {hint}")
