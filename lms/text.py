"""Plain text as it is stored and compared."""

import functools
import re
import unicodedata
from typing import Any

from django.utils.translation import get_language_bidi
from pyuca import Collator

LINE_BREAKS = re.compile("\r\n|[\r\x85\u2028\u2029]")


def tidy(text: str) -> str:
    """A text with composed letters (NFC), plain line ends and no white space around it."""
    return unicodedata.normalize("NFC", LINE_BREAKS.sub("\n", text)).strip()


#: Marks that people leave out in a search: accents of Latin, Greek and Cyrillic, vowel points of Arabic and Hebrew,
#: and characters that only join or part letters. Vowel signs of Thai, Khmer or Bengali are letters there and stay.
_LEFT_OUT = re.compile("[\u0300-\u036f\u0591-\u05bd\u064b-\u0655\u0670\u0640\u200b-\u200f\u2060\ufeff]")
#: Letters for which two keyboards have two characters.
_ONE_LETTER = str.maketrans(
    {"ي": "ی", "ى": "ی", "ك": "ک", "ڪ": "ک", "ګ": "گ", "đ": "d", "ł": "l", "ø": "o", "ı": "i"}
    | dict.fromkeys("ةہھەۃ", "ه")
)
_DIGITS = {
    code: str(unicodedata.digit(chr(code))) for code in range(128, 0x1FBFA) if unicodedata.category(chr(code)) == "Nd"
}
#: The signs of one syllable where Unicode fixes no order between them, so that keyboards differ: Thai, Lao, Burmese
#: and Khmer. A letter that is stacked under another goes with what stacks it.
_SIGNS = re.compile(
    "[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]{2,}"
    "|[\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ecd]{2,}"
    "|(?:\u1039[\u1000-\u1021]|[\u102b-\u1038\u103a-\u103e]){2,}"
    "|(?:\u17d2[\u1780-\u17b3]|[\u17b6-\u17d1\u17d3\u17dd]){2,}"
)
_SIGN = re.compile("[\u1039\u17d2].|.", re.DOTALL)


def natural(key: str) -> tuple[tuple[int, int | str], ...]:
    """Sorts ``Q1.1.10`` after ``Q1.1.9``."""
    parts = re.split(r"([0-9]+)", key)
    return tuple((0, int(part)) if part.isdigit() else (1, part) for part in parts if part)


def ascii_digits(text: str) -> str:
    """A text with the digits of every script as 0 to 9; what somebody types into a field for a code or a number."""
    return text if text.isascii() else text.translate(_DIGITS)


def isolate(text: object) -> str:
    """A name as it stands in a sentence of the page's language, where no `<bdi>` can: a message, a title, a letter.

    Between FSI and PDI (Unicode Standard Annex #9) if anything in it reads the other way, as it is otherwise.
    """
    name = str(text)
    other = {"L", "EN", "AN"} if get_language_bidi() else {"R", "AL", "AN"}
    if any(unicodedata.bidirectional(each) in other for each in name):
        return f"\u2068{name}\u2069"
    return name


def fold(text: str) -> str:
    """A text as it is compared in a search, in any script: whatever its case, accents, width and digits."""
    if text.isascii():  # no marks and no other forms: ten times as fast, on lists of many thousand names
        return " ".join(text.casefold().split())
    # Compatibility letters may be capitals inside, and capitals may fold into what decomposes.
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = unicodedata.normalize("NFKC", _LEFT_OUT.sub("", plain)).translate(_ONE_LETTER).translate(_DIGITS)
    return " ".join(_SIGNS.sub(lambda signs: "".join(sorted(_SIGN.findall(signs[0]))), bare).split())


def has_words(search: str, *texts: str) -> bool:
    """Whether every word of a search stands in one of the texts, in any order."""
    folded = [fold(text) for text in texts]
    return all(any(word in text for text in folded) for word in fold(search).split())


#: The order of names in a query. PostgreSQL has it from ICU; SQLite is taught it when it is connected to.
IN_EVERY_SCRIPT = "und-x-icu"

#: Sorts behind every letter: "d" and this is a letter of its own after d.
_AFTER = "\U0010fffd"
_HE_AFTER_WAW = [("[هہەھ]", "و" + _AFTER)]
#: Where a language has an order of its own that the root of the Unicode Collation Algorithm lacks (CLDR).
_OWN_ORDER = {
    "vi": [
        ("d\u0335|đ", "d" + _AFTER),
        ("([aeo])(\u0323?)\u0302", rf"\1{_AFTER}{_AFTER}\2"),
        ("a(\u0323?)\u0306", rf"a{_AFTER}\1"),
        ("([ou])(\u0323?)\u031b", rf"\1{_AFTER * 3}\2"),
    ],
    "fil": [("n\u0303", "n" + _AFTER)],
    **dict.fromkeys(("fa", "prs", "ps", "ur"), _HE_AFTER_WAW),
}


@functools.cache
def _collator() -> Collator:
    return Collator()


def sort_key(text: str, language: str) -> tuple[int, ...]:
    """Where a name or a title stands in a list that speakers of a language read.

    By the Unicode Collation Algorithm: accents and case count last, vowels that Thai and Lao write before their
    consonant count after it. The table (12 MB, 0.2 s) is read when the first list is sorted; 5000 names take 0.1 s.
    """
    text = unicodedata.normalize("NFD", text)
    for pattern, letter in _OWN_ORDER.get(language.split("-", 1)[0], ()):
        text = re.sub(pattern, letter, text, flags=re.IGNORECASE)
    return _collator().sort_key(text)


@functools.lru_cache(maxsize=20_000)
def _place(text: str) -> tuple[int, ...]:
    return sort_key(text, "und")


def teach_order(connection: Any, **kwargs: Any) -> None:
    """Let a connection to SQLite sort names of every script. Receives `connection_created`."""
    if connection.vendor == "sqlite":
        connection.connection.create_collation(
            IN_EVERY_SCRIPT, lambda one, other: (_place(one) > _place(other)) - (_place(one) < _place(other))
        )
