"""Which face prints what, with the further fonts of npm and without them."""

import dataclasses
import io
import re

import pypdf
import pytest

from certificates.rendering import render_certificate
from lms import parts, typesetting
from lms.typesetting import coverage, families
from tests.certificates.test_rendering import TEXT, URDU
from tests.test_parts import needs_parts, nothing_installed  # noqa: F401  (a fixture)

# In each language a word that no packaged face of Python's parts has, and the face that it is read in.
WORDS = {
    "dz": ("མི་ཚོང་བཀག་འཛིན", "Noto Serif Tibetan"),
    "dv": ("އިންސާނުން", "Noto Sans Thaana"),
    "zh-hans": ("人口贩运", "Noto Sans SC"),
    "zh-hant": ("人口販運", "Noto Sans TC"),
    "ja": ("人身取引の防止", "Noto Sans JP"),
    "ko": ("인신매매 방지", "Noto Sans KR"),
}


def faces_of(pdf: bytes) -> set[str]:
    """The faces that were put into a document, by their names in it: without style and spaces."""
    found = pypdf.PdfReader(io.BytesIO(pdf)).pages[0]["/Resources"]["/Font"]  # type: ignore[index]
    names = [str(font.get_object()["/BaseFont"]) for font in found.values()]
    return {re.sub(r"^/[A-Z]{6}\+|-.*$", "", name) for name in names}


@needs_parts
@pytest.mark.parametrize("language", WORDS)
def test_a_language_is_printed_in_its_own_face(language):
    word, face = WORDS[language]

    faces = faces_of(render_certificate(dataclasses.replace(TEXT, language=language, course=word)))

    assert all(character in coverage().every for character in word.replace(" ", ""))
    assert faces == {"NotoSans", face.replace(" ", "")}


@needs_parts
@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "ja", "ko"])
def test_the_same_character_has_the_form_of_the_documents_language(language):
    faces = faces_of(render_certificate(dataclasses.replace(TEXT, language=language, name="直角")))

    assert faces == {"NotoSans", WORDS[language][1].replace(" ", "")}


@needs_parts
def test_urdu_is_set_in_nastaliq_and_other_languages_of_its_script_are_not():
    assert "NotoNastaliqUrdu" in faces_of(render_certificate(URDU))
    for language in ("ar", "fa", "prs", "ps", "en"):
        faces = faces_of(render_certificate(dataclasses.replace(URDU, language=language)))

        assert "NotoNastaliqUrdu" not in faces
        assert "NotoSansArabic" in faces


@needs_parts
def test_every_face_stands_once_in_the_list_of_each_language():
    for language in ("", "en", "ur", "ur-PK", "zh", "zh-TW", "zh-Hant", "ja", "ko", "kok"):
        assert sorted(families(language)) == sorted(coverage().families)
        assert families(language)[0] == "Noto Sans"
    assert families("kok") == families("en") == families("")
    assert families("zh-TW") == families("zh-Hant") == families("zh_HK") != families("zh")


def test_further_fonts_change_no_certificate_that_did_without(request):
    texts = [
        dataclasses.replace(TEXT, language=language, course=course)
        for language, course in (
            ("en", "Preventing"),
            ("th", "การป้องกัน"),
            ("ar", "منع"),
            ("ne", "मानव तस्करी"),
            ("mn", "Хүн"),
        )
    ]
    before = [render_certificate(text) for text in texts]
    request.getfixturevalue("nothing_installed")
    request.addfinalizer(lambda: setattr(typesetting._local, "compilers", None))
    typesetting._local.compilers = None

    assert [render_certificate(text) for text in texts] == before


def test_without_them_a_letter_is_a_square_and_urdu_is_set_in_naskh(nothing_installed, caplog):  # noqa: F811
    typesetting._local.compilers = None
    try:
        faces = faces_of(render_certificate(URDU))
        render_certificate(dataclasses.replace(TEXT, language="ja", name="直"))
    finally:
        typesetting._local.compilers = None

    assert "NotoSansArabic" in faces
    assert "no font has U+76F4" in caplog.text
    assert "Noto Sans JP" not in families("ja")


@needs_parts
def test_a_font_with_characters_beyond_the_first_plane_is_read_whole():
    path = parts.part("@expo-google-fonts/noto-sans-sc", "400Regular/NotoSansSC_400Regular.ttf")
    assert path is not None

    ranges = typesetting._ranges_of(path)

    assert sum(last - first + 1 for first, last in ranges) > 30_000
    assert any(first > 0xFFFF for first, _last in ranges)
    assert all(0 < first <= last for first, last in ranges)
