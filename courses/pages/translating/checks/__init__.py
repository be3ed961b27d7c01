"""What is looked at before a translated segment is accepted. Pure: texts in, findings out."""

from dataclasses import dataclass

from courses.pages.translating.segments import Segment
from courses.pages.translating.terms import TermBase


@dataclass(frozen=True)
class Finding:
    """What is wrong, or may be, with a translated text.

    Attributes:
        code: names the check, such as ``numbers``; the reason why a warning does not hold is kept under it.
        message: for the translator, with what to do.
        is_error: nobody overrules an error.
    """

    code: str
    message: str
    is_error: bool = False


def findings(segment: Segment, text: str, *, language: str, terms: TermBase) -> list[Finding]:
    """What the checks say about a text for a segment, errors first.

    Arguments:
        text: as typed, tidied; with inline tags where the segment is rich.
        language: of the text.
        terms: what the term base says in that language.
    """
    return []
