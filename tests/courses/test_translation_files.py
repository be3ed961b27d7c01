"""Translations as files: what goes out comes back as it was, and what comes back changes nothing unseen."""
# ruff: noqa: F401, F811, S314 (fixtures by name; XML of our own making)

import datetime as dt
import io
import re
from xml.etree import ElementTree

import polib
import pytest
from babel.messages.pofile import read_po as babel_read_po
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import AuditEvent
from accounts.permissions import Refused
from courses.pages.models import SegmentTranslation, TranslationFile
from courses.pages.services import translation_files as service
from courses.pages.translating import checks
from courses.pages.translating.files import plan as plan_module
from courses.pages.translating.files.entries import (
    MOST_ENTRIES,
    FileRefused,
    Head,
    OutEntry,
    clean,
    context_of,
    split_context,
)
from courses.pages.translating.files.outgoing import entries_of
from courses.pages.translating.files.po import read_po, write_po
from courses.pages.translating.files.reading import read_file
from courses.pages.translating.files.xliff import read_xliff, write_xliff
from courses.pages.translating.sheets import State, sheet_of
from courses.pages.translating.terms import TermBase
from courses.tasks import sweep_course_files
from tests.courses.translated import change, course, lesson

HEAD = Head("5a3c0d52-0c5e-4f0e-9f39-6f1f0d7a2b11", "m1", "id", "en", "S1 A course", timezone.now())
EMPTY = write_po(HEAD, [])
WORDS = st.text(st.characters(codec="utf-8"), max_size=60)
RICH = st.lists(
    st.sampled_from(["<b>", "</b>", "<i>", "</i>", "<br/>", '<a id="a1">', "</a>", "&amp;", "&lt;", "<", ">", "&", '"'])
    | WORDS,
    max_size=12,
).map("".join)
SCRIPTS = ["Perdagangan orang", "انسانی سمگلنگ", "ការជួញដូរមនុស្ស", "การค้ามนุษย์", "人口贩运", 'Say "no"\\n\tor\nyes']


def an_entry(source: str, text: str, *, is_rich: bool = False, is_fuzzy: bool = False) -> OutEntry:
    return OutEntry(
        context=context_of("m1-l1/body.kp-1.text", "3f" * 32),
        source=clean(source) or "x",
        text=clean(text),
        is_fuzzy=is_fuzzy and bool(clean(text)),
        is_rich=is_rich,
        previous='Before "that"\n<b>',
        notes=("Lesson · Key point", "two\nlines <b>"),
    )


# --- out and in again


@given(source=RICH, text=RICH, is_rich=st.booleans(), is_fuzzy=st.booleans())
def test_whatever_stands_in_a_text_comes_back_from_po_as_it_was(source, text, is_rich, is_fuzzy):
    entry = an_entry(source, text, is_rich=is_rich, is_fuzzy=is_fuzzy)
    (back,) = read_po(write_po(HEAD, [entry])).entries
    assert (back.context, back.words(is_rich), back.source_words(is_rich)) == (entry.context, entry.text, entry.source)
    assert (back.is_fuzzy, back.base, back.problem, back.remark) == (entry.is_fuzzy, entry.base, "", "")


@given(source=RICH, text=RICH, is_rich=st.booleans(), is_fuzzy=st.booleans())
def test_whatever_stands_in_a_text_comes_back_from_xliff_as_it_was(source, text, is_rich, is_fuzzy):
    entry = an_entry(source, text, is_rich=is_rich, is_fuzzy=is_fuzzy)
    (back,) = read_xliff(write_xliff(HEAD, [entry])).entries
    assert (back.context, back.words(is_rich), back.source_words(is_rich)) == (entry.context, entry.text, entry.source)
    assert (back.is_fuzzy, back.base, back.problem, back.remark) == (entry.is_fuzzy, entry.base, "", "")


@given(source=RICH, text=RICH)
def test_polib_and_babel_read_the_po_file_as_we_do(source, text):
    entry = an_entry(source, text, is_fuzzy=True)
    content = write_po(HEAD, [entry])
    theirs = polib.pofile(content.decode())
    (read,) = theirs
    assert (read.msgctxt, read.msgid, read.msgstr) == (entry.context, entry.source, entry.text)
    assert theirs.metadata["X-Suluh-Course"] == HEAD.course and read.previous_msgid == entry.previous
    assert read.fuzzy == entry.is_fuzzy
    (message,) = [each for each in babel_read_po(io.BytesIO(content)) if each.id]
    assert (message.context, message.id, message.string or "") == (entry.context, entry.source, entry.text)


def test_what_polib_saves_is_read_again():
    entries = [
        OutEntry(context_of(f"m1-l1/body.k{n}.text", f"{n:064x}"), f"Source {n} “x”", text, is_fuzzy=False)
        for n, text in enumerate(SCRIPTS)
    ]
    theirs = polib.pofile(write_po(HEAD, entries).decode(), wrapwidth=20)
    back = read_po(str(theirs).encode())
    assert [(each.context, each.text, each.base) for each in back.entries] == [
        (each.context, each.text, each.base) for each in entries
    ]
    assert back.head.course == HEAD.course and back.head.unit == "m1" and back.head.language == "id"


def test_tags_are_paired_in_xliff_and_have_the_numbers_of_the_source():
    entry = an_entry('Do <b>not</b> <a id="a1">go</a><br/>x', '<a id="a1">Jangan</a> <b>pergi</b><br/>', is_rich=True)
    unit = ElementTree.fromstring(write_xliff(HEAD, [entry])).find(".//{*}trans-unit")
    numbers = {side: {part.text: part.get("id") for part in unit.find("{*}" + side)} for side in ("source", "target")}
    assert numbers["source"]["<b>"] == numbers["target"]["<b>"] == "1"
    assert numbers["source"]['<a id="a1">'] == numbers["target"]['<a id="a1">']
    opened, closed = unit.find("{*}source/{*}bpt"), unit.find("{*}source/{*}ept")
    assert opened.get("rid") == closed.get("rid") and unit.find("{*}source/{*}ph").text == "<br/>"


def test_xliff_is_built_as_the_standard_says():
    """Order and names of what stands in a file (xliff-core-1.2-strict.xsd), for tools that look closely."""
    entries = [an_entry("A <b>b</b>", "C", is_rich=True), an_entry("D", "")]
    root = ElementTree.fromstring(write_xliff(HEAD, entries))
    assert root.tag == "{urn:oasis:names:tc:xliff:document:1.2}xliff" and root.get("version") == "1.2"
    (file,) = root
    assert {"original", "source-language", "datatype"} <= set(file.keys())
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", file.get("date"))
    assert [each.tag.rpartition("}")[2] for each in file] == ["header", "body"]
    for unit in file[1]:
        names = [each.tag.rpartition("}")[2] for each in unit]
        assert names[0] == "source" and "target" not in names[2:] and unit.get("id")
        assert set(names[1:]) <= {"target", "context-group", "note", "alt-trans"}
    assert file[1][0].get("approved") == "yes" and file[1][1].get("approved") is None


def test_words_typed_between_tags_are_words_whatever_they_look_like():
    content = write_xliff(HEAD, [an_entry("A", "B", is_rich=True)]).replace(
        b">B<", b">1 &lt; 2 &amp;amp; <mrk>3</mrk><"
    )
    (back,) = read_xliff(content).entries
    assert back.words(True) == "1 &lt; 2 &amp;amp; 3" and back.words(False) == "1 < 2 &amp; 3"


def test_a_context_is_taken_apart_only_where_it_is_ours():
    assert split_context(context_of("m1/title", "ab" * 32)) == ("m1/title", "ab" * 6)
    assert split_context("m1/title") is None and split_context("") is None


# --- refused


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\xde\x12\x04\x95 rest", ".mo file"),
        (b"PK\x03\x04 rest", "Unpack it"),
        (b"Dear colleague,", "neither a PO file nor"),
        (b"", "neither a PO file nor"),
        ("msgid".encode("utf-16"), "UTF-8"),
        (b'msgid ""\nmsgstr ""\n\nmsgid "caf\xe9"\nmsgstr ""\n', "Line 4"),
        (EMPTY + b'\nmsgid "a"\nmsgstr "unfinished\n', "Line 17"),
        (EMPTY + b'\nmsgid "a"\n\n', "Line 16"),
        (EMPTY + b"\nmsgid a\n", "Line 16"),
        (b'msgid "a"\nmsgstr "b"\n', "not made here"),
        (b'msgid ""\nmsgstr "X-Suluh-Format: 2\\nX-Suluh-Course: x\\n"\n', "another version"),
        (b"<html></html>", "not XLIFF"),
        (b'<xliff version="2.1"/>', "XLIFF 1.2 is read"),
        (b'<xliff version="1.2"><file original="a"></file></xliff>', "not made here"),
        (b'<xliff version="1.2"><file', "Line 1"),
        (b'<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><xliff version="1.2">&c;</xliff>', "DOCTYPE"),
        (b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><xliff version="1.2"/>', "DOCTYPE"),
    ],
)
def test_what_is_no_file_of_ours_is_refused_with_words(content, says):
    with pytest.raises(FileRefused, match=says):
        read_file(content)


def test_fifty_thousand_entries_are_refused_before_they_are_looked_at():
    start = write_po(HEAD, [])
    many = start + b"".join(b'\nmsgctxt "m1/x %d"\nmsgid "a %d"\nmsgstr "b"\n' % (n, n) for n in range(50_000))
    began = timezone.now()
    with pytest.raises(FileRefused, match="50000 entries"):
        read_file(many)
    with pytest.raises(FileRefused, match=str(MOST_ENTRIES)):
        read_file(b'<xliff version="1.2">' + b"<trans-unit/>" * 50_000)
    assert timezone.now() - began < dt.timedelta(seconds=5)


# --- what it would change


@pytest.fixture
def translator(cast):
    return cast.trainer


@pytest.fixture
def client(cast, translator):
    return cast.client(translator)


def entries(course, unit: str = "m1", language: str = "id") -> polib.POFile:
    """The file of a unit, as a tool reads it."""
    return polib.pofile(content_of(course, unit, language).decode())


def content_of(course, unit: str = "m1", language: str = "id", kind: str = "po") -> bytes:
    head = Head(str(course.uuid), "" if unit == "_" else unit, language, "en", "x", timezone.now())
    sheets = [sheet_of(course, unit, language)]
    return {"po": write_po, "xliff": write_xliff}[kind](head, entries_of(sheets, TermBase(language)))


def upload(content: bytes | polib.POFile, name: str = "m1-id.po") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content if isinstance(content, bytes) else str(content).encode())


def take(course, translator, content) -> TranslationFile:
    return service.take_translation_file(by=translator, course=course, language="id", file=upload(content))


def apply(translator, row, **more) -> TranslationFile:
    return service.apply_translation_file(by=translator, file=row, seen=service.plan_of(row).digest, **more)


def at(file: polib.POFile, place: str) -> polib.POEntry:
    return next(each for each in file if each.msgctxt.startswith(f"{place} #"))


def line(course, place: str):
    (found,) = [each for each in sheet_of(course, "m1", "id").by_place[place] if not each.segment.is_neutral]
    return found


POINT = "m1-l1/body.kp-1.text"


@pytest.mark.parametrize("kind", ["po", "xliff"])
def test_a_file_that_comes_back_untouched_changes_nothing(course, translator, kind):
    row = take(course, translator, content_of(course, kind=kind))
    plan = service.plan_of(row)
    assert row.kind == kind and set(plan.counts) == {"same"} and len(plan.rows) > 10
    apply(translator, row)
    assert not SegmentTranslation.objects.exists()


def test_words_are_accepted_or_drafts_as_the_file_says_and_the_order_does_not_matter(course, translator):
    file = entries(course)
    at(file, POINT).msgstr = "Satu hal"
    at(file, "m1/title").msgstr = "Modul"
    at(file, "m1/title").flags.append("fuzzy")
    file.reverse()
    row = take(course, translator, file)
    plan = service.plan_of(row)
    assert (plan.counts["changed"], plan.accepted, plan.drafts) == (2, 1, 1)
    assert not SegmentTranslation.objects.exists(), "nothing is written before somebody decides"
    apply(translator, row)
    assert (line(course, POINT).state, line(course, POINT).text) == (State.ACCEPTED, "Satu hal")
    assert (line(course, "m1/title").state, line(course, "m1/title").own.origin) == (State.DRAFT, "file")
    event = AuditEvent.objects.get(action="translation.file_applied")
    assert (event.details["accepted"], event.details["drafts"]) == (1, 1)
    row.refresh_from_db()
    assert row.entries == [] and row.applied_at


def test_what_the_checks_find_something_in_becomes_a_draft(course, translator, monkeypatch):
    found = checks.Finding("numbers", "3 is missing.", is_error=False)
    monkeypatch.setattr(
        plan_module, "findings", lambda segment, text, **more: [found] if segment.place == POINT else []
    )
    file = entries(course)
    at(file, POINT).msgstr = "Satu hal"
    row = take(course, translator, file)
    (planned,) = [each for each in service.plan_of(row).rows if each.findings]
    assert planned.writes and not planned.is_accepted and planned.is_to_look_at
    apply(translator, row)
    assert line(course, POINT).state == State.DRAFT


def test_words_typed_meanwhile_stay_unless_the_translator_says_otherwise(course, translator):
    file = entries(course)
    at(file, POINT).msgstr = "Dari berkas"
    at(file, "m1-l1/title").msgstr = "Judul dari berkas"
    for place, text in ((POINT, "Dari meja"), ("m1-l1/title", "Judul dari meja")):
        type_at_the_desk(course, place, text)
    row = take(course, translator, file)
    plan = service.plan_of(row)
    assert [each.outcome for each in plan.conflicts] == ["conflict"] * 2
    apply(translator, row, taken=[at(file, POINT).msgctxt])
    assert line(course, POINT).text == "Dari berkas" and line(course, "m1-l1/title").text == "Judul dari meja"
    row.refresh_from_db()
    assert row.result["overwritten"] == 1
    (kept,) = row.result["not_taken"]
    assert kept["text"] == "Judul dari berkas" and kept["line"] > 1
    again = take(course, translator, file)
    apply(translator, again, takes_all=True)
    assert line(course, "m1-l1/title").text == "Judul dari berkas"


def type_at_the_desk(course, place: str, text: str, **more) -> SegmentTranslation:
    segment = line(course, place).segment
    return SegmentTranslation.objects.create(
        course=course,
        language="id",
        place=place,
        words_digest=segment.words_digest,
        digest=segment.digest,
        source=segment.source,
        text=text,
        **more,
    )


def test_words_typed_meanwhile_where_the_file_changed_nothing_are_no_conflict(course, translator):
    file = entries(course)
    type_at_the_desk(course, POINT, "Dari meja")
    row = take(course, translator, file)
    plan = service.plan_of(row)
    assert plan.counts["newer"] == 1 and not plan.conflicts
    apply(translator, row, takes_all=True)
    assert line(course, POINT).text == "Dari meja"


def test_a_plan_that_is_no_longer_true_writes_nothing(course, translator):
    file = entries(course)
    at(file, POINT).msgstr = "Dari berkas"
    row = take(course, translator, file)
    seen = service.plan_of(row).digest
    own = type_at_the_desk(course, POINT, "Dari meja")
    with pytest.raises(service.PlanChanged):
        service.apply_translation_file(by=translator, file=row, seen=seen, takes_all=True)
    own.refresh_from_db()
    row.refresh_from_db()
    assert own.text == "Dari meja" and row.applied_at is None and row.entries


def test_words_for_an_earlier_source_are_kept_beside_the_new_one(course, translator):
    file = entries(course)
    at(file, POINT).msgstr = "Untuk yang dulu"
    change(lesson("m1-l1", "en"), "kp-1", text="Another point")
    row = take(course, translator, file)
    (planned,) = [each for each in service.plan_of(row).rows if each.outcome == "outdated"]
    assert planned.is_to_look_at
    apply(translator, row)
    found = line(course, POINT)
    assert found.state != State.ACCEPTED
    assert SegmentTranslation.objects.get(place=POINT).text == "Untuk yang dulu"
    assert (found.earlier.source, found.earlier.text) == ("A point (en)", "Untuk yang dulu")


def test_a_stale_text_goes_out_with_the_source_it_was_made_from(course, translator):
    change(lesson("m1-l1", "en"), "kp-1", text="Another point")
    entry = at(entries(course), POINT)
    assert entry.fuzzy and entry.previous_msgid == "A point (en)" and entry.msgstr == "A point (id)"
    assert entry.msgid == "Another point"


def test_what_is_found_twice_or_nowhere_has_a_line_and_is_not_taken(course, translator):
    file = entries(course)
    first = at(file, POINT)
    first.msgstr = "Satu"
    file.append(polib.POEntry(msgctxt=first.msgctxt, msgid=first.msgid, msgstr="Dua"))
    file.append(polib.POEntry(msgctxt="m9/title #0123456789ab", msgid="x", msgstr="y"))
    file.append(polib.POEntry(msgctxt="nothing of ours", msgid="x", msgstr="z", tcomment="Why?"))
    file.append(
        polib.POEntry(msgctxt=at(file, "m1/title").msgctxt, msgid="x", msgid_plural="y", msgstr_plural={0: "z"})
    )
    row = take(course, translator, file)
    plan = service.plan_of(row)
    assert (plan.counts["twice"], plan.counts["unknown"], plan.counts["broken"]) == (2, 2, 1)
    assert plan.rows[-2].entry.remark
    apply(translator, row)
    assert not SegmentTranslation.objects.exists()
    row.refresh_from_db()
    assert len(row.result["not_taken"]) == 5


def test_an_emptied_text_keeps_what_there_is(course, translator):
    file = entries(course)
    at(file, POINT).msgstr = ""
    row = take(course, translator, file)
    assert service.plan_of(row).counts["empty"] == 1
    apply(translator, row)
    assert line(course, POINT).text == "A point (id)"


def test_what_is_no_text_and_what_is_too_long_is_not_taken(course, translator):
    file = entries(course)
    at(file, POINT).msgstr = "a\x07b"
    at(file, "m1/title").msgstr = "x" * 300
    at(file, "m1-l1/title").msgstr = "y" * 30_000
    row = take(course, translator, file)
    plan = service.plan_of(row)
    assert plan.counts["broken"] == 2
    apply(translator, row)
    assert line(course, "m1/title").state == State.DRAFT and SegmentTranslation.objects.count() == 1


def test_a_machines_words_stay_a_machines_until_a_person_edits_them(course, translator):
    for place in (POINT, "m1/title"):
        type_at_the_desk(course, place, "Dari mesin", origin="machine")
    file = entries(course)
    assert at(file, POINT).fuzzy
    at(file, POINT).flags.remove("fuzzy")
    at(file, "m1/title").msgstr = "Dari mesin, diperbaiki"
    apply(translator, take(course, translator, file))
    assert (line(course, POINT).state, line(course, POINT).own.origin) == (State.ACCEPTED, "machine")
    assert line(course, "m1/title").own.origin == "file"
    content = content_of(course, kind="xliff")
    assert b'state-qualifier="leveraged-mt"' in content


# --- who, and which file


def test_a_file_of_another_course_or_language_is_refused(course, translator):
    content = content_of(course)
    for old, new, says in (
        (str(course.uuid).encode(), b"5a3c0d52-0c5e-4f0e-9f39-000000000000", "another course"),
        (b"X-Suluh-Language: id", b"X-Suluh-Language: ur", "another language"),
    ):
        with pytest.raises(FileRefused, match=says):
            take(course, translator, content.replace(old, new))
    assert not TranslationFile.objects.exists()


def test_whoever_does_not_write_courses_neither_downloads_nor_brings_in(course, cast, translator):
    row = take(course, translator, content_of(course))
    with pytest.raises(Refused):
        service.download_translation(by=cast.officer, course=course, unit="m1", language="id", kind="po")
    with pytest.raises(Refused):
        service.take_translation_file(by=cast.rso, course=course, language="id", file=upload(content_of(course)))
    with pytest.raises(Refused):
        service.apply_translation_file(by=cast.officer, file=row, seen="")
    assert not AuditEvent.objects.filter(action__startswith="translation.").exists()


def test_a_file_is_applied_once_and_goes_by_itself(course, translator):
    row = take(course, translator, content_of(course))
    apply(translator, row)
    with pytest.raises(service.AlreadyApplied):
        service.apply_translation_file(by=translator, file=row, seen="")
    waiting = take(course, translator, content_of(course))
    TranslationFile.objects.filter(pk=waiting.pk).update(made_at=timezone.now() - dt.timedelta(days=8))
    TranslationFile.objects.filter(pk=row.pk).update(made_at=timezone.now() - dt.timedelta(days=8))
    sweep_course_files.call()
    assert list(TranslationFile.objects.all()) == [row]
    TranslationFile.objects.update(made_at=timezone.now() - dt.timedelta(days=31))
    sweep_course_files.call()
    assert not TranslationFile.objects.exists()


# --- the pages


def address(name: str, *more) -> str:
    return reverse(f"translate:{name}", args=["small-course", "m1", "id", *more])


@pytest.mark.parametrize("kind", ["po", "xliff"])
@pytest.mark.parametrize("unit", ["m1", "course", "_"])
def test_a_file_is_downloaded_through_the_page(client, course, unit, kind):
    answer = client.get(reverse("translate:download", args=["small-course", unit, "id", kind]))
    found = read_file(answer.content)[1]
    assert answer.status_code == 200 and found.head.course == str(course.uuid) and found.entries
    assert AuditEvent.objects.filter(action="translation.downloaded").count() == 1


def test_the_way_of_a_file_through_the_pages(client, course):
    assert client.get(address("file_new")).status_code == 200
    file = entries(course)
    at(file, POINT).msgstr = "Satu <hal>"
    type_at_the_desk(course, "m1/title", "Dari meja")
    at(file, "m1/title").msgstr = "Dari berkas"
    answer = client.post(address("file_new"), {"file": upload(file)})
    row = TranslationFile.objects.get()
    assert answer["Location"] == address("file", row.uuid)
    page = client.get(answer["Location"])
    text = page.content.decode()
    assert "Dari berkas" in text and "Dari meja" in text and "Nothing is written yet" in text
    assert "Satu &lt;hal&gt;" in client.get(answer["Location"] + "?show=changed").content.decode()
    seen = page.context["plan"].digest
    stale = client.post(answer["Location"], {"action": "apply", "seen": "another"}, follow=True)
    assert "Look again" in stale.content.decode() and line(course, POINT).text == "A point (id)"
    done = client.post(
        answer["Location"], {"action": "apply", "seen": seen, "take": at(file, "m1/title").msgctxt}, follow=True
    )
    assert "Nothing was left out" in done.content.decode()
    assert line(course, "m1/title").text == "Dari berkas" and line(course, POINT).text == "Satu <hal>"


def test_a_file_that_is_refused_says_why_on_its_page_and_can_be_thrown_away(client, course):
    answer = client.post(address("file_new"), {"file": upload(b"PK\x03\x04")})
    assert answer.status_code == 422 and "Unpack it" in answer.content.decode()
    client.post(address("file_new"), {"file": upload(content_of(course))})
    row = TranslationFile.objects.get()
    client.post(address("file", row.uuid), {"action": "drop"})
    assert not TranslationFile.objects.exists()
