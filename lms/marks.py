"""Texts of courses as HTML: tags and codes set apart, and what changed between two texts."""

import difflib
import re
from collections.abc import Iterable, Iterator

from django.template.defaultfilters import linebreaksbr
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

_TAG = re.compile(r"(</?[A-Za-z][^<>]*>)")
#: Placeholders, addresses and codes such as “L1 3(a)”: they keep their own direction in any text.
_CODE = re.compile(
    r"(\{\{?\s*[\w.]*\s*\}\}?|%\(\w+\)[a-z]|https?://[^\s<>\"]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|\b[A-Z]+\d[\w.()/-]*(?:\s\d[\w.()]*)?)",
    re.ASCII,
)
_WORD = re.compile(r"</?[A-Za-z][^<>]*>|\s+|[^\s<]+|<")


def marked(text: str, *, is_rich: bool) -> SafeString:
    """A text with its tags shown as such, its codes isolated and its line ends kept."""
    return _joined(_marked(text, is_rich=is_rich))


def _marked(text: str, *, is_rich: bool) -> Iterator[str]:
    for piece in _TAG.split(text) if is_rich else [text]:
        if is_rich and _TAG.fullmatch(piece):
            yield format_html('<code class="tag" dir="ltr">{}</code>', piece)
            continue
        plain = piece.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") if is_rich else piece
        for number, part in enumerate(_CODE.split(plain)):
            words = linebreaksbr(part)
            yield format_html('<bdi dir="ltr">{}</bdi>', words) if number % 2 else words


def difference(before: str, now: str, *, is_rich: bool) -> SafeString:
    """What was taken out of a text and what came in, as ``<del>`` and ``<ins>`` that a screen reader says too."""
    old, new = _WORD.findall(before), _WORD.findall(now)
    pieces = []
    for kind, start, end, other_start, other_end in difflib.SequenceMatcher(None, old, new, False).get_opcodes():
        if kind == "equal":
            pieces.append(marked("".join(new[other_start:other_end]), is_rich=is_rich))
            continue
        if gone := "".join(old[start:end]):
            words = marked(gone, is_rich=is_rich)
            pieces.append(format_html('<del><span class="visually-hidden">{} </span>{}</del>', _("taken out:"), words))
        if come := "".join(new[other_start:other_end]):
            words = marked(come, is_rich=is_rich)
            pieces.append(format_html('<ins><span class="visually-hidden">{} </span>{}</ins>', _("new:"), words))
    return _joined(pieces)


def _joined(pieces: Iterable[str]) -> SafeString:
    """Pieces one after the other; one that is no HTML yet is escaped."""
    return format_html_join("", "{}", ((piece,) for piece in pieces))
