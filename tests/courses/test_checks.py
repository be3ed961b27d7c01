"""What the checks say about a translated text: errors for what breaks, warnings for what may have a good reason."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.pages.translating.checks import CHECKS, avoid_findings, findings
from courses.pages.translating.checks.ending import ending
from courses.pages.translating.checks.numbers import articles_in, in_ascii, numbers_in
from courses.pages.translating.checks.zawgyi import is_zawgyi
from courses.pages.translating.segments import Segment
from courses.pages.translating.terms import TermBase, TermRule, terms_in

ZEROS = {"th": "๐", "lo": "໐", "km": "០", "my": "၀", "bn": "০", "ar": "٠", "fa": "۰", "ne": "०", "dz": "༠"}


def segment(source: str, *, is_rich: bool = False, is_neutral: bool = False) -> Segment:
    return Segment("m1/body", "m1/body", "Text", source, "d", "w", is_rich=is_rich, is_neutral=is_neutral)


def found(source: str, text: str, language: str = "id", *, is_rich: bool = False, terms: TermBase | None = None):
    base = terms or TermBase(language)
    return findings(segment(source, is_rich=is_rich), text, language=language, terms=base)


def codes(*args, **more) -> set[str]:
    return {each.code for each in found(*args, **more)}


def errors(*args, **more) -> set[str]:
    return {each.code for each in found(*args, **more) if each.is_error}


def in_digits(text: str, language: str) -> str:
    return "".join(chr(ord(ZEROS[language]) + int(each)) if each in "0123456789" else each for each in text)


# --- the whole


def test_a_good_translation_has_no_finding():
    source = 'Read <a id="a1">article 3(a)</a> of the Protocol: 2 pages, <b>10 minutes</b>.'
    text = 'Baca <a id="a1">pasal 3(a)</a> Protokol: 2 halaman, <b>10 menit</b>.'
    assert found(source, text, is_rich=True) == []


def test_errors_come_first():
    first, *_rest = found("Send %(count)s of 5 forms!", "Kirim formulir")
    assert first.is_error


def test_a_segment_without_words_has_no_finding():
    assert findings(segment("", is_neutral=True), "", language="id", terms=TermBase("id")) == []


@pytest.mark.parametrize("text", ["", "  ", "\u200b", "<b></b>"])
def test_an_empty_text_is_an_error_and_says_nothing_else(text):
    assert [(each.code, each.is_error) for each in found("Read 5 pages", text, is_rich=True)] == [("empty", True)]


@given(st.text(max_size=60), st.text(max_size=60), st.sampled_from(["id", "ar", "my", "th", "ur"]), st.booleans())
def test_no_text_breaks_a_check(source, text, language, is_rich):
    for each in found(source, text, language, is_rich=is_rich):
        assert each.code and each.message
    assert len(CHECKS) == 13


# --- placeholders


@pytest.mark.parametrize("mark", ["%(name)s", "{name}", "%s", "{{ name }}", "{0}", "%(count)d"])
def test_a_lost_or_invented_placeholder_is_an_error(mark):
    assert errors(f"Hello {mark}", "Halo") == {"placeholders"}
    assert errors("Hello", f"Halo {mark}") == {"placeholders"}
    assert "placeholders" not in codes(f"Hello {mark}", f"Halo {mark}")


@given(st.text(max_size=40), st.sampled_from(["%(name)s", "{name}", "{{name}}"]))
def test_adding_a_placeholder_is_always_found(text, mark):
    assert "placeholders" in errors(f"A{text}", f"A{text} {mark} ")


def test_a_percentage_is_no_placeholder():
    assert "placeholders" not in codes("50% of people, 20% said", "50% orang, 20% bilang")


# --- numbers


@given(st.text(st.characters(whitelist_categories=("Ll", "Zs"), max_codepoint=0x17F)), st.integers(0, 10**7))
def test_a_text_equal_to_its_source_with_other_digits_has_no_finding_of_numbers(words, number):
    source = f"{words} {number} {words}"
    for language in ZEROS:
        assert "numbers" not in codes(source, in_digits(source, language), language)


@given(st.integers(13, 10**6), st.integers(13, 10**6))
def test_another_number_is_always_found(one, other):
    # In a language that counts years as the source does.
    assert ("numbers" in codes(f"Page {one}", f"Halaman {other}")) == (one != other)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("1,000 people", "1.000 orang"),
        ("1,000 people", "১,০০০ মানুষ"),
        ("100,000 people", "1,00,000 लोग"),
        ("1,234.5 km", "1.234,5 km"),
        ("2.5 hours", "2,5 jam"),
        ("1,000 people", "1\u00a0000 orang"),
        ("12,500 people", "١٢٬٥٠٠ شخص"),
        ("three officers", "3 petugas"),
        ("Read https://example.org/page/12", "Baca https://example.org/page/12"),
    ],
)
def test_the_same_number_may_be_written_in_another_way(source, text):
    assert "numbers" not in codes(source, text)


def test_a_changed_number_is_a_warning():
    findings = found("Article 3", "Pasal 5")
    assert [each.code for each in findings] == ["numbers", "numbers"]
    assert not any(each.is_error for each in findings)


def test_an_article_keeps_its_paragraphs():
    assert articles_in("Article 3(a), 6 (3) and ៣(ក)") == {"3(a)": 1, "6(3)": 1}
    assert codes("Article 3(a)", "Pasal 3(b)") == {"numbers"}
    assert "numbers" not in codes("Article 3(a)", "มาตรา ๓(a)", "th")


def test_a_year_of_the_buddhist_era_is_the_same_year():
    assert "numbers" not in codes("The Act of 2008", "พระราชบัญญัติ พ.ศ. ๒๕๕๑", "th")
    assert "numbers" in codes("The Act of 2008", "Undang-undang 2551")


def test_digits_of_all_scripts_are_read():
    for zero in ZEROS.values():
        assert in_ascii(chr(ord(zero) + 7)) == "7"
    assert numbers_in("007") == numbers_in("7")


# --- links and tags


def test_a_lost_doubled_or_invented_link_is_an_error():
    source = '<a id="a1">Read</a> this.'
    assert errors(source, "Baca ini.", is_rich=True) == {"links"}
    assert errors(source, '<a id="a1">Baca</a> <a id="a1">ini</a>.', is_rich=True) == {"links"}
    assert errors(source, '<a id="a2">Baca</a> ini.', is_rich=True) == {"links"}
    assert errors(source, '<a href="https://example.org">Baca</a> ini.', is_rich=True) >= {"links", "tags"}


def test_an_address_in_words_that_changed_is_a_warning():
    assert codes("Write to help@example.org.", "Tulis ke bantuan@example.org.") == {"addresses"}
    assert not errors("See https://example.org/en.", "Lihat https://example.org/id.")
    assert codes("See https://example.org.", "Lihat https://example.org.") == set()


@pytest.mark.parametrize(
    "text",
    [
        "<b>Tebal",
        "Tebal</b>",
        "<b><i>Tebal</b></i>",
        "<b><b>Tebal</b></b>",
        "<script>alert(1)</script>",
        '<b onclick="x()">Tebal</b>',
        '<span class="x">Tebal</span>',
        "Tebal <b",
        "Tebal</br>",
    ],
)
def test_broken_html_is_an_error(text):
    assert "tags" in errors("<b>Bold</b>", text, is_rich=True)


def test_bold_may_be_written_in_two_ways_and_its_loss_is_a_warning():
    assert codes("<b>Bold</b> and <i>not</i>", "<strong>Tebal</strong> dan <em>bukan</em>", is_rich=True) == set()
    assert codes("<b>Bold</b> words<br/>", "Tebal<br>", is_rich=True) == {"emphasis"}
    assert not errors("<b>Bold</b>", "Tebal", is_rich=True)


def test_in_plain_text_a_sign_is_no_tag():
    assert codes("Age <18", "Usia <18") == set()


# --- characters, directions, joiners


@pytest.mark.parametrize("character", ["\ufffd", "\ue000", "\U000f0001", "\x07"])
def test_a_broken_character_is_an_error(character):
    assert errors("Some text", f"Suatu {character} teks") == {"broken"}


def test_letters_of_another_keyboard_are_a_warning():
    assert codes("Two texts", "كتاب", "fa") == {"lookalikes"}
    assert "lookalikes" not in codes("Two texts", "کتاب", "fa")
    assert codes("Two texts", "کتاب", "ar") == {"lookalikes"}
    assert codes("Two texts", "بہت ٥", "ur") >= {"lookalikes"}
    assert codes("Two texts", "t\u0435ks dua") == {"lookalikes"}  # Cyrillic e


@pytest.mark.parametrize("character", "\u202a\u202b\u202c\u202d\u202e")
def test_an_override_or_embedding_is_an_error(character):
    assert errors("A text", f"نص {character} هنا", "ar") == {"direction"}


def test_isolates_must_be_balanced():
    assert errors("A text", "نص \u2068PEACE هنا", "ar") == {"direction"}
    assert errors("A text", "نص PEACE\u2069 هنا", "ar") == {"direction"}
    assert codes("A text", "نص \u2068PEACE\u2069 هنا", "ar") == set()


@given(st.text(alphabet="ab\u2066\u2067\u2068\u2069\n", max_size=20))
def test_text_inside_an_isolate_of_its_own_stays_as_good_or_bad_as_it_was(text):
    bare = text.replace("\n", "")
    assert ("direction" in errors("A b", f"a{bare}")) == ("direction" in errors("A b", f"a\u2066{bare}\u2069")) or (
        "\u2069" in bare
    )


def test_a_direction_mark_is_a_warning():
    assert codes("A text", "نص \u200f هنا", "ar") == {"marks"}


@pytest.mark.parametrize(
    ("text", "language"),
    [("می\u200cخواهم", "fa"), ("ប៉ុន្តែ\u200bវា", "km"), ("ข้อ\u200bความ", "th"), ("ශ්\u200dරී", "si")],
)
def test_a_character_without_width_is_fine_where_the_script_needs_it(text, language):
    assert "invisible" not in codes("A text", text, language)


def test_a_character_without_width_is_a_warning_elsewhere():
    assert codes("A text", "Suatu\u200b teks") == {"invisible"}
    assert codes("A text", "ข้อ\u200dความ", "th") == {"invisible"}


# --- Zawgyi


@pytest.mark.parametrize(
    ("zawgyi", "unicode"),
    [
        ("ျမန္မာ", "မြန်မာ"),
        ("ေစာင့္ပါ", "စောင့်ပါ"),
        ("လူကုန္ကူးမႈ", "လူကုန်ကူးမှု"),
        ("ဒုကၡသည္", "ဒုက္ခသည်"),
        ("စာမ်က္ႏွာမ်ား", "စာမျက်နှာများ"),
        ("ဥပေဒအရ သေဘာတူညီခ်က္ ရယူရမည္။", "ဥပဒေအရ သဘောတူညီချက် ရယူရမည်။"),
    ],
)
def test_zawgyi_is_refused_with_help_and_the_same_in_unicode_is_not(zawgyi, unicode):
    refusal = next(each for each in found("A text", zawgyi, "my") if each.is_error)
    assert refusal.code == "zawgyi"
    assert "converter" in refusal.message
    assert "zawgyi" not in codes("A text", unicode, "my")
    assert "zawgyi-places" not in codes("A text", unicode, "my")


@pytest.mark.parametrize(
    "unicode",
    [
        "လူကုန်ကူးမှု",
        "အတင်းအဓမ္မ ပြန်မပို့ရေးမူ",
        "အဓမ္မလုပ်အားပေး",
        "ခေါင်းပုံဖြတ်ခြင်း",
        "လွှဲပြောင်းညွှန်းပို့ခြင်း",
        "ဉာဏ်စမ်းမေးခွန်း",
        "အင်္ဂလိပ်",
        "ယောက်ျား",
        "ကျွန်ုပ်",
        "ဥက္ကဋ္ဌ",
        "ဗုဒ္ဓဘာသာ",
        "အတ္မ",
    ],
)
def test_words_of_burmese_in_unicode_are_not_taken_for_zawgyi(unicode):
    assert not is_zawgyi(unicode)


def test_one_bad_place_in_a_unicode_text_is_a_warning():
    text = "မြန်မာနိုင်ငံ၏ ဥပဒေအရ သဘောတူညီချက် ရယူရမည်။ ေစာင့္"
    assert codes("A text", text, "my") >= {"zawgyi-places"}
    assert not errors("A text", text, "my")


def test_shan_is_not_judged():
    assert "zawgyi" not in codes("A text", "ၵႃႈ", "shn")


# --- language, length, ending


def test_a_text_that_is_the_source_is_not_translated():
    assert codes("Read this first", "Read this first", "km") == {"not-translated"}
    assert codes("Read this first", "read this first", "id") == {"not-translated"}
    assert codes("UNHCR", "UNHCR", "km") == set()
    assert codes("Regional Support Office", "Regional Support Office", "km") == set()


def test_a_text_in_another_script_is_a_warning():
    assert codes("Read this first", "Baca ini dulu", "km") == {"script"}
    assert codes("Read this first", "សូមអានវាមុន", "km") == set()
    assert codes("Read this first", "សូម អានវាមុន", "id") == {"script"}


def test_a_length_far_off_is_a_warning():
    source = "Officers identify a possible victim by several indicators together."
    assert "length" in codes(source, "Petugas.")
    assert "length" in codes(source, source * 4)
    assert "length" not in codes(source, "Petugas mengenali korban dari beberapa indikator sekaligus.")
    assert "length" not in codes("Yes", "Benar sekali begitu")


@pytest.mark.parametrize(
    ("source", "text", "language"),
    [
        ("It is so.", "یہ ایسا ہے۔", "ur"),
        ("Is it so?", "هل هو كذلك؟", "ar"),
        ("It is so.", "វាគឺដូច្នេះ។", "km"),
        ("Note:", "សម្គាល់៖", "km"),
        ("It is so.", "เป็นเช่นนั้น", "th"),
        ("Is it so?", "ဟုတ်ပါသလား။", "my"),
        ("He said “so.”", "Katanya “begitu”.", "id"),
    ],
)
def test_a_sign_at_the_end_is_that_of_the_script(source, text, language):
    assert "ending" not in codes(source, text, language)


def test_a_question_that_lost_its_mark_is_a_warning():
    assert codes("Is it so?", "Begitu.") == {"ending"}
    assert codes("A heading", "Judul.") == {"ending"}
    assert ending("Wait...") == ending("Wait…") != ending("Wait.")


# --- terms

RULES = (
    TermRule("Refugee", ("pengungsi",), key="refugee", said=("refugee",)),
    TermRule("Consent", ("persetujuan",), key="consent", said=("consent",)),
    TermRule("Informed consent", ("izin sadar",), key="informed-consent", said=("informed consent",)),
    TermRule("People smuggling", ("penyelundupan manusia",), ("perdagangan orang",), key="smuggling",
             said=("people smuggling", "smuggling of migrants")),
    TermRule("Trafficking in persons", ("perdagangan orang",), ("penyelundupan manusia", "jual beli orang"),
             key="trafficking", said=("trafficking in persons",)),
)  # fmt: skip
BASE = TermBase("id", RULES)


def test_a_term_of_the_source_wants_its_form_in_the_text():
    assert codes("Refugees arrive", "Migran tiba", terms=BASE) == {"term-refugee"}
    assert codes("Refugees arrive", "Para pengungsi tiba", terms=BASE) == set()
    assert codes("A refugee's rights", "Hak Pengungsi", terms=BASE) == set()
    assert codes("Refugeeship", "Kapal", terms=BASE) == set()
    assert not errors("Refugees arrive", "Migran tiba", terms=BASE)


def test_the_longer_term_stands_for_the_shorter_one_in_it():
    assert codes("Informed consent counts", "Izin sadar penting", terms=BASE) == set()
    assert codes("Consent and informed consent", "Izin sadar", terms=BASE) == {"term-consent"}


def test_a_form_that_is_not_to_be_used_is_a_warning():
    assert codes("It is bad", "Jual beli orang itu buruk", terms=BASE) == {"forbidden-trafficking"}
    swapped = codes("Trafficking in persons is a crime", "Penyelundupan manusia adalah kejahatan", terms=BASE)
    assert swapped == {"term-trafficking", "forbidden-trafficking"}


def test_two_terms_that_are_easily_swapped_may_stand_in_one_text():
    source = "People smuggling is not trafficking in persons"
    assert codes(source, "Penyelundupan manusia bukan perdagangan orang", terms=BASE) == set()


def test_the_desk_is_told_which_terms_stand_in_a_segment():
    rich = segment("<b>Refugees</b> give informed consent", is_rich=True)
    assert [rule.key for rule in terms_in(rich, BASE)] == ["informed-consent", "refugee"]


def test_arabic_articles_and_prefixes_do_not_hide_a_term():
    labour = TermRule("Forced labour", ("العمل الجبري",), key="labour", said=("forced labour",))
    trafficking = TermRule("Trafficking", ("الاتجار بالأشخاص",), key="tip", said=("trafficking in persons",))
    base = TermBase("ar", (labour, trafficking))
    assert codes("Forced labour", "عمل جبري", "ar", terms=base) == set()
    assert codes("Trafficking in persons", "للاتجار بالأشخاص", "ar", terms=base) == set()
    assert codes("Trafficking in persons", "تهريب", "ar", terms=base) == {"term-tip"}


@given(st.sampled_from(["a", "e", "o", "u"]), st.sampled_from(["NFC", "NFD"]))
def test_a_form_is_found_however_its_letters_are_composed(vowel, form):
    base = TermBase("vi", (TermRule("Victim", (f"n{vowel}\u0301n",), key="victim", said=("victim",)),))
    assert codes("Victim", unicodedata.normalize(form, f"N{vowel}\u0301n"), "vi", terms=base) == set()


# --- the language guide


@pytest.mark.parametrize("words", ["sex slaves", "a child prostitute"])
def test_words_that_nobody_needs_are_errors_in_english(words):
    (finding,) = avoid_findings(f"Police found {words} there.")
    assert finding.is_error
    assert finding.code in errors("Polisi menemukan korban.", f"Police found {words} there.", "en",
                                  terms=TermBase("en", (), "id"))  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "The victim admitted that she worked.",
        "The victim failed to escape.",
        "A wave of refugees arrived.",
        "They are illegals.",
        "Traffickers are animals.",
        "The victims were rescued.",
        "Possession of child pornography",
    ],
)
def test_words_of_the_guide_are_warnings(text):
    assert avoid_findings(text)
    assert not any(each.is_error for each in avoid_findings(text))


@pytest.mark.parametrize(
    "text",
    [
        "A headline says “Police free sex slaves”.",
        "A flood destroyed the harvest.",
        "States agreed on rescue at sea.",
        "Members agreed to explore biometrics.",
        "It is allowed only if the other State is informed.",
        "Illegal entry is an offence.",
    ],
)
def test_honest_uses_and_quotations_pass(text):
    assert avoid_findings(text) == []


def test_the_guide_is_for_english_only():
    assert "avoid-slave" not in codes("Korban", "sex slave", "vi")
