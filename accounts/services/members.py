"""Writes about members and agencies."""

import csv
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Agency, Member, User
from accounts.permissions import Refused, Right, may_keep_agencies, scope_of
from accounts.services.audit import audit

MEMBERS_FILE = Path(__file__).parent.parent / "data" / "members.csv"
#: What can be changed of a member's entry. The code is none of it: addresses and files carry it.
ENTRY = ("name", "kind", "status", "languages", "valid_from", "valid_to", "as_at")


class NotYourMember(Refused):
    """Whoever acts may not do this for this member."""


class NameTaken(Exception):
    """The member has an agency of this name."""


def load_members() -> int:
    """Add the members and organisations of the shipped list that are missing; entries that people edited stay.

    Returns how many were added.
    """
    with MEMBERS_FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    known = set(Member.objects.values_list("code", flat=True))
    missing = [Member(**row | {"languages": row["languages"].split()}) for row in rows if row["code"] not in known]
    Member.objects.bulk_create(missing)
    return len(missing)


@transaction.atomic
def add_member(*, by: User, code: str, name: str, **entry: Any) -> Member:
    """Enter a member, an observer or another body.

    Raises:
        NotYourMember: `by` may not keep members.
    """
    _require_members(by)
    member = Member(code=code, name=name, **{key: entry[key] for key in ENTRY if key in entry})
    member.full_clean()
    member.save()
    audit(by=by, action="member.added", target=_target(member), member=member, details={"code": code, "name": name})
    return member


@transaction.atomic
def change_member(*, by: User, member: Member, **entry: Any) -> Member:
    """Change the entry of a member. It is never deleted: one that is over gets its last day.

    Arguments:
        entry: the new values of any of `ENTRY`.

    Raises:
        NotYourMember: `by` may not keep members.
    """
    _require_members(by)
    member = Member.objects.select_for_update().get(pk=member.pk)
    changed = {}
    for key in ENTRY:
        if key in entry and getattr(member, key) != entry[key]:
            changed[key] = [_plain(getattr(member, key)), _plain(entry[key])]
            setattr(member, key, entry[key])
    if changed:
        member.full_clean()
        member.save(update_fields=list(changed))
        audit(by=by, action="member.changed", target=_target(member), member=member, details=changed)
    return member


def mark_checked(*, by: User, member: Member) -> Member:
    """Say that the entry of a member was checked today.

    Raises:
        NotYourMember: `by` may not keep members.
    """
    return change_member(by=by, member=member, as_at=timezone.localdate())


@transaction.atomic
def choose_policy(*, by: User, member: Member, sharing: str, takes_registrations: bool) -> Member:
    """Say what the member shares with the RSO and whether its officers may register themselves.

    Only the member itself does it: the RSO sees what was chosen and cannot choose.

    Raises:
        NotYourMember: `by` does not coordinate all of this member.
    """
    if not scope_of(by, Right.SET_SHARING).covers(member=member.pk, agency=None):
        raise NotYourMember(_("Only a national coordinator of the whole member chooses this."))
    member = Member.objects.select_for_update().get(pk=member.pk)
    before = {"sharing": member.sharing, "takes_registrations": member.takes_registrations}
    member.sharing = Member.Sharing(sharing)
    member.takes_registrations = takes_registrations
    member.policy_chosen_on = timezone.localdate()
    member.save(update_fields=["sharing", "takes_registrations", "policy_chosen_on"])
    after = {"sharing": str(member.sharing), "takes_registrations": takes_registrations}
    audit(
        by=by,
        action="member.policy",
        target=_target(member),
        member=member,
        details={"before": before, "after": after},
    )
    return member


@transaction.atomic
def add_agency(*, by: User, member: Member, name: str, kind: str) -> Agency:
    """Add an agency to a member.

    Raises:
        NotYourMember: `by` keeps neither members nor the people of all of this one.
        NameTaken: there is one of this name.
    """
    _require_agencies(by, member)
    try:
        with transaction.atomic():
            agency = Agency.objects.create(member=member, name=name, kind=Agency.Kind(kind))
    except IntegrityError as problem:
        raise NameTaken(_("The member has an agency of this name already.")) from problem
    _audit_agency(by, agency, "agency.added", {"name": name, "kind": kind})
    return agency


@transaction.atomic
def change_agency(*, by: User, agency: Agency, name: str, kind: str) -> Agency:
    """Rename an agency, or say that it is of another kind; who serves there stays.

    Raises:
        NotYourMember: `by` keeps neither members nor the people of all of this one.
        NameTaken: there is another of this name.
    """
    _require_agencies(by, agency.member)
    agency = Agency.objects.select_for_update(of=("self",)).select_related("member").get(pk=agency.pk)
    details = {
        key: [getattr(agency, key), new] for key, new in (("name", name), ("kind", kind)) if getattr(agency, key) != new
    }
    if not details:
        return agency
    agency.name, agency.kind = name, Agency.Kind(kind)
    try:
        with transaction.atomic():
            agency.save(update_fields=["name", "kind"])
    except IntegrityError as problem:
        raise NameTaken(_("The member has an agency of this name already.")) from problem
    _audit_agency(by, agency, "agency.changed", details)
    return agency


@transaction.atomic
def set_agency_open(*, by: User, agency: Agency, is_open: bool) -> Agency:
    """Close an agency, so that nobody new is posted there, or open it again. Who serves there stays.

    Raises:
        NotYourMember: `by` keeps neither members nor the people of all of this one.
    """
    _require_agencies(by, agency.member)
    agency = Agency.objects.select_for_update(of=("self",)).select_related("member").get(pk=agency.pk)
    if agency.is_open != is_open:
        agency.is_open = is_open
        agency.save(update_fields=["is_open"])
        _audit_agency(by, agency, "agency.opened" if is_open else "agency.closed", {})
    return agency


def _audit_agency(by: User, agency: Agency, action: str, details: dict[str, Any]) -> None:
    audit(by=by, action=action, target=f"accounts.agency:{agency.uuid}", member=agency.member, details=details)


def _target(member: Member) -> str:
    return f"accounts.member:{member.code}"


def _plain(value: Any) -> Any:
    """A value of an entry as JSON holds it."""
    return value if value is None or isinstance(value, list) else str(value)


def _require_members(by: User) -> None:
    if not scope_of(by, Right.MANAGE_MEMBERS).everyone:
        raise NotYourMember(_("Your role does not let you keep the list of members."))


def _require_agencies(by: User, member: Member) -> None:
    if not may_keep_agencies(by, member):
        raise NotYourMember(_("Your role does not let you change the agencies of this member."))
