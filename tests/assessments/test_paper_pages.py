"""How a test on paper looks: headings of sections, and what stays together where a page ends."""

import io
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from assessments.models import TestPaper
from assessments.paper import reads, sheets
from assessments.rules import Draw, Section
from learning.models import Class
from lms.typesetting import compiler, coverage
from tests.assessments.marking import another_trainer
from tests.assessments.on_paper import class_of_two, print_all, put_in
from tests.assessments.sitting import set_rules
from tests.factories import ITEMS


@pytest.fixture
def klass(cast) -> Class:
    another_trainer("second")
    return class_of_two(cast)


def sheet_of(monkeypatch, viewer, papers=None) -> dict:
    """What the page is made from."""
    own = list(reads.papers_seen_by(viewer) if papers is None else papers)
    every = coverage().every.__contains__
    with monkeypatch.context() as patched:
        patched.setattr(sheets, "print_sheet", lambda sheet, template: sheet(every, every).encode())
        return json.loads(sheets.print_papers(own, {each.pk: "x" for each in own}, "final"))


def pages_of(sheet: dict) -> list[str]:
    """The text of each page."""
    pdf = compiler(sheets.TEMPLATE).compile(format="pdf", sys_inputs={"sheet": json.dumps(sheet)})
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]


def test_sections_have_their_headings_on_paper(cast, klass, monkeypatch):
    titles = ({"en": "Know the law"}, {}, {"id": "Di lapangan"})
    counts = (2, 3, len(ITEMS) - 1)
    sections = tuple(Section(titles=own, draws=(Draw(count=n),)) for own, n in zip(titles, counts, strict=True))
    set_rules(monkeypatch, "final-test", sections=sections)
    print_all(cast.trainer, klass)
    with CaptureQueriesContext(connection) as one:
        (paper,) = (sheet := sheet_of(monkeypatch, cast.trainer))["papers"]
    begins = {n: each["section"] for n, each in enumerate(paper["questions"], start=1) if "section" in each}
    assert {n: [run["text"] for run in own] for n, own in begins.items()} == {
        1: ["Know the law"],
        3: [],
        6: ["Di lapangan"],
    }
    text = " ".join(pages_of(sheet))
    assert text.count("Know the law") == text.count("Di lapangan") == 1
    for each in (cast.colleague, cast.outsider):
        put_in(each, klass)
    print_all(cast.trainer, klass)
    with CaptureQueriesContext(connection) as three:
        sheet_of(monkeypatch, cast.trainer)
    assert len(three) <= len(one)
    assert TestPaper.objects.count() == 3


def test_a_question_stays_with_its_options_and_only_one_higher_than_a_page_goes_over(cast, klass, monkeypatch):
    print_all(cast.trainer, klass)
    sheet = sheet_of(monkeypatch, cast.trainer)
    questions = sheet["papers"][0]["questions"]
    model = next(each for each in questions if len(each.get("options", ())) > 2 and "rows" not in each)

    def say(words: str) -> dict:
        return {"text": words, "rtl": False, "spaced": True}

    def asked(number: int, lines: int) -> dict:
        options = [[sign, say(f"Option {sign}{number}. " + "Words of an option. " * 8)] for sign in "ABCD"]
        stem = [say(f"Stem {number}. " + "What does the officer do? " * 4)] * lines
        return {**model, "label": str(number), "stem": stem, "options": options, "section": [], "may-be-long": True}

    assert not any(each["may-be-long"] for each in questions if "options" in each)
    assert sheets._lines(asked(30, 60)["stem"]) > sheets.LONG
    sheet["papers"][0]["questions"] = [*(asked(n, 1 + n % 5) for n in range(1, 30)), asked(30, 60)]
    pages = pages_of(sheet)
    for number in range(1, 30):
        (page,) = [each for each in pages if f"Stem {number}." in each]
        assert all(f"Option {sign}{number}." in page for sign in "ABCD")
    (last,) = [n for n, each in enumerate(pages) if "Option D30." in each]
    assert "Stem 30." in pages[last - 1], "it begins on the page before"
