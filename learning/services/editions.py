"""Publishing: freezing what officers will read."""

import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import actor_of, audit
from learning.deltas import Scope
from learning.manifest import Outline, Rules, digest_of
from learning.models import (
    Activity,
    Course,
    Delta,
    Edition,
    EditionRevision,
    FrozenContent,
    FrozenFile,
    FrozenFileUse,
    ManifestEntry,
    ReviewState,
)
from learning.models.files import IN_BODIES
from learning.signals import revision_published


class UnreviewedContent(Exception):
    """The site requires review, and something to be published has not been reviewed."""


@dataclass(frozen=True, kw_only=True)
class Draft:
    """Content of one activity in one language, to be frozen. `body` is what is served, `source` what it came from."""

    activity: Activity
    language: str
    body: Any
    source: Any
    origin: str = ""
    review_state: str = ReviewState.DRAFT


def freeze(contents: Iterable[tuple[Any, Any]]) -> list[str]:
    """Store (body, source) pairs once under their digest; returns the digests in order."""
    rows = [
        FrozenContent(digest=digest_of({"body": body, "source": source}), body=body, source=source)
        for body, source in contents
    ]
    FrozenContent.objects.bulk_create({row.digest: row for row in rows}.values(), ignore_conflicts=True, batch_size=500)
    _keep_files(rows)
    return [row.digest for row in rows]


def _keep_files(rows: Iterable[FrozenContent]) -> None:
    """Note which files the contents show: from then on nobody can delete these."""
    named = {row.digest: set(IN_BODIES.findall(json.dumps(row.body))) for row in rows}
    wanted = set().union(*named.values())
    if not wanted:
        return
    # What only looks like the address of a file, in somebody's text, is none.
    known = {file.pk for file in FrozenFile.objects.select_for_update().filter(pk__in=wanted).order_by("pk")}
    FrozenFileUse.objects.bulk_create(
        [FrozenFileUse(content_id=content, file_id=file) for content in named for file in named[content] & known],
        ignore_conflicts=True,
        batch_size=500,
    )


def activity_named(course: Course, key: str, kind: str) -> Activity:
    """The activity that a key would have, not stored: for looking at what would be published.

    Its uuid follows from the course and the key, the same on every site; the course's own activity has the course's.
    """
    own = course.uuid if kind == Activity.Kind.COURSE else uuid.uuid5(course.uuid, key)
    return Activity(course=course, key=key, kind=kind, uuid=own)


def activity_for(course: Course, key: str, kind: str) -> Activity:
    """The activity of this key, made on first need."""
    named = activity_named(course, key, kind)
    defaults = {"kind": kind, "uuid": named.uuid}
    activity, _made = Activity.objects.get_or_create(course=course, key=key, defaults=defaults)
    return activity


def _as_json(delta: Scope | None) -> dict[str, Any]:
    """A delta as it is stored; empty for none."""
    if delta is None or not delta.lessons:
        return {}
    return {"lessons": sorted(delta.lessons), "questions": delta.questions, "minutes": delta.minutes}


def _delta_of(edition: Edition) -> dict[str, Any]:
    row = getattr(edition, "delta", None)
    return {"lessons": row.lessons, "questions": row.questions, "minutes": row.minutes} if row else {}


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
    delta: Scope | None = None,
) -> tuple[EditionRevision, bool]:
    """Freeze a manifest: a correction of the latest edition, or a new edition when asked or when the rules changed.

    Arguments:
        by: who publishes; None for a command.
        rules, outline: as they stand on the source page.
        drafts: every activity in every language that is to be readable.
        note: what changed, for people.
        delta: what a new edition asks of those who completed an earlier one; of a correction it says nothing.

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
    manifest = {"rules": rules.as_json(), "outline": outline.as_json(), "entries": entries}
    latest = EditionRevision.objects.filter(edition__course=course).select_related("edition__delta").last()
    is_correction = latest is not None and not as_new_edition and latest.edition.rules == rules.as_json()
    asked = _delta_of(latest.edition) if latest is not None and is_correction else _as_json(delta)
    digest = digest_of(manifest | ({"delta": asked} if asked else {}))
    if latest is not None and latest.digest == digest and not as_new_edition:
        return latest, False
    if latest is None or not is_correction:
        number = latest.edition.number + 1 if latest else 1
        edition = Edition.objects.create(course=course, number=number, rules=rules.as_json())
        if asked:
            Delta.objects.create(edition=edition, **asked)
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
