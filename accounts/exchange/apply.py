"""Applying a plan: everything is made ready first, so that the one transaction that writes is short."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.exchange.known import batches
from accounts.exchange.plan import PeoplePlan, Progress, Row, require_import, stamp_of
from accounts.models import Actor, Agency, Member, Posting, User, new_learner_code
from accounts.names import compared
from accounts.services.audit import Entry, audit_many
from accounts.services.people import new_username, target_of


class PlanOutOfDate(Exception):
    """Somebody was added to the member since the list was checked; nothing was changed."""


class HasProblems(Exception):
    """The list has problems; nothing was changed."""


@dataclass(frozen=True)
class Result:
    """What applying a list did."""

    made: int
    changed: int
    unchanged: int
    new_agencies: int


def apply_people(
    *,
    by: User | None,
    plan: PeoplePlan,
    progress: Progress | None = None,
    finish: Callable[[Result], None] | None = None,
) -> Result:
    """Do what a plan says: all of it or nothing.

    Nobody who is made can sign in before a code was given (`accounts.services.give_codes`).

    Arguments:
        finish: called last within the transaction; what it raises undoes everything.

    Raises:
        HasProblems: the plan has errors.
        PlanOutOfDate: somebody else changed the member since; plan again.
        Refused: `by` may no longer bring people into this member.
    """
    if plan.errors:
        raise HasProblems(_("The list has problems. Nothing was changed."))
    require_import(by, plan.member)
    ready = _Ready(plan)
    result = Result(
        made=len(plan.made),
        changed=len(plan.changed),
        unchanged=plan.unchanged,
        new_agencies=len(plan.new_agencies),
    )
    try:
        with transaction.atomic():
            Member.objects.select_for_update().get(pk=plan.member.pk)
            if stamp_of(plan.member) != plan.stamp:
                raise PlanOutOfDate(_out_of_date())
            ready.write(by, progress)
            if finish:
                finish(result)
    except IntegrityError as error:  # a user name that was taken meanwhile
        raise PlanOutOfDate(_out_of_date()) from error
    return result


def _out_of_date() -> str:
    return _("Somebody else changed the people of this member meanwhile. Nothing was changed: check the list again.")


class _Ready:
    """The rows that are to be written."""

    def __init__(self, plan: PeoplePlan) -> None:
        self.plan = plan
        self.agencies = [
            Agency(member=plan.member, name=name, kind=plan.new_agency_kind) for name in plan.new_agencies.values()
        ]
        self.at = plan.agencies | {compared(each.name): each for each in self.agencies}
        self.users = [self._user(row) for row in plan.made]
        self.actors = [Actor(user=user) for user in self.users]
        self.postings = [
            Posting(user=user, role=row.role, member=plan.member, agency=self.at[row.agency], rank_band=row.rank_band)
            for user, row in zip(self.users, plan.made, strict=True)
        ]

    def _user(self, row: Row) -> User:
        code = new_learner_code()
        return User(
            username=row.username or new_username(self.plan.member),
            full_name=row.full_name or code,
            learner_code=code,
            latin_name=row.latin_name,
            email=row.email,
            language=row.language,
            sex=row.sex,
            is_restricted=bool(row.is_restricted),
            password=make_password(None),
        )

    def write(self, by: User | None, progress: Progress | None) -> None:
        total, done = 4 * len(self.users) + len(self.plan.changed), 0
        for agency in self.agencies:
            agency.save(force_insert=True)
        for users in batches(self.users):
            User.objects.bulk_create(users)
            done = _tell(progress, done + len(users), total)
        # The keys of people and agencies are known only now.
        for pairs in batches(zip(self.actors, self.users, strict=True)):
            for actor, user in pairs:
                actor.user = user
            Actor.objects.bulk_create([actor for actor, _user in pairs])
            done = _tell(progress, done + len(pairs), total)
        for piece in batches(zip(self.postings, self.users, self.plan.made, strict=True)):
            for posting, user, row in piece:
                posting.user, posting.agency = user, self.at[row.agency]
            Posting.objects.bulk_create([posting for posting, _user, _row in piece])
            done = _tell(progress, done + len(piece), total)
        entries = [
            Entry(
                action="agency.made",
                target=f"accounts.agency:{each.uuid}",
                member=self.plan.member,
                details={"kind": each.kind},
            )
            for each in self.agencies
        ]
        entries += [entry for posting in self.postings for entry in self._entries(posting)]
        entries += self._change()
        counts = {"made": len(self.users), "changed": len(self.plan.changed), "unchanged": self.plan.unchanged}
        entries.append(
            Entry(
                action="people.imported",
                target=f"accounts.member:{self.plan.member.code}",
                member=self.plan.member,
                details=counts,
            )
        )
        audit_many(by=by, entries=entries)
        _tell(progress, total, total)

    def _entries(self, posting: Posting) -> list[Entry]:
        target = target_of(posting.user)
        agency = posting.agency
        assert agency is not None
        details = {"posting": str(posting.uuid), "role": str(posting.role), "agency": str(agency.uuid)}
        return [
            Entry(action="person.made", target=target, member=self.plan.member),
            Entry(action="posting.made", target=target, member=self.plan.member, details=details),
        ]

    def _change(self) -> list[Entry]:
        entries = []
        for piece in batches(self.plan.changed):
            people = User.objects.in_bulk([each.user for each in piece])
            for change in piece:
                user = people[change.user]
                for name, value in change.fields.items():
                    setattr(user, name, value)
                if change.fields:
                    user.save(update_fields=list(change.fields))
                names = sorted(change.fields)
                if change.rank_band:
                    Posting.objects.filter(pk=change.posting).update(rank_band=change.rank_band)
                    names.append("rank_band")
                entries.append(
                    Entry(
                        action="person.changed",
                        target=target_of(user),
                        member=self.plan.member,
                        details={"fields": names},
                    )
                )
        return entries


def _tell(progress: Progress | None, done: int, total: int) -> int:
    if progress:
        progress(done, total)
    return done
