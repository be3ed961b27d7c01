"""The rules of a test: how its paper is drawn, and how it is taken. Pure: what the outline of a revision holds.

A revision that was published before there were rules has none; then the usual ones of the purpose hold.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from learning.manifest import DELTA, FINAL, PRETEST, Node


class Feedback(TextChoices):
    """When an officer sees what was right, and why."""

    AT_ONCE = "at_once", _("after each question")
    SUBMITTED = "submitted", _("after handing in")
    PASSED = "passed", _("after passing, or when no attempt is left")
    CLOSED = "closed", _("when the exam is over for everybody")
    NEVER = "never", _("never")


#: What a number may be.
LIMITS = {
    "minutes": (0, 600),
    "grace_seconds": (0, 900),
    "attempts": (0, 20),
    "pause_after": (0, 20),
    "pause_hours": (0, 720),
    "markers": (1, 2),
    "marks_apart": (0, 100),
}
MOST_QUESTIONS = 200
NO_PAUSE = _("A pause needs both: after how many attempts, and how many hours.")
NOT_THEN = _("Answers cannot be shown then.")
NO_ROW = _("A section needs a row at least.")
NO_COUNT = _("A row asks for one question at least.")


def feedback_of(purpose: str, *, needs_ticket: bool = False) -> tuple[Feedback, ...]:
    """When the answers of a test can be shown: nobody passes a pre-test, and only an exam is over for everybody."""
    if purpose == PRETEST:
        return (Feedback.AT_ONCE, Feedback.SUBMITTED, Feedback.NEVER)
    return tuple(each for each in Feedback if needs_ticket or each != Feedback.CLOSED)


@dataclass(frozen=True, kw_only=True)
class Draw:
    """One row of a blueprint: so many questions of a kind, or named ones.

    Attributes:
        count: how many are drawn.
        module, category, tag: their keys (of a category its uuid, those below it included); empty for any.
        difficulty: 1 to 3; 0 for any.
        items: keys of questions that are all asked; then nothing else of the row counts.
    """

    count: int = 0
    module: str = ""
    category: str = ""
    tag: str = ""
    difficulty: int = 0
    items: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """How many questions it puts on a paper."""
        return len(self.items) or self.count


@dataclass(frozen=True, kw_only=True)
class Section:
    """A part of a paper under a heading: language → heading, empty for one without."""

    titles: Mapping[str, str] = field(default_factory=dict)
    draws: tuple[Draw, ...] = ()


@dataclass(frozen=True, kw_only=True)
class TestRules:
    """How a test is drawn and taken.

    Attributes:
        sections: the blueprint, in order; empty: so many of each module (`Node.draw`).
        shuffles_questions: within a section; of a blueprint-less test within a module.
        shuffles_options: where the type of the question allows it.
        minutes: time limit on the server's clock; 0: none.
        grace_seconds: for so long after the time answers still count, for slow links.
        attempts: how often it may be taken; 0: as often as one likes.
        pause_after, pause_hours: after so many attempts so many hours pass before the next; 0: never.
        feedback: one of `Feedback`.
        needs_ticket: it is an exam: begun with a ticket, in the window and the place of an `Exam`.
        shares_pool: of a pre-test: it may also draw from the questions of the final test.
        markers: how many people mark an essay, not knowing of each other.
        marks_apart: where two marks are further apart than so much of what can be reached, in percent, a third marker
            decides; else the mean of both counts.
        passed_words, failed_words: language → own words of the author on the result.
        language: in which the author's words stand first; written at publication, where there are any.
    """

    sections: tuple[Section, ...] = ()
    shuffles_questions: bool = True
    shuffles_options: bool = True
    minutes: int = 0
    grace_seconds: int = 60
    attempts: int = 0
    pause_after: int = 0
    pause_hours: int = 0
    feedback: str = Feedback.SUBMITTED
    needs_ticket: bool = False
    shares_pool: bool = False
    markers: int = 1
    marks_apart: int = 20
    passed_words: Mapping[str, str] = field(default_factory=dict)
    failed_words: Mapping[str, str] = field(default_factory=dict)
    language: str = ""

    __test__ = False  # no test of pytest, whatever its name

    def as_json(self, purpose: str) -> dict[str, Any]:
        """The stored form: what is other than usual for a test of this purpose."""
        usual, own = asdict(usual_rules(purpose)), asdict(self)
        plain = {name: value for name, value in own.items() if value != usual[name] and name != "sections"}
        if self.sections:
            plain["sections"] = [
                {
                    "draws": [
                        {
                            name: list(value) if name == "items" else value
                            for name, value in asdict(draw).items()
                            if value not in (0, "", ())
                        }
                        for draw in section.draws
                    ],
                    **({"titles": dict(section.titles)} if section.titles else {}),
                }
                for section in self.sections
            ]
        return {name: str(value) if isinstance(value, Feedback) else value for name, value in plain.items()}

    @classmethod
    def from_json(cls, purpose: str, data: Mapping[str, Any]) -> "TestRules":
        """The inverse of `as_json`."""
        sections = tuple(
            Section(
                titles=each.get("titles", {}),
                draws=tuple(Draw(**{**draw, "items": tuple(draw.get("items", ()))}) for draw in each["draws"]),
            )
            for each in data.get("sections", ())
        )
        return replace(usual_rules(purpose), **{**data, "sections": sections})

    @property
    def has_words(self) -> bool:
        """Whether it holds words that officers read."""
        return bool(self.passed_words or self.failed_words or any(section.titles for section in self.sections))

    def problems(self, purpose: str) -> list[str]:
        """What no test of this purpose can have, in words; empty when nothing is wrong."""
        found = [
            str(_("“%(name)s” must be from %(least)d to %(most)d.")) % {"name": name, "least": least, "most": most}
            for name, (least, most) in LIMITS.items()
            if not least <= getattr(self, name) <= most
        ]
        if bool(self.pause_after) != bool(self.pause_hours):
            found.append(str(NO_PAUSE))
        if self.feedback not in feedback_of(purpose, needs_ticket=self.needs_ticket):
            found.append(str(NOT_THEN))
        if any(not section.draws for section in self.sections):
            found.append(str(NO_ROW))
        if any(not draw.size for section in self.sections for draw in section.draws):
            found.append(str(NO_COUNT))
        if self.size > MOST_QUESTIONS:
            found.append(str(_("A paper has %(most)d questions at most.")) % {"most": MOST_QUESTIONS})
        return found

    @property
    def size(self) -> int:
        """How many questions the blueprint puts on a paper; 0 without one."""
        return sum(draw.size for section in self.sections for draw in section.draws)


def usual_rules(purpose: str) -> TestRules:
    """The rules of a test of which nobody says otherwise (domain rules §4.2: three attempts, a day's pause after the
    second; the pre-test is taken once)."""
    if purpose == PRETEST:
        return TestRules(attempts=1)
    if purpose in (FINAL, DELTA):
        return TestRules(attempts=3, pause_after=2, pause_hours=24, feedback=Feedback.PASSED)
    return TestRules()


def rules_of(node: Node) -> TestRules:
    """The rules of a test in the outline of a revision."""
    return TestRules.from_json(node.purpose, node.rules)
