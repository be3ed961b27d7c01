"""Writes of the national annex: what a member tells its officers in the country boxes of a course, and its review.

A text goes forward only: draft, handed in, then approved, returned or withdrawn. What was handed in stays as it was, so
a change is another text (decision 0027).
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Member, User
from accounts.permissions import Refused
from accounts.services import actor_of, audit
from learning import statements
from learning.models import AnnexNotice, AnnexText, Course
from learning.permissions import annex_languages, may_keep_annex, reviews_annex
from learning.selectors.annex import ToReadAgain, in_force, one_to_read_again, statement_id, text_to_read
from learning.selectors.annex_desk import box_of, wrote
from learning.selectors.centre import shown
from lms.text import tidy
from xapi.models import Source
from xapi.services import record_once

State = AnnexText.State


class CannotWrite(Exception):
    """The text cannot be saved or handed in as things stand. The message says why."""


class ChangedMeanwhile(CannotWrite):
    """Somebody else saved the same draft since it was opened."""


class BeginsTooEarly(CannotWrite):
    """The text would begin before the one that it is to follow, and so never be read."""


class CannotReview(Exception):
    """The text does not wait for this reviewer. The message says why."""


def text_target(text: AnnexText) -> str:
    """How the audit log names an annex text."""
    return f"learning.annextext:{text.uuid}"


def _audit(by: User, action: str, text: AnnexText, **more: Any) -> None:
    details = {"course": str(text.course.uuid), "box": text.box, "language": text.language, **more}
    audit(by=by, action=action, target=text_target(text), member=text.member, details=details)


def _require_keeper(by: User, member: Member) -> None:
    if not may_keep_annex(by, member):
        raise Refused(_("Only the coordinators of a whole member write its national annex."))


def _require_order(member: Member, course: Course, box: str, language: str, valid_from: dt.date) -> None:
    """Of two texts officers read the one that begins last, so one that follows cannot begin before."""
    texts = AnnexText.objects.filter(member=member, course=course, language=language)
    read = in_force(texts, timezone.localdate()).get((box, language))
    if read is not None and valid_from < read.valid_from:
        raise BeginsTooEarly(
            _("Officers read a text that is valid from %(day)s. One that follows it begins on that day or later.")
            % {"day": read.valid_from.isoformat()}
        )


def _locked(text: AnnexText) -> AnnexText:
    return AnnexText.objects.select_for_update(of=("self",)).select_related("member", "course").get(pk=text.pk)


@transaction.atomic
def save_annex_draft(
    *,
    by: User,
    member: Member,
    course: Course,
    lesson: str,
    block: str,
    language: str,
    text: str,
    contacts: Sequence[dict[str, str]],
    valid_from: dt.date,
    asks_again: bool = False,
    edits: int = 0,
) -> AnnexText:
    """Save what is written for one box in one language; officers read nothing of it yet.

    Arguments:
        contacts: as of `AnnexText.contacts`.
        asks_again: whether officers who read the box before are asked to read it again once this is approved.
        edits: that of the draft which was opened, 0 where there was none.

    Raises:
        CannotWrite: no edition has the box, the member has no such language, or a text waits for the review.
        ChangedMeanwhile: somebody else saved the draft since.
        BeginsTooEarly: officers read a text that begins later.
        Refused: the member is not one whose annex this person keeps.
    """
    _require_keeper(by, member)
    # One at a time: there may be no draft to lock yet.
    Member.objects.select_for_update(of=("self",)).get(pk=member.pk)
    box = box_of(course, lesson, block)
    if box is None or language not in annex_languages(member.languages):
        raise CannotWrite(_("The course has no such box any more, or your member no such language."))
    draft = (
        AnnexText.objects.select_for_update(of=("self",))
        .filter(member=member, course=course, lesson=lesson, block=block, language=language, state__in=AnnexText.OPEN)
        .first()
    )
    if draft is not None and draft.state == State.SUBMITTED:
        raise CannotWrite(_("A text waits for the review already. Withdraw it first, then change it."))
    if (draft.edits if draft else 0) != edits:
        raise ChangedMeanwhile(
            _("Somebody else changed this text since you opened it. Open the page in another window to see both.")
        )
    _require_order(member, course, box.key, language, valid_from)
    draft = draft or AnnexText(member=member, course=course, lesson=lesson, block=block, language=language)
    draft.text, draft.contacts, draft.valid_from = tidy(text), list(contacts), valid_from
    draft.asks_again, draft.basis, draft.edits = asks_again, box.basis, edits + 1
    draft.written_by, draft.written_at = actor_of(by), timezone.now()
    draft.save()
    _audit(by, "annex.saved", draft)
    return draft


@transaction.atomic
def discard_annex_draft(*, by: User, text: AnnexText) -> None:
    """Drop a draft that was never handed in.

    Raises:
        CannotWrite: it is no draft any more.
    """
    _require_keeper(by, text.member)
    draft = _locked(text)
    if draft.state != State.DRAFT:
        raise CannotWrite(_("This text was handed in meanwhile, so it is kept."))
    draft.delete()
    _audit(by, "annex.discarded", draft)


@transaction.atomic
def submit_annex_text(*, by: User, text: AnnexText) -> AnnexText:
    """Hand a draft in to the review. On a site that does not require review officers read it from its day on.

    Raises:
        CannotWrite: it is no draft any more, or its box is gone.
    """
    _require_keeper(by, text.member)
    draft = _locked(text)
    if draft.state != State.DRAFT:
        raise CannotWrite(_("This text was handed in meanwhile."))
    if box_of(draft.course, draft.lesson, draft.block) is None:
        raise CannotWrite(_("The course has no such box any more."))
    draft.state, draft.submitted_by, draft.submitted_at = State.SUBMITTED, actor_of(by), timezone.now()
    draft.save(update_fields=["state", "submitted_by", "submitted_at"])
    _audit(by, "annex.submitted", draft, valid_from=draft.valid_from.isoformat())
    return draft


@transaction.atomic
def withdraw_annex_text(*, by: User, text: AnnexText) -> AnnexText:
    """Take back a text that waits, or one that officers read: from now on they read what was there before it.

    What waited becomes a draft again, so that it can be changed and handed in once more.

    Raises:
        CannotWrite: it was decided on or withdrawn meanwhile.
    """
    _require_keeper(by, text.member)
    found = _locked(text)
    if found.state not in (State.SUBMITTED, State.APPROVED):
        raise CannotWrite(_("This text was returned or withdrawn meanwhile."))
    waited = found.state == State.SUBMITTED
    found.state, found.withdrawn_by, found.withdrawn_at = State.WITHDRAWN, actor_of(by), timezone.now()
    found.save(update_fields=["state", "withdrawn_by", "withdrawn_at"])
    if waited:
        AnnexText.objects.create(
            member=found.member,
            course=found.course,
            lesson=found.lesson,
            block=found.block,
            language=found.language,
            text=found.text,
            contacts=found.contacts,
            valid_from=found.valid_from,
            basis=found.basis,
            asks_again=found.asks_again,
            edits=1,
            # Whoever takes it back has written nothing of it.
            written_by=found.written_by,
        )
    _audit(by, "annex.withdrawn", found, waited=waited)
    return found


def _to_review(by: User, text: AnnexText) -> AnnexText:
    """A text that waits, locked, for whoever may decide on it.

    Raises:
        CannotReview: it does not wait any more, or this person wrote it.
        Refused: this person is no legal reviewer.
    """
    if not reviews_annex(by):
        raise Refused(_("The national annex is reviewed by the legal reviewers of the RSO."))
    found = _locked(text)
    if wrote(by, found):
        raise CannotReview(_("You wrote this text yourself: somebody else reviews it."))
    if found.state != State.SUBMITTED:
        raise CannotReview(_("This text does not wait any more: it was withdrawn or decided on meanwhile."))
    return found


@transaction.atomic
def approve_annex_text(*, by: User, text: AnnexText) -> AnnexText:
    """Approve a text: officers of the member read it from its day on, and those who are to read again are asked.

    Raises:
        CannotReview: it does not wait any more, or this person wrote it.
    """
    found = _to_review(by, text)
    found.state, found.reviewed_by, found.reviewed_at = State.APPROVED, actor_of(by), timezone.now()
    found.save(update_fields=["state", "reviewed_by", "reviewed_at"])
    if found.asks_again:
        AnnexNotice.objects.create(text=found)
    _audit(by, "annex.approved", found, asks_again=found.asks_again)
    return found


@transaction.atomic
def return_annex_text(*, by: User, text: AnnexText, comment: str) -> AnnexText:
    """Return a text to its coordinator with a comment.

    Raises:
        CannotReview: it does not wait any more, this person wrote it, or there is no comment.
    """
    comment = comment.strip()[:300]
    if not comment:
        raise CannotReview(_("Say what is to be changed."))
    found = _to_review(by, text)
    found.state, found.reviewed_by, found.reviewed_at = State.RETURNED, actor_of(by), timezone.now()
    found.comment = comment
    found.save(update_fields=["state", "reviewed_by", "reviewed_at", "comment"])
    _audit(by, "annex.returned", found)
    return found


def read_annex_again(*, by: User, notice: uuid.UUID, language: str) -> ToReadAgain:
    """Record that an officer read a country box again; pressing twice counts once.

    Arguments:
        language: in which the officer reads.

    Raises:
        Http404: nobody asks this person for it.
    """
    asked = one_to_read_again(by, notice, language)
    text = text_to_read(asked, language)
    now = shown(asked.enrolment, asked.lesson, language)
    record_once(
        actor=asked.enrolment.actor,
        statement=statements.build(
            verb=statements.EXPERIENCED,
            activity=f"urn:uuid:{now.node.uuid}",
            context=statements.Context(
                registration=asked.enrolment.uuid,
                language=text.language,
                edition=now.revision.edition.number,
                revision=now.revision.number,
                content=now.content,
                annex=str(text.uuid),
            ),
            statement_id=statement_id(asked.enrolment, asked.notice),
        ),
        source=Source.PLAYER,
        occurred_at=timezone.now(),
    )
    return asked
