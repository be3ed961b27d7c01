"""The pages of the translator's desk: what a browser sends and is told, with its script and without."""

import re

import pytest
from django.urls import reverse

from accounts.roles import Role
from assessments.models import ItemWording
from courses.pages.models import LessonPage, SegmentTranslation
from courses.pages.services import translating as service
from courses.pages.translating import desk as desk_module
from courses.pages.translating import memory
from courses.pages.translating.checks import Finding
from courses.pages.translating.desk import name_of
from courses.pages.translating.sheets import State, sheet_of
from lms.marks import difference, marked
from tests.cast import make_person
from tests.courses.translated import change, course, html, lesson, translation

__all__ = ["course"]

POINT = "m1-l1/body.kp-1.text"
UNIT = "/admin/translate/small-course/m1/id/"


@pytest.fixture(autouse=True)
def _quiet(monkeypatch):
    """Checks have tests of their own; here they say what a test lets them say."""
    memory.forget()
    for module in (service, desk_module):
        monkeypatch.setattr(module, "findings", lambda *given, **more: [])


@pytest.fixture
def objecting(monkeypatch):
    def say(*found: Finding) -> None:
        for module in (service, desk_module):
            monkeypatch.setattr(module, "findings", lambda *given, **more: list(found))

    return say


@pytest.fixture
def translator(cast):
    return make_person("translator", Role.TRANSLATOR, full_name="Sari")


@pytest.fixture
def commits(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


def line(course, place: str = POINT, language: str = "id"):
    return sheet_of(course, "m1", language).by_place[place][0]


def fields(own, text: str | None = None, **more: str) -> dict:
    """What a browser sends of one text."""
    name = name_of(own)
    sent = {
        "place": own.segment.place,
        "words": own.segment.words_digest,
        "digest": own.segment.digest,
        "edits": str(own.own.edits if own.own else 0),
        "source": own.segment.source,
        "was": own.text,
        "taken": "",
        "text": own.text if text is None else text,
    } | more
    return {f"{name}-{key}": value for key, value in sent.items()}


def press(client, do: str, own, text: str | None = None, others=(), unit: str = UNIT, script: bool = False, **more):
    """Press a button of one text; `others` are (line, text) on the same page."""
    name = name_of(own)
    data = {"id": [name, *(name_of(each) for each, _text in others)], "do": f"{do}:{name}", "show": "all"}
    data |= fields(own, text, **more)
    for each, typed in others:
        data |= fields(each, typed)
    headers = {"X-Requested-With": "desk"} if script else {}
    return client.post(f"{unit}save/", data, headers=headers)


# --- looking


def test_a_unit_stands_side_by_side_with_its_state_and_language(cast, course, translator):
    page = cast.client(translator).get(UNIT, {"show": "all"}).content.decode()
    assert "A point (en)" in page and "A point (id)</textarea>" in page and 'lang="id" dir="ltr"' in page
    assert "Question F1" in page or "Page 2" in page
    urdu = cast.client(translator).get("/admin/translate/small-course/m1/ur/").content.decode()
    assert 'lang="ur" dir="rtl"' in urdu and "not translated" in urdu


def test_only_what_is_open_is_listed_first_and_filters_narrow_it(cast, course, translator, commits):
    client = cast.client(translator)
    assert "A point (en)" in client.get(UNIT).content.decode(), "nothing is open: all is shown"
    with commits():
        change(lesson("m1-l1", "en"), "kp-1", text="A sharper point (en)")
    page = client.get(UNIT).content.decode()
    assert "In the box" not in page and "out of date" in page
    assert re.search(r"<del>.*A point|point</del>|<ins>", page), "what changed is shown"
    assert "A point (id)</textarea>" in page, "the old words stand in the box"
    for narrowed, there, gone in (
        ({"show": "stale"}, "sharper", "In the box"),
        ({"show": "all", "q": "in the box"}, "In the box", "sharper"),
        ({"show": "all", "at": "questions"}, "Stem F1", "In the box"),
        ({"show": "machine"}, "No text is like that", "sharper"),
        ({"show": "none", "at": "nowhere", "page": "x"}, "sharper", "In the box"),
    ):
        found = client.get(UNIT, narrowed).content.decode()
        assert there in found and gone not in found, narrowed


def test_terms_memory_and_the_place_stand_beside_a_text(cast, course, translator, commits):
    with commits():
        change(lesson("m1-l1", "en"), "kp-1", text="In the small box (en)")
    page = cast.client(translator).get(UNIT).content.decode()
    assert re.search(r"<bdi>\d\d %</bdi> · <bdi>S1</bdi> · <bdi>m1-l1</bdi>", page)
    assert f"{reverse('preview_course', args=[lesson('m1-l1', 'en').pk])}?language=id&amp;block=kp-1" in page


def test_the_right_answer_is_shown_to_who_may_see_keys_and_to_no_translator(cast, course, translator):
    wanted = {"show": "all", "at": "questions", "q": "F1"}
    assert "Right answer" not in cast.client(translator).get(UNIT, wanted).content.decode()
    wanted = {"show": "all", "at": "questions"}
    assert "Right answer" in cast.client(cast.trainer).get(UNIT, wanted).content.decode()


def test_a_unit_or_language_that_is_not_is_not_found(cast, course, translator):
    client = cast.client(translator)
    for address in ("small-course/m9/id", "none/m1/id", "small-course/m1/en", "small-course/m1/xx"):
        assert client.get(f"/admin/translate/{address}/").status_code == 404


# --- saving


def test_a_text_is_accepted_and_one_is_led_to_the_next_open_one(cast, course, translator, commits):
    with commits():
        change(lesson("m1-l1", "en"), "kp-1", text="A sharper point (en)")
        change(lesson("m1-l1", "en"), "box", text="In a new box (en)")
    answer = press(cast.client(translator), "accept", line(course), "Butir tajam")
    following = line(course, "m1-l1/body.box.text")
    assert answer.status_code == 302 and answer.url.startswith(UNIT) and answer.url.endswith(f"#{name_of(following)}")
    assert line(course).state == State.ACCEPTED


def test_the_script_gets_the_text_the_progress_and_what_is_next(cast, course, translator):
    answer = press(cast.client(translator), "save", line(course), "Butir", script=True)
    found = answer.json()
    assert answer.status_code == 200 and found["is_done"] and "Butir</textarea>" in found["card"]
    assert "<progress" in found["progress"] and found["next"] == name_of(line(course))
    empty = press(cast.client(translator), "save", line(course), " ", script=True)
    assert not empty.json()["is_done"] and "still there" in empty.json()["message"]
    assert line(course).text == "Butir"


def test_whatever_else_was_typed_on_the_page_is_kept_as_a_draft(cast, course, translator):
    box, note = line(course, "m1-l1/body.box.text"), line(course, "m1-l2/body.note.text")
    press(cast.client(translator), "accept", line(course), "Butir", others=[(box, "Kotak"), (note, None)])
    assert (line(course).state, line(course, "m1-l1/body.box.text").state) == (State.ACCEPTED, State.DRAFT)
    assert line(course, "m1-l1/body.box.text").text == "Kotak"
    assert not SegmentTranslation.objects.filter(place=note.segment.place).exists()


def test_a_finding_is_shown_with_a_field_for_the_reason_and_the_words_stay(cast, course, translator, objecting):
    objecting(Finding("numbers", "A number is missing."), Finding("tags", "A tag is missing.", is_error=True))
    own = line(course)
    answer = press(cast.client(translator), "accept", own, "Butir")
    page = answer.content.decode()
    assert answer.status_code == 422 and "A number is missing." in page and "A tag is missing." in page
    assert f'name="{name_of(own)}-reason-numbers"' in page and f'name="{name_of(own)}-reason-tags"' not in page
    objecting(Finding("numbers", "A number is missing."))
    data = {f"reason-{'numbers'}": "It stands in words"}
    answer = press(cast.client(translator), "accept", line(course), "Butir", **data)
    assert answer.status_code == 302 and line(course).own.overruled[0]["reason"] == "It stands in words"


def test_an_endless_text_is_refused_in_words_and_stays_in_the_box(cast, course, translator):
    endless = "x" * (service.MOST_CHARACTERS + 1)
    answer = press(cast.client(translator), "accept", line(course), endless)
    page = answer.content.decode()
    assert answer.status_code == 422 and "20000" in page.replace(",", "") and f"{endless}</textarea>" in page
    assert not SegmentTranslation.objects.exists()


def test_the_second_of_two_translators_sees_both_texts_and_then_decides(cast, course, translator):
    seen = line(course)
    press(cast.client(cast.trainer), "accept", seen, "Butir pelatih")
    client = cast.client(translator)
    answer = press(client, "accept", seen, "Butir saya")
    page = answer.content.decode()
    assert answer.status_code == 422 and "Butir pelatih" in page and "Butir saya</textarea>" in page
    assert line(course).text == "Butir pelatih"
    box = line(course, "m1-l1/body.box.text")
    held = press(client, "save", box, "Kotak", others=[(line(course), "Butir saya")])
    assert held.status_code in (302, 422)
    again = press(client, "accept", line(course), "Butir saya", is_held="on")
    assert again.status_code == 302


def test_words_that_stand_against_anothers_are_not_saved_by_another_button(cast, course, translator):
    press(cast.client(cast.trainer), "accept", line(course), "Butir pelatih")
    own, box = line(course), line(course, "m1-l1/body.box.text")
    data = {"id": [name_of(box), name_of(own)], "do": f"accept:{name_of(box)}", "show": "all"}
    data |= fields(box, "Kotak") | fields(own, "Butir saya", is_held="on")
    answer = cast.client(translator).post(f"{UNIT}save/", data)
    page = answer.content.decode()
    assert answer.status_code == 422 and "Butir saya</textarea>" in page and "Butir pelatih" in page
    assert line(course).text == "Butir pelatih" and line(course, "m1-l1/body.box.text").text == "Kotak"


def test_a_source_that_changed_meanwhile_is_said_with_both_and_the_words_are_kept(cast, course, translator, commits):
    seen = line(course)
    with commits():
        change(lesson("m1-l1", "en"), "kp-1", text="A sharper point (en)")
    answer = press(cast.client(translator), "accept", seen, "Butir diperbaiki")
    page = answer.content.decode()
    assert answer.status_code == 422 and "What changed while you typed" in page
    assert "<ins>" in page and "Butir diperbaiki" in page
    assert SegmentTranslation.objects.get().text == "Butir diperbaiki"


def test_a_suggestion_is_taken_over_without_a_script_and_loses_nothing_typed(cast, course, translator):
    own = line(course)
    data = {"id": [name_of(own)], f"{name_of(own)}-take": "Butir ingatan", "show": "all"} | fields(own, "Setengah")
    answer = cast.client(translator).post(f"{UNIT}save/", data)
    page = answer.content.decode()
    assert "Butir ingatan</textarea>" in page and "Setengah" in page and not SegmentTranslation.objects.exists()
    press(cast.client(translator), "accept", own, "Butir ingatan", taken="Butir ingatan")
    assert line(course).own.origin == SegmentTranslation.Origin.MEMORY


def test_what_is_no_words_is_confirmed_and_taken_back(cast, course, translator, commits):
    with commits():
        change(lesson("m1-l1", "en"), "box", kind="warning")
    client = cast.client(translator)
    page = client.get(UNIT).content.decode()
    assert "It is still right" in page and "The words did not change" in page
    assert press(client, "confirm", line(course, "m1-l1/body.box~")).status_code == 302
    assert line(course, "m1-l1/body.box~").state == State.ACCEPTED
    press(client, "back", line(course, "m1-l1/body.box~"))
    assert line(course, "m1-l1/body.box~").state == State.STALE


def test_what_no_page_of_ours_sends_is_not_found(cast, course, translator):
    client = cast.client(translator)
    assert client.post(f"{UNIT}save/", {"id": ["x"], "x-place": "y"}).status_code == 404
    assert press(client, "accept", line(course), "Butir", words="0" * 64, source="").status_code == 404
    assert not SegmentTranslation.objects.exists()


def test_handing_in_says_what_went_out_what_was_left_and_what_comes_next(cast, course, translator, commits):
    client = cast.client(cast.trainer)
    press(client, "accept", line(course), "Butir tajam")
    press(client, "accept", line(course, language="ur"), "نکتہ", unit=UNIT.replace("/id/", "/ur/"))
    with commits():
        answer = client.post(f"{UNIT}hand-in/", follow=True)
    page = answer.content.decode()
    assert "Handed in: 1 text." in page
    assert "Butir tajam" in html(course, "m1-l1", "id")
    again = client.post(f"{UNIT}hand-in/", follow=True).content.decode()
    assert "There is nothing to hand in" in again
    with commits():
        left = client.post(f"{UNIT.replace('/id/', '/ur/')}hand-in/", follow=True).content.decode()
    assert "texts were left out" in left


def test_a_translator_is_told_that_it_is_in_the_review(cast, course, translator, commits):
    client = cast.client(translator)
    press(client, "accept", line(course), "Butir tajam")
    with commits():
        page = client.post(f"{UNIT}hand-in/", follow=True).content.decode()
    assert "It is in the review now" in page and "Butir tajam" not in html(course, "m1-l1", "id")


# --- the first page


def test_the_queue_shows_what_one_began_and_what_went_out_of_date(cast, course, translator, commits):
    client = cast.client(translator)
    empty = client.get("/admin/translate/").content.decode()
    assert "Nothing waits for you" in empty
    press(client, "save", line(course), "Butir")
    with commits():
        change(lesson("m1-l1", "en"), "box", text="In a new box (en)")
    page = client.get("/admin/translate/").content.decode()
    assert "Yours, not handed in" in page and "1 draft" in page and "1 out of date" in page
    others = cast.client(cast.trainer).get("/admin/translate/").content.decode()
    assert "1 draft" not in others


def test_a_course_and_a_language_are_chosen_on_the_queue(cast, course, translator):
    client = cast.client(translator)
    found = client.get("/admin/translate/", {"course": "small-course", "language": "ur"}).content.decode()
    assert "/admin/translate/small-course/m1/ur/" in found and "/admin/translate/small-course/course/ur/" in found
    own = client.get("/admin/translate/", {"course": "small-course", "language": "en"}).content.decode()
    assert "is written in this language" in own
    assert client.get("/admin/translate/", {"course": "none", "language": "xx"}).status_code == 200


# --- no way round


def test_the_editor_of_a_translated_page_is_the_desk(cast, course, translator):
    for person in (translator, cast.trainer):
        client = cast.client(person)
        answer = client.get(f"/admin/pages/{lesson('m1-l1', 'id').pk}/edit/")
        assert (answer.status_code, answer.url) == (302, f"{UNIT}?show=all&at=m1-l1")
    source = cast.client(cast.trainer).get(f"/admin/pages/{lesson('m1-l1', 'en').pk}/edit/")
    assert source.status_code == 200, "the source is written in the editor"
    admin = cast.client(cast.admin).get(f"/admin/pages/{lesson('m1-l1', 'id').pk}/edit/")
    assert admin.url == "/admin/review/small-course/m1/id/", "who does not translate reads it"


def test_the_editor_of_wagtail_localize_is_closed_and_says_where_to_go(cast, course):
    client = cast.client(cast.trainer)
    own = translation(lesson("m1-l1", "en"))
    before = list(LessonPage.objects.order_by("pk").values())
    for address in (
        "disable/",
        "strings/1/edit/",
        "overrides/1/edit/",
        "pofile/upload/",
        "pofile/download/",
        "machine_translate/",
    ):
        for method in (client.get, client.post, client.put):
            answer = method(f"/admin/localize/translate/{own.pk}/{address}")
            assert answer.status_code == 403 and "translator’s desk" in answer.content.decode(), address
    assert client.get(f"/admin/localize/page/{lesson('m1-l1', 'id').pk}/convert_to_alias/").status_code == 403
    own.refresh_from_db()
    assert own.enabled and before == list(LessonPage.objects.order_by("pk").values())


def test_translate_this_page_leads_to_the_choice_of_a_language(cast, course):
    client = cast.client(cast.trainer)
    page = lesson("m1-l1", "en")
    for address in (
        f"/admin/localize/submit/page/{page.pk}/",
        f"/admin/localize/update/{translation(page).source_id}/",
    ):
        for method in (client.get, client.post):
            assert method(address).url == "/admin/translate/?course=small-course#units"
    assert client.get(f"/admin/localize/submit/page/{lesson('m1-l1', 'id').pk}/").url.startswith(UNIT)


def test_translators_find_the_desk_in_both_menus(cast, course, translator):
    assert reverse("translate:queue") in cast.client(translator).get("/en/courses/").content.decode()
    assert reverse("translate:queue") not in cast.client(cast.officer).get("/en/courses/").content.decode()
    assert reverse("translate:queue") in cast.client(translator).get("/admin/").content.decode()


def test_the_board_leads_to_the_unit_at_the_desk(cast, course, translator):
    board = cast.client(translator).get("/admin/translate/board/small-course/").content.decode()
    assert f'href="{UNIT}' in board


# --- texts as HTML


def test_tags_and_codes_are_set_apart_and_nothing_else_is_html():
    shown = marked('See <b>this</b> & <a id="a1">that</a>', is_rich=True)
    assert '<code class="tag" dir="ltr">&lt;b&gt;</code>' in shown and "&amp;" in shown and "<b>" not in shown
    plain = marked("<script>{name} L1 3(a)\nhttps://example.org/a", is_rich=False)
    assert "<script>" not in plain and "<br>" in plain
    for code in ("{name}", "L1 3(a)", "https://example.org/a"):
        assert f'<bdi dir="ltr">{code}</bdi>' in plain


def test_a_change_is_said_in_words_too():
    shown = difference("Ask her <b>alone</b>.", "Ask them alone.", is_rich=True)
    assert "<del>" in shown and 'class="visually-hidden">taken out: ' in shown and ">new: " in shown
    assert "<b>" not in shown and difference("Same", "Same", is_rich=False) == "Same"


def test_a_wording_keeps_what_the_source_has_and_no_key(course):
    assert "answer_key" not in ItemWording.objects.first().text
