"""XML from strangers, read piece by piece, each with its line. Pure.

No document type, no entities and nothing from outside: no file of questions needs them, and bombs are made of them.
"""

from collections.abc import Callable, Collection, Iterator
from typing import BinaryIO
from xml.etree.ElementTree import Element, ParseError
from xml.parsers.expat import errors

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser
from django.utils.translation import gettext as _

from assessments.exchange.question import FileRefused

CHUNK = 64 * 1024
#: How deep elements may stand in elements, and how many characters one question may have, its pictures included.
DEEPEST, LONGEST = 200, 64 * 2**20
#: What an element counts beside its characters: memory and time that it takes even when it is empty.
AN_ELEMENT = 1000
_ENCODINGS = (
    errors.codes[errors.XML_ERROR_UNKNOWN_ENCODING],
    errors.codes[errors.XML_ERROR_INCORRECT_ENCODING],
)


class Unreadable(FileRefused):
    """It is no XML; `line` is where it goes wrong."""

    def __init__(self, line: int) -> None:
        super().__init__(
            _("Line %(line)d is not written as XML is. Nothing of the file is read. Export it again.") % {"line": line}
        )
        self.line = line


class Node(Element):
    """An element that knows in which line it began."""

    line: int = 0


def plain_name(tag: str) -> str:
    """A name without its namespace."""
    return tag.rpartition("}")[2]


def elements(
    file: BinaryIO, names: Collection[str], *, name: Callable[[str], str] = plain_name, roots: Collection[str] = ()
) -> Iterator[Node]:
    """The outermost elements of these names, each as it ends; all else is forgotten at once.

    Arguments:
        names: of the elements; empty: the whole document.
        name: how a name of the file becomes one of ours.
        roots: what the document may be.

    Raises:
        FileRefused: it is no XML, has a document type or entities, or is something else. It may come after elements.
    """
    builder = _Builder(names, name, roots)
    parser = DefusedXMLParser(target=builder, forbid_dtd=True)
    builder.line = lambda: int(parser.parser.CurrentLineNumber)
    file.seek(0)
    try:
        while chunk := file.read(CHUNK):
            parser.feed(chunk)
            yield from builder.taken()
        parser.close()
        yield from builder.taken()
    except DefusedXmlException as reason:
        raise FileRefused(
            _("Line %(line)d: a DOCTYPE or entities, which no question needs. Nothing of the file is read.")
            % {"line": builder.line()}
        ) from reason
    except ParseError as reason:
        if reason.code in _ENCODINGS:
            raise FileRefused(_("The encoding of the file is not known here. Save it as UTF-8.")) from reason
        raise Unreadable(reason.position[0]) from reason
    except FileRefused:
        raise
    except (ValueError, LookupError) as reason:  # an encoding that Python knows, and that is none of text
        raise FileRefused(_("The encoding of the file is not known here. Save it as UTF-8.")) from reason


class _Builder:
    """Builds wanted elements, and nothing of the others."""

    def __init__(self, names: Collection[str], name: Callable[[str], str], roots: Collection[str]) -> None:
        self.names, self.name, self.roots = names, name, roots
        self.line: Callable[[], int] = lambda: 0
        self.depth = self.length = 0
        self._open: list[Node] = []
        self._last: Node | None = None
        self._words: list[str] = []
        self._done: list[Node] = []

    def taken(self) -> list[Node]:
        done, self._done = self._done, []
        return done

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        plain = self.name(tag)
        self.depth += 1
        if self.depth == 1 and self.roots and plain not in self.roots:
            raise FileRefused(
                _("This is an XML file, but of another kind: it begins with “%(name)s”.") % {"name": plain[:40]}
            )
        if self.depth > DEEPEST:
            raise FileRefused(_("Line %(line)d: elements stand too deep in each other.") % {"line": self.line()})
        if not self._open and self.names and plain not in self.names:
            return
        self._flush()
        node = Node(plain, {self.name(key): value for key, value in attributes.items()})
        node.line = self.line()
        if self._open:
            self._open[-1].append(node)
        self._open.append(node)
        self._grow(AN_ELEMENT + sum(100 + len(key) + len(value) for key, value in attributes.items()))
        self._last = None

    def data(self, words: str) -> None:
        if self._open:
            self._grow(len(words))
            self._words.append(words)

    def end(self, tag: str) -> None:
        self.depth -= 1
        if not self._open:
            return
        self._flush()
        self._last = self._open.pop()
        if not self._open:
            self._done.append(self._last)
            self._last, self.length = None, 0

    def close(self) -> None:
        """The end of the document."""

    def _grow(self, by: int) -> None:
        self.length += by
        if self.length > LONGEST:
            raise FileRefused(
                _("Line %(line)d: one question is larger than %(most)d MB.")
                % {"line": self._open[0].line if self._open else self.line(), "most": LONGEST // 2**20}
            )

    def _flush(self) -> None:
        if not self._words:
            return
        words = "".join(self._words)
        self._words.clear()
        if self._last is not None:
            self._last.tail = (self._last.tail or "") + words
        else:
            self._open[-1].text = (self._open[-1].text or "") + words


def words_of(node: Element | None) -> str:
    """All text in an element."""
    return "".join(node.itertext()) if node is not None else ""
