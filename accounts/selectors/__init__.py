"""Reads about people, scoped to their viewer."""

from accounts.selectors.identity import may_come_by, providers_of, providers_to_choose, required_provider
from accounts.selectors.people import initials, learner_posting, name_for, people_seen_by, public_name

__all__ = [
    "initials",
    "learner_posting",
    "may_come_by",
    "name_for",
    "people_seen_by",
    "providers_of",
    "providers_to_choose",
    "public_name",
    "required_provider",
]
