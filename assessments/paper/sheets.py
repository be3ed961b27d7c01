"""The sheets of tests on paper, and the marking key, as PDFs. What papers hold is data there: none of it is run.

A paper has no key, no points of a question and no feedback. The page is ``typst/paper.typ``.
"""

import base64
import io
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import segno
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from PIL import Image

from accounts.slips import Covers, print_sheet
from assessments.correcting.regrading import Ruling
from assessments.models import TestPaper
from assessments.paper.codes import pretty
from assessments.paper.places import Place, row_sign, sign, signs_of
from assessments.paper.reads import Question, headings_of_papers, questions_of_papers
from assessments.rules.words import name_of
from assessments.selectors import QuestionView, corrections_of, question_view, ruling_of
from assessments.types import TYPES
from assessments.types.base import ADDRESS
from learning.models.files import path_of
from learning.selectors import course_names
from lms.language_names import language_info
from lms.typesetting import Run, coverage, families, run_of

TEMPLATE = Path(__file__).resolve().parents[1] / "typst" / "paper.typ"
#: No paragraph of a question is longer.
LONGEST = 20_000
#: Wider no printer shows it, in pixels.
WIDEST = 1400

#: A question of more lines than these may be higher than a page: only such are measured, which takes time.
LONG = 20

Say = Callable[[str], Run]


def print_papers(papers: Sequence[TestPaper], labels: Mapping[int, str], purpose: str) -> bytes:
    """The sheets of some papers as one PDF, each in its own language, each with an answer sheet at its end.

    Arguments:
        labels: what stands there of the officer, by primary key of the paper.
        purpose: of the test.
    """
    questions, titles = questions_of_papers(papers), _titles(papers, purpose)
    headings = headings_of_papers(papers)
    pictures: dict[str, str] = {}

    def sheet(is_covered: Covers, is_covered_in_name: Covers) -> str:
        missing: set[str] = set()

        def say(text: str) -> Run:
            return run_of(text, is_covered, missing, most=LONGEST)

        found = [
            _paper(
                each,
                questions[each.pk],
                headings[each.pk],
                run_of(labels[each.pk], is_covered_in_name, missing),
                titles[each.attempt.language],
                say,
                pictures,
            )
            for each in papers
        ]
        return json.dumps(
            {"fonts": coverage().families, "papers": found, "pictures": pictures, "title": "Suluh"}, ensure_ascii=False
        )

    return print_sheet(sheet, TEMPLATE)


def print_key(papers: Sequence[TestPaper], purpose: str, language: str) -> bytes:
    """The right answers of some papers as one PDF, by code, in the signs of each paper. Whoever asks may see keys."""
    questions = questions_of_papers(papers, language)
    versions = {each.response.version_id for own in questions.values() for each in own}
    rulings = {pk: ruling_of(each) for pk, each in corrections_of(versions).items()}
    title = _title(papers[0], purpose, language)

    def sheet(is_covered: Covers, is_covered_in_name: Covers) -> str:
        missing: set[str] = set()

        def say(text: str) -> Run:
            return run_of(text, is_covered, missing, most=LONGEST)

        with translation.override(language):
            key = {
                **_direction(language),
                "title": say(_("Marking key")),
                "test": say(title),
                "warning": say(_("For markers only. Officers never see this sheet.")),
                "page": _page_words(),
                "papers": [
                    {
                        "code": pretty(each.code),
                        "rows": [
                            [say(place.label), say(text)]
                            for question in questions[each.pk]
                            for place, text in _right(question, each.attempt.language, rulings)
                        ],
                    }
                    for each in papers
                ],
            }
        return json.dumps({"fonts": coverage().families, "key": key, "title": "Suluh"}, ensure_ascii=False)

    return print_sheet(sheet, TEMPLATE)


def _right(question: Question, language: str, rulings: Mapping[int, Ruling]) -> list[tuple[Place, str]]:
    """Each place of a question with what is right there now, corrections included."""
    version, prefix = question.response.version, f"q{question.position}"
    kind = TYPES[version.item.type]
    if kind.is_marked_by_hand:
        return [(place, _("marked by a person")) for place in question.places]
    ruling = rulings.get(version.pk)
    if ruling is not None and ruling.is_dropped:
        return [(place, _("taken out")) for place in question.places]
    key = ruling.keys[0] if ruling is not None and ruling.keys else version.answer_key
    answer = kind.solution(version.structure, key, language)
    signs = signs_of(version.item.type, version.structure, question.places, answer, prefix)
    return [(place, signs[place.field]) for place in question.places]


def _direction(language: str) -> dict[str, Any]:
    return {
        "lang": language.split("-")[0],
        "rtl": bool(language_info(language)["bidi"]),
        "fonts": families(language, nastaliq=False),
    }


def _page_words() -> str:
    return _("Page %(page)s of %(pages)s") % {"page": "{x}", "pages": "{y}"}


def _title(paper: TestPaper, purpose: str, language: str) -> str:
    course = paper.klass.course
    return f"{course_names([course], language)[course.pk].title} · {name_of(purpose)}"


def _titles(papers: Sequence[TestPaper], purpose: str) -> dict[str, str]:
    """Language → what the test is called, of papers of one class."""
    found: dict[str, str] = {}
    for each in papers:
        language = each.attempt.language
        if language not in found:
            with translation.override(language):
                found[language] = _title(each, purpose, language)
    return found


def _paper(
    paper: TestPaper,
    questions: Sequence[Question],
    headings: Mapping[int, str],
    who: Run,
    title: str,
    say: Say,
    pictures: dict[str, str],
) -> dict[str, Any]:
    language = paper.attempt.language
    with translation.override(language):
        address = f"{settings.PUBLIC_URL}{reverse('paper:find')}?code={paper.code}"
        shown, before = [], ""
        for question in questions:
            view = _view(question, language)
            shown.append(_question(view, question.response.version.structure, str(question.position), say, pictures))
            if question.position in headings:
                shown[-1]["section"] = _paragraphs(headings[question.position], say)
            if view.scenario:
                if view.scenario == before:
                    shown[-1]["case"] = [say(_("The same case as above."))]
                else:
                    shown[-1]["case_note"] = say(f"{_('An invented case.')} {view.level_note}")
                    shown[-1]["case"] = _paragraphs(view.scenario, say)
            before = view.scenario
        return {
            **_direction(language),
            "code": pretty(paper.code),
            "qr": str(segno.make(address, error="m", micro=False).svg_inline(border=0, omitsize=True)),
            "who": who,
            "title": say(title),
            "page": _page_words(),
            "code_label": say(_("Code of the paper")),
            "hints": [
                say(_("Read the questions here. Answer on the answer sheet at the end.")),
                say(_("Fill the circle of your answer. To change it, cross it out and fill another one.")),
            ],
            "questions": shown,
            "sheet": {
                "title": say(_("Answer sheet")),
                "lines": [say(_("Day")), say(_("Began")), say(_("Ended"))],
                "places": [
                    {
                        "label": say(place.label),
                        "signs": place.signs,
                        "lines": place.lines,
                        "opens": place is question.places[0],
                    }
                    for question in questions
                    for place in question.places
                ],
            },
        }


def _view(question: Question, language: str) -> QuestionView:
    version = question.response.version
    return question_view(
        prefix=f"q{question.position}",
        type=version.item.type,
        structure=version.structure,
        wording=question.wording,
        order=question.response.option_order,
        answer=None,
        language=language,
    )


def _paragraphs(text: str, say: Say) -> list[Run]:
    return [say(line) for line in text.splitlines() if line.strip()]


def _question(
    view: QuestionView, structure: Mapping[str, Any], label: str, say: Say, pictures: dict[str, str]
) -> dict[str, Any]:
    found: dict[str, Any] = {"label": label, "stem": _paragraphs(view.stem, say), "hint": _hint(view, structure, say)}
    if view.picture is not None:
        address = view.picture.address
        pictures.setdefault(address, _picture(address, view.picture.width, view.picture.height))
        found["picture"] = {
            "address": address,
            "alt": view.picture.alt,
            "share": view.picture.width / view.picture.height,
            "regions": [
                {"letter": row.letter, **structure["regions"][row.id]} for row in view.rows if view.type == "hotspot"
            ],
        }
    if view.type in ("single", "multiple", "truefalse", "hotspot"):
        found["options"] = [[row.letter or sign(number), say(row.text)] for number, row in enumerate(view.rows)]
    elif view.type in ("matching", "ordering"):
        found["rows"] = [[row_sign(number), say(row.text)] for number, row in enumerate(view.rows)]
        if view.type == "matching" and view.rows:
            found["options"] = [[sign(n), say(each.text)] for n, each in enumerate(view.rows[0].choices)]
    elif view.type == "gaps":
        found |= _gaps(view, say)
    elif view.type == "number" and view.typed.choices:
        found["options"] = [[sign(number), say(unit.text)] for number, unit in enumerate(view.typed.choices)]
    elif view.type == "set":
        found["parts"] = [
            _question(part, own["structure"], f"{label}.{number}", say, pictures)
            for number, (part, own) in enumerate(zip(view.parts, structure["parts"], strict=True), start=1)
        ]
    found["may-be-long"] = _lines(list(found.values())) > LONG or view.type == "gaps"
    return found


def _lines(found: Any) -> int:
    """About how many lines the texts in something take."""
    if isinstance(found, dict):
        return 1 + len(found["text"]) // 80 if "spaced" in found else 0
    return sum(map(_lines, found)) if isinstance(found, list) else 0


def _hint(view: QuestionView, structure: Mapping[str, Any], say: Say) -> list[Run]:
    words = [_what_to_do(view)]
    if view.type in ("matching", "ordering") and TYPES[view.type].is_whole(structure):
        words.append(_("If a row is empty or marked twice, the whole question counts as not answered."))
    if view.type == "number" and view.typed.choices:
        words.append(_("Choose the unit, too."))
    return [say(each) for each in words if each]


def _what_to_do(view: QuestionView) -> str:
    return {
        "multiple": _("Choose all that apply."),
        "ordering": _("Give each step its place: 1 comes first."),
        "number": _("Write it in digits, such as 12 or 12.5."),
        "hotspot": _("Choose all that apply.") if view.is_multiple else "",
    }.get(view.type, "")


def _gaps(view: QuestionView, say: Say) -> dict[str, Any]:
    lines: list[list[dict[str, Any]]] = [[]]
    choices = []
    for piece in view.rows:
        if piece.words:
            first, *more = piece.words.split("\n")
            lines[-1].append({"words": first})
            lines += [[{"words": each}] for each in more]
        else:
            lines[-1].append({"gap": f"({piece.number})"})
        if piece.row:
            options = [[sign(number), say(each.text)] for number, each in enumerate(piece.row.choices)]
            choices.append([f"({piece.number})", options])
    for line in lines:
        for each in line:
            if "words" in each:
                # Around a gap the spaces count, and cleaning takes those at the ends.
                words = each["words"]
                each |= {"words": say(words), "before": words[:1].isspace(), "after": words[-1:].isspace()}
    return {"text": [line for line in lines if line], "choices": choices}


def _picture(address: str, width: int, height: int) -> str:
    """A picture of the shelf as SVG, which carries it as text; a frame where the file is gone."""
    match = ADDRESS.fullmatch(address)
    path = path_of(Path(address).stem) if match else None
    inside = '<rect width="100%" height="100%" fill="none" stroke="#666"/>'
    if path is not None and path.exists():
        out = io.BytesIO()
        with Image.open(path) as picture:
            flat = picture.convert("RGBA")
            page = Image.new("RGBA", flat.size, "white")
            page.alpha_composite(flat)
            page.thumbnail((WIDEST, WIDEST))
            page.convert("RGB").save(out, "PNG", optimize=True)
        data = base64.b64encode(out.getvalue()).decode()
        inside = f'<image width="{width}" height="{height}" href="data:image/png;base64,{data}"/>'
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{inside}</svg>'
