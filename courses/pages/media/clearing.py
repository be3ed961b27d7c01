"""Media without what was noted beside them: names, places, times and devices can expose people."""

import io
import shutil
import tempfile
from collections.abc import Callable, Iterator
from typing import BinaryIO, cast

from django.utils.translation import gettext as _

from courses.pages.media.checking import M4A, MP3, MP4, OGG, PDF, WAV, WEBM, Format, MediaRefused
from courses.pages.media.documents import Locked, plain_pdf
from courses.pages.media.films import ForeignTrack, Patch, mp4_patches, webm_patches
from courses.pages.media.sounds import mp3_patches, ogg_patches, wav_patches

_PATCHES: dict[Format, Callable[[BinaryIO], Iterator[Patch]]] = {
    MP4: mp4_patches,
    M4A: mp4_patches,
    WEBM: webm_patches,
    MP3: mp3_patches,
    WAV: wav_patches,
    OGG: ogg_patches,
}
#: Larger copies are kept on disk.
_IN_MEMORY = 4 * 1024 * 1024


def cleared(file: BinaryIO, name: str, found: Format) -> BinaryIO:
    """A film, sound or document without its notes: the file itself where there are none, else a copy, at its start.

    Raises:
        MediaRefused: it is damaged, protected, or holds something that cannot be taken out.
    """
    try:
        if found is PDF:
            file.seek(0)
            before = file.read()
            after = plain_pdf(before)
            result = file if after == before else io.BytesIO(after)
        else:
            result = _written_over(file, _PATCHES[found](file)) if found in _PATCHES else file
    except Locked as error:
        raise MediaRefused(
            _(
                "“%(name)s” is protected, so the names in it cannot be taken out. Save it without protection; printing "
                "it to a PDF does that, too."
            )
            % {"name": name}
        ) from error
    except ForeignTrack as error:
        raise MediaRefused(
            _(
                "“%(name)s” holds something beside picture and sound, such as places that a camera noted, and it "
                "cannot be taken out. Export it once more with picture and sound alone."
            )
            % {"name": name}
        ) from error
    except ValueError as error:
        raise MediaRefused(_("“%(name)s” is damaged. Export it once more.") % {"name": name}) from error
    result.seek(0)
    return result


def _written_over(file: BinaryIO, patches: Iterator[Patch]) -> BinaryIO:
    """
    Raises:
        ValueError: more is to be written over than there is, because it tells of the same place again and again.
    """
    left, changed = 2 * file.seek(0, 2), []
    for place, content in patches:
        left -= len(content)
        if left < 0:
            raise ValueError("more than there is")
        file.seek(place)
        if file.read(len(content)) != content:
            changed.append((place, content))
    if not changed:
        return file
    copy = cast(BinaryIO, tempfile.SpooledTemporaryFile(_IN_MEMORY))  # noqa: SIM115 (handed on; it goes with its last reader)
    file.seek(0)
    shutil.copyfileobj(file, copy)
    for place, content in changed:
        copy.seek(place)
        copy.write(content)
    return copy
