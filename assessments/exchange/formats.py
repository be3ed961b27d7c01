"""The formats in which questions come and go. A new one is a line here."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from assessments.exchange import aiken, gift, moodlexml, qti
from assessments.exchange.question import Found, Reader, Skipped, Writer
from assessments.exchange.text import Encoding, encoding_of


@dataclass(frozen=True, kw_only=True)
class Format:
    """One format: how it is called, read and written, and what its files are.

    Attributes:
        writer: None for what only comes in.
        is_text: its files do not say in which encoding they are, so that it is found out and said.
    """

    label: str
    reader: Reader
    writer: Writer | None
    suffix: str
    media_type: str
    is_text: bool = False

    def encoding_of(self, file: BinaryIO, *, named: str, language: str) -> Encoding | None:
        """The encoding of a file of text; None where the format says it itself.

        Raises:
            FileRefused: it is no text.
        """
        return encoding_of(file, named=named, languages=[language]) if self.is_text else None

    def read(self, file: BinaryIO, encoding: Encoding | None, *, language: str) -> Iterator[Found | Skipped]:
        """What a file with questions in a language holds, from its start.

        Raises:
            FileRefused: nothing of it can be read.
        """
        file.seek(0)
        more: dict[str, Any] = {"encoding": encoding} if encoding else {}
        return self.reader(file, language=language, **more)


FORMATS: dict[str, Format] = {
    "gift": Format(
        label="GIFT", reader=gift.read, writer=gift.write, suffix=".gift.txt", media_type="text/plain", is_text=True
    ),
    "aiken": Format(
        label="Aiken", reader=aiken.read, writer=None, suffix=".aiken.txt", media_type="text/plain", is_text=True
    ),
    "moodlexml": Format(
        label="Moodle XML",
        reader=moodlexml.read,
        writer=moodlexml.write,
        suffix=".moodle.xml",
        media_type="application/xml",
    ),
    "qti": Format(label="QTI", reader=qti.read, writer=qti.write, suffix=".qti.zip", media_type="application/zip"),
}
#: The line of Aiken that no other format has; GIFT would take such a file for texts without questions.
_AIKEN = re.compile(r"^ANSWER: *[A-Z]\s*$", re.MULTILINE)


def format_of(data: bytes) -> str:
    """The name of the format in which a file of questions is written, by what stands in it."""
    if data.startswith(b"PK"):
        return "qti"
    # In any encoding these words are ASCII; those of two bytes a letter leave a zero beside each.
    text = data.replace(b"\0", b"").removeprefix(b"\xef\xbb\xbf").decode("latin-1").lstrip("\xfe\xff \t\r\n")
    if text.startswith("<"):
        return "moodlexml" if "<quiz" in text else "qti"
    return "aiken" if _AIKEN.search(text) else "gift"


WRITTEN = {name: each for name, each in FORMATS.items() if each.writer is not None}
