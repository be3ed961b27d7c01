"""Writes QTI 3.0 as a package: a manifest, a file for each item, and its picture."""

import stat
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from typing import BinaryIO
from xml.etree.ElementTree import Element, SubElement, tostring

from django.utils.translation import get_language_bidi, override

from assessments.exchange.markup import one_line
from assessments.exchange.pieces import tidied
from assessments.exchange.qti.out import NAME, Cannot, Item
from assessments.exchange.question import Found, Skipped
from lms.archive import EPOCH

_HEAD = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n'
    b'<manifest xmlns="http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1" identifier="questions">\n'
    b"<metadata><schema>QTI Item Bank</schema><schemaversion>3.0.0</schemaversion></metadata>\n"
    b"<organizations/>\n<resources>\n"
)
_TAIL = b"</resources>\n</manifest>\n"
_LOM = "http://ltsc.ieee.org/xsd/LOM"
_EASE = {1: "easy", 2: "medium", 3: "difficult"}
_ENDINGS = frozenset(("png", "jpg", "jpeg", "webp", "gif", "svg"))


def write(questions: Iterable[Found], file: BinaryIO, *, language: str) -> Iterator[Skipped]:
    """Write questions; yields a line for each that QTI cannot hold, or not in full."""
    number, names = 0, set[str]()
    with override(language):
        is_rtl = get_language_bidi()
    # The manifest comes last, because it names all, and grows beside the package, not in the memory.
    with (
        zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive,
        tempfile.TemporaryFile(prefix="manifest-") as manifest,
    ):
        for question in questions:
            where = question.key or question.name or question.where
            tidy, losses = tidied(question)
            identifier = _identifier(tidy.key, number + 1, names)
            picture = f"images/{number + 1:06d}.{_ending(tidy)}" if tidy.picture else ""
            try:
                item = Item(tidy, identifier, language, f"../{picture}" if picture else "", losses)
                data = item.written(is_rtl=is_rtl)
            except Cannot as reason:
                yield Skipped(where=where, why=str(reason))
                continue
            number += 1
            names.add(identifier)
            path = f"items/{number:06d}.xml"
            _put(archive, path, data)
            if tidy.picture is not None:
                _put(archive, picture, tidy.picture.data)
            manifest.write(_resource(tidy, number, path, picture, language))
            for loss in dict.fromkeys(losses):
                yield Skipped(where=where, why=loss)
        manifest.seek(0)
        with archive.open(_entry("imsmanifest.xml"), "w", force_zip64=True) as out:
            out.write(_HEAD)
            while chunk := manifest.read(64 * 1024):
                out.write(chunk)
            out.write(_TAIL)


def _put(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    archive.writestr(_entry(name), data)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.create_system = 3
    entry.external_attr = (stat.S_IFREG | 0o644) << 16
    return entry


def _identifier(key: str, number: int, taken: set[str]) -> str:
    """A name for the item that XML takes: its key, where it can be one."""
    plain = key if NAME.fullmatch(key) else f"item-{number:06d}"
    return plain if plain not in taken else f"item-{number:06d}"


def _ending(question: Found) -> str:
    assert question.picture is not None
    ending = question.picture.name.rpartition(".")[2].lower()
    return ending if ending in _ENDINGS else "bin"


def _resource(question: Found, number: int, path: str, picture: str, language: str) -> bytes:
    element = Element("resource", {"identifier": f"r{number:06d}", "type": "imsqti_item_xmlv3p0", "href": path})
    lom = Element("lom", {"xmlns": _LOM})
    if question.tags:
        general = SubElement(lom, "general")
        for each in question.tags:
            _string(SubElement(general, "keyword"), each, language)
    if question.difficulty in _EASE:
        difficulty = SubElement(SubElement(lom, "educational"), "difficulty")
        SubElement(difficulty, "source").text = "LOMv1.0"
        SubElement(difficulty, "value").text = _EASE[question.difficulty]
    if question.category:
        classification = SubElement(lom, "classification")
        purpose = SubElement(classification, "purpose")
        SubElement(purpose, "source").text = "LOMv1.0"
        SubElement(purpose, "value").text = "discipline"
        below = SubElement(classification, "taxonPath")
        _string(SubElement(below, "source"), "Suluh", "en")
        for each in question.category:
            _string(SubElement(SubElement(below, "taxon"), "entry"), each, language)
    if len(lom):
        SubElement(element, "metadata").append(lom)
    for each in filter(None, (path, picture)):
        SubElement(element, "file", {"href": each})
    return f"{tostring(element, encoding='unicode')}\n".encode()


def _string(parent: Element, text: str, language: str) -> None:
    SubElement(parent, "string", {"language": language}).text = one_line(text)
