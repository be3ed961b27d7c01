"""Reads of what was played."""

from learning import statements as words
from learning.models import Enrolment
from xapi.selectors import statements_about


def roles_played(enrolment: Enrolment, activity_uuid: str) -> dict[str, str]:
    """The roles in which a scenario was played to an end, and the outcome that each had last. Scoping is the caller's.

    A scenario's progress says that it was played; from whose side is in the record only.
    """
    found = {}
    for statement in statements_about(enrolment.uuid, f"urn:uuid:{activity_uuid}", words.COMPLETED):
        said = statement.statement.get("result", {}).get("extensions", {})
        if statement.actor_id == enrolment.actor_id and words.ROLE in said:
            found[said[words.ROLE]] = said.get(words.OUTCOME, "")
    return found
