"""Writes Moodle XML, one question at a time."""

import base64
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, BinaryIO
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from django.utils.translation import gettext as _

from assessments.exchange.markup import one_line
from assessments.exchange.moodlexml.cloze import protected
from assessments.exchange.moodlexml.out import KINDS, Cannot, Sheet
from assessments.exchange.moodlexml.texts import exact_html, holder
from assessments.exchange.pieces import compare_tag, compared_otherwise, ease_word, sourced, tidied, typed_keys
from assessments.exchange.question import Found, Skipped


def write(questions: Iterable[Found], file: BinaryIO, *, language: str) -> Iterator[Skipped]:
    """Write questions; yields a line for each that Moodle cannot hold, or not in full."""
    file.write(b'<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n')
    category: tuple[str, ...] = ()
    for question in questions:
        where = question.key or question.name or question.where
        tidy, losses = tidied(question)
        try:
            element = _question(tidy, language, losses)
        except Cannot as reason:
            yield Skipped(where=where, why=str(reason))
            continue
        if tidy.category != category:
            category = tidy.category
            _put(_category(category), file)
        _put(element, file)
        for loss in dict.fromkeys(losses):
            yield Skipped(where=where, why=loss)
    file.write(b"</quiz>\n")


def _put(element: Element, file: BinaryIO) -> None:
    indent(element, level=1)
    file.write(b"  " + tostring(element, encoding="utf-8").strip() + b"\n")


def _category(names: tuple[str, ...]) -> Element:
    element = Element("question", {"type": "category"})
    path = "/".join(("$course$", "top", *(each.replace("/", "//") for each in names)))
    SubElement(SubElement(element, "category"), "text").text = path
    return element


def _question(question: Found, language: str, losses: list[str]) -> Element:
    if question.type not in KINDS:
        raise Cannot(_("Moodle has no question of the type “%(type)s” that says the same.") % {"type": question.type})
    sheet = Sheet(question, language, losses)
    kind = KINDS[question.type](sheet)
    element = Element("question", {"type": kind})
    sheet.add(element, "name", one_line(question.name or question.key) or one_line(question.text["stem"])[:80].strip())
    _stem(element, question, sheet)
    sheet.add(element, "generalfeedback", exact_html(sourced(question)), "html")
    for name, value in (
        ("defaultgrade", str(question.points)),
        ("penalty", "0.3333333"),
        ("hidden", "0"),
        ("idnumber", one_line(question.key)),
    ):
        SubElement(element, name).text = value
    element.extend(sheet.parts)
    keys = list(typed_keys(question.answer_key))
    ways = compare_tag(keys)
    if not ways and len({compare_tag([each]) for each in keys}) > 1:
        losses.append(compared_otherwise())
    tags = [*question.tags, *filter(None, [ways, ease_word(question.difficulty)])]
    if tags:
        below = SubElement(element, "tags")
        for each in tags:
            sheet.add(below, "tag", each)
    return element


def _stem(element: Element, question: Found, sheet: Sheet) -> None:
    body, text = sheet.body, question.text
    picture = question.picture
    if picture is not None:
        picture_text: Mapping[str, Any] = text.get("picture", {})
        shown = holder(picture, one_line(picture_text.get("alt", "")))
        body = protected(shown) + body if body else shown + exact_html(text["stem"], is_wrapped=True)
    elif question.structure.get("picture"):
        sheet.losses.append(_("The picture is not at hand."))
    stem = sheet.add(element, "questiontext", body or exact_html(text["stem"]), "html")
    if picture is not None:
        file = SubElement(stem, "file", {"name": picture.name, "path": "/", "encoding": "base64"})
        file.text = base64.b64encode(picture.data).decode()
