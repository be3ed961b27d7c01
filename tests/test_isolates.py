"""A name stands for itself: on every page it is parted from the sentence around it, whichever way either of them reads.

Unicode Standard Annex #9: a name in the other direction drags brackets, digits and full stops beside it out of place.
"""

import re
from html.parser import HTMLParser

import pytest
from django.urls import reverse
from django.utils import translation

from accounts.models import Agency, User
from lms.text import isolate
from tests.permissions import files
from tests.permissions.lines import OK, ROLES

#: The page's language, and what everybody and every agency is called.
CASES = [("en", "محمد فاروق", "شرطة الحدود"), ("ur", "Zachary Quill", "Quill Border Force")]
#: Alone in one of these a name has its own line, or its own entry.
WHOLE = {"h1", "h2", "h3", "td", "th", "dd", "dt", "li", "p", "option", "title", "legend", "label"}
#: Said aloud or shown as plain text, without markup.
SPOKEN = {"aria-label", "title", "alt", "placeholder"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "path"}


class Names(HTMLParser):
    """Collects the places where a name stands open in a sentence."""

    def __init__(self, *names: str) -> None:
        super().__init__()
        self.names, self.open, self.found = names, [], []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        for attr in SPOKEN & given.keys():
            self._look(given[attr] or "", f"{tag} {attr}", is_alone=True)
        if tag not in VOID:
            hidden = "visually-hidden" in (given.get("class") or "")
            self.open.append((tag, tag == "bdi" or hidden or (tag != "html" and "dir" in given)))

    def handle_endtag(self, tag):
        while any(tag == each for each, _isolates in self.open) and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if self.open and not any(isolates for _tag, isolates in self.open) and self.open[-1][0] not in ("script",):
            self._look(data, self.open[-1][0], is_alone=self.open[-1][0] in WHOLE)

    def _look(self, text, where, *, is_alone):
        for name in self.names:
            at = text.find(name)
            if (
                at >= 0
                and not (is_alone and re.fullmatch(rf"{name}( [A-J]+)?", text.strip()))
                and text[:at].count("\u2068") <= text[:at].count("\u2069")
            ):
                self.found.append((where, " ".join(text.split())[:80]))


def open_names(page: str, *names: str) -> list[tuple[str, str]]:
    parser = Names(*names)
    parser.feed(page)
    return parser.found


@pytest.mark.once
@pytest.mark.parametrize(("language", "name", "agency"), CASES)
def test_names_are_isolated_on_every_page(world, language, name, agency):
    wanted = {}
    for line in (line for file in files() for line in file.LINES if line.method == "get"):
        role = next((role for role in ROLES if line.answers[role] == OK), None)
        if role is not None and (line.name, role) not in wanted:
            with translation.override(language):
                wanted[line.name, role] = reverse(line.name, kwargs=line.kwargs(world)), line.data
    assert len(wanted) > 60
    User.objects.update(full_name=name, latin_name="")
    for number, row in enumerate(Agency.objects.order_by("pk")):
        Agency.objects.filter(pk=row.pk).update(name=agency + " " + "ABCDEFGHIJ"[number % 10] * (number // 10 + 1))
    clients = {role: world.cast.client(getattr(world.cast, role, None)) for role in ROLES}
    problems = set()
    for (line, role), (address, data) in wanted.items():
        clients[role].cookies["suluh_language"] = language
        answer = clients[role].get(address, data)
        if (
            answer.status_code == 200
            and answer.headers["Content-Type"].startswith("text/html")
            and not answer.streaming
        ):
            problems |= {(line, *each) for each in open_names(answer.content.decode(), name, agency)}
    assert "\n".join(map(str, sorted(problems))) == ""


def test_a_name_that_stands_open_is_found_and_one_that_does_not_is_not():
    name = CASES[0][1]
    assert open_names(f"<p>By {name}, 3 of 5.</p>", name) == [("p", f"By {name}, 3 of 5.")]
    assert open_names(f'<button aria-label="End: {name}">x</button>', name)
    for good in (
        "<p>By <bdi>{}</bdi>.</p>",
        "<td>{}</td>",
        "<title>\u2068{}\u2069 · Suluh</title>",
        '<p dir="auto">{}.</p>',
    ):
        assert open_names(good.format(name), name) == []


def test_a_name_is_isolated_only_where_it_reads_the_other_way():
    with translation.override("en"):
        assert isolate("Siti (1)") == "Siti (1)" and isolate("محمد") == "\u2068محمد\u2069"
    with translation.override("ur"):
        assert isolate("Siti") == "\u2068Siti\u2069" and isolate("2026-11") == "\u20682026-11\u2069"
        assert isolate("محمد") == "محمد"
