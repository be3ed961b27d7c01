"""Reading GIFT, as Moodle does: questions are parted by empty lines, and the answers stand in braces."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from typing import BinaryIO

from django.utils.translation import gettext as _

from assessments.exchange import making
from assessments.exchange.gift.escapes import WEIGHT, category_in, freed, held, notes_in, with_format
from assessments.exchange.making import NEAR, Made
from assessments.exchange.markup import Plain, clean, from_html, from_markdown, one_line
from assessments.exchange.pieces import DIGITS, gathered, number_of, plain_number, with_folds
from assessments.exchange.question import MOST_PARTS, Found, Left, Skipped
from assessments.exchange.text import LONGEST, Encoding, encoding_of, lines_of
from assessments.exchange.words import RIGHT, WRONG, spoken
from assessments.types.base import ALL, PARTIAL, PENALTY

#: Where an answer part stood in the middle of a sentence.
BLANK = "_____"
_MARKUP = re.compile(r"</?[A-Za-z][A-Za-z0-9]*(?:\s[^<>]*)?/?>|&(?:#[0-9]+|#x[0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]+);")
_TRUTHS = {"T": True, "TRUE": True, "F": False, "FALSE": False}
_SCORINGS = {"multiple": (ALL, PARTIAL, PENALTY), "matching": (ALL, PARTIAL)}


@dataclass
class _Block:
    """The lines of one question, and what its comments say of it."""

    start: int = 0
    lines: list[str] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    length: int = 0
    is_too_long: bool = False

    @property
    def where(self) -> str:
        return _("line %(number)s") % {"number": self.start}


def read(file: BinaryIO, *, language: str, encoding: Encoding | None = None) -> Iterator[Found | Skipped]:
    """The questions of a file in GIFT.

    Raises:
        FileRefused: it is no file of text.
    """
    category: tuple[str, ...] = ()
    for block in _blocks(file, encoding or encoding_of(file)):
        if block.is_too_long:
            why = _("The question is longer than %(most)s characters.") % {"most": LONGEST}
            yield Skipped(where=block.where, why=why, is_error=True)
            continue
        if block.lines[0].startswith("$CATEGORY:"):
            category = category_in(clean(block.lines[0].removeprefix("$CATEGORY:")))
            del block.lines[0]
            block.start += 1
            if not block.lines:
                continue
        try:
            yield _question(block, category, language)
        except Left as reason:
            yield Skipped(where=block.where, why=str(reason), is_error=reason.is_error)


def _blocks(file: BinaryIO, encoding: Encoding) -> Iterator[_Block]:
    block = _Block()
    for number, line in lines_of(file, encoding):
        line = line.strip()
        if not line:
            if block.lines:
                yield block
            block = _Block()
        elif line.startswith("//"):
            block.notes += notes_in(line)
        elif block.length > LONGEST:
            block.is_too_long = True
        else:
            block.start = block.start or number
            block.lines.append(line)
            block.length += len(line)
    if block.lines:
        yield block


def _question(block: _Block, category: tuple[str, ...], language: str) -> Found | Skipped:
    text = held("\n".join(block.lines))
    name = ""
    if text.startswith("::"):
        name, sign, rest = text[2:].partition("::")
        if not sign:
            raise Left(_("The title has no end: “::” is missing."))
        name, text = one_line(freed(name)), rest.strip()
    stem, answers = _parted(text)
    stem, style = with_format(stem, "moodle")
    stem_text = _plain(stem, style)
    if answers is None:
        raise Left(_("This is a text and no question: it has no answers in braces."), is_error=False)
    answers, sign, general = answers.rpartition("####") if "####" in answers else (answers, "", "")
    notes = dict(block.notes)
    losses = [*stem_text.losses, *_pictures(stem_text)]
    reading = _Answers(style, notes, language, losses)
    made = reading.of(answers.strip())
    feedback = gathered(reading.plain(general, style), made.remarks, losses)
    return making.checked(
        Found(
            where=block.where,
            type=made.type,
            structure=made.structure,
            answer_key=made.answer_key,
            text={"stem": stem_text.text, **made.text, "feedback": feedback},
            key=notes.get("id", ""),
            name=name,
            category=category,
            tags=tuple(dict.fromkeys(value for what, value in block.notes if what == "tag")),
            difficulty=_whole(notes.get("difficulty", ""), 3),
            source=one_line(notes.get("source", "")),
            points=_whole(notes.get("points", ""), 1000) or 1,
            losses=tuple(losses),
        )
    )


def _parted(text: str) -> tuple[str, str | None]:
    """The words of a question, and what stands in its braces; None where there are none."""
    start, end = text.find("{"), text.find("}")
    if start < 0 and end < 0:
        return text, None
    if start < 0 or 0 <= end < start:
        raise Left(_("“{” is missing before “}”. Write \\} for a brace that is a letter."))
    if end < 0:
        raise Left(_("“}” is missing behind the answers. Is an empty line among them?"))
    before, answers, after = text[:start], text[start + 1 : end], text[end + 1 :]
    if "{" in after or "}" in after or "{" in answers:
        raise Left(_("There are more braces than those of one answer part. Write \\{ for a brace that is a letter."))
    # Moodle's rule: with words behind it, the answer part is a gap in the sentence.
    return (f"{before}{BLANK}{after}" if after.strip() else before), answers


class _Answers:
    """What stands in the braces: what kind of question it makes, and what is said of its answers."""

    def __init__(self, style: str, notes: dict[str, str], language: str, losses: list[str]) -> None:
        self.style, self.notes, self.language, self.losses = style, notes, language, losses

    def of(self, text: str) -> Made:
        if not text:
            return Made("essay", self._length(), {}, {})
        if max(text.count("~"), text.count("=")) > MOST_PARTS:
            raise Left(_("A question has at most %(most)s options.") % {"most": 40})
        if text.startswith("#"):
            return self._number(text[1:])
        if "~" in text:
            return self._choice(text)
        if "=" in text and "->" in text:
            return self._matching(text)
        truth, _sign, said = text.partition("#")
        if truth.strip().upper() in _TRUTHS:
            return self._truth(_TRUTHS[truth.strip().upper()], said)
        return self._short(text)

    def plain(self, text: str, style: str) -> str:
        """A piece as plain text; what is lost of it is noted."""
        piece, own = with_format(text, style)
        found = _plain(piece, own)
        self.losses += [*found.losses, *_pictures(found)]
        return found.text

    def _commented(self, text: str) -> tuple[str, str]:
        answer, _sign, said = text.partition("#")
        return answer.strip(), self.plain(said, self.style)

    def _typed(self, text: str) -> tuple[list[tuple[str, float]], list[tuple[str, str]]]:
        """Answers that are typed with what they count in percent, and what is said of them."""
        named, remarks = [], []
        for piece in _split(text, "="):
            percent, piece = _weighted(piece, 100)
            answer, said = self._commented(piece)
            named.append((one_line(freed(answer)), percent))
            remarks.append((f"“{named[-1][0]}”", said))
        return named, remarks

    def _scored(self, made: Made, losses: list[str]) -> Made:
        """The same, scored as a file of this site says it; or with the losses of what was near."""
        scoring = self.notes.get("scoring", "")
        if scoring in _SCORINGS.get(made.type, ()):
            made.structure["scoring"] = scoring
        else:
            self.losses += losses
        return made

    def _choice(self, text: str) -> Made:
        words, percents, remarks = [], [], []
        for piece in _split(text.replace("=", "~="), "~"):
            percent, piece = (100.0, piece[1:]) if piece.startswith("=") else _weighted(piece, 0)
            answer, said = self._commented(piece)
            words.append(self.plain(answer, self.style))
            percents.append(percent)
            remarks.append((f"“{one_line(words[-1])}”", said))
        is_single, losses = "=" in text or self.notes.get("scoring") == "single", list[str]()
        made = self._scored(making.choice(words, percents, losses, is_single=is_single), losses)
        made.remarks = remarks
        return made

    def _matching(self, text: str) -> Made:
        pairs = []
        for piece in _split(text, "="):
            left, sign, right = piece.partition("->")
            if not sign:
                raise Left(_("“->” is missing in a pair."))
            pairs.append((self.plain(left, self.style), one_line(freed(right))))
        return self._scored(making.matching(pairs), [])

    def _truth(self, is_true: bool, said: str) -> Made:
        wrong, _sign, right = said.partition("#")
        made = making.statement(is_true)
        made.remarks = [
            (spoken(words, self.language), self.plain(text, self.style))
            for words, text in ((WRONG, wrong), (RIGHT, right))
        ]
        return made

    def _short(self, text: str) -> Made:
        named, remarks = self._typed(text)
        made = making.short_text(named, self.losses, heeds_case="case" not in self.notes.get("compare", "case").split())
        if "compare" in self.notes:
            made.answer_key = with_folds(made.answer_key, self.notes["compare"].split())
        made.structure |= self._length()
        made.remarks = remarks
        return made

    def _number(self, text: str) -> Made:
        named, remarks = self._typed(text)
        making.name_parts(named, self.losses)
        full = [_ends(words) for words, percent in named if percent >= 100 - NEAR]
        if not full:
            raise Left(_("No answer is right."))
        with localcontext(DIGITS):
            low, high = max(full, key=lambda ends: ends[1] - ends[0])
            value, tolerance = plain_number((low + high) / 2), plain_number((high - low) / 2)
        if any(one < low or other > high for one, other in full):
            raise Left(_("Several numbers are right; here a question has one."), is_error=False)
        if value is None or tolerance is None:
            raise Left(_("A number has too many digits."))
        key = {"value": value} | ({"tolerance": tolerance} if tolerance != "0" else {})
        return Made("number", {}, key, {}, remarks)

    def _length(self) -> dict[str, int]:
        length = _whole(self.notes.get("length", ""), 20_000)
        return {"length": length} if length else {}


def _split(text: str, sign: str) -> list[str]:
    """The pieces between signs; before the first stands nothing."""
    pieces = [each.strip() for each in text.split(sign)]
    return pieces[1:] if not pieces[0] and len(pieces) > 1 else pieces


def _weighted(piece: str, otherwise: float) -> tuple[float, str]:
    found = WEIGHT.match(piece)
    return (float(found[1]), piece[found.end() :].strip()) if found else (otherwise, piece)


def _ends(words: str) -> tuple[Decimal, Decimal]:
    """From where to where a number is right: ``1..3``, or ``2:1``."""
    low, sign, high = words.partition("..")
    if sign:
        one, other = sorted((_decimal(low), _decimal(high)))
        return one, other
    value, sign, tolerance = words.partition(":")
    middle, width = _decimal(value), abs(_decimal(tolerance)) if sign else Decimal(0)
    with localcontext(DIGITS):
        return middle - width, middle + width


def _decimal(text: str) -> Decimal:
    found = number_of(text)
    if found is None:  # a star stands for any number
        raise Left(_("“%(answer)s” is no number.") % {"answer": text.strip()[:40]}, is_error=text.strip() != "*")
    return Decimal(found)


def _plain(text: str, style: str) -> Plain:
    letters = freed(text)
    if style == "markdown":
        return from_markdown(letters)
    if style == "plain" or (style == "moodle" and not _MARKUP.search(letters)):
        return Plain(clean(letters))
    return from_html(letters.replace("\n", "<br>") if style == "moodle" else letters)


def _pictures(found: Plain) -> list[str]:
    if not found.images:
        return []
    return [_("A picture is left out: GIFT has only its address (%(address)s).") % {"address": found.images[0].address}]


def _whole(text: str, most: int) -> int:
    return int(text) if re.fullmatch("[0-9]{1,5}", text) and 1 <= int(text) <= most else 0
