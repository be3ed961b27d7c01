"""What every check is given, and what it says."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from html import unescape

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


#: A tag as rich texts have them. What does not look like one is left in the text.
TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)((?:\s[^<>]*)?)>")
PLACEHOLDER = re.compile(
    r"\{\{\s*[\w.]+\s*\}\}"  # {{x}}
    r"|\{\w*\}"  # {x}, {0}, {}
    r"|%\(\w+\)[#0+-]?\d*(?:\.\d+)?[a-zA-Z]"  # %(x)s
    r"|(?<![\w%])%[sd]\b"  # %s, but not 50%s
    r"|\[\[[^\[\]\s]{1,40}\]\]"  # [[g1]], a gap of a question
)
ADDRESS = re.compile(r"https?://[^\s<>\"“”«»]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)


@dataclass(frozen=True)
class Given:
    """A segment, a text for it, and what is known of the language."""

    segment: Segment
    text: str
    language: str
    terms: TermBase

    @cached_property
    def source_words(self) -> str:
        """The source without tags."""
        return self.without_tags(self.segment.source)

    @cached_property
    def words(self) -> str:
        """The text without tags."""
        return self.without_tags(self.text)

    @cached_property
    def source_prose(self) -> str:
        return prose(self.source_words)

    @cached_property
    def prose(self) -> str:
        """The text without what is the same in every language: tags, placeholders, addresses."""
        return prose(self.words)

    def without_tags(self, text: str) -> str:
        if not self.segment.is_rich:
            return text
        return unescape(TAG.sub(lambda tag: " " if tag[2].lower() == "br" else "", text))

    @property
    def is_same_language(self) -> bool:
        """Whether the text is in the language of the source, as for a source that is looked at itself."""
        return self.language == self.terms.source_language


Check = Callable[[Given], Iterable[Finding]]


def prose(words: str) -> str:
    """A text without placeholders, addresses of the web and of mailboxes."""
    return ADDRESS.sub(" ", PLACEHOLDER.sub(" ", words))


def listed(found: Iterable[str]) -> str:
    """Pieces of a text in a message."""
    return ", ".join(f"“{each}”" for each in found)


def code_points(characters: Iterable[str]) -> str:
    """Characters that may not be seen, in a message: ``U+200B``."""
    return ", ".join(f"U+{ord(each):04X}" for each in sorted(set(characters)))


def has_letter(text: str) -> bool:
    return any(unicodedata.category(each)[0] == "L" for each in text)
