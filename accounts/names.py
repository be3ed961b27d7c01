"""Names of people as they are typed or come in a file: what is put in order, and what is refused."""

import unicodedata

from django.utils.translation import gettext as _

from lms.tables import looks_like_formula

LONGEST_NAME = 200

# Joiners and the marks of direction: spelling needs them. Embeddings, overrides and isolates are not among them: with
# those a name reads as another one (Unicode Technical Report 36, 2.1).
_SPELLED_WITH = frozenset("\u200b\u200c\u200d\u200e\u200f\u061c")
#: Letters that print nothing: a name of these would look like no name.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180e\u180f\u2800\u3164\uffa0\ufeff")


class BadText(Exception):
    """A text that no name can be; the message is what the person reads."""


def tidy_line(text: str) -> str:
    """A line with composed letters (NFC) and single spaces.

    Raises:
        BadText: it holds characters that do not print, or begins as a formula of a spreadsheet does.
    """
    text = " ".join(unicodedata.normalize("NFC", text).split(" "))
    for character in text:
        if character == "\ufffd":
            raise BadText(_("Letters were lost before this came here (�). Take it from its source again."))
        if character.isspace() and character not in "\t\n\r\v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029":
            continue
        category = unicodedata.category(character)
        if category in ("Cc", "Cs", "Co", "Cn", "Zl", "Zp") or (category == "Cf" and character not in _SPELLED_WITH):
            raise BadText(
                _("It holds a character that does not print (%(code)s). Type it again.")
                % {"code": f"U+{ord(character):04X}"}
            )
    text = " ".join(text.split())
    if looks_like_formula(text):
        raise BadText(_("It begins with “%(sign)s”, as a formula of a spreadsheet does.") % {"sign": text[0]})
    return text


def tidy_name(text: str, *, longest: int = LONGEST_NAME) -> str:
    """The name of a person in any script, put in order; a single word is a name.

    Raises:
        BadText: empty, too long, without a letter, or not a text that prints.
    """
    name = tidy_line(text)
    if not name:
        raise BadText(_("The name is missing."))
    if len(name) > longest:
        raise BadText(_("It is longer than %(most)s characters.") % {"most": longest})
    if not any(each.isalpha() and each not in _BLANK for each in name):
        raise BadText(_("There is no letter in it."))
    return name


def compared(name: str) -> str:
    """A name as it is compared with others: without case, marks of compatibility and double spaces."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
