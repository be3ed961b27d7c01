"""Grading has laws: they hold for every paper and every answer."""

import json
import random
from dataclasses import replace
from fractions import Fraction

from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from assessments.grading import Answered, grade
from assessments.selectors import question_view
from assessments.types import TYPES, InvalidAnswer
from assessments.types.number import number_in
from assessments.types.typed import FOLDS

IDS = ["a", "b", "c", "d", "e"]
ANY = tuple(sorted(TYPES))
PARTS = tuple(sorted(set(TYPES) - {"set", "essay"}))
WORDS = st.sampled_from(["pier", "Jetty", "dermaga", "بندرگاہ", "ท่าเรือ", "12"])
DECIMALS = st.decimals(min_value=-9999, max_value=9999, places=2, allow_nan=False).map(
    lambda value: number_in(f"{value:f}00")  # four decimals, so that no comma is in doubt
)


@st.composite
def questions(draw, types=ANY):
    """(type, structure, answer key, a possible answer or None) of any type, scored in any of its ways."""
    name = draw(st.sampled_from(types))
    structure, key, answer = draw(MADE[name]())
    scorings = TYPES[name].scorings
    if len(scorings) > 1:
        structure["scoring"] = draw(st.sampled_from(scorings))
    return name, structure, key, draw(st.sampled_from([answer, TYPES[name].solution(structure, key), None]))


@st.composite
def options(draw, least=2, most=5):
    return IDS[: draw(st.integers(least, most))]


@st.composite
def single(draw, most=5):
    ids = draw(options(most=most))
    return {"options": ids}, [draw(st.sampled_from(ids))], [draw(st.sampled_from(ids))]


@st.composite
def multiple(draw):
    ids = draw(options())
    subset = st.lists(st.sampled_from(ids), min_size=1, unique=True).map(sorted)
    structure = {"options": ids}
    if draw(st.booleans()):
        structure["pinned"] = [draw(st.sampled_from(ids))]
    return structure, draw(subset), draw(subset)


@st.composite
def ordering(draw):
    ids = draw(options())
    return {"options": ids}, draw(st.permutations(ids)), draw(st.permutations(ids))


@st.composite
def matching(draw):
    ids, left = draw(options()), ["1", "2", "3"]
    pick = st.sampled_from(ids)
    return {"left": left, "options": ids}, {each: draw(pick) for each in left}, {each: draw(pick) for each in left}


def accepted():
    texts = st.lists(WORDS, min_size=1, max_size=3)
    return st.fixed_dictionaries(
        {"accepted": st.dictionaries(st.sampled_from(["en", "id", "ur"]), texts, min_size=1)},
        optional={"folds": st.lists(st.sampled_from(FOLDS), unique=True)},
    )


@st.composite
def shorttext(draw):
    return {}, draw(accepted()), draw(WORDS)


@st.composite
def number(draw):
    units = draw(st.sampled_from([[], ["km", "mi"]]))
    key = {"value": draw(DECIMALS), "tolerance": draw(DECIMALS).removeprefix("-")}
    if draw(st.booleans()):
        key["in_percent"] = True
    answer = {"value": draw(DECIMALS)}
    if units:
        key["unit"], answer["unit"] = draw(st.sampled_from(units)), draw(st.sampled_from(units))
    return {"units": units}, key, answer


@st.composite
def gaps(draw):
    found, key, answer = [], {}, {}
    for gap in IDS[: draw(st.integers(1, 3))]:
        if draw(st.booleans()):
            ids = draw(options())
            found.append({"id": gap, "options": ids})
            key[gap], answer[gap] = draw(st.sampled_from(ids)), draw(st.sampled_from(ids))
        else:
            found.append({"id": gap})
            key[gap], answer[gap] = draw(accepted()), draw(WORDS)
    return {"gaps": found}, key, answer


@st.composite
def hotspot(draw):
    several = draw(st.booleans())
    structure, key, answer = draw(multiple() if several else single())
    structure |= {"several": several, "picture": PICTURE}
    structure["regions"] = {
        each: {"x": 18 * place, "y": 10, "width": 15, "height": 15} for place, each in enumerate(structure["options"])
    }
    structure.pop("pinned", None)
    return structure, key, answer


@st.composite
def essay(draw):
    return {}, {}, draw(st.text("abc \n", min_size=1).filter(str.strip)).strip()


@st.composite
def scenario_set(draw):
    drawn = draw(st.lists(questions(types=PARTS), min_size=1, max_size=3))
    parts, key, answer = [], {}, {}
    for place, (name, structure, own, given_answer) in enumerate(drawn):
        parts.append({"id": f"p{place}", "type": name, "structure": structure})
        key[f"p{place}"] = own
        if given_answer is not None:
            answer[f"p{place}"] = given_answer
    return {"parts": parts}, key, answer or None


PICTURE = {"address": f"/files/{'0' * 64}.webp", "width": 320, "height": 200}
MADE = {
    "single": single,
    "multiple": multiple,
    "truefalse": lambda: single(most=2),
    "ordering": ordering,
    "matching": matching,
    "shorttext": shorttext,
    "number": number,
    "gaps": gaps,
    "hotspot": hotspot,
    "essay": essay,
    "set": scenario_set,
}


def wording_of(name, structure, tongue="text"):
    """Words for every part of a question."""
    kind = TYPES[name]
    words = {"stem": "s", "feedback": "f"}
    for part, ids in kind.parts(structure).items():
        words[part] = {each: f"{tongue} {each}" for each in ids}
    for part in structure.get("parts", ()):
        if part["type"] == "gaps":
            words.setdefault("text", {})[part["id"]] = marks(part["structure"])
    if name == "gaps":
        words["text"] = marks(structure)
    return words


def marks(structure):
    return "Words " + ", ".join(f"[[{gap['id']}]]" for gap in reversed(structure["gaps"]))


@st.composite
def papers(draw):
    drawn = draw(st.lists(questions(), max_size=12))
    return [
        Answered(type=kind, structure=structure, keys=(key,), answer=answer, must_be_right=draw(st.booleans()))
        for kind, structure, key, answer in drawn
    ]


def test_every_type_is_made_here():
    assert set(MADE) == set(TYPES)


@given(questions())
def test_the_key_is_sound_possible_and_right_and_no_answer_is_not(question):
    name, structure, key, _answer = question
    kind = TYPES[name]
    assert kind.problems(structure, key) == []
    assert kind.wording_problems(structure, wording_of(name, structure)) == []
    assert kind.score(structure, key, None) == 0
    if kind.is_marked_by_hand:
        return
    solution = kind.solution(structure, key)
    assert kind.normalise(structure, solution) == solution
    assert kind.score(structure, key, solution) == 1


@given(questions())
def test_every_answer_scores_between_nothing_and_all_and_is_right_only_with_all(question):
    name, structure, key, answer = question
    score = TYPES[name].score(structure, key, answer)
    assert isinstance(score, Fraction) and 0 <= score <= 1
    assert TYPES[name].is_right(structure, key, answer) == (score == 1)


@given(questions(), st.integers())
def test_a_paper_shows_every_option_once_whatever_the_order(question, seed):
    name, structure, _key, _answer = question
    kind = TYPES[name]
    order = kind.paper_order(structure, random.Random(seed))
    assert sorted(order) == sorted(kind.listed_order(structure))
    if not kind.is_shuffled:
        assert order == kind.listed_order(structure), "shown as listed"
    for pinned in structure.get("pinned", ()):
        assert order.index(pinned) == structure["options"].index(pinned)


@given(questions(), st.integers())
def test_the_order_of_options_changes_no_score(question, seed):
    name, structure, key, answer = question
    if "options" not in structure:
        return
    other = structure | {"options": random.Random(seed).sample(structure["options"], k=len(structure["options"]))}
    if name == "ordering":
        return  # there the order is the answer
    assert TYPES[name].score(other, key, answer) == TYPES[name].score(structure, key, answer)


@given(questions())
def test_an_answer_survives_the_way_through_a_form(question):
    name, structure, _key, answer = question
    if answer is None:
        return
    form = Form(posted(name, structure, answer, "q"))
    assert TYPES[name].read(structure, form, "q") == answer
    assert TYPES[name].read(structure, Form(), "q") is None


@given(questions())
def test_a_refused_form_is_shown_again_as_it_was_filled_in(question):
    name, structure, _key, answer = question
    kind = TYPES[name]
    form = Form(posted(name, structure, answer, "q")) if answer is not None else Form()
    draft = kind.draft(structure, form, "q")
    kind.rows(structure, wording_of(name, structure), kind.listed_order(structure), draft, None)


def posted(name, structure, answer, prefix):
    """An answer as a form posts it."""
    if name == "matching":
        return {f"{prefix}-{left}": [option] for left, option in answer.items()}
    if name == "ordering":
        return {f"{prefix}-{option}": [str(place)] for place, option in enumerate(answer, 1)}
    if name == "number":
        value = answer["value"] if "." not in answer["value"] else f"{answer['value']}0000"
        return {prefix: [value]} | ({f"{prefix}-unit": [answer["unit"]]} if "unit" in answer else {})
    if name == "gaps":
        return {f"{prefix}-{gap}": [text] for gap, text in answer.items()}
    if name == "set":
        found = {}
        for part in structure["parts"]:
            if part["id"] in answer:
                found |= posted(part["type"], part["structure"], answer[part["id"]], f"{prefix}-{part['id']}")
        return found
    return {prefix: list(answer) if isinstance(answer, list) else [answer]}


NAMES = st.sampled_from(["q", "q-1", "q-a", "q-unit", "q-p0", "q-p0-1", "q-p0-a", "q-p1"])
HOSTILE = st.one_of(
    st.text(max_size=3), st.sampled_from(["\x00", "a\x00", "\ud800", "9" * 5000, "x" * 50_000, "1,000"])
)


@given(questions(), st.dictionaries(NAMES, st.lists(HOSTILE)))
def test_a_hostile_form_gives_a_possible_answer_or_a_refusal(question, data):
    name, structure, key, _answer = question
    kind = TYPES[name]
    kind.draft(structure, Form(data), "q")
    try:
        answer = kind.read(structure, Form(data), "q")
    except InvalidAnswer as refusal:
        assert str(refusal)
        return
    if answer is not None:
        assert kind.normalise(structure, answer) == answer
        assert 0 <= kind.score(structure, key, answer) <= 1
        assert len(kind.interaction(structure, answer)) == 2


JSONS = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), HOSTILE, st.sampled_from(IDS)),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.sampled_from([*IDS, "1", "value", "unit"]), below),
    max_leaves=8,
)


@given(questions(), JSONS)
def test_whatever_is_sent_as_an_answer_is_one_or_is_refused_and_made_plain_once(question, sent):
    name, structure, _key, _answer = question
    try:
        answer = TYPES[name].normalise(structure, sent)
    except InvalidAnswer:
        return
    assert TYPES[name].normalise(structure, answer) == answer
    assert json.loads(json.dumps(answer)) == answer


@given(questions())
def test_without_the_key_nothing_shown_gives_it_away(question):
    name, structure, key, answer = question
    kind, words = TYPES[name], wording_of(name, structure)
    view = {
        "prefix": "q",
        "type": name,
        "structure": structure,
        "wording": words,
        "order": kind.listed_order(structure),
    }
    hidden = question_view(**view, answer=answer)
    assert not any(marked(hidden)) and hidden.is_right is None and not hidden.feedback and not hidden.is_partly_right
    for secret in ("answer_key", "accepted"):
        assert secret not in repr(hidden)
    other = {"prefix": "q", **view, "answer": answer}
    assert hidden == question_view(**other), "the same whatever the key"
    shown = question_view(**view, answer=answer, answer_key=key)
    assert shown.feedback and (any(marked(shown)) or kind.is_marked_by_hand)


def marked(view):
    """The marks and right answers of everything in a view."""
    for part in view.parts:
        yield from marked(part)
    for row in view.rows:
        inner = getattr(row, "row", None) or getattr(row, "typed", None) if hasattr(row, "words") else row
        yield getattr(inner, "mark", "") or getattr(inner, "right_text", "")


@given(questions(), st.sampled_from(["en", "ur"]))
def test_the_language_of_the_page_changes_no_result(question, language):
    name, structure, key, answer = question
    kind = TYPES[name]
    before = kind.score(structure, key, answer)
    with override(language):
        assert kind.score(structure, key, answer) == before
        view = {"prefix": "q", "type": name, "structure": structure, "order": kind.listed_order(structure)}
        first = question_view(**view, wording=wording_of(name, structure, "one"), answer=answer, answer_key=key)
        other = question_view(**view, wording=wording_of(name, structure, "two"), answer=answer, answer_key=key)
    assert first.is_right == other.is_right


@given(papers(), st.one_of(st.none(), st.integers(1, 100)))
def test_a_grade_counts_what_is_right_and_passes_only_by_the_rules(paper, mark):
    result = grade(paper, mark)
    counted = [each for each in paper if each.counts]
    assert (result.right, result.total) == (sum(each.is_right for each in counted), len(counted))
    assert result.unmarked == len(paper) - len(counted)
    assert result.score == sum(each.score for each in counted)
    assert 0 <= result.scaled <= 1 and 0 <= result.percent <= 100
    missed = any(each.must_be_right and not each.is_right for each in counted)
    waiting = [each for each in paper if not each.counts]
    is_sure = not any(each.must_be_right for each in waiting) and 100 * result.score >= (mark or 0) * len(paper)
    is_possible = bool(paper) and 100 * (result.score + len(waiting)) >= (mark or 0) * len(paper) and not missed
    if mark is None:
        assert result.passed is None
    elif not is_possible:
        assert result.passed is False
    else:
        assert result.passed is (True if is_sure else None)


@given(papers(), st.integers(1, 100))
def test_answering_one_more_question_right_never_lowers_a_grade(paper, mark):
    before = grade(paper, mark)
    for place, each in enumerate(paper):
        better = [*paper]
        solution = TYPES[each.type].solution(each.structure, each.keys[0])
        better[place] = replace(each, answer=solution, must_be_right=False)
        after = grade(better, mark)
        assert after.right >= before.right
        assert not before.passed or after.passed


@given(papers(), st.randoms())
def test_the_order_of_questions_changes_no_grade(paper, rng):
    shuffled = list(paper)
    rng.shuffle(shuffled)
    first, second = grade(paper, 80), grade(shuffled, 80)
    assert (first.right, first.passed, len(first.missed)) == (second.right, second.passed, len(second.missed))


def test_seventy_nine_point_nine_never_reads_as_eighty():
    paper = [Answered("single", {}, (["a"],), ["a"] if n < 799 else ["b"]) for n in range(1000)]
    assert grade(paper, 80).percent == 79
    assert grade(paper, 80).passed is False


class Form(dict):
    """What a posted form offers."""

    def get(self, key, default=None):
        values = super().get(key)
        return values[-1] if values else default

    def getlist(self, key):
        return list(super().get(key, []))
