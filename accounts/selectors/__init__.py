"""Reads about people, scoped to their viewer."""

from accounts.selectors.people import (
    initials,
    learner_posting,
    name_for,
    order_of_names,
    people_seen_by,
    public_name,
)

__all__ = ["initials", "learner_posting", "name_for", "order_of_names", "people_seen_by", "public_name"]
