"""Rich text of bundles: a few plain tags, and nothing that a page of ours could not have written.

What officers' browsers get is cleaned by allow-list here, whatever a bundle, an author or a translator wrote
(`courses.pages.rendering`); what would be lost from a bundle is a problem that its author reads before.
"""

from html.parser import HTMLParser

import nh3

TAGS = {"p", "h3", "b", "i", "strong", "em", "ol", "ul", "li", "a", "br"}
#: Tags that begin a piece of their own.
BLOCKS = {"p", "h3", "ol", "ul", "li"}
SCHEMES = {"http", "https", "mailto"}


class _Finder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.found.append(f"<{tag}> is not allowed; use {', '.join(sorted(TAGS))}.")
        for name, value in attrs:
            if tag == "a" and name == "href":
                scheme, colon, _rest = (value or "").partition(":")
                if not colon or scheme.strip().lower() not in SCHEMES:
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


def clean_rich_text(html: str) -> str:
    """The text with allowed tags only, in one spelling. The editor's own keys of paragraphs are left out."""
    return nh3.clean(html, tags=TAGS, attributes={"a": {"href"}}, url_schemes=SCHEMES, link_rel=None).strip()
