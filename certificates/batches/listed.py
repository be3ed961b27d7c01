"""A typed list of officers for a job: what stands in it, and what is in the way, line by line."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.permissions import Viewer
from certificates.selectors.batches import Chosen, chosen, restricted_own, takable
from learning.models import Enrolment

#: The most rows of one list.
LONGEST = 1000
_CODE = re.compile(r"\bL-[0-9A-Z]{4}-[0-9A-Z]{4}\b")


@dataclass(frozen=True)
class Row:
    """One row of a list: its line, and the learner code in it, or what else stands there."""

    line: int
    typed: str


@dataclass(frozen=True)
class Problem:
    """Why one row cannot be taken."""

    line: int
    typed: str
    why: str


def rows_of(text: str) -> list[Row]:
    """The rows of a list with a learner code in each, whatever stands beside it; one heading is left out."""
    found = []
    for line, typed in enumerate(text.splitlines(), start=1):
        code = _CODE.search(typed.upper())
        if code or typed.strip():
            found.append(Row(line, code[0] if code else typed.strip()[:60]))
    if len(found) > 1 and _is_heading(found[0].typed):
        del found[0]
    return found


def _is_heading(typed: str) -> bool:
    """Whether a row is no code, also none with a slip in it."""
    return not any(character.isdigit() for character in typed) and not re.match(r"L\W", typed.upper())


def problems_in(viewer: Viewer, rows: Sequence[Row], wanted: Chosen, what: str) -> list[Problem]:
    """What is in the way of a job for these rows, in their order; with none the job takes every one of them.

    A code that nobody has and one of an officer who is not the viewer's answer alike.

    Arguments:
        wanted: whose certificates, with the codes of the rows in it.
        what: what is to be done, see `Batch`.
    """

    def codes(enrolments: QuerySet[Enrolment]) -> set[str]:
        return set(enrolments.order_by().values_list("actor__user__learner_code", flat=True))

    listed = Q(actor__user__learner_code__in=wanted.codes)
    own = takable(viewer).filter(listed)
    known, ready = codes(own), codes(chosen(own, wanted, what))
    restricted = codes(restricted_own(viewer).filter(listed))
    found, seen = [], set()
    for row in rows:
        why = ""
        if row.typed in seen:
            why = _("This code stands here twice.")
        elif row.typed in restricted:
            why = _("This officer’s identity is restricted. Such officers are in no file and print their own.")
        elif row.typed not in known:
            why = _("No officer whose certificate you may take has this code.")
        elif row.typed not in ready:
            why = _("This officer has no certificate that this job could set.")
        seen.add(row.typed)
        if why:
            found.append(Problem(row.line, row.typed, why))
    return found
