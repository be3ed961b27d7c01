"""Reads of the audit log: all of it for the auditor, and for a member what the RSO looked at of its officers."""

import datetime as dt
import itertools
import json
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast, Lower
from django.utils import timezone

from accounts.audit_words import LOOKS, words_for
from accounts.models import AuditCheck, AuditEvent, Member, User
from accounts.permissions import Right, Viewer, scope_of
from accounts.selectors.people import name_for
from lms.text import ascii_digits

PERSON = "accounts.user:"
CHUNK = 100


@dataclass(frozen=True)
class LogFilter:
    """What an auditor looks for; empty looks for everything. Who and of whom are a user name or a learner code."""

    since: dt.date | None = None
    until: dt.date | None = None
    action: str = ""
    member: Member | None = None
    who: str = ""
    whom: str = ""
    with_reason: bool = False

    @property
    def used(self) -> list[str]:
        """Which of them are used, for the log itself: without the values, which may be a name."""
        return [each.name for each in fields(self) if getattr(self, each.name)]


@dataclass(frozen=True)
class LogLine:
    """One entry as it is read: who acted by name, of whom by learner code."""

    event: AuditEvent
    #: Name or, where the name may not stand, learner code; empty for the system itself and for an erased person.
    who: str
    username: str
    is_by_system: bool
    sentence: str
    whom: tuple[str, ...]
    #: Of `whom`, those that may not stand in a file.
    restricted: frozenset[str]
    details: str

    @property
    def first_of_whom(self) -> tuple[str, ...]:
        return self.whom[:5]

    @property
    def more_of_whom(self) -> int:
        return max(0, len(self.whom) - 5)


def events_seen_by(viewer: Viewer) -> QuerySet[AuditEvent]:
    """The entries of the audit log that a viewer may read, newest first."""
    scope = scope_of(viewer, Right.SEE_AUDIT)
    rows = AuditEvent.objects.select_related("actor__user", "member").order_by("-number")
    if scope.everyone:
        return rows
    return rows.filter(member_id__in=scope.members)


def log_entries(viewer: Viewer, wanted: LogFilter) -> QuerySet[AuditEvent]:
    """Those of them that an auditor looks for."""
    rows = events_seen_by(viewer)
    if wanted.since:
        rows = rows.filter(at__gte=_midnight(wanted.since))
    if wanted.until:
        rows = rows.filter(at__lt=_midnight(wanted.until + dt.timedelta(days=1)))
    if wanted.action:
        rows = rows.filter(action=wanted.action)
    if wanted.member:
        rows = rows.filter(member=wanted.member)
    if wanted.with_reason:
        rows = rows.exclude(reason="")
    if wanted.who:
        rows = rows.filter(actor__user__in=_people_called(wanted.who))
    if wanted.whom:
        person = _people_called(wanted.whom).first()
        if person is None:
            return rows.none()
        # Lists of people that were seen stand in the details. There is no index for that; an auditor can wait.
        rows = rows.annotate(said=Cast("details", TextField())).filter(
            Q(target=f"{PERSON}{person.uuid}") | Q(said__contains=str(person.uuid))
        )
    return rows


def has_done(person: User, action: str, target: str, *, since: dt.datetime | None = None) -> bool:
    """Whether the log names a person for an action on a target, under any of the person's keys.

    For rules of four eyes, which ask it of the one person who is about to act; it shows nobody an entry.
    """
    rows = AuditEvent.objects.filter(target=target, action=action, actor__user=person)
    return (rows.filter(at__gt=since) if since else rows).exists()


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def _people_called(said: str) -> QuerySet[User]:
    """The person with this learner code or user name; a restricted one by the code only."""
    said = ascii_digits(said)
    rows = User.objects.annotate(lowered=Lower("username"))
    return rows.filter(Q(learner_code=said.upper()) | Q(lowered=said.lower(), is_restricted=False))


def log_lines(viewer: Viewer, events: Iterable[AuditEvent]) -> Iterator[LogLine]:
    """Entries of `events_seen_by` as they are read, in the same order, in two statements for each chunk."""
    iterator = iter(events)
    while chunk := list(itertools.islice(iterator, CHUNK)):
        people = {person for event in chunk for person in _people_in(event)}
        known = {
            str(row[0]): (row[1], row[2])
            for row in User.objects.filter(uuid__in=people).values_list("uuid", "learner_code", "is_restricted")
        }
        for event in chunk:
            yield _line(viewer, event, known)


def _people_in(event: AuditEvent) -> list[str]:
    """Whatever in an entry can be the uuid of a person: its target, and whatever its details name."""
    found = [event.target.removeprefix(PERSON)] if event.target.startswith(PERSON) else []
    return list(dict.fromkeys([*filter(_is_uuid, found), *_uuids_in(event.details)]))


def _uuids_in(details: Any) -> Iterator[str]:
    if isinstance(details, str):
        if len(details) == 36 and _is_uuid(details):
            yield details
    elif isinstance(details, list):
        for each in details:
            yield from _uuids_in(each)
    elif isinstance(details, dict):
        for each in details.values():
            yield from _uuids_in(each)


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def _line(viewer: Viewer, event: AuditEvent, known: dict[str, tuple[str, bool]]) -> LogLine:
    user = event.actor.user if event.actor else None
    who, username = "", ""
    if user is not None:
        # What somebody does to the own account would join the name to the code by which the account is known here.
        is_about_self = event.target == f"{PERSON}{user.uuid}"
        who = user.learner_code if is_about_self else name_for(viewer, user, ())
        username = "" if who == user.learner_code else user.username
    seen = [known[person] for person in _people_in(event) if person in known]
    details = event.details if isinstance(event.details, dict) else {"details": event.details}
    rest = {name: value for name, value in details.items() if name not in ("people", "person")}
    return LogLine(
        event=event,
        who=who,
        username=username,
        is_by_system=event.actor_id is None,
        sentence=words_for(event.action),
        whom=tuple(code for code, _restricted in seen),
        restricted=frozenset(code for code, restricted in seen if restricted)
        | (frozenset([who]) if user is not None and user.is_restricted else frozenset()),
        details=json.dumps(rest, ensure_ascii=False, sort_keys=True) if rest else "",
    )


def last_check(viewer: Viewer) -> AuditCheck | None:
    """The last verification of the chain, for whoever may read the log."""
    return AuditCheck.objects.first() if scope_of(viewer, Right.SEE_AUDIT) else None


def looks_at_members_of(viewer: Viewer) -> QuerySet[AuditEvent]:
    """What the RSO looked at or downloaded of the officers of the viewer's own member; newest first.

    Also names in classes and nominations: a reason is asked of nobody but the RSO.
    """
    scope = scope_of(viewer, Right.SET_SHARING)
    with_reason = Q(action="officers.seen") & ~Q(reason="")
    return (
        AuditEvent.objects.filter(Q(action__in=LOOKS) | with_reason, member_id__in=scope.members)
        .select_related("actor__user", "member")
        .order_by("-number")
    )


def is_check_old(check: AuditCheck | None) -> bool:
    """Whether the daily verification has not run for so long that somebody should ask why."""
    return check is None or check.at < timezone.now() - dt.timedelta(days=2)


def kept_months() -> int:
    """For how many months entries are kept."""
    return int(settings.AUDIT_MONTHS)
