"""Files on the shelf: freezing them, and clearing away what no edition came to show."""

import datetime as dt
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from django.db import transaction
from django.utils import timezone

from learning.models import FrozenFile
from learning.models.files import root

PIECE = 1024 * 1024
#: A file that only previews showed is kept for so long.
UNUSED = dt.timedelta(days=30)


@transaction.atomic
def freeze_file(
    *, content: BinaryIO, content_type: str, ending: str, name: str, source: Path | None = None
) -> FrozenFile:
    """Put a file on the shelf under its SHA-256. The same again finds what is there, and mends a file that was lost.

    It is read in pieces, whatever its size. It says nothing about who may: what an author shows in a preview or
    publishes is frozen, and only who knows the digest can ask for it.

    Arguments:
        content: open for reading; may stand anywhere.
        content_type, ending: of its content, so that no sender decides how a browser takes it.
        name: what it is called when somebody keeps it.
        source: where the same bytes lie on this disk in a file that is never written again; then they are not copied.

    Returns:
        Its row, locked until the end of the transaction, so that clearing away passes it by.
    """
    content.seek(0)
    digest = hashlib.sha256()
    size = 0
    for piece in _pieces(content):
        digest.update(piece)
        size += len(piece)
    key = digest.hexdigest()
    # The row first: who clears away the same file at this moment is waited for.
    FrozenFile.objects.get_or_create(
        digest=key, defaults={"content_type": content_type, "ending": ending, "size": size, "name": name[:100]}
    )
    file = FrozenFile.objects.select_for_update().get(digest=key)
    if not file.path.exists() or file.path.stat().st_size != file.size:
        _write(content, file.path, source)
    return file


def _pieces(content: BinaryIO) -> Iterator[bytes]:
    while piece := content.read(PIECE):
        yield piece


def _write(content: BinaryIO, path: Path, source: Path | None) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix="new-")
    os.close(handle)
    new = Path(name)
    try:
        if source is None or not _linked(source, new):
            content.seek(0)
            with new.open("wb") as out:
                for piece in _pieces(content):
                    out.write(piece)
                out.flush()
                os.fsync(out.fileno())
            new.chmod(0o644)
        new.replace(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise


def _linked(source: Path, new: Path) -> bool:
    """A second name for the same bytes, where the disk can: a film then lies there once."""
    new.unlink()
    try:
        os.link(source, new)
    except OSError:
        return False
    return True


def clear_unused_files() -> int:
    """Delete what was frozen for a preview long ago and no edition shows; returns how many. May run twice."""
    before = timezone.now() - UNUSED
    count = 0
    for digest in list(FrozenFile.objects.filter(uses=None, frozen_at__lt=before).values_list("pk", flat=True)):
        with transaction.atomic():
            rows = FrozenFile.objects.select_for_update(skip_locked=True, of=("self",))
            file = rows.filter(pk=digest, uses=None).first()
            if file is None:
                continue
            path = file.path
            file.delete()
            # Before the row is gone for others: who freezes the same at this moment writes it again afterwards.
            path.unlink(missing_ok=True)
            count += 1
    return count + _clear_strays(before)


def _clear_strays(before: dt.datetime) -> int:
    """Files without a row: of a publication that failed after its files were written."""
    count = 0
    for folder in root().glob("??"):
        files = [each for each in folder.iterdir() if each.stat().st_ctime < before.timestamp()]
        known = set(FrozenFile.objects.filter(pk__in=[each.name for each in files]).values_list("pk", flat=True))
        for each in files:
            if each.name not in known:
                with suppress(FileNotFoundError):
                    each.unlink()
                    count += 1
    return count
