"""From the record to progress: one pure fold, used for news and for rebuilding alike.

Statements come in the order in which they were stored. What counts: lessons from our own player, offline phones or the
server; tests from the server alone, because a browser can forge a statement.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from learning import statements as words
from learning.manifest import DELTA, FINAL, Outline, is_complete
from learning.models import Activity, ActivityProgress, CourseProgress, EditionMove, EditionRevision, Enrolment
from learning.selectors import latest_revision, outline_for
from learning.signals import course_completed
from xapi.models import Source, Statement
from xapi.selectors import statements_of_registration
from xapi.services import record_once

TRUSTED_FOR_LESSONS = {Source.SERVER, Source.PLAYER, Source.OFFLINE}
TRUSTED_FOR_TESTS = {Source.SERVER}


@dataclass
class ActivityState:
    """What `ActivityProgress` holds of one activity."""

    started_at: dt.datetime
    completed_at: dt.datetime | None = None
    passed: bool | None = None
    score: float | None = None
    language: str = ""
    revision: int | None = None
    content: str = ""

    FIELDS = ("started_at", "completed_at", "passed", "score", "language", "revision", "content")

    def values(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.FIELDS}


@dataclass
class State:
    """Everything projected of one enrolment; activities by primary key."""

    activities: dict[int, ActivityState] = field(default_factory=dict)
    last_activity: int | None = None
    last_at: dt.datetime | None = None
    completed_at: dt.datetime | None = None


def fold(state: State, statement: Statement, activity: Activity) -> None:
    """Let one statement about an activity of the course change the state. Folding it twice changes nothing more."""
    verb, source = statement.verb, Source(statement.source)
    if activity.kind == Activity.Kind.COURSE:
        if verb == words.COMPLETED and source in TRUSTED_FOR_TESTS and state.completed_at is None:
            state.completed_at = statement.occurred_at
        return
    trusted = TRUSTED_FOR_TESTS if activity.kind == Activity.Kind.QUIZ else TRUSTED_FOR_LESSONS
    if source not in trusted:
        return
    kind_takes = {
        Activity.Kind.LESSON: {words.COMPLETED, words.SKIPPED},
        Activity.Kind.CHECK: {words.ANSWERED},
        Activity.Kind.QUIZ: {words.PASSED, words.FAILED, words.COMPLETED},
        Activity.Kind.SCENARIO: {words.COMPLETED},
    }
    if verb not in kind_takes.get(Activity.Kind(activity.kind), set()):
        return
    row = state.activities.setdefault(activity.pk, ActivityState(started_at=statement.occurred_at))
    result = statement.statement.get("result", {})
    success = result.get("success")
    score = result.get("score", {}).get("scaled")
    if score is not None:
        row.score = max(score, row.score if row.score is not None else score)
    if success is not None:
        row.passed = bool(row.passed) or success
    if row.completed_at is None and verb != words.FAILED:
        context = statement.statement.get("context", {})
        extensions = context.get("extensions", {})
        row.completed_at = statement.occurred_at
        row.language = context.get("language", "")
        row.revision = extensions.get(words.REVISION)
        row.content = extensions.get(words.CONTENT, "")
    if activity.kind not in (Activity.Kind.CHECK, Activity.Kind.SCENARIO):
        state.last_activity, state.last_at = activity.pk, statement.occurred_at


def project(statements: Iterable[Statement]) -> None:
    """Bring the progress of the enrolments that these statements name up to date.

    Statements without one of our registrations or activities are none of ours and are passed over.
    """
    by_registration: dict[uuid.UUID, list[Statement]] = {}
    for statement in statements:
        if statement.registration:
            by_registration.setdefault(statement.registration, []).append(statement)
    for registration, batch in by_registration.items():
        about = _about(batch)
        if not about:
            continue
        with transaction.atomic():
            enrolment = (
                Enrolment.objects.select_for_update(of=("self",))
                .select_related("actor")
                .filter(uuid=registration, actor_id=batch[0].actor_id)
                .first()
            )
            if enrolment is None:
                continue
            activities = {a.uuid: a for a in Activity.objects.filter(course=enrolment.course_id, uuid__in=about)}
            state = _stored(enrolment, [a.pk for a in activities.values()])
            _fold_all(enrolment, state, batch, activities)
            announce = _store(enrolment, state)
            if announce:
                course_completed.send_robust(sender=Enrolment, enrolment=enrolment)
            elif state.completed_at is None:
                complete_if_due(enrolment)


def complete_if_due(enrolment: Enrolment) -> bool:
    """Record that the rules of the edition are met, once they are. Returns whether they are."""
    revision = latest_revision(enrolment.edition_id)
    outline = outline_for(enrolment, revision)
    done = ActivityProgress.objects.filter(
        enrolment=enrolment, completed_at__isnull=False, activity__kind__in=["lesson", "quiz"]
    ).select_related("activity")
    rows = {str(row.activity.uuid): row for row in done}
    if not is_complete(outline, set(rows)):
        return False
    shown = _evidence(outline, rows, revision)
    record_once(
        actor=enrolment.actor,
        statement=words.build(
            verb=words.COMPLETED,
            activity=f"urn:uuid:{revision.edition.course.uuid}",
            context=shown,
            result={"completion": True},
            statement_id=uuid.uuid5(enrolment.uuid, "course completed"),
        ),
        source=Source.SERVER,
        occurred_at=timezone.now(),
    )
    return True


def _evidence(outline: Outline, rows: dict[str, ActivityProgress], revision: EditionRevision) -> words.Context:
    """Language, revision and content of what certifies: the final test (of a refresher its own), or the last activity
    where there is none."""
    final = outline.quiz(FINAL) or outline.quiz(DELTA)
    row = rows.get(final.uuid) if final else None
    row = row or max(rows.values(), key=lambda each: each.completed_at or each.started_at)
    return words.Context(
        registration=row.enrolment.uuid,
        language=row.language or "und",
        edition=revision.edition.number,
        revision=row.revision or revision.number,
        content=row.content,
    )


def _about(batch: Iterable[Statement]) -> set[uuid.UUID]:
    return {found for statement in batch if (found := words.activity_uuid(statement.object_id))}


def _fold_all(
    enrolment: Enrolment, state: State, batch: Iterable[Statement], activities: dict[uuid.UUID, Activity]
) -> None:
    anew = _anew(enrolment)
    for statement in batch:
        activity = activities.get(words.activity_uuid(statement.object_id) or uuid.UUID(int=0))
        if activity is not None and _edition(statement) >= anew.get(activity.uuid, 0):
            fold(state, statement, activity)


def _anew(enrolment: Enrolment) -> dict[uuid.UUID, int]:
    """Activity → the edition from which on it counts, of whoever moved forward to one in which it had changed."""
    rows = EditionMove.objects.filter(enrolment=enrolment).order_by("to_edition__number")
    return {uuid.UUID(each): number for anew, number in rows.values_list("anew", "to_edition__number") for each in anew}


def _edition(statement: Statement) -> int:
    number = statement.statement.get("context", {}).get("extensions", {}).get(words.EDITION)
    return number if isinstance(number, int) else 0


def _stored(enrolment: Enrolment, activities: list[int] | None = None) -> State:
    rows = ActivityProgress.objects.filter(enrolment=enrolment)
    if activities is not None:
        rows = rows.filter(activity__in=activities)
    state = State(
        activities={
            row.activity_id: ActivityState(**{name: getattr(row, name) for name in ActivityState.FIELDS})
            for row in rows
        }
    )
    course = CourseProgress.objects.filter(enrolment=enrolment).first()
    if course:
        state.last_activity, state.last_at = course.last_activity_id, course.last_at
        state.completed_at = course.completed_at
    return state


def _store(enrolment: Enrolment, state: State) -> bool:
    """Write the state; returns whether the course became complete by it."""
    ActivityProgress.objects.bulk_create(
        [
            ActivityProgress(enrolment=enrolment, activity_id=activity, **row.values())
            for activity, row in state.activities.items()
        ],
        update_conflicts=True,
        unique_fields=["enrolment", "activity"],
        update_fields=list(ActivityState.FIELDS),
    )
    was_complete = CourseProgress.objects.filter(enrolment=enrolment, completed_at__isnull=False).exists()
    CourseProgress.objects.bulk_create(
        [
            CourseProgress(
                enrolment=enrolment,
                last_activity_id=state.last_activity,
                last_at=state.last_at,
                completed_at=state.completed_at,
            )
        ],
        update_conflicts=True,
        unique_fields=["enrolment"],
        update_fields=["last_activity", "last_at", "completed_at"],
    )
    return state.completed_at is not None and not was_complete


def rebuilt(enrolment: Enrolment) -> State:
    """The state that the whole record of an enrolment gives."""
    activities = {a.uuid: a for a in Activity.objects.filter(course=enrolment.course_id)}
    state = State()
    own = (s for s in statements_of_registration(enrolment.uuid) if s.actor_id == enrolment.actor_id)
    _fold_all(enrolment, state, own, activities)
    return state


def differences(enrolment: Enrolment) -> list[str]:
    """What is stored of an enrolment that the record does not say, and the other way round; a line for each."""
    stored, true = _stored(enrolment), rebuilt(enrolment)
    lines = [
        f"{enrolment.uuid}: activity {pk}: stored {stored.activities.get(pk)}, record says {true.activities.get(pk)}"
        for pk in sorted(stored.activities.keys() | true.activities.keys())
        if stored.activities.get(pk) != true.activities.get(pk)
    ]
    for name in ("last_activity", "last_at", "completed_at"):
        if getattr(stored, name) != getattr(true, name):
            lines.append(f"{enrolment.uuid}: {name}: stored {getattr(stored, name)}, record says {getattr(true, name)}")
    return lines


@transaction.atomic
def rebuild(enrolment: Enrolment) -> bool:
    """Make the progress of one enrolment anew from the record; returns whether anything changed."""
    enrolment = Enrolment.objects.select_for_update(of=("self",)).select_related("actor").get(pk=enrolment.pk)
    changed = bool(differences(enrolment))
    if changed:
        state = rebuilt(enrolment)
        ActivityProgress.objects.filter(enrolment=enrolment).exclude(activity__in=state.activities).delete()
        if _store(enrolment, state):
            course_completed.send_robust(sender=Enrolment, enrolment=enrolment)
    if not CourseProgress.objects.filter(enrolment=enrolment, completed_at__isnull=False).exists():
        complete_if_due(enrolment)
    return changed


def enrolments_to_check() -> Iterator[Enrolment]:
    """Every enrolment, streamed."""
    return Enrolment.objects.select_related("actor").order_by("pk").iterator(chunk_size=500)
