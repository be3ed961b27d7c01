"""Whether a file is a Word document that may be opened at all. Nothing of it is run, fetched or believed."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException
from django.utils.translation import gettext as _

from lms.archive import ArchiveRefused, Limits, unpacked

MEGABYTE = 2**20
LIMITS = Limits(
    archive_bytes=40 * MEGABYTE,
    files=2_000,
    file_bytes=32 * MEGABYTE,
    total_bytes=120 * MEGABYTE,
    free_bytes=4 * MEGABYTE,
)
#: The beginning of an OLE file: Word up to 2003, and every Word file behind a password.
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


class WordRefused(ValueError):
    """The file is not opened; the message says why and what to do instead."""


@contextmanager
def checked(path: Path, name: str) -> Iterator[Path]:
    """The unpacked parts of a Word document in a temporary folder.

    Arguments:
        name: of the file, as the person knows it.

    Raises:
        WordRefused: it is none, holds macros, is protected, reaches out, or is made to harm.
    """
    shown = {"name": name}
    ending = PurePosixPath(name).suffix.lower()
    if ending in (".docm", ".dotm"):
        raise WordRefused(_macros() % shown)
    with path.open("rb") as file:
        head = file.read(8)
    if head == OLE or ending in (".doc", ".dot"):
        raise WordRefused(
            _("“%(name)s” is an old Word file, or one with a password. In Word, save it as .docx without one.") % shown
        )
    if not zipfile.is_zipfile(path) or ending != ".docx":
        raise WordRefused(_("“%(name)s” is no Word file. Save it as .docx and try again.") % shown)
    try:
        with unpacked(path, LIMITS) as folder:
            _check_parts(folder, shown)
            yield folder
    except ArchiveRefused as reason:
        raise WordRefused(_("“%(name)s” cannot be opened: %(reason)s") % {**shown, "reason": reason}) from reason


def _macros() -> str:
    return _(
        "“%(name)s” holds macros, which are programs. They are never opened here. Save it as .docx (“Word document”), "
        "not as .docm, and try again."
    )


def _check_parts(folder: Path, shown: dict[str, str]) -> None:
    files = [path for path in folder.rglob("*") if path.is_file()]
    names = {path.relative_to(folder).as_posix().lower() for path in files}
    if any(name.rsplit("/", 1)[-1] in ("vbaproject.bin", "vbadata.xml") for name in names):
        raise WordRefused(_macros() % shown)
    trees = [(path, _parsed(path, shown)) for path in files if path.suffix.lower() in (".xml", ".rels")]
    types = [
        str(each.get("ContentType", "")) for path, tree in trees if path.name == "[Content_Types].xml" for each in tree
    ]
    if any("macroenabled" in each.lower() or "vbaproject" in each.lower() for each in types):
        raise WordRefused(_macros() % shown)
    if not any("wordprocessingml" in each for each in types) or "word/document.xml" not in names:
        raise WordRefused(_("“%(name)s” is no Word document. Save it as .docx and try again.") % shown)
    for path, tree in trees:
        if path.suffix.lower() != ".rels":
            continue
        for each in tree.iter(RELATIONSHIP):
            kind = str(each.get("Type", "")).rsplit("/", 1)[-1]
            if each.get("TargetMode") == "External" and kind != "hyperlink" and kind != "attachedTemplate":
                raise WordRefused(
                    _(
                        "“%(name)s” shows something that is only a link to another place (%(kind)s), and nothing is "
                        "fetched from there. In Word, insert the picture itself instead of a link to it."
                    )
                    % {**shown, "kind": kind}
                )


def _parsed(path: Path, shown: dict[str, str]) -> Any:
    """One part as XML, refused when it declares a type or an entity: with these a file can read others or never end."""
    try:
        return ElementTree.parse(path, forbid_dtd=True).getroot()
    except DefusedXmlException as reason:
        raise WordRefused(
            _("“%(name)s” is made in a way that Word does not write and that can harm (%(part)s). It is not opened.")
            % {**shown, "part": path.name}
        ) from reason
    except (ParseError, ValueError, LookupError) as reason:
        raise WordRefused(
            _("“%(name)s” is damaged (%(part)s). Open it in Word, save it anew and try again.")
            % {**shown, "part": path.name}
        ) from reason
