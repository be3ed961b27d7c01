"""Writes about people: making them, posting them, recording who did or saw what."""

import csv
import datetime as dt
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import Actor, Agency, AuditEvent, Member, Posting, User
from accounts.roles import Role

MEMBERS_FILE = Path(__file__).parent / "data" / "members.csv"


def load_members() -> int:
    """Add the members and organisations of the shipped list that are missing; entries that people edited stay.

    Returns how many were added.
    """
    with MEMBERS_FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    known = set(Member.objects.values_list("code", flat=True))
    missing = [Member(**row) for row in rows if row["code"] not in known]
    Member.objects.bulk_create(missing)
    return len(missing)


def actor_of(user: User) -> Actor:
    """The key under which this person's learning is recorded, made on first need."""
    try:
        return user.actor
    except Actor.DoesNotExist:
        actor, _made = Actor.objects.get_or_create(user=user)
        return actor


def audit(
    *,
    by: User | None,
    action: str,
    target: str,
    member: Member | None = None,
    reason: str = "",
    details: dict[str, Any] | None = None,
) -> AuditEvent:
    """Write one line of the audit log.

    Arguments:
        by: who did it; None for the system itself.
        action: what was done, as ``noun.verb`` (``"posting.made"``).
        target: of what, as ``app.model:uuid``; never a name.
        member: whose officer or data it concerns, where there is one.
        reason: the words the person gave, where one was asked for.
        details: what changed, without names or answers.
    """
    return AuditEvent.objects.create(
        actor=actor_of(by) if by else None,
        action=action,
        target=target,
        member=member,
        reason=reason,
        details=details or {},
    )


@transaction.atomic
def create_person(*, by: User | None, username: str, full_name: str, password: str | None, **fields: Any) -> User:
    """Make an account. Without a password nobody can sign in to it until one is set."""
    user = User.objects.create_user(username, password, full_name=full_name, **fields)
    Actor.objects.create(user=user)
    audit(by=by, action="person.made", target=f"accounts.user:{user.uuid}")
    return user


@transaction.atomic
def post_person(
    *,
    by: User | None,
    user: User,
    role: Role,
    member: Member | None = None,
    agency: Agency | None = None,
    starts_on: dt.date | None = None,
    ends_on: dt.date | None = None,
) -> Posting:
    """Give a person a role, for a member or one of its agencies, from a day (today) to a day (open).

    Raises:
        ValueError: the agency is not one of the member's.
    """
    if agency is not None and agency.member_id != getattr(member, "pk", None):
        raise ValueError(f"{agency} is not an agency of {member}.")
    posting = Posting.objects.create(
        user=user,
        role=role,
        member=member,
        agency=agency,
        starts_on=starts_on or timezone.localdate(),
        ends_on=ends_on,
    )
    audit(
        by=by,
        action="posting.made",
        target=f"accounts.user:{user.uuid}",
        member=member,
        details={"role": role, "agency": agency.pk if agency else None},
    )
    return posting


def choose_language(*, by: User, language: str) -> None:
    """Keep the language in which a person wants to read, for the next sign-in on any device.

    Raises:
        ValueError: the site does not offer it.
    """
    if language not in dict(settings.LANGUAGES):
        raise ValueError(f"“{language}” is not among the languages of this site.")
    if by.language != language:
        by.language = language
        by.save(update_fields=["language"])


@transaction.atomic
def choose_public_name(*, by: User, choice: str) -> None:
    """Choose what a stranger reads who checks one's certificate.

    Raises:
        ValueError: not one of `User.PublicName`.
    """
    by.public_name = User.PublicName(choice)
    by.save(update_fields=["public_name"])
    audit(by=by, action="person.public_name", target=f"accounts.user:{by.uuid}")
