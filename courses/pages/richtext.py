"""Rich text of bundles: a few plain tags, and nothing that a page of ours could not have written.

What officers' browsers get is cleaned by allow-list here, whatever a bundle, an author or a translator wrote
(`courses.pages.rendering`); what would be lost from a bundle is a problem that its author reads before.
"""

from html.parser import HTMLParser

import nh3

#: What the editor offers for the text of a lesson, and for a text inside another block, which has a heading already.
#: Whatever these write is in `TAGS`.
FEATURES = ["h2", "h3", "h4", "bold", "italic", "ol", "ul", "link"]
INNER_FEATURES = ["bold", "italic", "ol", "ul", "link"]

HEADINGS = {"h2", "h3", "h4"}
TAGS = {"p", "b", "i", "strong", "em", "ol", "ul", "li", "a", "br"} | HEADINGS
#: Tags that begin a piece of their own.
BLOCKS = {"p", "ol", "ul", "li"} | HEADINGS
SCHEMES = {"http", "https", "mailto"}


def is_web_link(address: str) -> bool:
    """Whether an address is one that officers' browsers are given: of the web, or of a mailbox."""
    scheme, colon, _rest = address.partition(":")
    return bool(colon) and scheme.strip().lower() in SCHEMES


class _Finder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.found.append(f"<{tag}> is not allowed; use {', '.join(sorted(TAGS))}.")
        for name, value in attrs:
            if tag == "a" and name == "href":
                if not is_web_link(value or ""):
                    self.found.append("a link must begin with https://, http:// or mailto:.")
            elif name != "data-block-key":
                self.found.append(f"the attribute “{name}” of <{tag}> is not allowed; remove it.")

    handle_startendtag = handle_starttag

    def handle_comment(self, data: str) -> None:
        self.found.append("comments (<!-- … -->) are not allowed; remove it.")


def rich_text_problems(html: str) -> list[str]:
    """What cleaning would take away."""
    finder = _Finder()
    finder.feed(html)
    finder.close()
    return finder.found


def pieces(html: str) -> list[str]:
    """The paragraphs, headings and list entries of a rich text in order, by their tags.

    A translation has those of its source, because it is made piece by piece.
    """
    finder = _Pieces()
    finder.feed(html)
    finder.close()
    return finder.found


class _Pieces(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BLOCKS:
            self.found.append(tag)


def other_links(html: str) -> list[str]:
    """The words of the links in an editor's text that lead nowhere for officers, such as to pages of the workshop."""
    finder = _OtherLinks()
    finder.feed(html)
    finder.close()
    return finder.found


class _OtherLinks(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a" and not is_web_link(dict(attrs).get("href") or ""):
            self.found.append("")
            self.inside = True

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self.inside = False

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.found[-1] += data


def clean_rich_text(html: str) -> str:
    """The text with allowed tags only, in one spelling. The editor's own keys of paragraphs are left out."""
    return nh3.clean(html, tags=TAGS, attributes={"a": {"href"}}, url_schemes=SCHEMES, link_rel=None).strip()
