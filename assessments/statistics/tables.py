"""Who chose what, as a page shows it: in the words of the question, and no more than may be told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from assessments.correcting.reads import Asked
from assessments.statistics.figures import Sign
from assessments.statistics.hiding import Told, hidden_beside, hidden_in, hidden_together
from assessments.statistics.options import ChoiceTable, Chosen
from assessments.statistics.places import LISTED, below
from assessments.statistics.words import SIGNS, Said
from assessments.types import TYPES
from assessments.types.gaps import MARK


@dataclass(frozen=True)
class OptionRow:
    """One option: its words, and how many of each group chose it as far as that may be told."""

    id: str
    words: str
    is_right: bool
    counts: Sequence[Told]
    signs: Sequence[Said]


@dataclass(frozen=True)
class PlaceTable:
    """The table of one place.

    Attributes:
        title: the entry or the question of a set, in the language of the question; `tail` in that of the page.
        people: its last row.
    """

    title: str
    tail: str
    rows: Sequence[OptionRow]
    people: Sequence[Told]

    @property
    def signs(self) -> list[Said]:
        """What needs attention here, each once."""
        return list(dict.fromkeys(sign for row in self.rows for sign in row.signs))


def shown_tables(tables: Sequence[ChoiceTable], asked: Asked | None) -> list[PlaceTable]:
    """The tables of a question, in its order."""
    words = words_at(asked.version.item.type, asked.version.structure, asked.wording) if asked else {}
    told, people = _told(tables)
    found = []
    for table, counts in zip(tables, told, strict=True):
        title, tail, options = words.get(table.place, (table.place, "", {}))
        rows = [
            OptionRow(row.id, options.get(row.id, row.id), row.is_right, own, _signs(table, row))
            for row, own in zip(table.rows, counts, strict=True)
        ]
        found.append(PlaceTable(title, tail, rows, people))
    return found


def _told(tables: Sequence[ChoiceTable]) -> tuple[list[list[list[Told]]], list[Told]]:
    """What of each table may be told, and of the people, who are the same in all."""
    together = [place for place, table in enumerate(tables) if table.is_exclusive]
    orderings: dict[str, list[int]] = {}
    for number, place in enumerate(together):
        ordering = tables[place].ordering
        if ordering is not None:
            orderings.setdefault(ordering, []).append(number)
    told: dict[int, list[list[Told]]] = {}
    people: list[Told] = []
    if together:
        counts = [[row.counts for row in tables[place].rows] for place in together]
        shown, people = hidden_together(counts, list(orderings.values()))
        told = dict(zip(together, shown, strict=True))
    elif tables:
        people = hidden_in([tables[0].people])[0]
    for place, table in enumerate(tables):
        if not table.is_exclusive:
            told[place] = hidden_beside([row.counts for row in table.rows], table.people)
    return [told[place] for place in range(len(tables))], people


def _signs(table: ChoiceTable, row: Chosen) -> list[Said]:
    if row in table.drawing_the_best:
        return [SIGNS[Sign.DRAWS_THE_BEST]]
    # The options of an entry are the right ones of others.
    return [SIGNS[Sign.IDLE]] if not table.place and row in table.idle else []


def words_at(
    type: str, structure: Mapping[str, Any], wording: Mapping[str, Any]
) -> dict[str, tuple[str, str, Mapping[str, str]]]:
    """Of each place, the title, its tail, and the words of the options."""
    if type in LISTED:
        return {"": ("", "", wording["options"])}
    if type == "matching":
        return {each: (wording["left"][each], "", wording["options"]) for each in structure["left"]}
    if type == "ordering":
        return {each: (wording["options"][each], "", {}) for each in structure["options"]}
    if type == "gaps":
        marks = MARK.findall(wording["text"])
        return {
            mark: ("", _("Gap %(n)s") % {"n": number}, wording.get("options", {}))
            for number, mark in enumerate(marks, start=1)
        }
    if type == "set":
        found = {}
        for part in TYPES["set"].rows(structure, wording, [], None, None):
            for place, (title, tail, options) in words_at(part.type, part.structure, part.wording).items():
                stem = wording["questions"][part.id]
                found[below(part.id, place)] = (f"{stem} · {title}" if title else stem, tail, options)
        return found
    return {}
