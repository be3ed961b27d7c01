"""Every template: all its words can be translated, and it holds nothing that our content policy forbids."""

import re
import unicodedata
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.template.base import Lexer, TokenType

from tests.test_architecture import ROOMS, ROOT, name_of, template_files

#: The same in every language.
NEUTRAL = ("UTC",)
#: Attributes that people read or hear.
SPOKEN = {
    "aria-label",
    "aria-description",
    "aria-roledescription",
    "aria-placeholder",
    "aria-valuetext",
    "alt",
    "title",
}
SPOKEN |= {"placeholder", "label", "summary", "abbr"}
#: Filters whose argument lands on the page.
_SAID_BY_FILTER = re.compile(r"\|\s*(?:default|default_if_none|yesno|add|pluralize)\s*:\s*(\"[^\"]*\"|'[^']*')")
#: Stands where a tag or a variable stood: a character that is no letter.
_HOLE = "\ue000"


def has_letters(text: str) -> bool:
    return any(unicodedata.category(character).startswith("L") for character in text)


class _Page(HTMLParser):
    """Collects what people would read of a template in which tags and variables are holes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.inline: list[str] = []
        self._closed = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name.strip(_HOLE) for name, _value in attrs}
        for raw, value in attrs:
            name = raw.strip(_HOLE)
            value = value or ""
            is_button = name == "value" and tag == "input" and dict(attrs).get("type") in ("submit", "button", "reset")
            is_word = name.startswith("data-") and value[:1].isupper()
            if (name in SPOKEN or is_button or is_word) and has_letters(value):
                self.words.append(f'{name}="{value}"')
            if name == "style" or re.fullmatch(r"on[a-z]+", name):
                self.inline.append(f"<{tag} {name}=…>")
            if value.strip().lower().startswith("javascript:"):
                self.inline.append(f'<{tag} {name}="javascript:…">')
        if tag == "style" or (tag == "script" and "src" not in names):
            self.inline.append(f"<{tag}>")
        if tag in ("script", "style"):
            self._closed = tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self._closed = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == self._closed:
            self._closed = ""

    def handle_data(self, data: str) -> None:
        text = data.replace(_HOLE, " ")
        for word in NEUTRAL:
            text = re.sub(rf"\b{word}\b", "", text)
        if not self._closed and has_letters(text):
            self.words.append(" ".join(data.replace(_HOLE, "…").split()))


def read_template(text: str) -> _Page:
    """A template as its reader meets it; `words` is what no translator can reach, `inline` what our policy forbids."""
    page = _Page()
    rest, inside = [], ""
    for token in Lexer(text).tokenize():
        name = token.contents.split(None, 1)[0] if token.token_type is TokenType.BLOCK and token.contents else ""
        if inside:
            inside = "" if name == f"end{inside}" else inside
            continue
        if name in ("blocktranslate", "blocktrans", "comment"):
            inside = name
        elif name == "block" and token.contents.endswith("_class"):
            inside = name  # fills an attribute of the page that it extends
        if token.token_type is TokenType.TEXT:
            rest.append(token.contents)
            continue
        rest.append(_HOLE)
        if token.token_type is not TokenType.COMMENT:
            page.words += [said for said in _SAID_BY_FILTER.findall(token.contents) if has_letters(said)]
    # A tag may choose the element itself: `<{% if href %}a{% else %}button{% endif %} class="…">`.
    page.feed(re.sub(f"<(/?){_HOLE}", r"<\1x ", "".join(rest)))
    page.close()
    return page


def is_for_developers(path: Path) -> bool:
    """The style guide is for whoever works on the look, in English, and only there in the demo."""
    return path.name == "styleguide.html"


@pytest.mark.parametrize("path", template_files(), ids=name_of)
def test_every_word_of_a_template_can_be_translated(path):
    if not is_for_developers(path):
        assert read_template(path.read_text(encoding="utf-8")).words == []


@pytest.mark.parametrize("path", template_files(), ids=name_of)
def test_no_template_holds_a_script_or_a_style_of_its_own(path):
    assert read_template(path.read_text(encoding="utf-8")).inline == []


@pytest.mark.parametrize(
    "bad",
    [
        "<p>Hello</p>",
        "<p>{% translate 'Hello' %} officer</p>",
        "<p>{{ name }} passed</p>",
        "<p>{% if done %}Done{% endif %}</p>",
        "{% load i18n %}<nav aria-label='Questions'></nav>",
        '<nav{% if x %} aria-label="Questions {{ n }}"{% endif %}></nav>',
        '<img src="{% static \'a.svg\' %}" alt="A torch">',
        '<input placeholder="Name">',
        '<input type="submit" value="Send">',
        '<form data-saved="Saved">',
        "{{ agency|default:'none' }}",
        '{{ done|yesno:"yes,no" }}',
        "{% blocktranslate %}good{% endblocktranslate %} bad",
        "{% comment %}note{% endcomment %}bad",
        "<p>สวัสดี</p>",
        "<p>&Auml;</p>",
    ],
)
def test_the_search_for_words_that_cannot_be_translated_finds_them(bad):
    assert read_template(bad).words, bad


@pytest.mark.parametrize(
    "good",
    [
        "<p>{% translate 'Hello' %}, {{ name }} · 80 %</p>",
        "{% blocktranslate count n=n %}{{ n }} day{% plural %}{{ n }} days{% endblocktranslate %}",
        "{# a note #}{% comment %}note{% endcomment %}<!-- note --><script src='{% static \"a.js\" %}'></script>",
        "<nav aria-label=\"{% translate 'Questions' %}\" data-receipt class='pager'></nav>",
        '<time>{{ now|date:"Y-m-d H:i" }} UTC</time><img alt="">{{ agency|default:"–" }}',
        '<input type="hidden" name="next" value="x"><button name="go" value="back">{% translate "Back" %}</button>',
    ],
)
def test_the_search_for_words_lets_translated_ones_pass(good):
    assert read_template(good).words == []


@pytest.mark.parametrize(
    "bad",
    [
        '<p style="color:red">',
        "<p{% if x %} style='color:red'{% endif %}>",
        "<script>alert(1)</script>",
        "<style>p{}</style>",
        '<button onclick="go()">',
        '<a href="javascript:go()">',
    ],
)
def test_the_search_for_inline_scripts_and_styles_finds_them(bad):
    assert read_template(bad).inline, bad


def test_a_template_borrows_only_from_rooms_above_its_own():
    pattern = re.compile(r"{%\s*(?:include|extends)\s+['\"]([^'\"]+)['\"]")
    rooms = {path: ROOMS.index(path.relative_to(ROOT).parts[0]) for path in template_files()}
    #: What a template is called by others → the highest room that has one of this name.
    owners: dict[str, int] = {}
    for path, room in rooms.items():
        called = path.as_posix().rpartition("/templates/")[2]
        owners[called] = min(room, owners.get(called, room))
    assert owners["base.html"] == 0
    wrong = [
        f"{name_of(path)} uses {found}"
        for path, own in rooms.items()
        for found in pattern.findall(path.read_text(encoding="utf-8"))
        if owners.get(found, own) > own
    ]
    assert wrong == []
