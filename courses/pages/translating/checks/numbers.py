"""Numbers: an officer who reads another article, another age or another year learns something wrong."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext as _

from courses.pages.translating.checks.base import Finding, Given, listed

#: A number with its separators: of thousands, of decimals, of both, also the Arabic ones and narrow spaces.
_NUMBER = re.compile(r"\d+(?:[.,\u066b\u066c'’\u00a0\u202f]\d+)*", re.ASCII)
#: A paragraph of an article: 3(a), 6 (3), 3(1)(b).
_ARTICLE = re.compile(r"\d+(?:\s?\((?:[a-z]|[ivx]{1,4}|\d{1,2})\))+", re.ASCII)
#: What an English text may write out, where a translation writes it in digits.
_WRITTEN = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
#: Years of the Buddhist era, as Thai, Lao and Khmer documents count them.
_BUDDHIST, _COUNTS_SO = 543, frozenset({"th", "lo", "km"})
_YEARS = range(1800, 2200)


def in_ascii(text: str) -> str:
    """A text with the digits of every script written as 0 to 9."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(each)) if each.isdecimal() else each for each in text)


def numbers_in(text: str) -> Counter[str]:
    """The numbers of a text, each in one spelling: ``1,000``, ``1.000`` and ``১,০০০`` are 1000, ``2,5`` is 2.5."""
    return Counter(_one_spelling(each) for each in _NUMBER.findall(in_ascii(text)))


def _one_spelling(number: str) -> str:
    groups = re.split(r"\D", number)
    # 1,000 and 1,00,000: groups of thousands end with one of three, and those before have two or three.
    is_grouped = len(groups) > 1 and len(groups[-1]) == 3 and all(len(each) in (2, 3) for each in groups[1:-1])
    if is_grouped and len(groups[0]) <= 3 and groups[0] != "0":
        return "".join(groups).lstrip("0") or "0"
    if len(groups) > 2 and _is_of_thousands(groups[:-1]) and number[-len(groups[-1]) - 1] not in number[len(groups[0])]:
        groups = ["".join(groups[:-1]), groups[-1]]  # 1,234.5
    return ".".join(each.lstrip("0") or "0" for each in groups[:1]) + "".join(f".{each}" for each in groups[1:])


def _is_of_thousands(groups: list[str]) -> bool:
    return len(groups) > 1 and len(groups[-1]) == 3 and all(len(each) in (2, 3) for each in groups[1:])


def articles_in(text: str) -> Counter[str]:
    """The paragraphs of articles in a text: ``3(a)``."""
    return Counter(re.sub(r"\s", "", each) for each in _ARTICLE.findall(in_ascii(text)))


def check(given: Given) -> Iterator[Finding]:
    """A warning: a language may write a number out, or count years from elsewhere."""
    source, text = numbers_in(given.source_prose), numbers_in(given.prose)
    lost, invented = source - text, text - source
    if given.language in _COUNTS_SO:
        for year in [each for each in lost if each.isdecimal() and int(each) in _YEARS]:
            both = min(lost[year], invented[str(int(year) + _BUDDHIST)])
            lost[year] -= both
            invented[str(int(year) + _BUDDHIST)] -= both
    written = {
        str(_WRITTEN.index(each)) for each in re.findall(r"[a-z]+", given.source_prose.lower()) if each in _WRITTEN
    }
    missing = sorted((+lost).elements())
    new = sorted(each for each in (+invented).elements() if each not in written)
    if missing:
        message = _("A number of the source is not in the text: %(found)s. Correct it, or say why it is right.")
        yield Finding("numbers", message % {"found": listed(missing)})
    if new:
        message = _("A number of the text is not in the source: %(found)s. Correct it, or say why it is right.")
        yield Finding("numbers", message % {"found": listed(new)})
    if changed := sorted((articles_in(given.source_prose) - articles_in(given.prose)).elements()):
        message = _(
            "An article of the source is not written the same in the text: %(found)s. Officers look it up by this "
            "number."
        )
        if not missing:
            yield Finding("numbers", message % {"found": listed(changed)})
