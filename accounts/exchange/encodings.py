"""Which encoding a file of text is in: a strict rule, and a guess only where the file does not say, which is shown.

1. A byte-order mark says it. 2. What is valid UTF-8 is UTF-8. 3. Otherwise it is a code page of old, and of those that
the member's languages use the one whose letters fit best is taken. Nothing is ever replaced or left out.
"""

import codecs
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

LARGEST_FILE = 20 * 1024 * 1024

#: What a person can choose: the codec, how it is named, and the languages that used it ("" for any).
ENCODINGS: dict[str, tuple[object, tuple[str, ...]]] = {
    "utf-8": ("UTF-8", ()),
    "utf-16-le": ("UTF-16 LE", ()),
    "utf-16-be": ("UTF-16 BE", ()),
    "cp1252": (gettext_lazy("Windows-1252 (Western Europe, Indonesian, Malay)"), ("",)),
    "cp1256": (gettext_lazy("Windows-1256 (Arabic, Urdu, Persian)"), ("ar", "ur", "fa", "prs", "ps", "ckb")),
    "cp874": (gettext_lazy("Windows-874 (Thai)"), ("th",)),
    "cp1258": (gettext_lazy("Windows-1258 (Vietnamese)"), ("vi",)),
    "cp1254": (gettext_lazy("Windows-1254 (Turkish)"), ("tr",)),
    "cp1251": (gettext_lazy("Windows-1251 (Cyrillic)"), ("mn",)),
    "gb18030": (gettext_lazy("GB 18030 (simplified Chinese)"), ("zh-hans",)),
    "big5hkscs": (gettext_lazy("Big5 (traditional Chinese)"), ("zh-hant",)),
    "cp932": (gettext_lazy("Shift JIS (Japanese)"), ("ja",)),
    "cp949": (gettext_lazy("Windows-949 (Korean)"), ("ko",)),
}
#: The letters that a text in the encoding is mostly made of, by the first word of their Unicode names.
_LETTERS = {
    "cp1256": "ARABIC",
    "cp874": "THAI",
    "cp1251": "CYRILLIC",
    "gb18030": "CJK",
    "big5hkscs": "CJK",
    "cp932": "CJK HIRAGANA KATAKANA",
    "cp949": "HANGUL CJK",
}
_BOMS = (
    (codecs.BOM_UTF32_LE, ""),  # begins as UTF-16 does, so it is looked for first
    (codecs.BOM_UTF32_BE, ""),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


#: What follows each other beyond ASCII.
_BEYOND = re.compile(r"[^\x00-\x7f]+")


class NotReadable(Exception):
    """A file that cannot be read as text; the message is what the person reads.

    Attributes:
        row: the row of the file, where one can be named.
    """

    def __init__(self, message: str, row: int | None = None) -> None:
        super().__init__(message)
        self.row = row


@dataclass(frozen=True, kw_only=True)
class Text:
    """A file as text, and how it was read."""

    text: str
    encoding: str
    guessed: bool = False


def read_text(data: bytes, *, encoding: str = "", languages: Iterable[str] = ()) -> Text:
    """Read a file as text.

    Arguments:
        encoding: what a person says that it is in; empty to find out.
        languages: those of the member (BCP 47): they say which code pages are likely.

    Raises:
        NotReadable: too large, not text, in two encodings, or not in the one that was named.
    """
    if len(data) > LARGEST_FILE:
        raise NotReadable(_("The file is larger than %(most)s MB.") % {"most": LARGEST_FILE // 1024 // 1024})
    for mark, marked in _BOMS:
        if data.startswith(mark):
            if not marked:
                raise NotReadable(_("The file is in UTF-32. Save it as UTF-8."))
            return Text(text=_decode(data[len(mark) :], marked), encoding=marked)
    if encoding:
        if encoding not in ENCODINGS:
            raise NotReadable(
                _("“%(encoding)s” is no encoding that is known here. There are: %(known)s.")
                % {"encoding": encoding, "known": ", ".join(ENCODINGS)}
            )
        return Text(text=_decode(data, encoding), encoding=encoding)
    if wide := _wide(data):
        return Text(text=_decode(data, wide), encoding=wide, guessed=True)
    try:
        return Text(text=data.decode("utf-8"), encoding="utf-8")
    except UnicodeDecodeError:
        pass
    chosen, text = _guess(data, _likely(languages))
    _refuse_two_encodings(data, chosen)
    return Text(text=text, encoding=chosen, guessed=True)


def _decode(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        before = data[: error.start]
        row = before.decode(encoding, "ignore").count("\n") + 1 if encoding.startswith("utf-16") else _row(before)
        raise NotReadable(
            _("Row %(row)s is not in %(encoding)s.") % {"row": row, "encoding": ENCODINGS[encoding][0]}, row
        ) from error


def _row(before: bytes) -> int:
    return before.count(b"\n") + 1


def _wide(data: bytes) -> str:
    """UTF-16 without its mark: every second byte of its commas and line ends is empty."""
    sample = data[:4096]
    if b"\0" not in sample:
        return ""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if max(even, odd) * 5 < len(sample) // 2 or min(even, odd) * 4 > max(even, odd):
        raise NotReadable(_("This is no file of text. Save the list as CSV and choose that file."))
    return "utf-16-be" if even > odd else "utf-16-le"


def _likely(languages: Iterable[str]) -> list[str]:
    """The code pages of some languages, the most likely first."""
    spoken = [each.lower() for each in languages]
    found = [
        encoding
        for language in spoken
        for encoding, (_name, used_by) in ENCODINGS.items()
        if any(each and (language == each or language.startswith(f"{each}-")) for each in used_by)
    ]
    if not spoken:
        return ["cp1252", "cp1256", "cp874", "cp1251"]
    return list(dict.fromkeys([*found, "cp1252"]))


def _guess(data: bytes, candidates: list[str]) -> tuple[str, str]:
    """The code page whose letters fit best, and the text in it."""
    best: tuple[float, str, str] | None = None
    for encoding in candidates:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        fit = _fit(text, encoding)
        if best is None or fit > best[0]:
            best = (fit, encoding, text)
    if best is None:
        raise NotReadable(
            _("The encoding of this file cannot be found out. Save it as UTF-8, or say which one it is in.")
        )
    return best[1], best[2]


def _fit(text: str, encoding: str) -> float:
    """How well the text beyond ASCII reads: letters of the encoding's scripts, in words as such scripts have them.

    Latin words hold a few such letters among plain ones; words of other scripts touch no Latin letter.
    """
    words = tuple(_LETTERS.get(encoding, "LATIN COMBINING").split())
    is_latin = encoding not in _LETTERS
    good = total = 0
    for match in _BEYOND.finditer(text):
        run = match.group()
        total += len(run)
        beside = text[max(match.start() - 1, 0) : match.start()] + text[match.end() : match.end() + 1]
        if len(run) > 3 if is_latin else any(each.isalpha() for each in beside):
            continue
        good += sum(1 for each in run if unicodedata.name(each, "").startswith(words))
    return good / total if total else 0.0


def _refuse_two_encodings(data: bytes, chosen: str) -> None:
    """Lines that are UTF-8, and nothing sensible in the code page that the other lines are in."""
    other = 0
    mixed = 0
    for row, line in enumerate(data.split(b"\n"), start=1):
        if line.isascii():
            continue
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            other = other or row
            continue
        read = line.decode(chosen, "replace")
        signs = [each for each in read if each > "\x7f" and not unicodedata.category(each).startswith(("L", "M", "N"))]
        if signs and not mixed:
            mixed = row
    if mixed and other:
        raise NotReadable(
            _(
                "The file is in two encodings: row %(first)s is in UTF-8, row %(second)s is not. Put the list together "
                "again, or say which encoding all of it is in."
            )
            % {"first": mixed, "second": other},
            max(mixed, other),
        )
