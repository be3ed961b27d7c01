"""What the centre does when two accounts turn out to be one person's, and what it says before."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db.models import Count, Q
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.hooks import counts_for_people, tells_what_a_merge_ends
from accounts.models import Merge, User
from accounts.permissions import Viewer
from accounts.signals import accounts_merged, merge_undone
from learning.models import Enrolment
from learning.permissions import visible_enrolments
from learning.selectors import standings


def _doubles(enrolments: Iterable[Enrolment]) -> list[tuple[Enrolment, list[Enrolment]]]:
    """Of open enrolments, where there are several in one course: the one to go on with, and the others.

    Completed goes before further, further before nearer, and of equals the one that began first.
    """
    by_course: defaultdict[int, list[Enrolment]] = defaultdict(list)
    for each in enrolments:
        by_course[each.course_id].append(each)
    found = []
    for rows in by_course.values():
        if len(rows) > 1:
            ranked = sorted(rows, key=_rank)
            found.append((ranked[0], ranked[1:]))
    return found


def _rank(enrolment: Enrolment) -> tuple[Any, ...]:
    progress = getattr(enrolment, "progress", None)
    is_complete = bool(progress and progress.completed_at)
    done: int = enrolment.done  # type: ignore[attr-defined]
    return (not is_complete, -done, -enrolment.edition_id, enrolment.enrolled_at, enrolment.pk)


def _open_enrolments(*people: User) -> Any:
    rows = Enrolment.objects.filter(actor__user__in=people, ended_at=None).select_related("course", "progress")
    return rows.annotate(done=Count("activity_progress", filter=Q(activity_progress__completed_at__isnull=False)))


@receiver(accounts_merged)
def end_what_is_there_twice(sender: type[Merge], merge: Merge, **kwargs: Any) -> dict[str, list[str]]:
    """Of two open enrolments in one course the one with less progress ends. Statements stay as they are."""
    locked = Enrolment.objects.select_for_update(of=("self",)).filter(actor__user=merge.kept, ended_at=None)
    list(locked.order_by("pk").values_list("pk"))
    ended = [each for _stays, others in _doubles(_open_enrolments(merge.kept)) for each in others]
    Enrolment.objects.filter(pk__in=[each.pk for each in ended]).update(ended_at=timezone.now())
    return {"ended": [str(each.uuid) for each in ended]}


@receiver(merge_undone)
def open_what_was_ended(sender: type[Merge], merge: Merge, remembered: dict[str, Any], **kwargs: Any) -> None:
    """Open again what the merge ended, but where its owner has begun the course anew since."""
    for each in remembered.get("learning", {}).get("ended", []):
        enrolment = Enrolment.objects.filter(uuid=uuid.UUID(each), ended_at__isnull=False).first()
        if enrolment is None:
            continue
        if not Enrolment.objects.filter(actor=enrolment.actor_id, course=enrolment.course_id, ended_at=None).exists():
            Enrolment.objects.filter(pk=enrolment.pk).update(ended_at=None)


@tells_what_a_merge_ends
def enrolments_that_would_end(viewer: Viewer, kept: User, closed: User) -> list[str]:
    """A line for each enrolment that a merge would end, so far as the viewer may see it."""
    own = Enrolment.objects.filter(visible_enrolments(viewer), actor__user__in=[kept, closed])
    visible = set(own.values_list("pk", flat=True))
    lines = []
    for stays, others in _doubles(_open_enrolments(kept, closed)):
        if stays.pk not in visible:
            continue
        for shown in standings([each for each in others if each.pk in visible], get_language() or ""):
            lines.append(
                _("%(course)s: open in both accounts. The enrolment with less progress (%(percent)d %%) ends.")
                % {"course": shown.course.title, "percent": shown.percent}
            )
    return lines


@counts_for_people(gettext_lazy("Enrolments"))
def enrolments_of_people(viewer: Viewer, people: Collection[int]) -> Mapping[int, int]:
    """How many enrolments each of these people has with the viewer's member or agency."""
    rows = Enrolment.objects.filter(visible_enrolments(viewer), actor__user__in=people)
    return dict(rows.order_by().values_list("actor__user").annotate(n=Count("pk")))
