"""Uploading on the authors' side: refused before anything opens the file, and only for those who write."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.models import Collection, ReferenceIndex

from courses.models import LessonPage, MediaFile, Picture
from courses.pages.rights import sync_groups
from tests.courses import media, noted
from tests.courses.media import make_media, make_picture, picture_bytes
from tests.courses.test_media_in_lessons import picture_block


@pytest.fixture
def trainer(cast):
    sync_groups(cast.trainer)
    return cast.client(cast.trainer)


def upload(client, name, content, to="wagtailimages:add", **more):
    file = SimpleUploadedFile(name, content)
    return client.post(reverse(to), {"title": "At the jetty", "file": file, "collection": root().pk} | more)


def root() -> Collection:
    return Collection.get_first_root_node()


def test_a_trainer_uploads_a_picture_and_sees_it(trainer, cast):
    assert upload(trainer, "jetty.jpg", media.placed_jpeg(), credit="RSO", description="A jetty").status_code == 302
    picture = Picture.objects.get()
    assert (picture.key, picture.credit, picture.uploaded_by_user) == ("at-the-jetty", "RSO", cast.trainer)
    assert len(picture.sha256) == 64
    with picture.open_file() as kept:
        assert b"CameraMaker" not in kept.read()
    page = trainer.get(reverse("wagtailimages:edit", args=[picture.pk])).content.decode()
    address = picture.get_rendition("max-165x165").url
    assert address.startswith("/admin/media/images/")
    assert trainer.get(address)["Content-Type"] == "image/jpeg"
    assert "No chains" in page


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("map.svg", b"<svg><script>alert(1)</script></svg>", "Save it as PNG or WebP"),
        ("big.png", media.huge_png(), "at most 40 million"),
        ("photo.png", picture_bytes("JPEG"), "is a JPG file by its content"),
        ("photo.jpg", b"MZ program", "something else"),
    ],
)
def test_a_picture_that_is_none_is_refused_with_words(trainer, name, content, words):
    answer = upload(trainer, name, content)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    several = trainer.post(
        reverse("wagtailimages:add_multiple"),
        {"title": "x", "collection": root().pk, "files[]": SimpleUploadedFile(name, content)},
    )
    assert words in json.loads(several.content)["error_message"]
    assert not Picture.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("film.mp4", media.WEBM, "is a WEBM file by its content"),
        ("film.mov", media.MOV, "cannot be used here"),
        ("law.docx", b"PK\x03\x04", "cannot be used here"),
    ],
)
def test_a_film_with_the_wrong_ending_is_refused_with_words(trainer, name, content, words):
    answer = upload(trainer, name, content, to="wagtaildocs:add")
    assert words in answer.content.decode()
    several = trainer.post(
        reverse("wagtaildocs:add_multiple"),
        {"title": "x", "collection": root().pk, "files[]": SimpleUploadedFile(name, content)},
    )
    assert words in json.loads(several.content)["error_message"]
    assert not MediaFile.objects.exists()


def test_several_files_at_once_have_their_kinds_and_keys(trainer):
    for name, content in (("film.mp4", media.MP4), ("words.vtt", media.VTT), ("law.pdf", media.PDF)):
        answer = trainer.post(
            reverse("wagtaildocs:add_multiple"),
            {"title": name, "collection": root().pk, "files[]": SimpleUploadedFile(name, content)},
        )
        assert json.loads(answer.content)["success"], answer.content
    found = {each.key: each.kind for each in MediaFile.objects.all()}
    assert found == {"filmmp4": "video", "wordsvtt": "captions", "lawpdf": "document"}


def test_what_names_somebody_is_taken_out_of_a_film_and_a_document_when_they_come_in(trainer):
    for name, content in (("film.mp4", noted.mp4()), ("law.pdf", noted.pdf())):
        upload(trainer, name, content, to="wagtaildocs:add")
    kept = {row.kind: row.file.read() for row in MediaFile.objects.all()}
    assert sorted(kept) == ["document", "video"]
    assert not [kind for kind, content in kept.items() if b"SITI" in content]
    answer = upload(trainer, "locked.pdf", noted.locked_pdf(), to="wagtaildocs:add")
    assert "Save it without protection" in answer.content.decode()


def test_the_window_of_files_offers_one_kind(trainer):
    make_media("film", "f.mp4", media.MP4, "video")
    make_media("law", "l.pdf", media.PDF, "document")
    page = trainer.get(reverse("wagtaildocs_chooser:choose"), {"kind": "video"}).content.decode()
    assert "Film" in page and "Law" not in page
    results = trainer.get(reverse("wagtaildocs_chooser:choose_results"), {"kind": "document", "q": ""}).content.decode()
    assert "Law" in results and "Film" not in results
    assert "Law" in trainer.get(reverse("wagtaildocs_chooser:choose")).content.decode()


def test_a_file_that_lessons_use_is_not_replaced_in_place(trainer, course):
    picture = make_picture()
    lesson = LessonPage.objects.get(key="m1-l2")
    lesson.body = [*lesson.body.raw_data, picture_block(picture)]
    lesson.save()
    ReferenceIndex.create_or_update_for_object(lesson)
    file = SimpleUploadedFile("other.png", picture_bytes(size=(50, 50)))
    address = reverse("wagtailimages:edit", args=[picture.pk])
    words = {"title": "New title", "description": "d", "credit": "", "licence": "", "collection": root().pk}
    answer = trainer.post(address, words | {"file": file})
    assert "Lessons use this file" in answer.content.decode()
    picture.refresh_from_db()
    assert (picture.title, picture.width) == ("Harbour at dawn", 800)
    assert trainer.post(address, words).status_code == 302
    picture.refresh_from_db()
    assert (picture.title, picture.key) == ("New title", "harbour")


def test_the_editor_shows_the_picture_guide_and_opens_with_media(trainer, course):
    lesson = LessonPage.objects.get(key="m1-l2")
    picture = make_picture()
    lesson.body = [*lesson.body.raw_data, picture_block(picture)]
    lesson.save_revision()
    page = trainer.get(reverse("wagtailadmin_pages:edit", args=[lesson.pk]))
    assert page.status_code == 200
    assert "made by AI" in page.content.decode()
    assert "kind=video" in page.content.decode()


def test_the_workshops_files_are_for_authors(trainer, cast):
    picture = make_picture()
    address = f"/admin/media/{picture.file.name}"
    answer = trainer.get(address)
    assert (answer.status_code, answer["X-Content-Type-Options"]) == (200, "nosniff")
    assert cast.client(cast.officer).get(address).status_code == 403
    film = make_media("film", "f.mp4", media.MP4, "video")
    for name in (film.file.name, "original_images/../documents/x.png", "original_images/none.png", "/etc/passwd"):
        assert trainer.get(f"/admin/media/{name}").status_code == 404
    assert cast.client(cast.officer).get(film.url).status_code == 403
