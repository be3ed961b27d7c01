"""Inline tags of a rich text: the few that there are, opened and closed in order."""

import re
from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext as _

from courses.pages.translating.checks.base import TAG, Finding, Given

ALLOWED = frozenset({"b", "i", "strong", "em", "a", "br"})
_ONE = {"strong": "b", "em": "i"}
_ATTRIBUTE = re.compile(r"\s+id\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*')\s*/?|\s*/?")


def problem(text: str) -> str:
    """What breaks a rich text, for the person who wrote it; empty when nothing does."""
    open_tags: list[str] = []
    for tag in TAG.finditer(text):
        closes, name, rest = tag[1], tag[2].lower(), tag[3]
        shown = {"tag": tag[0]}
        if name not in ALLOWED:
            return _("The tag %(tag)s is not allowed here. Use only the tags of the source.") % shown
        if not _ATTRIBUTE.fullmatch(rest) or (rest.strip(" /") and (closes or name != "a")):
            return _("The tag %(tag)s says more than it may. Write it as in the source.") % shown
        if name == "br":
            if closes:
                return _("The tag %(tag)s closes nothing. Write <br/>.") % shown
        elif closes:
            if not open_tags or open_tags.pop() != name:
                return _("The tag %(tag)s closes nothing, or in the wrong order.") % shown
        elif rest.endswith("/"):
            return _("The tag %(tag)s has no words in it.") % shown
        elif name in open_tags:
            return _("The tag %(tag)s stands inside another of its kind.") % shown
        else:
            open_tags.append(name)
    if open_tags:
        return _("The tag %(tag)s is never closed. Close it with %(end)s.") % {
            "tag": f"<{open_tags[-1]}>",
            "end": f"</{open_tags[-1]}>",
        }
    if "<" in TAG.sub("", text):
        return _("A “<” begins no tag. Write &lt; for the sign itself, or mend the tag.")
    return ""


def kinds(text: str) -> Counter[str]:
    """How often each tag stands in a text; links have a check of their own."""
    names = (_ONE.get(tag[2].lower(), tag[2].lower()) for tag in TAG.finditer(text) if not tag[1])
    return Counter(name for name in names if name != "a")


def check(given: Given) -> Iterator[Finding]:
    """Broken tags are an error, because the page breaks.

    Another number of them is a warning: scripts without italics, such as Khmer, may do without.
    """
    if not given.segment.is_rich:
        return
    if wrong := problem(given.text):
        yield Finding("tags", wrong, is_error=True)
    elif (source := kinds(given.segment.source)) != (text := kinds(given.text)):
        differing = sorted((source - text) + (text - source))
        message = _("Bold, italics or line breaks are not those of the source: %(tags)s.")
        yield Finding("emphasis", message % {"tags": ", ".join(f"<{each}>" for each in differing)})
