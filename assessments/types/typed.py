"""What officers type: read as it is kept, and compared as it is judged. For all types that take a text."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from assessments.types.base import JSON, InvalidAnswer
from lms.text import ascii_digits, fold, tidy

#: What is left out when a typed text is compared with an accepted one: capitals, accents and vowel points, the digits
#: of each script, other forms of a character (Unicode NFKC), and how much white space stands where.
FOLDS = ("case", "marks", "digits", "forms", "space")
#: How long a short answer may be, where nothing else is said, and at most.
SHORT, LONGEST_SHORT = 100, 300

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_MARKS = re.compile("[\u0300-\u036f\u0591-\u05bd\u064b-\u0655\u0670]")


def typed(text: JSON, most: int, *, is_one_line: bool = True, is_required: bool = False) -> str:
    """A typed text as it is stored: composed letters, no white space around it, of one line also none twice.

    Raises:
        InvalidAnswer: it is no text, holds characters that are no text, is longer than it may be, or is required and
            empty.
    """
    if not isinstance(text, str):
        raise InvalidAnswer(_("A text is expected here."))
    if len(text) > 20 * most + 1000:  # before any work is done on it
        raise too_long(most)
    if _CONTROL.search(text):
        raise InvalidAnswer(_("The answer holds characters that are no text. Type it again."))
    plain = tidy(" ".join(text.split()) if is_one_line else text)
    if len(plain) > most:
        raise too_long(most)
    if is_required and not plain:
        raise InvalidAnswer(_("A text is expected here."))
    return plain


def too_long(most: int) -> InvalidAnswer:
    """For a text that is longer than it may be."""
    return InvalidAnswer(_("The answer is too long: at most %(most)s characters.") % {"most": most})


def compared(text: str, folds: Iterable[str]) -> str:
    """A text as it is compared with an accepted one; two that differ only in what is left out are the same."""
    wanted = set(folds)
    if wanted >= set(FOLDS):
        return fold(text)  # also letters for which two keyboards have two characters
    if "forms" in wanted:
        text = unicodedata.normalize("NFKC", text)
    if "case" in wanted:
        text = unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).casefold())
    if "marks" in wanted:
        text = unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", text)))
    if "digits" in wanted:
        text = ascii_digits(text)
    return " ".join(text.split()) if "space" in wanted else text


def is_accepted(key: Mapping[str, Any], answer: str) -> bool:
    """Whether a typed text equals one that is accepted, of any language: a change of language changes no result."""
    folds = key.get("folds", FOLDS)
    own = compared(answer, folds)
    return any(compared(each, folds) == own for texts in key["accepted"].values() for each in texts)


def accepted_problems(key: JSON, most: int) -> list[str]:
    """What is wrong with a key of accepted texts, ``{"accepted": {language: [texts]}, "folds": [...]}``."""
    if not isinstance(key, Mapping) or not isinstance(key.get("accepted"), Mapping) or not key["accepted"]:
        return [_("the key names no accepted answer.")]
    found = []
    folds = key.get("folds", FOLDS)
    if not isinstance(folds, list | tuple) or any(each not in FOLDS for each in folds):
        found.append(_("what is left out in comparing is some of: %(names)s.") % {"names": ", ".join(FOLDS)})
        folds = FOLDS
    for language, texts in key["accepted"].items():
        if not isinstance(texts, list) or not texts:
            found.append(_("in the language “%(language)s” no answer is accepted.") % {"language": language})
            continue
        for text in texts:
            try:
                is_kept = bool(typed(text, most)) and typed(text, most) == text and bool(compared(text, folds))
            except InvalidAnswer:
                is_kept = False
            if not is_kept:
                words = _("the accepted answer “%(text)s” is empty, too long, or has white space around it.")
                found.append(words % {"text": str(text)[:40]})
    return found


def spoken(key: JSON) -> frozenset[str] | None:
    """The languages in which all accepted texts of a key, at any depth, have one; None where nothing is typed."""
    if not isinstance(key, Mapping):
        return None
    texts = key.get("accepted")
    if isinstance(texts, Mapping) and all(isinstance(each, list) for each in texts.values()):
        return frozenset(texts)
    below = [each for value in key.values() if (each := spoken(value)) is not None]
    return frozenset.intersection(*below) if below else None


def shown_key(key: Mapping[str, Any], language: str) -> str:
    """The first accepted text, in the language of the page where it has one."""
    accepted = key["accepted"]
    texts = accepted.get(language) or accepted[min(accepted)]
    return str(texts[0])


def length_problems(structure: Mapping[str, Any], most: int) -> list[str]:
    """What is wrong with how long an answer may be."""
    length = structure.get("length", 1)
    if type(length) is not int or not 1 <= length <= most:
        return [_("the length of an answer is a number from 1 to %(most)s.") % {"most": most}]
    return []
