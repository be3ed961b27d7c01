"""What is looked at before a translated segment is accepted. Pure: texts in, findings out.

Each check is a module with a `check`; `CHECKS` is the table of all. An error is what breaks the page, hides text or
cannot be read: nobody overrules it. Whatever may have a good reason is a warning, which is overruled with that reason.
"""

from courses.pages.translating.checks import (
    avoid,
    characters,
    direction,
    ending,
    joiners,
    length,
    links,
    numbers,
    placeholders,
    required,
    script,
    tags,
    terms,
    zawgyi,
)
from courses.pages.translating.checks.avoid import avoid_findings
from courses.pages.translating.checks.base import Check, Finding, Given
from courses.pages.translating.segments import Segment
from courses.pages.translating.terms import TermBase

#: In the order in which a translator reads what they say.
CHECKS: tuple[Check, ...] = (
    zawgyi.check,
    placeholders.check,
    links.check,
    tags.check,
    characters.check,
    direction.check,
    script.check,
    numbers.check,
    terms.check,
    avoid.check,
    length.check,
    ending.check,
    joiners.check,
)


def findings(segment: Segment, text: str, *, language: str, terms: TermBase) -> list[Finding]:
    """What the checks say about a text for a segment, errors first; nothing for a segment without words.

    Arguments:
        text: as typed, tidied; with inline tags where the segment is rich.
        language: of the text.
        terms: what the term base says in that language.
    """
    if segment.is_neutral:
        return []
    given = Given(segment, text, language, terms)
    if nothing := list(required.check(given)):  # all other checks would only say the same again
        return nothing
    found = [finding for check in CHECKS for finding in check(given)]
    return sorted(found, key=lambda finding: not finding.is_error)


__all__ = ["CHECKS", "Check", "Finding", "avoid_findings", "findings"]
