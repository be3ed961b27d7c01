"""The folder of one job: a page for each certificate while it runs, and then the one file that is downloaded.

Only one page is ever held in memory, however many there are.
"""

import datetime as dt
import secrets
import shutil
import unicodedata
import uuid
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

from django.conf import settings
from pypdf import PdfReader, PdfWriter

#: So many pages are joined to one file at most; joining holds all of them in memory.
PAGES = 500
#: Of a name in the name of a file: file systems take 255 bytes.
_LONGEST = 120


@dataclass(frozen=True)
class Page:
    """One certificate of a job, as it goes into its file."""

    award: int
    number: str
    name: str
    issued_at: dt.datetime


def root() -> Path:
    """Where the folders of all jobs are."""
    return Path(settings.DATA_DIR) / "batches"


def folder(batch: uuid.UUID) -> Path:
    """The folder of one job; made when it is not there, for nobody else on the machine to read."""
    found = root() / batch.hex
    found.mkdir(mode=0o700, parents=True, exist_ok=True)
    return found


def keep_page(batch: uuid.UUID, award: int, pdf: bytes) -> None:
    """Keep the page of one certificate; a worker that dies leaves no half page."""
    path = folder(batch) / f"{award}.pdf"
    part = _beside(path)
    part.write_bytes(pdf)
    part.replace(path)


def _beside(path: Path) -> Path:
    """A name that no other worker takes, also none on another machine with the same folder."""
    return path.with_name(f"{path.name}.{secrets.token_hex(8)}.part")


def has_page(batch: uuid.UUID, award: int) -> bool:
    """Whether the page of a certificate is there."""
    return (root() / batch.hex / f"{award}.pdf").is_file()


def forget_pages(batch: uuid.UUID, awards: Iterable[int]) -> None:
    """Delete the pages of some certificates, and every file into which they may have gone, also half-written ones.

    Not the half-written pages of others: a worker may be at them.
    """
    inside = root() / batch.hex
    for name in ("certificates.*", *(f"{award}.pdf*" for award in awards)):
        for path in inside.glob(name):
            path.unlink(missing_ok=True)


def throw_away(batch: uuid.UUID) -> None:
    """Delete all files of a job."""
    shutil.rmtree(root() / batch.hex, ignore_errors=True)


def left_behind(known: Iterable[uuid.UUID]) -> Iterator[uuid.UUID]:
    """The folders that belong to none of these jobs."""
    names = {each.hex for each in known}
    for path in root().iterdir() if root().is_dir() else ():
        if path.name not in names and len(path.name) == 32:
            yield uuid.UUID(hex=path.name)


def safe_name(text: str) -> str:
    """A name in any script as part of the name of a file: letters, their marks and digits, and hyphens for the rest."""
    kept = "".join(
        character if unicodedata.category(character)[0] in "LMN" else "-"
        for character in unicodedata.normalize("NFC", text)
        if unicodedata.category(character) not in ("Cf", "Cc", "Cs", "Co")
    )
    joined = "-".join(part for part in kept.split("-") if part)
    cut = joined.encode()[:_LONGEST].decode(errors="ignore")
    # No name begins with a mark that belongs to a letter, and none ends in a hyphen.
    while cut and unicodedata.category(cut[0])[0] == "M":
        cut = cut[1:]
    return cut.strip("-")


def file_name(position: int, page: Page) -> str:
    """How one certificate is called in a ZIP file: in the order of the list, with its name and its number."""
    return "-".join(part for part in (f"{position:05}", safe_name(page.name), page.number) if part) + ".pdf"


@dataclass(frozen=True)
class Made:
    """The file of a job, not in its place yet: nobody finds it there before it is sure that it may stay."""

    part: Path
    name: str

    def put_in_place(self) -> str:
        """Give it its name, and say which that is.

        Raises:
            FileNotFoundError: it was deleted, because somebody was erased.
        """
        self.part.replace(self.part.with_name(self.name))
        return self.name

    def throw_away(self) -> None:
        """Delete it."""
        self.part.unlink(missing_ok=True)


def write_zip(batch: uuid.UUID, pages: Iterable[Page]) -> Made:
    """One ZIP file with a PDF for each certificate. The same pages give the same bytes.

    Raises:
        FileNotFoundError: a page is gone, of somebody who was erased meanwhile or because it was lost.
    """
    return _made(batch, "certificates.zip", lambda path: _zip(path, batch, pages))


def write_pdf(batch: uuid.UUID, pages: Iterable[Page]) -> Made:
    """One PDF with all certificates; of more than `PAGES`, a ZIP file with a PDF for each so many.

    A joined file is for a printer. The structure for screen readers does not survive joining, so it claims neither
    PDF/A nor PDF/UA, which the single files keep.

    Raises:
        FileNotFoundError: as `write_zip`.
    """
    parts: list[Made] = []
    rest = iter(pages)
    try:
        while some := list(islice(rest, PAGES)):
            parts.append(_made(batch, "certificates.pdf", partial(_join, batch=batch, pages=some)))
        if len(parts) == 1:
            return parts.pop()
        return _made(batch, "certificates.zip", lambda path: _zip_parts(path, [each.part for each in parts]))
    finally:
        for each in parts:
            each.throw_away()


def _made(batch: uuid.UUID, name: str, write: Callable[[Path], object]) -> Made:
    made = Made(_beside(folder(batch) / name), name)
    try:
        write(made.part)
    except BaseException:
        made.throw_away()
        raise
    return made


def _zip(path: Path, batch: uuid.UUID, pages: Iterable[Page]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as file:
        for position, page in enumerate(pages, start=1):
            info = zipfile.ZipInfo(file_name(position, page), page.issued_at.timetuple()[:6])
            info.external_attr = 0o600 << 16
            file.writestr(info, (folder(batch) / f"{page.award}.pdf").read_bytes())


def _zip_parts(path: Path, parts: list[Path]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as file:
        for number, part in enumerate(parts):
            file.write(part, f"certificates-{number * PAGES + 1:05}.pdf")


def _join(path: Path, batch: uuid.UUID, pages: Iterable[Page]) -> None:
    writer = PdfWriter()
    for page in pages:
        for sheet in PdfReader(folder(batch) / f"{page.award}.pdf").pages:
            added = writer.add_page(sheet)
            # Nothing is left to which it could lead.
            added.pop("/StructParents", None)
    with path.open("wb") as file:
        writer.write(file)
    writer.close()
