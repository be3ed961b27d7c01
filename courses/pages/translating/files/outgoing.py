"""What of a sheet goes into a file for translators."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from courses.pages.models import CoursePage, LessonPage, ModulePage
from courses.pages.selectors import COURSE_KEY
from courses.pages.translating.files.entries import OutEntry, clean, context_of
from courses.pages.translating.segments import QUESTIONS, Segment
from courses.pages.translating.sheets import Line, Sheet, State
from courses.pages.translating.terms import TermBase
from courses.pages.translation import FIELDS

#: Of a line in one of these states, somebody accepted the words for the source of today.
SETTLED = frozenset({State.ACCEPTED, State.CURRENT})


def entries_of(sheets: Iterable[Sheet], terms: TermBase) -> list[OutEntry]:
    """Every text of some units, in the order in which officers read them; what has no words stays at the desk."""
    return [
        entry_of(line, notes=_notes(sheet, line.segment, terms))
        for sheet in sheets
        for line in sheet.lines
        if not line.segment.is_neutral
    ]


def entry_of(line: Line, notes: tuple[str, ...] = ()) -> OutEntry:
    """A line as it goes into a file now."""
    segment = line.segment
    was = line.earlier if line.state == State.STALE else None
    text = clean(line.text or (was.text if was else ""))
    return OutEntry(
        context=context_of(segment.place, segment.digest),
        source=clean(segment.source),
        text=text,
        is_fuzzy=bool(text) and line.state not in SETTLED,
        is_machine=line.is_machine,
        is_rich=segment.is_rich,
        previous=clean(was.source) if was and text and not line.text else "",
        notes=notes,
        longest=longest(segment),
    )


def longest(segment: Segment) -> int:
    """How many characters fit where a field of a page has an end; 0 elsewhere."""
    if segment.page_key == QUESTIONS:
        return 0
    models = (CoursePage,) if segment.page_key == COURSE_KEY else (ModulePage, LessonPage)
    for model in models:
        if segment.path in FIELDS[model]:
            return int(getattr(model._meta.get_field(segment.path), "max_length", None) or 0)
    return 0


def _notes(sheet: Sheet, segment: Segment, terms: TermBase) -> tuple[str, ...]:
    notes = [f"{sheet.title} · {segment.label}"]
    if segment.kind and segment.kind not in ("p", "[document]"):
        notes.append(
            {
                "li": _("An entry of a list"),
                "td": _("A cell of a table"),
                "th": _("A heading of a table"),
            }.get(segment.kind, _("A heading") if segment.kind[:1] == "h" else segment.kind)
        )
    if segment.is_assessed:
        notes.append(_("A test shows this: keep it to yourself."))
    if most := longest(segment):
        notes.append(_("At most %(most)d characters") % {"most": most})
    notes += [
        _("Term: %(term)s = %(forms)s") % {"term": rule.term, "forms": " / ".join(rule.forms)}
        for rule in terms.asked_in(segment.source)
        if rule.forms
    ]
    return tuple(notes)
