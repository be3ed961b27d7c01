"""Texts of the desk as HTML: tags and codes set apart, and what changed between two texts."""

import difflib
import re
from collections.abc import Iterator

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
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
    return mark_safe("".join(_marked(text, is_rich=is_rich)))  # noqa: S308  # every piece is escaped below


def _marked(text: str, *, is_rich: bool) -> Iterator[str]:
    for piece in _TAG.split(text) if is_rich else [text]:
        if is_rich and _TAG.fullmatch(piece):
            yield format_html('<code class="tag" dir="ltr">{}</code>', piece)
            continue
        plain = piece.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") if is_rich else piece
        for number, part in enumerate(_CODE.split(plain)):
            words = escape(part).replace("\n", "<br>")
            yield f'<bdi dir="ltr">{words}</bdi>' if number % 2 else words


def difference(before: str, now: str, *, is_rich: bool) -> SafeString:
    """What was taken out of a text and what came in, as ``<del>`` and ``<ins>`` that a screen reader says too."""
    old, new = _WORD.findall(before), _WORD.findall(now)
    pieces = []
    for kind, start, end, other_start, other_end in difflib.SequenceMatcher(None, old, new, False).get_opcodes():
        if kind == "equal":
            pieces.append(marked("".join(new[other_start:other_end]), is_rich=is_rich))
            continue
        if gone := "".join(old[start:end]):
            pieces.append(_change("del", _("taken out:"), marked(gone, is_rich=is_rich)))
        if come := "".join(new[other_start:other_end]):
            pieces.append(_change("ins", _("new:"), marked(come, is_rich=is_rich)))
    return mark_safe("".join(pieces))  # noqa: S308  # every piece is escaped


def _change(tag: str, label: str, words: SafeString) -> SafeString:
    opened = format_html('<{}><span class="visually-hidden">{} </span>', mark_safe(tag), label)  # noqa: S308
    return mark_safe(f"{opened}{words}</{tag}>")  # noqa: S308
