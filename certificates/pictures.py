"""Pictures of signatures and logos on their way in. Pure: no database."""

import io
import warnings

from django.utils.translation import gettext_lazy as _
from PIL import Image

MOST_BYTES = 2 * 1024 * 1024
MOST_DOTS = 20_000_000
MOST_STORED = 96 * 1024
#: Dots of 45 mm at 450 to the inch.
_SIZES = ((800, 400), (560, 280), (400, 200), (280, 140))


class BadPicture(Exception):
    """The file is no picture that can be printed. The message is what the person reads."""


def drawn_anew(content: bytes) -> tuple[bytes, int, int]:
    """A PNG with nothing in it but the dots of a picture, small enough for a page, and its width and height.

    Vector graphics are not taken: they can hold scripts and addresses, and no signature needs them.

    Raises:
        BadPicture: too large, no PNG or JPEG, damaged, or still too heavy when small.
    """
    if len(content) > MOST_BYTES:
        raise BadPicture(_("The picture is larger than 2 MB."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as opened:
                if opened.width * opened.height > MOST_DOTS:
                    raise BadPicture(_("The picture has too many dots: at most 20 million."))
                drawn = opened.convert("RGBA")
    except BadPicture:
        raise
    except Exception as error:  # Pillow raises many kinds for damaged files
        raise BadPicture(_("This is not a PNG or JPEG picture, or it is damaged.")) from error
    if min(drawn.size) < 8:
        raise BadPicture(_("The picture is too small to print."))
    for size in _SIZES:
        small = drawn.copy()
        small.thumbnail(size)
        found = _png(small)
        if len(found) <= MOST_STORED:
            return found, small.width, small.height
    raise BadPicture(_("The picture is too heavy. Send one with fewer colours."))


def _png(picture: Image.Image) -> bytes:
    bare = Image.new("RGBA", picture.size)
    bare.paste(picture)
    is_solid = picture.getchannel("A").getextrema() == (255, 255)
    plain = bare.convert("RGB") if is_solid else bare
    out = io.BytesIO()
    plain.save(out, "PNG", optimize=True)
    return out.getvalue()
