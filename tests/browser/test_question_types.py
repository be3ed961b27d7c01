"""How every type of question looks and is answered: by keyboard, without a script, on the narrowest phone.

The pages are rendered here and need no site: only the templates, the style sheet and the scripts are looked at.
"""

import io
from collections.abc import Iterator
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils.translation import override
from PIL import Image
from playwright.sync_api import BrowserContext, Page

from assessments.selectors import QuestionView, question_view
from assessments.types import TYPES
from tests.assessments.test_grading import PICTURE, Form
from tests.browser.looking import CHROMIUM, SHOTS, check_accessibility
from tests.factories import ITEMS

NARROW = {"width": 320, "height": 740}
WORDS = {
    "en": {
        "stem": "Which of these shows best that the person is not free to leave?",
        "text": "She shows her ticket, which another paid for, and looks away.\n\n"
        "She says that she is visiting a cousin.",
        "option": "Papers are kept by the person who travels with her",
        "short": "hours",
        "gaps": "Consent means nothing where %s was used, and a person under the age of %s is a child.",
        "alt": "A table at a border post with a folded map and two passports",
    },
    "ur": {
        "stem": "ان میں سے کون سی بات سب سے زیادہ بتاتی ہے کہ وہ شخص جانے کے لیے آزاد نہیں؟",
        "text": "وہ اپنا ٹکٹ دکھاتی ہے جس کی قیمت کسی اور نے دی، اور نظریں پھیر لیتی ہے۔\n\n"
        "وہ کہتی ہے کہ رشتہ دار سے ملنے آئی ہے۔",
        "option": "کاغذات اس شخص کے پاس ہیں جو اس کے ساتھ سفر کرتا ہے",
        "short": "گھنٹے",
        "gaps": "جہاں %s استعمال ہو وہاں رضامندی بے معنی ہے، اور %s سال سے کم عمر شخص بچہ ہے۔",
        "alt": "سرحدی چوکی پر ایک میز، تہہ کیا ہوا نقشہ اور دو پاسپورٹ",
    },
}


def structures() -> dict[str, tuple[dict, object]]:
    """Every type once, with every part that it can have."""
    found = {name: (dict(structure), key) for name, (structure, key) in ITEMS.items()}
    found["hotspot"][0]["picture"] = found["single"][0]["picture"] = PICTURE
    parts = [
        {"id": f"p{number}", "type": name, "structure": found[name][0]}
        for number, name in enumerate(("single", "matching", "number", "gaps", "shorttext"), 1)
    ]
    key = {part["id"]: found[part["type"]][1] for part in parts}
    return found | {"set": ({"parts": parts}, key)}


def wording(name: str, structure: dict, language: str) -> dict:
    words = WORDS[language]
    long = {"set": words["text"]}.get(name, words["stem"])
    text: dict = {"stem": long, "feedback": words["text"]}
    for part, ids in TYPES[name].parts(structure).items():
        of = {"picture": "alt", "units": "short", "questions": "stem"}.get(part, "option")
        text[part] = {each: f"{words[of]} {each if of == 'option' else ''}".strip() for each in ids}
    filled = words["gaps"] % ("[[g1]]", "[[g2]]")
    if name == "gaps":
        text["text"] = filled
        text["options"] = {each: f"{words['short']} {each}" for each in text["options"]}
    if name == "set":
        text["text"] = {part["id"]: filled for part in structure["parts"] if part["type"] == "gaps"}
    return text


def view(name: str, language: str, answer: object = None, *, is_revealed: bool = False) -> QuestionView:
    structure, key = structures()[name]
    return question_view(
        prefix=f"q-{name}",
        type=name,
        structure=structure,
        wording=wording(name, structure, language),
        order=TYPES[name].listed_order(structure),
        answer=answer,
        answer_key=key if is_revealed else None,
        language=language,
    )


WRONG = {
    "single": ["b"],
    "multiple": ["a", "c"],
    "truefalse": ["b"],
    "ordering": ["a", "b", "c"],
    "matching": {"1": "b", "2": "c"},
    "shorttext": "ferry",
    "number": {"value": "14", "unit": "km"},
    "gaps": {"g1": "b", "g2": "consent"},
    "hotspot": ["b"],
    "essay": "I would first look for a quiet place.\nThen I would ask whether she is safe.",
    "set": {
        "p1": ["b"],
        "p2": {"1": "b", "2": "c"},
        "p3": {"value": "14", "unit": "km"},
        "p4": {"g1": "a", "g2": "consent"},
    },
}


def page_of(language: str, *, is_revealed: bool = False, answers: dict | None = None) -> str:
    """All types on one page, in a form."""
    direction = "rtl" if language == "ur" else "ltr"
    with override(language):
        views = {name: view(name, language, (answers or {}).get(name), is_revealed=is_revealed) for name in TYPES}
        questions = "".join(
            f'<section class="card stack" id="{name}" aria-label="{name}">'
            + render_to_string(one.template, {"question": one})
            + (render_to_string("assessments/_feedback.html", {"question": one}) if is_revealed else "")
            + "</section>"
            for name, one in views.items()
        )
    return (
        f'<!doctype html><html lang="{language}" dir="{direction}"><head><meta charset="utf-8"><title>Types</title>'
        '<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/static/lms/suluh.css"></head>'
        f'<body><main class="wrap wrap--narrow stack"><h1>Types</h1><form class="stack" method="get">{questions}'
        '<p><button class="button button--primary">Save</button></p></form></main></body></html>'
    )


def picture() -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").resize((320, 200)).convert("RGB").save(out, "WEBP")
    return out.getvalue()


def serve(context: BrowserContext, html: str) -> Page:
    """A page with our style sheet and scripts, and nothing of the network."""

    def answer(route) -> None:
        path = unquote(urlsplit(route.request.url).path)
        if path.startswith("/files/"):
            route.fulfill(body=picture(), content_type="image/webp")
        elif path.startswith("/static/"):
            found = finders.find(path.removeprefix("/static/"))
            route.fulfill(path=found) if found else route.fulfill(status=404)
        else:
            route.fulfill(body=html, content_type="text/html")

    context.route("**/*", answer)
    page = context.new_page()
    page.goto("http://types.test/")
    return page


@pytest.fixture
def look(request) -> Iterator:
    if not CHROMIUM:
        pytest.skip("no Chromium on this machine: the browser journeys are left out")
    chromium, contexts = request.getfixturevalue("chromium"), []

    def opened(html: str, **options) -> Page:
        contexts.append(chromium.new_context(viewport=NARROW, **options))
        return serve(contexts[-1], html)

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "ur"])
def test_every_type_is_readable_on_the_narrowest_phone(look, language, scheme):
    """Asked and explained, in both directions and both schemes: axe finds nothing, nothing scrolls sideways."""
    for is_revealed in (False, True):
        html = page_of(language, is_revealed=is_revealed, answers=WRONG if is_revealed else None)
        page = look(html, color_scheme=scheme)
        if SHOTS:
            name = f"types-{language}-{scheme}-{'explained' if is_revealed else 'asked'}.png"
            page.screenshot(path=SHOTS / name, full_page=True)
        check_accessibility(page)


#: Type → the keys that answer it, from its first field on.
KEYS = {
    "single": ["ArrowDown"],
    "multiple": ["Space", "Tab", "Tab", "Space"],
    "truefalse": ["ArrowDown"],
    "ordering": ["1", "Tab", "2", "Tab", "3"],
    "matching": ["ArrowDown", "ArrowDown", "Tab", "End"],
    "shorttext": ["f", "e", "r", "r", "y"],
    "number": ["1", "4", "Tab", "ArrowDown"],
    "gaps": ["ArrowDown", "ArrowDown", "Tab", "c", "o", "n", "s", "e", "n", "t"],
    "hotspot": ["ArrowDown"],
    "essay": ["N", "o", "Enter", "Tab"],
}


@pytest.mark.parametrize("language", ["en", "ur"])
def test_every_type_is_answered_with_the_keyboard_alone_and_without_a_script(look, language):
    page = look(page_of(language), java_script_enabled=False)
    for name, keys in KEYS.items():
        page.locator(f"#{name} :is(input, select, textarea)").first.focus()
        for key in keys:
            page.keyboard.press(key)
    page.locator("#set input").first.focus()
    page.keyboard.press("Space")
    page.get_by_role("button").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**q-*")
    form = Form(parse_qs(urlsplit(page.url).query))
    answers = {name: TYPES[name].read(structures()[name][0], form, f"q-{name}") for name in TYPES}
    assert answers == WRONG | {"essay": "No", "set": {"p1": ["a"]}}


def test_a_click_on_a_region_chooses_it_and_words_are_counted(look):
    page = look(page_of("en"))
    page.locator(".region").nth(1).click()
    assert page.locator("#q-hotspot-b").is_checked()
    assert page.locator(".region").nth(1).get_attribute("class") == "region is-active is-chosen"
    page.locator("#q-hotspot-a").check()
    assert page.locator(".region").nth(1).get_attribute("class") == "region is-active"
    page.locator("#q-essay").fill("She is safe now.")
    assert page.locator("[data-words] bdi").inner_text() == "4"
    page.locator("#q-essay").press("Tab")
    assert page.evaluate("document.activeElement.id") != "q-essay", "no trap"
