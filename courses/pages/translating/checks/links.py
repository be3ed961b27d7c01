"""Links: those of the source each once, and addresses kept."""

import re
from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext as _

from courses.pages.translating.checks.base import ADDRESS, TAG, Finding, Given, listed

_ID = re.compile(r"\bid\s*=\s*[\"']([^\"']*)[\"']", re.IGNORECASE)


def link_ids(text: str) -> Counter[str]:
    """The ids of the links of a rich text; an empty one for a link without an id."""
    found = [tag for tag in TAG.finditer(text) if tag[2].lower() == "a" and not tag[1]]
    return Counter((named[1] if (named := _ID.search(tag[3])) else "") for tag in found)


def addresses(words: str) -> Counter[str]:
    """Addresses of the web and of mailboxes that stand in a text as words."""
    return Counter(each.rstrip(".,;:!?)]»”’。।،؛؟") for each in ADDRESS.findall(words))


def check(given: Given) -> Iterator[Finding]:
    """A lost or invented link is an error: where it leads belongs to the source.

    An address in words is a warning: an organisation may have a page in the other language.
    """
    if given.segment.is_rich:
        source, text = link_ids(given.segment.source), link_ids(given.text)
        if lost := sorted((source - text).elements()):
            message = _("A link is missing: %(found)s. Put its words between the tags, as in the source.")
            yield Finding("links", message % {"found": _tags(lost)}, is_error=True)
        if invented := sorted((text - source).elements()):
            message = _("A link is not in the source, or stands here twice: %(found)s. Take it out.")
            yield Finding("links", message % {"found": _tags(invented)}, is_error=True)
    lost = sorted((addresses(given.source_words) - addresses(given.words)).elements())
    invented = sorted((addresses(given.words) - addresses(given.source_words)).elements())
    if lost:
        message = _("An address of the source is not in the text: %(found)s.")
        yield Finding("addresses", message % {"found": listed(lost)})
    if invented:
        message = _("An address of the text is not in the source: %(found)s.")
        yield Finding("addresses", message % {"found": listed(invented)})


def _tags(ids: list[str]) -> str:
    return ", ".join(f'<a id="{each}">' if each else "<a>" for each in ids)
