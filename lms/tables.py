"""Tables that leave the site as files, safe to open in a spreadsheet."""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from tempfile import SpooledTemporaryFile
from typing import IO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

#: About how many letters a piece of a streamed file has.
PIECE = 32_768
#: A workbook up to this size is kept in memory while it is made.
_IN_MEMORY = 2_000_000
#: What XML, and so a cell of a workbook, cannot hold.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
#: The most characters that a cell of a workbook takes.
_LONGEST_CELL = 32_767

#: What a spreadsheet takes for the start of a formula.
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


def safe_cell(value: object) -> str:
    """A cell as text that no spreadsheet runs: what looks like a formula gets an apostrophe before it.

    Source: OWASP, "CSV Injection".
    """
    text = "" if value is None else str(value)
    if looks_like_formula(text) and not _is_number(text):
        return "'" + text
    return text


def looks_like_formula(text: str) -> bool:
    """Whether a spreadsheet would take a cell with this text for a formula."""
    return text.lstrip(" ").startswith(_FORMULA)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def stream_csv(header: Sequence[object], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """A CSV file in UTF-8 piece by piece, for a table that is too long to be held."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    yield codecs.BOM_UTF8
    for row in chain([header], rows):
        writer.writerow([safe_cell(cell) for cell in row])
        if buffer.tell() > PIECE:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def as_csv(header: Sequence[object], rows: Iterable[Sequence[object]]) -> bytes:
    """A CSV file in UTF-8 with a byte-order mark, so that spreadsheets read every script."""
    return b"".join(stream_csv(header, rows))


def as_xlsx(header: Sequence[object], rows: Iterable[Sequence[object]], title: str = "") -> IO[bytes]:
    """An Excel workbook of one sheet, at its beginning; every cell is text and none a formula, whatever it says.

    It is written row by row to a file that the operating system forgets when it is closed.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\\/*?:\[\]]", " ", title)[:31] or None)
    sheet.freeze_panes = "A2"
    for row in chain([header], rows):
        sheet.append([_text_cell(sheet, cell) for cell in row])
    file: IO[bytes] = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  (the caller closes it)
    book.save(file)
    file.seek(0)
    return file


def _text_cell(sheet: object, value: object) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=None)
    # Not through `value=`: that would make a formula of what begins with “=”. Text with an apostrophe before it, as in
    # CSV, because people save workbooks as CSV.
    cell._value = _NOT_IN_XML.sub("", safe_cell(value))[:_LONGEST_CELL]
    cell.data_type = "s"
    return cell
