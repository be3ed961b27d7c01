"""Certificate numbers: unguessable, typed from paper without tears, with a check letter against slips.

``SLH-XXXX-XXXX-XXXX``: eleven random letters of Crockford's base 32 (no I, L, O, U; 55 bits) and one check letter by
the Luhn algorithm modulo 32. Sources: D. Crockford, "Base 32"; ISO/IEC 7812-1 annex B, generalised to 32 letters.
"""

import secrets

from lms.base32 import ALPHABET, check_letter, meant, typed_letters

PREFIX = "SLH"
LENGTH = 12


def new_number() -> str:
    """A new random number."""
    body = "".join(secrets.choice(ALPHABET) for _each in range(LENGTH - 1))
    return pretty(body + check_letter(body))


def pretty(letters: str) -> str:
    """Twelve letters as they are printed."""
    return "-".join((PREFIX, letters[:4], letters[4:8], letters[8:]))


def normalise(typed: str) -> str | None:
    """The number that somebody meant, as printed, or None when it cannot be one.

    Takes lower case, digits of any script, spaces and dashes anywhere, O for 0, I and L for 1, with or without the
    prefix, and whatever stands before the prefix, such as the address on the paper.
    """
    letters = typed_letters(typed)
    if PREFIX in letters:
        letters = letters.rpartition(PREFIX)[2]
    letters = meant(letters)
    if len(letters) != LENGTH or any(letter not in ALPHABET for letter in letters):
        return None
    return pretty(letters) if check_letter(letters[:-1]) == letters[-1] else None
