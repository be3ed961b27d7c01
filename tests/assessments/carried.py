"""Questions of every type with all kinds of text, as files of other systems are to carry them."""

import io
import string

from hypothesis import strategies as st
from PIL import Image

from assessments.exchange.markup import clean, one_line
from assessments.exchange.question import FileRefused, Found, Picture
from assessments.types import TYPES
from assessments.types.gaps import MARK

IDS = list("abcdefgh")
_ODD = (
    *(
        "]]>",
        "&",
        "&amp;",
        "<b>x</b>",
        "<script>alert(1)</script>",
        '"',
        "'",
        "  ",
        "{1:SHORTANSWER:=x}",
        "\\(x^2 < 3\\)",
    ),
    *(
        "$$\\frac{a}{b}$$",
        "سوال",
        "۵",
        "\u200f",
        "e\u0301",
        "*",
        "\\",
        "~",
        "#",
        "}",
        "=",
        "%50%",
        "[",
        "]",
        "😀",
        "%",
        "//",
    ),
    *("<!-- x -->", "&#65;", "\u00a0", "a < b > c"),
)
LINES = (
    st.lists(
        st.one_of(st.sampled_from(_ODD), st.text(string.ascii_letters + " .?", min_size=1, max_size=8)), max_size=5
    )
    .map(lambda parts: one_line("w" + "".join(parts)))
    .filter(lambda text: not MARK.search(text))
)
TEXTS = (
    st.lists(LINES, min_size=1, max_size=3)
    .flatmap(lambda lines: st.sampled_from(["\n", "\n\n"]).map(lambda sign: clean(sign.join(lines))))
    .filter(lambda text: not MARK.search(text))
)
SHORT = LINES.map(lambda text: one_line(text[:60])).filter(bool)
DECIMALS = st.sampled_from(["0", "12", "-3", "0.5", "6.25", "-0.125", "1250"])


def small_png(width: int = 320, height: int = 200) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "#8aa").save(out, "PNG")
    return out.getvalue()


PNG = small_png()


@st.composite
def _options(draw, least=2, most=5):
    return IDS[: draw(st.integers(least, most))]


def _some(draw, ids):
    return draw(st.lists(st.sampled_from(ids), min_size=1, unique=True).map(sorted))


def _pinned(draw, ids):
    return {"pinned": draw(st.sampled_from([ids[-1:], list(ids)]))} if draw(st.booleans()) else {}


def _key(draw, languages=("en", "id")):
    names = draw(st.sampled_from([languages[:1], languages]))
    key = {"accepted": {each: draw(st.lists(SHORT, min_size=1, max_size=3, unique=True)) for each in names}}
    if draw(st.booleans()):
        key["folds"] = ["marks", "digits", "forms", "space"]
    return key


@st.composite
def single(draw):
    ids = draw(_options())
    return {"options": ids, **_pinned(draw, ids)}, [draw(st.sampled_from(ids))]


@st.composite
def multiple(draw):
    ids = draw(_options())
    return {"options": ids, **_pinned(draw, ids), **_scoring(draw, "multiple")}, _some(draw, ids)


@st.composite
def truefalse(draw):
    return {"options": ["a", "b"]}, [draw(st.sampled_from("ab"))]


@st.composite
def ordering(draw):
    ids = draw(_options())
    return {"options": ids, **_scoring(draw, "ordering")}, list(draw(st.permutations(ids)))


@st.composite
def matching(draw):
    ids, left = draw(_options()), ["1", "2", "3"][: draw(st.integers(2, 3))]
    key = {each: draw(st.sampled_from(ids)) for each in left}
    return {"left": left, "options": ids, **_scoring(draw, "matching")}, key


@st.composite
def shorttext(draw):
    return {}, _key(draw)


@st.composite
def number(draw):
    key = {"value": draw(DECIMALS), "tolerance": draw(DECIMALS).removeprefix("-")}
    structure = draw(st.sampled_from([{}, {"units": ["km", "mi"]}]))
    if structure:
        key["unit"] = draw(st.sampled_from(["km", "mi"]))
    if draw(st.booleans()):
        key["in_percent"] = True
    return structure, key


@st.composite
def gaps(draw):
    rows, key = [], {}
    for place in range(1, draw(st.integers(1, 3)) + 1):
        name = f"g{place}"
        if draw(st.booleans()):
            options = draw(_options())
            rows.append({"id": name, "options": options})
            key[name] = draw(st.sampled_from(options))
        else:
            rows.append({"id": name})
            key[name] = _key(draw)
    return {"gaps": rows, **_scoring(draw, "gaps")}, key


@st.composite
def essay(draw):
    return draw(st.sampled_from([{}, {"length": 2000}])), {}


@st.composite
def hotspot(draw):
    regions = {
        "a": {"x": 5, "y": 10, "width": 30, "height": 40.5},
        "b": {"x": 55.5, "y": 40, "width": 40, "height": 50},
        "c": {"x": 40, "y": 0, "width": 8, "height": 8},
    }
    ids = list("abc")[: draw(st.integers(2, 3))]
    structure = {"options": ids, "regions": {each: regions[each] for each in ids}}
    if draw(st.booleans()):
        return {**structure, "several": True, **_scoring(draw, "hotspot")}, _some(draw, ids)
    return structure, [draw(st.sampled_from(ids))]


@st.composite
def scenario_set(draw):
    parts, key = [], {}
    for place in range(1, draw(st.integers(1, 3)) + 1):
        name = draw(st.sampled_from(["single", "truefalse", "multiple", "shorttext", "number"]))
        structure, own = draw(MADE[name]())
        structure.pop("units", None)
        if name == "number":
            own.pop("unit", None)
        parts.append({"id": f"p{place}", "type": name, "structure": structure})
        key[f"p{place}"] = own
    return {"parts": parts}, key


def _scoring(draw, name):
    return draw(st.sampled_from([{}, *({"scoring": each} for each in TYPES[name].scorings)]))


MADE = {
    "single": single,
    "multiple": multiple,
    "truefalse": truefalse,
    "ordering": ordering,
    "matching": matching,
    "shorttext": shorttext,
    "number": number,
    "gaps": gaps,
    "hotspot": hotspot,
    "essay": essay,
    "set": scenario_set,
}


@st.composite
def questions(draw, types=tuple(MADE)):
    name = draw(st.sampled_from(types))
    structure, key = draw(MADE[name]())
    text = {"stem": draw(TEXTS), "feedback": draw(TEXTS)}
    for part, ids in TYPES[name].parts(structure).items():
        text[part] = {each: draw(LINES) for each in ids}
    if name == "truefalse" and draw(st.booleans()):
        text["options"] = {"a": "True", "b": "False"}
    if name == "gaps":
        words = draw(st.lists(LINES, min_size=len(structure["gaps"]) + 1, max_size=len(structure["gaps"]) + 1))
        marks = [f"[[{row['id']}]]" for row in structure["gaps"]]
        text["text"] = clean("".join(f"{word} {mark} " for word, mark in zip(words, marks, strict=False)) + words[-1])
    picture = None
    if name == "hotspot" or draw(st.booleans()):
        picture = Picture(name="plan of it.png", data=PNG, media_type="image/png")
        structure = {**structure, "picture": {"name": picture.name}}
        text["picture"] = {"alt": draw(LINES)}
    return Found(
        where="here",
        type=name,
        structure=structure,
        answer_key=key,
        text=text,
        key=draw(st.sampled_from(["", "Q1.1"])),
        name=draw(st.one_of(st.just(""), LINES)),
        category=draw(st.sampled_from([(), ("Law", "A/B"), ("قانون",)])),
        tags=draw(st.sampled_from([(), ("law", "سفر")])),
        difficulty=draw(st.integers(0, 3)),
        source=draw(st.sampled_from(["", "L1 3(a)"])),
        picture=picture,
        points=draw(st.sampled_from([1, 2, 6])),
    )


def carried(read, write, found):
    """The bytes of questions, what was named, what is read from them (nothing of an empty file), and its bytes."""
    first, second = io.BytesIO(), io.BytesIO()
    said = list(write(found, first, language="en"))
    try:
        back = list(read(first, language="en"))
    except FileRefused as reason:
        assert "no question" in str(reason) and len(said) == len(found), reason
        back = []
    list(write([each for each in back if isinstance(each, Found)], second, language="en"))
    return first.getvalue(), said, back, second.getvalue()
