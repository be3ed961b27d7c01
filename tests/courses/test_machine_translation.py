"""Machine translation: off by default, asked only what it may know, and always marked."""
# ruff: noqa: F401, F811 (fixtures by name)

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.checks import run_checks
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.permissions import Refused
from courses.pages.models import SegmentTranslation
from courses.pages.selectors import renderings, source_page_of, tree_of
from courses.pages.services.machine import NoMachine, propose_by_machine
from courses.pages.services.publishing import publish_course
from courses.pages.translating.machine import LibreTranslate, MachineFailed, translated
from courses.pages.translating.machine_words import machine_words
from courses.pages.translating.segments import Segment
from courses.pages.translating.sheets import State, sheet_of
from tests.courses.translated import change, course, html, lesson, read, type_words

PLUG_IN = "courses.pages.translating.machine.LibreTranslate"


class Service:
    """What stands where LibreTranslate would; `answer` makes a translation of a text."""

    def __init__(self) -> None:
        self.asked: list[dict] = []
        self.status = 200
        self.body: object = None
        self.targets = ["en", "id", "ur"]
        self.answer = lambda text: text.upper() if "<" not in text else text.replace("the", "itu")

    @property
    def texts(self) -> list[str]:
        return [text for asked in self.asked for text in asked["q"]]


@pytest.fixture
def service(settings) -> Iterator[Service]:
    state = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._say([{"code": "en", "name": "English", "targets": state.targets}])

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            state.asked.append(asked)
            self._say(state.body or {"translatedText": [state.answer(text) for text in asked["q"]]})

        def _say(self, body: object) -> None:
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(state.status)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True, kwargs={"poll_interval": 0.01}).start()
    settings.MACHINE_TRANSLATION = PLUG_IN
    settings.MACHINE_TRANSLATION_URL = f"http://127.0.0.1:{server.server_port}"
    settings.MACHINE_TRANSLATION_KEY = "secret"
    yield state
    server.shutdown()
    server.server_close()


@pytest.fixture
def translator(cast):
    return cast.trainer


def segment(source: str, **more) -> Segment:
    return Segment("m1/x", "m1/x", "X", source, "d", "w", **more)


# --- the adapter


def test_texts_go_out_with_their_tags_and_come_back_with_them(service):
    asked = [segment('Do <b>the</b> <a id="a1">thing</a><br/>now', is_rich=True), segment("a < b\nand c & d")]
    found = translated(LibreTranslate(url=_url(), key="k"), asked, "en", "id")
    assert [text for _segment, text in found] == ['Do <b>itu</b> <a id="a1">thing</a><br/>now', "a < b\nand c & d"]
    (request,) = service.asked
    assert (request["source"], request["target"], request["format"], request["api_key"]) == ("en", "id", "html", "k")
    assert request["q"][1] == "a &lt; b<br/>and c &amp; d"


def _url() -> str:
    from django.conf import settings

    return settings.MACHINE_TRANSLATION_URL


def test_an_answer_that_lost_or_invented_tags_is_not_used(service):
    service.answer = lambda text: text.replace("<b>", "").replace("</b>", "").replace("evil", "<script>x</script>")
    asked = [segment("a <b>b</b>", is_rich=True), segment("evil", is_rich=True), segment("fine")]
    found = translated(LibreTranslate(url=_url()), asked, "en", "id")
    assert [text for _segment, text in found] == ["", "", "fine"]


def test_what_a_test_shows_is_never_sent(service):
    assert translated(LibreTranslate(url=_url()), [segment("secret", is_assessed=True)], "en", "id") == []
    assert service.asked == []


@pytest.mark.parametrize(
    ("status", "body", "says"),
    [
        (403, None, "does not accept the key"),
        (429, None, "too often"),
        (500, None, "error 500"),
        (302, None, "error 302"),
        (200, b"<html>", "no translation"),
        (200, {"translatedText": ["one too few"]}, "no translation"),
        (200, {"error": "x"}, "no translation"),
    ],
)
def test_what_goes_wrong_is_said_in_words(service, status, body, says):
    adapter = LibreTranslate(url=_url())
    assert "id" in adapter.languages()["en"]
    service.status, service.body = status, body
    with pytest.raises(MachineFailed, match=says):
        adapter.translate(["a", "b"], "en", "id")


def test_a_language_that_it_does_not_know_and_a_service_that_is_not_there_are_said_in_words(service):
    service.targets = ["en"]
    with pytest.raises(MachineFailed, match="between these languages"):
        translated(LibreTranslate(url=_url()), [segment("a")], "en", "id")
    with pytest.raises(MachineFailed, match="cannot be reached"):
        LibreTranslate(url="http://127.0.0.1:9").languages()


# --- proposals


def test_it_is_off_unless_the_settings_name_it(course, cast, translator, settings):
    assert settings.MACHINE_TRANSLATION == ""
    with pytest.raises(NoMachine):
        propose_by_machine(by=translator, course=course, unit="m1", language="ur")
    include = {"course": course.slug, "unit": "m1", "language": "ur"}
    assert render_to_string("courses/translating/_machine.html", include).strip() == ""
    answer = cast.client(translator).post(reverse("translate:machine", args=[course.slug, "m1", "ur"]))
    assert answer.status_code == 404 and not SegmentTranslation.objects.exists()


def test_a_wrong_setting_is_said_before_the_site_serves(settings):
    def found() -> set[str]:
        return {each.id for each in run_checks() if each.id in ("lms.E003", "lms.E004")}

    assert found() == set()
    settings.MACHINE_TRANSLATION = "no.such.Thing"
    assert found() == {"lms.E003", "lms.E004"}
    settings.MACHINE_TRANSLATION, settings.MACHINE_TRANSLATION_URL = PLUG_IN, "http://127.0.0.1:5000"
    assert found() == set()


def test_only_what_nobody_translated_is_proposed_and_nothing_is_accepted(course, translator, service):
    typed = _type(course, "m1-l1/body.kp-1.text", "ur", "A person's words")
    proposed = propose_by_machine(by=translator, course=course, unit="m1", language="ur")
    sheet = sheet_of(course, "m1", "ur")
    assert proposed.count == sheet.counts[State.MACHINE] == sheet.machine > 5 and proposed.left == 0
    assert proposed.kept_back > 5 and sheet.counts[State.ACCEPTED] == 0
    for line in sheet.lines:
        if line.segment.is_assessed:
            assert line.own is None
        elif line.state == State.MACHINE:
            assert line.text and line.own.actor is None and line.own.accepted_at is None
    assert not [text for text in service.texts if "Stem F" in text or "Stem B" in text or "A case" in text]
    typed.refresh_from_db()
    assert typed.text == "A person's words" and typed.origin == "typed"
    event = AuditEvent.objects.get(action="translation.machine")
    assert event.details["count"] == proposed.count
    again = propose_by_machine(by=translator, course=course, unit="m1", language="ur")
    assert again.count == 0 and AuditEvent.objects.filter(action="translation.machine").count() == 1


def test_words_typed_while_the_machine_thinks_stay(course, translator, service):
    def answer(text: str) -> str:
        return text

    service.answer = answer
    real = LibreTranslate.translate

    def slow(self, texts, source, target):
        if not SegmentTranslation.objects.exists():
            _type(course, "m1/title", "ur", "Typed meanwhile")
        return real(self, texts, source, target)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LibreTranslate, "translate", slow)
        propose_by_machine(by=translator, course=course, unit="m1", language="ur")
    assert SegmentTranslation.objects.get(place="m1/title").text == "Typed meanwhile"


def test_where_time_runs_out_the_rest_is_left_for_the_next_time(course, translator, service, monkeypatch):
    monkeypatch.setattr("courses.pages.translating.machine.MOST_TEXTS", 2)
    monkeypatch.setattr("courses.pages.translating.machine.SECONDS_ALL", -1)
    first = propose_by_machine(by=translator, course=course, unit="m1", language="ur")
    assert first.count == 0 and first.left > 2
    monkeypatch.setattr("courses.pages.translating.machine.SECONDS_ALL", 20)
    assert propose_by_machine(by=translator, course=course, unit="m1", language="ur").count == first.left


def test_a_machine_that_fails_changes_nothing(course, translator, service):
    service.body = b"broken"
    with pytest.raises(MachineFailed):
        propose_by_machine(by=translator, course=course, unit="m1", language="ur")
    assert not SegmentTranslation.objects.exists() and not AuditEvent.objects.filter(action="translation.machine")


def test_whoever_does_not_write_courses_asks_no_machine(course, cast, service):
    with pytest.raises(Refused):
        propose_by_machine(by=cast.rso, course=course, unit="m1", language="ur")
    assert service.asked == [] and not SegmentTranslation.objects.exists()


def test_the_button_asks_and_the_page_says_what_came_of_it(course, cast, translator, service):
    include = {"course": course.slug, "unit": "m1", "language": "ur"}
    assert "LibreTranslate" in render_to_string("courses/translating/_machine.html", include)
    address = reverse("translate:machine", args=[course.slug, "m1", "ur"])
    client = cast.client(translator)
    page = client.post(address, follow=True).content.decode()
    assert "proposals of a machine" in page and "of tests were not sent" in page
    service.status = 500
    SegmentTranslation.objects.all().delete()
    assert "Nothing was changed." in client.post(address, follow=True).content.decode()


def _type(course, place: str, language: str, text: str, **more) -> SegmentTranslation:
    unit = sheet_of(course, "m1", language)
    found = next(line.segment for line in unit.by_place[place] if not line.segment.is_neutral)
    return SegmentTranslation.objects.create(
        course=course,
        language=language,
        place=place,
        words_digest=found.words_digest,
        digest=found.digest,
        source=found.source,
        text=text,
        **more,
    )


# --- always marked


@pytest.fixture
def by_machine(course, translator):
    """A key point whose words a machine made and a person accepted as they were; published."""
    type_words(lesson("m1-l1", "en"), "body.kp-1.text", "Kata mesin", by=translator)
    rows = SegmentTranslation.objects.filter(place="m1-l1/body.kp-1.text")
    rows.update(origin="machine")
    page = lesson("m1-l1", "id")
    change(page, "kp-1", text="Kata mesin")
    publish_course(by=None, page=source_page_of(course))
    return rows.get()


def shown_in(course, key: str):
    source = source_page_of(course)
    other = source.get_translations().get(locale__language_code="id").specific
    return renderings(tree_of(source), tree_of(other)).all()[key]


def test_words_of_a_machine_are_marked_until_a_person_edits_them(course, by_machine):
    shown = shown_in(course, "m1-l1")
    assert machine_words(course, "id").parts_of(shown) == ["body.kp-1"]
    by_machine.origin = "typed"
    by_machine.save()
    assert machine_words(course, "id").parts_of(shown) == []
    by_machine.origin, by_machine.text = "machine", "Kata mesin yang lain"
    by_machine.save()
    assert machine_words(course, "id").parts_of(shown) == [], "what is shown are other words"


def test_the_wording_of_a_question_is_marked_too(course):
    SegmentTranslation.objects.create(
        course=course,
        language="id",
        place="questions/P1/options.a",
        words_digest="w",
        digest="d",
        text="Ya",
        origin="machine",
        accepted_at=timezone.now(),
        handed_in_at=timezone.now(),
    )
    words = machine_words(course, "id")
    assert words.is_in_question("P1", {"stem": "?", "options": {"a": "Ya"}})
    assert not words.is_in_question("P1", {"stem": "?", "options": {"a": "Tidak"}})
    assert not words.is_in_question("P2", {"stem": "?", "options": {"a": "Ya"}})


def test_what_officers_read_says_so_and_other_editions_stay_what_they_were(course, by_machine, cast):
    assert "Kata mesin" in html(course, "m1-l1", "id")
    assert read(course, "m1-l1", "id")["machine"] == ["body.kp-1"]
    assert "machine" not in read(course, "m1-l1", "en") and "machine" not in read(course, "m1-l2", "id")
    assert read(course, "course", "id")["machine"] == ["m1-l1"]


def test_the_reviewer_sees_it_beside_the_text(course, by_machine, cast):
    page = cast.client(cast.rso).get(reverse("review:unit", args=[course.slug, "m1", "id"])).content.decode()
    assert page.count("machine translation") == 1
