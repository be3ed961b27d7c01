"""The code of a paper: short, typed without tears, with a check letter against slips. Pure."""

import secrets
from collections.abc import Iterable

from lms.base32 import ALPHABET, check_letter, meant, typed_letters

#: Seven letters of 32, and the check letter.
LENGTH = 8
#: With fewer letters nothing is looked for.
FEWEST = 3


def new_code() -> str:
    """A new random code, as it is stored: eight letters and digits."""
    body = "".join(secrets.choice(ALPHABET) for _each in range(LENGTH - 1))
    return body + check_letter(body)


def pretty(code: str) -> str:
    """A code as it is printed, in two groups of four."""
    return f"{code[:4]}-{code[4:]}"


def code_in(typed: str) -> str:
    """What was typed or scanned as letters of a code: without dashes, and of an address what follows the last ``=``."""
    return meant(typed_letters(typed[:300].rpartition("=")[2]))


def is_whole(code: str) -> bool:
    """Whether a code can be one: its length, and its check letter."""
    return len(code) == LENGTH and set(code) <= set(ALPHABET) and check_letter(code[:-1]) == code[-1]


def near(code: str, codes: Iterable[str]) -> list[str]:
    """Of these codes those that begin so, and those that one slip makes into it: a letter that is another one, left out
    or typed twice, or two neighbours."""
    if len(code) < FEWEST:
        return []
    return [each for each in codes if each.startswith(code) or _is_slip(each, code)]


def _is_slip(one: str, other: str) -> bool:
    if abs(len(one) - len(other)) == 1:
        short, long = sorted((one, other), key=len)
        return any(long[:place] + long[place + 1 :] == short for place in range(len(long)))
    if len(one) != len(other):
        return False
    apart = [place for place in range(len(one)) if one[place] != other[place]]
    if len(apart) < 2:
        return True
    first, last = apart[0], apart[-1]
    return len(apart) == 2 and last == first + 1 and one[first] == other[last] and one[last] == other[first]
