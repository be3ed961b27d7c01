"""From papers to figures in one pass, with memory for the questions and not for the papers. Pure."""

import datetime as dt
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any, NamedTuple, TypeVar

from assessments.statistics.dif import BANDS, CannotCompare, Stratum, band_of, mantel_haenszel
from assessments.statistics.figures import InLanguage, ItemFigures, Share, TestFigures
from assessments.statistics.items import NoSpread, Pairs, discrimination, facility
from assessments.statistics.minimums import FEWEST_FOR_DIF, FEWEST_FOR_DISTRIBUTION, TooFew
from assessments.statistics.options import ChoiceTable, Cut, choice_table, table_at
from assessments.statistics.places import LISTED, Place, chosen_in, places_of
from assessments.statistics.reliability import (
    DrawnPapers,
    NotOneTest,
    Reliability,
    SameItems,
    of_drawn_papers,
    of_same_items,
)
from assessments.statistics.times import quartiles, times_on

#: Of so many different sets of questions it is watched whether most papers have the same; where papers are drawn there
#: are more sets than that, and none of them is most papers'.
MOST_SETS = 50

T = TypeVar("T")


class Answer(NamedTuple):
    """One question of a paper.

    Attributes:
        version: primary key of its version.
        score: 0 to 1, as it counts now; None where it does not count, or not yet.
        text: the answer as JSON text, empty where there is none; None where it was deleted for its age.
        is_current: whether it was asked in the words that are on the shelf today.
        is_held: whether it is too new for the figures of its language.
        saved_at, edits: when it was saved last, and how often.
    """

    version: int
    score: float | None
    language: str
    text: str | None = ""
    is_current: bool = True
    saved_at: dt.datetime | None = None
    edits: int = 0
    is_held: bool = False


@dataclass(frozen=True)
class About:
    """What is to be known of a version beside its answers; `keys` is what counts as right now."""

    item: str
    number: int
    type: str
    structure: Mapping[str, Any]
    keys: Sequence[Any]
    points: int = 1
    must_be_right: bool = False
    is_dropped: bool = False
    is_by_hand: bool = False

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Where something is chosen."""
        return places_of(self.type, self.structure)


@dataclass
class _Item:
    pairs: Pairs = field(default_factory=Pairs)
    total: float = 0.0
    n: int = 0
    in_parts: bool = False
    older: int = 0
    #: Of each group, the answer → how often, of types whose answers are few.
    answers: tuple[Counter[str], Counter[str], Counter[str]] = field(
        default_factory=lambda: (Counter(), Counter(), Counter())
    )
    #: Of each group, (place, option) → how often, of the others; and how many people that is of.
    chosen: tuple[Counter[tuple[str, str]], Counter[tuple[str, str]], Counter[tuple[str, str]]] = field(
        default_factory=lambda: (Counter(), Counter(), Counter())
    )
    people: list[int] = field(default_factory=lambda: [0, 0, 0])
    times: Counter[int] = field(default_factory=Counter)
    #: language → [n, sum of scores]
    languages: dict[str, list[float]] = field(default_factory=lambda: defaultdict(lambda: [0, 0.0]))
    #: language → of each band, [right, wrong]
    bands: dict[str, list[list[int]]] = field(default_factory=dict)


class Gathering:
    """Takes papers one after the other."""

    def __init__(self, about: Mapping[int, About], cut: Cut | None, language: str) -> None:
        """
        Arguments:
            about: every version that is on a paper.
            cut: which papers are the weakest and the best; None where they cannot be told apart.
            language: in which the questions were written.
        """
        self.about, self.cut, self.language = about, cut, language
        self.items: dict[int, _Item] = defaultdict(_Item)
        self.seen: set[int] = set()
        self.sets: dict[tuple[int, ...], SameItems] = {}
        self.lengths: dict[int, DrawnPapers] = {}
        self.papers = 0

    def add(self, share: float, started_at: dt.datetime, paper: Sequence[Answer]) -> None:
        """One handed-in paper.

        Arguments:
            share: its result, 0 to 1.
        """
        self.papers += 1
        self.seen.update(answer.version for answer in paper)
        counted = [answer for answer in paper if answer.score is not None]
        reached = sum(float(each.score or 0) * self.about[each.version].points for each in counted)
        possible = sum(self.about[answer.version].points for answer in counted)
        group = self.cut.group(share) if self.cut else None
        band = band_of(share)
        times = times_on(started_at, [(each.version, each.saved_at, each.edits) for each in paper])
        for answer in counted:
            self._add_answer(answer, reached, possible, group, band)
            if answer.version in times:
                self.items[answer.version].times[times[answer.version]] += 1
        self._add_to_sets(counted)

    def _add_answer(self, answer: Answer, reached: float, possible: int, group: int | None, band: int) -> None:
        score = answer.score
        assert score is not None, "only what counts is gathered"
        about, item = self.about[answer.version], self.items[answer.version]
        item.n += 1
        item.total += score
        if 0 < score < 1:
            item.in_parts = True
        rest = possible - about.points
        if rest > 0:
            item.pairs.add(score, (reached - score * about.points) / rest)
        if group is not None and answer.text is not None:
            _add_choices(about, item, answer.text, group)
        if not answer.is_current:
            item.older += 1
            return
        if answer.is_held:
            return
        language = item.languages[answer.language]
        language[0] += 1
        language[1] += score
        bands = item.bands.get(answer.language)
        if bands is None:
            bands = item.bands[answer.language] = [[0, 0] for _band in range(BANDS)]
        bands[band][score < 1] += 1

    def _add_to_sets(self, counted: Sequence[Answer]) -> None:
        if not counted:
            return
        ordered = sorted(counted, key=lambda answer: answer.version)
        points = [self.about[answer.version].points for answer in ordered]
        scores = [answer.score for answer in ordered if answer.score is not None]
        key = tuple(answer.version for answer in ordered)
        if key in self.sets or len(self.sets) < MOST_SETS:
            self.sets.setdefault(key, SameItems(points)).add(scores)
        if len(set(points)) == 1:
            self.lengths.setdefault(len(scores), DrawnPapers(len(scores))).add(scores)

    # --- the result

    def figures(
        self,
        shares: Sequence[float],
        passed: tuple[int, int],
        passes: Mapping[str, tuple[int, int]],
        *,
        is_graded: bool,
    ) -> TestFigures:
        """Everything that the papers say.

        Arguments:
            shares: the results of all papers, 0 to 1.
            passed: how many papers, and how many of them passed.
            passes: the same by language, without those that are too new for the figures of their language.
            is_graded: whether the test has a pass mark at all.
        """
        n = len(shares)
        is_enough = n >= FEWEST_FOR_DISTRIBUTION
        mean = sum(shares) / n if is_enough else None
        spread = (sum((each - mean) ** 2 for each in shares) / (n - 1)) ** 0.5 if mean is not None else None
        tenths = Counter(band_of(each) for each in shares)
        reliability, refused = _or_refused(self._reliability)
        return TestFigures(
            papers=n,
            mean=mean,
            spread=spread,
            distribution=tuple(tenths[band] for band in range(BANDS)) if is_enough else (),
            reliability=reliability,
            refused=refused,
            passed=_share(*passed) if is_graded else None,
            passes={language: _share(*each) for language, each in sorted(passes.items())} if is_graded else {},
            items=tuple(self._item(version) for version in sorted(self.seen)),
        )

    def _reliability(self) -> Reliability:
        """Of those papers that are most, of one set of questions or else of one length; they are to be half of all."""
        same = max(self.sets.values(), key=lambda each: each.n, default=None)
        if same is not None and 2 * same.n >= self.papers:
            return of_same_items(same)
        drawn = max(self.lengths.values(), key=lambda each: each.n, default=None)
        if drawn is None or 2 * drawn.n < self.papers:
            raise NotOneTest
        return of_drawn_papers(drawn)

    def _item(self, version: int) -> ItemFigures:
        about, item = self.about[version], self.items.get(version) or _Item()
        power, refused = _or_refused(lambda: discrimination(item.pairs))
        reference = self._reference(item)
        return ItemFigures(
            version=version,
            item=about.item,
            number=about.number,
            facility=_share(item.n, item.total),
            discrimination=power,
            refused=refused,
            must_be_right=about.must_be_right,
            is_dropped=about.is_dropped,
            is_by_hand=about.is_by_hand and not item.n,
            in_parts=item.in_parts,
            tables=self._tables(about, item),
            times=_or_none(lambda: quartiles(item.times)),
            reference=reference,
            languages={language: self._in_language(item, reference, language) for language in sorted(item.languages)},
            older=item.older,
        )

    def _tables(self, about: About, item: _Item) -> tuple[ChoiceTable, ...]:
        found = [_or_none(partial(_table, about, item, place)) for place in about.places if self.cut]
        return tuple(table for table in found if table is not None)

    def _reference(self, item: _Item) -> str:
        """The language in which it was written, or, where too few read it in that, the commonest."""
        counts = {language: n for language, (n, _total) in item.languages.items()}
        if counts.get(self.language, 0) >= FEWEST_FOR_DIF:
            return self.language
        return max(counts, key=lambda language: (counts[language], language), default=self.language)

    def _in_language(self, item: _Item, reference: str, language: str) -> InLanguage:
        n, total = item.languages[language]
        found = _share(int(n), total)
        if language == reference:
            return InLanguage(found)
        strata = [Stratum(*own, *focal) for own, focal in zip(item.bands[reference], item.bands[language], strict=True)]
        dif, refused = _or_refused(lambda: mantel_haenszel(strata))
        return InLanguage(found, dif, refused)


def _share(n: int, total: float) -> Share:
    return Share(n, _or_none(lambda: facility(total, n)))


#: Why a figure is refused, as it is stored; `assessments.statistics.words` says it.
REFUSALS: Mapping[type[Exception], str] = {
    TooFew: "few",
    NoSpread: "spread",
    NotOneTest: "mixed",
    CannotCompare: "odds",
}


def _add_choices(about: About, item: _Item, text: str, group: int) -> None:
    """What was chosen in an answer, by group. Of a list of options only how often it came is counted for now."""
    if about.type in LISTED:
        item.answers[group][text] += 1
    elif about.places:
        item.people[group] += 1
        chosen = chosen_in(about.type, about.structure, json.loads(text)) if text else {}
        for place in about.places:
            for option in chosen.get(place.id, ("",)):
                item.chosen[group][place.id, option] += 1


def _table(about: About, item: _Item, place: Place) -> ChoiceTable:
    if about.type in LISTED:
        return choice_table(item.answers, about.structure, about.keys, is_exclusive=not place.takes_several)
    counts = [{option: n for (at, option), n in group.items() if at == place.id} for group in item.chosen]
    right = {option for key in about.keys for option in chosen_in(about.type, about.structure, key).get(place.id, ())}
    return table_at(place, counts, item.people, right)


def _or_refused(work: Callable[[], T]) -> tuple[T | None, str]:
    try:
        return work(), ""
    except tuple(REFUSALS) as refusal:
        return None, REFUSALS[type(refusal)]


def _or_none(work: Callable[[], T]) -> T | None:
    return _or_refused(work)[0]
