"""Reads about what is held of a person: for the person, and for whoever carries an erasure out."""

import datetime as dt
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit_words import words_for
from accounts.models import AuditEvent, ErasureRequest, Posting, RetentionReport, RetentionRun, User
from accounts.permissions import Right, Viewer, may_give, scope_of
from accounts.personal_data import DOES, ERASURES, REGISTRY, Declaration, Rule, rules
from accounts.roles import Role
from accounts.selectors.people import people_seen_by

#: Rows of one kind on the page; all of them are in the file.
SHOWN = 20
LONGEST_CELL = 200
CHUNK = 200
#: What others did that concerns a person is shown back to here; the log itself is kept as long.
LOOK_BACK = dt.timedelta(days=366)
RENAMED = "person.renamed"


def declarations() -> list[Declaration]:
    """Every kind of personal data: the account first, then room by room."""
    held = [each for each in REGISTRY.values() if each.fields]
    return sorted(held, key=lambda each: each.model is not User)


@dataclass(frozen=True)
class Kind:
    """One kind of data about one person, ready for a page."""

    declaration: Declaration
    count: int
    header: list[str]
    rows: list[list[Any]]

    @property
    def title(self) -> str:
        return self.declaration.name

    @property
    def reasons(self) -> list[tuple[str, str]]:
        """(what, why) for each field."""
        return [(self.declaration.label(name), str(why)) for name, why in self.declaration.fields.items()]

    @property
    def keep(self) -> str:
        return str(self.declaration.keep)

    @property
    def erasure(self) -> str:
        return str(ERASURES[self.declaration.erasure])

    @property
    def kept_because(self) -> str:
        return str(self.declaration.kept_because)

    @property
    def more(self) -> int:
        """How many rows are in the file only."""
        return max(0, self.count - len(self.rows)) if self.declaration.is_listed else 0


def held_about(user: User) -> list[Kind]:
    """What is held about the person who looks, by kind; kinds of which there is nothing are left out."""
    found = []
    for declaration in declarations():
        count = declaration.count(user)
        if not count:
            continue
        rows = []
        if declaration.is_listed:
            shown = declaration.rows_of(user)[:SHOWN]
            rows = [[_in_short(value) for _name, value in declaration.values(row)] for row in shown]
        header = [declaration.label(name) for name in declaration.exported]
        found.append(Kind(declaration, count, header, rows))
    return found


_INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d).*")


def _in_short(value: Any) -> Any:
    """A value as a cell of a table can hold it; what is longer is in the file."""
    if isinstance(value, dict):
        value = ", ".join(f"{key}: {each}" for key, each in value.items())
    elif isinstance(value, list):
        value = ", ".join(str(each) for each in value)
    elif not isinstance(value, str):
        return value
    if found := _INSTANT.fullmatch(value):
        return f"{found.group(1)} {found.group(2)}"
    if value.startswith("http"):
        value = value.rsplit("/", 1)[-1]
    return value if len(value) <= LONGEST_CELL else _("in the file")


def export_lines(user: User) -> Iterator[str]:
    """The text of one JSON file with everything that is held about a person, piece by piece.

    However long the record is, only some rows of it are in memory at a time.
    """
    head = {"about": user.username, "made_at": timezone.now().isoformat(), "site": settings.PUBLIC_URL}
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "kinds": ['
    for number, declaration in enumerate(declarations()):
        about = {
            "kind": declaration.model._meta.label,
            "title": declaration.name,
            "why": {name: str(why) for name, why in declaration.fields.items()},
            "labels": {name: declaration.label(name) for name in declaration.exported},
            "kept": str(declaration.keep),
            "when_erased": str(ERASURES[declaration.erasure]),
        }
        yield (", " if number else "") + "\n" + json.dumps(about, ensure_ascii=False)[:-1] + ', "rows": ['
        if declaration.is_listed:
            rows = declaration.rows_of(user)
            streamed = rows.iterator(chunk_size=CHUNK) if isinstance(rows, QuerySet) else iter(rows)
            for place, row in enumerate(streamed):
                yield (",\n  " if place else "\n  ") + _as_json(dict(declaration.values(row)))
        yield "]}"
    yield '\n], "looked": ['
    for place, look in enumerate(looked_at(user, limit=None)):
        line = {"at": look.at.isoformat(), "action": look.action, "by": look.by, "reason": look.reason}
        yield (",\n  " if place else "\n  ") + _as_json(line)
    yield "]}\n"


def _as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


# --- who looked


@dataclass(frozen=True)
class Look:
    """Somebody saw or changed something of a person: in which role, never by which name."""

    at: dt.datetime
    action: str
    by: str
    reason: str

    @property
    def what(self) -> str:
        """The action in words; its name is for files and the log."""
        return words_for(self.action)


def looked_at(user: User, limit: int | None = 100) -> Iterator[Look]:
    """What others did or saw of the person who asks, newest first.

    A list of many officers is one entry of the log that names their enrolments or people, so it is looked for among the
    entries of the members for which the person ever served.
    """
    members = Posting.objects.filter(user=user, member__isnull=False).values("member")
    own = {str(user.uuid), *(str(each) for each in _own_enrolments(user))}
    named = Q(target=f"accounts.user:{user.uuid}")
    listed = Q()
    for each in own:
        listed |= Q(details__icontains=each)
    since = timezone.now() - LOOK_BACK
    events = (
        AuditEvent.objects.filter(named | (Q(member__in=members, action__endswith="seen") & listed), at__gte=since)
        .select_related("actor")
        .order_by("-pk")
    )
    for event in (events[:limit] if limit else events).iterator(chunk_size=CHUNK):
        yield Look(event.at, event.action, _role_of(event, user), event.reason)


def looks_at(user: User, target: str) -> list[Look]:
    """Who looked at one thing of the person who asks, newest first; that it is the person's own is the caller's."""
    events = AuditEvent.objects.filter(target=target, action__endswith="seen").select_related("actor").order_by("-pk")
    return [Look(event.at, event.action, _role_of(event, user), event.reason) for event in events[:100]]


def _own_enrolments(user: User) -> list[Any]:
    enrolments = next((each for each in REGISTRY.values() if each.model._meta.label == "learning.Enrolment"), None)
    if enrolments is None:
        return []
    found = enrolments.rows_of(user)
    return list(found.values_list("uuid", flat=True)) if isinstance(found, QuerySet) else []


def _role_of(event: AuditEvent, user: User) -> str:
    """In which role somebody acted: those held on that day, for the member concerned where there is one."""
    if event.actor is None:
        return _("Suluh itself")
    if event.actor.user_id == user.pk:
        return _("you")
    if event.actor.user_id is None:
        return _("somebody who is no longer here")
    held = Posting.objects.filter(user=event.actor.user_id).current(event.at.date())
    concerned = [each for each in held if event.member_id is None or each.member_id in (None, event.member_id)]
    names = sorted({str(Role(each.role).label) for each in concerned or held})
    return ", ".join(names) or _("somebody without a role")


# --- erasing


@dataclass(frozen=True)
class Step:
    """What erasing a person does to one kind of data."""

    declaration: Declaration
    count: int

    @property
    def title(self) -> str:
        return self.declaration.name

    @property
    def does(self) -> str:
        return str(ERASURES[self.declaration.erasure])

    @property
    def why(self) -> str:
        return str(self.declaration.kept_because)


def erasure_plan(user: User) -> list[Step]:
    """What would be deleted, unlinked and kept, kind by kind; kinds of which there is nothing are left out."""
    steps = [Step(each, each.count(user)) for each in declarations()]
    order = list(ERASURES)
    return sorted((step for step in steps if step.count), key=lambda step: order.index(step.declaration.erasure))


def why_not_erasable(user: User) -> str:
    """Why a person may not be erased now, in words for whoever asked; empty when nothing stands against it."""
    for posting in Posting.objects.filter(user=user, role=Role.COORDINATOR, agency=None).current():
        fellows = Posting.objects.filter(role=Role.COORDINATOR, member=posting.member_id, agency=None)
        if not fellows.current().filter(user__is_active=True).exclude(user=user).exists():
            return _(
                "This is the last national coordinator of %(member)s. The RSO names another first, so that somebody "
                "looks after its officers."
            ) % {"member": posting.member}
    admins = Posting.objects.filter(role=Role.ADMINISTRATOR, user__is_active=True).current()
    if admins.filter(user=user).exists() and not admins.exclude(user=user).exists():
        return _("This is the last administrator of the site. Another one has to be there first.")
    return ""


def erasable_by(viewer: User) -> QuerySet[User]:
    """The people for whom a viewer may ask for erasure, as far as a query can say: see `may_ask_erasure`."""
    return people_seen_by(viewer, Right.MANAGE_PEOPLE)


def may_ask_erasure(viewer: User, person: User) -> bool:
    """Whether a viewer, who sees the person, may end every role of theirs that runs or is to come."""
    running = Posting.objects.open().filter(user=person)
    return all(may_give(viewer, Role(each.role), member=each.member_id, agency=each.agency_id) for each in running)


def own_erasure(user: User) -> ErasureRequest | None:
    """The request under which the person who asks will be erased, whoever made it."""
    return ErasureRequest.objects.filter(user=user).first()


def erasures_seen_by(viewer: User) -> QuerySet[ErasureRequest]:
    """The requests that wait, of people whom the viewer manages."""
    return ErasureRequest.objects.filter(user__in=erasable_by(viewer)).select_related("user", "by")


# --- changed names


@dataclass(frozen=True)
class Renamed:
    """An officer changed the own full name."""

    at: dt.datetime
    user: User


def renamed_people(viewer: Viewer, limit: int = 100) -> list[Renamed]:
    """Officers in the viewer's scope who changed their own name in the last year, newest first."""
    scope = scope_of(viewer, Right.MANAGE_PEOPLE)
    if not scope:
        return []
    events = AuditEvent.objects.filter(action=RENAMED, at__gte=timezone.now() - LOOK_BACK).order_by("-pk")
    if not scope.everyone:
        posted = Posting.objects.filter(scope.q(member="member_id", agency="agency_id"), user__actors=OuterRef("actor"))
        events = events.filter(Exists(posted))
    found = [(event.at, event.actor_id) for event in events[:limit]]
    people = people_seen_by(viewer, Right.MANAGE_PEOPLE).filter(actors__in=[actor for _at, actor in found])
    by_actor = {actor.pk: user for user in people.distinct().prefetch_related("actors") for actor in user.actors.all()}
    return [Renamed(at, by_actor[actor]) for at, actor in found if actor in by_actor]


# --- retention


@dataclass(frozen=True)
class RuleView:
    """One rule of retention and where it stands."""

    rule: Rule
    report: RetentionReport | None
    last: RetentionRun | None

    @property
    def does(self) -> str:
        """What is done to rows, in words."""
        return str(DOES[self.rule.does])

    @property
    def applies(self) -> bool:
        """Whether the daily job acts by it."""
        return self.rule.does != "report" and self.report is not None and is_in_force(self.report)


def is_in_force(report: RetentionReport) -> bool:
    """Whether what was reported may be acted upon: an administrator said so, or the time to object is over."""
    return report.approved_at is not None or report.applies_on <= timezone.localdate()


def retention_seen_by(viewer: Viewer) -> list[RuleView]:
    """Every rule with its report and its last run; nothing for who does not look after the site."""
    if not scope_of(viewer, Right.MANAGE_SITE):
        return []
    reports = {report.rule: report for report in RetentionReport.objects.all()}
    return [
        RuleView(rule, reports.get(rule.name), RetentionRun.objects.filter(rule=rule.name).first()) for rule in rules()
    ]
