"""What translators do at their desk: save, accept, confirm, take back. Handing in stands in `handing_in`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import actor_of, audit
from courses.pages.models import SegmentTranslation
from courses.pages.rights import require_translating
from courses.pages.selectors import source_page_of
from courses.pages.services.handing_in import HandedIn, NothingToHandIn, TextRefused, hand_in
from courses.pages.translating.checks import Finding, findings
from courses.pages.translating.files.entries import MOST_CHARACTERS
from courses.pages.translating.places import has_digest, nearest_to, segments_at
from courses.pages.translating.segments import Segment
from courses.pages.translating.sheets import State, sheets_in, source_of
from courses.pages.translating.terms import TermBase, term_base
from courses.pages.translation import FIELDS
from learning.models import Course
from lms.text import tidy

__all__ = [
    "EmptyText",
    "HandedIn",
    "NotConfirmable",
    "NothingToHandIn",
    "Saved",
    "SourceChanged",
    "TextRefused",
    "TextTooLong",
    "TypedMeanwhile",
    "confirm_segment",
    "hand_in",
    "save_segment",
    "take_back_acceptance",
]

Origin = SegmentTranslation.Origin


class EmptyText(Exception):
    """Every segment of the source has words, so every translation has."""

    def __init__(self) -> None:
        super().__init__(_("There is no text in the box. Nothing was changed: what was saved before is still there."))


class TextTooLong(Exception):
    """No segment of a course is so long, and whoever opens its unit would wait for it to be compared."""

    def __init__(self) -> None:
        super().__init__(_("The text has more than %(most)d characters.") % {"most": MOST_CHARACTERS})


class TypedMeanwhile(Exception):
    """Somebody else saved the same segment since the form was opened. `row` is what they saved."""

    def __init__(self, row: SegmentTranslation) -> None:
        self.row = row
        super().__init__(
            _(
                "Not saved: somebody else saved this text after you had opened it. Theirs is shown beside yours. "
                "Save again, and yours takes its place."
            )
        )


class SourceChanged(Exception):
    """What was looked at is not what the source says now."""

    def __init__(self) -> None:
        super().__init__(_("The source changed after you had opened this page. Look at it again: nothing was changed."))


class NotConfirmable(Exception):
    """There is nothing here that could be right as it is."""


@dataclass(frozen=True)
class Saved:
    """What came of a save.

    Attributes:
        findings: what the checks say; where they stopped the acceptance, the words are a draft.
        is_outdated: the source is another one than the person saw; the words were kept as a draft for what it was.
        now: the segment of today in its place; None where the text was taken out.
    """

    row: SegmentTranslation
    findings: tuple[Finding, ...] = ()
    is_outdated: bool = False
    now: Segment | None = None

    @property
    def is_accepted(self) -> bool:
        return self.row.accepted_at is not None

    @property
    def stopping(self) -> tuple[Finding, ...]:
        """The findings that keep the words from being accepted."""
        given = {each["code"] for each in self.row.overruled}
        return tuple(each for each in self.findings if each.is_error or each.code not in given)


@transaction.atomic
def save_segment(
    *,
    by: User,
    course: Course,
    language: str,
    place: str,
    words_digest: str,
    text: str,
    edits: int,
    is_accepted: bool,
    reasons: Mapping[str, str] | None = None,
    origin: str = Origin.TYPED,
    digest: str = "",
    source: str = "",
    segments: Sequence[Segment] | None = None,
    terms: TermBase | None = None,
) -> Saved:
    """Keep what somebody typed for one segment, as a draft or accepted. No words are ever lost.

    An error of the checks, or a warning without a reason, stops the acceptance; the words are then kept as a draft.
    When the source changed since the person opened the form, the words are kept for what the source was.

    Arguments:
        words_digest, digest: of the segment that the person saw; without `digest`, of any with these words.
        text: as typed; with inline tags where the segment is rich.
        edits: of the row that the person saw; 0 where there was none.
        reasons: code of a warning → why it does not hold.
        source: the words that the person saw, believed only when they fit `words_digest`.
        segments, terms: what `segments_at` and `term_base` give, for who saves many.

    Raises:
        accounts.permissions.Refused: the person may not write courses.
        EmptyText, TextTooLong: there are no words, or far too many.
        TypedMeanwhile: somebody else saved other words since; nothing is overwritten.
        Http404: no such course, place or language.
    """
    require_translating(by)
    text = tidy(text)
    there = segments_at(course, place) if segments is None else segments
    segment = next((each for each in there if each.words_digest == words_digest), None)
    known = {"course": course, "language": language, "place": place, "words_digest": words_digest}
    _is_language(course, language)
    if not text or (segment is not None and segment.is_neutral):
        raise EmptyText
    if len(text) > MOST_CHARACTERS:
        raise TextTooLong
    row = SegmentTranslation.objects.select_for_update().filter(**known).first()
    if segment is None and row is None and not (len(source) <= MOST_CHARACTERS and has_digest(source, words_digest)):
        raise Http404  # never was a text of this course, as far as anybody can say
    if row is not None and row.edits != edits and row.text != text:
        raise TypedMeanwhile(row)
    found: list[Finding] = []
    if segment is not None:
        base = terms or term_base(_source_language(course), language)
        found = [*_too_long(segment, text), *findings(segment, text, language=language, terms=base)]
    given = {code: tidy(reason) for code, reason in (reasons or {}).items()}
    overruled = [
        {"code": code, "reason": given[code]}
        for code in dict.fromkeys(each.code for each in found if not each.is_error and given.get(each.code))
    ]
    stops = [each for each in found if each.is_error or not given.get(each.code)]
    is_outdated = segment is None or (bool(digest) and digest != segment.digest)
    accepts = is_accepted and not stops and not is_outdated
    values = _values(by, segment, text, origin, overruled, accepts=accepts)
    if row is None:
        new = {"source": source, "digest": words_digest, **values}
        row, is_new = SegmentTranslation.objects.select_for_update().get_or_create(**known, defaults=new)
        if not is_new and row.text != text:  # somebody was a moment earlier
            raise TypedMeanwhile(row)
    else:
        is_new = False
    if not is_new and not _is_same(row, values):
        if row.text == text:
            values["origin"] = row.origin
        for name, value in values.items():
            setattr(row, name, value)
        row.edits += 1
        row.save()
    saved = Saved(row, tuple(found), is_outdated, segment or nearest_to(row.source, there))
    if accepts:
        _audit(by, "translation.accepted", row, overruled=[each["code"] for each in overruled])
    return saved


@transaction.atomic
def confirm_segment(
    *, by: User, course: Course, language: str, place: str, words_digest: str, digest: str
) -> SegmentTranslation:
    """Say that a translation is right as it is, though something in its source changed that is no words.

    Arguments:
        words_digest, digest: of the segment that the person looked at.

    Raises:
        accounts.permissions.Refused: the person may not write courses.
        SourceChanged: it is another one now.
        NotConfirmable: there are no accepted words for it, or the checks object.
        Http404: no such course, place or language.
    """
    require_translating(by)
    _is_language(course, language)
    source = source_of(course)
    unit = next(
        (unit.key for unit in source.units for segment in unit.segments if segment.place == place),
        None,
    )
    if unit is None:
        raise Http404
    known = {"course": course, "language": language, "place": place, "words_digest": words_digest}
    row = SegmentTranslation.objects.select_for_update().filter(**known).first()
    lines = sheets_in(source, language, [unit])[0].by_place[place]
    line = next((each for each in lines if each.segment.words_digest == words_digest), None)
    if line is None or line.segment.digest != digest:
        raise SourceChanged
    if row is not None and line.state in (State.ACCEPTED, State.CURRENT):
        return row
    if line.state != State.STALE or not (line.text or line.segment.is_neutral):
        raise NotConfirmable(_("There are no words for this text of the source yet: translate it and accept it."))
    if not line.segment.is_neutral:
        base = term_base(source.language, language)
        given = {each["code"] for each in row.overruled} if row else set()
        found = findings(line.segment, line.text, language=language, terms=base)
        stops = [each for each in found if each.is_error or each.code not in given]
        if stops:
            raise NotConfirmable(
                _("Not confirmed. %(reasons)s") % {"reasons": " ".join(each.message for each in stops)}
            )
    if row is None:
        row = SegmentTranslation(**known, edits=0)
        row.origin = Origin.TYPED
    row.source, row.text, row.digest = line.segment.source, line.text, digest
    row.actor, row.edited_at, row.accepted_at, row.handed_in_at = actor_of(by), timezone.now(), timezone.now(), None
    row.edits += 1
    row.save()
    _audit(by, "translation.confirmed", row)
    return row


@transaction.atomic
def take_back_acceptance(
    *, by: User, course: Course, language: str, place: str, words_digest: str
) -> SegmentTranslation:
    """Make accepted words a draft again, as long as they are not handed in.

    Raises:
        accounts.permissions.Refused: the person may not write courses.
        NotConfirmable: they are handed in; other words are typed over them instead.
        Http404: there are no accepted words.
    """
    require_translating(by)
    row = (
        SegmentTranslation.objects.select_for_update()
        .filter(course=course, language=language, place=place, words_digest=words_digest, accepted_at__isnull=False)
        .first()
    )
    if row is None:
        raise Http404
    if row.handed_in_at is not None:
        raise NotConfirmable(_("This text is handed in. Type other words and accept them instead."))
    if row.place.endswith("~"):
        row.delete()
    else:
        row.accepted_at = None
        row.edits += 1
        row.save(update_fields=["accepted_at", "edits"])
    _audit(by, "translation.taken_back", row)
    return row


# --- helpers


def _source_language(course: Course) -> str:
    page = source_page_of(course)
    if page is None:
        raise Http404
    return str(page.locale.language_code)


def _is_language(course: Course, language: str) -> None:
    if language not in dict(settings.LANGUAGES) or language == _source_language(course):
        raise Http404


def _too_long(segment: Segment, text: str) -> list[Finding]:
    """A field of a page has an end, and the page could not be saved beyond it."""
    for model, names in FIELDS.items():
        longest = model._meta.get_field(segment.path).max_length if segment.path in names else None
        if longest and len(text) > longest:
            words = _("The text has %(now)d characters; here %(most)d fit.") % {"now": len(text), "most": longest}
            return [Finding("too_long", words, is_error=True)]
    return []


def _values(
    by: User, segment: Segment | None, text: str, origin: str, overruled: list[dict[str, str]], *, accepts: bool
) -> dict[str, Any]:
    values: dict[str, Any] = {
        "text": text,
        "origin": origin,
        "overruled": overruled,
        "edited_at": timezone.now(),
        "accepted_at": timezone.now() if accepts else None,
        "handed_in_at": None,
        "actor": actor_of(by),
    }
    if segment is not None:
        values |= {"digest": segment.digest, "source": segment.source}
    return values


def _is_same(row: SegmentTranslation, values: Mapping[str, Any]) -> bool:
    """Whether a save would change nothing: it was sent twice, or the same words were accepted before."""
    if row.text == values["text"] and row.accepted_at is not None and values["accepted_at"] is None:
        return True  # saving takes no acceptance back
    names = ("text", "overruled", "digest")
    same = all(getattr(row, name) == values.get(name, getattr(row, name)) for name in names)
    return same and (row.accepted_at is None) == (values["accepted_at"] is None)


def _audit(by: User, action: str, row: SegmentTranslation, **more: Any) -> None:
    """Drafts are not written into the log: the row says who typed last, and nobody but translators reads them."""
    reason = "; ".join(each["reason"] for each in row.overruled) if more.get("overruled") else ""
    audit(
        by=by,
        action=action,
        target=f"learning.course:{row.course.uuid}",
        reason=reason,
        details={"language": row.language, "place": row.place, **more},
    )
