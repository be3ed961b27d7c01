"""From a Word document to lessons: headings, lists, tables, pictures, links, footnotes; the rest is named."""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, tostring

import mammoth
from defusedxml import ElementTree
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.pages.blocks import is_known
from courses.pages.richtext import TAGS, clean_rich_text
from courses.pages.word.checking import WordRefused, checked
from lms.text import tidy

MOST_LETTERS = 400_000
MOST_LESSONS = 60
MOST_BLOCKS = 200
MOST_PICTURES = 200
TITLE = 255
CELLS = 5
#: Word's own styles that are not in the reader's map, as what a lesson has.
STYLES = """
p[style-name='Title'] => p.word-title:fresh
p[style-name='Subtitle'] => p:fresh
p[style-name='Caption'] => p.word-caption:fresh
p[style-name='caption'] => p.word-caption:fresh
p[style-name='Quote'] => p:fresh
p[style-name='Intense Quote'] => p:fresh
p[style-name='List Bullet'] => ul > li:fresh
p[style-name='List Bullet 2'] => ul|ol > li > ul > li:fresh
p[style-name='List Number'] => ol > li:fresh
p[style-name='List Number 2'] => ul|ol > li > ol > li:fresh
p[style-name='TOC Heading'] => !
p[style-name='toc 1'] => !
p[style-name='toc 2'] => !
p[style-name='toc 3'] => !
comment-reference => !
"""
HEADINGS = ("h2", "h3", "h4", "h5", "h6")
#: The headings that the text of a lesson may have, from the largest.
OWN_HEADINGS = tuple(tag for tag in HEADINGS if tag in TAGS)
_UNKNOWN_STYLE = re.compile(r"Unrecognised (paragraph|run) style: '?([^'(]*)'?")


@dataclass
class Image:
    """A picture of the document: what it holds, and what Word says of it for those who cannot see it."""

    content: bytes
    content_type: str
    alt: str
    caption: str = ""


@dataclass
class Part:
    """One block to be: ``text`` (rich text), ``table`` (rows of cells) or ``picture``."""

    kind: str
    text: str = ""
    rows: list[list[str]] = field(default_factory=list)
    has_head: bool = False
    caption: str = ""
    image: Image | None = None


@dataclass
class WordLesson:
    """One lesson to be."""

    title: str
    parts: list[Part] = field(default_factory=list)

    @property
    def letters(self) -> int:
        return sum(len(part.text) + sum(len(cell) for row in part.rows for cell in row) for part in self.parts)


@dataclass
class Document:
    """What was read, and everything that a person should know about it."""

    lessons: list[WordLesson]
    notes: list[str]


def read_document(path: Path, name: str) -> Document:
    """The lessons of a Word document.

    Raises:
        WordRefused: it is not opened, or holds nothing, or too much.
    """
    images: list[Image] = []

    def keep(image: Any) -> dict[str, str]:
        with image.open() as file:
            images.append(Image(file.read(), str(image.content_type), tidy(image.alt_text or "")))
        return {"src": str(len(images) - 1)}

    with checked(path, name) as folder:
        parts = {each.relative_to(folder).as_posix() for each in folder.rglob("*") if each.is_file()}
        try:
            with path.open("rb") as file:
                found = mammoth.convert_to_html(
                    file,
                    style_map=STYLES,
                    convert_image=mammoth.images.img_element(keep),
                    include_embedded_style_map=False,
                    external_file_access=False,
                    ignore_empty_paragraphs=True,
                )
            root = ElementTree.fromstring(f"<body>{found.value}</body>", forbid_dtd=True)
        except Exception as reason:  # whatever a reader of damaged documents raises
            raise WordRefused(
                _("“%(name)s” cannot be read. Open it in Word, save it anew as .docx and try again.") % {"name": name}
            ) from reason
    if len(images) > MOST_PICTURES:
        raise WordRefused(
            _("“%(name)s” holds %(count)d pictures; %(most)d are taken at once. Divide it.")
            % {"name": name, "count": len(images), "most": MOST_PICTURES}
        )
    walker = _Walker(images, Path(name).stem)
    walker.walk(root)
    lessons = [lesson for lesson in walker.lessons if lesson.parts]
    notes = [*walker.notes(), *_styles(found.messages), *_left_out(parts)]
    _check_length(lessons, name)
    return Document(lessons, notes)


def _check_length(lessons: list[WordLesson], name: str) -> None:
    if not lessons:
        raise WordRefused(_("“%(name)s” holds no text from which a lesson could be made.") % {"name": name})
    letters, blocks = sum(each.letters for each in lessons), max(len(each.parts) for each in lessons)
    if letters > MOST_LETTERS or len(lessons) > MOST_LESSONS or blocks > MOST_BLOCKS:
        raise WordRefused(
            _(
                "“%(name)s” is too long to be taken at once: %(lessons)d lessons, %(letters)d letters. Divide it into "
                "several files, one for each module."
            )
            % {"name": name, "lessons": len(lessons), "letters": letters}
        )


def _styles(messages: Iterable[Any]) -> list[str]:
    names = sorted({found[2].strip() for each in messages if (found := _UNKNOWN_STYLE.match(str(each.message)))})
    if not names:
        return []
    return [
        _(
            "Styles of your own became plain text: %(names)s. Mark headings with Word’s own styles, “Heading 1” to "
            "“Heading 3”."
        )
        % {"names": ", ".join(names)}
    ]


def _left_out(parts: set[str]) -> list[str]:
    """What the document has beside its text, by its parts."""
    found = []
    if any(part.startswith(("word/header", "word/footer")) for part in parts):
        found.append(_("Headers and footers are left out."))
    if "word/comments.xml" in parts:
        found.append(_("Comments are left out."))
    if any(part.startswith(("word/embeddings/", "word/charts/", "word/diagrams/")) for part in parts):
        found.append(_("Charts, drawings and embedded files are left out: insert them as pictures."))
    if any(part.startswith("word/activeX/") for part in parts):
        found.append(_("Form controls are left out."))
    return found


class _Walker:
    """Goes through the document's parts in order and opens a lesson at every heading of the first level."""

    def __init__(self, images: list[Image], stem: str) -> None:
        self.images, self.stem = images, stem
        self.lessons: list[WordLesson] = []
        self.title = ""
        self.waiting: list[str] = []
        self.caption = ""
        self.footnotes: dict[str, str] = {}
        self.numbers: dict[int, list[str]] = {}
        self.lost: dict[str, int] = {}
        self.wide: list[int] = []
        self.tables = 0

    @property
    def lesson(self) -> WordLesson:
        if not self.lessons:
            self.lessons.append(WordLesson((self.title or self.stem)[:TITLE]))
        return self.lessons[-1]

    def walk(self, root: Element) -> None:
        children = list(root)
        if children and _is_footnotes(children[-1]):
            self._take_footnotes(children.pop())
        for child in children:
            self._child(child)
        self._close()
        for number, lesson in enumerate(self.lessons):
            for note in self.numbers.get(number, []):
                if note in self.footnotes:
                    lesson.parts.append(Part("text", f"<p>{self.footnotes[note]}</p>"))

    def _child(self, child: Element) -> None:
        style = child.get("class", "")
        if child.tag == "h1":
            self._close()
            self.lessons.append(WordLesson(_plain(child)[:TITLE] or _("Without a title")))
            self._images_in(child)
        elif style == "word-title":
            self.title = self.title or _plain(child)
        elif style == "word-caption":
            self._caption(_plain(child))
        elif child.tag == "table":
            self._table(child)
        elif child.tag in HEADINGS:
            level = min(HEADINGS.index(child.tag), len(OWN_HEADINGS) - 1)
            self._text(child, OWN_HEADINGS[level])
        else:
            self._text(child, child.tag)

    def _text(self, child: Element, tag: str) -> None:
        for inner in child.iter():
            if inner.tag in ("sup", "sub") and not _is_reference(inner):
                self.lost["raised"] = self.lost.get("raised", 0) + 1
            if inner.tag == "table" or (inner.tag == "img" and child.tag in ("ul", "ol")):
                self.lost["nested"] = self.lost.get("nested", 0) + (inner.tag == "table")
            self._reference(inner)
        images = list(child.iter("img"))
        markup = clean_rich_text(_markup(child, tag))
        if _plain(child):
            self.waiting.append(markup)
        for image in images:
            self._picture(image)

    def _reference(self, inner: Element) -> None:
        target = inner.get("href", "") if inner.tag == "a" else ""
        if not target.startswith("#"):
            scheme = target.partition(":")[0].lower()
            if target and scheme not in ("http", "https", "mailto"):
                self.lost["link"] = self.lost.get("link", 0) + 1
            return
        note = target.removeprefix("#")
        if note in self.footnotes:
            _lesson = self.lesson
            self.numbers.setdefault(len(self.lessons) - 1, []).append(note)
        else:
            self.lost["link"] = self.lost.get("link", 0) + 1
        del inner.attrib["href"]

    def _images_in(self, child: Element) -> None:
        for image in child.iter("img"):
            self._picture(image)

    def _picture(self, image: Element) -> None:
        number = image.get("src", "")
        if not number.isdigit() or int(number) >= len(self.images):
            return
        self._close()
        own = self.images[int(number)]
        own.caption, self.caption = self.caption, ""
        self.lesson.parts.append(Part("picture", image=own))

    def _caption(self, words: str) -> None:
        """A caption belongs to the picture or table that stands before it, or else to the next one."""
        before = self.lesson.parts[-1] if self.lesson.parts and not self.waiting else None
        if before is not None and before.kind == "picture" and before.image and not before.image.caption:
            before.image.caption = words[:300]
        elif before is not None and before.kind == "table" and not before.caption:
            before.caption = words[:TITLE]
        else:
            self.caption = words[:TITLE]

    def _table(self, table: Element) -> None:
        head = table.find("thead")
        rows, images = [], []
        for row in table.iter("tr"):
            cells = [each for each in row if each.tag in ("td", "th")]
            if any(each.get("colspan") or each.get("rowspan") for each in cells):
                self.lost["merged"] = self.lost.get("merged", 0) + 1
            rows.append([_plain(each, "\n") for each in cells])
            images += [each for cell in cells for each in cell.iter("img")]
        rows = [row for row in rows if any(row)]
        width = max((len(row) for row in rows), default=0)
        self.tables += 1
        caption, self.caption = self.caption, ""
        if rows and width <= CELLS and is_known("table"):
            self._close()
            self.lesson.parts.append(Part("table", rows=rows, has_head=head is not None, caption=caption))
        elif rows:
            self.wide.append(width)
            self.waiting += [
                f"<p>{html.escape(' · '.join(cell for cell in row if cell), quote=False)}</p>" for row in rows
            ]
        for image in images:
            self._picture(image)

    def _close(self) -> None:
        if self.waiting:
            self.lesson.parts.append(Part("text", "".join(self.waiting)))
            self.waiting = []

    def _take_footnotes(self, listed: Element) -> None:
        for number, entry in enumerate(listed, start=1):
            for link in entry.iter("a"):
                if link.get("href", "").startswith("#"):
                    link.text = ""
                    link.attrib.pop("href")
            words = "".join(_inner(each) if each.tag == "p" else _markup(each, each.tag) for each in entry)
            inner = re.sub(r"</?p>", "", clean_rich_text(words)).replace("<a></a>", "").strip()
            self.footnotes[entry.get("id", "")] = f"[{number}] {inner}"

    def notes(self) -> list[str]:
        """What changed on the way, in words."""
        found = []
        for kind, words in (
            ("link", _("Links to places in the document or on a computer became plain text: %(count)d.")),
            ("raised", _("Raised and lowered letters became plain letters: %(count)d.")),
            ("merged", _("Rows with merged cells: %(count)d. Look at these tables.")),
            ("nested", _("Tables inside other things became text: %(count)d.")),
        ):
            if self.lost.get(kind):
                found.append(words % {"count": self.lost[kind]})
        for width in self.wide:
            found.append(
                _("A table with %(width)d columns became paragraphs: a table of a lesson has at most %(most)d.")
                % {"width": width, "most": CELLS}
                if is_known("table")
                else _("A table became paragraphs.")
            )
        if self.footnotes:
            found.append(
                ngettext(
                    "%(count)d footnote stands at the end of its lesson.",
                    "%(count)d footnotes stand at the end of their lessons.",
                    len(self.footnotes),
                )
                % {"count": len(self.footnotes)}
            )
        return found


def _is_footnotes(child: Element) -> bool:
    return child.tag == "ol" and all(each.get("id", "").startswith(("footnote-", "endnote-")) for each in child)


def _is_reference(inner: Element) -> bool:
    return any(
        each.get("href", "").startswith("#") or each.get("id", "").startswith("footnote") for each in inner.iter("a")
    )


def _plain(element: Element, between: str = " ") -> str:
    """The words of an element, its paragraphs apart."""
    blocks = [each for each in element if each.tag in ("p", "li", "ul", "ol")]
    if blocks:
        return tidy(between.join(_plain(each, between) for each in blocks))
    return tidy(" ".join("".join(element.itertext()).split()))


def _inner(element: Element) -> str:
    return html.escape(element.text or "", quote=False) + "".join(
        tostring(each, encoding="unicode", method="html") for each in element
    )


def _markup(element: Element, tag: str) -> str:
    for each in element.iter():
        for name in [name for name in each.attrib if name != "href"]:
            if each.tag != "img":
                del each.attrib[name]
    return f"<{tag}>{_inner(element)}</{tag}>"
