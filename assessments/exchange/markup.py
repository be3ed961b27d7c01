"""Formatted text of other systems as the plain text that questions of the bank have, and back. Pure.

The text of a question is plain: paragraphs are empty lines, and a page escapes all of it. What a format says beside
that is written out where words can carry it (lists, raised digits, links), and named as a loss where they cannot.
Formulas between ``$$ $$``, ``\\( \\)`` and ``\\[ \\]`` stay to the letter.
"""

import html
import re
import unicodedata
from dataclasses import dataclass
from html.parser import HTMLParser

import nh3
from django.utils.translation import gettext as _

from lms.text import tidy

#: What is no text at all; a database refuses the first of them. Embeddings and overrides make words look like others.
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\ud800-\udfff\ufffe\uffff]")
#: What a name has none of beside that: a page isolates it by itself.
_ISOLATES = re.compile("[\u2066-\u2069]")
#: No longer than this, so that a file of opening signs costs no more than its length.
_FORMULA = re.compile(r"\$\$.{1,2000}?\$\$|\\\((?:(?!\\\().){1,2000}?\\\)|\\\[(?:(?!\\\[).){1,2000}?\\\]", re.DOTALL)
_BLOCKS = frozenset(
    (
        *("address", "article", "aside", "blockquote", "center", "dd", "dl", "fieldset", "figure", "footer", "header"),
        *("main", "p", "pre"),
    )
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_LINES = frozenset(("div", "dt", "figcaption", "li", "ol", "section", "table", "tr", "ul", "caption"))
_EMPHASIS = frozenset(("b", "strong", "i", "em", "u", "s", "del", "strike", "mark"))
_MEDIA = frozenset(("audio", "video", "iframe", "object", "embed", "canvas", "applet", "source", "track"))
_FIELDS = frozenset(("form", "input", "select", "textarea", "button"))
_OTHERS = frozenset(("a", "br", "code", "hr", "img", "q", "span", "sub", "sup", "td", "th", "tbody", "thead", "tfoot"))
_SCHEMES = frozenset(("http", "https", "mailto"))
_RAISED = str.maketrans("0123456789+-−=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")
_LOWERED = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
#: More elements than a question can have words for, and a text that is too long for any question, are not taken apart.
MOST_SIGNS, LONGEST_MARKDOWN = 2000, 50_000
_MARK = "\ue000{}\ue001"
_MARKED = re.compile("\ue000([0-9]+)\ue001")


@dataclass(frozen=True)
class Image:
    """A picture in a text: its address as it stands there (also ``data:image/…``), and its text alternative."""

    address: str
    alt: str = ""


@dataclass(frozen=True)
class Plain:
    """A text without its formatting: the pictures that stood in it, in order, and what could not be carried."""

    text: str
    images: tuple[Image, ...] = ()
    losses: tuple[str, ...] = ()


def clean(text: str) -> str:
    """A plain text as it is stored: composed letters, plain line ends, nothing that is no text."""
    return tidy(_NO_TEXT.sub("", text.replace("\ue000", "").replace("\ue001", "")))


def one_line(text: str) -> str:
    """The same in one line, as a name, a tag or an accepted answer is."""
    return " ".join(clean(text).split())


def as_name(text: str) -> str:
    """The same as a name or a tag is: nothing in it turns round what stands beside it."""
    return one_line(_ISOLATES.sub("", text))


def from_html(text: str) -> Plain:
    """The plain text of HTML. Scripts, styles and addresses that run something never get through."""
    formulas: list[str] = []

    def keep(found: re.Match[str]) -> str:
        # A sign of smaller is an entity in good HTML and itself in a sloppy one; markup is in no formula.
        formulas.append(html.unescape(re.sub(r"</?[A-Za-z][^<>]*>", "", found[0])))
        return _MARK.format(len(formulas) - 1)

    text = _NO_TEXT.sub("", text.replace("\ue000", "").replace("\ue001", ""))
    if text.count("<") > MOST_SIGNS:
        words = one_line(html.unescape(re.sub(r"<[^<>]*>", " ", text)))
        return Plain(words, losses=(_("There is too much formatting in it: only the words are kept."),))
    held = _FORMULA.sub(keep, text)
    reading = _Reading()
    losses = reading.losses
    _Seen(losses).read(held)
    cleaned = nh3.clean(
        held,
        tags=set(_BLOCKS | _HEADINGS | _LINES | _EMPHASIS | _OTHERS),
        clean_content_tags={"script", "style", "math", "svg", "object", "select", "textarea", "noscript", "template"},
        attributes={"a": {"href"}, "img": {"src", "alt"}},
        # Nothing is ever shown from here; which addresses become words is decided below.
        url_schemes={*_SCHEMES, "data"},
        attribute_filter=_data_only_of_pictures,
        link_rel=None,
    )
    reading.feed(cleaned)
    reading.close()
    lines = (_squeezed(line) for line in "".join(reading.pieces).split("\n"))
    plain = re.sub(r"\n{3,}", "\n\n", "\n".join(lines))

    def given_back(found: re.Match[str]) -> str:
        return formulas[int(found[1])] if int(found[1]) < len(formulas) else ""

    images = tuple(Image(each.address, one_line(_MARKED.sub(given_back, each.alt))) for each in reading.images)
    return Plain(clean(_MARKED.sub(given_back, plain)), images, tuple(dict.fromkeys(losses)))


def to_html(text: str) -> str:
    """Plain text as HTML: `from_html` gives it back, apart from white space that means nothing."""
    in_one_line = _FORMULA.sub(lambda found: found[0].replace("\n", " "), clean(text))
    paragraphs = re.split(r"\n{2,}", html.escape(in_one_line, quote=False))
    if len(paragraphs) == 1:
        return paragraphs[0].replace("\n", "<br>")
    return "".join(f"<p>{each.replace(chr(10), '<br>')}</p>" for each in paragraphs)


def from_markdown(text: str) -> Plain:
    """The plain text of Markdown: the signs of emphasis, headings and links go, the words stay."""
    if len(text) > LONGEST_MARKDOWN:
        return Plain(clean(text))
    formulas: list[str] = []

    def keep(found: re.Match[str]) -> str:
        formulas.append(found[0])
        return _MARK.format(len(formulas) - 1)

    losses = []
    held = _FORMULA.sub(keep, text.replace("\ue000", "").replace("\ue001", ""))
    images: list[Image] = []

    def picture(found: re.Match[str]) -> str:
        images.append(Image(found[2], one_line(found[1])))
        return " "

    held = re.sub(r"!\[([^\]\n]{0,500})\]\(([^)\s]{1,2000})[^)]{0,500}\)", picture, held)
    held = re.sub(r"\[([^\]\n]{1,500})\]\((https?://[^)\s]{1,2000})[^)]{0,500}\)", r"\1 (\2)", held)
    bare = re.sub(r"(?<![\w*])(\*\*|__)(?=\S)(.{1,500}?)(?<=\S)\1(?![\w*])", r"\2", held)
    bare = re.sub(r"(?<![\w*])([*_])(?=\S)(.{1,500}?)(?<=\S)\1(?![\w*])", r"\2", bare)
    bare = re.sub(r"(?m)^#{1,6}[ \t]+", "", bare)
    if bare != held:
        losses.append(lost_emphasis())
    if re.search(r"<[A-Za-z/!]", bare):
        inner = from_html(bare.replace("\n\n", "<p>").replace("\n", "<br>"))
        bare, losses = inner.text, [*losses, *inner.losses]
        images += inner.images
    plain = _MARKED.sub(lambda found: formulas[int(found[1])] if int(found[1]) < len(formulas) else "", bare)
    return Plain(clean(plain), tuple(images), tuple(dict.fromkeys(losses)))


def has_formula(text: str) -> bool:
    """Whether a formula stands in a text."""
    return _FORMULA.search(text) is not None


def lost_emphasis() -> str:
    """What is said where bold, italics or underlining went."""
    return _("Bold, italics and underlining are left out.")


def _data_only_of_pictures(tag: str, attribute: str, value: str) -> str | None:
    if value.strip().lower().startswith("data:"):
        return value if tag == "img" and attribute == "src" and value.startswith("data:image/") else None
    return value


def _squeezed(line: str) -> str:
    return re.sub(r"[ \t\r\f]+", " ", line).strip(" ")


class _Seen(HTMLParser):
    """Names what is taken out before anything is read."""

    def __init__(self, losses: list[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.losses = losses

    def read(self, text: str) -> None:
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script" or any(name.startswith("on") for name, _value in attrs):
            self.losses.append(_("A script is left out."))
        elif tag == "math":
            self.losses.append(_("A formula in MathML is left out. Write it between $$ and $$."))
        elif tag == "svg":
            self.losses.append(_("A drawing (SVG) is left out."))
        elif tag in _MEDIA:
            self.losses.append(_("Sound, film or another embedded thing is left out."))
        elif tag in _FIELDS:
            self.losses.append(_("A field of a form is left out."))


class _Reading(HTMLParser):
    """Writes clean HTML as lines of text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.images: list[Image] = []
        self.losses: list[str] = []
        self._lists: list[int] = []  # of each list that is open, the next number; -1 without numbers
        self._links: list[tuple[str, int]] = []
        self._shifts: list[tuple[str, int]] = []
        self._has_cell = False
        self._is_pre = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "br":
            self.pieces.append("\n")
        elif tag == "hr" or tag in _BLOCKS or tag in _HEADINGS:
            self._part("\n\n")
            self._is_pre = self._is_pre or tag == "pre"
        elif tag in _LINES:
            self._part("\n")
        if tag in _HEADINGS or tag in _EMPHASIS:
            self.losses.append(lost_emphasis())
        if tag in ("ul", "ol"):
            self._lists.append(1 if tag == "ol" else -1)
        elif tag == "li":
            self.pieces.append(self._bullet())
        elif tag == "table":
            self.losses.append(_("A table is written as lines of text."))
        elif tag == "tr":
            self._has_cell = False
        elif tag in ("td", "th"):
            if self._has_cell:  # an empty piece would only be looked at again, by every element that follows
                self.pieces.append(" | ")
            self._has_cell = True
        elif tag == "a":
            self._links.append((given.get("href") or "", len(self.pieces)))
        elif tag in ("sub", "sup"):
            self._shifts.append((tag, len(self.pieces)))
        elif tag == "img":
            self.images.append(Image(given.get("src") or "", given.get("alt") or ""))
            self.pieces.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS or tag in _HEADINGS:
            self._part("\n\n")
            self._is_pre = self._is_pre and tag != "pre"
        elif tag in _LINES:
            self._part("\n")
        if tag in ("ul", "ol") and self._lists:
            self._lists.pop()
        elif tag == "a" and self._links:
            self._end_link(*self._links.pop())
        elif tag in ("sub", "sup") and self._shifts:
            self._end_shift(*self._shifts.pop())

    def handle_data(self, data: str) -> None:
        self.pieces.append(data if self._is_pre else re.sub(r"[ \t\r\n\f]+", " ", data))

    def _part(self, line: str) -> None:
        """Begin on a new line, or behind an empty one; not twice where two elements ask for it."""
        tail = ""
        for piece in reversed(self.pieces):
            tail = piece + tail
            if piece.strip(" \n") or len(tail) > 8:
                break
        else:
            return  # at the very start
        tail = tail.replace(" ", "")
        ending = len(tail) - len(tail.rstrip("\n"))
        if ending < len(line):  # an empty piece would only be looked at again, by every element that follows
            self.pieces.append("\n" * (len(line) - ending))

    def _bullet(self) -> str:
        if not self._lists:
            return "• "
        number = self._lists[-1]
        if number < 0:
            return "• "
        self._lists[-1] += 1
        return f"{number}. "

    def _end_link(self, address: str, start: int) -> None:
        words = one_line("".join(self.pieces[start:]))
        scheme = address.partition(":")[0].lower()
        if scheme in _SCHEMES and ":" in address:
            bare = clean(address)
            if words and bare.removeprefix("mailto:") != words:
                self.pieces.append(f" ({bare})")
            elif not words:
                self.pieces.append(bare)
        elif words:
            self.losses.append(_("The link behind “%(words)s” is left out.") % {"words": words[:60]})

    def _end_shift(self, tag: str, start: int) -> None:
        words = "".join(self.pieces[start:])
        del self.pieces[start:]
        table, sign = (_RAISED, "^") if tag == "sup" else (_LOWERED, "_")
        shifted = words.translate(table)
        if not words:
            return
        if not words.strip():
            self.pieces.append(words)
        elif all(unicodedata.decomposition(each).startswith(("<super>", "<sub>")) for each in shifted.strip()):
            self.pieces.append(shifted)
        else:
            self.pieces.append(f"{sign}{words}" if len(words) == 1 else f"{sign}({words})")
