"""Moodle XML in and out."""

import base64
import html
import io
import time
import tracemalloc

import pytest
from hypothesis import given, settings

from assessments.exchange.making import less_than_nothing
from assessments.exchange.moodlexml import read, write
from assessments.exchange.question import FileRefused, Found, Picture, Skipped
from assessments.types import TYPES
from assessments.types.typed import FOLDS
from tests.assessments.carried import PNG, carried, questions
from tests.fixtures import FIXTURES, needs_fixtures

_FILES = FIXTURES / "questions"
needs_files = needs_fixtures("questions")

QUIZ = '<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n{}\n</quiz>'
AS_MOODLE = ["case", "forms", "space"]
#: All that Moodle has a place for.
CARRIED = tuple(name for name in TYPES if name != "hotspot")


def reading(text, encoding="utf-8"):
    return list(read(io.BytesIO(text.encode(encoding)), language="en"))


def one(body, kind="shortanswer"):
    found = reading(QUIZ.format(f'<question type="{kind}">{body}</question>'))
    assert len(found) == 1
    return found[0]


def words(stem="Which?", feedback="Because."):
    stem, feedback = html.escape(stem), html.escape(feedback)
    return (
        f"<name><text>n</text></name><questiontext format='html'><text>{stem}</text></questiontext>"
        f"<generalfeedback format='html'><text>{feedback}</text></generalfeedback>"
    )


def choice(*answers, single="true", stem="Which?"):
    rows = "".join(f'<answer fraction="{each}"><text>o{place}</text></answer>' for place, each in enumerate(answers))
    return one(words(stem) + f"<single>{single}</single>" + rows, "multichoice")


@needs_files
@pytest.mark.parametrize(
    ("name", "types"),
    [
        ("essay__testquestion.moodle.xml", ["essay"]),
        ("match__testquestion.moodle.xml", ["matching"]),
        ("multichoice__testquestion.moodle.xml", ["multiple"]),
        ("numerical__testquestion.moodle.xml", ["number"]),
        ("ordering__testimport.moodle.xml", ["ordering"]),
        ("shortanswer__testquestion.moodle.xml", ["shorttext"]),
        ("truefalse__testquestion.moodle.xml", ["truefalse"]),
        ("xml__truefalse.xml", ["truefalse", "truefalse"]),
    ],
)
def test_files_of_moodle_are_read_in_full(name, types):
    with (_FILES / name).open("rb") as file:
        assert [each.type for each in read(file, language="en") if isinstance(each, Found)] == types


@needs_files
def test_broken_gaps_are_refused_one_by_one_each_with_its_line():
    with (_FILES / "xml__broken_cloze_questions.xml").open("rb") as file:
        found = list(read(file, language="en"))
    assert all(isinstance(each, Skipped) and each.is_error and each.why for each in found)
    assert [each.where for each in found] == ["line 4", "line 20", "line 36", "line 52", "line 68"]


@needs_files
def test_a_picture_comes_with_its_words_and_those_in_feedback_are_named():
    with (_FILES / "xml__truefalse.xml").open("rb") as file:
        found = next(iter(read(file, language="en")))
    assert found.picture.name == "logo.jpg" and found.picture.data.startswith(b"\xff\xd8")
    assert found.structure["picture"] == {"name": "logo.jpg"} and found.text["picture"] == {"alt": "Moodle logo"}
    assert found.category == ("Default for testhead", "TrueFalse")
    assert any("thumbdown.jpg" in each for each in found.losses)


@settings(max_examples=80, deadline=None)
@given(questions(CARRIED))
def test_what_is_written_read_and_written_again_is_the_same_to_the_byte(question):
    first, said, back, second = carried(read, write, [question])
    found = [each for each in back if isinstance(each, Found)]
    if b"<questiontext" not in first:
        assert said, "named, not dropped"
        return
    assert second == first
    same = found[0]
    assert same.text["stem"] == question.text["stem"] and same.text["feedback"] == question.text["feedback"]
    assert (same.key, same.category, same.tags, same.difficulty, same.source, same.points) == (
        *(question.key, question.category, question.tags, question.difficulty, question.source, question.points),
    )
    assert same.losses == () or question.type in ("multiple", "set")
    assert same.picture is None or same.picture.data == question.picture.data
    if question.type not in ("truefalse", "number"):
        assert same.type == question.type


@settings(max_examples=40, deadline=None)
@given(questions(("single", "shorttext", "ordering", "matching")))
def test_who_is_right_here_is_right_after_the_way_through_moodle(question):
    _first, said, back, _second = carried(read, write, [question])
    if said and "read the same" in said[0].why:
        return
    same, kind = back[0], TYPES[question.type]
    right = kind.solution(question.structure, question.answer_key, "en")
    texts = question.text.get("options", {})
    if question.type == "single":
        assert [same.text["options"][each] for each in same.answer_key] == [texts[each] for each in right]
    elif question.type == "ordering":
        assert [same.text["options"][each] for each in same.answer_key] == [texts[each] for each in right]
        assert same.structure["options"] != same.answer_key, "never shown in the right order"
    elif question.type == "shorttext":
        assert kind.score(same.structure, same.answer_key, right) == 1
        assert same.answer_key.get("folds", FOLDS) == question.answer_key.get("folds", FOLDS)
    else:
        pairs = [(question.text["left"][left], texts[option]) for left, option in right.items()]
        assert [
            (same.text["left"][left], same.text["options"][each]) for left, each in same.answer_key.items()
        ] == pairs


def test_the_ways_to_score_are_carried_by_what_each_answer_counts():
    found = choice(50, 50, -50, single="false")
    assert (found.type, found.structure["scoring"], found.answer_key) == ("multiple", "penalty", ["a", "b"])
    assert found.losses == ()
    found = choice(50, 50, -100, single="false")
    assert "scoring" not in found.structure
    found = choice(50, 50, 0, single="false")
    assert found.structure["scoring"] == "partial" and len(found.losses) == 1
    assert len(found.losses) == 1
    for unlike in ((70, 30, -10), (50, 50, -60), (70, 30, 0)):
        found = choice(*unlike, single="false")
        assert "scoring" not in found.structure and len(found.losses) == 1
    for even in ((33, 33, 33, -33), (33, 33, 34, -33), ("33.33333", "33.33333", "33.33333", "-33.33333")):
        found = choice(*even, single="false")
        assert found.structure["scoring"] == "penalty" and found.losses == ()
    found = choice(100, 50, 0)
    assert (found.type, found.answer_key) == ("single", ["a"])
    assert "o1" in found.losses[0] and "50" in found.losses[0]


def test_a_choice_without_a_right_answer_or_with_two_is_refused():
    assert choice(0, 0).is_error
    assert choice(100, 100).is_error
    assert choice(0, 0, single="false").is_error
    assert choice("much", 0).is_error


def test_a_number_has_its_tolerance_and_its_unit():
    units = "<units><unit><multiplier>1000</multiplier><unit_name>m</unit_name></unit>"
    units += "<unit><multiplier>1</multiplier><unit_name>km</unit_name></unit></units>"
    found = one(
        words() + '<answer fraction="100"><text>1.50</text><tolerance>0.10</tolerance></answer>' + units, "numerical"
    )
    assert found.answer_key == {"value": "1.5", "tolerance": "0.1", "unit": "u2"}
    assert found.text["units"] == {"u1": "m", "u2": "km"} and len(found.losses) == 1
    metre = units.partition("</unit>")[0] + "</unit></units>"
    found = one(words() + '<answer fraction="100"><text>2</text></answer>' + metre, "numerical")
    assert isinstance(found, Skipped) and "multiplier" in found.why
    assert one(words() + '<answer fraction="100"><text>1,000</text></answer>', "numerical").is_error
    found = one(words() + '<answer fraction="100"><text>1,5</text></answer>', "numerical")
    assert found.answer_key == {"value": "1.5"}
    assert one(words() + '<answer fraction="100"><text>many</text></answer>', "numerical").is_error
    assert not one(words() + '<answer fraction="100"><text>*</text></answer>', "numerical").is_error


def test_a_star_for_any_text_is_named_and_a_real_one_is_kept():
    found = one(
        words() + '<answer fraction="100"><text>jet*</text></answer><answer fraction="100"><text>5\\*3</text></answer>'
    )
    assert found.answer_key == {"accepted": {"und": ["5*3"]}, "folds": AS_MOODLE} and "jet*" in found.losses[0]
    assert isinstance(one(words() + '<answer fraction="100"><text>*</text></answer>'), Skipped)


def test_a_star_in_a_gap_is_named_or_kept_likewise():
    found = one(words("A {1:SA:=jet*~=5\\*3} and {1:SA:=b}."), "cloze")
    assert found.answer_key["g1"]["accepted"] == {"und": ["5*3"]} and "jet*" in found.losses[0]
    first, _said, back, second = carried(read, write, [found])
    assert b"5&amp;#92;*3" in first and first == second and back[0].answer_key == found.answer_key
    lone = one(words("A {1:SA:=*} and more."), "cloze")
    assert isinstance(lone, Skipped) and not lone.is_error


def test_points_that_are_taken_away_or_given_in_part_are_named_once():
    taken = [less_than_nothing()]
    assert list(choice(100, -50, -50).losses) == taken
    answers = '<answer fraction="100"><text>{}</text></answer><answer fraction="-50"><text>{}</text></answer>'
    assert list(one(words() + answers.format("a", "b")).losses) == taken
    assert list(one(words() + answers.format("1", "2"), "numerical").losses) == taken
    found = one(words("It is {1:MC:=red~%50%pink~%-10%blue} and {1:SA:=a~%40%b}."), "cloze")
    assert len(found.losses) == 3 and taken[0] in found.losses
    assert "pink" in found.losses[0] and "“b” counts 40 %" in found.losses[2]


def test_capitals_count_where_moodle_says_so():
    found = one(words() + '<usecase>1</usecase><answer fraction="100"><text>Jetty</text></answer>')
    assert "case" not in found.answer_key["folds"]


@pytest.mark.parametrize("folds", [FOLDS, ("case", "forms", "space"), ("marks", "space"), ("case",), ()])
def test_how_typed_texts_are_compared_comes_back(folds):
    key = {"accepted": {"en": ["Jetty"]}, "folds": list(folds)}
    question = Found(
        where="x", type="gaps", structure={"gaps": [{"id": "g1"}, {"id": "g2"}]}, answer_key={"g1": key, "g2": key},
        text={"stem": "S", "feedback": "F", "text": "A [[g1]] b [[g2]] c"}, tags=("law",),
    )  # fmt: skip
    _first, _said, back, _second = carried(read, write, [question])
    assert [tuple(each.get("folds", FOLDS)) for each in back[0].answer_key.values()] == [tuple(folds)] * 2
    assert back[0].tags == ("law",)


def test_gaps_that_compare_in_several_ways_are_named():
    key = {"accepted": {"en": ["Jetty"]}}
    question = Found(
        where="x", type="gaps", structure={"gaps": [{"id": "g1"}, {"id": "g2"}]},
        answer_key={"g1": key, "g2": {**key, "folds": AS_MOODLE}},
        text={"stem": "S", "feedback": "F", "text": "A [[g1]] b [[g2]] c"},
    )  # fmt: skip
    _first, said, back, _second = carried(read, write, [question])
    assert any("accents" in each.why for each in said)
    assert [each["folds"] for each in back[0].answer_key.values()] == [AS_MOODLE] * 2


def test_gaps_of_words_are_gaps_and_those_of_numbers_a_set():
    body = words("<p>Fill in.</p><p>It is {1:MC:=red~blue#no} and {1:SA:=big~=huge}.</p>")
    found = one(body, "cloze")
    assert found.type == "gaps" and found.text["stem"] == "Fill in."
    assert found.text["text"] == "It is [[g1]] and [[g2]]."
    assert found.answer_key == {"g1": "a", "g2": {"accepted": {"und": ["big", "huge"]}, "folds": AS_MOODLE}}
    assert "“blue”: no" in found.text["feedback"] and found.points == 2
    body = words("<p>A case.</p><p>How many? {1:NUMERICAL:=12:0.5}</p><p>Which? {1:MULTIRESPONSE:=a~=b~c}</p>")
    found = one(body, "multianswer")
    assert found.type == "set" and found.text["questions"] == {"p1": "How many?", "p2": "Which?"}
    assert found.answer_key == {"p1": {"value": "12", "tolerance": "0.5"}, "p2": ["a", "b"]}
    assert found.structure["parts"][1]["structure"]["scoring"] == "penalty"
    running = one(words("It weighs {1:NM:=3} kg and more."), "cloze")
    assert isinstance(running, Skipped) and not running.is_error


def test_words_that_look_like_our_gaps_are_no_gaps():
    found = one(words("Say [[g1]] or {1:SA:=x}."), "cloze")
    assert found.text["text"] == "Say [ [g1] ] or [[g1]]." and len(found.losses) == 1


def test_feedback_for_each_answer_and_result_is_gathered_with_what_it_is_about():
    found = one(
        words()
        + "<correctfeedback><text>Well done.</text></correctfeedback>"
        + "<incorrectfeedback><text>Your answer is incorrect.</text></incorrectfeedback>"
        + '<answer fraction="100"><text>frog</text>'
        + '<feedback format="html"><text>&lt;b&gt;Yes.&lt;/b&gt;</text></feedback></answer>'
    )
    assert found.text["feedback"] == "Because.\n“frog”: Yes.\nRight: Well done."


def test_what_moodle_has_and_we_have_not_is_skipped_by_its_name():
    for kind in ("calculated", "ddmarker", "random", "stack"):
        found = one(words(), kind)
        assert isinstance(found, Skipped) and kind in found.why and not found.is_error and found.where == "line 3"
    assert isinstance(one(words(), "description"), Skipped)


def test_formats_tags_points_and_the_key_come_along():
    found = one(
        "<name><text>N</text></name><questiontext format='markdown'><text>**Which** one?</text></questiontext>"
        "<defaultgrade>2.5</defaultgrade><hidden>1</hidden><idnumber>K-1</idnumber>"
        '<answer fraction="100"><text>frog</text></answer>'
        "<tags><tag><text>law</text></tag><tag><text>difficulty:hard</text></tag></tags>"
    )
    assert (found.key, found.name, found.tags, found.difficulty, found.points) == ("K-1", "N", ("law",), 3, 2)
    assert found.text["stem"] == "Which one?" and len(found.losses) == 3


def test_scripts_never_get_through():
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)><a href='javascript:x()'>go</a>"
    found = one(words(f"Which? {evil}", evil) + '<answer fraction="100"><text>frog</text></answer>')
    assert "alert" not in str(found.text) and "javascript" not in str(found.text) and found.losses


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252", "iso-8859-1"])
def test_the_encoding_is_the_one_that_the_file_names(encoding):
    body = f'<question type="shortanswer">{words("Café – naïve?" if encoding == "windows-1252" else "Café?")}'
    body += '<answer fraction="100"><text>frog</text></answer></question>'
    name = "utf-8" if encoding == "utf-8-sig" else encoding
    found = reading(QUIZ.replace("UTF-8", name).format(body), encoding)
    assert found[0].text["stem"].startswith("Café")


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE quiz [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE quiz [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE quiz SYSTEM "http://example.org/x.dtd">',
    ],
)
def test_bombs_and_entities_are_refused_with_a_plain_message(head):
    with pytest.raises(FileRefused, match="DOCTYPE"):
        reading(f"{head}<quiz><question type='essay'>{words().replace('Which?', '&x;')}</question></quiz>")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<quiz><question type='essay'>\n</quiz>", "Line 2"),
        ("<html><body/></html>", "html"),
        ("", "Line 1"),
        ("not XML", "Line 1"),
        ("<quiz></quiz>", "no question"),
        ("<?xml version='1.0' encoding='klingon'?><quiz/>", "encoding"),
        ("<?xml version='1.0' encoding='zlib'?><quiz/>", "encoding"),
        ("<quiz>" + "<a>" * 300 + "</a>" * 300 + "</quiz>", "too deep"),
    ],
)
def test_what_is_no_file_of_moodle_is_refused_as_a_whole(text, message):
    with pytest.raises(FileRefused, match=message):
        reading(text)


def test_a_picture_that_is_none_is_named_or_left_to_who_looks_at_its_bytes():
    def with_file(data):
        stem = '&lt;img src="@@PLUGINFILE@@/a%20b.png" alt="A"&gt;Which?</text>'
        stem += f'<file name="a b.png" path="/" encoding="base64">{data}</file>'
        body = f"<questiontext format='html'><text>{stem}</questiontext>"
        return one(body + '<answer fraction="100"><text>frog</text></answer>')

    assert with_file("%%%").picture is None and with_file("%%%").losses
    lying = with_file(base64.b64encode(b"<svg onload='x'/>").decode())
    assert lying.picture == Picture(name="a b.png", data=b"<svg onload='x'/>", media_type="image/png")
    assert with_file(base64.b64encode(PNG).decode()).picture.data == PNG


def test_what_xml_cannot_hold_is_named_on_its_way_out():
    question = Found(
        where="x", type="single", structure={"options": ["a", "b"]}, answer_key=["a"], key="Q1",
        text={"stem": "A\x0bB", "feedback": "F", "options": {"a": "1\x00", "b": "2"}},
    )  # fmt: skip
    first, said, back, _second = carried(read, write, [question])
    assert b"AB" in first and [each.where for each in said] == ["Q1"] and "Control" in said[0].why
    assert back[0].text["stem"] == "AB"


def written(found):
    out = io.BytesIO()
    said = list(write(found, out, language="en"))
    return out.getvalue(), said


def test_what_is_lost_is_said_in_the_language_of_the_person():
    question = Found(
        where="x", type="truefalse", structure={"options": ["a", "b"]}, answer_key=["a"], key="T1",
        text={"stem": "s", "feedback": "f", "options": {"a": "x", "b": "y"}},
    )  # fmt: skip
    out = io.BytesIO()
    (said,) = write([question], out, language="id")
    assert said.why.startswith("Its answers are not") and b"multichoice" in out.getvalue()


def test_a_place_on_a_picture_is_named_and_nothing_of_it_written():
    question = Found(where="x", type="hotspot", structure={}, answer_key=[], text={"stem": "s"}, key="H1")
    text, said = written([question])
    assert [each.where for each in said] == ["H1"] and b"<question" not in text


@pytest.mark.once
def test_a_long_file_takes_no_more_memory_than_a_short_one():
    body = f'<question type="shortanswer">{words()}<answer fraction="100"><text>frog</text></answer></question>'

    def peak(count):
        file = io.BytesIO(QUIZ.format(body * count).encode())
        tracemalloc.start()
        assert sum(1 for _each in read(file, language="en")) == count
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(10)
    assert peak(2000) < peak(200) * 1.5 + 300_000


def test_what_is_made_to_take_long_is_refused_at_once():
    started = time.process_time()
    found = choice("100", *["0"] * 1000)
    assert isinstance(found, Skipped) and "at most 40" in found.why
    for text in ("{1:SA:" * 100_000, "{1:ZZ:" * 100_000, "{1:SA:=a}" * 3000):
        found = one(f"<questiontext><text>{text}</text></questiontext>", "cloze")
        assert isinstance(found, Skipped)
    assert time.process_time() - started < 3


def test_elements_count_even_when_they_are_empty():
    with pytest.raises(FileRefused, match="larger than 64 MB"):
        reading("<quiz><question type='essay'>" + "<a/>" * 70_000 + "</question></quiz>")


def test_words_that_are_added_stand_in_the_language_of_the_questions():
    body = "<questiontext format='html'><text>{1:SA:=one} {1:SA:=two}</text></questiontext>"
    body += "<incorrectfeedback format='html'><text>No.</text></incorrectfeedback>"
    text = f"<quiz><question type='cloze'>{body}</question></quiz>"
    (found,) = read(io.BytesIO(text.encode()), language="id")
    assert (found.text["stem"], found.text["feedback"]) == ("Lengkapi isian.", "Salah: No.")
