"""Files of text: in which encoding one is, found out where nobody says it, and its lines, however long the file is."""

import codecs
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext as _

from accounts.exchange.encodings import ENCODINGS, NotReadable, read_text
from assessments.exchange.question import FileRefused

PIECE = 1024 * 1024
#: No line and no question of a file is longer than this, in characters.
LONGEST = 200_000
#: How much of what is not ASCII is looked at to find an encoding out.
_SAMPLE = 512 * 1024


@dataclass(frozen=True)
class Encoding:
    """The encoding of a file; `is_guessed` where the file does not say it, so that somebody looks at the words."""

    name: str
    is_guessed: bool = False

    @property
    def label(self) -> str:
        """As a person knows it."""
        return str(ENCODINGS[self.name][0])


def encoding_of(file: BinaryIO, *, named: str = "", languages: Iterable[str] = ()) -> Encoding:
    """The encoding in which all of a file can be read; the file is read in pieces and left at its start.

    Arguments:
        named: what a person says that it is in; a byte-order mark in the file knows better.
        languages: of the questions: they say which code pages are likely.

    Raises:
        FileRefused: no text, or in no encoding that is known here.
    """
    file.seek(0)
    head = file.read(4096)
    try:
        if not head.strip(b"\0 \t\r\n"):
            raise FileRefused(_("The file is empty."))
        if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
            raise FileRefused(_("The file is in UTF-32. Save it as UTF-8."))
        found = _marked(head) or (Encoding(named) if named else None) or _wide(head)
        if found is None:
            broken = _first_bad(file, "utf-8")
            found = Encoding("utf-8") if not broken else _guessed(file, languages)
        if found.name not in ENCODINGS:
            raise FileRefused(
                _("“%(encoding)s” is no encoding that is known here. There are: %(known)s.")
                % {"encoding": found.name, "known": ", ".join(ENCODINGS)}
            )
        _require_words(head, found)
        if line := _first_bad(file, found.name):
            raise FileRefused(
                _("Line %(line)s is not in %(encoding)s. Save the file as UTF-8, or say in which encoding it is.")
                % {"line": line, "encoding": found.label}
            )
        return found
    finally:
        file.seek(0)


def lines_of(file: BinaryIO, encoding: Encoding) -> Iterator[tuple[int, str]]:
    """The lines of a file with their numbers from 1, without their ends.

    Raises:
        FileRefused: a line is too long to be one of a question.
    """
    file.seek(0)
    reader = io.TextIOWrapper(file, encoding=encoding.name)
    try:
        number = 0
        while line := reader.readline(LONGEST + 1):
            number += 1
            if len(line) > LONGEST:
                raise FileRefused(
                    _("Line %(line)s is longer than %(most)s characters. This is no file of questions.")
                    % {"line": number, "most": LONGEST}
                )
            yield number, (line.removeprefix("\ufeff") if number == 1 else line).rstrip("\n")
    finally:
        reader.detach()


def _marked(head: bytes) -> Encoding | None:
    marks = {
        codecs.BOM_UTF8: "utf-8",
        codecs.BOM_UTF16_LE: "utf-16-le",
        codecs.BOM_UTF16_BE: "utf-16-be",
    }
    return next((Encoding(name) for mark, name in marks.items() if head.startswith(mark)), None)


def _wide(head: bytes) -> Encoding | None:
    """UTF-16 without its mark: every second byte of plain letters is empty."""
    if b"\0" not in head:
        return None
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) * 5 < len(head) // 2 or min(even, odd) * 4 > max(even, odd):
        raise FileRefused(_("This is no file of text. Choose a file of questions in this format."))
    return Encoding("utf-16-be" if even > odd else "utf-16-le", is_guessed=True)


def _require_words(head: bytes, found: Encoding) -> None:
    """Refuse what can be decoded, and is no text all the same: it is full of characters that control something.

    Raises:
        FileRefused: it is.
    """
    text = head.decode(found.name, "ignore")
    if 20 * sum(each < " " and each not in "\t\n\r\f" for each in text) > len(text):
        raise FileRefused(_("This is no file of text. Choose a file of questions in this format."))


def _first_bad(file: BinaryIO, encoding: str) -> int:
    """The line in which a file stops being in an encoding; 0 where all of it is."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    while True:
        piece = file.read(PIECE)
        try:
            text = decoder.decode(piece, not piece)
        except UnicodeDecodeError as error:
            return line + error.object[: error.start].decode(encoding, "ignore").count("\n")
        line += text.count("\n")
        if not piece:
            return 0


def _guessed(file: BinaryIO, languages: Iterable[str]) -> Encoding:
    file.seek(0)
    sample = bytearray()
    while len(sample) < _SAMPLE and (line := file.readline(PIECE)):
        if not line.isascii():
            sample += line
    try:
        return Encoding(read_text(bytes(sample), languages=languages).encoding, is_guessed=True)
    except NotReadable as error:
        raise FileRefused(
            _("The encoding of this file cannot be found out. Save it as UTF-8, or say in which encoding it is.")
        ) from error
