"""Days as people write them, beside the ISO date."""

import datetime as dt

import pytest
from django.template import engines
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from lms.calendars import day_text, own_date
from lms.languages import KNOWN
from lms.text import ascii_digits

DAY = dt.date(2026, 11, 26)


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("th", "๒๖ พฤศจิกายน พ.ศ. ๒๕๖๙"),
        ("fa", "۵ آذر ۱۴۰۵"),
        ("prs", "۵ قوس ۱۴۰۵"),
        ("ps", "۵ لیندۍ ۱۴۰۵"),
        ("ne", "२०८३ मंसिर १०"),
        ("bn", "২৬ নভেম্বর, ২০২৬"),
        ("my", "၂၀၂၆ နိုဝင်ဘာ ၂၆"),
    ],
)
def test_a_day_is_written_in_the_calendar_and_the_digits_of_its_readers(language, written):
    assert own_date(DAY, language) == written
    assert day_text(DAY, language) == f"2026-11-26 ({written})"


@pytest.mark.parametrize(
    ("day", "language", "year"), [((2026, 3, 21), "fa", 1405), ((2026, 3, 20), "fa", 1404), ((2026, 4, 14), "ne", 2083)]
)
def test_a_new_year_begins_on_its_own_day(day, language, year):
    assert str(year) in ascii_digits(own_date(dt.date(*day), language))


def test_other_languages_have_the_iso_date_alone():
    for language in ("en", "id", "ur", "km", "ar", "lo", "xx", ""):
        assert day_text(DAY, language) == "2026-11-26"


@given(st.dates(), st.sampled_from(sorted(KNOWN)))
def test_no_day_and_no_language_stops_a_page(day, language):
    assert day_text(day, language).startswith(day.isoformat())


def test_a_page_shows_both_and_nothing_for_no_day():
    page = engines["django"].from_string("{% load languages %}<bdi>{{ a|day }}</bdi><i>{{ b|day }}</i>")
    with translation.override("th"):
        text = page.render({"a": dt.datetime(2026, 11, 26, 23, tzinfo=dt.UTC), "b": None})
    assert '<span class="nowrap" dir="ltr">2026-11-26</span> <bdi>(๒๖ พฤศจิกายน พ.ศ. ๒๕๖๙)</bdi></bdi><i></i>' in text
    with translation.override("en"):
        assert page.render({"a": DAY, "b": None}) == "<bdi>2026-11-26</bdi><i></i>"
