"""Writes about people: making them, posting them, recording who did or saw what."""

from accounts.services.audit import actor_of, audit
from accounts.services.members import load_members
from accounts.services.own_data import (
    MayNotErase,
    NotErasable,
    ask_erasure,
    cancel_erasure,
    correct_person,
    erase_due,
    erase_person,
    record_download,
    record_sight_of_people,
)
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
from accounts.services.retention import apply_retention, approve_retention

__all__ = [
    "MayNotErase",
    "MayNotGive",
    "NotErasable",
    "WrongPlace",
    "actor_of",
    "apply_retention",
    "approve_retention",
    "ask_erasure",
    "audit",
    "cancel_erasure",
    "choose_language",
    "choose_public_name",
    "correct_person",
    "create_person",
    "end_posting",
    "erase_due",
    "erase_person",
    "load_members",
    "new_username",
    "post_person",
    "record_download",
    "record_sight_of_people",
    "target_of",
]
