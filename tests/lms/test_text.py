"""Searching and sorting in every script, and digits as people type them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.text import ascii_digits, fold, has_words, sort_key

TEXTS = st.text(
    st.one_of(
        st.characters(codec="utf-8"),
        st.sampled_from("กขเแไ้ำํ່ຳໍកខ្រ្សាំៈကခ္ျြွှေးံءأإآئؤكيىةہھۀاôĐđİıßǅﬃᴮ①Ⅳ٣۳३៣၃๓０"),
    ),
    max_size=20,
)


@given(TEXTS)
def test_what_is_folded_stays_as_it_is(text):
    assert fold(fold(text)) == fold(text)


@given(TEXTS)
def test_composed_and_decomposed_spellings_are_one(text):
    assert fold(unicodedata.normalize("NFC", text)) == fold(unicodedata.normalize("NFD", text))


@given(st.integers(0, 10**9), st.sampled_from("٠۰०০๐໐༠၀០０௦෦"))
def test_digits_of_every_script_are_found_and_typed_as_ascii(number, zero):
    own = str(number).translate({ord("0") + n: chr(ord(zero) + n) for n in range(10)})
    assert fold(own) == ascii_digits(own) == str(number)


def test_digits_alone_are_changed_in_a_code():
    assert ascii_digits("SLH-၇K៣M é²") == "SLH-7K3M é²"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("علی", "علي"),  # yeh of a Persian and of an Arabic keyboard
        ("کریم", "كريم"),
        ("فاطمة", "فاطمه"),
        ("ہدایت", "هدایت"),
        ("گل", "ګل"),
        ("أحمد", "احمد"),
        ("مُحَمَّد", "محمد"),
        ("น้ำ", "นํ้า"),  # sara am, and its two parts with the tone mark between
        ("ນ້ຳ", "ນໍ້າ"),
        ("ស្រ្តី", "ស្ត្រី"),  # two letters stacked, in either order
        ("ពុំ", "ពំុ"),
        ("မြို့", "မြ့ို"),
        ("Đặng", "dang"),
        ("ＳＬＨ", "slh"),
    ],
)
def test_two_ways_of_typing_are_found_alike(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("part", "whole"),
    [
        ("มนุษย์", "การป้องกันการค้ามนุษย์"),
        ("មនុស្ស", "ការជួញដូរមនុស្ស"),
        ("လူကုန်ကူး", "လူကုန်ကူးမှုတိုက်ဖျက်ရေး"),
        ("ມະນຸດ", "ການຕ້ານການຄ້າມະນຸດ"),
    ],
)
def test_parts_of_words_are_found_where_there_are_no_spaces(part, whole):
    assert has_words(part, whole)


@given(TEXTS, TEXTS)
def test_every_text_has_a_place_in_a_list(one, other):
    assert (sort_key(one, "en") == sort_key(one, "en")) and isinstance(sort_key(other, "vi"), tuple)


@pytest.mark.parametrize(
    ("language", "in_order"),
    [
        ("en", ["Ana", "Åsa", "Bao", "ömer", "Zoe"]),
        ("th", ["กา", "เก้า", "ไก่", "ขา", "แข"]),
        ("lo", ["ກາ", "ເກົ້າ", "ຂາ"]),
        ("km", ["កម្ពុជា", "ខេត្ត", "គ្រូ", "ឃ្លាំង"]),
        ("my", ["ကချင်", "ခရီး", "ဂီတ", "မြန်မာ"]),
        ("vi", ["da", "dy", "đa", "e", "ê"]),
        ("vi", ["can", "căn", "cân", "cơ", "cu", "cư"]),
        ("fil", ["nasa", "nzo", "ñandu", "opo"]),
        ("fa", ["وفا", "هما", "یاس"]),
        ("ur", ["واحد", "ہاشم", "یاسر"]),
        ("ar", ["هدى", "وفاء", "ياسر"]),
        ("ps", ["پتمن", "ټولنه", "وطن", "هېواد"]),
        ("fa", ["بهار", "پری", "تارا", "جم", "چنگیز", "گل", "لاله"]),
    ],
)
def test_a_list_stands_in_the_order_of_its_language(language, in_order):
    assert sorted(sorted(in_order), key=lambda text: sort_key(text, language)) == in_order
