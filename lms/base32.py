"""Crockford's base 32, for what is typed from paper: no I, L, O, U, and a check letter against slips.

Sources: D. Crockford, "Base 32"; the Luhn algorithm of ISO/IEC 7812-1 annex B, generalised to 32 letters.
"""

from lms.text import ascii_digits

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})


def check_letter(body: str) -> str:
    """The letter that makes `body` plus itself a valid number."""
    total = 0
    for place, letter in enumerate(reversed(body)):
        value = ALPHABET.index(letter) * (2 if place % 2 == 0 else 1)
        total += value // 32 + value % 32
    return ALPHABET[-total % 32]


def typed_letters(typed: str) -> str:
    """Letters and digits of what somebody typed: capitals, digits of any script as 0 to 9, nothing between them."""
    return "".join(each for each in ascii_digits(typed).upper() if each.isalnum() and each.isascii())


def meant(letters: str) -> str:
    """The same with what is often misread put right: O for 0, I and L for 1."""
    return letters.translate(_MISREAD)
