"""Texts of a Moodle question: formats in, HTML out, and the pictures beside them."""

import base64
import binascii
import html
import mimetypes
import re
from dataclasses import dataclass, field
from urllib.parse import quote, unquote
from xml.etree.ElementTree import Element, tostring

from django.utils.translation import gettext as _

from assessments.exchange.markup import Image, Plain, clean, from_html, from_markdown, one_line
from assessments.exchange.question import Picture
from assessments.exchange.xmlfile import words_of

_HOLDER = "@@PLUGINFILE@@/"
#: How we write text whose white space counts, and read it again to the letter.
_OPEN = '<{} style="white-space: pre-wrap">'
_EXACT = re.compile(
    r'(?:<p><img src="([^"<>]*)" alt="([^"<>]*)"></p>)?<(div|span) style="white-space: pre-wrap">([^<]*)</\3>'
)


def exact_html(text: str, tag: str = "div", *, is_wrapped: bool = False) -> str:
    """Plain text as HTML that `plain_of_html` gives back to the letter."""
    bare = html.escape(text, quote=False)
    if not is_wrapped and "\n" not in text:
        simple = from_html(bare)
        if simple.text == text and not simple.images and not simple.losses:
            return bare
    return f"{_OPEN.format(tag)}{bare}</{tag}>"


def plain_of_html(text: str) -> Plain:
    """The plain text of HTML, ours to the letter."""
    exact = _EXACT.fullmatch(text.strip())
    if exact is None:
        return from_html(text)
    images = (Image(html.unescape(exact[1]), html.unescape(exact[2])),) if exact[1] is not None else ()
    return Plain(clean(html.unescape(exact[4])), images)


def raw_of(node: Element | None) -> str:
    """A text as it stands in its element; HTML that somebody wrote without quoting it is HTML all the same."""
    if node is None:
        return ""
    return (node.text or "") + "".join(tostring(each, encoding="unicode") for each in node)


def holder(picture: Picture, alt: str) -> str:
    """A picture of the question in its text."""
    return f'<p><img src="{_HOLDER}{quote(picture.name)}" alt="{html.escape(alt)}"></p>'


@dataclass
class Texts:
    """Reads the texts of one question and gathers what is lost of them, and the one picture it may have.

    Arguments:
        language: in which words that are added stand.
    """

    language: str
    losses: list[str] = field(default_factory=list)
    picture: Picture | None = None
    alt: str = ""

    def plain(self, node: Element | None, *, takes_picture: bool = False) -> str:
        """The text of an element with a ``<text>`` and a format."""
        if node is None:
            return ""
        inner = node.find("text")
        raw = raw_of(inner) if inner is not None else (node.text or "")
        return self.of(raw, node.get("format", "html"), node, takes_picture=takes_picture)

    def of(self, raw: str, style: str, node: Element, *, takes_picture: bool = False) -> str:
        """The same of a text that is taken out already; `node` has its files."""
        if style == "plain_text":
            plain = Plain(clean(raw))
        elif style == "markdown":
            plain = from_markdown(raw)
        elif style == "moodle_auto_format":
            plain = plain_of_html(raw if re.search(r"<(p|br|div)\b", raw, re.I) else raw.strip().replace("\n", "<br>"))
        else:
            plain = plain_of_html(raw)
        self.losses += plain.losses
        for image in plain.images:
            self._image(image, node, takes_picture=takes_picture)
        return plain.text

    def raw(self, node: Element | None) -> str:
        """A text that Moodle takes as it is: an accepted answer, a name."""
        if node is None:
            return ""
        return one_line(words_of(node.find("text")) if node.find("text") is not None else words_of(node))

    def _image(self, image: Image, node: Element, *, takes_picture: bool) -> None:
        name = unquote(image.address.removeprefix(_HOLDER)) if image.address.startswith(_HOLDER) else ""
        shown = one_line(name or image.alt or image.address)[:60]
        if not takes_picture or self.picture is not None:
            self.losses.append(
                _("The picture “%(name)s” is left out: a question has one, in its text.") % {"name": shown}
            )
            return
        if not name:
            self.losses.append(_("The picture “%(name)s” is not in the file.") % {"name": shown})
            return
        self.picture = self._file(name, node)
        if self.picture is None:
            self.losses.append(_("The picture “%(name)s” is not in the file.") % {"name": shown})
            return
        self.alt = image.alt

    def _file(self, name: str, node: Element) -> Picture | None:
        for each in node.iter("file"):
            path = each.get("path", "/").strip("/")
            own = f"{path}/{each.get('name', '')}" if path else each.get("name", "")
            if name not in (own, each.get("name", "")) or each.get("encoding", "base64") != "base64":
                continue
            try:
                data = base64.b64decode("".join((each.text or "").split()), validate=True)
            except (binascii.Error, ValueError):
                return None
            if data:
                plain = one_line(name.rpartition("/")[2])[:100] or "picture"
                return Picture(name=plain, data=data, media_type=mimetypes.guess_type(plain)[0] or "")
        return None
