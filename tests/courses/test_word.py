"""Lessons from Word: what comes along, what is named as lost, and what is never opened."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest
from django.core.management import CommandError, call_command
from docx.shared import Inches

from accounts.models import AuditEvent
from accounts.permissions import Refused
from courses.pages.exchange import apply_plan, plan_import
from courses.pages.models import LessonPage, ModulePage, Picture
from courses.pages.word import WordRefused, apply_word, plan_word
from tests.courses.bundled_media import png
from tests.courses.bundles import as_json, row_counts, small_bundle

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "site-media"


@pytest.fixture
def module() -> ModulePage:
    apply_plan(plan_import(small_bundle()))
    page: ModulePage = ModulePage.objects.get(key="m1")
    return page


def written(path: Path, write: Callable[[Any], None]) -> Path:
    document = docx.Document()
    write(document)
    document.save(str(path))
    return path


def picture(document: Any, content: bytes, alt: str = "") -> None:
    document.add_picture(io.BytesIO(content), width=Inches(1))
    document.inline_shapes[-1]._inline.docPr.set("descr", alt)


def a_lesson(document: Any) -> None:
    document.add_heading("A first lesson", 1)
    document.add_paragraph("Words before.")
    document.add_heading("A part", 2)
    document.add_paragraph("One thing", style="List Bullet")
    document.add_paragraph("Another", style="List Bullet")
    document.add_paragraph("First", style="List Number")
    table = document.add_table(rows=2, cols=2)
    for number, words in enumerate(["Sign", "What to do", "Fear", "Ask alone"]):
        table.cell(number // 2, number % 2).text = words
    picture(document, png(), "Two hands")
    picture(document, png("red"))
    document.add_heading("A second lesson", 1)
    run = document.add_paragraph().add_run("Strong words")
    run.bold = True


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return written(tmp_path / "lessons.docx", a_lesson)


def rezipped(path: Path, change: Callable[[dict[str, bytes]], None], name: str = "") -> Path:
    """The same Word file with other parts in it."""
    with zipfile.ZipFile(path) as archive:
        parts = {each: archive.read(each) for each in archive.namelist()}
    change(parts)
    target = path.with_name(name or "changed.docx")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for each, content in parts.items():
            archive.writestr(each, content)
    return target


def refused(path: Path, *words: str, name: str = "") -> None:
    before = row_counts()
    with pytest.raises(WordRefused) as caught:
        plan_word(path, name=name or path.name)
    assert all(word in str(caught.value) for word in words), str(caught.value)
    assert row_counts() == before


def test_headings_lists_tables_and_pictures_become_drafts_behind_the_lessons_of_the_module(file, module):
    pages = apply_word(by=None, plan=plan_word(file, name=file.name), module=module)
    assert [page.title for page in pages] == ["A first lesson", "A second lesson"]
    assert not any(page.live for page in LessonPage.objects.filter(pk__in=[page.pk for page in pages]))
    assert len({page.key for page in pages} | {"m1-l1", "m1-l2"}) == 4
    blocks = [(block.block_type, block.value) for block in LessonPage.objects.get(pk=pages[0].pk).body]
    assert [kind for kind, _value in blocks] == ["paragraph", "table", "picture", "picture"]
    html = str(blocks[0][1].source)
    assert (
        "<p>Words before.</p><h2>A part</h2><ul><li>One thing</li><li>Another</li></ul><ol><li>First</li></ol>" in html
    )
    assert [row["c2"] for row in blocks[1][1]["rows"]] == ["What to do", "Ask alone"]
    assert [value["alt"] for kind, value in blocks if kind == "picture"] == ["Two hands", ""]
    assert Picture.objects.count() == 2
    children = list(LessonPage.objects.child_of(module).order_by("path").values_list("title", flat=True))
    assert children[-2:] == ["A first lesson", "A second lesson"]


def test_ids_are_fresh_and_each_once(file, module):
    pages = apply_word(by=None, plan=plan_word(file, name=file.name), module=module)
    again = apply_word(by=None, plan=plan_word(file, name=file.name), module=ModulePage.objects.get(pk=module.pk))
    ids = [block.id for page in [*pages, *again] for block in page.body]
    assert all(ids) and len(ids) == len(set(ids))
    assert Picture.objects.count() == 2


def test_a_picture_without_alternative_text_is_named_before(file):
    plan = plan_word(file, name=file.name)
    assert any("needs alternative text" in need and "A first lesson" in need for need in plan.needs)
    assert any("no caption" in need for need in plan.needs)


def test_a_draft_with_a_picture_without_words_cannot_be_published(file, module):
    from django.core.exceptions import ValidationError

    (page, _other) = apply_word(by=None, plan=plan_word(file, name=file.name), module=module)
    with pytest.raises(ValidationError):
        page.body.stream_block.clean(page.body)


def test_a_plan_changes_nothing(file, module):
    before = row_counts()
    plan_word(file, name=file.name)
    assert row_counts() == before


def test_a_document_without_headings_is_one_lesson_by_its_title_or_its_name(tmp_path, module):
    titled = written(tmp_path / "a.docx", lambda doc: (doc.add_heading("The title", 0), doc.add_paragraph("Words")))
    plain = written(tmp_path / "Border work.docx", lambda doc: doc.add_paragraph("Words"))
    assert [each.title for each in plan_word(titled, name="a.docx").lessons] == ["The title"]
    assert [each.title for each in plan_word(plain, name=plain.name).lessons] == ["Border work"]


def test_unknown_styles_and_wide_tables_are_named(tmp_path):
    def write(document: Any) -> None:
        document.styles.add_style("House style", 1)
        document.add_paragraph("Words", style="House style")
        table = document.add_table(rows=1, cols=7)
        for number in range(7):
            table.cell(0, number).text = f"cell {number}"

    plan = plan_word(written(tmp_path / "a.docx", write), name="a.docx")
    assert any("House style" in note for note in plan.notes)
    assert any("7 columns" in note for note in plan.notes)
    assert "cell 0 · cell 1" in plan.lessons[0].parts[0].text


def test_a_picture_in_a_format_of_no_browser_is_left_out_by_name(tmp_path):
    def write(document: Any) -> None:
        document.add_paragraph("Words")
        from PIL import Image

        out = io.BytesIO()
        Image.new("RGB", (4, 4)).save(out, "GIF")
        picture(document, out.getvalue(), "A drawing")

    plan = plan_word(written(tmp_path / "a.docx", write), name="a.docx")
    assert any("a picture is left out" in note for note in plan.notes)
    assert [part.kind for part in plan.lessons[0].parts] == ["text"]


def test_scripts_and_links_of_scripts_do_not_come_along(tmp_path, module):
    def write(document: Any) -> None:
        document.add_paragraph("<script>alert(1)</script> & more")

    path = written(tmp_path / "a.docx", write)
    (page,) = apply_word(by=None, plan=plan_word(path, name=path.name), module=module)
    assert "<script" not in page.body[0].value.source and "&lt;script&gt;" in page.body[0].value.source


# --- never opened


def with_macros(parts: dict[str, bytes]) -> None:
    parts["word/vbaProject.bin"] = b"\xd0\xcf\x11\xe0 macro"


def with_macro_type(parts: dict[str, bytes]) -> None:
    types = parts["[Content_Types].xml"]
    parts["[Content_Types].xml"] = types.replace(
        b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        b"application/vnd.ms-word.document.macroEnabled.main+xml",
    )


def with_entities(parts: dict[str, bytes]) -> None:
    body = parts["word/document.xml"].split(b"?>", 1)[1]
    parts["word/document.xml"] = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + body


def with_linked_picture(parts: dict[str, bytes]) -> None:
    link = (
        b'<Relationship Id="rId99" Target="http://elsewhere.example/x.png" TargetMode="External" '
        b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"/></Relationships>'
    )
    parts["word/_rels/document.xml.rels"] = parts["word/_rels/document.xml.rels"].replace(b"</Relationships>", link)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (with_macros, "holds macros"),
        (with_macro_type, "holds macros"),
        (with_entities, "can harm"),
        (with_linked_picture, "only a link to another place"),
        (lambda parts: parts.pop("word/document.xml"), "no Word document"),
        (lambda parts: parts.update({"word/document.xml": b"<w:broken"}), "damaged"),
        (lambda parts: parts.update({"word/big.xml": b"<a>" + b" " * 30 * 2**20 + b"</a>"}), "a trap"),
        (lambda parts: parts.update({"../outside.xml": b"<a/>"}), "leads outside"),
    ],
)  # fmt: skip
def test_a_word_file_that_could_harm_is_not_opened(file, change, words):
    refused(rezipped(file, change), words)


@pytest.mark.parametrize("name", ["lessons.docm", "lessons.dotm"])
def test_a_file_that_is_named_as_one_with_macros_is_not_opened(file, name):
    refused(file, "holds macros", ".docx", name=name)


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "a.doc", "save it as .docx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 locked", "a.docx", "with a password"),
        (b"{\\rtf1 words}", "a.docx", "no Word file"),
        (b"", "a.docx", "no Word file"),
    ],
)  # fmt: skip
def test_what_is_no_docx_is_told_what_to_do(tmp_path, content, name, words):
    path = tmp_path / name
    path.write_bytes(content)
    refused(path, words)


def test_an_empty_document_is_refused(tmp_path):
    refused(written(tmp_path / "a.docx", lambda document: None), "no text")


def test_a_document_without_end_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("courses.pages.word.reading.MOST_LETTERS", 100)
    refused(written(tmp_path / "a.docx", lambda document: document.add_paragraph("word " * 40)), "too long")


# --- who, and the command


def test_whoever_may_not_write_is_refused_and_nothing_is_made(file, module, cast):
    plan, before = plan_word(file, name=file.name), row_counts()
    with pytest.raises(Refused):
        apply_word(by=cast.officer, plan=plan, module=module)
    assert row_counts() == before


def test_an_import_is_in_the_audit_log(file, module, cast):
    pages = apply_word(by=cast.trainer, plan=plan_word(file, name=file.name), module=module)
    event = AuditEvent.objects.filter(action="lessons.imported").latest("pk")
    assert event.details["lessons"] == [page.key for page in pages]


def run(*arguments: Any) -> str:
    out = io.StringIO()
    call_command("import_word", *map(str, arguments), stdout=out, stderr=io.StringIO())
    return out.getvalue()


def test_the_command_plans_and_then_makes_drafts(file, module):
    arguments = [file, "--course", "small-course", "--module", "m1"]
    assert "Only planned" in run(*arguments, "--plan")
    assert LessonPage.objects.count() == 2
    document = as_json(run(*arguments, "--json"))
    assert document["applied"] and len(document["keys"]) == 2
    assert LessonPage.objects.filter(key__in=document["keys"], live=False).count() == 2


def test_the_command_names_the_modules_that_there_are(file, module):
    with pytest.raises(CommandError, match=r"no module “m9”. Modules: m1"):
        run(file, "--course", "small-course", "--module", "m9")
