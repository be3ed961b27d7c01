"""Who signs and whose logo stands on a certificate, in which words, and what is noted when a letter has no font."""

import base64
import dataclasses
import datetime as dt
import hashlib
import io
import json
import logging
import subprocess
import sys
from pathlib import Path

import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image, ImageChops
from PIL.PngImagePlugin import PngInfo

from accounts.models import AuditEvent
from accounts.roles import Role
from certificates import pictures, rendering, services
from certificates.compacting import compacted
from certificates.documents import certificate_pdf, certificate_text, text_of
from certificates.models import Award, MissingCharacters, PagePart, PagePicture
from certificates.rendering import FOLDER, LAYOUTS, NEWEST, Logo, Picture, Signature, picture_of, render
from certificates.wording import wording_for, wordings
from tests.cast import make_person
from tests.certificates.samples import DOTS, MORE, PAGES, TEXTS, award_in, grey, samples
from tests.factories import complete

ROOT = Path(__file__).resolve().parents[2]
#: As long as the address in a code is: with the token behind it, of which the end is as good as chance.
ADDRESS = "https://learn.example.org/verify/SLH-7F3K-92QD-M4XA#" + base64.urlsafe_b64encode(
    hashlib.shake_256(b"token").digest(144)
).decode("ascii")

#: SHA-256 of each template. What was issued is printed with its own for good: who wants another look copies the newest
#: to the next number, changes that one, and raises `rendering.NEWEST`. Only a template that no site has issued with yet
#: may be given another digest here.
TEMPLATES = json.loads((PAGES / "templates.json").read_text())


def png(size: tuple[int, int] = (300, 120), colour: str = "navy", **info: str) -> bytes:
    said = PngInfo()
    for key, value in info.items():
        said.add_text(key, value)
    out = io.BytesIO()
    Image.new("RGBA", size, colour).save(out, "PNG", pnginfo=said)
    return out.getvalue()


@pytest.fixture
def second(cast):
    """Another certification officer."""
    return make_person("rso-two", Role.RSO_CERTIFICATION)


def propose(by, **changes) -> PagePart:
    return services.propose_page_part(
        by=by,
        **{
            "kind": "signatory",
            "name": "Maria Santos",
            "title": "Co-manager",
            "words": {"id": {"name": "Maria Santos", "title": "Manajer bersama"}},
            "valid_from": timezone.localdate(),
        }
        | changes,
    )


def words_of(pdf: bytes) -> str:
    return " ".join(pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text().replace("\u200b", "").split())


# --- words


def test_every_language_has_every_word_and_its_places():
    for wording in wordings().values():
        assert wording.words.keys() | {"english_only"} == wordings()["en"].words.keys(), wording.language
        assert all(wording.words.values())
        assert "{edition}" in wording["edition"] and "{revision}" in wording["edition"]
        assert "{percent}" in wording["standard_value"]


def test_a_language_without_words_gets_a_whole_page_in_english_that_says_why():
    award = award_in("en")
    award.language = "fr"

    text = text_of(award, address="https://x", found={})

    assert text.language == "en" and not text.right_to_left
    assert "not yet available" in text.remark and text.remark in words_of(render(text).pdf)
    assert wording_for("zh-Hans").language == "zh-hans" and wording_for("xx").language == "en"


@pytest.mark.parametrize("kind", ["participation", "completion", "trainer"])
def test_each_kind_has_a_heading_and_a_statement_of_its_own_and_no_score(kind):
    snapshot = award_in("en").snapshot | {"score": 97, "lessons": {"done": 6, "all": 8}}
    text = text_of(award_in("en", kind=kind, snapshot=snapshot), address="https://x", found={})

    assert text.heading == wording_for("en")[f"heading_{kind}"]
    assert text.statement == wording_for("en")[f"statement_{kind}"]
    assert ("Pass standard" in dict(text.facts)) == (kind != "participation")
    assert "97" not in str(text)
    assert dict(text.facts)["National annex"] == "2026-05-01 · 4f1c09ab"


def test_a_page_with_english_says_everything_twice_and_the_course_by_its_english_title():
    printed = words_of(render(text_of(award_in("id"), address="https://x", found={}, with_english=True)).pdf)

    for said in ("Sertifikat Penyelesaian Kursus", "Certificate of completion", "Pencegahan perdagangan orang"):
        assert said in printed
    assert "Preventing trafficking in persons" in printed and "Pass standard" in printed
    assert text_of(award_in("en"), address="https://x", found={}, with_english=True).english is None


def test_a_page_may_stand_upright():
    text = text_of(award_in("th"), address="https://x", found={}, layout="portrait")
    (page,) = pypdf.PdfReader(io.BytesIO(render(text).pdf)).pages

    assert [round(float(side)) for side in page.mediabox[2:]] == [595, 842]


# --- the look


def blocks(picture: Image.Image) -> list[int]:
    """The mean darkness of squares of four dots."""
    return list(picture.resize((picture.width // 4, picture.height // 4), Image.Resampling.BOX).tobytes())


@pytest.mark.parametrize("name", [*TEXTS, *MORE])
def test_each_language_looks_as_it_did_when_somebody_looked(name, caplog):
    text = samples()[name]
    with caplog.at_level(logging.WARNING, logger="suluh.certificates"):
        now = grey(picture_of(text, dots_per_inch=DOTS))
    before = Image.open(PAGES / f"{name}.png").convert("L")

    assert caplog.messages == []
    assert now.size == before.size
    differ = blocks(ImageChops.difference(now, before))
    assert sum(differ) / len(differ) < 0.8
    assert sum(each > 24 for each in differ) < len(differ) * 0.005


@pytest.mark.parametrize("number", range(1, NEWEST + 1))
def test_a_template_that_was_issued_with_is_not_changed(number):
    content = (FOLDER / f"certificate-{number}.typ").read_bytes()

    assert TEMPLATES[str(number)] == hashlib.sha256(content).hexdigest()


LONG = (
    "Pencegahan perdagangan orang dan penyelundupan manusia serta pelindungan korban dan pengungsi di perbatasan",
    "Preventing trafficking in persons and people smuggling, and protecting victims and refugees at borders",
)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_latin_certificate_without_logos_is_small_whatever_stands_on_it(layout):
    plain = text_of(award_in("en"), address=ADDRESS, found={}, layout=layout)
    specimen = text_of(award_in("en", is_specimen=True), address=ADDRESS, found={}, layout=layout)
    award = award_in("id", is_specimen=True)
    award.snapshot["course"], award.snapshot["course_en"] = LONG
    longest = text_of(award, address=ADDRESS, found={}, layout=layout, with_english=True)

    sizes = [len(render(text).pdf) for text in (plain, specimen, longest)]

    assert max(sizes) <= 16 * 1024, sizes


def unpacked(text, monkeypatch) -> bytes:
    """The file as typst writes it."""
    with monkeypatch.context() as patched:
        patched.setattr(rendering, "compacted", lambda pdf: pdf)
        return render(text).pdf


@pytest.mark.parametrize("language", ["en", "vi", "ur", "km"])
def test_packing_changes_no_letter_and_no_tag(language, monkeypatch):
    text = text_of(award_in(language, is_specimen=True), address=ADDRESS, found={}, with_english=True)
    before, after = (pypdf.PdfReader(io.BytesIO(pdf)) for pdf in (unpacked(text, monkeypatch), render(text).pdf))

    assert len(render(text).pdf) < 0.7 * len(unpacked(text, monkeypatch))
    assert after.pages[0].extract_text() == before.pages[0].extract_text()
    assert after.metadata == before.metadata
    assert after.pages[0].images[0].image.convert("L").size == before.pages[0].images[0].image.size
    assert structure(after) == structure(before)


def structure(reader, node=None):
    """Kind, alternative text and children of each element."""
    node = (reader.root_object["/StructTreeRoot"] if node is None else node).get_object()
    if not isinstance(node, dict):
        return [structure(reader, each) for each in node] if isinstance(node, list) else str(node)
    if node.get("/Type") == "/OBJR":
        return "link"
    below = node.get("/K", [])
    return (node.get("/S"), node.get("/Alt"), structure(reader, below))


def test_another_process_gives_the_same_bytes_with_pictures_and_english():
    program = (
        "import django; django.setup(); import hashlib; from tests.certificates.test_page import full\n"
        "print(hashlib.sha256(full()).hexdigest())"
    )
    environment = {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "9", "DJANGO_SETTINGS_MODULE": "tests.settings"}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == hashlib.sha256(full()).hexdigest()


def full() -> bytes:
    """A page with everything that there can be."""
    drawn, width, height = pictures.drawn_anew(png())
    picture = Picture(drawn, width, height)
    text = text_of(award_in("ur", is_specimen=True), address="https://x/#y", found={}, with_english=True)
    who = tuple(Signature(f"Somebody {n}", "مینیجر", "Manager", picture) for n in range(3))
    return render(dataclasses.replace(text, signatories=who, logos=(Logo("A partner", picture),) * 4)).pdf


def test_a_page_with_everything_is_one_tagged_page_and_names_its_pictures():
    reader = pypdf.PdfReader(io.BytesIO(full()))

    assert len(reader.pages) == 1
    assert reader.root_object["/MarkInfo"]["/Marked"]
    assert len(reader.pages[0].images) >= 2


def test_what_typst_does_not_write_is_left_as_it_is():
    for strange in (b"", b"%PDF-1.7\n\nxref\n", b"%PDF-1.4\n\n1 0 obj\n<<>>stream"):
        assert compacted(strange) == strange


# --- signatories and logos


def test_what_one_proposes_another_approves_and_then_it_stands_on_what_is_issued(cast, course, second):
    part = propose(cast.rso, picture=png())
    with pytest.raises(services.OwnProposal):
        services.approve_page_part(by=cast.rso, part=part)
    before = Award.objects.get(enrolment=complete(cast.officer, course.course))
    assert before.snapshot["page"] == {"template": NEWEST, "signatories": [], "logos": []}

    services.approve_page_part(by=second, part=part)
    after = Award.objects.get(enrolment=complete(cast.colleague, course.course))

    (said,) = after.snapshot["page"]["signatories"]
    assert said["title"] == "Co-manager" and said["picture"] == PagePicture.objects.get().digest
    assert certificate_text(after).signatories[0].picture is not None
    assert [each.action for each in AuditEvent.objects.filter(action__startswith="page_part").order_by("number")] == [
        "page_part.proposed",
        "page_part.approved",
    ]


def test_a_signatory_who_is_taken_off_stays_on_what_was_issued(cast, course, second):
    part = services.approve_page_part(by=second, part=propose(cast.rso, picture=png()))
    award = Award.objects.get(enrolment=complete(cast.officer, course.course))
    first = certificate_pdf(award)

    services.remove_page_part(by=second, part=part)
    services.remove_page_part(by=second, part=part)

    award.refresh_from_db()
    assert certificate_pdf(award) == first and "Maria Santos" in words_of(first)
    assert AuditEvent.objects.filter(action="page_part.removed").count() == 1
    with pytest.raises(services.AlreadyDecided):
        services.approve_page_part(by=cast.rso, part=part)


def test_days_and_courses_are_kept_apart(cast, course, second):
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    services.approve_page_part(by=second, part=propose(cast.rso, valid_from=tomorrow))
    services.approve_page_part(by=second, part=propose(cast.rso, name="Of the course", course=course.course))

    award = Award.objects.get(enrolment=complete(cast.officer, course.course))

    assert [each["name"] for each in award.snapshot["page"]["signatories"]] == ["Of the course"]


def test_a_fourth_signatory_has_no_room(cast, second):
    for _n in range(3):
        services.approve_page_part(by=second, part=propose(cast.rso))
    fourth = propose(cast.rso)

    with pytest.raises(services.PageIsFull):
        services.approve_page_part(by=second, part=fourth)

    fourth.refresh_from_db()
    assert fourth.approved_at is None


@pytest.mark.parametrize("lacks", ["picture", "reason", "agreement"])
def test_a_logo_needs_its_picture_a_reason_and_an_agreement(cast, lacks):
    given = {"kind": "logo", "picture": png(), "reason": "Runs the course with us", "agreement": "Letter"}

    with pytest.raises(services.IncompletePart):
        propose(cast.rso, **given | {lacks: None if lacks == "picture" else " "})

    assert not PagePart.objects.exists() and not PagePicture.objects.exists()


def test_a_picture_is_drawn_anew_without_what_was_noted_in_it_and_kept_once(cast):
    noted = png(Author="Somebody", Comment="Jakarta")
    parts = [propose(cast.rso, picture=noted) for _n in range(2)]

    assert parts[0].picture == parts[1].picture
    kept = bytes(parts[0].picture.content)
    assert b"Jakarta" in noted and b"Jakarta" not in kept
    assert hashlib.sha256(kept).hexdigest() == parts[0].picture.digest


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>",
        png()[:90],
        png((4, 4)),
        b"\x89PNG" + b"x" * (pictures.MOST_BYTES + 1),
    ],
    ids=["nothing", "another kind", "drawing", "cut off", "a dot", "too large"],
)
def test_what_is_no_picture_to_print_is_refused(content):
    with pytest.raises(pictures.BadPicture):
        pictures.drawn_anew(content)


def test_the_pages_take_a_proposal_through(cast, second):
    client = cast.client(cast.rso)
    form = {"name": "A partner", "reason": "Runs it with us", "agreement": "Letter", "valid_from": "2026-01-01"}
    sent = form | {"picture": SimpleUploadedFile("logo.png", png(), "image/png")}
    assert client.post("/en/certificates/page/propose/logo/", sent).status_code == 302
    part = PagePart.objects.get()
    page = client.get("/en/certificates/page/").content.decode()
    assert "A partner" in page and f"{part.uuid}/approve/" not in page
    assert client.post(f"/en/certificates/page/{part.uuid}/approve/").status_code == 409

    other = cast.client(second)
    assert f"{part.uuid}/approve/" in other.get("/en/certificates/page/").content.decode()
    assert other.post(f"/en/certificates/page/{part.uuid}/approve/").status_code == 302
    shown = other.get(f"/en/certificates/page/pictures/{part.picture.digest}.png")
    assert shown["Content-Type"] == "image/png" and "private" in shown["Cache-Control"]


def test_a_form_says_what_it_did_not_understand_and_keeps_nothing(cast):
    client = cast.client(cast.rso)
    form = {"name": "M", "title": "T", "valid_from": "2026-01-02", "valid_until": "2026-01-01"}

    for changes, said in (
        ({}, "before the first"),
        ({"valid_until": "", "words": "xx | a | b"}, "Not understood"),
        ({"valid_until": "", "picture": SimpleUploadedFile("a.png", b"x")}, "not a PNG or JPEG"),
    ):
        answer = client.post("/en/certificates/page/propose/signatory/", form | changes)
        assert answer.status_code == 422 and said in answer.content.decode()
    assert not PagePart.objects.exists()


# --- what the holder gets


def test_the_holder_chooses_the_layout_and_english(cast, course):
    award = Award.objects.get(enrolment=complete(cast.officer, course.course))
    client, address = cast.client(cast.officer), f"/certificates/{award.uuid}.pdf"

    sizes = {
        asked: pypdf.PdfReader(io.BytesIO(client.get(f"{address}{asked}").content)).pages[0].mediabox.width
        for asked in ("", "?layout=portrait", "?layout=x&with=y")
    }

    assert sizes[""] == sizes["?layout=x&with=y"] > sizes["?layout=portrait"]
    assert "?layout=portrait" in client.get("/en/me/").content.decode()


def test_the_code_holds_the_token_and_the_printed_address_does_not(cast, course):
    award = Award.objects.get(enrolment=complete(cast.officer, course.course))
    text = certificate_text(award)

    assert text.qr_url == f"{text.verify_url}#{services.token_of(award=award)}"
    assert "#" not in text.verify_url


def test_a_letter_without_a_font_is_noted_for_the_rso_and_gone_when_it_prints(cast, course):
    cast.officer.full_name = "Anna \U00013000 Berg"
    cast.officer.save()
    award = Award.objects.get(enrolment=complete(cast.officer, course.course))
    address = f"/certificates/{award.uuid}.pdf"

    for _again in range(2):
        assert cast.client(cast.officer).get(address).status_code == 200

    assert MissingCharacters.objects.get().code_points == "U+13000"
    page = cast.client(cast.rso).get("/en/certificates/page/").content.decode()
    assert "U+13000" in page and award.number in page and "Berg" not in page
    services.note_missing(award=award, characters=())  # as when a font has come
    assert not MissingCharacters.objects.exists()


@pytest.mark.parametrize("name", ['#read("/etc/passwd")', "=1+1", "U", "N" * 200, "\u202eevil\u202c", "\u0301\u0317"])
def test_a_name_is_never_run_and_never_an_error(name):
    rendered = render(text_of(award_in("en", holder_name=name), address="https://x", found={}))

    assert "root:" not in words_of(rendered.pdf)
    assert len(pypdf.PdfReader(io.BytesIO(rendered.pdf)).pages) == 1
