"""Writing GIFT, so that reading it again gives the same questions, and writing those the same bytes."""

import re
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from assessments.exchange.gift.escapes import FORMATS, WEIGHT, category, escaped, note
from assessments.exchange.making import no_truth, truth_of
from assessments.exchange.markup import clean, from_html, has_formula, one_line, to_html
from assessments.exchange.pieces import AS_MOODLE, tolerance_in_full
from assessments.exchange.question import Found, Left, Skipped
from assessments.types.base import ALL, PARTIAL, PENALTY
from assessments.types.typed import FOLDS

_BEGINS_WITH_FORMAT = re.compile(rf"\[({'|'.join(FORMATS)})\]")


def write(questions: Iterable[Found], file: BinaryIO, *, language: str) -> Iterator[Skipped]:
    """Write questions; those of a category stand together. Yields what the format cannot carry, a line each."""
    file.write(b"// GIFT, UTF-8\n")
    at: tuple[str, ...] = ()
    for question in questions:
        writing = _Writing(question, language)
        try:
            text = writing.text()
        except Left as reason:
            yield Skipped(where=question.where, why=str(reason))
            continue
        if question.category != at:
            at = question.category
            file.write(f"\n$CATEGORY: {category(at)}\n".encode())
        file.write(f"\n{text}\n".encode())
        for loss in writing.losses:
            yield Skipped(where=question.where, why=loss)


class _Writing:
    """One question."""

    def __init__(self, question: Found, language: str) -> None:
        self.question = question
        self.language = language
        self.losses: list[str] = []
        self.notes: list[tuple[str, object]] = [("id", question.key)] if question.key else []
        self.notes += [("tag", each) for each in question.tags]
        if question.points > 1:
            self.notes.append(("points", question.points))
            self.losses.append(_("Other systems count it as 1 point: GIFT has none."))
        if question.difficulty:
            self.notes.append(("difficulty", question.difficulty))
        if question.source:
            self.notes.append(("source", question.source))

    def text(self) -> str:
        """The question with its comment.

        Raises:
            Left: GIFT has no such question.
        """
        question = self.question
        if question.structure.get("picture"):
            self.losses.append(_("The picture is left out: GIFT carries none."))
        style = self._style()
        answers = self._answers()
        feedback = clean(str(question.text.get("feedback", "")))
        if feedback:
            answers.append(f"####{self._formatted(feedback, style)}")
        name = one_line(question.name or question.key)
        head = (
            (f"::{escaped(name)}::" if name else "")
            + f"[{style}]"
            + self._formatted(str(question.text["stem"]), style, bare=True)
        )
        lines = [f"// {' '.join(note(*each) for each in self.notes)}"] if self.notes else []
        if len(answers) < 2 and "\n" not in "".join(answers):
            return "\n".join([*lines, f"{head}{{{''.join(answers)}}}"])
        return "\n".join([*lines, f"{head}{{", *(f"\t{each}" for each in answers), "}"])

    def _style(self) -> str:
        """Plain where that does, because it is to the letter; Moodle sets formulas in HTML only."""
        texts = _texts(self.question.text)
        return "html" if any(has_formula(each) for each in texts) else "plain"

    def _formatted(self, text: str, style: str, *, bare: bool = False) -> str:
        """A text in the format of the question; one that looks as if it named another says which it is in."""
        text = clean(text)
        # Once back and forth, because white space that means nothing in HTML does not come back.
        words = to_html(from_html(to_html(text)).text) if style == "html" else text
        return (f"[{style}]" if not bare and _BEGINS_WITH_FORMAT.match(words) else "") + escaped(words)

    def _answers(self) -> list[str]:
        kinds = {
            "single": self._single,
            "multiple": self._multiple,
            "truefalse": self._truth,
            "matching": self._matching,
            "shorttext": self._short,
            "number": self._number,
            "essay": self._essay,
        }
        kind = kinds.get(self.question.type)
        if kind is None:
            raise Left(_("GIFT has no question of this type. Moodle XML or QTI may carry it."))
        return kind()

    def _options(self) -> list[tuple[str, str]]:
        texts = self.question.text["options"]
        return [(each, self._formatted(str(texts[each]), self._style())) for each in self.question.structure["options"]]

    def _single(self) -> list[str]:
        right = self.question.answer_key
        return [("=" if each in right else _zero(text)) + text for each, text in self._options()]

    def _multiple(self) -> list[str]:
        right = self.question.answer_key
        scoring = self.question.structure.get("scoring", ALL)
        self.notes.append(("scoring", scoring))
        if scoring == ALL and len(right) > 1:
            self.losses.append(_("Other systems give points for some of the right answers, too."))
        elif scoring == PARTIAL:
            self.losses.append(_("Other systems give all points to who chooses everything."))
        gives = _percent(Fraction(1, len(right)))
        takes = {ALL: "~%-100%", PARTIAL: "~%0%", PENALTY: f"~%-{gives}%"}[scoring]
        return [(f"~%{gives}%" if each in right else takes) + text for each, text in self._options()]

    def _truth(self) -> list[str]:
        question = self.question
        options, texts = question.structure["options"], question.text["options"]
        is_true = truth_of(options, texts, question.answer_key, self.language)
        if is_true is None:
            self.losses.append(no_truth())
            return self._single()
        return ["TRUE" if is_true else "FALSE"]

    def _matching(self) -> list[str]:
        structure, key, text = self.question.structure, self.question.answer_key, self.question.text
        scoring = structure.get("scoring", ALL)
        self.notes.append(("scoring", scoring))
        if scoring == ALL:
            self.losses.append(_("Other systems give points for some of the right pairs, too."))
        lines = []
        for each in structure["left"]:
            left = self._formatted(str(text["left"][each]), self._style())
            if "->" in left:
                words = str(text["left"][each])
                left = f"[html]{escaped(to_html(from_html(to_html(words)).text))}"
            lines.append(f"={left} -> {escaped(one_line(str(text['options'][key[each]])))}")
        partners = {one_line(str(text["options"][each])) for each in key.values()}
        for each in structure["options"]:
            words = one_line(str(text["options"][each]))
            if words not in partners:
                partners.add(words)
                lines.append(f"= -> {escaped(words)}")
        return lines

    def _short(self) -> list[str]:
        key = self.question.answer_key
        texts = list(dict.fromkeys(each for own in _own_first(key["accepted"], self.language) for each in own))
        if any("->" in each or "\\*" in each for each in texts):
            raise Left(_("An accepted answer holds “->” or “\\*”, which GIFT cannot write."))
        folds = tuple(each for each in FOLDS if each in key.get("folds", FOLDS))
        if folds != AS_MOODLE:
            self.notes.append(("compare", " ".join(folds)))
            self.losses.append(
                _("Other systems compare an answer with other rules: capitals do not count, accents do.")
            )
        self._note_length()
        return [f"={_sure(escaped(each.replace('*', chr(92) + '*')))}" for each in texts]

    def _number(self) -> list[str]:
        if self.question.structure.get("units"):
            raise Left(_("GIFT has no number with a unit."))
        key = self.question.answer_key
        return [f"#{key['value']}:{tolerance_in_full(key)}"]

    def _essay(self) -> list[str]:
        self._note_length()
        return []

    def _note_length(self) -> None:
        if "length" in self.question.structure:
            self.notes.append(("length", self.question.structure["length"]))


def _own_first(accepted: Mapping[str, list[str]], language: str) -> list[list[str]]:
    return [accepted[each] for each in sorted(accepted, key=lambda each: (each != language, each))]


def _zero(text: str) -> str:
    """A wrong answer; one that looks as if it began with a weight gets one."""
    return "~%0%" if WEIGHT.match(text) else "~"


def _sure(text: str) -> str:
    return f"%100%{text}" if WEIGHT.match(text) else text


def _percent(value: Fraction) -> str:
    return f"{float(value * 100):.5f}".rstrip("0").rstrip(".")


def _texts(text: Mapping[str, Any]) -> Iterator[str]:
    for value in text.values():
        if isinstance(value, Mapping):
            yield from _texts(value)
        elif isinstance(value, str):
            yield value
