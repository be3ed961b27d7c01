"""Writes about people: making them, posting them, recording who did or saw what."""

from accounts.services.audit import actor_of, audit
from accounts.services.identity import NotRecognised, cut_link, recognise_person, save_provider
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
    "MayNotGive",
    "NotRecognised",
    "WrongPlace",
    "actor_of",
    "audit",
    "choose_language",
    "choose_public_name",
    "create_person",
    "cut_link",
    "end_posting",
    "load_members",
    "new_username",
    "post_person",
    "recognise_person",
    "save_provider",
    "target_of",
]
