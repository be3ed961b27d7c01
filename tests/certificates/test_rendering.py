"""The certificate's page: what it must always be, and what no name may do to it."""

import dataclasses
import datetime
import hashlib
import io
import logging
import subprocess
import sys
import threading
from pathlib import Path

import pypdf
import pytest

from certificates import rendering
from certificates.rendering import CertificateText, picture_of, render_certificate
from lms import typesetting
from lms.typesetting import clean_text

ROOT = Path(__file__).resolve().parents[2]
VERIFY_URL = "https://learn.example.org/verify/0b7c1e2a-5d3f-4c77-9b1e-2f60c1a8d9e4"

TEXT = CertificateText(
    language="en",
    right_to_left=False,
    heading="Certificate of completion",
    presented_to="This is to certify that",
    name="Siti Nurhaliza Rahman",
    statement="has completed the course and passed its final test",
    course="Preventing trafficking in persons",
    edition="Edition 1, revision 2",
    facts=(
        ("Language taken", "English"),
        ("Design hours", "3.7 hours"),
        ("Pass standard", "80 %"),
        ("Issued on", "2026-11-23"),
        ("Valid until", "2029-11-23"),
        ("Certificate number", "SUL-2026-7F3K-92QD"),
    ),
    issuer="Regional Support Office of the Bali Process",
    verify_label="Anyone can check this certificate at",
    verify_url=VERIFY_URL,
    specimen="",
    specimen_note="",
    issued_at=datetime.datetime(2026, 11, 23, 8, 0, tzinfo=datetime.UTC),
)
SPECIMEN = dataclasses.replace(
    TEXT, specimen="SPECIMEN", specimen_note="The content of this course has not been reviewed yet."
)
URDU = dataclasses.replace(
    SPECIMEN,
    language="ur",
    right_to_left=True,
    heading="تکمیل کی سند",
    name="محمد فاروق احمد خان",
    course="انسانی سمگلنگ کی روک تھام",
    facts=(("زبان", "اردو"), ("تاریخ اجرا", "2026-11-23")),
    specimen="نمونہ",
)

# One name for each script that the installed faces serve.
NAMES = {
    "Latin": "Nguyễn Thị Ánh Đào",
    "Arabic": "محمد فاروق احمد خان",
    "Persian with a joiner": "می\u200cراد حسینی",
    "Khmer": "សុខ ចាន់ដារ៉ា គង់បញ្ញារិទ្ធិ",
    "Thai": "สมชาย ศรีสุวรรณ์ปัญญา",
    "Lao": "ບຸນມີ ວົງພະຈັນ",
    "Burmese": "ဒေါ်အောင်ဆန်းမြင့်ကျော်ဦး",
    "Devanagari": "राम बहादुर श्रेष्ठ",
    "Bengali": "রহিমা খাতুন",
    "Tamil": "கார்த்திக் ஸ்ரீநிவாசன்",
    "Sinhala": "ශ්‍රී නිමල් පෙරේරා",
    "Cyrillic": "Батбаяр Өнөрцэцэг",
    "Georgian": "ნინო ბერიძე",
}

HOSTILE_NAMES = (
    '#panic("x")',
    '#eval("panic()")',
    "$x$ @ref <label> *bold* _emph_ `raw` ~ // comment",
    "\\u{0} \\",
    "[content] #let name = 1 /* open",
    '", "name": {"text": "other"}}',
    "=1+1",
    "two\nlines\r\n\tand\u2028more\u2029",
    "\u202eterces\u202c \u2066isolated\u2069 \u200f\u200e\u061c",
    "null\x00bell\x07escape\x1b[31m",
    "\ud800 lone surrogate \udfff",
    "\ue000 private \U0010ffff",
    "Z" + "\u0301\u0317\u0328" * 300 + "algo",
    "W" * 120,
    "محمد" * 60,
    "ក" * 200,
    "\u0bc7 mark without a letter \u17d2",
    "王\u0bc7",
    "👩🏽‍✈️ 🇮🇩",
    "x" * 20_000,
)


def read(pdf: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf))


def printed_text(pdf: bytes) -> str:
    return " ".join(read(pdf).pages[0].extract_text().replace("\u200b", "").split())


def tags(node: object) -> list[str]:
    """The kinds of all structure elements, in reading order."""
    node = node.get_object() if isinstance(node, pypdf.generic.IndirectObject) else node
    if isinstance(node, pypdf.generic.ArrayObject):
        return [tag for child in node for tag in tags(child)]
    if not isinstance(node, pypdf.generic.DictionaryObject):
        return []
    own = [str(node["/S"])] if "/S" in node else []
    return own + (tags(node["/K"]) if "/K" in node else [])


def alternatives(node: object) -> list[str]:
    """What is said in place of pictures, in reading order."""
    node = node.get_object() if isinstance(node, pypdf.generic.IndirectObject) else node
    if isinstance(node, pypdf.generic.ArrayObject):
        return [said for child in node for said in alternatives(child)]
    if not isinstance(node, pypdf.generic.DictionaryObject):
        return []
    own = [str(node["/Alt"])] if "/Alt" in node else []
    return own + (alternatives(node["/K"]) if "/K" in node else [])


@pytest.mark.parametrize("text", [TEXT, SPECIMEN, URDU], ids=["real", "specimen", "right to left"])
def test_the_certificate_is_one_page_a4_landscape(text: CertificateText) -> None:
    pages = read(render_certificate(text)).pages

    assert len(pages) == 1
    assert [round(float(side)) for side in pages[0].mediabox[2:]] == [842, 595]


def test_the_same_text_gives_the_same_bytes() -> None:
    assert render_certificate(URDU) == render_certificate(URDU)


def test_another_process_with_another_time_zone_gives_the_same_bytes() -> None:
    program = (
        "import hashlib, sys, tests.certificates.test_rendering as t\n"
        "for text in (t.TEXT, t.URDU): print(hashlib.sha256(t.render_certificate(text)).hexdigest())"
    )
    environment = {
        "PYTHONPATH": str(ROOT),
        "PYTHONHASHSEED": "7",
        "TZ": "Asia/Kathmandu",
        "LC_ALL": "C",
        "DJANGO_SETTINGS_MODULE": "tests.settings",  # says where further fonts stand
    }

    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )

    assert done.stdout.split() == [hashlib.sha256(render_certificate(text)).hexdigest() for text in (TEXT, URDU)]


def test_several_threads_at_once_give_the_same_bytes() -> None:
    expected = {text.language: render_certificate(text) for text in (SPECIMEN, URDU)}
    wrong: list[str] = []

    def render() -> None:
        for text in (SPECIMEN, URDU) * 4:
            if render_certificate(text) != expected[text.language]:
                wrong.append(text.language)

    threads = [threading.Thread(target=render) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []


def test_a_forked_child_is_told_instead_of_hanging(monkeypatch: pytest.MonkeyPatch) -> None:
    render_certificate(TEXT)
    monkeypatch.setattr(typesetting.os, "getpid", lambda: -1)
    monkeypatch.setattr(typesetting, "_processes", set(typesetting._processes))

    with pytest.raises(RuntimeError, match="forked"):
        render_certificate(TEXT)


def test_the_document_says_its_title_its_language_and_when_it_was_issued() -> None:
    document = read(render_certificate(URDU))

    assert document.metadata is not None
    assert document.metadata.title == "تکمیل کی سند – انسانی سمگلنگ کی روک تھام"
    assert document.metadata.creation_date == URDU.issued_at
    assert document.root_object["/Lang"] == "ur"


def test_the_document_is_archivable_and_tagged_for_screen_readers() -> None:
    document = read(render_certificate(SPECIMEN))
    metadata = document.root_object["/Metadata"].get_object().get_data()  # type: ignore[attr-defined]
    found = tags(document.root_object["/StructTreeRoot"]["/K"])  # type: ignore[index]

    assert b"<pdfaid:part>2</pdfaid:part>" in metadata
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in metadata
    assert b"<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert document.root_object["/MarkInfo"]["/Marked"]  # type: ignore[index]
    assert (found.count("/H1"), found.count("/Figure"), found.count("/Link")) == (1, 1, 1)


def test_the_qr_code_says_in_words_where_it_leads() -> None:
    tree = read(render_certificate(TEXT)).root_object["/StructTreeRoot"]["/K"]  # type: ignore[index]

    assert f"Anyone can check this certificate at {VERIFY_URL}" in alternatives(tree)


def test_the_printed_address_is_a_link() -> None:
    (annotation,) = read(render_certificate(TEXT)).pages[0]["/Annots"]  # type: ignore[misc]

    assert annotation.get_object()["/A"]["/URI"] == VERIFY_URL


@pytest.mark.parametrize("text", [TEXT, SPECIMEN, URDU], ids=["real", "specimen", "right to left"])
def test_a_camera_reads_the_address_back_from_the_page(text: CertificateText) -> None:
    reader = pytest.importorskip("zxingcpp")
    image = pytest.importorskip("PIL.Image")
    # The picture is made by typst from the same page, so no PDF renderer is needed on the machine.
    png = picture_of(text, dots_per_inch=110)

    assert [code.text for code in reader.read_barcodes(image.open(io.BytesIO(png)))] == [VERIFY_URL]


def test_everything_that_was_given_is_printed() -> None:
    printed = printed_text(render_certificate(TEXT))

    for part in (TEXT.heading, TEXT.presented_to, TEXT.name, TEXT.statement, TEXT.course, TEXT.edition, TEXT.issuer):
        assert part in printed
    for label, value in TEXT.facts:
        assert label in printed
        assert value in printed
    assert VERIFY_URL in printed


def test_a_specimen_says_so_across_the_page_and_in_its_text() -> None:
    pdf = render_certificate(SPECIMEN)

    assert "SPECIMEN · The content of this course has not been reviewed yet." in printed_text(pdf)
    # The word across the page is decoration to a screen reader: it stands outside the tagged text.
    assert printed_text(pdf).replace(" ", "").count("SPECIMEN") == 2
    assert b"/Artifact" in read(pdf).pages[0].get_contents().get_data()  # type: ignore[union-attr]


def test_a_real_certificate_says_nothing_of_a_specimen() -> None:
    printed = printed_text(render_certificate(TEXT)).replace(" ", "")

    assert "SPECIMEN" not in printed
    assert "reviewed" not in printed


@pytest.mark.parametrize("script", NAMES)
def test_a_name_is_set_in_its_own_script_without_a_missing_letter(
    script: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, logger="suluh.certificates"):
        pdf = render_certificate(dataclasses.replace(TEXT, name=NAMES[script]))

    assert len(read(pdf).pages) == 1
    assert caplog.messages == []


def test_one_name_in_ten_scripts_is_set(caplog: pytest.LogCaptureFixture) -> None:
    name = " ".join(part.split()[0] for part in NAMES.values())

    with caplog.at_level(logging.WARNING, logger="suluh.certificates"):
        pdf = render_certificate(dataclasses.replace(TEXT, name=name))

    assert len(read(pdf).pages) == 1
    assert caplog.messages == []


def test_a_letter_that_no_font_has_becomes_a_square_and_is_logged_without_the_name(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING, logger="suluh.certificates"):
        pdf = render_certificate(dataclasses.replace(TEXT, name="Anna \U00013000 Berg"))

    assert "Anna \u25fb Berg" in printed_text(pdf)
    assert caplog.messages == ["certificate: no font has U+13000"]


@pytest.mark.logs_errors
def test_a_text_that_cannot_be_shaped_costs_the_name_its_letters_and_nobody_the_certificate(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    compile_page = rendering._compile

    def refuse_khmer(page: str, text: CertificateText) -> bytes:
        if "\u179f" in page:
            raise rendering.typst.TypstError("cannot be shaped", "")
        return compile_page(page, text)

    monkeypatch.setattr(rendering, "_compile", refuse_khmer)

    with caplog.at_level(logging.WARNING, logger="suluh.certificates"):
        pdf = render_certificate(dataclasses.replace(TEXT, name="Sok សុខ"))

    assert "Sok \u25fb\u25fb" in printed_text(pdf)
    assert "សុខ" not in caplog.text


@pytest.mark.parametrize("name", HOSTILE_NAMES, ids=lambda name: ascii(name)[:24])
def test_no_name_breaks_the_page(name: str) -> None:
    pdf = render_certificate(dataclasses.replace(SPECIMEN, name=name))

    assert len(read(pdf).pages) == 1
    assert SPECIMEN.course in printed_text(pdf)


@pytest.mark.parametrize("name", HOSTILE_NAMES[:7])
def test_markup_in_a_name_is_printed_as_it_was_typed(name: str) -> None:
    pdf = render_certificate(dataclasses.replace(TEXT, name=name))

    assert f"This is to certify that {name} has completed" in printed_text(pdf)


@pytest.mark.parametrize("field", ["heading", "statement", "course", "edition", "issuer", "verify_label", "specimen"])
def test_no_other_text_runs_as_markup_either(field: str) -> None:
    changes: dict[str, str] = {field: '#panic("x") $x$'}

    pdf = render_certificate(dataclasses.replace(TEXT, **changes))  # type: ignore[arg-type]

    assert '#panic("x")$x$' in printed_text(pdf).replace(" ", "")


@pytest.mark.parametrize("name", ["U", "Ng", "Dr. Maria " + "Guadalupe Esperanza " * 5 + "Montgomery"])
def test_a_name_of_one_letter_and_one_of_a_hundred_and_twenty_are_printed_whole(name: str) -> None:
    assert name in printed_text(render_certificate(dataclasses.replace(TEXT, name=name)))


@pytest.mark.parametrize("name", ["", " \t\n", "\u202e\x00", "\u3164", "\u200d", "\u0301\u0317\u0bc7"], ids=ascii)
def test_a_name_without_a_letter_leaves_no_line_to_write_on(name: str) -> None:
    pdf = render_certificate(dataclasses.replace(TEXT, name=name))

    assert "This is to certify that — has completed" in printed_text(pdf)


def test_texts_far_too_long_still_make_one_page() -> None:
    long = "A sentence that no translator would send but a careless import might "
    text = dataclasses.replace(
        SPECIMEN,
        heading=long * 3,
        presented_to=long * 3,
        name=long * 9,
        statement=long * 3,
        course=long * 9,
        issuer=long * 3,
        verify_label=long * 3,
        specimen=long,
        facts=tuple((long, long * 2) for _ in range(30)),
    )

    assert len(read(render_certificate(text)).pages) == 1


def test_a_certificate_without_facts_is_one_page_too() -> None:
    assert len(read(render_certificate(dataclasses.replace(TEXT, facts=()))).pages) == 1


@pytest.mark.parametrize("language", ["zh-Hans", "prs", "fil", "pt-TL", "sr_Latn_RS", "x-unknown", ""])
def test_any_language_tag_is_accepted(language: str) -> None:
    assert render_certificate(dataclasses.replace(TEXT, language=language))


def test_a_moment_without_a_time_zone_is_refused() -> None:
    naive = TEXT.issued_at.replace(tzinfo=None)

    with pytest.raises(ValueError, match="time zone"):
        render_certificate(dataclasses.replace(TEXT, issued_at=naive))


@pytest.mark.parametrize("address", ["", "https://example.org/" + "x" * 4000], ids=["empty", "too long"])
def test_an_address_that_no_qr_code_can_carry_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match=r"verify_url|[Dd]ata too large"):
        render_certificate(dataclasses.replace(TEXT, verify_url=address))


@pytest.mark.parametrize(
    ("given", "cleaned"),
    [
        ("  Siti\n\tNurhaliza\u00a0Rahman ", "Siti Nurhaliza Rahman"),
        ("e\u0301", "é"),
        ("a\u202eb\u2066c\ufeffd\u00ade", "abcde"),
        ("می\u200cراد", "می\u200cراد"),
        ("ශ්\u200dරී", "ශ්\u200dරී"),
        ("\u200fاحمد (٢)\u200f", "\u200fاحمد (٢)\u200f"),
        ("a\x00b\x1bc\x7fd\x85e", "abcd e"),
        ("\ud800x", "x"),
        ("q" + "\u0308" * 20, "q" + "\u0308" * 8),
    ],
    ids=ascii,
)
def test_cleaning_keeps_what_spelling_needs_and_drops_what_deceives(given: str, cleaned: str) -> None:
    assert clean_text(given) == cleaned


def test_a_time_with_microseconds_is_taken_as_it_comes():
    now = datetime.datetime(2026, 3, 14, 7, 2, 1, 123456, tzinfo=datetime.UTC)
    assert render_certificate(dataclasses.replace(TEXT, issued_at=now)).startswith(b"%PDF")
