"""A list of people as a table: which delimiter, which column is what, and the rows. Knows nothing of the database."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

MOST_ROWS = 50_000
DELIMITERS = (",", ";", "\t", "|")

#: What a column may be called, besides its own name; capitals, spaces, dashes and stars do not matter.
COLUMNS: dict[str, tuple[str, ...]] = {
    "full name": ("name", "officer", "officer name", "name of officer", "nama lengkap", "nama", "پورا نام", "نام"),
    "agency": ("service", "organisation", "organization", "unit", "instansi", "lembaga", "ادارہ"),
    "latin name": ("name in latin letters", "romanised name", "romanized name", "nama latin"),
    "user name": ("username", "user", "login", "nama pengguna"),
    "e-mail": ("email", "mail", "e-mail address", "email address", "surel"),
    "language": ("preferred language", "bahasa", "زبان"),
    "rank band": ("rank", "band", "pangkat"),
    "sex": ("gender", "sex or gender", "jenis kelamin"),
    "role": ("peran",),
    "pseudonymous": ("pseudonym", "pseudonymous account"),
    "restricted": ("restricted identity", "sensitive post"),
}
NEEDED = ("full name", "agency")


def _plain(header: str) -> str:
    return re.sub(r"[\W_]+", "", header.casefold())


_NAMES = {_plain(name): column for column, others in COLUMNS.items() for name in (column, *others)}


@dataclass(frozen=True)
class Problem:
    """Something about a file that has to be put right, or (`warning`) only to be looked at.

    `row` is the row as a spreadsheet numbers them, with the header as row 1; None when it is about the whole file.
    """

    row: int | None
    column: str
    what: str
    warning: bool = False

    def as_json(self) -> dict[str, object]:
        """As it is given to other programs and kept with a plan."""
        return {"row": self.row, "column": self.column, "what": self.what, "warning": self.warning}


@dataclass
class Table:
    """The rows of a file, each as its number and its cells by column."""

    columns: list[str] = field(default_factory=list)
    rows: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_table(text: str) -> Table:
    """The table in a text, with everything that is wrong with its shape."""
    table = Table()
    text = text.removeprefix("\ufeff")
    first, _break, rest = text.partition("\n")
    if match := re.fullmatch(r"sep=(.)\r?", first, re.IGNORECASE):  # what a spreadsheet puts first for itself
        delimiter, text, begins = match.group(1), rest, 2
    else:
        delimiter, begins = _delimiter(first), 1
    records = _records(text, delimiter, begins, table)
    header: list[str] | None = None
    for number, cells in records:
        if not any(cell.strip() for cell in cells):
            continue
        if header is None:
            header = _read_header(number, cells, table)
            continue
        if len(table.rows) >= MOST_ROWS:
            table.problems.append(
                Problem(None, "", _("There are more than %(most)s rows. Cut the list.") % {"most": MOST_ROWS})
            )
            break
        if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
            table.problems.append(
                Problem(
                    number,
                    "",
                    _("The row has %(n)s cells, the header %(columns)s. Is there a delimiter inside a cell?")
                    % {"n": len(cells), "columns": len(header)},
                )
            )
            continue
        table.rows.append((number, {name: cell for name, cell in zip(header, cells, strict=False) if name}))
    if header is None:
        table.problems.append(Problem(None, "", _("The file is empty.")))
    elif not table.rows and not table.problems:
        table.problems.append(Problem(None, "", _("There is a header and nobody below it.")))
    return table


def _delimiter(line: str) -> str:
    """The one that cuts the header into most columns that are known."""

    def known(delimiter: str) -> tuple[int, int]:
        cells = next(csv.reader([line], delimiter=delimiter), [])
        return sum(_plain(cell) in _NAMES for cell in cells), len(cells)

    try:
        return max(DELIMITERS, key=known)
    except csv.Error:
        return ","


def _records(text: str, delimiter: str, begins: int, table: Table) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = begins - 1
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            table.problems.append(
                Problem(number, "", _("The quotation marks of this row do not match. It is read no further than here."))
            )
            return
        yield number, cells


def _read_header(number: int, cells: list[str], table: Table) -> list[str]:
    """The columns in the order of the file; "" for one that is not known, which is a problem."""
    header = []
    for cell in cells:
        column = _NAMES.get(_plain(cell), "")
        if not column and cell.strip():
            table.problems.append(
                Problem(
                    number,
                    cell.strip()[:60],
                    _("There is no such column. Take it out: Suluh keeps no more than it needs. There are: %(known)s.")
                    % {"known": ", ".join(COLUMNS)},
                )
            )
        elif column and column in header:
            table.problems.append(Problem(number, column, _("The column is there twice.")))
            column = ""
        header.append(column)
    missing = [each for each in NEEDED if each not in header]
    if missing:
        table.problems.append(
            Problem(
                number,
                "",
                ngettext("The column %(names)s is missing.", "The columns %(names)s are missing.", len(missing))
                % {"names": ", ".join(missing)},
            )
        )
    while header and not header[-1] and not cells[len(header) - 1].strip():
        header.pop()
    table.columns = [each for each in header if each]
    return header
