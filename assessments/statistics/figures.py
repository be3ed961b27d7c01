"""The result of an analysis, how it is stored, and what in it needs somebody's attention. Pure.

What is stored are figures that passed their minimums. Counts among them are told through `hiding` only.
"""

import enum
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from assessments.statistics.dif import Dif
from assessments.statistics.options import ChoiceTable, Chosen
from assessments.statistics.reliability import Reliability
from assessments.statistics.times import Times
from lms.suppression import THRESHOLD

#: A question that nearly everybody answers right tells nobody apart. One that must be right is meant to be so.
EASY = 0.95
#: About what guessing among four gives.
HARD = 0.30
#: Below this a question tells good from weak hardly (Ebel & Frisbie, *Essentials of Educational Measurement*, 1991).
LOW = 0.20
#: More than twice the standard error at 30 answers, so it is no accident that it looks the wrong way.
NEGATIVE = -0.10


class Sign(enum.StrEnum):
    """What an analysis says of a question, the worst first."""

    NEGATIVE = "negative"
    DIF_LARGE = "dif_large"
    DRAWS_THE_BEST = "draws_the_best"
    HARD = "hard"
    LOW = "low"
    DIF_MODERATE = "dif_moderate"
    IDLE = "idle"
    EASY = "easy"


ORDER = {sign: place for place, sign in enumerate(Sign)}


@dataclass(frozen=True)
class Share:
    """A share with the number of answers that it is of; `value` is None where these are too few."""

    n: int
    value: float | None = None

    @property
    def rounded(self) -> int | None:
        """In whole percent."""
        return None if self.value is None else round(100 * self.value)

    @property
    def percent(self) -> str:
        """In whole percent; where 1 to 4 answers are right, or wrong, only on which side of that it lies."""
        if self.value is None:
            return ""
        right = self.value * self.n
        if 1e-6 < right < THRESHOLD - 1e-6:
            return f"<{math.ceil(100 * THRESHOLD / self.n)} %"
        if 1e-6 < self.n - right < THRESHOLD - 1e-6:
            return f">{math.floor(100 - 100 * THRESHOLD / self.n)} %"
        return f"{self.rounded} %"


@dataclass(frozen=True)
class InLanguage:
    """The answers to a version in one language, in the words that stand on the shelf today.

    `dif` is how it compares with the language of `ItemFigures.reference`; `refused` says why there is none.
    """

    facility: Share
    dif: Dif | None = None
    refused: str = ""


@dataclass(frozen=True)
class ItemFigures:
    """What is known of one version of a question in one test.

    Attributes:
        version: primary key; `item` the question's uuid, `number` that of the version.
        refused: why there is no discrimination.
        is_dropped: a correction counts it for nobody, so nothing is worked out.
        is_by_hand: a person marks it, and no mark was released yet.
        tables: who chose what, at each place of the question.
        older: answers to earlier words of translations, which count in the whole and not by language.
    """

    version: int
    item: str
    number: int
    facility: Share
    discrimination: float | None = None
    refused: str = ""
    must_be_right: bool = False
    is_dropped: bool = False
    is_by_hand: bool = False
    in_parts: bool = False
    tables: tuple[ChoiceTable, ...] = ()
    times: Times | None = None
    reference: str = ""
    languages: Mapping[str, InLanguage] = field(default_factory=dict, hash=False)
    older: int = 0

    @property
    def options(self) -> ChoiceTable | None:
        """The table of a question that is one choice."""
        return next((table for table in self.tables if not table.place), None)

    @property
    def signs(self) -> list[Sign]:
        """What needs attention, the worst first."""
        found: list[Sign] = []
        value, power = self.facility.value, self.discrimination
        if power is not None and power < NEGATIVE:
            found.append(Sign.NEGATIVE)
        elif power is not None and power < LOW and value is not None and value < EASY:
            found.append(Sign.LOW)
        classes = {each.dif.klass for each in self.languages.values() if each.dif}
        if "C" in classes:
            found.append(Sign.DIF_LARGE)
        elif "B" in classes:
            found.append(Sign.DIF_MODERATE)
        if any(table.drawing_the_best for table in self.tables):
            found.append(Sign.DRAWS_THE_BEST)
        if value is not None and value <= HARD:
            found.append(Sign.HARD)
        if value is not None and value >= EASY and not self.must_be_right:
            found.append(Sign.EASY)
        elif self.options and self.options.idle and value is not None and value < EASY:
            # Where nearly everybody is right, nobody is left for the wrong options.
            found.append(Sign.IDLE)
        return sorted(found, key=ORDER.__getitem__)

    @property
    def needs(self) -> tuple[int, int]:
        """For sorting: what needs attention most comes first."""
        signs = self.signs
        return (ORDER[signs[0]] if signs else len(ORDER), -len(signs))

    @property
    def suspects(self) -> list[str]:
        """The languages in which it is harder or easier for people who are as good, the worst first."""
        found = [
            (each.dif.klass, abs(each.dif.delta), code)
            for code, each in self.languages.items()
            if each.dif and each.dif.klass != "A"
        ]
        return [code for _klass, _size, code in sorted(found, reverse=True)]


@dataclass(frozen=True)
class TestFigures:
    """What is known of one test: of the first paper that each person handed in.

    Attributes:
        papers: how many there are.
        mean, spread: of the results, as shares; None of too few.
        distribution: papers by tenths of the result; empty of too few.
        reliability: None with `refused`, which says why.
        passes: language → the share of first papers that passed (indicator I4); empty where nobody fails.
        passed: the same of all.
    """

    __test__ = False  # no test, although pytest would take it for one

    papers: int = 0
    mean: float | None = None
    spread: float | None = None
    distribution: tuple[int, ...] = ()
    reliability: Reliability | None = None
    refused: str = ""
    passed: Share | None = None
    passes: Mapping[str, Share] = field(default_factory=dict, hash=False)
    items: tuple[ItemFigures, ...] = ()

    @property
    def languages(self) -> list[str]:
        """The languages in which something was answered, the commonest first."""
        counts: dict[str, int] = {}
        for item in self.items:
            for code, each in item.languages.items():
                counts[code] = counts.get(code, 0) + each.facility.n
        return sorted(counts, key=lambda code: (-counts[code], code))

    def as_json(self) -> dict[str, Any]:
        """The stored form."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "TestFigures":
        """The inverse of `as_json`."""
        return cls(
            **{
                **data,
                "distribution": tuple(data["distribution"]),
                "reliability": _read(Reliability, data["reliability"]),
                "passed": _read(Share, data["passed"]),
                "passes": {code: Share(**each) for code, each in data["passes"].items()},
                "items": tuple(_item(each) for each in data["items"]),
            }
        )


def _read(kind: Any, data: Mapping[str, Any] | None) -> Any:
    return kind(**data) if data else None


def _item(data: Mapping[str, Any]) -> ItemFigures:
    # Stored before there were tables for each place: worked out anew with the next sweep.
    kept = {name: value for name, value in data.items() if name != "options"}
    return ItemFigures(
        **{
            **kept,
            "facility": Share(**data["facility"]),
            "tables": tuple(_table(each) for each in data.get("tables", ())),
            "times": _read(Times, data["times"]),
            "languages": {
                code: InLanguage(Share(**each["facility"]), _read(Dif, each["dif"]), each["refused"])
                for code, each in data["languages"].items()
            },
        }
    )


def _table(data: Mapping[str, Any]) -> ChoiceTable:
    rows = tuple(Chosen(row["id"], row["is_right"], _three(row["counts"])) for row in data["rows"])
    return ChoiceTable(**{**data, "rows": rows, "people": _three(data["people"])})


def _three(values: Sequence[int]) -> tuple[int, int, int]:
    return values[0], values[1], values[2]
