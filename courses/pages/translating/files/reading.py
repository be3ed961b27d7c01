"""Telling what a file is, whatever its name says, and reading it."""

from django.utils.translation import gettext as _

from courses.pages.models import TranslationFile
from courses.pages.translating.files.entries import MOST_BYTES, FileRefused, Incoming
from courses.pages.translating.files.po import read_po
from courses.pages.translating.files.xliff import read_xliff
from learning.models import Course
from lms.archive import size

_MO = (b"\xde\x12\x04\x95", b"\x95\x04\x12\xde")
_WIDE = (b"\xff\xfe", b"\xfe\xff")
_BOM = b"\xef\xbb\xbf"


def read_file(content: bytes) -> tuple[str, Incoming]:
    """The kind of a file, and what it says.

    Raises:
        FileRefused: nothing of it can be taken; the message says why.
    """
    if len(content) > MOST_BYTES:
        raise FileRefused(_("The file is too large (%(most)s at most).") % {"most": size(MOST_BYTES)})
    if content.startswith(_MO):
        raise FileRefused(_("This is a .mo file, which programs read. Bring in the .po file that it was made from."))
    if content.startswith(b"PK\x03\x04"):
        raise FileRefused(_("This is a package of files. Unpack it, and bring in the file with the translation."))
    start = content.removeprefix(_BOM).lstrip()[:64]
    if start.startswith(b"<") or (content.startswith(_WIDE) and b"<" in content[:8]):
        return TranslationFile.Kind.XLIFF, read_xliff(content)
    if content.startswith(_WIDE):
        raise FileRefused(_("The file is not written in UTF-8. Save it again with the encoding UTF-8."))
    if b"msgid" in content:
        return TranslationFile.Kind.PO, read_po(content)
    raise FileRefused(_("This is neither a PO file nor an XLIFF file."))


def check_belongs(found: Incoming, course: Course, language: str, language_name: str) -> None:
    """Refuse a file of another course or language.

    Raises:
        FileRefused: it is.
    """
    if found.head.course != str(course.uuid):
        other = Course.objects.filter(uuid=found.head.course).first() if _is_uuid(found.head.course) else None
        if other is not None:
            raise FileRefused(
                _("This file is of another course: %(other)s. Bring it in there.") % {"other": other.code}
            )
        raise FileRefused(_("This file is of another course, or of another site."))
    if found.head.language.replace("_", "-").lower() != language.lower():
        raise FileRefused(
            _("This file is in another language (%(other)s), and this page is about %(language)s.")
            % {"other": found.head.language[:20] or "?", "language": language_name}
        )


def _is_uuid(text: str) -> bool:
    return len(text) == 36 and all(each in "0123456789abcdef-" for each in text) and text.count("-") == 4
