"""Pictures, films, sound and documents of a bundle: ``media.yaml`` lists them, the folder ``media`` holds them.

Nothing is decoded that is not within bounds, and nothing is stored while there are problems.
"""

import hashlib
import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO

from django.core.files.base import File
from wagtail import blocks

from accounts.models import User
from courses.pages.blocks import is_known, split
from courses.pages.exchange.bundle import Block, Bundle, Lesson, Medium, Question
from courses.pages.exchange.parts import reference_of, references
from courses.pages.exchange.questions import pictures_of
from courses.pages.exchange.reading import Fields, Node, Place, Problem, nearest, read_yaml
from courses.pages.media.checking import PICTURE, Kind, MediaRefused
from courses.pages.models import LessonPage, MediaFile, Picture
from courses.pages.models.media import sha256_of
from courses.pages.services import media as service
from courses.pages.uploads import plain_media, plain_picture

MEDIA_FILE, MEDIA_FOLDER = "media.yaml", "media"
KINDS = (PICTURE, *Kind.values)
KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}")
FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Holder:
    """Where the files of a bundle are, also after the reading: a folder, or a zip file and a folder in it."""

    path: Path
    inside: str = ""
    is_zip: bool = False

    @contextmanager
    def opened(self, name: str) -> Iterator[IO[bytes]]:
        """A file of the bundle, by its path in the bundle's folder."""
        if not self.is_zip:
            with (self.path / name).open("rb") as file:
                yield file
            return
        member = f"{self.inside}/{name}" if self.inside else name
        with zipfile.ZipFile(self.path) as archive, archive.open(member) as file:
            yield file


class MediaReader:
    """Reads the list and every file on it; adds what is wrong to `problems`."""

    def __init__(self, folder: Path, label: str, problems: list[Problem], holder: Holder) -> None:
        self.folder, self.label, self.problems, self.holder = folder, label, problems, holder
        self.places: dict[tuple[bool, str], Place] = {}
        self.files: dict[str, Place] = {}

    def read(self) -> tuple[Medium, ...]:
        """What is listed, by key."""
        found: list[Medium] = []
        if (self.folder / MEDIA_FILE).exists():
            root = read_yaml(self.folder / MEDIA_FILE, f"{self.label}/{MEDIA_FILE}", self.problems)
            if root is not None and isinstance(root.value, list):
                found = [each for node in root.value if (each := self._medium(node))]
            elif root is not None:
                self.problems.append(root.place.problem(f"the media must be a list (- key: …), not {root.kind}."))
        self._strangers()
        return tuple(sorted(found, key=lambda each: (each.kind != PICTURE, each.key)))

    def _medium(self, node: Node) -> Medium | None:
        fields = Fields(node, self.problems, "the medium")
        key, name = fields.text("key"), fields.text("file")
        if key:
            fields.what = f"medium {key}"
        digest, kind = fields.text("sha256"), fields.choice("kind", KINDS)
        medium = Medium(
            key=key,
            file=name,
            sha256=digest,
            kind=kind,
            title=fields.text("title", most=255),
            credit=fields.text("credit", required=False, most=150),
            licence=fields.text("licence", required=False, most=80),
            alt=fields.text("alt", required=False, most=255) if kind == PICTURE else "",
            place=fields.place("key"),
            holder=self.holder,
        )
        fields.done()
        if key and not KEY.fullmatch(key):
            fields.complain(f"“{key}” is no key; use letters without accents, digits and hyphens.", medium.place)
        elif (medium.is_picture, key) in self.places:
            first = self.places[medium.is_picture, key].line
            fields.complain(f"the key “{key}” is used twice (first in line {first}).", medium.place)
        self.places.setdefault((medium.is_picture, key), medium.place)
        if digest and not SHA256.fullmatch(digest):
            fields.complain("“sha256” is no SHA-256: 64 digits from 0 to 9 and a to f.", fields.place("sha256"))
        if not key or not name or kind not in KINDS:
            return None
        return self._checked(medium, fields)

    def _checked(self, medium: Medium, fields: Fields) -> Medium:
        place, path = fields.place("file"), self.folder / MEDIA_FOLDER / medium.file
        if not FILE_NAME.fullmatch(medium.file):
            fields.complain(
                f"“{medium.file}” is no name of a file in the folder “{MEDIA_FOLDER}”; use letters without accents, "
                "digits and hyphens, and its ending.",
                place,
            )
            return medium
        if medium.file in self.files:
            line = self.files[medium.file].line
            fields.complain(f"the file “{medium.file}” is listed twice (first in line {line}).", place)
        self.files.setdefault(medium.file, place)
        if not path.is_file():
            fields.complain(f"the file “{MEDIA_FOLDER}/{medium.file}” is missing; add it or remove the entry.", place)
            return medium
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            if SHA256.fullmatch(medium.sha256) and digest != medium.sha256:
                fields.complain(
                    f"“{MEDIA_FOLDER}/{medium.file}” is another file than the one listed. If you replaced it on "
                    f"purpose, write: sha256: {digest}",
                    fields.place("sha256"),
                )
            size = path.stat().st_size
            medium = medium.stored_as(digest)
            try:
                if medium.is_picture:
                    content, _type = plain_picture(file, medium.file, size)
                    medium = medium.stored_as(hashlib.sha256(content).hexdigest())
                else:
                    plain = plain_media(file, medium.file, size, medium.kind)
                    medium = medium.stored_as(sha256_of(plain))
            except MediaRefused as reason:
                fields.complain(str(reason), place)
        return medium

    def _strangers(self) -> None:
        folder = self.folder / MEDIA_FOLDER
        if not folder.is_dir():
            return
        if not (self.folder / MEDIA_FILE).exists():
            self.problems.append(
                Problem(
                    f"{self.label}/{MEDIA_FILE}",
                    1,
                    f"the file is missing: the folder “{MEDIA_FOLDER}” holds files, and nothing says what they are; "
                    "write it.",
                )
            )
            return
        for path in sorted(folder.iterdir()):
            if path.name not in self.files and not path.name.startswith((".", "__")):
                hint = nearest(path.name, [name for name in self.files if not (folder / name).exists()])
                self.problems.append(
                    Problem(
                        f"{self.label}/{MEDIA_FOLDER}/{path.name}",
                        1,
                        f"{MEDIA_FILE} does not list this file; list it or remove it.{hint}",
                    )
                )


def use_problems(
    lessons: Iterable[Lesson], questions: Iterable[Question], media: Sequence[Medium]
) -> Iterator[Problem]:
    """Blocks and questions name media that are listed and of the right kind, and what is listed is used."""
    known = {(each.is_picture, each.key): each for each in media}
    used: set[tuple[bool, str]] = set()
    for block, path, definition, key in named_in(lessons):
        wanted = wanted_kind(definition)
        found = known.get((wanted == PICTURE, key))
        used.add((wanted == PICTURE, key))
        if found is None:
            keys = [each.key for each in media if each.is_picture == (wanted == PICTURE)]
            yield block.place_of(path).problem(f"{MEDIA_FILE} has no {wanted or 'medium'} “{key}”.{nearest(key, keys)}")
        elif wanted and found.kind != wanted:
            yield block.place_of(path).problem(f"“{key}” is of the kind “{found.kind}”; this block takes “{wanted}”.")
    for question in questions:
        for key in pictures_of(question.structure):
            used.add((True, key))
            if (True, key) not in known:
                hint = nearest(key, [each.key for each in media if each.is_picture])
                yield question.place.problem(f"question {question.key}: {MEDIA_FILE} has no picture “{key}”.{hint}")
    for each in media:
        if (each.is_picture, each.key) not in used:
            yield each.place.problem(f"no lesson uses “{each.key}”; remove the entry and its file.")


def named_in(lessons: Iterable[Lesson]) -> Iterator[tuple[Block, str, blocks.Block, str]]:
    """Every medium that a block names: (block, path, definition, key)."""
    for block in (block for lesson in lessons for block in lesson.blocks):
        for path, definition, key in references(block.type, block.neutral):
            if key and reference_of(definition) in ("picture", "mediafile"):
                yield block, path, definition, key


def wanted_kind(definition: Any) -> str:
    """The kind that a chooser takes."""
    return PICTURE if reference_of(definition) == "picture" else str(getattr(definition, "kind", ""))


# --- on the site


def rows_of(media: Sequence[Medium]) -> dict[tuple[bool, str], Any]:
    """What the site has under the same keys."""
    found: dict[tuple[bool, str], Any] = {}
    for is_picture, model in ((True, Picture), (False, MediaFile)):
        keys = [each.key for each in media if each.is_picture == is_picture]
        found |= {(is_picture, row.key): row for row in model.objects.filter(key__in=keys)}
    return found


def differing(medium: Medium, row: Any) -> tuple[str, ...]:
    """What of a medium is not as the site has it."""
    words = {"title": medium.title, "credit": medium.credit, "licence": medium.licence}
    if medium.is_picture:
        words["description"] = medium.alt
    found = ["file"] * bool(row.sha256 != medium.stored_sha256)
    return (*found, *(name for name, text in words.items() if getattr(row, name) != text))


def clash(medium: Medium, row: Any, own_pages: Iterable[int]) -> str:
    """Why what the site has under this key may not be changed by this course; empty when it may."""
    if not medium.is_picture and row.kind != medium.kind:
        return f"the site has another file “{medium.key}”, of the kind “{row.kind}”; choose another key."
    if row.sha256 != medium.stored_sha256 and _is_used_elsewhere(row, own_pages):
        return (
            f"the site has another file “{medium.key}”, and another course uses it; choose another key, so that that "
            "course keeps its own."
        )
    return ""


def _is_used_elsewhere(row: Any, own_pages: Iterable[int]) -> bool:
    """Whether a lesson of another course shows a picture or file. Asked of the pages: Wagtail's index lags behind."""
    name = str(row._meta.model_name)
    for page in LessonPage.objects.exclude(pk__in=list(own_pages)).only("body").iterator():
        for raw in page.body.raw_data:
            if is_known(raw["type"]) and any(
                reference_of(definition) == name and value == row.pk
                for _path, definition, value in references(raw["type"], split(raw)[0])
            ):
                return True
    return False


@contextmanager
def taking_back() -> Iterator[list[Any]]:
    """Gives a list for the rows whose files were written; after a failure these files are deleted again."""
    written: list[Any] = []
    try:
        yield written
    except BaseException:
        for row in written:
            row.file.storage.delete(row.file.name)
        raise


def save_media(
    bundle: Bundle, keys: Iterable[tuple[bool, str]], written: list[Any], *, by: User | None
) -> dict[tuple[bool, str], int]:
    """Bring the media that a plan names up to the bundle; returns the row of every medium by its key.

    Arguments:
        written: of `taking_back`.

    Raises:
        MediaRefused: a file changed since it was checked.
    """
    wanted, before = set(keys), rows_of(bundle.media)
    for medium in bundle.media:
        if (medium.is_picture, medium.key) not in wanted:
            continue
        with medium.holder.opened(f"{MEDIA_FOLDER}/{medium.file}") as source:
            content = _spooled(source, medium)
            words: dict[str, Any] = {"title": medium.title, "credit": medium.credit, "licence": medium.licence}
            file: Any = File(content, name=medium.file)
            if medium.is_picture:
                row: Any = service.save_picture(by=by, key=medium.key, content=file, description=medium.alt, **words)
            else:
                row = service.save_media_file(by=by, key=medium.key, content=file, kind=medium.kind, **words)
            old = before.get((medium.is_picture, medium.key))
            if old is None or old.file.name != row.file.name:
                written.append(row)
    return {key: row.pk for key, row in rows_of(bundle.media).items()}


def _spooled(source: IO[bytes], medium: Medium) -> IO[bytes]:
    """The file as it was checked: what changed on the disk since then is not taken."""
    copy = tempfile.TemporaryFile()  # noqa: SIM115
    digest = hashlib.sha256()
    while chunk := source.read(2**20):
        digest.update(chunk)
        copy.write(chunk)
    if digest.hexdigest() != medium.sha256:
        copy.close()
        raise MediaRefused(f"“{medium.file}” changed while it was imported. Begin again.")
    copy.seek(0)
    return copy


def media_of(lessons: Iterable[Lesson], questions: Iterable[Question]) -> tuple[Medium, ...]:
    """What the lessons and questions of a course on the site use, as a bundle lists it."""
    named = {(True, key) for question in questions for key in pictures_of(question.structure)}
    named |= {(wanted_kind(definition) == PICTURE, key) for _block, _path, definition, key in named_in(lessons)}
    found = []
    for is_picture, model in ((True, Picture), (False, MediaFile)):
        for row in model.objects.filter(key__in=[key for each, key in named if each == is_picture]).order_by("key"):
            ending = row.file.name.rpartition(".")[2].lower()
            found.append(
                Medium(
                    key=row.key,
                    file=f"{row.key}.{ending}",
                    sha256=row.sha256,
                    kind=PICTURE if is_picture else row.kind,
                    title=row.title,
                    credit=row.credit,
                    licence=row.licence,
                    alt=row.description if is_picture else "",
                    holder=Stored(row),
                    stored_sha256=row.sha256,
                )
            )
    return tuple(found)


@dataclass(frozen=True)
class Stored:
    """A file that the site keeps, opened as those of a bundle are."""

    row: Any

    @contextmanager
    def opened(self, name: str) -> Iterator[BinaryIO]:
        with self.row.file.storage.open(self.row.file.name, "rb") as file:
            yield file


def write_media(media: Sequence[Medium]) -> list[dict[str, str]]:
    """The entries of ``media.yaml``."""
    return [
        {
            name: value
            for name in ("key", "file", "sha256", "kind", "title", "credit", "licence", "alt")
            if (value := getattr(each, name))
        }
        for each in media
    ]
