"""The words of the interface: every language has them all, with the same placeholders, compiled as they stand."""

import re
import sys
import unicodedata
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation
from django.utils.translation import get_language_info

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "script"))
import catalogues

OTHERS = catalogues.languages()


@pytest.fixture(scope="module")
def words():
    return catalogues.extracted()


def test_words_are_found_in_code_and_in_templates(words):
    assert words.get("Your role does not include this page.") is not None
    assert words.get("Skip to the content") is not None
    assert words.get(("%(n)s question has no answer", "%(n)s questions have no answer")) is not None
    assert words.get("Needed: %(mark)s %%, and every question that must be right.") is not None


def test_no_word_hides_behind_a_name_that_the_search_does_not_know():
    rooms = (path for room in catalogues.ROOMS for path in (catalogues.ROOT / room).rglob("*.py"))
    hidden = {path.as_posix() for path in rooms if re.search(r"\bn?p?gettext\w* as (?!_\b)", path.read_text())}
    assert hidden == set(), "call gettext by its own name, or as _"


@pytest.mark.parametrize("language", OTHERS)
def test_every_word_is_translated_with_the_same_placeholders(language, words):
    assert catalogues.lacking(language, words) == [], "run script/messages, then fill in locale/"


@pytest.mark.parametrize("language", OTHERS)
def test_the_compiled_catalogue_is_that_of_the_text(language):
    path = catalogues.catalogue_file(language).with_suffix(".mo")
    assert path.read_bytes() == catalogues.compiled(language), "run script/messages"


@pytest.mark.parametrize("language", OTHERS)
def test_no_catalogue_holds_words_that_are_gone(language, words):
    gone = [word.id for word in catalogues.read(language) if word.id and words.get(word.id, word.context) is None]
    assert gone == [], "run script/messages"


@pytest.mark.parametrize("language", OTHERS)
def test_texts_are_composed_and_hold_no_invisible_marks_of_direction(language):
    for word in catalogues.read(language):
        for text in [word.string] if isinstance(word.string, str) else word.string:
            assert text == unicodedata.normalize("NFC", text), word.id
            assert not re.search("[\u200e\u200f\u202a-\u202e\u2066-\u2069]", text), word.id


def test_urdu_is_written_in_urdu_letters():
    """Arabic kaf, yeh and heh look right in some fonts and are found by no search."""
    for word in catalogues.read("ur"):
        for text in [word.string] if isinstance(word.string, str) else word.string:
            assert not re.search("[\u0643\u064a\u0649\u0647]", text), word.id


def test_a_lacking_word_and_a_lost_placeholder_are_found(words, monkeypatch):
    """The check itself can fail."""
    broken = catalogues.read("id")
    broken.get("Skip to the content").string = ""
    broken.get("%(hours)s hours").string = "jam"
    monkeypatch.setattr(catalogues, "read", lambda language: broken)
    problems = catalogues.lacking("id", words)
    assert len(problems) == 2
    assert "not translated: 'Skip to the content'" in problems[1] or "not translated" in problems[0]


def test_each_language_of_the_site_is_one_that_django_knows_with_its_direction():
    for code, _name in settings.LANGUAGES:
        info = get_language_info(code)
        with translation.override(code):
            assert translation.get_language_bidi() == info["bidi"]
    assert get_language_info("ur")["bidi"] and not get_language_info("id")["bidi"]
