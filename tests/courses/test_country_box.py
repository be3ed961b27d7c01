"""The country box: what its author writes is frozen, what a member writes is looked up for whoever reads, each time."""

import json

import pytest
from django.core.exceptions import ValidationError

from courses.pages.blocks import BODY, split
from courses.pages.freezing import NotPublishable
from courses.pages.models import LessonPage
from courses.pages.services import publish_course
from courses.player import outline
from learning import selectors
from learning.models import EditionRevision, FrozenContent
from learning.services import enrol
from lms import kept
from tests.factories import make_course
from tests.learning.annex import BOX, add_box, fill

STORES = (kept._PAGES, outline._KEPT, selectors._BODIES, selectors._OUTLINES, selectors._SEEN)
ADDRESS = "/en/courses/t1/m1-l2/"


@pytest.fixture
def boxed(cast, course):
    for store in STORES:
        store.clear()
    cast.home.languages = ["id"]
    cast.home.save()
    add_box(course)
    return course


@pytest.mark.parametrize(
    "fallback", ["Call 112.", "Call (021) 555 123.", "Call +62-21-555.", "۹۱۱ پر فون کریں۔", "Call 1 1 2"]
)
def test_a_neutral_text_with_a_telephone_number_is_refused(fallback):
    block = BODY.child_blocks["country"]
    value = BOX["value"] | {"fallback": fallback}
    with pytest.raises(ValidationError):
        block.clean(block.to_python(value))
    assert block.clean(block.to_python(BOX["value"]))["title"] == "The law in your country"


def test_a_neutral_text_is_required_and_everything_but_the_kind_is_for_translators():
    block = BODY.child_blocks["country"]
    with pytest.raises(ValidationError):
        block.clean(block.to_python(BOX["value"] | {"fallback": ""}))
    neutral, words = split(BOX)
    assert neutral == {"id": "law-1", "type": "country", "kind": "law"}
    assert set(words) == {"title", "guidance", "fallback"}


def test_no_edition_goes_out_with_a_number_for_everybody(course):
    before = EditionRevision.objects.count()
    with pytest.raises(NotPublishable, match="telephone number"):
        add_box(course, box=BOX | {"value": BOX["value"] | {"fallback": "Call 112."}})
    assert EditionRevision.objects.count() == before


def test_a_frozen_lesson_and_a_kept_page_hold_nothing_that_a_member_wrote(cast, boxed):
    fill(boxed, cast.coordinator, cast.home, "Zqx national secret.")
    enrol(by=cast.officer, course=boxed.course)
    enrol(by=cast.outsider, course=boxed.course)
    client, other = cast.client(cast.officer), cast.client(cast.outsider)
    for language in ("en", "id", "ur"):
        address = ADDRESS.replace("/en/", f"/{language}/")
        assert "Zqx national secret." in client.get(address).content.decode()
        read = other.get(address).content.decode()
        assert "Zqx" not in read and "Indonesia" not in read.replace("Bahasa Indonesia", "")
        assert "Zqx national secret." in client.get(address).content.decode()
    for page in kept._PAGES.values():
        words = "".join(page.texts) + repr([getattr(place, "around", "") for place in page.places])
        assert "Zqx" not in words
    for content in FrozenContent.objects.all():
        assert "Zqx" not in json.dumps([content.body, content.source])


def test_a_lesson_as_it_was_shows_the_neutral_text_and_nothing_that_a_member_wrote(cast, boxed):
    fill(boxed, cast.coordinator, cast.home, "Zqx national secret.")
    enrol(by=cast.officer, course=boxed.course)
    read = cast.client(cast.officer).get("/en/courses/t1/as-it-was/1.2/en/m1-l2/").content.decode()
    assert "The law in your country" in read and "Ask the legal unit of your service." in read
    assert "Zqx" not in read and "Name the act and its articles." not in read


def test_what_coordinators_are_asked_to_write_is_not_read_by_officers(cast, boxed):
    enrol(by=cast.officer, course=boxed.course)
    read = cast.client(cast.officer).get(ADDRESS).content.decode()
    assert "Ask the legal unit of your service." in read and "Name the act and its articles." not in read


def test_the_neutral_text_of_a_lesson_without_a_translation_says_its_language(cast, boxed):
    enrol(by=cast.officer, course=boxed.course)
    read = cast.client(cast.officer).get(ADDRESS.replace("/en/", "/ur/")).content.decode()
    assert '<div lang="en" dir="ltr"><p>Ask the legal unit of your service.</p>' in read
    assert 'id="m1-l2law-1-title" lang="en" dir="ltr">The law in your country</p>' in read


def test_a_lesson_with_boxes_asks_one_statement_more_and_one_without_none(cast, boxed, django_assert_num_queries):
    add_box(boxed, box=BOX | {"id": "help-1"})
    fill(boxed, cast.coordinator, cast.home)
    enrol(by=cast.officer, course=boxed.course)
    client = cast.client(cast.officer)
    for address in (ADDRESS, "/en/courses/t1/m1-l1/"):
        client.get(address)
    with django_assert_num_queries(6):
        assert client.get(ADDRESS).content.decode().count("Act 21, article 2.") == 1
    with django_assert_num_queries(5):
        client.get("/en/courses/t1/m1-l1/")


def test_a_box_stands_in_every_edition_that_has_it_and_the_newest_says_what_is_asked(cast, boxed):
    other = make_course("T2")
    lesson = LessonPage.objects.descendant_of(boxed.page).get(key="m1-l2")
    lesson.body = [raw for raw in lesson.body.get_prep_value() if raw["type"] != "country"]
    lesson.save()
    assert [box.key for box in selectors.boxes_of([boxed.course])[boxed.course.pk]] == ["m1-l2/law-1"]
    boxed.page.validity_months += 1
    boxed.page.save()
    revision = publish_course(by=None, page=boxed.page)[0]
    assert revision.edition.number == 2
    [box] = selectors.boxes_of([boxed.course, other.course])[boxed.course.pk]
    assert not box.is_current and box.words["en"].lesson == "Second lesson"
    assert selectors.boxes_of([other.course]) == {}


def test_the_authors_preview_shows_the_neutral_text(cast, boxed, rf):
    lesson = LessonPage.objects.descendant_of(boxed.page).get(key="m1-l2")
    request = rf.get("/")
    request.user = cast.trainer
    page = lesson.serve_preview(request, "").content.decode()
    assert "Ask the legal unit of your service." in page and "read their own text here" in page
