"""Writes of the centre: publishing revisions, enrolling, recording what officers do."""

import hashlib
import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Refused
from accounts.selectors import learner_posting
from accounts.services import actor_of, audit
from learning import statements
from learning.manifest import Outline, Rules
from learning.models import (
    Activity,
    Course,
    Edition,
    EditionRevision,
    Enrolment,
    FrozenContent,
    ManifestEntry,
    ReviewState,
)
from learning.permissions import may_enrol
from learning.selectors import why_not_open
from learning.signals import revision_published
from xapi.models import Source
from xapi.services import record, record_once


class UnreviewedContent(Exception):
    """The site requires review, and something to be published has not been reviewed."""


class NotOpen(Refused):
    """The course does not take this person."""


class NotPublished(Refused):
    """The course has no published edition yet."""


@dataclass(frozen=True, kw_only=True)
class Draft:
    """Content of one activity in one language, to be frozen. `body` is what is served, `source` what it came from."""

    activity: Activity
    language: str
    body: Any
    source: Any
    origin: str = ""
    review_state: str = ReviewState.DRAFT


def digest_of(value: Any) -> str:
    """SHA-256 of a JSON value in canonical form (sorted keys, no white space, UTF-8)."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def freeze(contents: Iterable[tuple[Any, Any]]) -> list[str]:
    """Store (body, source) pairs once under their digest; returns the digests in order."""
    rows = [
        FrozenContent(digest=digest_of({"body": body, "source": source}), body=body, source=source)
        for body, source in contents
    ]
    FrozenContent.objects.bulk_create({row.digest: row for row in rows}.values(), ignore_conflicts=True, batch_size=500)
    return [row.digest for row in rows]


def activity_for(course: Course, key: str, kind: str) -> Activity:
    """The activity of this key, made on first need.

    Its uuid follows from the course and the key, the same on every site; the course's own activity has the course's.
    """
    own = course.uuid if kind == Activity.Kind.COURSE else uuid.uuid5(course.uuid, key)
    activity, _made = Activity.objects.get_or_create(course=course, key=key, defaults={"kind": kind, "uuid": own})
    return activity


@transaction.atomic
def publish_revision(
    *,
    by: User | None,
    course: Course,
    rules: Rules,
    outline: Outline,
    drafts: Sequence[Draft],
    note: str = "",
    as_new_edition: bool = False,
) -> tuple[EditionRevision, bool]:
    """Freeze a manifest: a correction of the latest edition, or a new edition when asked or when the rules changed.

    Arguments:
        by: who publishes; None for a command.
        rules, outline: as they stand on the source page.
        drafts: every activity in every language that is to be readable.
        note: what changed, for people.

    Returns:
        The revision and whether it is new: publishing what is published already changes nothing.

    Raises:
        UnreviewedContent: the site requires review and a draft has none.
    """
    if settings.REQUIRE_REVIEW and any(draft.review_state != ReviewState.REVIEWED for draft in drafts):
        raise UnreviewedContent(
            _("Nothing was published: this site requires review, and %(count)d parts of %(course)s have none.")
            % {
                "count": sum(draft.review_state != ReviewState.REVIEWED for draft in drafts),
                "course": course.code,
            }
        )
    course = Course.objects.select_for_update(of=("self",)).get(pk=course.pk)
    digests = freeze((draft.body, draft.source) for draft in drafts)
    entries = sorted(
        (draft.activity.key, draft.language, digest, str(draft.review_state))
        for draft, digest in zip(drafts, digests, strict=True)
    )
    digest = digest_of({"rules": rules.as_json(), "outline": outline.as_json(), "entries": entries})

    latest = EditionRevision.objects.filter(edition__course=course).select_related("edition").last()
    if latest is not None and latest.digest == digest and not as_new_edition:
        return latest, False
    if latest is None or as_new_edition or latest.edition.rules != rules.as_json():
        number = latest.edition.number + 1 if latest else 1
        edition = Edition.objects.create(course=course, number=number, rules=rules.as_json())
        revision_number = 1
    else:
        edition, revision_number = latest.edition, latest.number + 1
    revision = EditionRevision.objects.create(
        edition=edition,
        number=revision_number,
        outline=outline.as_json(),
        digest=digest,
        note=note,
        published_by=actor_of(by) if by else None,
    )
    ManifestEntry.objects.bulk_create(
        [
            ManifestEntry(
                revision=revision,
                activity=draft.activity,
                language=draft.language,
                content_id=content,
                review_state=draft.review_state,
                origin=draft.origin,
            )
            for draft, content in zip(drafts, digests, strict=True)
        ],
        batch_size=500,
    )
    audit(
        by=by,
        action="revision.published",
        target=f"learning.course:{course.uuid}",
        details={"edition": edition.number, "revision": revision.number, "digest": digest},
    )
    revision_published.send(sender=EditionRevision, revision=revision)
    return revision, True


@transaction.atomic
def enrol(*, by: User, course: Course) -> Enrolment:
    """Enrol a person in the newest edition of a course; an open enrolment is returned as it is.

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
    if not may_enrol(by, course, posting):
        raise NotOpen(why_not_open(by, course))
    assert posting is not None
    revision = (
        EditionRevision.objects.filter(edition__course=course)
        .select_related("edition")
        .order_by("-edition__number", "-number")
        .first()
    )
    if revision is None:
        raise NotPublished(_("This course has not been published yet."))
    enrolment, made = Enrolment.objects.get_or_create(
        actor=actor,
        course=course,
        ended_at=None,
        defaults={"edition": revision.edition, "member_id": posting.member_id, "agency_id": posting.agency_id},
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
