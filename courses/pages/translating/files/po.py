"""PO, the format of gettext: written plainly, and read line by line, so that each message names its line.

https://www.gnu.org/software/gettext/manual/html_node/PO-Files.html
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

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

_BASE = "Suluh:"
_BASE_OF = re.compile(rf"(?:^|\s){_BASE}([0-9a-f]{{12}}|-)(?:\s|$)")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"\s*')
_KEYWORD = re.compile(r"(msgctxt|msgid|msgid_plural|msgstr|msgstr\[\d{1,2}\])\s*(?=\")")
_ESCAPE = re.compile(r"\\(x[0-9A-Fa-f]{1,2}|[0-7]{1,3}|.)")
_SINGLE = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_OUT = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_LONGEST_LINE = 200_000
#: Only within one line: across empty ones the search would begin anew at each.
_MSGID = re.compile(r"^[ \t\r\f\v]*msgid\b(?!_)", re.MULTILINE)
#: No database keeps this character. In its place stands another that is no text either, so that the entry is refused.
_NUL, _INSTEAD = "\x00", "\x01"


def language_in_po(language: str) -> str:
    """A language as gettext writes it: ``zh_Hans``, ``id``."""
    name, _dash, rest = language.partition("-")
    return f"{name}_{rest.title() if len(rest) == 4 else rest.upper()}" if rest else name


# --- out


def write_po(head: Head, entries: list[OutEntry]) -> bytes:
    """The file, in UTF-8."""
    when = f"{head.made_at:%Y-%m-%d %H:%M}+0000" if head.made_at else ""
    fields = {
        "Project-Id-Version": head.title,
        "POT-Creation-Date": when,
        "PO-Revision-Date": when,
        "Language": language_in_po(head.language),
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "X-Source-Language": head.source_language,
        "X-Suluh-Format": str(FORMAT),
        "X-Suluh-Course": head.course,
        "X-Suluh-Unit": head.unit,
        "X-Suluh-Language": head.language,
    }
    lines = ['msgid ""', 'msgstr ""']
    lines += [_quoted(f"{name}: {' '.join(value.split())}\n") for name, value in fields.items()]
    for entry in entries:
        lines.append("")
        lines += [f"#. {note}" for note in _one_line_each(entry.notes)]
        lines.append(f"#. {_BASE}{entry.base}")
        flags = [*(["fuzzy"] if entry.is_fuzzy and entry.text else [])]
        if flags:
            lines.append(f"#, {', '.join(flags)}")
        if entry.previous:
            lines += [f"#| {line}" for line in _string("msgid", entry.previous)]
        lines += _string("msgctxt", entry.context)
        lines += _string("msgid", entry.source)
        lines += _string("msgstr", entry.text)
    return ("\n".join(lines) + "\n").encode()


def _one_line_each(notes: tuple[str, ...]) -> Iterator[str]:
    return (" ".join(note.split()) for note in notes)


def _quoted(text: str) -> str:
    return '"' + "".join(_OUT.get(each, each) for each in text) + '"'


def _string(keyword: str, text: str) -> list[str]:
    pieces = text.split("\n")
    lines = [f"{piece}\n" for piece in pieces[:-1]] + ([pieces[-1]] if pieces[-1] else [])
    if len(lines) < 2:
        return [f"{keyword} {_quoted(text)}"]
    return [f'{keyword} ""', *(_quoted(line) for line in lines)]


# --- in


@dataclass
class _Raw:
    """One entry while it is read."""

    line: int = 0
    #: Keyword → what stands behind it, line by line.
    pieces: dict[str, list[str]] = field(default_factory=dict)
    flags: set[str] = field(default_factory=set)
    base: str = ""
    has_comment: bool = False
    last: str = ""

    @cached_property
    def strings(self) -> dict[str, str]:
        """The entry as a whole; asked for when it ends."""
        return {name: "".join(pieces) for name, pieces in self.pieces.items()}


def read_po(content: bytes) -> Incoming:
    """What a PO file says.

    Raises:
        FileRefused: it is not in UTF-8, is no PO file from its beginning to its end, is none of ours, or is too large.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as reason:
        line = content.count(b"\n", 0, reason.start) + 1
        raise FileRefused(
            _("Line %(line)d is not written in UTF-8. Save the file again with the encoding UTF-8.") % {"line": line}
        ) from reason
    refuse_number(len(_MSGID.findall(text)) - 1)
    found = Incoming(Head("", "", "", ""))
    head: Head | None = None
    for raw in _raw_entries(text.replace(_NUL, _INSTEAD), found.left_out):
        context, source = raw.strings.get("msgctxt", ""), raw.strings["msgid"]
        if not source and not context:
            if head is None:
                head = _head(raw)
            continue
        found.entries.append(_entry(raw, context, source))
    if head is None:
        raise not_ours()
    found.head = head
    return found


def _entry(raw: _Raw, context: str, source: str) -> InEntry:
    problem = ""
    if "msgid_plural" in raw.strings or any(name.startswith("msgstr[") for name in raw.strings):
        problem = _("It has plural forms, which texts of courses do not have.")
    return InEntry(
        line=raw.line,
        context=context,
        source=source,
        text=raw.strings.get("msgstr", ""),
        is_fuzzy="fuzzy" in raw.flags,
        base=raw.base,
        problem=problem,
        remark=_("The comment is not kept here.") if raw.has_comment else "",
    )


def _head(raw: _Raw) -> Head:
    said = {}
    for line in raw.strings.get("msgstr", "").split("\n"):
        name, colon, value = line.partition(":")
        if colon:
            said[name.strip().lower()] = value.strip()
    if "x-suluh-format" not in said or not said.get("x-suluh-course"):
        raise not_ours()
    check_format(said["x-suluh-format"])
    language = said.get("x-suluh-language") or said.get("language", "").replace("_", "-").lower()
    return Head(said["x-suluh-course"], said.get("x-suluh-unit", ""), language, said.get("x-source-language", ""))


def _raw_entries(text: str, left_out: list[tuple[int, str]]) -> Iterator[_Raw]:
    raw = _Raw()
    for number, line in enumerate(text.split("\n"), start=1):
        line = line.strip("\r\t\f \v")
        begins_anew = any(name.startswith("msgstr") for name in raw.pieces)
        if not line:
            if begins_anew:
                yield _whole(raw)
                raw = _Raw()
        elif line.startswith("#"):
            if line.startswith("#~"):
                if line.startswith("#~ msgid ") and not line.startswith('#~ msgid ""'):
                    left_out.append((number, _("Your tool keeps this as an entry that is gone. It is not looked at.")))
                continue
            if begins_anew:
                yield _whole(raw)
                raw = _Raw()
            _comment(raw, line)
        elif line.startswith('"'):
            if not raw.last:
                raise _broken(number)
            raw.pieces[raw.last].append(_unquoted(line, number))
        else:
            keyword = _KEYWORD.match(line)
            if keyword is None:
                raise _broken(number)
            name = keyword[1]
            if begins_anew and not name.startswith("msgstr["):
                yield _whole(raw)
                raw = _Raw()
            if name in raw.pieces:
                raise _broken(number)
            raw.line = raw.line or number
            raw.last = name
            raw.pieces[name] = [_unquoted(line[keyword.end() :], number)]
    if raw.pieces:
        yield _whole(raw)


def _whole(raw: _Raw) -> _Raw:
    if "msgid" not in raw.pieces or not any(name.startswith("msgstr") for name in raw.pieces):
        raise _broken(raw.line)
    return raw


def _comment(raw: _Raw, line: str) -> None:
    if line.startswith("#,"):
        raw.flags |= {flag.strip() for flag in line[2:].split(",")}
    elif line.startswith("#."):
        if base := _BASE_OF.search(line[2:]):
            raw.base = base[1]
    elif not line.startswith(("#|", "#:")):
        raw.has_comment = raw.has_comment or len(line) > 1


def _unquoted(quoted: str, line: int) -> str:
    found = _QUOTED.fullmatch(quoted) if len(quoted) < _LONGEST_LINE else None
    if found is None:
        raise _broken(line)
    return _ESCAPE.sub(_meant, found[1]).replace(_NUL, _INSTEAD)


def _meant(escape: re.Match[str]) -> str:
    what = escape[1]
    if what[0] == "x" and len(what) > 1:
        return chr(int(what[1:], 16))
    if what[0] in "01234567":
        return chr(int(what, 8) & 0xFF)
    return _SINGLE.get(what, what)


def _broken(line: int) -> FileRefused:
    return FileRefused(
        _("Line %(line)d is not written as a PO file is. Open the file in your tool and save it again.")
        % {"line": line}
    )
