"""Whether a pre-test asks the same kinds of questions as the final test. Pure.

Only then a gain compares like with like (domain rules §4.3: same blueprint, different questions).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from assessments.drawing.blueprint import Traits
from assessments.rules import Draw, Section, TestRules


@dataclass(frozen=True, order=True)
class Kind:
    """What a row draws, without how many."""

    module: str = ""
    category: str = ""
    tag: str = ""
    difficulty: int = 0

    def row(self, count: int = 0) -> Draw:
        """A row that draws it."""
        return Draw(count=count, module=self.module, category=self.category, tag=self.tag, difficulty=self.difficulty)


@dataclass(frozen=True)
class Difference:
    """A kind of which the two tests ask a different number of questions."""

    kind: Kind
    pretest: int
    final: int


def asks(rules: TestRules, per_module: int, modules: Iterable[str], items: Mapping[str, Traits]) -> Counter[Kind]:
    """How many questions of each kind a test asks.

    Arguments:
        per_module: how many of each module a test without a blueprint asks.
        modules: keys of the modules of the course.
        items: key → question of the bank. A named question counts by its module and difficulty, because the same
            question never stands in both tests.
    """
    found: Counter[Kind] = Counter()
    if not rules.sections:
        for module in modules:
            found[Kind(module=module)] += per_module
    for section in rules.sections:
        for draw in section.draws:
            for kind, count in _kinds(draw, items):
                found[kind] += count
    return +found


def _kinds(draw: Draw, items: Mapping[str, Traits]) -> list[tuple[Kind, int]]:
    if not draw.items:
        return [(Kind(draw.module, draw.category, draw.tag, draw.difficulty), draw.count)]
    named = Counter(
        Kind(module=items[key].module, difficulty=items[key].difficulty) if key in items else Kind()
        for key in draw.items
    )
    return list(named.items())


def differences(pretest: Mapping[Kind, int], final: Mapping[Kind, int]) -> list[Difference]:
    """Where two tests differ; empty where they mirror each other."""
    kinds = sorted({*pretest, *final})
    return [
        Difference(kind, pretest.get(kind, 0), final.get(kind, 0))
        for kind in kinds
        if pretest.get(kind, 0) != final.get(kind, 0)
    ]


def mirrored(
    final: TestRules, per_module: int, modules: Sequence[str], items: Mapping[str, Traits]
) -> tuple[Section, ...]:
    """The blueprint of a pre-test that mirrors the final test. Rows that name questions become rows of their kinds."""
    if not final.sections:
        rows = tuple(Draw(count=per_module, module=module) for module in modules if per_module)
        return (Section(draws=rows),) if rows else ()
    return tuple(
        Section(
            titles=section.titles,
            draws=tuple(
                kind.row(count) if draw.items else draw for draw in section.draws for kind, count in _kinds(draw, items)
            ),
        )
        for section in final.sections
    )
