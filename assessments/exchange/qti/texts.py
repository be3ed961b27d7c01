"""The texts of an item: XHTML in, with the places where something is answered; and out."""

import html
import mimetypes
import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import unquote
from xml.etree.ElementTree import Element, SubElement

from django.utils.translation import gettext as _

from assessments.exchange.markup import Image, clean, from_html, one_line
from assessments.exchange.qti.names import is_interaction
from assessments.exchange.question import Left, Picture
from assessments.exchange.xmlfile import words_of
from assessments.types.gaps import MARK

#: The class of our own elements in which white space counts.
EXACT = "suluh-text"
#: That of a body that is a set, though it may have one question only.
SET = "suluh-set"
#: That of a field whose length is its own, and what begins that of one whose texts are compared in another way.
LENGTH, COMPARE = "suluh-length", "suluh-compare-"
_DROPPED = frozenset(("prompt", "stylesheet", "cataloginfo", "feedbackinline", "feedbackblock", "modalfeedback"))
_ALONE = frozenset(("br", "hr", "img"))
_KEPT = {"a": ("href",), "img": ("src", "alt")}
_TOKEN = re.compile(r"\[\[x([0-9]+)\]\]")
#: The mark of an interaction.
PLACE = re.compile(r"\[\[(i[0-9]+)\]\]")


@dataclass
class Body:
    """A text of an item: ``[[i1]]`` where something is answered, ``[[x0]]`` for a text that is ours to the letter."""

    tokens: str
    interactions: list[Element]
    exact: list[str]
    style: str = ""

    def whole(self, tokens: str | None = None) -> str:
        """The text itself, or a piece of it."""
        given = self.tokens if tokens is None else tokens
        return clean(_TOKEN.sub(lambda found: self.exact[int(found[1])], given))


@dataclass
class Texts:
    """Reads the texts of one item and gathers what is lost, and its one picture.

    Arguments:
        load: the bytes of a file beside the item, by its path; None where there is none.
        language: in which words that are added stand.
        folder: of the item in its package.
    """

    load: Callable[[str], bytes | None]
    language: str
    folder: str = ""
    losses: list[str] = field(default_factory=list)
    picture: Picture | None = None
    alt: str = ""

    def plain(self, node: Element | None, *, takes_picture: bool = False) -> str:
        """The text of an element."""
        return self.body(node, takes_picture=takes_picture).whole() if node is not None else ""

    def body(self, node: Element, *, takes_picture: bool = False) -> Body:
        """The same, with the places of interactions."""
        reading = _Reading()
        written = reading.inside(node)
        self.losses += reading.losses
        plain = from_html(written)
        self.losses += plain.losses
        for image in plain.images:
            self._image(image, takes_picture=takes_picture)
        return Body(plain.text, reading.interactions, reading.exact, node.get("class", ""))

    def named(self, node: Element) -> Picture | None:
        """The picture that an element shows."""
        address = node.get("src") or node.get("data") or ""
        path = posixpath.normpath(posixpath.join(self.folder, unquote(address.strip())))
        if not address or ":" in address or path.startswith(("..", "/")):
            return None
        data = self.load(path)
        if not data:
            return None
        name = one_line(posixpath.basename(path))[:100]
        given = node.get("type", "")
        return Picture(name=name, data=data, media_type=given or mimetypes.guess_type(name)[0] or "")

    def _image(self, image: Image, *, takes_picture: bool) -> None:
        shown = {"name": one_line(posixpath.basename(image.address) or image.alt)[:60]}
        if not takes_picture or self.picture is not None:
            self.losses.append(_("The picture “%(name)s” is left out: a question has one, in its text.") % shown)
            return
        self.picture = self.named(Element("img", {"src": image.address}))
        if self.picture is None:
            self.losses.append(_("The picture “%(name)s” is not in the file.") % shown)
        else:
            self.alt = image.alt


class _Reading:
    """XHTML of an item as HTML with marks."""

    def __init__(self) -> None:
        self.interactions: list[Element] = []
        self.exact: list[str] = []
        self.losses: list[str] = []

    def inside(self, node: Element) -> str:
        if EXACT in node.get("class", "").split():
            return self._exact(node)
        return self._words(node.text) + "".join(self._element(each) + self._words(each.tail) for each in node)

    def _words(self, words: str | None) -> str:
        return html.escape(self._apart(words or ""), quote=False)

    def _apart(self, words: str) -> str:
        if not MARK.search(words):
            return words
        self.losses.append(_("Double brackets that are no gap are written apart."))
        return MARK.sub(r"[ [\1] ]", words)

    def _element(self, node: Element) -> str:
        name = node.tag
        if name in _DROPPED:
            return ""
        if name == "rubricblock":
            return f"<p>{self.inside(node)}</p>" if "candidate" in node.get("view", "candidate") else ""
        if is_interaction(name):
            self.interactions.append(node)
            mark = f"[[i{len(self.interactions)}]]"
            return mark if name in ("textentryinteraction", "inlinechoiceinteraction") else f"<p>{mark}</p>"
        if name in ("printedvariable", "templateinline", "templateblock", "include"):
            raise Left(_("The item makes its text anew each time."), is_error=False)
        if name == "object" and node.get("type", "image/").startswith("image/"):
            alt = one_line(words_of(node))
            return f'<img src="{html.escape(node.get("data", ""))}" alt="{html.escape(alt)}">'
        name = name if re.fullmatch(r"[a-z][a-z0-9]*", name) else "span"
        kept = "".join(
            f' {each}="{html.escape(node.get(each, ""))}"' for each in _KEPT.get(name, ()) if each in node.attrib
        )
        if name in _ALONE:
            return f"<{name}{kept}>"
        return f"<{name}{kept}>{self.inside(node)}</{name}>"

    def _exact(self, node: Element) -> str:
        pieces = [self._apart(node.text or "")]
        for each in node:
            if each.tag == "br":
                pieces.append("\n")
            elif is_interaction(each.tag):
                self.interactions.append(each)
                pieces.append(f"[[i{len(self.interactions)}]]")
            else:
                pieces.append(self._apart(words_of(each)))
            pieces.append(self._apart(each.tail or ""))
        self.exact.append(clean("".join(pieces)))
        return f"[[x{len(self.exact) - 1}]]"


# --- out


def fill(node: Element, text: str, *, is_exact: bool = False) -> Element:
    """Put plain text into an element; of our class where it could otherwise be read in another way."""
    simple = from_html(html.escape(text, quote=False))
    if not is_exact and "\n" not in text and simple.text == text and not simple.losses and not MARK.search(text):
        node.text = text
        return node
    node.set("class", EXACT)
    append(node, text)
    return node


def append(node: Element, text: str) -> None:
    """Plain text behind what an element has, its lines parted."""
    for place, line in enumerate(text.split("\n")):
        if place:
            SubElement(node, "br")
        if len(node):
            node[-1].tail = (node[-1].tail or "") + line
        else:
            node.text = (node.text or "") + line
