"""Media in a bundle: in, out, the same again, and what is refused before anything is stored."""

import hashlib
import struct
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings as project

from courses.pages.exchange import BundleProblems, apply_plan, export_course, plan_import, read_bundle
from courses.pages.models import LessonPage, MediaFile, Picture
from tests.courses.bundled_media import FILES, MEDIA, MP4, media_bundle, medium, png, write_with_media
from tests.courses.bundles import block, contents, edit, line_of, row_counts, write

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "site-media"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_with_media(media_bundle(), tmp_path / "small-course")


def import_(path: Path):
    return apply_plan(plan_import(read_bundle(path)))


def stored() -> list[str]:
    root = Path(project.MEDIA_ROOT)
    return sorted(path.name for path in root.rglob("*") if path.is_file()) if root.exists() else []


def refused(folder: Path, file: str, line: int, *words: str) -> None:
    """One problem stands there and says this; nothing is stored."""
    before, files = row_counts(), stored()
    with pytest.raises(BundleProblems) as caught:
        import_(folder)
    found = [each for each in caught.value.problems if each.file == f"{folder}/{file}" and each.line == line]
    assert any(all(word in each.message for word in words) for each in found), str(caught.value)
    assert row_counts() == before and stored() == files


def test_media_come_in_with_their_words_and_the_blocks_that_name_them(folder):
    import_(folder)
    hands = Picture.objects.get()
    assert (hands.key, hands.credit, hands.description) == ("hands", "RSO", "Two hands.")
    assert set(MediaFile.objects.values_list("key", "kind")) == {
        ("film", "video"), ("film-en", "captions"), ("voice", "audio"), ("form", "document"),
    }  # fmt: skip
    body = LessonPage.objects.get(key="m1-l3").body
    assert body[0].value["picture"] == hands and body[2].value["captions"][0]["file"].key == "film-en"


def test_media_go_out_as_they_came_in(folder, tmp_path):
    import_(folder)
    export_course("small-course", tmp_path / "out")
    assert contents(tmp_path / "out") == contents(folder)


def test_a_zip_with_media_goes_round_and_is_the_same_zip_again(folder, tmp_path):
    import_(folder)
    export_course("small-course", tmp_path / "one.zip")
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        assert archive.read("small-course/media/film.mp4") == MP4
    assert import_(tmp_path / "one.zip").changes == []
    export_course("small-course", tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_a_zip_brings_its_media_into_a_site_that_has_none(folder, tmp_path):
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        for name, content in contents(folder).items():
            archive.writestr(f"small-course/{name}", content)
    import_(tmp_path / "in.zip")
    assert MediaFile.objects.get(key="form").sha256 == hashlib.sha256(FILES["form.pdf"]).hexdigest()


def test_the_same_again_changes_nothing(folder):
    import_(folder)
    before, files = row_counts(), stored()
    assert import_(folder).changes == []
    assert row_counts() == before and stored() == files


def test_another_file_under_a_key_of_this_course_is_a_change_that_the_plan_names(folder, tmp_path):
    import_(folder)
    other = png("red")
    media = tuple(
        replace(each, sha256=hashlib.sha256(other).hexdigest()) if each.key == "hands" else each for each in MEDIA
    )
    again = write_with_media(replace(media_bundle(), media=media), tmp_path / "again", {**FILES, "hands.png": other})
    assert "change picture hands: file" in [str(each) for each in plan_import(read_bundle(again)).changes]
    import_(again)
    assert Picture.objects.get().sha256 == hashlib.sha256(other).hexdigest()


def test_a_picture_that_another_course_uses_is_not_changed(folder, tmp_path):
    import_(folder)
    other = png("red")
    media = tuple(
        replace(each, sha256=hashlib.sha256(other).hexdigest()) if each.key == "hands" else each for each in MEDIA
    )
    bundle = replace(media_bundle(), media=media, slug="second", code="S2", id=media_bundle().id.__class__(int=9))
    again = write_with_media(bundle, tmp_path / "again", {**FILES, "hands.png": other})
    refused(again, "media.yaml", 1, "another course uses it")


def test_what_a_camera_noted_is_taken_out_and_said(tmp_path):
    from PIL import Image

    noted = Image.Exif()
    noted[0x0110] = "Camera of a colleague"
    photo = png("navy", exif=noted)
    first = replace(MEDIA[0], sha256=hashlib.sha256(photo).hexdigest())
    bundle = replace(media_bundle(), media=(first, *MEDIA[1:]))
    folder = write_with_media(bundle, tmp_path / "in", {**FILES, "hands.png": photo})
    plan = plan_import(read_bundle(folder))
    assert any("nobody is exposed" in note and "hands.png" in note for note in plan.notes)
    apply_plan(plan)
    assert b"colleague" not in Picture.objects.get().file.read()
    assert plan_import(read_bundle(folder)).changes == []
    export_course("small-course", tmp_path / "out")
    assert import_(tmp_path / "out").changes == []


def test_nothing_stays_on_the_disk_when_an_import_fails_in_its_middle(folder, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("the power went")

    monkeypatch.setattr("courses.pages.exchange.apply._apply_questions", fail)
    before = row_counts()
    with pytest.raises(RuntimeError):
        import_(folder)
    assert row_counts() == before and stored() == []


# --- what is wrong


def test_a_missing_file_is_told(folder):
    (folder / "media" / "form.pdf").unlink()
    refused(folder, "media.yaml", line_of(folder / "media.yaml", "form.pdf"), "“media/form.pdf” is missing")


def test_a_file_that_nobody_lists_is_told(folder):
    (folder / "media" / "more.png").write_bytes(png())
    refused(folder, "media/more.png", 1, "does not list this file")


def test_a_list_that_is_missing_is_told(folder):
    (folder / "media.yaml").unlink()
    refused(folder, "media.yaml", 1, "the file is missing")


def test_a_medium_that_no_lesson_uses_is_told(tmp_path):
    bundle = replace(media_bundle(), media=(*MEDIA, medium("spare", "png", "picture", png("red"))))
    folder = write_with_media(bundle, tmp_path / "in", {**FILES, "spare.png": png("red")})
    refused(folder, "media.yaml", line_of(folder / "media.yaml", "key: spare"), "no lesson uses “spare”")


def test_a_medium_that_is_not_listed_is_told_where_the_block_names_it(folder):
    edit(folder / "course.yaml", "picture: hands", "picture: hand")
    line = line_of(folder / "course.yaml", "picture: hand")
    refused(folder, "course.yaml", line, "no picture “hand”", "Did you mean “hands”?")


def test_a_medium_of_another_kind_is_told_where_the_block_names_it(folder):
    edit(folder / "course.yaml", "file: voice", "file: film")
    refused(folder, "course.yaml", line_of(folder / "course.yaml", "type: audio") + 1, "takes “audio”")


def test_a_file_that_was_replaced_is_told_with_its_new_digest(folder):
    (folder / "media" / "form.pdf").write_bytes(FILES["form.pdf"] + b"%more\n")
    digest = hashlib.sha256(FILES["form.pdf"] + b"%more\n").hexdigest()
    place = line_of(folder / "media.yaml", "form.pdf") + 1
    refused(folder, "media.yaml", place, "another file than the one listed", digest)


def with_picture(tmp_path: Path, name: str, content: bytes) -> Path:
    """The course with another file in the place of its picture."""
    first = replace(MEDIA[0], file=name, sha256=hashlib.sha256(content).hexdigest())
    files = {each: data for each, data in FILES.items() if each != "hands.png"}
    return write_with_media(
        replace(media_bundle(), media=(first, *MEDIA[1:])), tmp_path / "in", {**files, name: content}
    )


def huge_png(width: int, height: int) -> bytes:
    """A few bytes that promise a picture of so many points."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 100)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("hands.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "SVG"),
        ("hands.png", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "SVG"),
        ("hands.png", huge_png(20_000, 10_000), "20000 × 10000 points"),
        ("hands.jpg", png(), "PNG file by its content"),
        ("hands.png", b"\x89PNG\r\n\x1a\nnothing", "damaged"),
        ("hands.png", b"", "empty"),
        ("hands.html", b"<script>alert(1)</script>", "cannot be used here"),
    ],
)  # fmt: skip
def test_what_is_no_picture_that_officers_may_get_is_refused(tmp_path, name, content, words):
    folder = with_picture(tmp_path, name, content)
    refused(folder, "media.yaml", line_of(folder / "media.yaml", f"file: {name}"), words)


def test_a_film_with_the_wrong_ending_is_refused(tmp_path):
    film = replace(MEDIA[1], file="film.mp3")
    files = {name: data for name, data in FILES.items() if name != "film.mp4"} | {"film.mp3": MP4}
    bundle = replace(media_bundle(), media=(MEDIA[0], film, *MEDIA[2:]))
    folder = write_with_media(bundle, tmp_path / "in", files)
    refused(folder, "media.yaml", line_of(folder / "media.yaml", "film.mp3"), ".mp4")


def test_a_file_that_is_too_large_is_refused(folder, settings):
    settings.DOCUMENT_MEGABYTES = 0
    refused(folder, "media.yaml", line_of(folder / "media.yaml", "form.pdf"), "at most")


@pytest.mark.parametrize(
    ("old", "new", "mark", "words"),
    [
        ("key: hands", "key: häns", "key: häns", "is no key"),
        ("key: film-en", "key: film", "file: film-en.vtt", "used twice"),
        ("kind: picture", "kind: drawing", "kind: drawing", "is “drawing”, which is unknown"),
        ("file: hands.png", "file: ../hands.png", "file: ../", "no name of a file in the folder"),
        ("file: film-en.vtt", "file: film.mp4", "file: film-en.vtt", "listed twice"),
        ("title: Hands", "titel: Hands", "titel", "“titel” is not known here"),
        ("- key: hands", "- a\n- key: hands", "- a", "must be a mapping"),
    ],
)
def test_a_list_with_a_mistake_is_told_with_its_line(folder, old, new, mark, words):
    path = folder / "media.yaml"
    line = line_of(path, mark) if mark in path.read_text() else 0
    edit(path, old, new)
    line = line or line_of(path, mark)
    if mark == "file: film-en.vtt" and old.startswith("key"):
        line -= 1
    refused(folder, "media.yaml", line, words)


def test_a_picture_that_says_nothing_and_is_not_decorative_is_told(folder):
    edit(folder / "en" / "m1-l3.yaml", "  pic:\n    alt: Two hands (en)\n", "")
    refused(folder, "course.yaml", line_of(folder / "course.yaml", "id: pic"), "decorative")


def test_a_course_without_media_has_neither_list_nor_folder(tmp_path):
    from tests.courses.bundles import small_bundle

    assert "media.yaml" not in contents(write(small_bundle(), tmp_path / "in"))
    assert block("x", "picture").type == "picture"
