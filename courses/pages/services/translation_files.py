"""Translations as files: out, and in again, where a person reads the plan before anything is written."""

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Actor, User
from accounts.services import actor_of, audit
from courses.pages.models import SegmentTranslation, TranslationFile
from courses.pages.rights import require_translating
from courses.pages.translating.files.entries import MOST_BYTES, FileRefused, Head, InEntry, split_context
from courses.pages.translating.files.outgoing import entries_of
from courses.pages.translating.files.plan import WRITES, Outcome, Plan, Row, counts_as_json, plan_entries
from courses.pages.translating.files.po import write_po
from courses.pages.translating.files.reading import check_belongs, read_file
from courses.pages.translating.files.xliff import write_xliff
from courses.pages.translating.sheets import Sheet, Source, sheets_in, source_of
from courses.pages.translating.terms import term_base
from learning.models import Course
from lms.archive import size

KEEP_ENTRIES = dt.timedelta(days=7)
KEEP_ROW = dt.timedelta(days=30)
MOST_NAME = 200
#: Where a unit's key stands, the whole course. No page has this key.
WHOLE = "_"
_WRITERS = {TranslationFile.Kind.PO: write_po, TranslationFile.Kind.XLIFF: write_xliff}
#: What was not written is kept so long, so that a translator can copy it.
_SHOWN_WORDS = 600


class AlreadyApplied(ValueError):
    """The file is applied, or lies here no longer."""

    def __init__(self) -> None:
        super().__init__(_("This file was applied or thrown away already."))


class PlanChanged(ValueError):
    """Something changed since the person looked at the plan. Nothing was written."""

    def __init__(self) -> None:
        super().__init__(
            _("Somebody changed a text after you had opened this page. Look again: nothing of the file is written yet.")
        )


def _source_in(course: Course, language: str) -> Source:
    source = source_of(course)
    if language not in dict(settings.LANGUAGES) or language == source.language:
        raise Http404
    return source


# --- out


def download_translation(*, by: User, course: Course, unit: str, language: str, kind: str) -> bytes:
    """A unit, or a whole course, in a language as a file for translators' tools.

    Arguments:
        unit: its key, or `WHOLE`.

    Raises:
        accounts.permissions.Refused: the person may not write courses.
        Http404: no such unit, language or kind of file.
    """
    require_translating(by)
    source = _source_in(course, language)
    if kind not in _WRITERS:
        raise Http404
    title = source.units[0].title
    if unit != WHOLE:
        title = f"{title} · {source.unit(unit).title}"
    sheets = sheets_in(source, language, None if unit == WHOLE else [unit])
    head = Head(
        course=str(course.uuid),
        unit="" if unit == WHOLE else unit,
        language=language,
        source_language=source.language,
        title=f"{course.code} {title}",
        made_at=timezone.now(),
    )
    content = _WRITERS[TranslationFile.Kind(kind)](head, entries_of(sheets, term_base(source.language, language)))
    audit(
        by=by,
        action="translation.downloaded",
        target=f"learning.course:{course.uuid}",
        details={"unit": head.unit, "language": language, "kind": kind},
    )
    return content


# --- in


def files_of(viewer: User) -> QuerySet[TranslationFile]:
    """The files that this person brought in."""
    return TranslationFile.objects.filter(made_by=viewer).select_related("course")


@transaction.atomic
def take_translation_file(*, by: User, course: Course, language: str, file: UploadedFile) -> TranslationFile:
    """Keep what a file says until the person has read what it would change. Nothing is written yet.

    Raises:
        accounts.permissions.Refused: the person may not write courses.
        FileRefused: it is no PO or XLIFF file of this course and language; the message says what is wrong.
        Http404: no such language.
    """
    require_translating(by)
    source = _source_in(course, language)
    if (file.size or 0) > MOST_BYTES:
        raise FileRefused(_("The file is too large (%(most)s at most).") % {"most": size(MOST_BYTES)})
    kind, found = read_file(file.read())
    check_belongs(found, course, language, str(dict(settings.LANGUAGES)[language]))
    if not found.entries:
        raise FileRefused(_("There is no entry in the file."))
    name = str(file.name or "").replace("\\", "/").rsplit("/", 1)[-1]
    is_unit = found.head.unit in {each.key for each in source.units}
    return TranslationFile.objects.create(
        course=course,
        unit=found.head.unit if is_unit else "",
        language=language,
        kind=kind,
        name="".join(each for each in name if each.isprintable())[:MOST_NAME] or _("file"),
        made_by=by,
        entries=[entry.as_json() for entry in found.entries],
        result={"left_out": found.left_out[:1000]},
    )


def plan_of(row: TranslationFile) -> Plan:
    """What a file would change now.

    Raises:
        Http404: the course or the language is gone.
    """
    entries = [InEntry.from_json(each) for each in row.entries]
    source = _source_in(row.course, row.language)
    terms = term_base(source.language, row.language)
    return plan_entries(entries, _sheets(source, row, entries), language=row.language, terms=terms)


def _sheets(source: Source, row: TranslationFile, entries: Sequence[InEntry]) -> list[Sheet]:
    """Those of the file's unit, or all of them when the file says more than its head."""
    unit = next((each for each in source.units if each.key == row.unit), None)
    if unit is not None:
        places = {segment.place for segment in unit.segments}
        named = {found[0] for entry in entries if (found := split_context(entry.context))}
        if named <= places:
            return sheets_in(source, row.language, [unit.key])
    return sheets_in(source, row.language)


@transaction.atomic
def apply_translation_file(
    *, by: User, file: TranslationFile, seen: str, takes_all: bool = False, taken: Collection[str] = ()
) -> TranslationFile:
    """Write what a file changes: all of it, or nothing.

    What the checks find something in, and what the file calls fuzzy, becomes a draft; the rest is accepted. Nothing
    reaches officers: units are handed in at the desk. Words that somebody typed since the file was made stay, unless
    the person chose the file's.

    Arguments:
        seen: `Plan.digest` of what the person looked at.
        takes_all, taken: of the conflicts, whether the file's words are taken in all of them, or in which entries.

    Raises:
        accounts.permissions.Refused: the person may not write courses.
        AlreadyApplied: it was applied or thrown away.
        PlanChanged: what would be done is no longer what the person looked at.
    """
    require_translating(by)
    row = TranslationFile.objects.select_for_update(of=("self",)).filter(pk=file.pk, made_by=by).first()
    if row is None or row.applied_at is not None:
        raise AlreadyApplied
    # Whoever types one of these texts at the desk waits until this is done.
    own = SegmentTranslation.objects.select_for_update().filter(course=row.course, language=row.language)
    there = {each.pk: each for each in own}
    plan = plan_of(row)
    if plan.digest != seen:
        raise PlanChanged
    chosen = set(taken)
    written = [
        each
        for each in plan.rows
        if each.outcome in WRITES or (each.outcome == Outcome.CONFLICT and (takes_all or each.entry.context in chosen))
    ]
    actor = actor_of(by)
    now = timezone.now()
    try:
        with transaction.atomic():
            written = [each for each in written if _write(row, each, actor, now, there)]
    except IntegrityError as reason:  # somebody typed the first words of a text a moment ago
        raise PlanChanged from reason
    row.result = {**row.result, **_result(plan, written)}
    row.entries, row.applied_at = [], now
    row.save(update_fields=["result", "entries", "applied_at"])
    audit(
        by=by,
        action="translation.file_applied",
        target=f"learning.course:{row.course.uuid}",
        details={
            "unit": row.unit,
            "language": row.language,
            "accepted": sum(each.is_accepted for each in written),
            "drafts": sum(not each.is_accepted for each in written),
            "overwritten": sum(each.outcome == Outcome.CONFLICT for each in written),
        },
    )
    return row


def _write(
    file: TranslationFile, row: Row, actor: Actor | None, now: dt.datetime, there: dict[int, SegmentTranslation]
) -> bool:
    """Write one row; False where words for an earlier source are kept already."""
    assert row.line is not None
    segment = row.line.segment
    values: dict[str, Any] = {
        "text": row.text,
        "origin": row.origin,
        "overruled": [],
        "edited_at": now,
        "accepted_at": now if row.is_accepted else None,
        "handed_in_at": None,
        "actor": actor,
    }
    known = {"course": file.course, "language": file.language, "place": segment.place}
    if row.outcome == Outcome.OUTDATED:
        digest = row.words_digest
        new = {"digest": digest, "source": row.entry.source_words(segment.is_rich), **values}
        kept, is_new = SegmentTranslation.objects.get_or_create(**known, words_digest=digest, defaults=new)
        was = row.line.earlier
        if not is_new and (was is None or kept.text != was.text):
            return False
        if not is_new:
            SegmentTranslation.objects.filter(pk=kept.pk).update(**values, edits=kept.edits + 1)
        return True
    values |= {"digest": segment.digest, "source": segment.source}
    own = there.get(row.line.own.pk) if row.line.own else None
    if own is None:
        SegmentTranslation.objects.create(**known, words_digest=segment.words_digest, **values)
        return True
    for name, value in values.items():
        setattr(own, name, value)
    own.edits += 1
    own.save()
    return True


def _result(plan: Plan, written: Sequence[Row]) -> dict[str, Any]:
    done = {id(each) for each in written}
    return {
        "counts": counts_as_json(plan),
        "accepted": sum(each.is_accepted for each in written),
        "drafts": sum(not each.is_accepted for each in written),
        "overwritten": sum(each.outcome == Outcome.CONFLICT for each in written),
        "not_taken": [
            {
                "line": each.entry.line,
                "place": each.place,
                "title": each.title,
                "message": each.message,
                "text": each.text[:_SHOWN_WORDS] or each.entry.text[:_SHOWN_WORDS],
            }
            for each in plan.rows
            if id(each) not in done and each.is_to_look_at
        ][:1000],
    }


@transaction.atomic
def drop_translation_file(*, by: User, file: TranslationFile) -> None:
    """Throw a file away that was brought in. Nothing of the translation changes.

    Raises:
        AlreadyApplied: it is gone already.
    """
    count, _rows = TranslationFile.objects.filter(pk=file.pk, made_by=by).delete()
    if not count:
        raise AlreadyApplied


def sweep_translation_files() -> None:
    """Delete what nobody decided on for a week, and what was applied a month ago."""
    now = timezone.now()
    TranslationFile.objects.filter(applied_at=None, made_at__lt=now - KEEP_ENTRIES).delete()
    TranslationFile.objects.filter(made_at__lt=now - KEEP_ROW).delete()
