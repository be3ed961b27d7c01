"""XLIFF 1.2 (OASIS), which OmegaT, Poedit, memoQ and Trados all read and write; 2.x each of them reads differently.

Inline tags are native code: ``<bpt>`` and ``<ept>`` around words, ``<ph>`` for one that stands alone. The code itself
is in the file, so a tag comes back as it went out, and tools keep translators from typing into it.
http://docs.oasis-open.org/xliff/v1.2/os/xliff-core.html
"""

import io
import re
from collections.abc import Iterable
from typing import Any
from xml.sax import SAXException
from xml.sax.handler import ContentHandler
from xml.sax.saxutils import escape, quoteattr
from xml.sax.xmlreader import Locator

import defusedxml.sax
from defusedxml.common import DefusedXmlException
from django.utils.html import escape as escape_html
from django.utils.translation import gettext as _

from courses.pages.translating.files.entries import (
    FORMAT,
    FileRefused,
    Head,
    Incoming,
    InEntry,
    OutEntry,
    check_format,
    not_ours,
    refuse_number,
)

_NAMESPACE = "urn:oasis:names:tc:xliff:document:1.2"
_PRODUCT = "Suluh"
#: A tag, a character that is written as an entity, or one that should be.
_CODE = re.compile(r"<[^<>]*>|&#?\w{1,31};|[<>&]")
_NAME = re.compile(r"<\s*(/?)\s*([a-zA-Z][\w-]*)[^>]*?(/?)\s*>")
_ALONE = frozenset({"br", "hr", "img", "wbr"})
#: Elements in which words of a source or target stand between tags of a tool's own.
_TRANSPARENT = frozenset({"mrk", "sub"})
_NATIVE = frozenset({"bpt", "ept", "ph", "it"})
_FOREIGN = frozenset({"g", "x", "bx", "ex"})


# --- out


def write_xliff(head: Head, entries: list[OutEntry]) -> bytes:
    """The file, in UTF-8."""
    when = f" date={quoteattr(f'{head.made_at:%Y-%m-%dT%H:%M:%SZ}')}" if head.made_at else ""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<xliff version="1.2" xmlns="{_NAMESPACE}">',
        f"<file original={quoteattr(f'{head.course}/{head.unit}')} source-language={quoteattr(head.source_language)}"
        f' target-language={quoteattr(head.language)} datatype="html" xml:space="preserve"{when}'
        f' product-name="{_PRODUCT}" product-version="{FORMAT}">',
        f"<header><note>{escape(head.title)}</note></header>",
        "<body>",
    ]
    for entry in entries:
        lines += _unit(entry, head)
    lines += ["</body>", "</file>", "</xliff>"]
    return ("\n".join(lines) + "\n").encode()


def _unit(entry: OutEntry, head: Head) -> Iterable[str]:
    ids = _Ids(entry.source) if entry.is_rich else None
    approved = f' approved="{"no" if entry.is_fuzzy else "yes"}"' if entry.text else ""
    width = f' maxwidth="{entry.longest}" size-unit="char"' if entry.longest else ""
    yield f"<trans-unit id={quoteattr(entry.context)}{approved}{width}>"
    yield f"<source>{_inline(entry.source, ids)}</source>"
    if entry.text:
        state = "needs-review-translation" if entry.is_fuzzy else "translated"
        machine = ' state-qualifier="leveraged-mt"' if entry.is_machine else ""
        yield f'<target state="{state}"{machine}>{_inline(entry.text, ids)}</target>'
    yield (
        '<context-group name="suluh" purpose="x-suluh">'
        f'<context context-type="x-suluh-base">{entry.base}</context></context-group>'
    )
    for note in entry.notes:
        yield f'<note from="{_PRODUCT}">{escape(note)}</note>'
    if entry.previous:
        yield (
            f'<alt-trans alttranstype="previous-version" origin="{_PRODUCT}">'
            f"<source>{_inline(entry.previous, _Ids(entry.previous) if entry.is_rich else None)}</source>"
            f"<target>{_inline(entry.text, ids)}</target></alt-trans>"
        )
    yield "</trans-unit>"


class _Ids:
    """Numbers for the tags of a text: the same tag has the same number in source and target."""

    def __init__(self, source: str) -> None:
        self.known: dict[tuple[str, int], int] = {}
        for code in _CODE.findall(source):
            self._number(code, sum(each == code for each, _n in self.known))

    def _number(self, code: str, occurrence: int) -> int:
        return self.known.setdefault((code, occurrence), len(self.known) + 1)

    def of(self, text: str) -> list[int]:
        """The number of each tag of a text in turn."""
        seen: dict[str, int] = {}
        found = []
        for code in _CODE.findall(text):
            found.append(self._number(code, seen.get(code, 0)))
            seen[code] = seen.get(code, 0) + 1
        return found


def _inline(text: str, ids: _Ids | None) -> str:
    if ids is None:
        return escape(text)
    codes = list(_CODE.finditer(text))
    numbers = ids.of(text)
    pairs = _pairs([code[0] for code in codes])
    parts, end = [], 0
    for index, (code, number) in enumerate(zip(codes, numbers, strict=True)):
        parts.append(escape(text[end : code.start()]))
        end = code.end()
        kind, partner = pairs.get(index, ("", index))
        if kind:
            rid = numbers[partner] if kind == "ept" else number
            parts.append(f'<{kind} id="{rid}" rid="{rid}">{escape(code[0])}</{kind}>')
        elif (name := _NAME.fullmatch(code[0])) and not name[3] and name[2].lower() not in _ALONE:
            parts.append(f'<it id="{number}" pos="{"close" if name[1] else "open"}">{escape(code[0])}</it>')
        else:
            parts.append(f'<ph id="{number}">{escape(code[0])}</ph>')
    return "".join([*parts, escape(text[end:])])


def _pairs(codes: list[str]) -> dict[int, tuple[str, int]]:
    """Which of the tags open and close words: index → what it is, and the index of the other."""
    found: dict[int, tuple[str, int]] = {}
    waiting: list[tuple[str, int]] = []
    for index, code in enumerate(codes):
        name = _NAME.fullmatch(code)
        if name is None or name[3] or name[2].lower() in _ALONE:
            continue
        if not name[1]:
            waiting.append((name[2], index))
        elif waiting and waiting[-1][0] == name[2]:
            _tag, opened = waiting.pop()
            found[opened], found[index] = ("bpt", index), ("ept", opened)
    return found


# --- in


def read_xliff(content: bytes) -> Incoming:
    """What an XLIFF file says.

    Raises:
        FileRefused: it is no XLIFF 1.2, holds more than texts (entities, a DOCTYPE), is none of ours, or is too large.
    """
    refuse_number(content.count(b"<trans-unit"))
    handler = _Reader()
    parser = defusedxml.sax.make_parser()
    parser.forbid_dtd = True
    parser.setContentHandler(handler)
    try:
        parser.parse(io.BytesIO(content))
    except DefusedXmlException as reason:
        raise FileRefused(
            _("The file holds a DOCTYPE or entities, which no translation needs. Save it again from your tool.")
        ) from reason
    except FileRefused:
        raise
    except (SAXException, ValueError, LookupError) as reason:
        line = getattr(reason, "getLineNumber", lambda: 0)() or handler.line
        raise FileRefused(
            _("Line %(line)d is not written as an XLIFF file is. Open the file in your tool and save it again.")
            % {"line": line}
        ) from reason
    if handler.found is None:
        raise not_ours()
    return handler.found


class _Reader(ContentHandler):
    """Takes the words out of one trans-unit after another."""

    def __init__(self) -> None:
        super().__init__()
        self.locator: Locator | None = None
        self.found: Incoming | None = None
        self.is_xliff = False
        self.unit: dict[str, Any] | None = None
        self.inside: list[str] = []
        self.where = ""
        self.natives = 0

    @property
    def line(self) -> int:
        return self.locator.getLineNumber() or 0 if self.locator else 0

    def setDocumentLocator(self, locator: Locator) -> None:
        self.locator = locator

    def startElement(self, name: str, attrs: Any) -> None:
        name = name.rpartition(":")[2]
        self.inside.append(name)
        if not self.is_xliff:
            self._begin(name, attrs)
        elif name == "file":
            self._file(attrs)
        elif name == "trans-unit":
            self.unit = {"line": self.line, "id": attrs.get("id", ""), "approved": attrs.get("approved"), "problem": ""}
        elif self.unit is not None:
            self._in_unit(name, attrs)

    def _begin(self, name: str, attrs: Any) -> None:
        if name != "xliff":
            raise FileRefused(_("This is an XML file, but not XLIFF."))
        version = str(attrs.get("version", ""))
        if version != "1.2":
            raise FileRefused(
                _("This is XLIFF %(version)s; XLIFF 1.2 is read here. Save it in the version in which you got it.")
                % {"version": version[:20]}
            )
        self.is_xliff = True

    def _file(self, attrs: Any) -> None:
        if attrs.get("product-name") != _PRODUCT:
            raise not_ours()
        check_format(str(attrs.get("product-version", "")))
        course, _slash, unit = str(attrs.get("original", "")).partition("/")
        head = Head(course, unit, str(attrs.get("target-language", "")).lower(), str(attrs.get("source-language", "")))
        if self.found is not None and self.found.head != head:
            raise FileRefused(_("Several files are put together in this one. Bring each in by itself."))
        self.found = self.found or Incoming(head)

    def _in_unit(self, name: str, attrs: Any) -> None:
        assert self.unit is not None
        if self.where:
            if name in _NATIVE:
                self.natives += 1
            elif name in _FOREIGN:
                self.unit["problem"] = _("Your tool put a tag of its own into it: %(tag)s.") % {"tag": f"<{name}>"}
            elif name not in _TRANSPARENT:
                self.unit["problem"] = _("Something stands in it that is no text: %(tag)s.") % {"tag": f"<{name[:40]}>"}
        elif self.inside[-2] == "trans-unit" and name in ("source", "target"):
            self.where = name
            self.unit[name], self.unit[f"{name}-markup"] = [], []
            if name == "target":
                self.unit["state"] = attrs.get("state")
                self.unit["qualifier"] = attrs.get("state-qualifier") or ""
        elif self.inside[-2] == "trans-unit" and name == "note" and attrs.get("from") != _PRODUCT:
            self.unit["remark"] = _("The comment is not kept here.")
        elif name == "context" and attrs.get("context-type") == "x-suluh-base":
            self.unit["base"] = []

    def characters(self, content: str) -> None:
        if self.unit is None:
            return
        if self.where:
            self.unit[self.where].append(content)
            self.unit[f"{self.where}-markup"].append(content if self.natives else _escaped(content))
        elif self.inside[-1] == "context" and "base" in self.unit:
            self.unit["base"].append(content)

    def endElement(self, name: str) -> None:
        name = name.rpartition(":")[2]
        self.inside.pop()
        if self.unit is None:
            return
        if self.where and name in _NATIVE:
            self.natives -= 1
        elif self.where == name and self.inside[-1] == "trans-unit":
            self.where = ""
        elif name == "trans-unit":
            self._finish(self.unit)
            self.unit = None

    def _finish(self, unit: dict[str, Any]) -> None:
        if self.found is None:
            raise not_ours()
        refuse_number(len(self.found.entries) + 1)  # in whatever encoding, and with whatever prefix
        self.found.entries.append(
            InEntry(
                line=unit["line"],
                context=unit["id"],
                source="".join(unit.get("source", ())),
                text="".join(unit.get("target", ())),
                is_fuzzy=_is_fuzzy(unit.get("state"), unit["approved"]),
                is_machine=unit.get("qualifier", "") in ("leveraged-mt", "mt-suggestion"),
                markup="".join(unit.get("target-markup", ())),
                source_markup="".join(unit.get("source-markup", ())),
                base="".join(unit.get("base", ())).strip(),
                problem=unit["problem"],
                remark=unit.get("remark", ""),
            )
        )


def _escaped(text: str) -> str:
    """Words of a rich text as inline HTML: what a translator typed is words, whatever it looks like."""
    return escape_html(text).replace("&quot;", '"').replace("&#x27;", "'")


def _is_fuzzy(state: str | None, approved: str | None) -> bool:
    if approved == "yes":
        return False
    if state:
        return state.startswith("needs-") or state == "new"
    return approved == "no"
