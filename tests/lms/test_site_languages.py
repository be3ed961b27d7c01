"""Which languages a site offers, those among them that Django does not know, and where a browser is led."""

import sys
from pathlib import Path

import pytest
import wagtail
from babel import Locale
from babel.messages.pofile import read_po
from django.conf import settings as project
from django.conf.locale import LANG_INFO
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language_info, gettext, ngettext
from wagtail.admin.localization import WAGTAILADMIN_PROVIDED_LANGUAGES

from lms.languages import COMPLETE, KNOWN, OTHER_CODES, admin_languages, nearest, offered
from tests.lms.test_pages import run_manage

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "script"))
import catalogues

#: Of the languages of the members, those that Django has no word of.
OURS = ("lo", "si", "ps", "prs", "fil", "tet", "dv", "dz")


@pytest.fixture
def many(settings):
    settings.LANGUAGES = offered([*COMPLETE, *OURS, "fa", "ms", "th", "my", "zh-hans"])
    return settings.LANGUAGES


def test_a_site_offers_the_complete_ones_unless_it_is_told_otherwise():
    assert [code for code, _name in project.LANGUAGES] == ["en", "id", "ur", "km", "ar"]


def test_a_site_offers_what_it_is_told_in_that_order_and_once():
    assert [code for code, _name in offered(["en", " UR", "zh_Hans", "ur"])] == ["en", "ur", "zh-hans"]


def test_an_unknown_language_stops_the_start_with_one_plain_line(tmp_path):
    done = run_manage("check", SULUH_DEMO="1", SITE_LANGUAGES="en,xx", DATA_DIR=str(tmp_path))
    assert done.returncode == 1 and done.stderr.startswith("Suluh cannot start: SITE_LANGUAGES names xx,")
    assert "Known: ar, bn," in done.stderr and "Traceback" not in done.stderr


def test_a_site_without_english_is_refused():
    with pytest.raises(ValueError, match="lacks en"):
        offered(["id", "ur"])


@pytest.mark.parametrize("code", KNOWN)
def test_every_known_language_has_a_name_in_its_own_script_and_its_direction(code):
    info = get_language_info(code)
    assert info["name_local"] and info["bidi"] == KNOWN[code].is_rtl
    with translation.override(code):
        assert translation.get_language_bidi() == KNOWN[code].is_rtl
    cldr = KNOWN[code].cldr or translation.to_locale(code)
    if code != "tet":  # CLDR does not know it
        assert Locale.parse(cldr).text_direction == ("rtl" if KNOWN[code].is_rtl else "ltr")
    if code not in ("en", "id", "ms", "vi", "fr", "pt", "tr", "fil", "tet"):
        assert not any(letter.isascii() and letter.isalpha() for letter in info["name_local"])


@pytest.mark.parametrize("code", KNOWN)
def test_every_known_language_can_be_switched_on_without_being_led_away(client, db, settings, code):
    settings.LANGUAGES = offered(list(dict.fromkeys(["en", code])))
    answer = client.get(f"/{code}/courses/")
    assert answer.status_code == 200
    direction = "rtl" if KNOWN[code].is_rtl else "ltr"
    assert f'<html lang="{code}" dir="{direction}">' in answer.content.decode()


@pytest.mark.parametrize(
    ("spoken", "led_to"),
    [
        ("fil", "fil"),
        ("fil-PH,en;q=0.8", "fil"),
        ("tl", "fil"),
        ("prs", "prs"),
        ("prs-AF", "prs"),
        ("fa-AF,en;q=0.5", "prs"),
        ("fa-IR", "fa"),
        ("ms-MY", "ms"),
        ("zh-CN", "zh-hans"),
        ("in", "id"),
        ("lo-LA", "lo"),
        ("ps-AF", "ps"),
        ("si-LK", "si"),
        ("dv-MV", "dv"),
        ("dz-BT", "dz"),
        ("tet-TL", "tet"),
    ],
)
def test_a_browser_is_led_to_its_language(client, db, many, spoken, led_to):
    assert client.get("/", headers={"accept-language": spoken}).url == f"/{led_to}/"


@pytest.mark.parametrize(
    ("there", "spoken", "led_to"), [("fa", "prs", "fa"), ("fa", "fa-AF", "fa"), ("prs", "fa", "prs")]
)
def test_persian_and_dari_stand_in_for_each_other(client, db, settings, there, spoken, led_to):
    settings.LANGUAGES = offered(["en", there])
    assert client.get("/", headers={"accept-language": f"{spoken},en;q=0.1"}).url == f"/{led_to}/"


def test_a_language_that_the_site_ceased_to_offer_is_read_in_the_nearest_or_in_english():
    assert nearest("ur", ["en", "ur"]) == "ur"
    assert nearest("prs", ["en", "fa"]) == "fa"
    assert nearest("fa-AF", ["en", "fa", "prs"]) == "prs"
    assert nearest("in", ["en", "id"]) == "id"
    assert nearest("zh-Hant-HK", ["en", "zh-hant"]) == "zh-hant"
    assert nearest("ms", ["en", "id"]) == "en", "the words of the law differ between the two"
    assert nearest("", ["en"]) == nearest("xx", ["en"]) == "en"


def test_a_language_nobody_translated_yet_reads_english_with_a_plural_that_works(many):
    for code in OURS:
        with translation.override(code):
            assert gettext("Skip to the content")
            assert [ngettext("%(n)s day", "%(n)s days", n) % {"n": n} for n in (1, 2)][1].startswith("2")


def test_the_switcher_names_each_language_in_its_own_words_with_its_direction(db, client, many):
    page = client.get(reverse("certificates:verify")).content.decode()
    for code in ("prs", "lo", "dz", "en"):
        info = get_language_info(code)
        direction = "rtl" if info["bidi"] else "ltr"
        assert f'hreflang="{code}" lang="{code}" dir="{direction}"' in page and info["name_local"] in page


def test_other_codes_are_of_languages_that_are_known():
    assert set(OTHER_CODES.values()) <= set(KNOWN)
    assert not set(OTHER_CODES) & set(KNOWN)
    assert all(LANG_INFO[code]["fallback"] for code in OTHER_CODES)


def test_the_authors_side_offers_the_languages_that_wagtail_has_whole():
    """The others would be a patchwork there; they read it in English, and our own desks in their language."""
    whole = {"pt-pt": "pt", "id-id": "id"}
    theirs = {whole.get(code, code) for code, _name in WAGTAILADMIN_PROVIDED_LANGUAGES} | {"en"}
    ours = {code for code, _name in admin_languages([(code, "") for code in KNOWN])}
    assert ours == theirs & set(KNOWN)


def test_wagtails_indonesian_is_read_by_whoever_reads_indonesian_and_ours_goes_before_it():
    path = Path(wagtail.__file__).parent / "admin" / "locale" / "id_ID" / "LC_MESSAGES" / "django.po"
    theirs = {word.id: word.string for word in read_po(path.open("rb")) if isinstance(word.id, str) and word.string}
    ours = {word.id: word.string for word in catalogues.read("id") if isinstance(word.id, str) and word.string}
    with translation.override("id"):
        assert gettext("Save draft") == theirs["Save draft"] and "Save draft" not in ours
        differing = [word for word in ours.keys() & theirs.keys() if word and ours[word] != theirs[word]]
        assert differing and all(gettext(word) == ours[word] for word in differing)
