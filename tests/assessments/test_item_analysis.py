"""Figures of questions: they agree with independent programs and published examples, and keep their laws."""

import datetime as dt
import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.statistics import dif, hiding, items, minimums, options, reliability, times
from assessments.statistics.figures import Share, TestFigures
from assessments.statistics.gathering import About, Answer, Gathering
from tests.assessments import known_answers as known

ROWS = [[int(each) for each in row] for row in known.ENGLISH + known.INDONESIAN]
NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


def strata(place: int) -> list[dif.Stratum]:
    """The answers to one question of the known data, by tenths of the total."""
    cells = [[0, 0, 0, 0] for _band in range(dif.BANDS)]
    for group, rows in ((0, known.ENGLISH), (2, known.INDONESIAN)):
        for row in rows:
            band = dif.band_of(sum(map(int, row)) / len(row))
            cells[band][group + (row[place] == "0")] += 1
    return [dif.Stratum(*each) for each in cells]


# --- independent programs and published examples


@pytest.mark.parametrize("place", range(8))
def test_facility_and_discrimination_are_those_of_scipy(place):
    assert items.facility(sum(row[place] for row in ROWS), len(ROWS)) == pytest.approx(known.FACILITY[place], abs=1e-6)
    pairs = items.pairs_of((row[place], (sum(row) - row[place]) / 7) for row in ROWS)
    assert items.discrimination(pairs) == pytest.approx(known.ITEM_REST[place], abs=1e-6)


def test_kr20_is_the_alpha_of_pingouin():
    sums = reliability.SameItems([1] * 8)
    for row in ROWS:
        sums.add(row)
    found = reliability.of_same_items(sums)
    assert found.method == reliability.KR20
    assert found.value == pytest.approx(known.ALPHA, abs=1e-9)
    assert found.error == pytest.approx(known.ALPHA_ERROR, abs=1e-9)


def test_kr20_is_that_of_a_published_example():
    sums = reliability.SameItems([1] * 10)
    for row in known.WUENSCH.split():
        sums.add([int(each) for each in row])
    assert reliability.alpha(sums).value == pytest.approx(known.WUENSCH_KR20, abs=1e-9)


@pytest.mark.parametrize("questions", [2, 7, 10, 27, 31])
def test_questions_that_go_together_entirely_have_a_reliability_of_one(questions):
    sums = reliability.SameItems([1] * questions)
    for number in range(60):
        sums.add([float(number % 3 == 0)] * questions)
    found = reliability.of_same_items(sums)
    assert found.value == pytest.approx(1) and found.value <= 1
    assert found.error == pytest.approx(0, abs=1e-6)


def test_the_reliability_of_drawn_papers_is_the_icc_of_pingouin():
    sums = reliability.DrawnPapers(8)
    for row in ROWS:
        sums.add(row)
    found = reliability.of_drawn_papers(sums)
    assert found.method == reliability.DRAWN
    assert found.value == pytest.approx(known.ICC_1K, abs=1e-6)
    assert found.error == pytest.approx(known.DRAWN_ERROR, abs=1e-9)


@pytest.mark.parametrize("place", range(8))
def test_dif_is_that_of_statsmodels(place):
    found = dif.mantel_haenszel(strata(place))
    expected = known.DIF[place]
    assert (found.odds_ratio, found.delta, found.error) == pytest.approx(expected[:3], abs=1e-6)
    assert found.chi_square == pytest.approx(expected[3], abs=1e-6)
    assert found.p == pytest.approx(expected[4], abs=1e-9)
    assert found.klass == known.CLASSES[place]
    assert (found.reference, found.focal) == (116, 120)


def test_dif_is_that_of_a_published_example():
    found = dif.mantel_haenszel(dif.Stratum(*each) for each in known.BERKELEY)
    assert found.odds_ratio == pytest.approx(known.BERKELEY_ODDS, abs=1e-6)
    assert found.chi_square == pytest.approx(known.BERKELEY_CHI_SQUARE, abs=1e-4)
    assert found.p == pytest.approx(known.BERKELEY_P, abs=1e-4)


def test_the_whole_data_gives_the_same_figures_in_one_pass():
    """The fourth question is harder in Indonesian, and the seventh looks the wrong way."""
    about = {place: About(str(place), 1, "single", {"options": ["a", "b"]}, (["a"],)) for place in range(8)}
    shares = [sum(row) / 8 for row in ROWS]
    gathering = Gathering(about, options.cut_of(shares), "en")
    languages = ["en"] * len(known.ENGLISH) + ["id"] * len(known.INDONESIAN)
    for row, share, language in zip(ROWS, shares, languages, strict=True):
        paper = [
            Answer(place, float(score), language, '["a"]' if score else '["b"]') for place, score in enumerate(row)
        ]
        gathering.add(share, NOON, paper)
    figures = gathering.figures(shares, (240, 100), {"en": (120, 60), "id": (120, 40)}, is_graded=True)
    assert [each.discrimination for each in figures.items] == pytest.approx(known.ITEM_REST, abs=1e-6)
    assert figures.reliability is not None and figures.reliability.value == pytest.approx(known.ALPHA, abs=1e-9)
    found = [each.languages["id"].dif for each in figures.items]
    assert [each.delta for each in found if each] == pytest.approx([each[1] for each in known.DIF], abs=1e-6)
    assert figures.items[3].signs[0] == "dif_large" and figures.items[3].suspects == ["id"]
    assert "low" in figures.items[6].signs
    assert figures.passed == Share(240, 100 / 240) and figures.passes["id"].value == pytest.approx(1 / 3)
    table = figures.items[0].options
    assert table is not None and sum(table.people) == 240
    assert TestFigures.from_json(figures.as_json()) == figures


def test_a_negative_discrimination_comes_first():
    about = {0: About("a", 1, "shorttext", {}, ()), 1: About("b", 1, "shorttext", {}, ())}
    gathering = Gathering(about, None, "en")
    shares = []
    for number in range(60):
        good = number % 2
        paper = [Answer(0, float(good), "en"), Answer(1, float(not good or number % 10 == 1), "en")]
        shares.append(sum(each.score or 0 for each in paper) / 2)
        gathering.add(shares[-1], NOON, paper)
    figures = gathering.figures(shares, (0, 0), {}, is_graded=False)
    assert figures.items[0].signs[0] == "negative"
    assert figures.passed is None and figures.passes == {}


# --- laws

scores = st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0]), min_size=10, max_size=80)
counts = st.integers(min_value=0, max_value=60)
tables = st.lists(st.builds(dif.Stratum, counts, counts, counts, counts), min_size=1, max_size=8)


@given(scores)
def test_a_facility_lies_between_nothing_and_all(values):
    assert 0 <= items.facility(sum(values), len(values)) <= 1


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=30, max_size=80))
def test_a_discrimination_lies_between_minus_one_and_one(values):
    try:
        assert -1 <= items.discrimination(items.pairs_of(values)) <= 1
    except items.NoSpread:
        assert len({round(x, 4) for x, _y in values}) == 1 or len({round(y, 4) for _x, y in values}) == 1


@given(tables)
def test_dif_changes_its_sign_when_the_groups_are_swapped(strata):
    try:
        one = dif.compare(strata)
        other = dif.compare([each.swapped() for each in strata])
    except dif.CannotCompare:
        return
    assert one.delta == pytest.approx(-other.delta, abs=1e-9)
    assert (one.error, one.chi_square) == pytest.approx((other.error, other.chi_square), abs=1e-6)
    assert one.klass == other.klass


@given(tables)
def test_the_standard_error_is_that_of_phillips_and_holland_too(strata):
    """Var ln alpha = Σ (R w + α W r)(R + w + α (W + r)) / T² ÷ 2 (Σ R w / T)²."""
    try:
        found = dif.compare(strata)
    except dif.CannotCompare:
        return
    alpha, numerator, whole = found.odds_ratio, 0.0, 0.0
    for each in strata:
        if each.is_comparison:
            a, b, c, d, n = each.right, each.wrong, each.focal_right, each.focal_wrong, each.total
            numerator += (a * d + alpha * b * c) * (a + d + alpha * (b + c)) / n**2
            whole += a * d / n
    assert found.error == pytest.approx(2.35 * math.sqrt(numerator / (2 * whole**2)), rel=1e-9)


papers = st.lists(st.lists(st.sampled_from([0.0, 0.5, 1.0]), min_size=4, max_size=4), min_size=50, max_size=90)


@given(papers, st.integers(2, 9))
def test_alpha_does_not_change_when_all_points_are_multiplied(rows, by):
    one, many = reliability.SameItems([1, 2, 1, 3]), reliability.SameItems([by, 2 * by, by, 3 * by])
    for row in rows:
        one.add(row)
        many.add(row)
    try:
        first = reliability.of_same_items(one)
    except items.NoSpread:
        return
    second = reliability.of_same_items(many)
    assert (first.value, first.error) == pytest.approx((second.value, second.error), rel=1e-6)
    assert first.value <= 1 + 1e-9 and first.method == reliability.ALPHA


def test_drawn_papers_of_right_and_wrong_have_about_the_kr21_of_their_totals():
    """KR-21 takes the variance of all papers, the analysis of variance that of a sample; with many they are one."""
    sums, totals = reliability.DrawnPapers(8), []
    for row in ROWS * 20:
        sums.add(row)
        totals.append(sum(row))
    mean = sum(totals) / len(totals)
    variance = sum((each - mean) ** 2 for each in totals) / len(totals)
    kr21 = 8 / 7 * (1 - mean * (8 - mean) / (8 * variance))
    assert reliability.of_drawn_papers(sums).value == pytest.approx(kr21, abs=1e-3)


@given(st.lists(st.lists(st.integers(0, 30), min_size=3, max_size=3), min_size=1, max_size=6))
def test_no_small_count_of_a_table_can_be_worked_out_from_the_others(rows):
    told = hiding.hidden_in(rows)
    whole = [[*row, sum(row)] for row in rows]
    whole.append([sum(column) for column in zip(*whole, strict=True)])
    for told_row, row in zip(told, whole, strict=True):
        assert all(not 0 < count < 5 or shown is None for shown, count in zip(told_row, row, strict=True))
    lines = [
        *zip(told, whole, strict=True),
        *zip(zip(*told, strict=True), zip(*whole, strict=True), strict=True),
    ]
    for shown, real in lines:
        hidden = [count for cell, count in zip(shown[:-1], real[:-1], strict=True) if cell is None]
        if shown[-1] is None:
            assert hidden, "a hidden sum of what is all told is no secret"
        elif hidden:
            assert len(hidden) > 1 and sum(hidden) >= 5


orders = st.lists(st.tuples(st.integers(0, 2), st.permutations(range(4)) | st.none()), min_size=1, max_size=60)


@given(orders)
def test_no_small_count_of_an_ordering_can_be_worked_out_from_another_step(given_):
    """Everybody who answers gives every number once, so the steps are one table of three dimensions."""
    tables = [[[0, 0, 0] for _row in range(5)] for _step in range(4)]
    for group, order in given_:
        for step in range(4):
            tables[step][4 if order is None else order[step]][group] += 1
    told, people = hiding.hidden_together(tables, [[0, 1, 2, 3]])
    whole = [sum(column) for column in zip(*tables[0], strict=True)]
    real = [[[*row, sum(row)] for row in table] for table in tables]
    assert len({tuple(table[4]) for table in told}) == 1, "no answer is none to all steps"
    for shown, count in zip(people, [*whole, sum(whole)], strict=True):
        assert shown in (None, count) and (shown is None or not 0 < count < 5)

    def is_secret(cells, total) -> None:
        unknown = [count for shown, count in cells if shown is None]
        assert all(shown is None for shown, count in cells if 0 < count < 5)
        if total is not None and total >= 5:
            assert not unknown or (len(unknown) > 1 and sum(unknown) >= 5)

    for group in range(4):
        silent = told[0][4][group]
        answered = None if silent is None or people[group] is None else people[group] - silent
        for row in range(4):
            is_secret([(told[step][row][group], real[step][row][group]) for step in range(4)], answered)
        for step in range(4):
            is_secret([(told[step][row][group], real[step][row][group]) for row in range(5)], people[group])
    for step in range(4):
        for row in range(5):
            is_secret(list(zip(told[step][row][:3], real[step][row][:3], strict=True)), told[step][row][3])


@given(st.lists(st.lists(st.integers(0, 30), min_size=3, max_size=3), min_size=1, max_size=6))
def test_where_several_may_be_chosen_those_who_did_not_are_no_small_count_either(rows):
    people = [max(column) + 2 for column in zip(*rows, strict=True)]
    for told_row, row in zip(hiding.hidden_beside(rows, people), rows, strict=True):
        for shown, count, of in zip(told_row, row, people, strict=False):
            assert shown is None or not (0 < count < 5 or 0 < of - count < 5)


@given(st.integers(10, 400), st.data())
def test_a_share_never_gives_a_small_count_away(n, data):
    right = data.draw(st.integers(0, n))
    shown = Share(n, right / n).percent
    if 0 < right < 5:
        assert shown.startswith("<")
    elif 0 < n - right < 5:
        assert shown.startswith(">")
    else:
        assert shown == f"{round(100 * right / n)} %"


# --- small numbers are refused


def test_one_answer_is_refused_everywhere():
    with pytest.raises(minimums.TooFew, match="at least 10"):
        items.facility(1, 1)
    with pytest.raises(minimums.TooFew):
        items.discrimination(items.pairs_of([(1, 1)]))
    with pytest.raises(minimums.TooFew):
        reliability.of_same_items(reliability.SameItems([1], n=1))
    with pytest.raises(minimums.TooFew):
        reliability.of_drawn_papers(reliability.DrawnPapers(1, n=1))
    with pytest.raises(minimums.TooFew):
        dif.mantel_haenszel([dif.Stratum(1, 0, 0, 1)])
    with pytest.raises(minimums.TooFew):
        options.choice_table([{'["a"]': 1}, {}, {}], {"options": ["a"]}, (["a"],), is_exclusive=True)
    with pytest.raises(minimums.TooFew):
        times.quartiles(Counter([3]))


def test_an_analysis_of_one_paper_refuses_every_figure_and_says_why():
    about = {0: About("a", 1, "single", {"options": ["a", "b"]}, (["a"],))}
    gathering = Gathering(about, options.cut_of([1.0]), "en")
    gathering.add(1.0, NOON, [Answer(0, 1.0, "en", '["a"]')])
    figures = gathering.figures([1.0], (1, 1), {"en": (1, 1)}, is_graded=True)
    one = figures.items[0]
    assert (figures.mean, figures.distribution, figures.reliability, figures.refused) == (None, (), None, "few")
    assert one.facility.percent == "" and one.discrimination is None and one.refused == "few"
    assert one.options is None and one.times is None and one.signs == []
    assert figures.passed is not None and figures.passed.percent == ""


def test_49_in_one_language_are_too_few_however_many_there_are_in_the_other():
    with pytest.raises(minimums.TooFew, match="at least 50"):
        dif.mantel_haenszel([dif.Stratum(500, 500, 25, 24)])


def test_people_without_a_match_in_the_other_language_are_not_counted():
    with pytest.raises(minimums.TooFew):
        dif.mantel_haenszel([dif.Stratum(500, 500, 0, 0), dif.Stratum(5, 5, 500, 500)])


def test_everybody_right_in_one_language_cannot_be_compared():
    with pytest.raises(dif.CannotCompare):
        dif.mantel_haenszel([dif.Stratum(50, 20, 60, 0)])


def test_papers_that_differ_have_no_reliability():
    about = {
        place: About(str(place), 1, "single", {"options": ["a"]}, (["a"],), points=1 + place) for place in range(3)
    }
    gathering = Gathering(about, None, "en")
    for number in range(90):
        gathering.add(
            0.5, NOON, [Answer(each, float(number % 2), "en") for each in ((0, 1), (1, 2), (0, 2))[number % 3]]
        )
    assert gathering.figures([0.5] * 90, (0, 0), {}, is_graded=False).refused == "mixed"


@pytest.mark.parametrize(
    ("delta", "error", "klass"),
    [
        (0.99, 0.01, "A"),
        (2.5, 1.5, "A"),
        (-1.2, 0.4, "B"),
        (-1.6, 0.5, "B"),
        (-1.6, 0.3, "C"),
        (1.4, 0.1, "B"),
    ],
)
def test_classes_are_those_of_the_educational_testing_service(delta, error, klass):
    assert dif.class_of(delta, error) == dif.class_of(-delta, error) == klass
