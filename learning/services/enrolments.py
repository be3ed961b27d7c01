"""Enrolling, and recording what officers do."""

import json
import uuid

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Actor, Posting, User
from accounts.permissions import Refused, Right, require_right
from accounts.selectors import learner_posting
from accounts.services import actor_of, audit
from learning import statements
from learning.branching import Way
from learning.models import Class, Course, EditionRevision, Enrolment
from learning.permissions import may_enrol
from learning.selectors import missing_prerequisites, newest_revision, why_not_open
from xapi.models import Source
from xapi.services import record, record_once


class NotOpen(Refused):
    """The course does not take this person."""


class NotPublished(Refused):
    """The course has no published edition yet."""


@transaction.atomic
def enrol(*, by: User, course: Course) -> Enrolment:
    """Enrol oneself in the newest edition of a course; an open enrolment is returned as it is.

    Raises:
        NotOpen: the course does not take this person.
        NotPublished: there is nothing to learn yet.
    """
    actor = actor_of(by)
    # Under any of the person's keys: accounts that were merged brought theirs along.
    existing = Enrolment.objects.filter(actor__user=by, course=course, ended_at=None).select_related("actor").first()
    if existing:
        return existing
    posting = learner_posting(by)
    if not may_enrol(by, course, posting) or missing_prerequisites(by, course):
        raise NotOpen(why_not_open(by, course))
    assert posting is not None
    return _enrol(actor, course, posting, None)


@transaction.atomic
def enrol_person(*, by: User | None, person: Actor, course: Course, klass: Class | None, posting: Posting) -> Enrolment:
    """Enrol somebody else, in a class or without one.

    An open enrolment is kept and comes into the class; one that was ended before it was complete goes on, if it is of
    the newest edition and the same member, so that nothing has to be learned twice.

    Arguments:
        by: who decides; None for the system itself, when a seat becomes free.
        posting: under which the person learns; member and agency are kept from it.

    Raises:
        NotPublished: there is nothing to learn yet.
    """
    if by is not None:
        require_right(by, Right.DECIDE_NOMINATIONS)
    owned = Q(actor=person) if person.user is None else Q(actor__user=person.user)
    existing = Enrolment.objects.filter(owned, course=course, ended_at=None).first()
    enrolment = existing or _enrol(person, course, posting, klass)
    if klass is not None and enrolment.klass_id != klass.pk:
        enrolment.klass = klass
        enrolment.save(update_fields=["klass"])
    audit(
        by=by,
        action="enrolment.made",
        target=f"learning.enrolment:{enrolment.uuid}",
        member=posting.member,
        details={
            "course": str(course.uuid),
            "class": str(klass.uuid) if klass else None,
            "was_there": existing is not None,
        },
    )
    return enrolment


def _enrol(actor: Actor, course: Course, posting: Posting, klass: Class | None) -> Enrolment:
    """An open enrolment where there is none, in the newest edition."""
    revision = newest_revision(course)
    if revision is None:
        raise NotPublished(_("This course has not been published yet."))
    if klass is not None or course.access == Course.Access.NOMINATION:
        ended = (
            Enrolment.objects.filter(
                actor=actor, course=course, edition=revision.edition, member=posting.member_id, ended_at__isnull=False
            )
            .exclude(progress__completed_at__isnull=False)
            .first()
        )
        if ended is not None:
            ended.ended_at, ended.klass = None, klass
            ended.save(update_fields=["ended_at", "klass"])
            return ended
    enrolment, made = Enrolment.objects.get_or_create(
        actor=actor,
        course=course,
        ended_at=None,
        defaults={
            "edition": revision.edition,
            "klass": klass,
            "member_id": posting.member_id,
            "agency_id": posting.agency_id,
        },
    )
    if made:
        record(
            actor=actor,
            statement=statements.build(
                verb=statements.REGISTERED,
                activity=f"urn:uuid:{course.uuid}",
                context=context_of(enrolment, revision, ""),
                statement_id=uuid.uuid5(enrolment.uuid, "registered"),
            ),
            source=Source.SERVER,
            occurred_at=enrolment.enrolled_at,
        )
    return enrolment


def context_of(enrolment: Enrolment, revision: EditionRevision, language: str, content: str = "") -> statements.Context:
    """The context of a statement made now under this enrolment."""
    return statements.Context(
        registration=enrolment.uuid,
        language=language or "und",
        edition=revision.edition.number,
        revision=revision.number,
        content=content,
    )


def finish_lesson(
    *,
    enrolment: Enrolment,
    revision: EditionRevision,
    activity_uuid: uuid.UUID,
    language: str,
    content: str,
    skipped: bool = False,
) -> None:
    """Record that an officer is through with a lesson, or skipped it because of its content note.

    Idempotent: the statement's id follows from enrolment, lesson and revision, so a form sent twice counts once.
    Skipping costs nothing: both verbs complete the lesson (domain rules §5.1).
    """
    verb = statements.SKIPPED if skipped else statements.COMPLETED
    statement_id = uuid.uuid5(enrolment.uuid, f"{verb} {activity_uuid} {revision.edition.number}.{revision.number}")
    from_record = statements.build(
        verb=verb,
        activity=f"urn:uuid:{activity_uuid}",
        context=context_of(enrolment, revision, language, content),
        result={"completion": True},
        statement_id=statement_id,
    )
    record_once(actor=enrolment.actor, statement=from_record, source=Source.PLAYER, occurred_at=timezone.now())


def finish_scenario(
    *,
    enrolment: Enrolment,
    revision: EditionRevision,
    activity_uuid: uuid.UUID,
    language: str,
    content: str,
    way: Way,
) -> None:
    """Record that an officer played a scenario to an end: from whose side, how it ended, and the way there.

    Idempotent: the id follows from enrolment, scenario, revision and way, so the same way again counts once. The way is
    the response: ageing drops it with what else was answered; role and outcome stay. Nothing of a scenario is right or
    wrong in the record, and no course asks for it.
    """
    played = f"{way.role['key']} {way.path} {revision.edition.number}.{revision.number}"
    from_record = statements.build(
        verb=statements.COMPLETED,
        activity=f"urn:uuid:{activity_uuid}",
        context=context_of(enrolment, revision, language, content),
        result={
            "completion": True,
            "response": json.dumps(way.keys),
            "extensions": {statements.ROLE: way.role["key"], statements.OUTCOME: way.node["outcome"]},
        },
        statement_id=uuid.uuid5(enrolment.uuid, f"scenario {activity_uuid} {played}"),
    )
    record_once(actor=enrolment.actor, statement=from_record, source=Source.PLAYER, occurred_at=timezone.now())
