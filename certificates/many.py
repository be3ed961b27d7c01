"""A whole list of certificates at once: what was typed, and what is answered. Nothing of it is kept."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from certificates.models import Award
from certificates.numbers import PREFIX, normalise
from certificates.selectors import PublicAward, public_awards
from certificates.words import STATES

LONGEST = 500
#: Between the cells of a row, whatever the program that wrote the file; no number has one of them in it.
_BETWEEN = re.compile(r'[,;\t"|]+')


@dataclass(frozen=True)
class Answer:
    """One row of the list: what was typed and what may be said of it; `award` is None of what is unknown."""

    typed: str
    award: PublicAward | None

    @property
    def state(self) -> str:
        if self.award is None:
            return "unknown"
        return "specimen" if self.award.is_specimen else self.award.state

    @property
    def state_word(self) -> str:
        return str(STATES[self.state])

    @property
    def kind_word(self) -> str:
        return str(Award.Kind(self.award.kind).label) if self.award else ""


def typed_numbers(text: str) -> list[str]:
    """What stands in each row of a list: the cell that is a number, or the first; a row of headings is left out."""
    rows = [[cell.strip() for cell in _BETWEEN.split(line)] for line in text.splitlines()]
    found = [_number_of([cell for cell in row if cell]) for row in rows if any(row)]
    if len(found) > 1 and _is_heading(found[0]):
        del found[0]
    return found


def _number_of(cells: Sequence[str]) -> str:
    return next((cell for cell in cells if normalise(cell)), cells[0])[:60]


def _is_heading(cell: str) -> bool:
    return not normalise(cell) and PREFIX not in cell.upper() and not any(letter.isdigit() for letter in cell)


def check_many(typed: Sequence[str]) -> list[Answer]:
    """What a stranger may learn of each."""
    return [Answer(each, award) for each, award in zip(typed, public_awards(typed), strict=True)]


def as_table(answers: Sequence[Answer]) -> tuple[list[str], list[list[object]]]:
    """The heading and the rows of the answers as a file."""
    header = [
        _("Typed"),
        _("State"),
        _("Number"),
        _("Name"),
        _("Kind"),
        _("Course"),
        _("Edition"),
        _("Issued on"),
        _("Valid until"),
    ]
    return header, [_row(answer) for answer in answers]


def _row(answer: Answer) -> list[object]:
    award = answer.award
    if award is None:
        return [answer.typed, answer.state_word, *[""] * 7]
    return [
        answer.typed,
        answer.state_word,
        award.number,
        award.name,
        answer.kind_word,
        award.course,
        f"{award.edition}.{award.revision}",
        award.issued_on.isoformat(),
        award.valid_until.isoformat(),
    ]
