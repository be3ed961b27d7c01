"""Words that wound or mislead, from the language guide (domain facts §5.2), in English.

In other languages the term base names what is not used. An error is only what no sentence needs and what names a person
by the harm done to her or by a status: nobody has a reason that a colleague would accept. Everything else is a warning,
because it has an honest use too: a treaty has “child pornography” in its title, a flood destroys a harvest, States
agree. A word in quotation marks is talked about, as in a question on headlines, and is passed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.pages.translating.checks.base import Finding, Given, listed


@dataclass(frozen=True)
class Avoided:
    """One entry of the guide: what is avoided, and what is written instead."""

    code: str
    pattern: re.Pattern[str]
    instead: str | Promise
    is_error: bool = False


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)


_VICTIM = r"(?:victims?|survivors?|trafficked (?:person|people|persons|child|children|woman|women|man|men)) "
AVOIDED = (
    Avoided("slave", _words(r"sex[- ]slaves?"), gettext_lazy("victim, survivor or trafficked person"), is_error=True),
    Avoided("child", _words(r"child prostitutes?"), gettext_lazy("child exploited in prostitution"), is_error=True),
    Avoided(
        "illegals", _words(r"illegals|illegal (?:im)?migrants?|illegal aliens?"), gettext_lazy("irregular migrant")
    ),
    Avoided("pornography", _words(r"child pornography"), gettext_lazy("child sexual abuse material")),
    Avoided("prostitute", _words(r"(?<!child )prostitutes?"), gettext_lazy("person exploited in prostitution")),
    Avoided(
        "monster", _words(r"monsters?|(?:traffickers|smugglers|they) are animals"), gettext_lazy("alleged trafficker")
    ),
    Avoided(
        "stigma",
        _words(
            r"bogus (?:refugees?|asylum[- ]seekers?|claims?)"
            r"|(?:floods?|waves?) of (?:\w+ )?(?:refugees|migrants|people|asylum[- ]seekers)"
        ),
        gettext_lazy("asylum seekers, refugees, many people"),
    ),
    Avoided("scammer", _words(r"scammer victims?"), gettext_lazy("person exploited for forced criminality")),
    Avoided(
        "doubt",
        _words(rf"{_VICTIM}(?:has |have |had )?(?:claimed|admitted|confessed)"),
        gettext_lazy("said, stated, disclosed"),
    ),
    Avoided(
        "blame",
        _words(rf"{_VICTIM}(?:has |have |had )?(?:allowed|agreed|failed to escape)|failed to escape"),
        gettext_lazy("was controlled by, was coerced"),
    ),
    Avoided("image", _words(r"vulnerable women and children"), gettext_lazy("people, women, men, girls, boys")),
    Avoided(
        "rescue",
        _words(rf"(?:rescued?|saved?) (?:the |a )?(?:{_VICTIM.strip()})|{_VICTIM}(?:was|were|been) (?:rescued|saved)"),
        gettext_lazy("identified and assisted"),
    ),
)
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|‘[^’]*’|«[^»]*»")


def avoid_findings(text: str) -> list[Finding]:
    """What the language guide says about an English text, be it a source or a translation.

    Arguments:
        text: without tags.
    """
    rest = " ".join(_QUOTED.sub(" ", text).split())
    found = []
    for each in AVOIDED:
        if words := sorted(set(each.pattern.findall(rest))):
            message = _("The language guide avoids %(words)s. Better: %(instead)s.")
            shown = {"words": listed(words), "instead": each.instead}
            found.append(Finding(f"avoid-{each.code}", message % shown, is_error=each.is_error))
    return found


def check(given: Given) -> Iterator[Finding]:
    """Of a text in English."""
    if given.language == "en":
        yield from avoid_findings(given.prose)
