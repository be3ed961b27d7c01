"""What is taken in as a picture, film, sound, captions or document, and what is refused with which words."""

import io

import pytest
from django.conf import settings
from PIL import Image

from accounts.models import AuditEvent
from accounts.permissions import Refused
from courses.models import MediaFile, Picture
from courses.pages.media.checking import JPEG, MediaRefused, check_file, format_of
from courses.pages.media.stripping import stripped
from courses.pages.services.media import save_media_file, save_picture
from tests.courses import media
from tests.courses.media import file, make_media, make_picture, picture_bytes

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("film.mp4", media.MP4, "video"),
        ("film.webm", media.WEBM, "video"),
        ("sound.mp3", media.MP3, "audio"),
        ("sound.ogg", media.OGG, "audio"),
        ("sound.opus", media.OGG, "audio"),
        ("sound.wav", media.WAV, "audio"),
        ("words.vtt", media.VTT, "captions"),
        ("words.vtt", b"\xef\xbb\xbf" + media.VTT, "captions"),
        ("law.pdf", media.PDF, "document"),
    ],
)
def test_films_sound_captions_and_documents_are_known_by_their_content(name, content, kind):
    assert check_file(io.BytesIO(content), name, len(content)).kind == kind


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("more", [{}, {"lossless": True}])
def test_the_size_of_a_picture_is_read_from_its_head(form, more):
    content = picture_bytes(form, (417, 203), **(more if form == "WEBP" else {}))
    ending = "jpg" if form == "JPEG" else form.lower()
    found = check_file(io.BytesIO(content), f"p.{ending}", len(content), "picture")
    assert found.ending == ending


@pytest.mark.parametrize(
    ("name", "content", "kind", "words"),
    [
        ("map.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "picture", "SVG"),
        ("map.png", b"<?xml version='1.0'?><svg><script/></svg>", "picture", "SVG"),
        ("photo.png", picture_bytes("JPEG"), "picture", "JPG file by its content"),
        ("photo.jpg", b"not a picture", "picture", "something else"),
        ("photo.gif", b"GIF89a" + b"\0" * 20, "picture", "jpg, jpeg, png, webp"),
        ("photo.png", b"", "picture", "empty"),
        ("photo.png", picture_bytes()[:900], "picture", "damaged"),
        ("photo.jpg", picture_bytes("JPEG")[:700], "picture", "damaged"),
        ("photo.png", media.huge_png(), "picture", "20000 × 10000 points"),
        ("photo.png", media.MP4, "picture", "cannot be used here"),
        ("film.mp4", b"MZ\x90\x00 a program", "video", "something else"),
        ("film.mp4", media.WEBM, "video", "WEBM file by its content"),
        ("film.webm", media.MP4, "", "MP4 file by its content"),
        ("film.mp4", media.PDF, "video", "cannot be used here"),
        ("film.mov", media.MOV, "video", "mp4, m4v, webm"),
        ("film.mp4", media.MOV, "video", "something else"),
        ("film.mkv", media.WEBM.replace(b"webm", b"matr"), "", "cannot be used here"),
        ("law.pdf", b"<html><script>alert(1)</script>", "", "something else"),
        ("law.docx", b"PK\x03\x04", "", "cannot be used here"),
        ("words.vtt", "WEBVTT\n\nç".encode("latin-1"), "captions", "UTF-8"),
        ("words.srt", b"1\n00:00:00,000 --> 00:00:02,000\nHello", "captions", "vtt"),
    ],
)
def test_what_is_refused_says_what_to_do(name, content, kind, words):
    with pytest.raises(MediaRefused) as refused:
        check_file(io.BytesIO(content), name, len(content), kind)
    assert words in str(refused.value)
    assert name in str(refused.value)


def test_nothing_is_decoded_of_a_picture_that_is_too_large(monkeypatch):
    monkeypatch.setattr(Image, "open", lambda *args, **kwargs: pytest.fail("decoded"))
    with pytest.raises(MediaRefused, match=r"at most 40 million"):
        check_file(io.BytesIO(media.huge_png()), "p.png", 100, "picture")


def test_a_film_may_be_larger_than_a_picture_and_each_has_its_bound(settings):
    settings.VIDEO_MEGABYTES, settings.PICTURE_MEGABYTES = 2, 1
    size = 3 * 1024 * 1024
    with pytest.raises(MediaRefused, match=r"at most 2.0.MB"):
        check_file(io.BytesIO(media.MP4), "film.mp4", size, "video")
    check_file(io.BytesIO(media.MP4), "film.mp4", size // 2, "video")
    with pytest.raises(MediaRefused, match=r"at most 1.0.MB"):
        check_file(io.BytesIO(picture_bytes()), "p.png", size // 2, "picture")


def test_what_a_camera_noted_is_taken_out_and_the_photo_stays_turned():
    picture = save_picture(by=None, key="jetty", title="Jetty", content=file("jetty.jpg", media.placed_jpeg()))
    with picture.open_file() as kept:
        content = kept.read()
    for secret in (b"CameraMaker", b"Siti", b"HIDDEN FILM"):
        assert secret in media.placed_jpeg()
        assert secret not in content
    with Image.open(io.BytesIO(content)) as image:
        assert dict(image.getexif()) == {0x0112: 6}
        assert image.getpixel((10, 10)) == Image.open(io.BytesIO(media.placed_jpeg())).getpixel((10, 10))


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_notes_in_other_pictures_go_too(form):
    exif = Image.Exif()
    exif[0x010F] = "CameraMaker"
    content = picture_bytes(form, exif=exif) + b"HIDDEN"
    ending = form.lower()
    picture = save_picture(by=None, key="jetty", title="Jetty", content=file(f"jetty.{ending}", content))
    with picture.open_file() as kept:
        assert b"CameraMaker" in content
        stored = kept.read()
    assert b"CameraMaker" not in stored
    assert b"HIDDEN" not in stored
    with Image.open(io.BytesIO(stored)) as image:
        image.load()
        assert image.size == (800, 600)


def test_a_picture_without_notes_stays_byte_for_byte():
    for form, ending in (("PNG", "png"), ("JPEG", "jpg"), ("WEBP", "webp")):
        content = picture_bytes(form)
        picture = save_picture(by=None, key=f"p-{ending}", title="P", content=file(f"p.{ending}", content))
        with picture.open_file() as kept:
            assert kept.read() == content


def test_a_photo_made_of_fill_bytes_is_read_once_and_not_once_for_each_of_them():
    photo = picture_bytes("JPEG")
    slow = photo[:-2] + b"\xff" * 1_000_000 + b"\x00" + photo[-2:]
    assert stripped(slow, JPEG) == slow
    unended = photo[:-2] + b"\xff" * 1_000_000
    assert stripped(unended, JPEG) == unended + b"\xff\xd9"


def test_saving_the_same_again_changes_nothing_and_another_content_replaces_it():
    first = make_picture()
    count = AuditEvent.objects.count()
    again = make_picture()
    assert again.pk == first.pk
    assert AuditEvent.objects.count() == count
    other = make_picture(content=picture_bytes(size=(100, 50)))
    assert (other.pk, other.width, other.height) == (first.pk, 100, 50)
    assert other.sha256 != first.sha256
    assert AuditEvent.objects.count() == count + 1
    assert AuditEvent.objects.last().target == "courses.picture:harbour"


def test_a_key_is_not_used_for_something_of_another_kind():
    make_media("intro", "intro.mp4", media.MP4, "video")
    with pytest.raises(MediaRefused, match="already the name of something else"):
        make_media("intro", "intro.mp3", media.MP3, "audio")
    with pytest.raises(MediaRefused, match="cannot be used here"):
        make_media("other", "intro.mp3", media.MP3, "video")
    with pytest.raises(MediaRefused, match="letters from a to z"):
        make_media("../etc", "intro.mp4", media.MP4, "video")
    assert MediaFile.objects.count() == 1


def test_who_may_not_write_courses_saves_nothing(cast):
    for person in (cast.officer, cast.coordinator, cast.nobody):
        with pytest.raises(Refused):
            save_picture(by=person, key="p", title="P", content=file("p.png", picture_bytes()))
        with pytest.raises(Refused):
            save_media_file(by=person, key="m", title="M", content=file("m.mp4", media.MP4), kind="video")
    assert not Picture.objects.exists()
    assert not MediaFile.objects.exists()
    saved = save_picture(by=cast.trainer, key="p", title="P", content=file("p.png", picture_bytes()))
    assert saved.uploaded_by_user == cast.trainer


def test_a_key_comes_from_the_title_once_and_is_nobody_elses():
    first = Picture(title="A Harbour, at dawn", width=1, height=1)
    first.save()
    second = Picture(title="A Harbour, at dawn", width=1, height=1)
    second.save()
    third = Picture(title="بندرگاہ", width=1, height=1)
    third.save()
    assert [first.key, second.key, third.key] == ["a-harbour-at-dawn", "a-harbour-at-dawn-2", "picture"]
    first.title = "Another"
    first.save()
    assert first.key == "a-harbour-at-dawn"


def test_the_editor_offers_the_endings_that_are_taken():
    from courses.pages.media.checking import MEDIA_ENDINGS, PICTURE_ENDINGS

    assert set(settings.WAGTAILIMAGES_EXTENSIONS) == set(PICTURE_ENDINGS)
    assert set(settings.WAGTAILDOCS_EXTENSIONS) == set(MEDIA_ENDINGS)
    assert format_of(b"") is None
