"""QTI in (2.1, 2.2, 3.0) and out (3.0)."""

import io
import zipfile

import pytest
from hypothesis import given, settings

from assessments.exchange.making import less_than_nothing
from assessments.exchange.qti import read, write
from assessments.exchange.question import Found, Skipped
from assessments.types import TYPES
from assessments.types.typed import FOLDS
from tests.assessments.carried import PNG, carried, questions

AS_MOODLE = ["case", "forms", "space"]
CORRECT = '<responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct"/>'
MAPPED = '<responseProcessing template="http://www.imsglobal.org/question/qti_v2p2/rptemplates/map_response"/>'


def item(declared, body, processing=CORRECT, *, version="2p1", more="", head=""):
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n{head}'
        f'<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v{version}" identifier="Q-1" title="A title" '
        f'adaptive="false" timeDependent="false">{declared}'
        '<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>'
        f"<itemBody>{body}</itemBody>{processing}{more}</assessmentItem>"
    )


def declared(*correct, cardinality="single", base="identifier", mapping="", name="RESPONSE"):
    values = "".join(f"<value>{each}</value>" for each in correct)
    return (
        f'<responseDeclaration identifier="{name}" cardinality="{cardinality}" baseType="{base}">'
        f"<correctResponse>{values}</correctResponse>{mapping}</responseDeclaration>"
    )


def choices(*ids, shuffle="true", most="1", prompt="Which?"):
    rows = "".join(f'<simpleChoice identifier="{each}">Option {each}</simpleChoice>' for each in ids)
    return (
        f'<choiceInteraction responseIdentifier="RESPONSE" shuffle="{shuffle}" maxChoices="{most}">'
        f"<prompt>{prompt}</prompt>{rows}</choiceInteraction>"
    )


def mapped(default="0", bound='lowerBound="0"', **gains):
    rows = "".join(f'<mapEntry mapKey="{key}" mappedValue="{value}"/>' for key, value in gains.items())
    return f'<mapping defaultValue="{default}" {bound}>{rows}</mapping>'


def package(**files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return out


def packed(files):
    return package(**files)


def manifest(*resources):
    return (
        '<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" identifier="m"><organizations/><resources>'
        + "".join(resources)
        + "</resources></manifest>"
    )


def resource(href, kind="imsqti_item_xmlv2p1", inner=""):
    return f'<resource identifier="r" type="{kind}" href="{href}">{inner}<file href="{href}"/></resource>'


def reading(text):
    return list(read(io.BytesIO(text.encode()), language="en"))


def one(text):
    found = reading(text)
    assert len(found) == 1
    return found[0]


GOOD = item(declared("A"), "<p>Look.</p>" + choices("A", "B", "C"))


def is_simple(question):
    """Whether two ways to score it come to the same."""
    return len(question.answer_key) in (1, len(question.structure.get("options", ())))


@settings(max_examples=80, deadline=None)
@given(questions())
def test_what_is_written_read_and_written_again_is_the_same_to_the_byte(question):
    first, said, back, second = carried(read, write, [question])
    found = [each for each in back if isinstance(each, Found)]
    assert len(found) == 1, (said, back)
    assert second == first
    same = found[0]
    assert same.text["stem"] == question.text["stem"] and same.text["feedback"] == question.text["feedback"]
    assert (same.category, same.tags, same.difficulty, same.source, same.points) == (
        *(question.category, question.tags, question.difficulty, question.source, question.points),
    )
    assert not question.key or same.key == question.key
    assert same.losses == ()
    assert (same.picture is None) == (question.picture is None)
    assert same.picture is None or same.picture.data == question.picture.data
    if question.type not in ("single", "truefalse"):
        assert same.type == question.type
        if TYPES[question.type].scorings != ("all",) and question.type != "gaps":
            given_way = question.structure.get("scoring", "all")
            assert same.structure.get("scoring", "all") == given_way or is_simple(question)


@settings(max_examples=60, deadline=None)
@given(questions(("single", "multiple", "ordering", "matching", "number", "shorttext", "truefalse")))
def test_answers_are_right_after_the_way_through_as_they_were_before(question):
    same = carried(read, write, [question])[2][0]
    kind = TYPES[question.type]
    if question.type == "number":
        wanted = dict(question.answer_key)
        if wanted["tolerance"] == "0":
            wanted = {name: value for name, value in wanted.items() if name not in ("tolerance", "in_percent")}
        assert {**same.answer_key, "unit": ""} == {**wanted, "unit": ""}
        return
    if question.type == "shorttext":
        right = kind.solution(question.structure, question.answer_key, "en")
        assert kind.score(same.structure, same.answer_key, right) == 1
        assert same.answer_key.get("folds", FOLDS) == question.answer_key.get("folds", FOLDS)
        return

    def words(found):
        texts = found.text["options"]
        if question.type == "matching":
            return [(found.text["left"][left], texts[each]) for left, each in found.answer_key.items()]
        return [texts[each] for each in found.answer_key]

    assert words(same) == words(question)
    if question.type == "ordering":
        shown = [[each.text["options"][name] for name in each.structure["options"]] for each in (same, question)]
        assert shown[0] == shown[1]


def test_a_choice_is_read_with_what_stands_before_it():
    found = one(GOOD)
    assert (found.type, found.answer_key, found.key, found.name) == ("single", ["A"], "Q-1", "A title")
    assert found.structure == {"options": ["A", "B", "C"]}
    assert found.text["stem"] == "Look.\n\nWhich?" and found.losses == () and found.where == "line 2"


def test_two_choices_that_are_not_mixed_are_true_or_false():
    found = one(item(declared("T"), choices("T", "F", shuffle="false")))
    assert found.type == "truefalse" and found.answer_key == ["T"]
    found = one(item(declared("A"), choices("A", "B", "C", shuffle="false")))
    assert found.type == "single" and found.structure["pinned"] == ["A", "B", "C"]


@pytest.mark.parametrize(
    ("mapping", "scoring", "count"),
    [
        (mapped(A=1, B=1, C=-1), "penalty", 0),
        (mapped(A=0.5, B=0.5, C=-1), "all", 1),
        (mapped(A=1, B=1), "partial", 1),
        (mapped(A=1, B=1, C=-1, bound=""), "penalty", 1),
        (mapped(A=2, B=1, default="-1"), "all", 1),
    ],
)
def test_a_mapping_is_the_nearest_way_to_score(mapping, scoring, count):
    text = item(declared("A", "B", cardinality="multiple", mapping=mapping), choices("A", "B", "C", most="0"), MAPPED)
    found = one(text)
    assert found.type == "multiple" and found.answer_key == ["A", "B"]
    assert found.structure.get("scoring", "all") == scoring and len(found.losses) == count


PAIRS = (
    "<p>Pair.</p><matchInteraction responseIdentifier='RESPONSE' shuffle='true' maxAssociations='2'>"
    + "".join(
        "<simpleMatchSet>"
        + "".join(f"<simpleAssociableChoice identifier='{each}'>T</simpleAssociableChoice>" for each in names)
        + "</simpleMatchSet>"
        for names in ("AB", "XYZ")
    )
    + "</matchInteraction>"
)


@pytest.mark.parametrize(
    ("default", "entries", "scoring", "count"),
    [
        ("0", {"A Y": 1, "B X": 1}, "partial", 0),
        ("-1", {"A Y": 1, "B X": 1}, "all", 1),
        ("0", {"A Y": 1, "B X": 1, "A X": -1}, "all", 1),
        ("0", {"A Y": 2, "B X": 1}, "all", 1),
    ],
)
def test_pairs_that_take_points_away_or_count_differently_are_all_or_nothing(default, entries, scoring, count):
    answer = declared(
        "A Y", "B X", cardinality="multiple", base="directedPair", mapping=mapped(default=default, **entries)
    )
    found = one(item(answer, PAIRS, MAPPED))
    assert found.type == "matching" and found.answer_key == {"A": "Y", "B": "X"}
    assert found.structure.get("scoring", "all") == scoring and len(found.losses) == count


def test_a_wrong_answer_that_takes_points_away_is_named_where_one_is_chosen():
    found = one(item(declared(mapping=mapped(A=1, B=-1, C=-1)), choices("A", "B", "C"), MAPPED))
    assert found.answer_key == ["A"] and found.losses == (less_than_nothing(),)


def test_an_order_and_pairs_are_read():
    rows = "".join(f'<simpleChoice identifier="{each}">Step {each}</simpleChoice>' for each in "ABC")
    body = '<orderInteraction responseIdentifier="RESPONSE" shuffle="true"><prompt>Sort.</prompt>'
    body += f"{rows}</orderInteraction>"
    found = one(item(declared("A", "B", "C", cardinality="ordered"), body))
    assert found.type == "ordering" and found.answer_key == ["A", "B", "C"] != found.structure["options"]
    sets = "".join(
        "<simpleMatchSet>"
        + "".join(
            f'<simpleAssociableChoice identifier="{e}" matchMax="1">T {e}</simpleAssociableChoice>' for e in names
        )
        + "</simpleMatchSet>"
        for names in ("AB", "XYZ")
    )
    body = (
        f'<matchInteraction responseIdentifier="RESPONSE" shuffle="true" maxAssociations="2">{sets}</matchInteraction>'
    )
    key = {"cardinality": "multiple", "base": "directedPair"}
    found = one(item(declared("A Y", "B X", **key), "<p>Pair.</p>" + body))
    assert found.type == "matching" and found.answer_key == {"A": "Y", "B": "X"}
    lone = one(item(declared("A Y", **key), "<p>Pair.</p>" + body))
    assert isinstance(lone, Skipped) and not lone.is_error


def test_a_field_at_the_end_is_a_short_text_and_one_in_the_midst_a_gap():
    field = '<textEntryInteraction responseIdentifier="RESPONSE"/>'
    mapping = '<mapping defaultValue="0"><mapEntry mapKey="York" mappedValue="1" caseSensitive="false"/>'
    mapping += '<mapEntry mapKey="york town" mappedValue="0.5"/></mapping>'
    word = declared("York", base="string", mapping=mapping)
    found = one(item(word, f"<p>Name it: {field}</p>", MAPPED))
    assert found.type == "shorttext" and found.answer_key == {"accepted": {"und": ["York"]}, "folds": AS_MOODLE}
    assert "york town" in found.losses[0] and found.text["stem"] == "Name it:"
    found = one(item(word, f"<p>Fill in.</p><p>The duke of {field} won.</p>", MAPPED))
    assert found.type == "gaps" and found.text["text"] == "The duke of [[g1]] won."
    found = one(item(declared("York", base="string"), f"<p>Name it: {field}</p>"))
    assert "case" not in found.answer_key["folds"], "the correct response is compared to the letter"


def test_how_each_gap_is_compared_comes_back():
    ways = [FOLDS, ("case", "forms", "space"), ("marks", "space"), ("case",), ()]
    names = [f"g{place}" for place in range(1, len(ways) + 1)]
    question = Found(
        where="x", type="gaps", structure={"gaps": [{"id": name, "length": 30} for name in names]},
        answer_key={n: {"accepted": {"en": ["Jetty"]}, "folds": list(w)} for n, w in zip(names, ways, strict=True)},
        text={"stem": "S", "feedback": "F", "text": " and ".join(f"[[{name}]]" for name in names) + " end"},
    )  # fmt: skip
    back = carried(read, write, [question])[2][0]
    assert [tuple(each.get("folds", FOLDS)) for each in back.answer_key.values()] == ways
    assert back.structure == question.structure


def test_how_a_string_is_matched_is_honoured():
    field = '<p>Name it: <textEntryInteraction responseIdentifier="RESPONSE"/></p>'
    rule = (
        "<responseProcessing><responseCondition><responseIf><stringMatch {}><variable identifier='RESPONSE'/>"
        "<correct identifier='RESPONSE'/></stringMatch><setOutcomeValue identifier='SCORE'>"
        "<baseValue baseType='float'>1</baseValue></setOutcomeValue></responseIf></responseCondition>"
        "</responseProcessing>"
    )
    word = declared("York", base="string")
    assert one(item(word, field, rule.format('caseSensitive="false"'))).answer_key["folds"] == AS_MOODLE
    assert "case" not in one(item(word, field, rule.format('caseSensitive="true"'))).answer_key["folds"]
    part = one(item(word, field, rule.format('caseSensitive="false" substring="true"')))
    assert isinstance(part, Skipped) and "programme" in part.why


@pytest.mark.parametrize(("most", "points", "count"), [("2", 2, 0), ("1", 1, 1)])
def test_the_most_that_a_mapping_gives_is_its_points(most, points, count):
    mapping = mapped(A=1, B=1, bound=f'lowerBound="0" upperBound="{most}"')
    found = one(item(declared(cardinality="multiple", mapping=mapping), choices("A", "B", most="0"), MAPPED))
    assert found.points == points and len(found.losses) == count


def test_a_number_has_its_tolerance():
    field = '<p>How many? <textEntryInteraction responseIdentifier="RESPONSE"/></p>'
    asked = '<equal toleranceMode="{}" tolerance="5 5"><variable identifier="RESPONSE"/>'
    asked += '<correct identifier="RESPONSE"/></equal>'
    rule = (
        "<responseProcessing><responseCondition><responseIf>{}<setOutcomeValue identifier='SCORE'>"
        "<baseValue baseType='float'>2</baseValue></setOutcomeValue></responseIf></responseCondition>"
        "</responseProcessing>"
    )
    number = declared("12.50", base="float")
    found = one(item(number, field, rule.format(asked.format("absolute"))))
    assert found.answer_key == {"value": "12.5", "tolerance": "5"} and found.points == 2
    assert one(item(number, field, rule.format(asked.format("relative")))).answer_key["in_percent"] is True
    assert one(item(number, field)).answer_key == {"value": "12.5"}


def test_a_place_on_a_picture_is_in_percent_of_it():
    places = '<hotspotChoice shape="rect" coords="0,0,160,100" identifier="A" hotspotLabel="Gate"/>'
    places += '<hotspotChoice shape="circle" coords="300,180,5" identifier="B"/>'
    body = '<p>Where?</p><hotspotInteraction responseIdentifier="RESPONSE" maxChoices="1">'
    body += f'<object type="image/png" width="320" height="200" data="../img/a.png">A plan</object>{places}'
    text = item(declared("A"), body + "</hotspotInteraction>")
    found = next(read(packed({"items/1.xml": text, "img/a.png": PNG}), language="en"))
    assert found.structure["regions"]["a" if "a" in found.structure["regions"] else "A"] == {
        "x": 0.0, "y": 0.0, "width": 50.0, "height": 50.0,
    }  # fmt: skip
    assert found.text["options"]["A"] == "Gate" and found.text["picture"] == {"alt": "A plan"}
    assert found.picture.data == PNG and len(found.losses) == 2
    assert all(each["width"] >= 8 and each["height"] >= 8 for each in found.structure["regions"].values())
    assert isinstance(one(text), Skipped), "a picture that is not there"
    (found,) = read(packed({"items/1.xml": text, "img/a.png": PNG}), language="id")
    assert found.text["options"]["B"] == "Tempat B"


def test_a_picture_that_many_items_show_is_unpacked_once(monkeypatch):
    text = item(declared("A"), "<p><img src='a.png' alt='A plan'/>Where?</p>" + choices("A", "B"))
    package, opened, unpack = packed({"1.xml": text, "2.xml": text, "a.png": PNG}), [], zipfile.ZipFile.open
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda own, entry: opened.append(entry.filename) or unpack(own, entry))
    found = list(read(package, language="en"))
    assert [each.picture.data for each in found] == [PNG, PNG]
    assert opened.count("a.png") == 1


def test_several_questions_are_a_set():
    second = choices("C", "D", "E", prompt="And then?").replace('"RESPONSE"', '"R2"')
    adds = "".join(
        f"<responseCondition><responseIf><match><variable identifier='{name}'/><correct identifier='{name}'/></match>"
        "<setOutcomeValue identifier='SCORE'><sum><variable identifier='SCORE'/>"
        "<baseValue baseType='float'>1</baseValue></sum></setOutcomeValue></responseIf></responseCondition>"
        for name in ("RESPONSE", "R2")
    )
    answers = declared("A") + declared("D", name="R2")
    body = "<p>A long case.</p>" + choices("A", "B", "C") + second
    found = one(item(answers, body, f"<responseProcessing>{adds}</responseProcessing>"))
    assert found.type == "set" and found.text["stem"] == "A long case." and found.points == 2
    assert found.text["questions"] == {"p1": "Which?", "p2": "And then?"} and found.answer_key == {
        "p1": ["A"],
        "p2": ["D"],
    }


def test_feedback_says_when_it_is_shown():
    more = "".join(
        f'<modalFeedback outcomeIdentifier="F" showHide="show" identifier="{name}">{text}</modalFeedback>'
        for name, text in (("A", "Yes, A."), ("incorrect", "Look again."))
    )
    found = one(item(declared("A"), choices("A", "B", "C"), more=more))
    assert found.text["feedback"] == "“Option A”: Yes, A.\nWrong: Look again."


@pytest.mark.parametrize(
    "processing",
    [
        "<responseProcessing><setOutcomeValue identifier='SCORE'><random><baseValue>1</baseValue></random>"
        "</setOutcomeValue></responseProcessing>",
        "<responseProcessing template='http://example.org/own'/>",
        "<responseProcessing><exitResponse/></responseProcessing>",
        "<responseProcessing><responseCondition><responseIf><lt><baseValue>1</baseValue><baseValue>2</baseValue></lt>"
        "<setOutcomeValue identifier='SCORE'><baseValue>1</baseValue></setOutcomeValue></responseIf>"
        "</responseCondition></responseProcessing>",
        "<responseProcessing><setOutcomeValue identifier='SCORE'><baseValue>nan</baseValue></setOutcomeValue>"
        "</responseProcessing>",
    ],
)
def test_a_programme_of_its_own_is_skipped_by_name(processing):
    found = one(item(declared("A"), choices("A", "B", "C"), processing))
    assert isinstance(found, Skipped) and "programme" in found.why


def test_what_we_have_not_is_skipped_by_its_name():
    for name in ("sliderInteraction", "uploadInteraction", "customInteraction", "gapMatchInteraction"):
        found = one(item(declared("A"), f"<{name} responseIdentifier='RESPONSE'/>"))
        assert isinstance(found, Skipped) and name.lower() in found.why and not found.is_error
    assert "anew" in one(item(declared("A"), "<p><printedVariable identifier='X'/></p>" + choices("A", "B"))).why
    assert one(item(declared(), choices("A", "B", "C"))).is_error
