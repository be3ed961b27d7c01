"""Reading GIFT, as Moodle does: questions are parted by empty lines, and the answers stand in braces."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import BinaryIO

from django.utils.translation import gettext as _

from assessments.exchange import building
from assessments.exchange.building import Answer, Built, CannotCarry
from assessments.exchange.gift.escapes import WEIGHT, category_in, freed, held, notes_in, with_format
from assessments.exchange.markup import Plain, clean, from_html, from_markdown, one_line
from assessments.exchange.pieces import AS_MOODLE
from assessments.exchange.question import MOST_PARTS, Found, Skipped
from assessments.exchange.text import LONGEST, Encoding, encoding_of, lines_of
from assessments.types.typed import FOLDS, LONGEST_SHORT

#: Where an answer part stood in the middle of a sentence.
BLANK = "_____"
_MARKUP = re.compile(r"</?[A-Za-z][A-Za-z0-9]*(?:\s[^<>]*)?/?>|&(?:#[0-9]+|#x[0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]+);")
_NUMBER = re.compile(r"[-+]?(?:[0-9]{1,20}(?:\.[0-9]{0,20})?|\.[0-9]{1,20})(?:[eE][-+]?[0-9]{1,2})?")
_TRUTHS = {"T": True, "TRUE": True, "F": False, "FALSE": False}


class Broken(ValueError):
    """The text is no GIFT; the message says what is wrong."""


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


def read(file: BinaryIO, *, encoding: Encoding | None = None) -> Iterator[Found | Skipped]:
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
            yield _question(block, category)
        except Broken as error:
            yield Skipped(where=block.where, why=str(error), is_error=True)
        except CannotCarry as reason:
            yield Skipped(where=block.where, why=str(reason))


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


def _question(block: _Block, category: tuple[str, ...]) -> Found:
    text = held("\n".join(block.lines))
    name = ""
    if text.startswith("::"):
        name, sign, rest = text[2:].partition("::")
        if not sign:
            raise Broken(_("The title has no end: “::” is missing."))
        name, text = one_line(freed(name)), rest.strip()
    stem, answers = _parted(text)
    stem, style = with_format(stem, "moodle")
    stem_text = _plain(stem, style)
    if answers is None:
        raise CannotCarry(_("This is a text and no question: it has no answers in braces."))
    if not stem_text.text:
        raise Broken(_("The question has no words."))
    answers, sign, general = answers.rpartition("####") if "####" in answers else (answers, "", "")
    reading = _Answers(style, dict(block.notes))
    built = reading.of(answers.strip())
    notes = dict(block.notes)
    feedback, told = building.folded(reading.plain(general, style), reading.said)
    losses = [*stem_text.losses, *_pictures(stem_text), *reading.losses, *built.losses, *told]
    return Found(
        where=block.where,
        type=built.type,
        structure=built.structure,
        answer_key=built.answer_key,
        text={"stem": stem_text.text, **built.text, "feedback": feedback},
        key=notes.get("id", ""),
        name=name,
        category=category,
        tags=tuple(dict.fromkeys(value for what, value in block.notes if what == "tag")),
        difficulty=_whole(notes.get("difficulty", ""), 3),
        source=one_line(notes.get("source", "")),
        points=_whole(notes.get("points", ""), 1000) or 1,
        losses=tuple(dict.fromkeys(losses)),
    )


def _parted(text: str) -> tuple[str, str | None]:
    """The words of a question, and what stands in its braces; None where there are none."""
    start, end = text.find("{"), text.find("}")
    if start < 0 and end < 0:
        return text, None
    if start < 0 or 0 <= end < start:
        raise Broken(_("“{” is missing before “}”. Write \\} for a brace that is a letter."))
    if end < 0:
        raise Broken(_("“}” is missing behind the answers. Is an empty line among them?"))
    before, answers, after = text[:start], text[start + 1 : end], text[end + 1 :]
    if "{" in after or "}" in after or "{" in answers:
        raise Broken(_("There are more braces than those of one answer part. Write \\{ for a brace that is a letter."))
    # Moodle's rule: with words behind it, the answer part is a gap in the sentence.
    return (f"{before}{BLANK}{after}" if after.strip() else before), answers


class _Answers:
    """What stands in the braces: what kind of question it makes, and what is said of its answers."""

    def __init__(self, style: str, notes: dict[str, str]) -> None:
        self.style = style
        self.notes = notes
        self.said: list[tuple[str, str]] = []
        self.losses: list[str] = []

    def of(self, text: str) -> Built:
        if not text:
            return Built("essay", self._length(), {}, {})
        if max(text.count("~"), text.count("=")) > MOST_PARTS:
            raise CannotCarry(_("A question has at most %(most)s options.") % {"most": 40})
        if text.startswith("#"):
            return building.number([self._range(each) for each in _split(text[1:], "=")])
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

    def _choice(self, text: str) -> Built:
        answers = []
        for piece in _split(text.replace("=", "~="), "~"):
            if piece.startswith("="):
                weight, piece = Fraction(1), piece[1:]
            else:
                weight, piece = _weighted(piece, 0)
            answer, said = self._commented(piece)
            answers.append(Answer(self.plain(answer, self.style), weight, said))
        self.said = [(each.text, each.feedback) for each in answers]
        is_single = "=" in text or self.notes.get("scoring") == "single"
        return building.scored(building.choice(answers, is_single=is_single), self.notes.get("scoring", ""))

    def _matching(self, text: str) -> Built:
        pairs = []
        for piece in _split(text, "="):
            left, sign, right = piece.partition("->")
            if not sign:
                raise Broken(_("“->” is missing in a pair."))
            pairs.append((self.plain(left, self.style), one_line(freed(right))))
        return building.scored(building.matching(pairs), self.notes.get("scoring", ""))

    def _truth(self, is_true: bool, said: str) -> Built:
        wrong, _sign, right = said.partition("#")
        self.said = [
            (_("Wrong"), self.plain(wrong, self.style)),
            (_("Right"), self.plain(right, self.style)),
        ]
        return building.true_or_false(is_true)

    def _short(self, text: str) -> Built:
        answers = []
        for piece in _split(text, "="):
            weight, piece = _weighted(piece, 1)
            answer, said = self._commented(piece)
            words = one_line(freed(answer))
            if re.search(r"(?<!\\)\*", words) and weight > building.NEAR:
                self.losses.append(
                    _("“%(text)s” stands for many answers; here each accepted answer is written out.")
                    % {"text": words[:60]}
                )
            else:
                answers.append(Answer(words.replace("\\*", "*"), weight, said))
            self.said.append((words, said))
        folds = (
            tuple(each for each in FOLDS if each in self.notes["compare"].split())
            if "compare" in self.notes
            else AS_MOODLE
        )
        built = building.short_text(answers, folds=folds, most=LONGEST_SHORT)
        built.structure |= self._length()
        return built

    def _range(self, piece: str) -> building.Range:
        weight, piece = _weighted(piece, 1)
        words, said = self._commented(piece)
        words = freed(words)
        self.said.append((words, said))
        if words == "*":  # whatever is typed
            if weight > building.NEAR:
                raise CannotCarry(_("Every number is right."))
            return building.Range(Fraction(0), Fraction(0), Fraction(0), words)
        low, sign, high = words.partition("..")
        if sign:
            ends = sorted((_number(low), _number(high)))
            return building.Range(ends[0], ends[1], weight, words)
        value, sign, tolerance = words.partition(":")
        middle, width = _number(value), _number(tolerance) if sign else Fraction(0)
        return building.Range(middle - abs(width), middle + abs(width), weight, words)

    def _length(self) -> dict[str, int]:
        length = _whole(self.notes.get("length", ""), 20_000)
        return {"length": length} if length else {}


def _split(text: str, sign: str) -> list[str]:
    """The pieces between signs; before the first stands nothing."""
    pieces = [each.strip() for each in text.split(sign)]
    return pieces[1:] if not pieces[0] and len(pieces) > 1 else pieces


def _weighted(piece: str, otherwise: int) -> tuple[Fraction, str]:
    found = WEIGHT.match(piece)
    if found is None:
        return Fraction(otherwise), piece
    return Fraction(found[1]) / 100, piece[found.end() :].strip()


def _number(text: str) -> Fraction:
    text = text.strip()
    if not _NUMBER.fullmatch(text):
        raise Broken(_("“%(text)s” is no number.") % {"text": text[:60]})
    return Fraction(text)


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
