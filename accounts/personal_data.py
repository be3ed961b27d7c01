"""The registry of personal data: what each app holds about a person, why, and for how long.

Each app declares its models in a `personal_data.py` of its own; a test fails for a model in none. Export, erasure and
retention run through these declarations, so a model that is missing here would be a promise broken.
"""

from dataclasses import dataclass, field

from django.db.models import Model


@dataclass(frozen=True)
class Declaration:
    """What one model holds.

    Attributes:
        model: the model.
        person: lookup from the model to the user, such as ``"actor__user"``; empty when it holds nothing personal.
        fields: personal field → why it is held.
        keep: how long, in words that a person reads.
        erasure: what erasing the person does: ``"delete"``, ``"unlink"`` (the key's link is cut) or ``"keep"``.
    """

    model: type[Model]
    person: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    keep: str = ""
    erasure: str = ""


REGISTRY: dict[type[Model], Declaration] = {}


def holds(model: type[Model], *, person: str, fields: dict[str, str], keep: str, erasure: str) -> None:
    """Declare a model that holds personal data."""
    REGISTRY[model] = Declaration(model, person, fields, keep, erasure)


def holds_none(*models: type[Model]) -> None:
    """Declare models that hold nothing about a person."""
    for model in models:
        REGISTRY[model] = Declaration(model)
