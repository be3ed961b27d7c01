"""Learning gain, what of it may be told, and whether two tests ask the same: all of it pure."""

import datetime as dt
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.drawing.blueprint import Traits
from assessments.effect.drawing import ways_of
from assessments.effect.gain import Sums, normalised
from assessments.effect.hiding import FEWEST, batches, month_of, share_told, told_groups
from assessments.effect.mirroring import Difference, Kind, asks, differences, mirrored
from assessments.rules import Draw, Section, TestRules

PERCENT = st.integers(0, 100).map(float)
PAIRS = st.lists(st.tuples(PERCENT, PERCENT), min_size=1, max_size=40)


def of(*pairs):
    sums = Sums()
    for before, after in pairs:
        sums.add(before, after)
    return sums.gains()


# --- gain


def test_the_gain_of_known_results():
    # Means 50 and 80: 30 of 50 points that were left. Single gains 0.8, 0.5 and 0.5: 0.6 in the mean.
    gains = of((50, 90), (40, 70), (60, 80))
    assert (gains.people, gains.before, gains.after, gains.points) == (3, 50, 80, 30)
    assert gains.of_class == pytest.approx(0.6)
    assert gains.of_people == pytest.approx((0.8 + 0.5 + 0.5) / 3)
    assert (gains.full, gains.losses) == (0, 0)


def test_who_had_all_right_before_has_no_normalised_gain_and_is_counted_apart():
    gains = of((100, 100), (100, 90), (0, 50))
    assert (gains.full, gains.losses) == (2, 1)
    assert gains.of_people == pytest.approx(0.5)
    assert gains.of_class == pytest.approx((80 - 200 / 3) / (100 - 200 / 3))
    assert of((100, 100)).of_class is None and of((100, 80)).of_people is None


def test_a_loss_counts_with_the_same_formula_and_weighs_less_in_the_gain_of_the_class():
    assert normalised(90, 45) == pytest.approx(-4.5)
    gains = of((90, 45), *[(40, 70)] * 9)
    assert gains.of_people == pytest.approx(0.0)
    assert gains.of_class == pytest.approx((67.5 - 45) / 55)


def test_nobody_has_no_gain():
    assert Sums().gains() is None


@given(PAIRS)
def test_no_gain_is_above_one_and_the_points_are_the_difference_of_the_means(pairs):
    gains = of(*pairs)
    assert gains.points == pytest.approx(gains.after - gains.before)
    assert all(each is None or each <= 1 + 1e-9 for each in (gains.of_class, gains.of_people))
    assert gains.full + gains.losses >= 0 and gains.full <= gains.people
    assert (gains.of_people is None) == (gains.full == gains.people)


@given(PAIRS)
def test_the_order_of_people_changes_nothing(pairs):
    one, other = of(*pairs), of(*reversed(pairs))
    assert (one.people, one.full, one.losses) == (other.people, other.full, other.losses)
    assert one.of_people == pytest.approx(other.of_people) if one.of_people is not None else other.of_people is None


@given(PERCENT, PERCENT, st.integers(1, 20))
def test_where_all_are_alike_both_gains_are_that_of_one(before, after, people):
    gains, one = of(*[(before, after)] * people), normalised(before, after)
    if one is None:
        assert gains.of_class is None and gains.of_people is None
    else:
        assert gains.of_class == pytest.approx(one) and gains.of_people == pytest.approx(one)


# --- what may be told


def test_a_group_that_is_small_takes_the_next_one_with_it_until_nothing_can_be_worked_out():
    assert told_groups({"a": 40, "b": 30, "c": 4}) == {"a"}
    assert told_groups({"a": 40, "b": 5, "c": 6}) == {"a"}
    assert told_groups({"a": 40, "b": 10}) == {"a", "b"}
    assert told_groups({"a": 9}) == set()


@given(st.dictionaries(st.integers(), st.integers(1, 60), max_size=8))
def test_neither_what_is_told_nor_the_rest_of_it_is_a_small_group(sizes):
    told = told_groups(sizes)
    assert all(sizes[key] >= FEWEST for key in told)
    rest = sum(size for key, size in sizes.items() if key not in told)
    assert rest == 0 or rest >= FEWEST or not told


def test_a_share_of_few_or_that_stands_for_few_is_not_told():
    assert share_told(9, 9) is None
    assert share_told(3, 40) is None and share_told(38, 40) is None
    assert (share_told(0, 40), share_told(40, 40), share_told(13, 40)) == (0, 100, 32)


def test_words_are_read_by_the_lot_and_a_lot_that_is_full_never_changes():
    months = [dt.datetime(2026, each, 1, tzinfo=dt.UTC) for each in range(1, 6)]
    counts = dict(zip(months, (3, 2, 7, 4, 0), strict=True))
    assert batches(counts) == [months[:2], [months[2]]]
    assert batches({**counts, months[4]: 1}) == [months[:2], [months[2]], months[3:]]


def test_of_a_moment_only_the_month_is_kept():
    east = dt.timezone(dt.timedelta(hours=9))
    assert month_of(dt.datetime(2026, 3, 1, 3, 0, tzinfo=east)) == dt.datetime(2026, 2, 1, tzinfo=dt.UTC)


# --- one blueprint for two tests

ITEMS = {
    "A1": Traits(key="A1", module="m1", difficulty=2),
    "A2": Traits(key="A2", module="m1", difficulty=2),
    "B1": Traits(key="B1", module="m2", difficulty=1),
}


def rules(*draws: Draw) -> TestRules:
    return TestRules(sections=(Section(titles={"en": "Law"}, draws=draws),) if draws else ())


def test_two_tests_without_a_blueprint_mirror_each_other_where_they_ask_the_same_of_each_module():
    same = asks(rules(), 2, ["m1", "m2"], {})
    assert differences(same, asks(rules(), 2, ["m1", "m2"], {})) == []
    assert differences(same, asks(rules(), 3, ["m1"], {})) == [
        Difference(Kind("m1"), 2, 3),
        Difference(Kind("m2"), 2, 0),
    ]


def test_rows_count_by_what_they_draw_however_they_are_put_together():
    one = rules(Draw(count=3, module="m1"), Draw(count=1, tag="law"))
    other = rules(Draw(count=1, module="m1"), Draw(count=1, tag="law"), Draw(count=2, module="m1"))
    assert differences(asks(one, 0, [], {}), asks(other, 0, [], {})) == []
    assert differences(asks(one, 0, [], {}), asks(rules(Draw(count=3, module="m1", difficulty=1)), 0, [], {}))


def test_a_named_question_is_mirrored_by_its_kind_because_it_never_stands_in_both():
    final = rules(Draw(items=("A1", "A2", "B1")), Draw(count=4, module="m2"))
    sections = mirrored(final, 0, [], ITEMS)
    assert sections[0].titles == {"en": "Law"}
    assert sections[0].draws == (
        Draw(count=2, module="m1", difficulty=2),
        Draw(count=1, module="m2", difficulty=1),
        Draw(count=4, module="m2"),
    )
    assert asks(TestRules(sections=sections), 0, [], ITEMS) == asks(final, 0, [], ITEMS)


@given(
    st.lists(
        st.builds(
            Draw,
            count=st.integers(1, 9),
            module=st.sampled_from(["", "m1", "m2"]),
            tag=st.sampled_from(["", "law"]),
            difficulty=st.integers(0, 3),
        ),
        max_size=6,
    ),
    st.integers(0, 4),
)
def test_a_mirrored_blueprint_differs_in_nothing(draws, per_module):
    final, modules = rules(*draws), ["m1", "m2"]
    wanted = asks(final, per_module, modules, ITEMS)
    made = TestRules(sections=mirrored(final, per_module, modules, ITEMS))
    assert differences(asks(made, 0, modules, ITEMS), wanted) == []
    assert sum(wanted.values()) == made.size or not draws
    assert isinstance(wanted, Counter)


# --- the picture


def test_the_picture_stands_still_in_its_frame_and_numbers_that_are_near_do_not_cover_each_other():
    ways = ways_of([("C1", 40, 85), ("C2", 70, 72), ("C3", 0, 100)])
    assert all(0 <= way.x_before <= ways.width and 0 <= way.x_after <= ways.width for way in ways.rows)
    assert all(way.y < ways.foot < ways.height for way in ways.rows)
    far, near, _whole = ways.rows
    assert far.below == far.above and near.below != near.above
