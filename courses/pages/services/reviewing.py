"""The do-no-harm review: submitting, signing, returning, taking back, and what follows when all is signed."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail import blocks
from wagtail.models import Comment, Page, Revision, TaskState, WorkflowState
from wagtail_localize.models import StringTranslation

from accounts.models import Actor, User
from accounts.permissions import Refused, Right, current_postings, has_right
from accounts.roles import Role
from accounts.selectors.audit import has_done
from accounts.services import actor_of, audit
from courses.pages.basis import note_published
from courses.pages.gate import signatures_of
from courses.pages.models import (
    CoursePage,
    LessonPage,
    ReviewedIn,
    ReviewedText,
    ReviewNote,
    SegmentTranslation,
    SignOff,
    review_workflow,
)
from courses.pages.publication import follow_after_commit, following_later, published_by
from courses.pages.review import BY_NUMBER, NEXT_REVIEW, Check, lacking, required, signing_role
from courses.pages.review_desk import find_unit, unit_of_page, units_in, workflow_state_of
from courses.pages.rights import may_publish
from courses.pages.selectors import is_translation, renderings, translated_pages_of, tree_of
from courses.pages.translation import AnyPage
from courses.pages.units import Unit, units_of
from learning.models import Course


class TextChanged(Exception):
    """The text is no longer the one that the reviewer looked at."""

    def __init__(self) -> None:
        super().__init__(_("The text was changed while you read it. Look at it again: nothing was signed."))


class OwnText(Exception):
    """Nobody signs what one wrote oneself."""

    def __init__(self) -> None:
        super().__init__(
            _("You wrote on this text since this check was signed last. Another reviewer has to sign it: four eyes.")
        )


class NothingSaid(Exception):
    """A text is returned with a reason."""

    def __init__(self) -> None:
        super().__init__(_("Say what should change, in one place at least. Nothing was returned."))


class NoDate(Exception):
    """The next review needs a date that is to come."""

    def __init__(self) -> None:
        super().__init__(_("Give the day of the next review; it must be after today."))


class NotYours(Exception):
    """Only one's own signature is taken back, and only while nothing published stands on it."""


class NotSigned(Exception):
    """A unit that lacks signatures is published from here only when it has them."""

    def __init__(self, checks: Iterable[Check]) -> None:
        names = ", ".join(f"{check.number} {check.title}" for check in checks)
        super().__init__(_("Not published: these checks are not signed: %(checks)s.") % {"checks": names})


def _locked(course: Course) -> Course:
    locked: Course = Course.objects.select_for_update(of=("self",)).get(pk=course.pk)
    return locked


def _details(unit: Unit, **more: Any) -> dict[str, Any]:
    return {"unit": unit.key, "language": unit.language, "digest": unit.digest, **more}


def _audit(by: User | None, action: str, unit: Unit, reason: str = "", **more: Any) -> None:
    audit(
        by=by,
        action=action,
        target=f"learning.course:{unit.course.uuid}",
        reason=reason,
        details=_details(unit, **more),
    )


# --- submitting


@transaction.atomic
def submit_unit(*, by: User, course: Course, key: str, language: str) -> WorkflowState:
    """Put a unit into the queue of the reviewers, through Wagtail's workflow; one that is there already stays.

    Raises:
        accounts.permissions.Refused: the person may not write courses.
        Http404: there is no such unit.
    """
    if not (has_right(by, Right.WRITE_COURSES) or may_publish(by)):
        raise Refused(_("Your role does not submit texts to the review."))
    unit = find_unit(_locked(course), key, language)
    state = workflow_state_of(unit)
    if state is not None and state.status == WorkflowState.STATUS_IN_PROGRESS:
        return state
    if unit.page.latest_revision_id is None:
        type(unit.page).objects.get(pk=unit.page.pk).save_revision(user=by)
    if state is not None:
        state.resume(user=by)
    else:
        state = review_workflow().start(type(unit.page).objects.get(pk=unit.page.pk), by)
    _close(unit, by)
    _audit(by, "review.submitted", unit)
    state.refresh_from_db()
    return state


def submit_after_commit(page: Page) -> None:
    """A translation that was published in the workshop goes into the queue, unless it is signed as it is.

    wagtail-localize knows no submission: whoever publishes there, and may write, submits.
    """

    def submit() -> None:
        place = unit_of_page(page) if is_translation(page.pk) else None
        person = published_by(page)
        if place is not None and person is not None:
            course, key, language = place
            _submit_what_lacks(person, course, key, language)

    transaction.on_commit(submit)


def submit_unit_after_commit(*, by: User, course: Course, key: str, language: str) -> None:
    """The same for a translation that somebody handed in."""
    transaction.on_commit(lambda: _submit_what_lacks(by, course, key, language))


def _submit_what_lacks(person: User, course: Course, key: str, language: str) -> None:
    if not (has_right(person, Right.WRITE_COURSES) or may_publish(person)):
        return
    unit = next((each for each in units_in(course, language) if each.key == key), None)
    if unit is not None and lacking(_signed(unit), is_translation=True):
        submit_unit(by=person, course=course, key=key, language=language)


def _signed(unit: Unit) -> dict[int, SignOff]:
    """The signatures that hold for the text of a unit as it is."""
    return signatures_of(unit.course, unit=unit.key, language=unit.language).get(
        (unit.key, unit.language, unit.digest), {}
    )


# --- signing


@transaction.atomic
def sign_check(
    *,
    by: User,
    course: Course,
    key: str,
    language: str,
    number: int,
    digest: str,
    comment: str = "",
    review_due_on: dt.date | None = None,
) -> SignOff:
    """Sign one check of a unit as it was looked at. The last one that was lacking closes the review.

    Then the module and its lessons are published, if the person who signs or the one who submitted may publish;
    otherwise they wait for somebody who may.

    Arguments:
        digest: of the text that the person was shown.
        review_due_on: of check 10, the day of the next review.

    Raises:
        accounts.permissions.Refused: no posting of today lets the person sign this check.
        OwnText: the person wrote on the text since this check was signed last.
        TextChanged: the text is another one now.
        NoDate: check 10 has no date, or one that is over.
        Http404: there is no such unit or check.
    """
    unit = find_unit(_locked(course), key, language)
    check = _check(unit, number)
    role = _role(by, check)
    if unit.digest != digest:
        raise TextChanged
    if not check.is_the_authors and wrote(by, unit, number):
        raise OwnText
    if number == NEXT_REVIEW and (review_due_on is None or review_due_on <= timezone.localdate()):
        raise NoDate
    row = SignOff.objects.create(
        **_looked_at(unit),
        number=number,
        verdict=SignOff.Verdict.SIGNED,
        comment=comment,
        actor=actor_of(by),
        role=role,
        review_due_on=review_due_on if number == NEXT_REVIEW else None,
    )
    _close(unit, by)
    _audit(by, "review.signed", unit, reason=comment, check=number, role=str(role))
    return row


@transaction.atomic
def return_unit(
    *,
    by: User,
    course: Course,
    key: str,
    language: str,
    number: int,
    digest: str,
    comment: str = "",
    notes: Mapping[str, str],
) -> SignOff:
    """Return a unit to its authors on one check, with what should change and where.

    Authors meet the notes as comments beside the block in the editor, and all of them on the page of the review.

    Arguments:
        notes: place → what should change there (`courses.pages.looking.places_of`); empty ones are left out.

    Raises:
        accounts.permissions.Refused: no posting of today lets the person sign this check.
        TextChanged: the text is another one now.
        NothingSaid: neither a comment nor a note.
        Http404: there is no such unit or check.
    """
    unit = find_unit(_locked(course), key, language)
    check = _check(unit, number)
    role = _role(by, check)
    if unit.digest != digest:
        raise TextChanged
    said = {place: text for place, text in notes.items() if text}
    if not said and not comment:
        raise NothingSaid
    row = SignOff.objects.create(
        **_looked_at(unit),
        number=number,
        verdict=SignOff.Verdict.RETURNED,
        comment=comment,
        actor=actor_of(by),
        role=role,
    )
    ReviewNote.objects.bulk_create(ReviewNote(sign_off=row, place=place, text=text) for place, text in said.items())
    _comment(unit, by, said)
    state = workflow_state_of(unit)
    if state is not None and state.status == WorkflowState.STATUS_IN_PROGRESS:
        state.current_task_state.specific.reject(user=by, comment=comment)
    _audit(by, "review.returned", unit, reason=comment, check=number, role=str(role))
    return row


@transaction.atomic
def take_back(*, by: User, sign_off: SignOff) -> SignOff:
    """Take one's own signature back, while nothing that is published stands on it.

    Raises:
        NotYours: somebody else's, taken back before, or published.
    """
    course = _locked(sign_off.course)
    newest = signatures_of(course, unit=sign_off.unit, language=sign_off.language)
    held = newest.get((sign_off.unit, sign_off.language, sign_off.text_id), {}).get(sign_off.number)
    if held is None or held.pk != sign_off.pk or held.actor_id is None or held.actor_id != actor_of(by).pk:
        raise NotYours(_("This is no signature of yours that still holds. Nothing was changed."))
    if ReviewedIn.objects.filter(sign_off=held).exists():
        raise NotYours(_("What you signed is published. Return the text instead, with what should change."))
    row = SignOff.objects.create(
        course=course,
        unit=held.unit,
        language=held.language,
        number=held.number,
        verdict=SignOff.Verdict.WITHDRAWN,
        text_id=held.text_id,
        actor=held.actor,
        role=held.role,
    )
    audit(
        by=by,
        action="review.withdrawn",
        target=f"learning.course:{course.uuid}",
        details={"unit": held.unit, "language": held.language, "check": held.number, "digest": held.text_id},
    )
    return row


@transaction.atomic
def publish_unit(*, by: User, course: Course, key: str, language: str) -> None:
    """Publish a unit that is signed and waits for somebody who may publish.

    Raises:
        accounts.permissions.Refused: the person may not publish.
        NotSigned: checks are lacking.
        Http404: there is no such unit.
    """
    if not may_publish(by):
        raise Refused(_("Your role may write courses but not publish them."))
    unit = find_unit(_locked(course), key, language)
    checks = lacking(_signed(unit), is_translation=unit.is_translation)
    if checks:
        raise NotSigned(checks)
    _publish(unit, by)
    _audit(by, "review.published", unit)


# --- what a bundle claims


@transaction.atomic
def take_over_review(*, source: CoursePage, languages: Iterable[str]) -> None:
    """Take over that the texts of a course are reviewed as they are live now, because whoever runs the site says so.

    For the command that imports a bundle, and for nobody on the web. Nobody is named: the bundle is. In languages that
    are not among `languages` what an earlier bundle claimed is taken back; signatures given on this site stay.

    Arguments:
        source: the course page of the source language.
    """
    course = _locked(source.course)
    claimed = set(languages)
    tree = tree_of(source)
    signed = signatures_of(course)
    done: list[str] = []
    for each in [tree, *(tree_of(page) for page in translated_pages_of(source))]:
        units = units_of(course, renderings(tree, each), tree)
        for unit in units:
            held = signed.get((unit.key, unit.language, unit.digest), {})
            for number in sorted(required(is_translation=unit.is_translation)):
                row = held.get(number)
                if each.language in claimed and row is None:
                    verdict = SignOff.Verdict.SIGNED
                elif each.language not in claimed and row is not None and row.origin == SignOff.Origin.BUNDLE:
                    verdict = SignOff.Verdict.WITHDRAWN
                else:
                    continue
                SignOff.objects.create(**_looked_at(unit), number=number, verdict=verdict, origin=SignOff.Origin.BUNDLE)
                done.append(f"{unit.key} {unit.language} {number} {verdict}")
    if done:
        audit(
            by=None,
            action="review.taken_over",
            target=f"learning.course:{course.uuid}",
            details={"languages": sorted(claimed), "count": len(done)},
        )


# --- helpers


def _check(unit: Unit, number: int) -> Check:
    from_table = BY_NUMBER.get(number)
    if from_table is None or (unit.is_translation and not from_table.is_of_translations):
        raise Refused(_("This check is not asked of this text."))
    return from_table


def _role(by: User, check: Check) -> Role:
    role = signing_role((posting.role for posting in current_postings(by)), check)
    if role is None:
        raise Refused(
            _("Your role does not sign “%(check)s”.") % {"check": f"{check.number} {check.title}"},
        )
    return role


def _looked_at(unit: Unit) -> dict[str, Any]:
    text, _made = ReviewedText.objects.get_or_create(digest=unit.digest, defaults={"text": unit.text})
    return {"course": unit.course, "unit": unit.key, "language": unit.language, "text": text}


def wrote(user: User, unit: Unit, number: int) -> bool:
    """Whether a person wrote on a unit since somebody else signed this check of it.

    Strict on purpose: every saved version counts, not only the last one, for a comma of a colleague makes nobody a
    stranger to the own text. What somebody else signed since has been seen by two, so older work does not bar for ever.
    """
    pages = unit.own_pages
    signed = signatures_of(unit.course, unit=unit.key, language=unit.language).values()
    own = Actor.objects.filter(user=user).values_list("pk", flat=True)
    seen = [rows[number].signed_at for rows in signed if number in rows and rows[number].actor_id not in own]
    revisions = Revision.objects.filter(
        base_content_type=ContentType.objects.get_for_model(Page),
        object_id__in=[str(page.pk) for page in pages],
        user=user,
    )
    typed = StringTranslation.objects.filter(
        context__object_id__in=[page.translation_key for page in pages],
        locale__in=[page.locale_id for page in pages],
        last_translated_by=user,
    )
    segments = _typed_at_the_desk(unit).filter(actor__in=own)
    if seen:
        revisions, typed = revisions.filter(created_at__gt=max(seen)), typed.filter(updated_at__gt=max(seen))
        segments = segments.filter(edited_at__gt=max(seen))
    if revisions.exists() or typed.exists() or segments.exists():
        return True
    # Questions have no pages: whoever brought them in with a file of the course is known by the log.
    target = f"learning.course:{unit.course.uuid}"
    return has_done(user, "course.imported", target, since=max(seen, default=None))


def _typed_at_the_desk(unit: Unit) -> QuerySet[SegmentTranslation]:
    """What was typed at the translator's desk and handed in, of the pages of a unit and of its questions."""
    places = Q(pk__in=[])
    for key in [getattr(each.source, "key", "course") for each in unit.shown]:
        places |= Q(place__startswith=f"{key}/")
    for question in unit.questions:
        places |= Q(place__startswith=f"questions/{question.key}/")
    rows = SegmentTranslation.objects.filter(course=unit.course, language=unit.language, handed_in_at__isnull=False)
    return rows.filter(places)


def _close(unit: Unit, by: User) -> None:
    """End the review when nothing is lacking any more, and publish if one of the two may."""
    state = workflow_state_of(unit)
    if state is None or state.status != WorkflowState.STATUS_IN_PROGRESS:
        return
    if lacking(_signed(unit), is_translation=unit.is_translation):
        return
    task_state: TaskState = state.current_task_state.specific
    task_state.approve(user=by)
    publisher = next((person for person in (by, state.requested_by) if person and may_publish(person)), None)
    if publisher is not None:
        _publish(unit, publisher)


def _publish(unit: Unit, person: User) -> None:
    """Make live exactly the versions that were looked at, and let the shelf follow once."""
    if not unit.is_translation:
        with following_later():
            for page in unit.own_pages:
                if page.has_unpublished_changes or not page.live:
                    revision = Revision.objects.get(pk=page.latest_revision_id)
                    revision.publish(user=person, skip_permission_checks=True)
                    note_published(type(page).objects.get(pk=page.pk))
    follow_after_commit(type(unit.page).objects.get(pk=unit.page.pk), by=person)


def _comment(unit: Unit, by: User, notes: Mapping[str, str]) -> None:
    """Put notes beside their blocks in the editor. Translations have an editor of their own, without comments."""
    if unit.is_translation:
        return
    by_key = {getattr(page, "key", "course"): page for page in unit.own_pages}
    for place, text in notes.items():
        key, _slash, part = place.partition("/")
        page = by_key.get(key)
        if page is not None:
            Comment.objects.create(
                page=Page.objects.get(pk=page.pk),
                user=by,
                text=text,
                contentpath=_in_the_editor(page, part),
                revision_created_id=page.latest_revision_id,
            )


def _in_the_editor(page: AnyPage, part: str) -> str:
    """Where the editor can show a comment on a part: on a field, and in a block of several on the first of them."""
    field, _dot, block_id = part.partition(".")
    child = next((each for each in page.body if each.id == block_id), None) if isinstance(page, LessonPage) else None
    if field != "body" or child is None or not isinstance(child.block, blocks.StructBlock):
        return part
    names = [name for name, each in child.block.child_blocks.items() if isinstance(each, blocks.FieldBlock)]
    return f"{part}.{names[0]}" if names else part
