"""Zip files from strangers, unpacked within bounds, and zip files of ours, the same bytes every time.

An archive is refused whole, before anything is written, when its table of contents promises too much or names a place
outside; while unpacking, what really comes out is counted again, because the table may lie.
"""

import errno
import re
import stat
import tempfile
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

CHUNK = 64 * 1024
#: What zipfile and its decompressors raise on damaged or unsupported archives.
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError)
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
DAMAGED = gettext_lazy("The archive cannot be read: it is damaged, or not a zip file. Make it anew and try again.")
ENCRYPTED = 0x1 | 0x40 | 0x2000
DRIVE = re.compile(r"[A-Za-z]:")
#: The earliest time that a zip file can hold: a fixed one, so that equal content gives equal bytes.
EPOCH = (1980, 1, 1, 0, 0, 0)


class ArchiveRefused(ValueError):
    """The archive is not unpacked; the message says why, for the person who sent it."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much an archive may hold.

    Attributes:
        archive_bytes: size of the zip file itself.
        files: entries, folders included.
        file_bytes: one unpacked file.
        total_bytes: all unpacked files.
        ratio: unpacked to packed size of the whole archive; small archives may exceed it up to `free_bytes`.
        free_bytes: unpacked size up to which the ratio is not asked for.
        depth: folders in folders.
        name_bytes: length of a path.
    """

    archive_bytes: int = 64 * 2**20
    files: int = 2_000
    file_bytes: int = 32 * 2**20
    total_bytes: int = 128 * 2**20
    ratio: int = 100
    free_bytes: int = 2**20
    depth: int = 12
    name_bytes: int = 400


@contextmanager
def unpacked(path: Path, limits: Limits | None = None) -> Iterator[Path]:
    """A temporary folder with the files of a zip archive; it is gone afterwards.

    Raises:
        ArchiveRefused: damaged, too large, or an entry that could write or point outside the folder.
    """
    with tempfile.TemporaryDirectory(prefix="unpacked-") as folder:
        unpack(path, Path(folder), limits)
        yield Path(folder)


def unpack(path: Path, into: Path, limits: Limits | None = None) -> None:
    """Unpack a zip archive into an empty folder. See `unpacked`."""
    limits = limits or Limits()
    try:
        if path.stat().st_size > limits.archive_bytes:
            most = size(limits.archive_bytes)
            raise ArchiveRefused(_("The archive is too large (%(most)s at most).") % {"most": most})
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            names = check_entries(entries, limits)
            left = limits.total_bytes
            for entry, name in zip(entries, names, strict=True):
                target = into / name
                if entry.is_dir():
                    target.mkdir(parents=True, exist_ok=True)
                    continue
                target.parent.mkdir(parents=True, exist_ok=True)
                left -= _write(archive, entry, target, min(limits.file_bytes, left))
    except ArchiveRefused:
        raise
    except DAMAGE as reason:
        raise ArchiveRefused(DAMAGED) from reason
    except OSError as reason:
        if reason.errno != errno.EINVAL:  # a full disk is no fault of the archive; a seek to before its start is
            raise
        raise ArchiveRefused(DAMAGED) from reason


def _write(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path, most: int) -> int:
    written = 0
    with archive.open(entry) as source, target.open("xb") as file:
        while chunk := source.read(CHUNK):
            written += len(chunk)
            if written > most:
                raise ArchiveRefused(
                    _("“%(name)s” is larger than the archive says or than is allowed.")
                    % {"name": readable(entry.filename)}
                )
            file.write(chunk)
    return written


def check_entries(entries: list[zipfile.ZipInfo], limits: Limits) -> list[PurePosixPath]:
    """Judge the table of contents; returns the safe path of each entry, in order.

    Raises:
        ArchiveRefused: with the first entry that is not acceptable.
    """
    if len(entries) > limits.files:
        raise ArchiveRefused(
            _("The archive holds %(count)d files; %(most)d are allowed.")
            % {"count": len(entries), "most": limits.files}
        )
    unpacked_bytes = sum(entry.file_size for entry in entries)
    packed_bytes = sum(entry.compress_size for entry in entries)
    if unpacked_bytes > limits.total_bytes:
        raise ArchiveRefused(
            _("The archive unpacks to more than %(most)s, which is not allowed.") % {"most": size(limits.total_bytes)}
        )
    if unpacked_bytes > limits.free_bytes and unpacked_bytes > limits.ratio * max(packed_bytes, 1):
        raise ArchiveRefused(_("The archive unpacks to far more than it holds; it may be a trap and is not opened."))

    names: list[PurePosixPath] = []
    files: dict[str, bool] = {}
    for entry in entries:
        name = safe_name(entry, limits)
        folded = fold(name)
        if folded in files:
            raise ArchiveRefused(_("“%(name)s” is in the archive twice.") % {"name": readable(entry.filename)})
        files[folded] = not entry.is_dir()
        names.append(name)
    for name in names:
        for parent in name.parents:
            if files.get(fold(parent)):
                raise ArchiveRefused(
                    _("“%(name)s” is both a file and a folder in the archive.") % {"name": readable(str(parent))}
                )
    return names


def safe_name(entry: zipfile.ZipInfo, limits: Limits) -> PurePosixPath:
    """The path of one entry inside the target folder.

    Raises:
        ArchiveRefused: a link or device, an encrypted entry, a path that leads outside or is no plain path.
    """
    # `filename` is cut at the first NUL by zipfile; `orig_filename` is what the archive says.
    name = entry.orig_filename
    shown = {"name": readable(name)}
    if entry.flag_bits & ENCRYPTED:
        raise ArchiveRefused(_("“%(name)s” is encrypted. Send the archive without a password.") % shown)
    if entry.compress_type not in METHODS:
        raise ArchiveRefused(_("“%(name)s” is packed in a way that is not supported; use a plain zip file.") % shown)
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise ArchiveRefused(_("“%(name)s” is a link or a device, not a file.") % shown)
    if "\\" in name or "\\" in entry.filename:
        raise ArchiveRefused(_("“%(name)s” has a backslash in its path; use / between folders.") % shown)
    if any(unicodedata.category(each) in ("Cc", "Cs") for each in name):
        raise ArchiveRefused(_("“%(name)s” has a control character in its path.") % shown)
    if name.startswith("/") or DRIVE.match(name):
        raise ArchiveRefused(_("“%(name)s” is an absolute path; only paths inside the archive are allowed.") % shown)
    parts = name.removesuffix("/").split("/")
    if ".." in parts:
        raise ArchiveRefused(_("“%(name)s” leads outside the archive.") % shown)
    if any(part in ("", ".") or DRIVE.match(part) for part in parts):
        raise ArchiveRefused(_("“%(name)s” is not a plain path.") % shown)
    if entry.file_size > limits.file_bytes:
        raise ArchiveRefused(
            _("“%(name)s” is too large (%(most)s at most).") % {**shown, "most": size(limits.file_bytes)}
        )
    if len(parts) > limits.depth or len(name.encode()) > limits.name_bytes or any(len(p.encode()) > 255 for p in parts):
        raise ArchiveRefused(_("“%(name)s” is too long a path.") % shown)
    return PurePosixPath(*parts)


def fold(path: PurePosixPath) -> str:
    """Paths that are one file on some disk, by case or by composed letters, fold to one text."""
    return unicodedata.normalize("NFC", str(path)).casefold()


def readable(name: str) -> str:
    """A name from an archive, short and without anything that could disturb a terminal or a log."""
    plain = "".join(each if each.isprintable() else "�" for each in name)
    return plain if len(plain) <= 120 else plain[:119] + "…"


def size(count: int) -> str:
    """A number of bytes for people."""
    return f"{count // 2**20} MB" if count >= 2**20 else f"{max(count // 2**10, 1)} kB"


def write_zip(path: Path, files: Mapping[str, bytes | Callable[[], AbstractContextManager[BinaryIO]]]) -> None:
    """Write a zip archive that depends on nothing but names and contents: no clock, no user, no compressor's version.

    Entries are stored, not compressed, because compressors differ between machines and the texts are small.

    Arguments:
        files: name → content, or what opens the content where it is too large for the memory.
    """
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.create_system = 3
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            content = files[name]
            if isinstance(content, bytes):
                archive.writestr(entry, content)
                continue
            with content() as source, archive.open(entry, "w") as target:
                while chunk := source.read(CHUNK):
                    target.write(chunk)
