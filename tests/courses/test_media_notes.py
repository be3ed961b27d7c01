"""What is noted beside a film, a sound or a document does not come in: it can expose people."""

import io
import struct

import pytest
from pypdf import PdfReader

from courses.pages.media.checking import MediaRefused, check_file
from courses.pages.media.clearing import _written_over, cleared
from courses.pages.media.sounds import _sum
from courses.pages.models import MediaFile
from tests.courses import noted
from tests.courses.media import PDF, make_media, pdf_bytes

MADE = {
    "film.mp4": noted.mp4(),
    "film.webm": noted.webm(),
    "recorded.webm": noted.webm(unknown=True),
    "sound.mp3": noted.mp3(),
    "sound.wav": noted.wav(),
    "sound.opus": noted.ogg(),
    "sound.ogg": noted.ogg("vorbis"),
    "law.pdf": noted.pdf(),
}


def clear(name: str, content: bytes) -> bytes:
    file = io.BytesIO(content)
    return cleared(file, name, check_file(file, name, len(content))).read()


@pytest.mark.parametrize("name", MADE)
def test_nobody_is_named_in_what_is_left_and_the_same_again_changes_nothing(name):
    before = MADE[name]
    assert any(secret in before for secret in noted.SECRETS)
    after = clear(name, before)
    assert not [secret for secret in noted.SECRETS if secret in after]
    assert clear(name, after) == after
    assert check_file(io.BytesIO(after), name, len(after))


@pytest.mark.parametrize("name", [name for name in MADE if name != "law.pdf"])
def test_pictures_and_sound_stay_where_they_were(name):
    before, after = MADE[name], clear(name, MADE[name])
    assert len(after) == len(before)
    for words in (b"PICTURE", b"MORE", b"V_VP8", noted.MP3_SOUND, b"sound!!!", b"SETUP!"):
        assert after.count(words) == before.count(words)
        assert after.find(words) == before.find(words)


def test_an_mp4_tells_no_time_and_a_player_steps_over_what_went():
    after = clear("film.mp4", MADE["film.mp4"])
    for kind, long in ((b"mvhd", 8), (b"tkhd", 8), (b"mdhd", 8)):
        place = after.index(kind) + 8
        assert after[place : place + long] == bytes(long)
        # what stands behind the times is still there
        assert after[place + long : place + long + 4] != bytes(4)
    assert after.count(b"trak") == 1 and b"udta" not in after and b"uuid" not in after and b"meta" not in after
    assert after.count(b"free") == 5
    # of the data that both tracks share, only those of the places went
    assert b"PICTURES\0\0\0\0MORE" in after


def test_a_film_whose_places_cannot_be_taken_out_is_refused_with_what_to_do():
    for name, content in (("f.mp4", noted.mp4(fragments=True)), ("f.webm", noted.webm(track_type=17))):
        with pytest.raises(MediaRefused, match="picture and sound alone"):
            clear(name, content)


def test_a_file_that_names_the_same_place_again_and_again_fills_no_memory():
    asked = []
    patches = (asked.append(at) or (0, bytes(90)) for at in range(1_000_000))
    with pytest.raises(ValueError, match="more than there is"):
        _written_over(io.BytesIO(b"x" * 100), patches)
    assert len(asked) == 3


@pytest.mark.parametrize("name", [name for name in MADE if name != "sound.mp3"])
@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_a_file_that_is_cut_off_is_refused_or_comes_in_without_names(name, share):
    content = MADE[name][: int(len(MADE[name]) * share)]
    try:
        after = clear(name, content)
    except MediaRefused as refused:
        assert "damaged" in str(refused)
    else:
        assert b"SITI" not in after


def test_every_page_of_a_sound_has_its_sum_again():
    after = clear("sound.opus", MADE["sound.opus"])
    starts = [place for place in range(len(after)) if after[place : place + 4] == b"OggS"]
    assert len(starts) == 4
    for start, end in zip(starts, [*starts[1:], len(after)], strict=True):
        whole = after[start:end]
        assert struct.unpack("<I", whole[22:26])[0] == _sum(whole[:22] + bytes(4) + whole[26:])


def test_a_pdf_keeps_its_pages_and_remarks_and_says_nothing_of_who_made_it():
    after = clear("law.pdf", MADE["law.pdf"])
    reader = PdfReader(io.BytesIO(after))
    assert len(reader.pages) == 1
    assert reader.metadata is None and reader.xmp_metadata is None and not reader.attachments
    (remark,) = reader.pages[0]["/Annots"]
    assert remark.get_object()["/Contents"] == "Read this" and "/T" not in remark.get_object()
    photo = noted.photo_in(after)
    assert photo.size == (800, 600)
    assert not photo.getexif().get_ifd(0x8825) and b"HIDDEN FILM" not in after


def test_a_pdf_keeps_nothing_of_its_older_versions():
    first = pdf_bytes(Author="SITI")
    start = first.rindex(b"startxref")
    size = int(first[first.index(b"/Size") + 6 :].split()[0])
    root = first[first.index(b"/Root") + 6 :].split(b"R")[0] + b"R"
    place = int(first[start:].split()[1])
    newer = b"xref\n0 0\ntrailer\n<< /Size %d /Root %s /Prev %d >>\nstartxref\n%d\n%%%%EOF\n"
    content = first + newer % (size, root, place, len(first))
    after = clear("law.pdf", content)
    assert b"SITI" not in after and len(PdfReader(io.BytesIO(after)).pages) == 1


def test_a_pdf_without_notes_comes_in_as_it_is_and_a_protected_one_not_at_all():
    assert clear("law.pdf", PDF) == PDF
    with pytest.raises(MediaRefused, match="without protection"):
        clear("law.pdf", noted.locked_pdf())
    with pytest.raises(MediaRefused, match="damaged"):
        clear("law.pdf", b"%PDF-1.4\nnothing")


@pytest.mark.django_db
def test_what_a_service_saves_is_kept_without_notes():
    row = make_media("law", "law.pdf", MADE["law.pdf"], "document")
    with MediaFile.objects.get(pk=row.pk).open_file() as file:
        assert b"SITI" not in file.read()
    assert make_media("law", "law.pdf", MADE["law.pdf"], "document").sha256 == row.sha256
