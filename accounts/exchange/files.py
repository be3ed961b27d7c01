"""Lists that were uploaded: taken, checked, applied, thrown away. Nothing of them is left after a day."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.exchange.apply import PlanOutOfDate, Result, apply_people
from accounts.exchange.encodings import ENCODINGS, LARGEST_FILE, NotReadable, read_text
from accounts.exchange.people_file import Problem, read_table
from accounts.exchange.plan import PeoplePlan, plan_people, require_import
from accounts.models import Agency, Member, PeopleFile, User
from accounts.permissions import Refused
from accounts.services.audit import audit

#: A list of more rows is checked in the background.
SMALL = 500
#: As many problems are kept with a plan; more help nobody.
MOST_SHOWN = 2000
KEPT_FOR = dt.timedelta(days=1)
State = PeopleFile.State


class AlreadyApplied(Exception):
    """The list was applied or thrown away already."""


@transaction.atomic
def take_file(*, by: User, member: Member, data: bytes, new_agencies: str = "") -> PeopleFile:
    """Keep an uploaded list until it is applied, for a day at most.

    Raises:
        Refused: `by` may not bring people into this member.
        NotReadable: it is larger than a list can be.
    """
    require_import(by, member)
    if len(data) > LARGEST_FILE:
        raise NotReadable(_("The file is larger than %(most)s MB.") % {"most": LARGEST_FILE // 1024 // 1024})
    rows = max(data.count(b"\n"), data.count(b"\r"))
    file = PeopleFile.objects.create(
        member=member, made_by=by, content=data, rows=rows, new_agencies=_kind(new_agencies)
    )
    audit(by=by, action="people.list_taken", target=f"accounts.peoplefile:{file.uuid}", member=member)
    return file


def _kind(new_agencies: str) -> str:
    return new_agencies if new_agencies in Agency.Kind.values else ""


@transaction.atomic
def read_file_otherwise(*, file: PeopleFile, encoding: str, new_agencies: str) -> PeopleFile:
    """Have a list checked again, read in another encoding or with other wishes about agencies.

    Raises:
        AlreadyApplied: there is nothing left to check.
    """
    file = PeopleFile.objects.select_for_update(of=("self",)).get(pk=file.pk)
    if file.content is None or file.state in (State.APPLYING, State.APPLIED):
        raise AlreadyApplied(_("This list was applied already."))
    file.encoding = encoding if encoding in ENCODINGS else ""
    file.new_agencies = _kind(new_agencies)
    file.state, file.plan, file.done, file.changed_at = State.WAITING, {}, 0, timezone.now()
    file.save(update_fields=["encoding", "new_agencies", "state", "plan", "done", "changed_at"])
    return file


def check_file(*, file: PeopleFile) -> PeopleFile:
    """Plan a list that waits, and keep the plan with it. May run twice."""
    file = PeopleFile.objects.select_related("member", "made_by").get(pk=file.pk)
    if file.state != State.WAITING or file.content is None:
        return file
    _checked, shown = _plan(file, tell=True)
    PeopleFile.objects.filter(pk=file.pk, state=State.WAITING).update(
        plan=shown, state=State.PLANNED, done=file.rows, changed_at=timezone.now()
    )
    file.refresh_from_db()
    return file


def _plan(file: PeopleFile, *, tell: bool) -> tuple[PeoplePlan, dict[str, Any]]:
    def progress(done: int, total: int) -> None:
        PeopleFile.objects.filter(pk=file.pk).update(done=done, rows=total)

    how: dict[str, Any] = {"encoding": "", "guessed": False, "samples": []}
    try:
        text = read_text(bytes(file.content or b""), encoding=file.encoding, languages=file.member.languages)
        table = read_table(text.text)
        names = [cells.get("full name", "").strip() for _number, cells in table.rows]
        how = {
            "encoding": text.encoding,
            "guessed": text.guessed,
            "samples": ([each for each in names if not each.isascii()] or names)[:6],
        }
        plan = plan_people(
            by=file.made_by,
            member=file.member,
            table=table,
            new_agencies=file.new_agencies,
            progress=progress if tell else None,
        )
    except NotReadable as problem:
        plan = PeoplePlan(member=file.member, problems=[Problem(problem.row, "", str(problem))])
    except Refused as refusal:
        plan = PeoplePlan(member=file.member, problems=[Problem(None, "", str(refusal))])
    shown = plan.as_json() | how
    shown |= {"n_problems": len(shown["problems"]), "n_warnings": len(shown["warnings"])}
    shown |= {"problems": shown["problems"][:MOST_SHOWN], "warnings": shown["warnings"][:MOST_SHOWN]}
    return plan, shown


@transaction.atomic
def begin_applying(*, by: User, file: PeopleFile) -> PeopleFile:
    """Say that a list that was checked is to be applied.

    Raises:
        AlreadyApplied: it was applied or is being applied.
        Refused: `by` may not, or the list has problems.
    """
    file = PeopleFile.objects.select_for_update(of=("self",)).select_related("member").get(pk=file.pk)
    require_import(by, file.member)
    if file.state in (State.APPLYING, State.APPLIED):
        raise AlreadyApplied(_("This list was applied already."))
    if file.state != State.PLANNED or file.plan.get("n_problems") != 0:
        raise Refused(_("The list has problems. Nothing was changed."))
    file.state, file.changed_at = State.APPLYING, timezone.now()
    file.save(update_fields=["state", "changed_at"])
    return file


def apply_file(*, file: PeopleFile) -> PeopleFile:
    """Apply a list as it was shown, or check it again if that is no longer what would happen. May run twice."""
    file = PeopleFile.objects.select_related("member", "made_by").get(pk=file.pk)
    if file.state != State.APPLYING:
        return file
    plan, shown = _plan(file, tell=False)
    if any(
        shown[name] != file.plan.get(name) for name in ("made", "changed", "unchanged", "new_agencies", "n_problems")
    ):
        return _look_again(file, shown)

    def finish(result: Result) -> None:
        # In the same transaction: whoever comes second finds that it is done, and its own work is undone.
        changed = PeopleFile.objects.filter(pk=file.pk, state=State.APPLYING).update(
            state=State.APPLIED, content=None, plan=shown | {"problems": [], "warnings": [], "samples": []}
        )
        if not changed:
            raise AlreadyApplied

    try:
        apply_people(by=file.made_by, plan=plan, finish=finish)
    except PlanOutOfDate:
        return _look_again(file, _plan(file, tell=False)[1])
    except AlreadyApplied:
        pass
    file.refresh_from_db()
    return file


def _look_again(file: PeopleFile, shown: dict[str, Any]) -> PeopleFile:
    PeopleFile.objects.filter(pk=file.pk, state=State.APPLYING).update(
        state=State.PLANNED, plan=shown | {"again": True}, changed_at=timezone.now()
    )
    file.refresh_from_db()
    return file


@transaction.atomic
def drop_file(*, by: User, file: PeopleFile) -> None:
    """Throw a list away."""
    audit(by=by, action="people.list_dropped", target=f"accounts.peoplefile:{file.uuid}", member=file.member)
    file.delete()


def delete_old_files() -> int:
    """Delete lists of more than a day ago, applied or not; returns how many."""
    return PeopleFile.objects.filter(made_at__lt=timezone.now() - KEPT_FOR).delete()[0]
