"""Files that editions show: pictures, films, sound, documents. They stay, whatever becomes of the workshop's."""

import re
from pathlib import Path

from django.conf import settings
from django.db import models
from django.utils import timezone

from learning.models.centre import FrozenContent

#: How bodies name a file; what stands between is its SHA-256.
IN_BODIES = re.compile(r"/files/([0-9a-f]{64})\.[0-9a-z]{1,8}\b")


class FrozenFile(models.Model):
    """A file as officers load it, stored once under its SHA-256 in `MEDIA_ROOT/frozen/`.

    `content_type` and `ending` are of its content, never of what somebody sent; `name` is what it is called when it is
    kept. Never changed, and never deleted once an edition shows it: the database refuses both. A file that only a
    preview showed goes after a while. Holds no personal data.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    content_type = models.CharField(max_length=40)
    ending = models.CharField(max_length=8)
    size = models.PositiveBigIntegerField()
    name = models.CharField(max_length=100)
    frozen_at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return self.digest[:12]

    @property
    def address(self) -> str:
        """Where officers load it: without a language, and the same for ever, because bodies are frozen with it."""
        return f"/files/{self.digest}.{self.ending}"

    @property
    def path(self) -> Path:
        """Where it lies; two letters a folder, because a folder with a hundred thousand files is slow to copy."""
        return path_of(self.digest)


class FrozenFileUse(models.Model):
    """One frozen content shows one file. Written when the content is frozen; it keeps the file. No personal data."""

    content = models.ForeignKey(FrozenContent, on_delete=models.PROTECT, related_name="+")
    file = models.ForeignKey(FrozenFile, on_delete=models.PROTECT, related_name="uses")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["content", "file"], name="frozen_file_use_once")]

    def __str__(self) -> str:
        return f"{self.content_id} {self.file_id}"


def root() -> Path:
    """The folder of all frozen files."""
    return Path(settings.MEDIA_ROOT) / "frozen"


def path_of(digest: str) -> Path:
    """Where the file of a digest lies, whether it is there or not."""
    return root() / digest[:2] / digest
