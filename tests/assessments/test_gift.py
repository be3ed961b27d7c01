"""GIFT, as Moodle reads and writes it, and Aiken: every question of a file is found, or named with its line."""

import io
import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.exchange import aiken, gift
from assessments.exchange.making import less_than_nothing, no_truth
from assessments.exchange.markup import clean, one_line
from assessments.exchange.question import FileRefused, Found, Skipped
from assessments.types import TYPES
from assessments.types.typed import accepted_problems
from tests.fixtures import FIXTURES, needs_fixtures

with_fixtures = needs_fixtures("questions")


def read(text: str | bytes) -> list[Found | Skipped]:
    return list(gift.read(io.BytesIO(text.encode() if isinstance(text, str) else text), language="en"))


def one(text: str) -> Found:
    (found,) = read(text)
    assert isinstance(found, Found), found
    assert not TYPES[found.type].problems(found.structure, found.answer_key)
    return found


def why(text: str) -> str:
    (found,) = read(text)
    assert isinstance(found, Skipped), found
    return found.why


def written(*questions: Found, language: str = "en") -> tuple[bytes, list[Skipped]]:
    file = io.BytesIO()
    losses = list(gift.write(questions, file, language=language))
    return file.getvalue(), losses


def chosen(found: Found) -> list[str]:
    return [found.text["options"][each] for each in found.answer_key]


@with_fixtures
def test_the_examples_of_moodle_are_43_questions():
    with (FIXTURES / "questions" / "gift_examples.txt").open("rb") as file:
        kinds = Counter(each.type for each in gift.read(file, language="en"))
    assert kinds.pop("single") + kinds.pop("multiple") == 18
    assert kinds == {"truefalse": 5, "shorttext": 9, "number": 8, "matching": 3}


@with_fixtures
@pytest.mark.parametrize(
    ("name", "count", "category"),
    [
        ("gift__questions_in_category.gift.txt", 4, ("Default for New Features",)),
        ("gift__questions_encoding_windows-1252.gift.txt", 3, ("Default for LTTEST",)),
    ],
)
def test_exports_of_moodle_are_read_with_their_category(name, count, category):
    with (FIXTURES / "questions" / name).open("rb") as file:
        found = list(gift.read(file, language="en"))
    assert [each.category for each in found] == [category] * count
    assert "aödf" in found[-1].text.get("left", {"": "aödf"}).values()


@with_fixtures
def test_broken_aiken_is_named_by_line_and_the_rest_is_read():
    with (FIXTURES / "questions" / "aiken__aiken_errors.txt").open("rb") as file:
        found = list(aiken.read(file, language="en"))
    assert [each.where for each in found if isinstance(each, Skipped) and each.is_error] == [
        "line 1",
        "line 5",
        "line 7",
        "line 14",
    ]
    assert [each.text["stem"][:8] for each in found if isinstance(each, Found)] == ["A good q", "A second", "A third "]


def test_a_question_of_thousands_of_answers_is_not_taken_apart():
    assert "at most 40" in why("Who?{" + "".join(f"~a{number}" for number in range(5000)) + "=b}")


def test_a_line_that_begins_like_an_option_of_aiken_is_none():
    text = "What is\nU.S. law?\nA) One\nB. Two\nANSWER: B\n"
    (found,) = aiken.read(io.BytesIO(text.encode()), language="en")
    assert (found.text["stem"], chosen(found)) == ("What is\nU.S. law?", ["Two"])


def test_one_right_answer_makes_a_single_choice_and_the_sentence_keeps_its_gap():
    found = one("Grant is {~buried =entombed ~living} in Grant's tomb.")
    assert (found.type, found.text["stem"], chosen(found)) == (
        "single",
        "Grant is _____ in Grant's tomb.",
        ["entombed"],
    )


@pytest.mark.parametrize(
    ("wrong", "scoring", "is_lossy"), [("-50", "penalty", False), ("0", "partial", True), ("-100", "all", True)]
)
def test_weights_are_the_scoring_that_is_nearest_and_no_kinder(wrong, scoring, is_lossy):
    found = one(f"Who?{{~%{wrong}%no one ~%50%Grant ~%50%his wife}}")
    assert (found.type, found.structure.get("scoring", "all"), chosen(found)) == (
        "multiple",
        scoring,
        ["Grant", "his wife"],
    )
    assert bool(found.losses) == is_lossy


@pytest.mark.parametrize("unlike", [(70, 30, -10), (50, 50, -60), (70, 30, 0)])
def test_unlike_weights_give_points_for_all_right_answers_only(unlike):
    found = one(f"Who?{{{''.join(f'~%{each}%o{place}' for place, each in enumerate(unlike))}}}")
    assert "scoring" not in found.structure and "only all of them" in found.losses[0]


def test_an_answer_that_is_right_in_part_is_not_right_here_and_named():
    found = one("Born?{=Nazareth#Yes =%75%Nazereth#Misspelled}")
    assert found.answer_key["accepted"] == {"und": ["Nazareth"]}
    assert any("Nazereth" in each for each in found.losses)
    assert found.text["feedback"] == "“Nazareth”: Yes\n“Nazereth”: Misspelled"


@pytest.mark.parametrize("answers", ["=a ~%-50%b ~%-20%c", "=a =%-50%b", "#=1 =%-50%2"])
def test_points_that_are_taken_away_are_named_once(answers):
    assert list(one(f"Who?{{{answers}}}").losses) == [less_than_nothing()]


def test_a_wildcard_is_not_taken_for_letters():
    assert "*bank*" in why("Name it{=*bank*}")
    assert one("Name it{=a \\\\* b}").answer_key["accepted"]["und"] == ["a * b"]


@pytest.mark.parametrize(
    ("answer", "value", "tolerance"),
    [
        ("#1822:1", "1822", "1"),
        ("#3.141..3.142", "3.1415", "0.0005"),
        ("#-2e3", "-2000", None),
        ("#=1822:0 =%50%1822:2", "1822", None),
        ("#=5:1 =5:2", "5", "2"),
    ],
)
def test_numbers_keep_their_tolerance_to_the_letter(answer, value, tolerance):
    found = one(f"How many?{{{answer}}}")
    assert (found.answer_key["value"], found.answer_key.get("tolerance")) == (value, tolerance)


def test_several_right_numbers_are_no_question_here():
    assert "here a question has one" in why("How many?{#=1 =7}")


def test_truth_matching_essay_and_feedback_of_all():
    assert one("So?{F#No.#Yes.####All}").text["feedback"] == "All\nWrong: No.\nRight: Yes."
    found = one("Match{=a -> 1 =b -> 2 = -> 3 =c -> 1}")
    assert [found.text["options"][each] for each in found.answer_key.values()] == ["1", "2", "1"]
    assert len(found.structure["options"]) == 3
    assert one("Write.{}").type == "essay"


def test_comments_titles_formats_and_escapes():
    found = one(
        "// [id:Q-1] [tag:law] [tag:a\\]b] and more\n::A \\: title::[html]<p>2 \\= \\{1\\}\\n<b>now</b></p>\n{T}\n"
    )
    assert (found.key, found.name, found.tags) == ("Q-1", "A : title", ("law", "a]b"))
    assert found.text["stem"] == "2 = {1} now"
    assert found.where == "line 2"
    assert one("[plain]<b>\\n&amp;{T}").text["stem"] == "<b>\n&amp;"


def test_a_category_holds_for_all_that_follows():
    found = read("$CATEGORY: $course$/top/Law\n\nA{T}\n\nB{T}\n\n$CATEGORY: a//b / c\nC{T}\n")
    assert [each.category for each in found] == [("Law",), ("Law",), ("a/b", "c")]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Only a text.", "no answers"),
        ("A {T", "missing behind"),
        ("A T}", "missing before"),
        ("A {=a} and {=b}", "More|more braces"),
        ("A {#x}", "no number"),
        ("::A {T}", "title"),
        ("{T}", "no text"),
        ("A {=a -> }", "partner|pairs"),
        ("A {~a}", "No answer"),
    ],
)
def test_what_is_no_question_is_named_with_its_line(text, word):
    (found,) = read(f"\n// comment\n{text}\n")
    assert isinstance(found, Skipped)
    assert found.where == "line 3"
    assert re.search(word, found.why)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_unicode_encoding_is_read(encoding):
    (found,) = read("What is “é”, ما هذا?{=ö =و}\r\n".encode(encoding))
    assert found.text["stem"] == "What is “é”, ما هذا?"
    assert found.answer_key["accepted"]["und"] == ["ö", "و"]


def test_a_code_page_of_old_is_found_out():
    (found,) = read("Wie heißt die Straße?{=Müller}".encode("cp1252"))
    assert found.text["stem"] == "Wie heißt die Straße?"


@pytest.mark.parametrize("data", [b"", b"  \n", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" * 20, "A{T}".encode("utf-32")])
def test_what_is_no_text_is_refused_as_a_whole(data):
    with pytest.raises(FileRefused):
        read(data)


def test_scripts_never_get_through():
    found = one("[html]<script>alert(1)</script><img src\\=x onerror\\=alert(1)>Why?{=[html]<script>x</script>a ~b}")
    assert "alert" not in str(found.text) and "<" not in str(found.text)
    assert any("script" in each for each in found.losses)


@pytest.mark.parametrize(
    ("words", "right", "language", "answer"),
    [
        (("True", "False"), "a", "en", b"{TRUE}"),
        (("False", "True"), "a", "en", b"{FALSE}"),
        (("Benar", "Salah"), "b", "id", b"{FALSE}"),
        (("Wrong", "Right"), "a", "en", b"=Wrong"),
    ],
)
def test_a_statement_is_never_turned_round(words, right, language, answer):
    text = {"stem": "S", "options": dict(zip("ab", words, strict=True)), "feedback": ""}
    question = Found(where="K1", type="truefalse", structure={"options": ["a", "b"]}, answer_key=[right], text=text)
    data, losses = written(question, language=language)
    assert answer in data
    assert [each.why for each in losses] == [no_truth()] * (answer == b"=Wrong")


def test_types_that_gift_does_not_know_are_named():
    question = Found(
        where="K1",
        type="ordering",
        structure={"options": ["a", "b"]},
        answer_key=["b", "a"],
        text={"stem": "S", "options": {"a": "1", "b": "2"}, "feedback": ""},
    )
    data, losses = written(question)
    assert [each.where for each in losses] == ["K1"]
    assert b"::" not in data


# --- back and forth

WORDS = st.text(
    alphabet="ab {}=~#:\\%*50[]htmlplain<>&$/->\n\t\u200f\u202b\u2067\u2069\u200d\u0301ا۴ش\u0e33", max_size=24
)
TEXTS = WORDS.map(clean).filter(bool)
FORMULAS = TEXTS.map(lambda text: f"{text} $$x_{{1}}=\\frac{{a}}{{b}}$$ \\(y\\)")
LINES = WORDS.map(one_line).filter(lambda text: text and "->" not in text and "\\*" not in text)
#: What a key may hold: of a sign that joins letters and nothing beside it nothing is left in comparing.
ACCEPTED = LINES.filter(lambda text: not accepted_problems({"accepted": {"en": [text]}}, 200))


@st.composite
def questions(draw) -> Found:
    kind = draw(st.sampled_from(["single", "multiple", "truefalse", "matching", "shorttext", "number", "essay"]))
    some = st.one_of(TEXTS, FORMULAS)
    text = {"stem": draw(some), "feedback": draw(st.one_of(st.just(""), some))}
    structure, key = {}, {}
    if kind in ("single", "multiple"):
        texts = draw(st.lists(some, min_size=2, max_size=4))
        options = [f"o{place}" for place in range(len(texts))]
        structure["options"], text["options"] = options, dict(zip(options, texts, strict=True))
        key = options[:1] if kind == "single" else sorted(draw(st.sets(st.sampled_from(options), min_size=1)))
        if kind == "multiple":
            structure["scoring"] = draw(st.sampled_from(["all", "partial", "penalty"]))
    elif kind == "truefalse":
        structure["options"], text["options"] = ["true", "false"], {"true": "True", "false": "False"}
        key = [draw(st.sampled_from(["true", "false"]))]
    elif kind == "matching":
        left, right = draw(st.lists(some, min_size=2, max_size=3)), draw(st.lists(TEXTS, min_size=1, max_size=3))
        structure |= {"left": [f"l{n}" for n in range(len(left))], "options": [f"r{n}" for n in range(len(right))]}
        structure["scoring"] = draw(st.sampled_from(["all", "partial"]))
        text["left"] = dict(zip(structure["left"], left, strict=True))
        text["options"] = dict(zip(structure["options"], right, strict=True))
        key = {each: draw(st.sampled_from(structure["options"])) for each in structure["left"]}
    elif kind == "shorttext":
        key = {"accepted": {"en": draw(st.lists(ACCEPTED, min_size=1, max_size=3, unique=True))}}
    elif kind == "number":
        key = {
            "value": draw(st.sampled_from(["0", "-12.5", "1822"])),
            "tolerance": draw(st.sampled_from(["0", "0.05"])),
        }
    return Found(
        where="here",
        type=kind,
        structure=structure,
        answer_key=key,
        text=text,
        key="K-1.a",
        name="K-1.a",
        category=tuple(draw(st.lists(LINES, max_size=2))),
        tags=tuple(draw(st.lists(LINES, max_size=2, unique=True))),
        difficulty=draw(st.integers(0, 3)),
        source=draw(st.one_of(st.just(""), LINES)),
        points=draw(st.integers(1, 3)),
    )


@given(st.lists(questions(), min_size=1, max_size=3))
def test_export_import_export_is_identical_to_the_byte(some):
    first, _losses = written(*some)
    found = read(first)
    assert all(isinstance(each, Found) for each in found), found
    assert len(found) == len(some)
    for before, after in zip(some, found, strict=True):
        assert (after.type, after.key) == (before.type, before.key)
        assert after.structure.get("scoring", "all") == before.structure.get("scoring", "all")
        if before.type == "multiple":
            assert [before.structure["options"].index(each) for each in before.answer_key] == [
                after.structure["options"].index(each) for each in after.answer_key
            ]
    assert written(*found)[0] == first


def test_a_note_that_ends_in_a_backslash_comes_back():
    question = one("// [tag:a\\ ]\nA{T}")
    assert question.tags == ("a\\",)
    assert one(written(question)[0].decode()).tags == ("a\\",)


def test_words_that_are_added_stand_in_the_language_of_the_questions():
    text = "So?{F#No.#Yes.}"
    (found,) = gift.read(io.BytesIO(text.encode()), language="id")
    assert found.text["feedback"] == "Salah: No.\nBenar: Yes."


def test_a_number_of_many_digits_keeps_all_of_them():
    digits = "1234567890123456789.01234567890123456789"
    question = one(f"How many?{{#{digits}:0.5}}")
    assert question.answer_key["value"] == digits
    assert one(written(question)[0].decode()).answer_key == question.answer_key
