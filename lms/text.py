"""Plain text as it is stored and compared."""

import re
import unicodedata

LINE_BREAKS = re.compile("\r\n|[\r\x85\u2028\u2029]")


def tidy(text: str) -> str:
    """A text with composed letters (NFC), plain line ends and no white space around it."""
    return unicodedata.normalize("NFC", LINE_BREAKS.sub("\n", text)).strip()


#: Marks that people leave out in a search: accents of Latin, Greek and Cyrillic, vowel points of Arabic and Hebrew,
#: and characters that only join or part letters. Vowel signs of Thai, Khmer or Bengali are letters there and stay.
_LEFT_OUT = re.compile("[\u0300-\u036f\u0591-\u05bd\u064b-\u0655\u0670\u0640\u200b-\u200f\u2060\ufeff]")
#: Letters for which two keyboards have two characters.
_ONE_LETTER = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک", "ة": "ه", "đ": "d", "ł": "l", "ø": "o", "ı": "i"})


def fold(text: str) -> str:
    """A text as it is compared in a search, in any script: whatever its case, accents and width."""
    if text.isascii():  # no marks and no other forms: ten times as fast, on lists of many thousand names
        return " ".join(text.casefold().split())
    bare = _LEFT_OUT.sub("", unicodedata.normalize("NFKD", text.casefold()))
    return " ".join(unicodedata.normalize("NFKC", bare).translate(_ONE_LETTER).split())


def has_words(search: str, *texts: str) -> bool:
    """Whether every word of a search stands in one of the texts, in any order."""
    folded = [fold(text) for text in texts]
    return all(any(word in text for text in folded) for word in fold(search).split())
