"""A whole list of certificates at once: what was typed, and what is answered. Nothing of it is kept."""

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.core import signing
from django.utils.translation import gettext as _

from certificates.models import Award
from certificates.numbers import PREFIX, normalise
from certificates.selectors import PublicAward, public_awards
from certificates.words import STATES, counted

LONGEST = 500
#: For so many seconds the answers to a list that was counted can be had as a file without being counted again.
_COUNTED = 15 * 60
_SALT = "suluh.certificates.many"
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

    @property
    def look(self) -> str:
        """Which badge shows its state."""
        return look_of(self.state)


def look_of(state: str) -> str:
    """Which badge shows a state."""
    return {"valid": "ok", "revoked": "danger", "unknown": "danger"}.get(state, "warn")


@dataclass(frozen=True)
class StateCount:
    """How many of a list are in a state."""

    words: str
    look: str


def states_of(answers: Sequence[Answer]) -> list[StateCount]:
    """What became of a list, state by state."""
    found = Counter(answer.state for answer in answers)
    return [StateCount(counted(state, found[state]), look_of(state)) for state in STATES if found[state]]


def typed_numbers(text: str) -> list[str]:
    """What stands in each row of a list: the cell that is a number, or the first; a row of headings is left out."""
    rows = [[cell.strip() for cell in _BETWEEN.split(line)] for line in text.splitlines()]
    found = [_number_of([cell for cell in row if cell]) for row in rows if any(row)]
    if len(found) > 1 and _is_heading(found[0]):
        del found[0]
    return found


def _number_of(cells: Sequence[str]) -> str:
    named = [_named(cell) for cell in cells]
    return next((each for each in named if normalise(each)), named[0])[:60]


def _named(cell: str) -> str:
    """A cell as it stands; of the address in a square code, which a scanner types, the number."""
    if "://" not in cell:
        return cell
    return normalise(re.split("[?#]", cell)[0]) or cell


def _is_heading(cell: str) -> bool:
    return not normalise(cell) and PREFIX not in cell.upper() and not any(letter.isdigit() for letter in cell)


def receipt_for(typed: Sequence[str]) -> str:
    """Says that the rows of this list were counted; it goes along with them, for the answers as a file."""
    return signing.dumps(_digest(typed), salt=_SALT)


def was_counted(typed: Sequence[str], receipt: str) -> bool:
    """Whether this is the receipt for these rows, and not older than a quarter of an hour."""
    try:
        return bool(signing.loads(receipt, salt=_SALT, max_age=_COUNTED) == _digest(typed))
    except signing.BadSignature:
        return False


def _digest(typed: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(typed).encode()).hexdigest()


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
