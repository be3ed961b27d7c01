"""Reads QTI: a package (zip), or one item by itself."""

import io
import posixpath
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from assessments.exchange.markup import one_line
from assessments.exchange.pieces import sorted_tags
from assessments.exchange.qti.items import question_of
from assessments.exchange.qti.names import name_of
from assessments.exchange.question import MOST_PARTS, FileRefused, Found, Skipped
from assessments.exchange.xmlfile import Node, Unreadable, elements, plain_name, words_of
from lms.archive import DAMAGE, DAMAGED, ArchiveRefused, Limits, check_entries, readable

#: A package of 100,000 items has as many files, and its pictures.
LIMITS = Limits(
    archive_bytes=2**30, files=250_000, file_bytes=32 * 2**20, total_bytes=2**31, ratio=100, free_bytes=2**20, depth=12
)
#: One item, or the manifest, which names all of them.
MOST_ITEM, MOST_MANIFEST = 4 * 2**20, 256 * 2**20
#: So many bytes of pictures are held in memory.
MOST_KEPT = 64 * 2**20
_MANIFEST = "imsmanifest.xml"
_PARTS = (
    *("simplechoice", "simpleassociablechoice", "inlinechoice", "gaptext", "gapimg", "gap", "hotspotchoice", "hottext"),
    *("associablehotspot", "mapentry", "responsedeclaration"),
)
_EASE = {"very easy": 1, "easy": 1, "medium": 2, "difficult": 3, "very difficult": 3}


@dataclass(frozen=True)
class _Resource:
    """What a manifest says of one file: its type, where it is, and what it is about."""

    line: int
    type: str
    path: str
    category: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    difficulty: int = 0


def read(file: BinaryIO, *, language: str) -> Iterator[Found | Skipped]:
    """What a package or an item has, question by question.

    Raises:
        FileRefused: it is neither, is damaged, or one of its files is a trap; then nothing that came before may be
            used either.
    """
    file.seek(0)
    if file.read(2) == b"PK":
        yield from _package(file, language)
        return
    yield from _item(file, language)


def _item(
    file: BinaryIO,
    language: str,
    path: str = "",
    load: Callable[[str], bytes | None] = lambda path: None,
    broken: str = "",
) -> Iterator[Found | Skipped]:
    spelling: list[str] = []

    def name(tag: str) -> str:
        spelling.append("3" if plain_name(tag).startswith("qti-") else "2") if not spelling else None
        return name_of(tag)

    node = next(iter(elements(file, (), name=name)))
    shown = readable(path)
    where = (
        _("%(file)s, line %(line)d") % {"file": shown, "line": node.line}
        if path
        else (_("line %(line)d") % {"line": node.line})
    )
    if node.tag != "assessmentitem":
        if not path:
            raise FileRefused(
                _("This is no item of QTI 2.1, 2.2 or 3.0: it begins with “%(name)s”.") % {"name": node.tag[:40]}
            )
        yield Skipped(where=where, why=_("It is no item, but “%(name)s”.") % {"name": node.tag[:40]})
        return
    if broken:
        yield Skipped(where=where, why=broken)
        return
    counts = Counter(each.tag for each in node.iter())
    if any(counts[each] > MOST_PARTS for each in _PARTS):
        yield Skipped(where=where, why=_("A question has at most %(most)s options.") % {"most": 40}, is_error=True)
        return
    node.set("spelling", spelling[0])
    yield question_of(node, where, load, language=language, folder=posixpath.dirname(path))


def _package(file: BinaryIO, language: str) -> Iterator[Found | Skipped]:
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            paths = check_entries(entries, LIMITS)
            files = {str(path): each for path, each in zip(paths, entries, strict=True) if not each.is_dir()}
            yield from _Package(archive, files, language).questions()
    except ArchiveRefused as reason:
        raise FileRefused(str(reason)) from reason
    except FileRefused:
        raise
    except DAMAGE as reason:
        raise FileRefused(str(DAMAGED)) from reason


class _Package:
    """A package while it is read."""

    def __init__(self, archive: zipfile.ZipFile, files: dict[str, zipfile.ZipInfo], language: str) -> None:
        self.archive, self.files, self.language = archive, files, language
        self._items: set[str] = set()
        self._pictures: dict[str, bytes] = {}
        self._kept = 0

    def load(self, path: str, most: int = LIMITS.file_bytes) -> bytes | None:
        """A file; what really comes out is counted, because the table may lie."""
        if path not in self.files:
            return None
        with self.archive.open(self.files[path]) as source:
            data = source.read(most + 1)
        if len(data) > most:
            raise FileRefused(
                _("“%(name)s” is larger than the archive says or than is allowed.") % {"name": readable(path)}
            )
        return data

    def picture(self, path: str) -> bytes | None:
        """The same of a picture, unpacked once for all items that show it, as long as there is room for it."""
        if path in self._pictures:
            return self._pictures[path]
        data = self.load(path)
        if data:
            self._kept += len(data)
            if self._kept > MOST_KEPT:
                self._pictures, self._kept = {}, len(data)
            self._pictures[path] = data
        return data

    def questions(self) -> Iterator[Found | Skipped]:
        manifest = next((each for each in sorted(self.files, key=len) if posixpath.basename(each) == _MANIFEST), "")
        read: set[str] = set()
        is_empty = True
        if manifest:
            for resource in self._resources(manifest):
                is_empty = False
                yield from self._of(resource, manifest, read)
        for path in sorted(self.files):
            if path not in read and path != manifest and path.lower().endswith(".xml"):
                broken = _("The manifest does not name it.") if manifest else ""
                for each in self._read(path, broken):
                    if manifest and isinstance(each, Skipped) and each.why != broken and not each.is_error:
                        continue
                    is_empty = False
                    yield each
        if is_empty:
            raise FileRefused(_("The file holds no question."))

    def _resources(self, manifest: str) -> Iterator[_Resource]:
        data = self.load(manifest, MOST_MANIFEST)
        assert data is not None  # it was found in the list
        folder = posixpath.dirname(manifest)
        try:
            for node in elements(io.BytesIO(data), ("resource",), name=name_of, roots=("manifest",)):
                yield _resource(node, folder)
        except FileRefused as reason:
            raise FileRefused(f"{readable(manifest)}: {reason}") from reason

    def _of(self, resource: _Resource, manifest: str, read: set[str]) -> Iterator[Found | Skipped]:
        where = _("%(file)s, line %(line)d") % {"file": readable(manifest), "line": resource.line}
        is_new = resource.path not in self._items
        read.add(resource.path)
        kind = resource.type.lower()
        if not kind.startswith("imsqti_"):
            return  # pictures, sheets of style and the like come with the items that use them
        if "item" not in kind:
            if "test" in kind or "section" in kind:
                why = _("It is a test, whose order and rules are not taken over; its items are.")
                yield Skipped(where=readable(resource.path), why=why)
            elif "v1" in kind or "xmlv" not in kind:
                yield Skipped(where=where, why=_("It is of another version than QTI 2.1, 2.2 and 3.0."), is_error=True)
            return
        if resource.path not in self.files:
            why = _("“%(name)s” is not in the file.") % {"name": readable(resource.path)}
            yield Skipped(where=where, why=why, is_error=True)
            return
        self._items.add(resource.path)
        if not is_new:
            return  # a manifest that names a file twice has no second question
        for each in self._read(resource.path):
            if isinstance(each, Found):
                yield replace(each, category=resource.category, tags=resource.tags, difficulty=resource.difficulty)
            else:
                yield each

    def _read(self, path: str, broken: str = "") -> Iterator[Found | Skipped]:
        data = self.load(path, MOST_ITEM)
        assert data is not None  # asked before
        try:
            yield from _item(io.BytesIO(data), self.language, path, self.picture, broken)
        except Unreadable as reason:
            yield Skipped(
                where=_("%(file)s, line %(line)d") % {"file": readable(path), "line": reason.line},
                why=_("It is not written as XML is."),
                is_error=True,
            )
        except FileRefused as reason:
            raise FileRefused(f"{readable(path)}: {reason}") from reason


def _resource(node: Node, folder: str) -> _Resource:
    address = unquote(node.get("href") or next((each.get("href", "") for each in node.iterfind("file")), ""))
    tags, difficulty = sorted_tags([words_of(each) for each in _below(node, "keyword")])
    for each in _below(node, "difficulty"):
        given = one_line(words_of(each.find("value"))).lower()
        difficulty = _EASE.get(given, difficulty)
    category: tuple[str, ...] = ()
    for way in _below(node, "taxonpath"):
        names = tuple(one_line(words_of(each.find("entry"))) for each in way.iter("taxon"))
        category = category or tuple(filter(None, names))
    path = posixpath.normpath(posixpath.join(folder, address))
    return _Resource(node.line, node.get("type", ""), path, category, tags, difficulty)


def _below(node: Node, name: str) -> Iterator[Element]:
    metadata = node.find("metadata")
    return metadata.iter(name) if metadata is not None else iter(())
