"""How often a test may be taken: three times, a day's pause after the second, and anew when it is opened again."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.exams.allowance import Allowance, Sat, allowance_of
from assessments.exams.places import NotARange, is_inside, read_ranges
from assessments.rules import TestRules, usual_rules
from learning.manifest import DELTA, FINAL, PRETEST

START = dt.datetime(2026, 3, 1, 8, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
USUAL = usual_rules(FINAL)


def at(hours: float) -> dt.datetime:
    return START + hours * HOUR


def sat(*hours: float) -> list[Sat]:
    """Attempts that were begun at these hours and handed in half an hour later."""
    return [Sat(at(each), at(each + 0.5)) for each in hours]


def test_the_first_two_attempts_may_follow_each_other_at_once():
    assert allowance_of(USUAL, [], [], at(0)) == Allowance(0, 3)
    assert allowance_of(USUAL, sat(0), [], at(0.5)).may_start


def test_after_the_second_a_day_passes_from_its_end_to_the_minute():
    two = sat(0, 1)
    waiting = allowance_of(USUAL, two, [], at(2))
    assert not waiting.may_start and not waiting.is_used_up and waiting.from_at == at(25.5)
    assert not allowance_of(USUAL, two, [], at(25.5) - dt.timedelta(seconds=1)).may_start
    assert allowance_of(USUAL, two, [], at(25.5)).may_start


def test_after_the_third_none_is_left_however_long_one_waits():
    used_up = allowance_of(USUAL, sat(0, 1, 30), [], at(10_000))
    assert used_up.is_used_up and not used_up.may_start and used_up.from_at is None


def test_an_attempt_that_was_left_open_counts():
    assert allowance_of(USUAL, [*sat(0), Sat(at(1), None)], [], at(2)).left == 1


def test_counting_begins_anew_with_the_last_reopening_and_it_ends_a_pause():
    assert allowance_of(USUAL, sat(0, 1), [at(2)], at(2)) == Allowance(0, 3, is_reopened=True)
    assert allowance_of(USUAL, sat(0, 1, 30), [at(31)], at(31)).left == 3
    assert allowance_of(USUAL, sat(0, 1, 30, 32), [at(31)], at(40)) == Allowance(1, 2)
    assert allowance_of(USUAL, sat(0, 1, 30, 32), [at(31), at(35)], at(40)).left == 3


def test_the_pre_test_is_taken_once_and_the_refresher_like_the_final_test():
    assert allowance_of(usual_rules(PRETEST), sat(0), [], at(1)).is_used_up
    assert usual_rules(DELTA).attempts == 3 and usual_rules(DELTA).pause_hours == 24


def test_a_test_without_a_limit_may_be_taken_for_ever_with_its_pauses():
    rules = TestRules(attempts=0, pause_after=1, pause_hours=2)
    assert allowance_of(rules, sat(0, 4, 8), [], at(20)) == Allowance(3, None)
    assert allowance_of(rules, sat(0, 4, 8), [], at(9)).from_at == at(10.5)


some_rules = st.builds(
    TestRules, attempts=st.integers(0, 5), pause_after=st.integers(0, 4), pause_hours=st.integers(0, 48)
)
#: What happens hour by hour: somebody tries to begin, or a coordinator opens the test again.
histories = st.lists(st.tuples(st.integers(1, 30), st.sampled_from(["begin", "begin", "begin", "reopen"])), max_size=25)


@given(some_rules, histories)
def test_never_more_is_begun_than_allowed_between_reopenings_and_every_pause_is_kept(rules, history):
    now, attempts, reopened, since = START, [], [], []
    for hours, what in history:
        now += hours * HOUR
        if what == "reopen":
            reopened.append(now)
            since = []
        elif allowance_of(rules, attempts, reopened, now).may_start:
            if rules.pause_after and len(since) >= rules.pause_after:
                assert now - since[-1].ended_at >= dt.timedelta(hours=rules.pause_hours)
            attempts.append(Sat(now, now + HOUR / 2))
            since.append(attempts[-1])
        assert not rules.attempts or len(since) <= rules.attempts


@given(some_rules, histories, st.integers(0, 100), st.integers(0, 100))
def test_who_may_begin_now_may_begin_later_too(rules, history, hours, more):
    now, attempts, reopened = START, [], []
    for step, what in history:
        now += step * HOUR
        if what == "reopen":
            reopened.append(now)
        else:
            attempts.append(Sat(now, now + HOUR / 2))
    soon = allowance_of(rules, attempts, reopened, now + hours * HOUR)
    late = allowance_of(rules, attempts, reopened, now + (hours + more) * HOUR)
    assert late.may_start or not soon.may_start
    assert (late.used, late.left) == (soon.used, soon.left)
    if soon.from_at is not None:
        assert allowance_of(rules, attempts, reopened, soon.from_at).may_start


@given(some_rules, histories, st.randoms())
def test_the_order_in_which_attempts_are_read_decides_nothing(rules, history, random):
    now, attempts, reopened = START, [], []
    for step, what in history:
        now += step * HOUR
        (reopened if what == "reopen" else attempts).append(now)
    rows = [Sat(each, each + HOUR / 2) for each in attempts]
    expected = allowance_of(rules, rows, reopened, now)
    random.shuffle(rows)
    random.shuffle(reopened)
    assert allowance_of(rules, rows, reopened, now) == expected


# --- places


def test_ranges_are_read_as_they_are_typed_and_kept_in_their_usual_form():
    assert read_ranges(" 192.0.2.7/24, 2001:DB8::1/32\n198.51.100.9 ") == [
        "192.0.2.0/24",
        "2001:db8::/32",
        "198.51.100.9/32",
    ]
    assert read_ranges("") == []
    assert read_ranges("192.0.2.0/24 192.0.2.0/24") == ["192.0.2.0/24"]


@pytest.mark.parametrize("text", ["192.0.2.0/33", "the library", "192.0.2", "::/129", "1.2.3.4/24/8"])
def test_what_is_no_range_is_refused_by_name(text):
    with pytest.raises(NotARange):
        read_ranges(text)


def test_more_ranges_than_a_place_can_have_are_refused():
    with pytest.raises(NotARange):
        read_ranges(" ".join(f"192.0.2.{each}" for each in range(21)))


def test_an_address_is_inside_or_not_in_either_family():
    ranges = ["192.0.2.0/24", "2001:db8::/32"]
    assert is_inside("192.0.2.200", ranges) and is_inside("2001:db8:9::1", ranges)
    assert is_inside("::ffff:192.0.2.200", ranges), "an IPv4 visitor of a server that listens on IPv6"
    assert is_inside("fe80::1%eth0", ["fe80::/10"])
    assert not is_inside("192.0.3.1", ranges) and not is_inside("2001:db9::1", ranges)
    assert not is_inside("", ranges) and not is_inside("unknown", ranges)
    assert is_inside("", []) and is_inside("203.0.113.1", [])
