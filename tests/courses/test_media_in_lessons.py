"""Pictures and other media in lessons: what is asked of an author, what officers get, and that it stays."""

import io
import re
import uuid

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from wagtail.blocks.struct_block import StructBlockValidationError

from courses.models import FrozenPicture, LessonPage, Picture
from courses.pages.blocks import BODY, split
from courses.pages.gate import review_of
from courses.pages.media.showing import frozen_media, frozen_picture
from courses.pages.rendering import MissingItem, Words, render_lesson
from courses.pages.selectors import renderings, tree_of
from courses.pages.services import publish_course
from courses.pages.services.media import save_picture
from courses.pages.services.reviewing import take_over_review
from courses.templatetags.player import hold_media
from learning.models import FrozenFile, FrozenFileUse
from learning.services import clear_unused_files, enrol, freeze_file
from learning.services.files import UNUSED
from tests.courses import media
from tests.courses.media import file, make_media, make_picture, picture_bytes, placed_jpeg

pytestmark = pytest.mark.django_db


def picture_block(chosen, **more):
    value = {"picture": chosen.pk, "alt": "Boats in fog", "is_decorative": False, "caption": "Before the shift"}
    return {"id": "pic-1", "type": "picture", "value": value | more}


def video_block(film, **more):
    value = {
        "title": "At the jetty",
        "file": film.pk,
        "length": "3:20",
        "poster": None,
        "captions": [],
        "transcript": "A man waits.\n\nA boat comes.",
    }
    return {"id": "vid-1", "type": "video", "value": value | more}


def captions(file, language="en", entry="c1"):
    return {"type": "item", "id": entry, "value": {"language": language, "file": file.pk}}


def html_of(*raw, language="en", course=None):
    parts = render_lesson([Words(each, language) for each in raw], "m1-l1", course, language, "en")
    return "".join(part["html"] for part in parts)


def put(course, *raw):
    lesson = LessonPage.objects.get(key="m1-l2")
    lesson.body = [*lesson.body.raw_data, *raw]
    lesson.save()
    return publish_course(by=None, page=course.page)[0]


def clean(raw):
    block = BODY.child_blocks[raw["type"]]
    return block.clean(block.to_python(raw["value"]))


# --- what is asked of an author


def test_a_picture_says_what_is_to_be_seen_or_that_it_is_decorative():
    picture = make_picture()
    clean(picture_block(picture))
    clean(picture_block(picture, alt="", is_decorative=True))
    for wrong in ({"alt": " "}, {"alt": "Boats", "is_decorative": True}):
        with pytest.raises(StructBlockValidationError) as refused:
            clean(picture_block(picture, **wrong))
        assert set(refused.value.block_errors) == {"alt"}


def test_a_video_has_a_file_of_its_kind_a_length_and_a_transcript():
    film, sound = make_media("film", "f.mp4", media.MP4, "video"), make_media("sound", "s.mp3", media.MP3, "audio")
    words = make_media("words", "w.vtt", media.VTT, "captions")
    clean(video_block(film, captions=[captions(words)]))
    twice = [captions(words), captions(words, entry="c2")]
    for wrong in ({"file": sound.pk}, {"file": None}, {"transcript": ""}, {"length": "long"}, {"captions": twice}):
        with pytest.raises(StructBlockValidationError) as refused:
            clean(video_block(film, **wrong))
        assert set(refused.value.block_errors) == set(wrong)


def test_which_file_it_is_belongs_to_all_languages_and_its_words_do_not():
    film, words = make_media("film", "f.mp4", media.MP4, "video"), make_media("words", "w.vtt", media.VTT, "captions")
    neutral, texts = split(video_block(film, captions=[captions(words, "id")]))
    assert neutral["file"] == film.pk
    assert neutral["captions"] == [{"id": "c1", "language": "id", "file": words.pk}]
    assert texts == {"title": "At the jetty", "transcript": "A man waits.\n\nA boat comes."}
    neutral, texts = split(picture_block(make_picture()))
    assert neutral["is_decorative"] is False
    assert texts == {"alt": "Boats in fog", "caption": "Before the shift"}


# --- what officers get


def test_a_picture_comes_in_widths_that_are_never_larger_than_it_is():
    html = html_of(picture_block(make_picture(content=picture_bytes(size=(800, 600)))))
    assert re.findall(r"\.webp (\d+)w", html) == ["320", "640", "800"]
    assert 'width="800" height="600"' in html
    assert 'loading="lazy" decoding="async"' in html
    assert 'alt="Boats in fog"' in html and "Before the shift" in html and "RSO" in html
    small = html_of(picture_block(make_picture("small", picture_bytes(size=(200, 100)))))
    assert re.findall(r"\.webp (\d+)w", small) == ["200"]
    large = html_of(picture_block(make_picture("large", picture_bytes(size=(3000, 100)))))
    assert re.findall(r"\.webp (\d+)w", large) == ["320", "640", "1280"]


def test_a_decorative_picture_has_empty_words():
    assert 'alt=""' in html_of(picture_block(make_picture(), alt="", is_decorative=True))


def test_what_is_frozen_of_a_photo_is_upright_and_says_nothing_of_its_place():
    photo = save_picture(by=None, key="jetty", title="Jetty", content=file("j.jpg", placed_jpeg()))
    shown = frozen_picture(photo)
    assert (shown.largest.width, shown.largest.height) == (600, 800)
    for each in shown.widths:
        content = each.file.path.read_bytes()
        with Image.open(io.BytesIO(content)) as image:
            image.load()
            assert image.format == "WEBP" and image.size == (each.width, each.height)
            assert not image.getexif() and "xmp" not in image.info and "exif" not in image.info
        assert b"CameraMaker" not in content


@pytest.mark.parametrize("mode", ["P", "L", "LA", "RGBA", "I;16", "1", "CMYK"])
def test_pictures_of_every_kind_of_colour_are_frozen(mode):
    out = io.BytesIO()
    Image.new(mode, (400, 30)).save(out, "JPEG" if mode == "CMYK" else "PNG")
    name = "p.jpg" if mode == "CMYK" else "p.png"
    picture = save_picture(by=None, key="p", title="P", content=file(name, out.getvalue()))
    assert [each.width for each in frozen_picture(picture).widths] == [320, 400]


def test_a_film_is_asked_for_and_says_before_what_it_costs():
    film = make_media("film", "f.mp4", media.MP4, "video", credit="RSO", licence="CC BY 4.0")
    words = {each: make_media(f"words-{each}", "w.vtt", media.VTT + each.encode(), "captions") for each in ("en", "id")}
    tracks = [captions(words["id"], "id", "c1"), captions(words["en"], "en", "c2")]
    html = html_of(video_block(film, captions=tracks, poster=make_picture().pk), language="id")
    assert 'preload="none"' in html and "autoplay" not in html
    assert "1,0\xa0" in html and "3:20" in html
    assert re.search(r'srclang="id" label="Bahasa Indonesia" default', html)
    assert re.search(r'srclang="en" label="English">', html)
    assert "A boat comes." in html and "CC BY 4.0" in html
    assert html.index("media__cost") < html.index("<video") < html.index("A man waits.")
    assert hold_media([{"type": "html", "html": html}])
    assert not hold_media([{"type": "check"}, {"type": "html", "html": "<p>class=&quot;picture&quot;</p>"}])


def test_sound_and_documents_say_their_size():
    sound, law = make_media("sound", "s.mp3", media.MP3, "audio"), make_media("law", "l.pdf", media.PDF, "document")
    audio = {"title": "A call", "file": sound.pk, "length": "0:40", "transcript": "Hello?"}
    html = html_of({"id": "a", "type": "audio", "value": audio})
    assert 'preload="none"' in html and "audio/mpeg" in html and "Hello?" in html
    value = {"title": "Form <A>", "file": law.pk, "about": "To fill in by hand."}
    html = html_of({"id": "d", "type": "document", "value": value})
    assert "Form &lt;A&gt;" in html and "PDF" in html and "To fill in by hand." in html


def test_words_behind_their_source_say_so_beside_the_picture():
    raw, source = picture_block(make_picture()), picture_block(make_picture(), alt="Ships")
    html = render_lesson([Words(raw, "en", source)], "m1-l1", None, "en", "en")[0]["html"]
    assert "Ships" in html and "Boats in fog" in html


def test_what_is_missing_keeps_a_lesson_from_the_shelf_and_a_preview_says_so(course):
    picture = make_picture()
    before = FrozenFileUse.objects.count()
    for wrong, words in (({"alt": ""}, "does not say what is to be seen"), ({"picture": 999_999}, "or it was deleted")):
        with pytest.raises(MissingItem, match=words), transaction.atomic():
            put(course, picture_block(picture, **wrong))
        assert words in html_of(picture_block(picture, **wrong))
    film = video_block(make_media("film", "f.mp4", media.MP4, "video"), transcript=" ")
    with pytest.raises(MissingItem, match="no transcript"), transaction.atomic():
        put(course, film)
    assert FrozenFileUse.objects.count() == before
    assert course.course.editions.count() == 1


# --- that it stays


def test_a_picture_and_a_film_that_are_deleted_stay_in_the_edition(cast, course):
    picture, film = make_picture(), make_media("film", "f.mp4", media.MP4, "video")
    put(course, picture_block(picture), video_block(film, poster=picture.pk))
    enrol(by=cast.officer, course=course.course)
    client = cast.client(cast.officer)
    before = client.get("/en/courses/t1/m1-l2/").content.decode()
    addresses = set(re.findall(r"/files/[0-9a-f]{64}\.\w+", before))
    assert len(addresses) == 4
    for row in (picture, film):
        row.file.delete(save=False)
        row.delete()
    # The author's next edit of the page has its empty place; what officers read does not change.
    after = client.get("/en/courses/t1/m1-l2/").content.decode()
    assert set(re.findall(r"/files/[0-9a-f]{64}\.\w+", after)) == addresses
    for address in addresses:
        assert b"".join(client.get(address).streaming_content)
    assert "courses/media" in before and "courses/media" not in client.get("/en/courses/t1/m1-l1/").content.decode()


def test_the_database_keeps_what_an_edition_shows(course):
    put(course, picture_block(make_picture()))
    used = FrozenFileUse.objects.first().file
    for sql in (
        "DELETE FROM learning_frozenfile WHERE digest = %s",
        "UPDATE learning_frozenfile SET size = 1 WHERE digest = %s",
        "DELETE FROM learning_frozenfileuse WHERE file_id = %s",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, [used.digest])
    assert FrozenFile.objects.filter(pk=used.pk).exists()


def test_the_same_course_with_pictures_published_again_changes_nothing(course):
    put(course, picture_block(make_picture()))
    files = FrozenFile.objects.count()
    _revision, is_new = publish_course(by=None, page=course.page)
    assert not is_new
    assert FrozenFile.objects.count() == files


def test_another_file_under_the_same_name_undoes_the_review(course):
    make_picture()
    put(course, picture_block(make_picture()))
    tree = tree_of(course.page)

    def states() -> dict[str, str]:
        return review_of(course.course, tree, [renderings(tree, tree)]).states("en")

    take_over_review(source=course.page, languages=["en"])
    assert states()["m1"] == "reviewed"
    make_picture(content=picture_bytes(size=(300, 300)))
    assert states()["m1"] == "draft"
    assert states()["course"] == "reviewed"


def test_what_only_a_preview_showed_is_cleared_away_later(course):
    put(course, picture_block(make_picture()))
    html_of(picture_block(make_picture("other", picture_bytes(size=(90, 90)))))
    used = set(FrozenFileUse.objects.values_list("file", flat=True))
    unused = FrozenFile.objects.get(uses=None)
    assert clear_unused_files() == 0
    with connection.cursor() as cursor:
        on = " ON learning_frozenfile" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER frozenfile_not_changed{on}")
    FrozenFile.objects.update(frozen_at=timezone.now() - UNUSED - UNUSED)
    path = unused.path
    assert path.exists()
    assert clear_unused_files() == 1
    assert set(FrozenFile.objects.values_list("pk", flat=True)) == used
    assert not path.exists()
    assert not FrozenPicture.objects.filter(file=unused.pk).exists()
    # Who shows it again has it again.
    html_of(picture_block(Picture.objects.get(key="other")))
    assert path.exists()


def test_a_file_is_frozen_once_and_one_that_was_lost_is_mended():
    given = {"content_type": "text/vtt", "ending": "vtt", "name": "a.vtt"}
    first = freeze_file(content=io.BytesIO(b"WEBVTT"), **given)
    again = freeze_file(content=io.BytesIO(b"WEBVTT"), **given)
    assert first == again and FrozenFile.objects.count() == 1
    first.path.write_bytes(b"half")
    assert freeze_file(content=io.BytesIO(b"WEBVTT"), **given).path.read_bytes() == b"WEBVTT"
    assert first.address == reverse("files:frozen", args=[first.digest, "vtt"])
    assert not list(first.path.parent.glob("new-*"))


def test_a_film_lies_on_the_disk_once():
    content = media.MP4 + b"\x00\x00\x00\x18mdat" + uuid.uuid4().bytes
    film = make_media("film", "f.mp4", content, "video")
    frozen = frozen_media(film).file
    assert frozen.digest == film.sha256
    assert frozen.path.samefile(film.file.path)
    film.file.delete(save=False)
    assert frozen.path.read_bytes() == content
