"""Drawing the paper of a test: by its blueprint, or so many questions of each module."""

import random
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Actor
from accounts.permissions import Refused
from assessments.drawing.blueprint import (
    BlueprintNotMet,
    Drawn,
    Lack,
    Traits,
    draw_paper,
    papers_without_repeats,
    sections_of_modules,
)
from assessments.models import Response
from assessments.rules import Section, TestRules
from assessments.types import TYPES
from learning.manifest import DELTA, PRETEST
from learning.models import Course


class PaperNotPossible(Refused):
    """The bank cannot fill the paper."""


@dataclass(frozen=True)
class Asked:
    """One test and what it may ask.

    Attributes:
        purpose: of the test, as of its node.
        rules: its rules.
        per_module: without a blueprint, how many it asks of each module; of a refresher, how many in all.
        items: what it may draw.
    """

    purpose: str
    rules: TestRules
    per_module: int
    items: Sequence[Traits]

    @property
    def drawable(self) -> Sequence[Traits]:
        """What it may draw. Nobody passes or fails a pre-test, so nothing must be right there."""
        return [replace(each, must=False) for each in self.items] if self.purpose == PRETEST else self.items

    @property
    def sections(self) -> tuple[Section, ...]:
        """Its blueprint; without one, a section for each module."""
        return self.rules.sections or sections_of_modules(self.drawable, self.per_module)

    @property
    def length(self) -> int:
        """How many questions its paper has."""
        return sum(draw.size for section in self.sections for draw in section.draws)


def draw(test: Asked, rng: random.Random, *, had: Collection[str] = (), final: Asked | None = None) -> Drawn:
    """Draw a paper.

    Arguments:
        had: keys of the questions that the person had on papers of the course before.
        final: of a pre-test that draws from the same questions, the final test, for which it leaves some over.

    Raises:
        PaperNotPossible: the questions do not fill it, or there are none.
    """
    if not test.items:
        raise PaperNotPossible(_("This test cannot be started: it has no questions yet."))
    if test.purpose == DELTA:
        return draw_some(test.items, test.per_module, rng, had=had)
    ahead = final if test.purpose == PRETEST else test
    try:
        return draw_paper(
            test.sections,
            test.drawable,
            rng,
            had=had,
            later=ahead.sections if ahead else (),
            later_items=ahead.items if ahead else (),
            shuffles=test.rules.shuffles_questions,
        )
    except BlueprintNotMet as reason:
        raise PaperNotPossible(_why_not(test, reason.lack)) from reason


def _why_not(test: Asked, lack: Lack) -> str:
    if test.rules.sections or not lack.shortages:
        return _("This test cannot be started: its questions do not fill a paper. Tell who gives the course.")
    short = lack.shortages[0]
    return _("This test cannot be started: module %(module)s has %(have)d questions and needs %(need)d.") % {
        "module": short.draw.module,
        "have": short.have,
        "need": short.draw.count,
    }


def draw_some(items: Sequence[Traits], count: int, rng: random.Random, *, had: Collection[str] = ()) -> Drawn:
    """Draw a paper of so many items from all modules together: the test of a refresher. Those that must be right are
    always on it, even if they alone are more; then what the person has not had, as evenly as it goes; modules in order.

    Raises:
        PaperNotPossible: there are fewer items than that.
    """
    if len(items) < count:
        raise PaperNotPossible(_("This test cannot be started: it has no questions yet."))
    chosen: dict[str, list[str]] = {module: [] for module in sorted({each.module for each in items})}
    others: dict[bool, dict[str, list[str]]] = {True: defaultdict(list), False: defaultdict(list)}
    for each in sorted(items, key=lambda each: each.key):
        if each.must:
            chosen[each.module].append(each.key)
        else:
            others[each.key in had][each.module].append(each.key)
    for left in others.values():
        for keys in left.values():
            rng.shuffle(keys)
    for _each in range(count - sum(map(len, chosen.values()))):
        left = others[False] if any(others[False].values()) else others[True]
        modules = [module for module in chosen if left[module]]
        fewest = min(len(chosen[module]) for module in modules)
        module = rng.choice([each for each in modules if len(chosen[each]) == fewest])
        chosen[module].append(left[module].pop())
    for keys in chosen.values():
        rng.shuffle(keys)
    paper = tuple(key for keys in chosen.values() for key in keys)
    return Drawn(paper, sum(key in had for key in paper))


def papers_allowed(test: Asked, pretest: Asked | None) -> int | None:
    """How many papers of a test the bank allows one person without a repeat, for authors.

    Arguments:
        pretest: the pre-test, where it draws from the same questions.
    """
    return papers_without_repeats(
        test.sections,
        test.items,
        before=pretest.sections if pretest else (),
        before_items=pretest.drawable if pretest else (),
    )


def had_before(actor: Actor, course: Course) -> set[str]:
    """Keys of the questions that a person had on any paper of a course, in whichever edition; one query."""
    rows = Response.objects.filter(attempt__enrolment__actor=actor, attempt__enrolment__course=course)
    found: Iterable[str] = rows.order_by().values_list("version__item__key", flat=True).distinct()
    return set(found)


def option_order(type: str, structure: Any, rules: TestRules, rng: random.Random) -> list[str]:
    """The order of the options of a question on one paper; where the rules do not shuffle, the authors'."""
    kind = TYPES[type]
    return kind.paper_order(structure, rng) if rules.shuffles_options else kind.listed_order(structure)
