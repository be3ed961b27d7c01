"""Classes: making, changing and ending them, who teaches, how many seats each member has, who may take a course."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Member, User
from accounts.permissions import Right, require_right, scope_of
from accounts.services import actor_of, audit
from learning.models import Class, ClassTrainer, Course, Seats
from learning.services.nominations import locked_course, promote_waiting, return_open_of_class

#: What can be changed of a class; its course cannot, because people are enrolled in it.
FIELDS = ("title", "starts_on", "ends_on", "places", "languages", "note")


class NotATrainer(Exception):
    """Nobody who may teach has this user name. The message does not say whether there is such an account."""


class TeachesAlready(Exception):
    """The person teaches this class in these days."""


class WrongDays(Exception):
    """The last day is before the first."""


def class_target(klass: Class) -> str:
    """How the audit log names a class."""
    return f"learning.class:{klass.uuid}"


@transaction.atomic
def make_class(*, by: User, course: Course, title: str, starts_on: dt.date, **fields: Any) -> Class:
    """Make a class of a course.

    Arguments:
        fields: `ends_on`, `places`, `languages`, `note`, as of `learning.models.Class`.

    Raises:
        WrongDays: the last day is before the first.
    """
    require_right(by, Right.MANAGE_CLASSES)
    klass = Class(course=course, title=title, starts_on=starts_on, **_known(fields))
    _require_order(klass.starts_on, klass.ends_on)
    klass.save()
    audit(by=by, action="class.made", target=class_target(klass), details={"course": str(course.uuid)})
    return klass


@transaction.atomic
def change_class(*, by: User, klass: Class, **fields: Any) -> Class:
    """Change a class; with more places, or a later last day, those who wait move up at once.

    Raises:
        WrongDays: the last day is before the first.
    """
    require_right(by, Right.MANAGE_CLASSES)
    course = locked_course(klass.course)
    klass = Class.objects.get(pk=klass.pk)
    changed = [name for name, value in _known(fields).items() if getattr(klass, name) != value]
    for name in changed:
        setattr(klass, name, fields[name])
    _require_order(klass.starts_on, klass.ends_on)
    if not changed:
        return klass
    klass.save(update_fields=changed)
    audit(by=by, action="class.changed", target=class_target(klass), details={"fields": changed})
    promote_waiting(by=None, course=course, klass=klass)
    return klass


def _known(fields: Mapping[str, Any]) -> dict[str, Any]:
    unknown = set(fields) - set(FIELDS)
    assert not unknown, f"a class has no {unknown}"
    return dict(fields)


def _require_order(starts_on: dt.date, ends_on: dt.date | None) -> None:
    if ends_on is not None and ends_on < starts_on:
        raise WrongDays(_("The last day is before the first."))


@transaction.atomic
def end_class(*, by: User, klass: Class, reason: str = "") -> int:
    """End a class after yesterday, so that it is over at once. Who learned keeps everything and learns on alone.

    Open nominations go back to their coordinators with the reason; returns how many. A class that was to begin later
    is over before it begins; one that is over stays as it is.
    """
    require_right(by, Right.MANAGE_CLASSES)
    locked_course(klass.course)
    klass = Class.objects.get(pk=klass.pk)
    if klass.is_over:
        return 0
    last = timezone.localdate() - dt.timedelta(days=1)
    klass.ends_on, klass.starts_on = last, min(klass.starts_on, last)
    klass.save(update_fields=["starts_on", "ends_on"])
    reason = reason.strip()[:300]
    audit(by=by, action="class.ended", target=class_target(klass), reason=reason, details={"after": last.isoformat()})
    return return_open_of_class(by=by, klass=klass, reason=reason or _("The class has ended."))


@transaction.atomic
def add_trainer(
    *, by: User, klass: Class, username: str, starts_on: dt.date, ends_on: dt.date | None = None
) -> ClassTrainer:
    """Let somebody with the right to teach, found by user name, teach a class from a day to a day or open.

    Raises:
        NotATrainer: nobody with that right has this user name.
        TeachesAlready: in these days the person teaches this class.
        WrongDays: the last day is before the first.
    """
    require_right(by, Right.MANAGE_CLASSES)
    _require_order(starts_on, ends_on)
    locked_course(klass.course)
    try:
        person = User.objects.get_by_natural_key(username.strip())
    except User.DoesNotExist:
        person = None
    if person is None or not scope_of(person, Right.TEACH):
        raise NotATrainer(_("No trainer has this user name."))
    actor = actor_of(person)
    rows = klass.trainers.filter(actor=actor)
    if any((ends_on is None or each.starts_on <= ends_on) and _until(each) >= starts_on for each in rows):
        raise TeachesAlready(_("This person teaches this class already in these days."))
    trainer = ClassTrainer.objects.create(klass=klass, actor=actor, starts_on=starts_on, ends_on=ends_on)
    _audit_trainer(by, trainer, "from")
    return trainer


def _until(trainer: ClassTrainer) -> dt.date:
    return trainer.ends_on or dt.date.max


@transaction.atomic
def end_trainer(*, by: User, trainer: ClassTrainer) -> ClassTrainer:
    """Let somebody teach a class no longer, after yesterday: the page of the class closes at once."""
    require_right(by, Right.MANAGE_CLASSES)
    locked_course(trainer.klass.course)
    trainer = ClassTrainer.objects.select_related("klass").get(pk=trainer.pk)
    last = timezone.localdate() - dt.timedelta(days=1)
    if trainer.ends_on is None or trainer.ends_on > last:
        trainer.ends_on, trainer.starts_on = last, min(trainer.starts_on, last)
        trainer.save(update_fields=["starts_on", "ends_on"])
        _audit_trainer(by, trainer, "after")
    return trainer


def _audit_trainer(by: User, trainer: ClassTrainer, word: str) -> None:
    day = trainer.starts_on if word == "from" else trainer.ends_on
    details = {"fields": ["trainers"], "trainer": str(trainer.actor_id), word: day.isoformat() if day else None}
    audit(by=by, action="class.changed", target=class_target(trainer.klass), details=details)


@transaction.atomic
def set_seats(*, by: User, course: Course, klass: Class | None, numbers: Mapping[Member, int]) -> int:
    """Give members seats in a class, or in a course without one; members that are not named keep theirs.

    Fewer than are used is allowed: nobody is put out, and nobody comes in. Where there are more, those who wait move
    up at once; returns how many.
    """
    require_right(by, Right.MANAGE_CLASSES)
    course = locked_course(course)
    before = {each.member_id: each for each in Seats.objects.filter(course=course, klass=klass)}
    for member, number in numbers.items():
        row = before.get(member.pk)
        was = row.number if row else 0
        if number == was:
            continue
        if row is None:
            Seats.objects.create(course=course, klass=klass, member=member, number=number)
        else:
            row.number = number
            row.save(update_fields=["number"])
        audit(
            by=by,
            action="seats.set",
            target=class_target(klass) if klass else f"learning.course:{course.uuid}",
            member=member,
            details={"from": was, "to": number},
        )
    return len(promote_waiting(by=None, course=course, klass=klass))


@transaction.atomic
def set_access(*, by: User, course: Course, access: str, open_to: Iterable[Member]) -> Course:
    """Say who may take a course, and officers of which members where it is open to listed ones only.

    Whoever is enrolled stays enrolled.

    Raises:
        ValueError: not one of `Course.Access`.
    """
    require_right(by, Right.MANAGE_CLASSES)
    course = locked_course(course)
    was, course.access = course.access, Course.Access(access)
    course.save(update_fields=["access"])
    course.open_to.set(open_to)
    audit(
        by=by,
        action="course.access",
        target=f"learning.course:{course.uuid}",
        details={"from": was, "to": course.access, "open_to": sorted(course.open_to.values_list("code", flat=True))},
    )
    return course
