"""Burmese in the old Zawgyi encoding: it shows as Burmese on some telephones and as nonsense on all others.

Zawgyi stores glyphs of a font at the code points of Unicode's Myanmar block, in the order in which they are drawn.
Which code points and orders are only possible in one of the two follows from the mapping of Unicode CLDR (transform
``Zawgyi_my``) and from the order of storage in Unicode Technical Note 11, "Representing Myanmar in Unicode". Only
Burmese is judged: Shan, Mon and Karen use some of the same code points rightly.
"""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from courses.pages.translating.checks.base import Finding, Given

_CONSONANT = "\u1000-\u1021"
#: What no Burmese word in Unicode has.
_ZAWGYI = re.compile(
    "[\u1033\u1034\u105a\u1060-\u1097]"  # letters of other languages, in Zawgyi variants and stacked letters
    f"|(?<![{_CONSONANT}\u1022-\u102a\u103b-\u103f])\u1031"  # the vowel e, stored after its consonant, not before
    f"|(?<![{_CONSONANT}\u1025\u103a])\u103b"  # medial ya, stored after; in Zawgyi medial ra, before
    f"|\u1039(?![{_CONSONANT}])"  # it stacks the next consonant; in Zawgyi it kills the vowel
    "|(?<=[\u1000-\u1004])\u1039(?=[\u1005-\u1021])(?![\u1014\u1019])"  # only consonants of one row
    "|(?<=[\u1005-\u1009])\u1039(?=[\u1000-\u1004\u100b-\u1021])"  # stack (k kh, t th, …), but for nasals in
    "|(?<=[\u1010-\u1014])\u1039(?=[\u1000-\u100f\u1015-\u1021])(?!\u1019)"  # words from Sanskrit
    "|(?<=[\u1015-\u1019])\u1039(?=[\u1000-\u1014\u101a-\u1021])"
    "|(?<=[\u100a\u101a\u101b\u101d\u101f-\u1021])\u1039"  # these stack nothing
    "|\u103a[\u102b-\u102e\u1032]"  # a killed vowel has no other, but for u; in Zawgyi medial ya
)
#: What Zawgyi has no use for.
_UNICODE = re.compile(
    f"\u1031(?![{_CONSONANT}\u1022-\u102a\u103b\u105a-\u1097])"  # nothing of its syllable follows that it stood before
    "|\u103a[\u1037\u1038]|\u1037\u103a"  # killed vowel with a tone; in Zawgyi medial ya
    "|[\u1004\u1009\u100a\u1014\u101b]\u103a(?![\u102b-\u1032])"  # the same on letters that take no medial ya
    "|[\u103e\u103f]"  # medial ha and great sa
)


def signs(text: str) -> tuple[int, int]:
    """How many places can only be Zawgyi, and how many only Unicode."""
    return len(_ZAWGYI.findall(text)), len(_UNICODE.findall(text))


def is_zawgyi(text: str) -> bool:
    """Whether a Burmese text is in Zawgyi. A word or two that may be either is taken for Unicode."""
    zawgyi, unicode = signs(text)
    return zawgyi > unicode


def check(given: Given) -> Iterator[Finding]:
    """An error for a text in Zawgyi, a warning where only some places look so."""
    if given.language != "my" or not (places := signs(given.words)[0]):
        return
    if is_zawgyi(given.words):
        message = _(
            "This text is in the Zawgyi encoding, which most officers cannot read. Switch the keyboard to Unicode and "
            "type it anew, or convert the text with a converter from Zawgyi to Unicode and paste it here."
        )
        yield Finding("zawgyi", message, is_error=True)
    else:
        message = _("%(number)d places look like the Zawgyi encoding or are typed in the wrong order. Type them anew.")
        yield Finding("zawgyi-places", message % {"number": places})
