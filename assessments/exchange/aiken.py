"""Aiken: single choice in plain text. Source: docs.moodle.org, “Aiken format”.

A question is lines of text, its options ``A) …`` or ``A. …``, and ``ANSWER: A``, which ends it. So does an empty line.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from django.utils.translation import gettext as _

from assessments.exchange.making import checked, choice
from assessments.exchange.markup import clean
from assessments.exchange.question import Found, Skipped
from assessments.exchange.text import LONGEST, Encoding, encoding_of, lines_of

_OPTION = re.compile(r"([A-Z])(?:\)|\.(?=\s|$))\s*(.*)", re.DOTALL)
_ANSWER = re.compile(r"ANSWER:\s*(.*)")


@dataclass
class _Part:
    """What was read of a question so far."""

    start: int = 0
    stem: list[str] = field(default_factory=list)
    letters: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    length: int = 0

    def broken(self, why: str) -> Skipped:
        return Skipped(where=_("line %(number)s") % {"number": self.start}, why=why, is_error=True)


def read(file: BinaryIO, *, language: str, encoding: Encoding | None = None) -> Iterator[Found | Skipped]:
    """The questions of a file in Aiken.

    Raises:
        FileRefused: it is no file of text.
    """
    part = _Part()
    for number, line in lines_of(file, encoding or encoding_of(file)):
        line = line.strip()
        answer, option = _ANSWER.fullmatch(line), _OPTION.fullmatch(line)
        if not line:
            if part.start:
                yield part.broken(_unfinished(part))
            part = _Part()
            continue
        part.start = part.start or number
        part.length += len(line)
        if answer:
            yield _question(part, answer[1].strip())
            part = _Part()
        elif option:
            part.letters.append(option[1])
            part.options.append(option[2])
        elif part.options:
            yield part.broken(_unfinished(part))
            part = _Part(start=number, stem=[line], length=len(line))
        elif part.length <= LONGEST:
            part.stem.append(line)
    if part.start:
        yield part.broken(_unfinished(part))


def _unfinished(part: _Part) -> str:
    if not part.stem:
        return _("There are answers, but no question before them.")
    if not part.options:
        return _("There are no answers such as “A) …” below this line.")
    return _("The line “ANSWER: A” is missing behind the answers.")


def _question(part: _Part, answer: str) -> Found | Skipped:
    stem = clean("\n".join(part.stem))
    if not stem:
        return part.broken(_("“ANSWER:” stands here without a question.") if not part.options else _unfinished(part))
    if len(part.options) < 2:
        return part.broken(_("A question needs at least two answers."))
    if part.letters != [chr(ord("A") + number) for number in range(len(part.letters))]:
        return part.broken(_("The answers are not A, B, C and so on, in order."))
    if answer not in part.letters:
        return part.broken(_("“ANSWER: %(letter)s” names none of the answers.") % {"letter": answer[:20]})
    percents = [100.0 if letter == answer else 0.0 for letter in part.letters]
    made = choice([clean(text) for text in part.options], percents, [], is_single=True)
    return checked(
        Found(
            where=_("line %(number)s") % {"number": part.start},
            type=made.type,
            structure=made.structure,
            answer_key=made.answer_key,
            text={"stem": stem, **made.text, "feedback": ""},
        )
    )
