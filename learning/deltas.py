"""What of a new edition is asked of those who completed an earlier one. Pure: no database, no text to read.

Whoever completed edition *n* and refreshes for edition *m* is asked for the union of the deltas of *n* + 1 … *m*, as
far as its lessons still stand in *m*. An edition without a delta adds nothing.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from learning.manifest import DELTA, DELTA_TEST, FINAL, PRETEST, Node, Outline


@dataclass(frozen=True)
class Scope:
    """Lessons by key, how many questions, and about how many minutes."""

    lessons: frozenset[str] = frozenset()
    questions: int = 0
    minutes: int = 0


def union(scopes: Sequence[Scope], minutes_of: Mapping[str, int]) -> Scope:
    """All of several deltas: a lesson once, the questions together, and the time without what was counted twice.

    Arguments:
        minutes_of: key of a lesson → its design time.
    """
    times = Counter(key for scope in scopes for key in scope.lessons)
    twice = sum((count - 1) * minutes_of.get(key, 0) for key, count in times.items())
    longest = max((scope.minutes for scope in scopes), default=0)
    return Scope(
        lessons=frozenset(times),
        questions=sum(scope.questions for scope in scopes),
        minutes=max(longest, sum(scope.minutes for scope in scopes) - twice),
    )


def minutes_of(outline: Outline) -> dict[str, int]:
    """Key of a lesson → its design time."""
    return {node.key: node.minutes for node in outline.path if node.kind == "lesson"}


def modules_of(outline: Outline, lessons: frozenset[str]) -> tuple[Node, ...]:
    """The modules in which these lessons stand: from their final-test questions the delta test is drawn."""
    return tuple(module for module in outline.modules if any(child.key in lessons for child in module.children))


def length_of_test(questions: int, pool: int, must: int) -> int:
    """How many questions a delta test has: as asked, but all that must be right, and no more than there are."""
    return min(max(questions, must), pool)


def delta_outline(full: Outline, scope: Scope) -> Outline:
    """The outline of a refresher: the lessons of the scope in their modules, then the delta test.

    Empty when no lesson of the scope stands in the edition any more, so that there is nothing to take.
    """
    modules = []
    for module in modules_of(full, scope.lessons):
        lessons = tuple(replace(child, required=True) for child in module.children if child.key in scope.lessons)
        modules.append(replace(module, children=lessons, minutes=sum(lesson.minutes for lesson in lessons)))
    pool, must = sum(module.pool for module in modules), sum(module.must for module in modules)
    asked = length_of_test(scope.questions, pool, must)
    if not modules or not asked:
        return Outline(tuple(modules))
    final = full.quiz(FINAL)
    test = Node(
        uuid=full.delta_test,
        key=DELTA_TEST,
        kind="quiz",
        purpose=DELTA,
        minutes=max(asked, scope.minutes - sum(module.minutes for module in modules)),
        draw=asked,
        questions=asked,
        pass_mark=final.pass_mark if final else None,
        must=must,
        rules=full.delta_rules,
    )
    return Outline((*modules, test))


def renewal_outline(full: Outline) -> Outline:
    """The outline of a renewal where no edition since asks anything: the final test alone, which is what a certificate
    attests. A course without one is taken again whole, but for the pre-test."""
    final = full.quiz(FINAL)
    again = (final,) if final else tuple(node for node in full.children if node.purpose != PRETEST)
    return Outline(again, renews=True)
