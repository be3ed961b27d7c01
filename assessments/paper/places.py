"""The places of a question on an answer sheet, and what somebody reads from them. Pure.

A place is a row of bubbles, each with its sign, or a line to write on. What is typed from it are the signs; they become
the same form that a page of the question posts, so one road reads, checks and grades both (`ItemType.read`).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import ascii_lowercase, ascii_uppercase
from typing import Any

from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from assessments.types import TYPES, InvalidAnswer, OptionView, PartView, PieceView, RowView, TypedView
from lms.text import ascii_digits

JSON = Any
#: So many lines an essay has on the sheet.
ESSAY_LINES = 14


@dataclass(frozen=True)
class Place:
    """One place to answer.

    Attributes:
        field: as the form of the page calls it.
        label: of the question and of the row within it, such as ``3`` or ``4 b``.
        choices: (sign in the bubble, what the form posts); none where something is written.
        several: whether more than one bubble may be filled.
        lines: how many lines there are to write on.
        most: how many characters may be written.
    """

    field: str
    label: str
    choices: tuple[tuple[str, str], ...] = ()
    several: bool = False
    lines: int = 0
    most: int = 40

    @property
    def signs(self) -> list[str]:
        """The signs of its bubbles."""
        return [sign for sign, _value in self.choices]

    def values(self, text: str) -> list[str]:
        """What the form posts for what was read: of bubbles the values of their signs, else the text.

        Raises:
            InvalidAnswer: a sign that there is not, or two where one is taken.
        """
        if not self.choices:
            return [text]
        known = dict(self.choices)
        found = []
        for sign in self._signs_in(text):
            if sign not in known:
                words = _("“%(sign)s” is none of the letters or numbers here: %(signs)s.")
                raise InvalidAnswer(words % {"sign": sign, "signs": " ".join(known)})
            found.append(known[sign])
        if len(set(found)) > 1 and not self.several:
            raise InvalidAnswer(
                _("Only one is taken here. If more are marked, leave it empty: it counts as no answer.")
            )
        return found

    def _signs_in(self, text: str) -> list[str]:
        plain = ascii_digits(text).upper()
        words = [word for word in re.split(r"[\s,;.،、+/-]+", plain) if word]
        if all(sign.isalpha() and len(sign) == 1 for sign in self.signs):
            return list("".join(words))
        return words


def sign(number: int, letters: str = ascii_uppercase) -> str:
    """The sign of an option, counted from 0: A to Z, then AA."""
    return letters[number] if number < 26 else sign(number // 26 - 1, letters) + letters[number % 26]


def row_sign(number: int) -> str:
    """The sign of a row within a question, counted from 0: a to z."""
    return sign(number, ascii_lowercase)


def places_of(
    type: str, structure: JSON, wording: Mapping[str, Any], order: list[str], *, prefix: str, label: str
) -> list[Place]:
    """The places of a question as it stands on one paper, in reading order.

    Arguments:
        prefix: as the form of the page has it.
        label: the number of the question.
    """
    kind = TYPES[type]
    rows: Sequence[Any] = kind.rows(structure, wording, order, None, None)
    found: list[Place] = []
    options = [row for row in rows if isinstance(row, OptionView)]
    if options:
        choices = tuple((option.letter or sign(number), option.id) for number, option in enumerate(options))
        found.append(Place(prefix, label, choices, several=kind.takes_several(structure)))
    for number, row in enumerate(rows):
        if isinstance(row, RowView):
            own = row_sign(number)
            found.append(Place(f"{prefix}-{row.id}", f"{label} {own}", _choices(row, is_counted=type == "ordering")))
        elif isinstance(row, TypedView):
            lines = ESSAY_LINES if kind.is_marked_by_hand else 1
            found.append(Place(prefix, label, lines=lines, most=row.most))
            if row.choices:
                units = tuple((sign(place), unit.id) for place, unit in enumerate(row.choices))
                found.append(Place(f"{prefix}-unit", f"{label} {_('unit')}", units))
        elif isinstance(row, PartView):
            part = f"{label}.{number + 1}"
            found += places_of(row.type, row.structure, row.wording, row.order, prefix=f"{prefix}-{row.id}", label=part)
        elif isinstance(row, PieceView) and (gap := row.row or row.typed):
            own = f"{label} ({row.number})"
            field = f"{prefix}-{gap.id}"
            if isinstance(gap, RowView):
                found.append(Place(field, own, _choices(gap)))
            else:
                found.append(Place(field, own, lines=1, most=gap.most))
    return found


def _choices(row: RowView, *, is_counted: bool = False) -> tuple[tuple[str, str], ...]:
    """Steps are given numbers, everything else letters."""
    return tuple((choice.id if is_counted else sign(number), choice.id) for number, choice in enumerate(row.choices))


def answer_in(
    type: str, structure: JSON, places: Sequence[Place], given: Mapping[str, str], prefix: str
) -> JSON | None:
    """The answer in what was read from a sheet, as the page of the question would read it; None when there is none.

    Arguments:
        given: field → what was typed.

    Raises:
        InvalidAnswer: it cannot be read.
    """
    data: MultiValueDict[str, str] = MultiValueDict()
    for place in places:
        text = given.get(place.field, "").strip()
        if text:
            data.setlist(place.field, place.values(text))
    return TYPES[type].read(structure, data, prefix)


def signs_of(type: str, structure: JSON, places: Sequence[Place], answer: JSON, prefix: str) -> dict[str, str]:
    """Field → what would be typed for an answer: the way back from `answer_in`, for the marking key."""
    found = {}
    posted = _posted(type, structure, answer, prefix)
    for place in places:
        values = posted.get(place.field, [])
        signs = [own for own, value in place.choices if value in values]
        found[place.field] = " ".join(signs if place.choices else values)
    return found


def _posted(type: str, structure: JSON, answer: JSON, prefix: str) -> dict[str, list[str]]:
    if answer is None:
        return {}
    if type == "set":
        found: dict[str, list[str]] = {}
        for part in structure["parts"]:
            found |= _posted(part["type"], part["structure"], answer.get(part["id"]), f"{prefix}-{part['id']}")
        return found
    if type == "number":
        return {prefix: [answer["value"]], f"{prefix}-unit": [answer["unit"]] if "unit" in answer else []}
    if type == "ordering":
        return {f"{prefix}-{each}": [str(place)] for place, each in enumerate(answer, start=1)}
    if isinstance(answer, Mapping):
        return {f"{prefix}-{name}": [value] for name, value in answer.items()}
    return {prefix: list(answer) if isinstance(answer, list) else [str(answer)]}
