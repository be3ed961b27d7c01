"""Taking out of a PDF what is not on its pages: who wrote it, with what and when, older versions, attached files."""

import io
from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, StreamObject

from courses.pages.media.checking import JPEG
from courses.pages.media.stripping import stripped

#: Wherever they stand: XMP, what programs keep for themselves, attached files (the text the PDF was made from, often).
#: A signature breaks with the first changed byte; what is left of it would be a name and a warning.
_NOTES = ("/Metadata", "/PieceInfo", "/LastModified", "/EmbeddedFiles", "/AF", "/Perms")
#: Of a remark on a page: who made it, and when. What it says is to be seen, and stays.
_OF_REMARKS = ("/T", "/M", "/CreationDate")


class Locked(ValueError):
    """A PDF is protected, so nothing can be taken out of it."""


def plain_pdf(content: bytes) -> bytes:
    """A PDF with its pages, outline, links, forms and tags alone; the same bytes where there is nothing to take out.

    Raises:
        Locked: it is protected with a password.
        ValueError: it is damaged.
    """
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted:
            raise Locked("protected")
        # Each saving of changes adds its own end, and leaves what it changed to whoever looks.
        is_layered = content.count(b"startxref") > 1
        notes = reader.trailer.get("/Info")
        writer = PdfWriter(clone_from=reader)
        found = sum(_cleared(each) for each in list(_parts(writer)))
        if not (found or is_layered or notes):
            return content
        writer.metadata = None
        # The second copying follows references from the root, and so leaves behind what none leads to any more.
        out = _written(PdfWriter(clone_from=PdfReader(_written(writer))), reader.pdf_header)
    except Locked:
        raise
    except Exception as error:  # a damaged file raises whatever its reader likes
        raise ValueError("damaged") from error
    return out.getvalue()


def _written(writer: PdfWriter, header: str = "") -> io.BytesIO:
    if header:
        writer.pdf_header = header
    out = io.BytesIO()
    writer.write(out)
    return out


def _parts(writer: PdfWriter) -> Iterator[DictionaryObject]:
    """Every dictionary in it, those inside of others as well; references are not followed, since all are visited."""
    open_: list[Any] = list(writer._objects)
    while open_:
        each = open_.pop()
        if isinstance(each, DictionaryObject):
            yield each
            open_ += [each.raw_get(key) for key in each]
        elif isinstance(each, ArrayObject):
            open_ += list.__iter__(each)


def _cleared(part: DictionaryObject) -> int:
    """How much was taken out of one dictionary."""
    names = [name for name in _NOTES if name in part]
    kind = part.get("/Subtype")
    if "/Rect" in part and kind is not None and kind != "/Widget":
        names += [name for name in _OF_REMARKS if name in part]
    if part.get("/FT") == "/Sig" and "/V" in part:
        names.append("/V")
    for name in names:
        del part[name]
    return len(names) + (kind == "/Image" and _is_photo_cleared(part))


def _is_photo_cleared(part: DictionaryObject) -> bool:
    """A photo on a page keeps its place and device as in a file of its own."""
    if not isinstance(part, StreamObject) or part.get("/Filter") not in ("/DCTDecode", ["/DCTDecode"]):
        return False
    try:
        plain = stripped(part._data, JPEG)
    except ValueError:
        return False
    is_other = len(plain) < len(part._data)
    if is_other:
        part._data = plain
    return is_other
