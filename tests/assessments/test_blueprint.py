"""Papers by a blueprint: full wherever a full paper exists, nothing twice, as few repeats as the bank allows."""

import itertools
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.drawing.blueprint import (
    BlueprintNotMet,
    Lack,
    Shortage,
    Traits,
    certain,
    draw_paper,
    lack_of,
    matches,
    papers_without_repeats,
    rows_in,
    section_at,
    sections_of_modules,
    sorting_from_json,
)
from assessments.rules import Draw, Section


def of(*draws: Draw) -> tuple[Section, ...]:
    return (Section(draws=draws),)


def bank(count: int, **traits) -> list[Traits]:
    return [Traits(key=f"Q{number}", **traits) for number in range(1, count + 1)]


@st.composite
def banks(draw, most: int = 9):
    return [
        Traits(
            key=f"Q{number}",
            module=draw(st.sampled_from(["m1", "m2"])),
            tags=tuple(draw(st.sets(st.sampled_from(["law", "care"])))),
            difficulty=draw(st.integers(0, 2)),
            must=draw(st.sampled_from([False, False, False, True])),
            scenario=draw(st.sampled_from(["", "", "bus"])),
        )
        for number in range(1, draw(st.integers(1, most)) + 1)
    ]


@st.composite
def blueprints(draw):
    row = st.builds(
        Draw,
        count=st.integers(1, 3),
        module=st.sampled_from(["", "m1", "m2"]),
        tag=st.sampled_from(["", "", "law", "care"]),
        difficulty=st.integers(0, 2),
    ) | st.builds(Draw, items=st.lists(st.sampled_from(["Q1", "Q2", "Q3"]), unique=True, min_size=1).map(tuple))
    sections = draw(st.lists(st.lists(row, min_size=1, max_size=2), min_size=1, max_size=2))
    return tuple(Section(draws=tuple(draws)) for draws in sections)


def fills(rows, keys, items) -> bool:
    """By trying every way: whether these questions fill the rows exactly."""
    by_key = {each.key: each for each in items}
    slots = [row for row in rows for _each in range(row.size)]
    return len(slots) == len(keys) and any(
        all(matches(row, by_key[key]) for row, key in zip(slots, order, strict=True))
        for order in itertools.permutations(keys)
    )


def every_paper(sections, items):
    """By trying every choice: all full papers with what must be on them."""
    rows = rows_in(sections)
    size = sum(row.size for row in rows)
    known = {each.key for each in items}
    always = certain(sections, items) & known
    if size > 6 or size > len(items):
        return []
    return [
        set(keys) for keys in itertools.combinations(known, size) if always <= set(keys) and fills(rows, keys, items)
    ]


@settings(deadline=None, max_examples=80)
@given(banks(most=7), blueprints(), st.sets(st.sampled_from([f"Q{n}" for n in range(1, 8)])), st.integers(0, 9))
def test_a_paper_satisfies_every_row_and_is_refused_only_when_there_is_none(items, sections, had, seed):
    if sum(row.size for row in rows_in(sections)) > 6:
        return
    possible = every_paper(sections, items)
    try:
        drawn = draw_paper(sections, items, random.Random(seed), had=had, later=sections if seed % 2 else ())
    except BlueprintNotMet as refusal:
        assert possible == []
        assert refusal.lack
    else:
        assert set(drawn.keys) in possible
        assert len(set(drawn.keys)) == len(drawn.keys)
        assert drawn.repeats == len(set(drawn.keys) & had) == min(len(paper & had) for paper in possible)


@settings(deadline=None, max_examples=30)
@given(banks(), blueprints(), st.integers(0, 9))
def test_questions_on_one_case_stand_together_in_their_section(items, sections, seed):
    try:
        drawn = draw_paper(sections, items, random.Random(seed))
    except BlueprintNotMet:
        return
    by_key, start = {each.key: each for each in items}, 0
    for section in sections:
        size = sum(row.size for row in section.draws)
        cases = [by_key[key].scenario for key in drawn.keys[start : start + size]]
        assert len([case for case, _run in itertools.groupby(cases) if case]) == len({case for case in cases if case})
        start += size


@settings(deadline=None, max_examples=30)
@given(banks(), blueprints(), st.integers(0, 9))
def test_as_many_papers_follow_without_a_repeat_as_authors_are_told(items, sections, seed):
    if lack_of(sections, items):
        return
    promised = papers_without_repeats(sections, items)
    always, had = certain(sections, items), set()
    for number in range(min(promised or 0, 4)):
        drawn = draw_paper(sections, items, random.Random(seed), had=had - always, later=sections)
        assert drawn.repeats == 0, f"paper {number + 1} of {promised}"
        had |= set(drawn.keys)


def test_a_row_gives_way_where_a_greedy_choice_would_fail():
    items = [Traits(key="A", tags=("law",)), Traits(key="B")]
    for seed in range(20):
        drawn = draw_paper(of(Draw(count=1), Draw(count=1, tag="law")), items, random.Random(seed), shuffles=False)
        assert drawn.keys == ("B", "A")


def test_a_blueprint_that_cannot_be_met_says_which_row_lacks_how_many():
    items = bank(3, module="m1", difficulty=1)
    sections = of(Draw(count=2, module="m1"), Draw(count=2, difficulty=1), Draw(count=1, tag="law"))
    assert lack_of(sections, items) == Lack(
        (Shortage(2, Draw(count=2, difficulty=1), 3, 1), Shortage(3, Draw(count=1, tag="law"), 0, 1))
    )


def test_a_named_question_that_is_gone_is_named():
    assert lack_of(of(Draw(items=("Q1", "Q9"))), bank(2)).shortages == (
        Shortage(1, Draw(items=("Q1", "Q9")), 1, 1, ("Q9",)),
    )


def test_more_questions_that_must_be_right_than_a_row_takes_are_refused():
    assert lack_of(of(Draw(count=1)), bank(2, must=True)) == Lack(crowded=("Q2",))


def test_a_category_takes_along_what_stands_below_it():
    below = Traits(key="A", categories=("treaties", "law"))
    assert matches(Draw(count=1, category="law"), below)
    assert not matches(Draw(count=1, category="care"), below)


def test_authors_order_is_kept_when_nothing_is_shuffled():
    items = bank(12)
    drawn = draw_paper(of(Draw(items=("Q9", "Q2")), Draw(count=10)), items, random.Random(1), shuffles=False)
    assert drawn.keys == ("Q9", "Q2", "Q1", "Q3", "Q4", "Q5", "Q6", "Q7", "Q8", "Q10", "Q11", "Q12")


def test_a_pre_test_leaves_the_final_test_its_questions():
    """Both draw from the same four: the one that must be right in the end is not asked before."""
    items = [*bank(3), Traits(key="M", must=True)]
    final = of(Draw(count=2))
    before = [Traits(key=each.key) for each in items]
    for seed in range(20):
        drawn = draw_paper(of(Draw(count=1)), before, random.Random(seed), later=final, later_items=items)
        assert "M" not in drawn.keys
        assert draw_paper(final, items, random.Random(seed), had=drawn.keys).repeats == 0


def test_how_many_papers_a_bank_allows_counts_the_pre_test_that_shares_it():
    assert papers_without_repeats(of(Draw(count=2)), bank(7)) == 3
    assert papers_without_repeats(of(Draw(count=2)), bank(7), before=of(Draw(count=2)), before_items=bank(7)) == 2
    assert papers_without_repeats(of(Draw(items=("Q1",))), bank(7)) is None


def test_a_test_without_a_blueprint_asks_all_that_must_be_right_of_a_module():
    items = [*bank(2, module="m2", must=True), Traits(key="X", module="m1"), Traits(key="Y", module="m1")]
    assert sections_of_modules(items, 1) == (
        Section(draws=(Draw(count=1, module="m1"),)),
        Section(draws=(Draw(count=2, module="m2"),)),
    )


def test_a_position_of_a_paper_is_found_in_its_section():
    sections = (
        Section(titles={"en": "Law"}, draws=(Draw(count=2), Draw(items=("Q1",)))),
        Section(draws=(Draw(count=1),)),
    )
    assert [section_at(sections, position)[0] for position in (1, 2, 3, 4)] == [1, 1, 1, 2]
    assert section_at((), 1) is None


def test_traits_are_kept_as_they_were():
    traits = Traits(key="A", categories=("b", "a"), tags=("law",), difficulty=2)
    assert Traits(key="A", **sorting_from_json(traits.as_json())) == traits
    assert sorting_from_json(None) == {}
