"""Writes about people: making them, posting them, recording who did or saw what."""

from accounts.services.audit import ChainBroken, Entry, actor_of, audit, audit_many, count_prunable, prune_audit
from accounts.services.members import load_members
from accounts.services.people import (
    MayNotGive,
    WrongPlace,
    choose_language,
    choose_public_name,
    create_person,
    end_posting,
    new_username,
    post_person,
    target_of,
)

__all__ = [
    "ChainBroken",
    "Entry",
    "MayNotGive",
    "WrongPlace",
    "actor_of",
    "audit",
    "audit_many",
    "choose_language",
    "choose_public_name",
    "count_prunable",
    "create_person",
    "end_posting",
    "load_members",
    "new_username",
    "post_person",
    "prune_audit",
    "target_of",
]
