"""A question as a file carries it, between a format and the bank. Pure: no database.

A reader yields what it finds one by one, so a file of any length needs no more memory than its longest question, and
every piece of the file ends in exactly one of `Found` and `Skipped`: nothing is dropped without a line.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Protocol

#: A question of more answers, gaps or the like is not taken apart: its parts are compared with each other.
MOST_PARTS = 400
#: The language of accepted answers where a file does not say any; the plan puts that of the import there.
ANY_LANGUAGE = "und"
#: What a true-or-false question has for options. Their texts may be empty: the plan writes the words of the language.
TRUE, FALSE = "true", "false"


class FileRefused(ValueError):
    """The file as a whole cannot be read; the message says where and what to do. Nothing of it was applied."""


class Left(ValueError):
    """The question is not taken over; the message says why."""

    def __init__(self, why: str, *, is_error: bool = True) -> None:
        super().__init__(why)
        self.is_error = is_error


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A picture that a file carries: its bytes as they came, and what they claim to be (``"image/png"``)."""

    name: str
    data: bytes = field(repr=False)
    media_type: str = ""


@dataclass(frozen=True, kw_only=True)
class Found:
    """One question of a file, in the words of `assessments.types`.

    Attributes:
        where: for a person: ``"line 12"``, ``"item3.xml, line 4"``.
        key: what the file calls it by, if it says so (Moodle's idnumber, QTI's identifier); the bank may need another.
        name: its title, for people.
        category: from the outermost.
        type, structure, answer_key, text: as of `ItemVersion` and `ItemWording`; a picture is
            ``structure["picture"] = {"name": …}`` until it is on the shelf. The feedback may be empty: the plan puts
            the right answer there, since every question of the bank has one.
        picture: the one picture of the question.
        points: what a right answer counts.
        losses: what of it could not be carried, each a sentence; empty where all was.
    """

    where: str
    type: str
    structure: Mapping[str, Any]
    answer_key: Any
    text: Mapping[str, Any]
    key: str = ""
    name: str = ""
    category: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    difficulty: int = 0
    source: str = ""
    picture: Picture | None = None
    points: int = 1
    losses: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Skipped:
    """A piece of a file that becomes no question, and why; `is_error` where it is broken, not just of another kind."""

    where: str
    why: str
    is_error: bool = False


class Reader(Protocol):
    """Reads a file of one format, which is open in binary and may be read from its start more than once.

    Arguments:
        language: of the questions, in which words that are added to them stand.

    Raises:
        FileRefused: nothing of it can be read.
    """

    def __call__(self, file: BinaryIO, *, language: str) -> Iterator[Found | Skipped]: ...


class Writer(Protocol):
    """Writes questions in one format; yields a line for each that the format cannot carry, or not in full."""

    def __call__(self, questions: Iterable[Found], file: BinaryIO, *, language: str) -> Iterator[Skipped]: ...
