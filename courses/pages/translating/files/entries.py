"""What stands in a file for translators, whatever its format."""

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from learning.manifest import digest_of
from lms.text import tidy

#: The version of what we write into files. One of another version is not read.
FORMAT = 1
#: A whole course has a few thousand texts.
MOST_ENTRIES = 20_000
MOST_BYTES = 16 * 2**20
MOST_CHARACTERS = 20_000
SHORT = 12
#: What no text has and XML cannot hold: control characters, halves of letters, and what is no character at all.
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_CONTEXT = re.compile(r"(?P<place>\S.{0,199}) #(?P<digest>[0-9a-f]{12})")


class FileRefused(ValueError):
    """Nothing of the file is taken; the message says why, for the translator."""


def clean(text: str) -> str:
    """A text as it stands in files: tidy, and without what no text has."""
    return tidy(_NO_TEXT.sub("", tidy(text)))


def holds_no_text(text: str) -> bool:
    """Whether characters stand in it that are none."""
    return bool(_NO_TEXT.search(text))


def context_of(place: str, digest: str) -> str:
    """The name of a segment in a file: where it stands, and what it was when the file was made."""
    return f"{place} #{digest[:SHORT]}"


def base_of(text: str, is_fuzzy: bool) -> str:
    """Says what the words were when the file was made, so that the translator's changes are known from others'."""
    return digest_of([text, is_fuzzy])[:SHORT] if text else "-"


def split_context(context: str) -> tuple[str, str] | None:
    """The inverse of `context_of`: place, and the beginning of the digest; None where it is none of ours."""
    found = _CONTEXT.fullmatch(context)
    return (found["place"], found["digest"]) if found else None


@dataclass(frozen=True)
class Head:
    """What a file says of itself.

    Attributes:
        course: uuid.
        unit: key of a unit; empty for the whole course.
    """

    course: str
    unit: str
    language: str
    source_language: str
    title: str = ""
    made_at: dt.datetime | None = None


@dataclass(frozen=True)
class OutEntry:
    """One segment as it goes into a file.

    Attributes:
        text: the words there are; empty where there are none.
        is_fuzzy: somebody is to look at them: a draft, a machine's, or made from an earlier source.
        previous: the source that stale words were made from.
        notes: for the translator: where it stands, what it is, how long it may be, which terms are in it.
        longest: how many characters fit; 0 where there is no end.
    """

    context: str
    source: str
    text: str
    is_fuzzy: bool
    is_machine: bool = False
    is_rich: bool = False
    previous: str = ""
    notes: tuple[str, ...] = ()
    longest: int = 0

    @property
    def base(self) -> str:
        return base_of(self.text, self.is_fuzzy)


@dataclass(frozen=True)
class InEntry:
    """One entry as it came.

    Attributes:
        line: where it begins in the file.
        text: the words.
        markup: the same as inline HTML, where the format keeps tags apart from words; None where `text` is both.
        base: what the words were when the file was made (`base_of`); empty where the tool dropped it.
        problem: why it cannot be taken, in words.
        remark: what of it is not kept.
    """

    line: int
    context: str
    source: str
    text: str
    is_fuzzy: bool = False
    is_machine: bool = False
    markup: str | None = None
    source_markup: str | None = None
    base: str = ""
    problem: str = ""
    remark: str = ""

    def as_json(self) -> list[Any]:
        return [getattr(self, name) for name in self.__dataclass_fields__]

    @classmethod
    def from_json(cls, values: list[Any]) -> "InEntry":
        return cls(*values)

    def words(self, is_rich: bool) -> str:
        """The words as the segment takes them."""
        return self.markup if is_rich and self.markup is not None else self.text

    def source_words(self, is_rich: bool) -> str:
        return self.source_markup if is_rich and self.source_markup is not None else self.source


@dataclass
class Incoming:
    """A file as it was read.

    Attributes:
        left_out: line → what stands there that is no entry of ours, in words.
    """

    head: Head
    entries: list[InEntry] = field(default_factory=list)
    left_out: list[tuple[int, str]] = field(default_factory=list)


def refuse_number(count: int) -> None:
    """Refuse a file with too many entries, before any is looked at.

    Raises:
        FileRefused: more than `MOST_ENTRIES`.
    """
    if count > MOST_ENTRIES:
        raise FileRefused(
            _("The file has %(count)d entries; at most %(most)d are read at once. Download it anew, unit by unit.")
            % {"count": count, "most": MOST_ENTRIES}
        )


def not_ours() -> FileRefused:
    return FileRefused(
        _("This file was not made here, or your tool took its header away. Download it anew and translate that one.")
    )


def check_format(version: str) -> None:
    """Refuse a file that was made from another format version.

    Raises:
        FileRefused: it was.
    """
    if version != str(FORMAT):
        raise FileRefused(
            _(
                "The file was made in another version of the format (%(version)s; now it is %(now)d). "
                "Download it anew: nothing that is saved here is lost."
            )
            % {"version": version[:20], "now": FORMAT}
        )
