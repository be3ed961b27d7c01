"""Tables that leave the site as files, safe to open in a spreadsheet."""

import codecs
import csv
import io
import itertools
from collections.abc import Iterable, Iterator, Sequence

#: About how many letters a piece of a streamed file has.
PIECE = 32_768

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
    for row in itertools.chain([header], rows):
        writer.writerow([safe_cell(cell) for cell in row])
        if buffer.tell() > PIECE:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def as_csv(header: Sequence[object], rows: Iterable[Sequence[object]]) -> bytes:
    """A CSV file in UTF-8 with a byte-order mark, so that spreadsheets read every script."""
    return b"".join(stream_csv(header, rows))
