"""HTML of other systems becomes plain text: nothing runs, nothing is lost without a word."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.exchange.markup import Image, from_html, from_markdown, to_html


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>asdf<br></p>", "asdf"),
        ("<p>One</p><p>Two<br>three</p>", "One\n\nTwo\nthree"),
        ("<div><p>  One\n two </p></div>\n<div>Three</div>", "One two\n\nThree"),
        ("<ul><li>a</li><li>b</li></ul><ol><li>c<li>d</ol>", "• a\n• b\n1. c\n2. d"),
        ("x<sup>2</sup> and H<sub>2</sub>O and e<sup>kt</sup>", "x² and H₂O and e^(kt)"),
        ("a &lt; b &amp; c &amp;lt; d", "a < b & c &lt; d"),
        (r"\(a &lt; b\) and $$x_{1}<br>y$$", r"\(a < b\) and $$x_{1}y$$"),
        ('<a href="https://a.example/x">here</a>', "here (https://a.example/x)"),
        ('<a href="mailto:a@b.example">a@b.example</a>', "a@b.example"),
        ("متن \u200fفارسی\u200e", "متن \u200fفارسی\u200e"),
        ("<script>alert(1)</script><style>p{}</style>Text", "Text"),
        ("<scr<script>ipt>alert(1)</script>Text", "ipt>alert(1)Text"),
        ("a\x00b\x1bc", "abc"),
        ("a\u202eb\u202ac \u2067d\u2069 می\u200cخواهم", "abc \u2067d\u2069 می\u200cخواهم"),
    ],
)
def test_html_becomes_text_with_paragraphs(html, text):
    assert from_html(html).text == text


@pytest.mark.parametrize(
    ("html", "word"),
    [
        ("<script>alert(1)</script>", "script"),
        ('<p onclick="x()">a</p>', "script"),
        ("<math><mi>x</mi></math>", "MathML"),
        ("<svg><script>1</script></svg>", "SVG"),
        ("<iframe src=//x></iframe>", "embedded"),
        ("<b>not</b>", "Bold"),
        ("<table><tr><td>a<td>b</table>", "table"),
        ('<a href="javascript:alert(1)">here</a>', "here"),
    ],
)
def test_what_words_cannot_carry_is_named(html, word):
    assert any(word in each for each in from_html(html).losses)


def test_an_address_that_runs_something_never_gets_through():
    for html in (
        '<a href="javascript:alert(1)">a</a>',
        '<img src="javascript:1">',
        '<a href=" data:text/html,x">a</a>',
    ):
        assert "alert" not in from_html(html).text
        assert all(not each.address for each in from_html(html).images)


def test_pictures_are_told_with_their_words():
    found = from_html('<p>See <img src="@@PLUGINFILE@@/a%20b.png" alt="A  map"> here</p>')
    assert found.text == "See here"
    assert found.images == (Image("@@PLUGINFILE@@/a%20b.png", "A map"),)


def test_markdown_loses_its_signs_and_keeps_its_words():
    found = from_markdown("# Who\n\nis in **Grant's tomb**? 2*3*4 $$a**b**c$$ [x](https://a.example)")
    assert found.text == "Who\n\nis in Grant's tomb? 2*3*4 $$a**b**c$$ x (https://a.example)"
    assert found.losses


@given(st.text(alphabet="ab <>&\"'\\$()[]{}=~#:\n\t\u200f\u202b\u2067ا۴\u0e33\x00\x1b", max_size=40))
def test_text_to_html_and_back_stays_after_the_first_time(text):
    once = from_html(to_html(text)).text
    assert from_html(to_html(once)).text == once
    assert "".join(once.split()) == "".join(from_html(to_html(once)).text.split())


def test_a_text_of_nothing_but_signs_costs_no_more_than_its_length():
    for text in ("\\(" * 100_000, "\\[" * 100_000, "<td>" * 100_000, "<sup>" * 100_000, "<p>a" * 3000, "<" * 200_000):
        started = time.process_time()
        found = from_html(text)
        assert time.process_time() - started < 2
        assert ("<" in text[:1] and any("formatting" in each for each in found.losses)) or text[0] == "\\"
    assert from_html("<p>Who?</p>" * 1001).text.startswith("Who? Who?")
    started = time.process_time()
    assert from_markdown("*a " * 100_000).text.startswith("*a")
    assert from_html("<table><tr>" + "<td></td>" * 900 + "</tr></table>x").text.endswith("x")
    assert time.process_time() - started < 2


def test_a_formula_begins_at_the_last_sign_that_opens_it():
    assert from_html(r"\(a \(b<i>c</i>\)").text == r"\(a \(bc\)"
