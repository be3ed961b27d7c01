"""Plain text as it is stored and compared."""

import re
import unicodedata

LINE_BREAKS = re.compile("\r\n|[\r\x85\u2028\u2029]")


def tidy(text: str) -> str:
    """A text with composed letters (NFC), plain line ends and no white space around it."""
    return unicodedata.normalize("NFC", LINE_BREAKS.sub("\n", text)).strip()
