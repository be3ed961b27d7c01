"""The doors of certificates, for tests/test_doors.py: all about the certificate of the officer of Home, in Police."""

import contextlib
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from accounts.models import User
from certificates import services as certificates
from tests.permissions.lines import World

HOME = {"coordinator"}


def took_part(by: User, world: World) -> None:
    """The retaker did no lessons, which is said only to whoever might certify."""
    with contextlib.suppress(certificates.CannotGrant):
        certificates.grant_participation(by=by, enrolment=world.more["retaken"])


def approve(by: User, world: World) -> None:
    """Who proposed it may approve, but not this one: said only to whoever might approve."""
    with contextlib.suppress(certificates.OwnProposal):
        certificates.approve_page_part(by=by, part=world.more["signatory"])


#: As `DOORS` of tests/test_doors.py.
DOORS: dict[str, tuple[set[str], Callable[[User, World], Any]]] = {
    "suspend_award": (
        {"rso"},
        lambda by, world: certificates.suspend_award(by=by, award=world.award, reason="a doubt"),
    ),
    "revoke_award": ({"rso"}, lambda by, world: certificates.revoke_award(by=by, award=world.award, reason="fraud")),
    "reinstate_award": (
        {"rso"},
        lambda by, world: certificates.reinstate_award(by=by, award=world.more["suspended"], reason="cleared"),
    ),
    "replace_award": (
        {"rso"},
        lambda by, world: certificates.replace_award(by=by, award=world.more["revoked"], reason="a mistake"),
    ),
    "reissue_award": (
        HOME | {"rso"},
        lambda by, world: certificates.reissue_award(by=by, award=world.award, reason="married", name="Another"),
    ),
    "grant_participation": ({"rso"}, lambda by, world: took_part(by, world)),
    "grant_trainer_award": (
        {"rso"},
        lambda by, world: certificates.grant_trainer_award(
            by=by,
            learner=world.award,
            practised_on=timezone.localdate(),
            reviewed_on=timezone.localdate(),
            reason="taught well",
        ),
    ),
    # keys
    "rotate_signing_key": ({"admin"}, lambda by, world: certificates.rotate_signing_key(by=by)),
    "distrust_signing_key": (
        {"admin"},
        lambda by, world: certificates.distrust_signing_key(by=by, key=certificates.active_key(), reason="stolen"),
    ),
    "back_up_keys": ({"admin"}, lambda by, world: certificates.back_up_keys(by=by, passphrase="a long passphrase")),
    "propose_page_part": (
        {"rso"},
        lambda by, world: certificates.propose_page_part(
            by=by, kind="signatory", name="Maria Santos", title="Co-manager", valid_from=timezone.localdate()
        ),
    ),
    "approve_page_part": ({"rso"}, approve),
    "remove_page_part": ({"rso"}, lambda by, world: certificates.remove_page_part(by=by, part=world.more["signatory"])),
}
