"""The words of the interface: none is broken in any language, and Indonesian and Urdu have them all."""

import datetime as dt
import re
import sys
import unicodedata
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation
from django.utils.translation import get_language_info

from lms.catalogues import DRAFT, REVIEWED, counts_of, table

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


@pytest.mark.parametrize("language", catalogues.COMPLETE)
def test_every_word_is_translated(language, words):
    assert catalogues.lacking(language, words) == [], "run script/messages, then fill in locale/"


@pytest.mark.parametrize("language", OTHERS)
def test_no_word_is_broken(language):
    """Placeholders, tags and plural forms, in every language that has a catalogue, complete or not."""
    assert catalogues.broken(language) == []


def test_every_catalogue_has_a_line_that_says_who_answers_for_it():
    lines = table()
    assert set(OTHERS) - set(lines) == set(), "add the language to locale/catalogues.toml, as a draft"
    for language, line in lines.items():
        assert line["state"] in (DRAFT, REVIEWED), language
        assert set(line) <= {"state", "by", "on"}, language
        if line["state"] == REVIEWED:
            assert line.get("by") and isinstance(line.get("on"), dt.date), f"{language}: who says so, and when?"


@pytest.mark.parametrize("language", OTHERS)
def test_the_figures_of_the_board_are_those_of_the_catalogue(language):
    known = [word for word in catalogues.read(language) if word.id]
    counts = counts_of(language)
    assert counts.total == len(known)
    texts = [[word.string] if isinstance(word.string, str) else word.string for word in known]
    assert counts.translated + counts.unsure == sum(all(each) for each in texts)
    assert counts.unsure == sum(word.fuzzy for word in known)


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


def test_a_lacking_word_is_found(words, monkeypatch):
    """The check itself can fail."""
    poor = catalogues.read("id")
    before = catalogues.lacking("id", words)
    poor.get("Skip to the content").string = ""
    monkeypatch.setattr(catalogues, "read", lambda language: poor)
    assert set(catalogues.lacking("id", words)) - set(before) == {"id: not translated: 'Skip to the content'"}
    assert catalogues.broken("id") == [], "what is missing is not broken"


@pytest.mark.parametrize(
    ("word", "text", "problem"),
    [
        ("%(hours)s hours", "jam", "other placeholders"),
        ("%(hours)s hours", "%(jam)s jam", "other placeholders"),
        ("%(hours)s hours", "%(hours)s jam 100 % y", "a stray % sign"),
        ("Submitted by <bdi>%(who)s</bdi>", "Dikirim oleh <b>%(who)s</b>", "other tags"),
        ("Submitted by <bdi>%(who)s</bdi>", "Dikirim oleh <bdi>%(who)s", "other tags"),
    ],
)
def test_a_broken_word_is_found(word, text, problem, monkeypatch):
    spoilt = catalogues.read("id")
    spoilt.get(word).string = text
    monkeypatch.setattr(catalogues, "read", lambda language: spoilt)
    assert catalogues.broken("id") == [f"id: {problem}: {word!r}"]


def test_a_plural_with_too_few_forms_and_one_with_an_empty_form_are_found(tmp_path, settings):
    settings.LOCALE_PATHS = [tmp_path]
    path = tmp_path / "xx" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text(
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Plural-Forms: nplurals=3; plural=(n > 1 ? 2 : n);\\n"\n\n'
        'msgid "%(n)s day"\nmsgid_plural "%(n)s days"\nmsgstr[0] "a"\nmsgstr[1] "b"\n\n'
        'msgid "%(n)s week"\nmsgid_plural "%(n)s weeks"\nmsgstr[0] "a"\nmsgstr[1] ""\nmsgstr[2] "c"\n\n'
        'msgid "%(n)s year"\nmsgid_plural "%(n)s years"\nmsgstr[0] ""\nmsgstr[1] ""\nmsgstr[2] ""\n',
        encoding="utf-8",
    )
    assert catalogues.languages() == ["xx"]
    problems = catalogues.broken("xx")
    assert "xx: a form of the plural is missing: '%(n)s week'" in problems
    assert 'xx: 2 forms of the plural, not 3: "%(n)s day"' in problems
    assert not [each for each in problems if "year" in each], "one that is not translated is missing, not broken"


def test_each_language_of_the_site_is_one_that_django_knows_with_its_direction():
    for code, _name in settings.LANGUAGES:
        info = get_language_info(code)
        with translation.override(code):
            assert translation.get_language_bidi() == info["bidi"]
    assert get_language_info("ur")["bidi"] and not get_language_info("id")["bidi"]
