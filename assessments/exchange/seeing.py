"""Whose key somebody may see, for many questions of a bank at once."""

from collections.abc import Callable

from accounts.models import User
from assessments.models import Bank, Item, ItemVersion
from learning.permissions import may_see_keys


def sees_keys_of(viewer: User | None, bank: Bank) -> Callable[[Item], bool]:
    """Whether the viewer may see the key of a question of the bank, as `assessments.bank.may_see_key` says it.

    Arguments:
        viewer: None for a command, which sees all.
    """
    if viewer is None or may_see_keys(viewer):
        return lambda item: True
    rows = ItemVersion.objects.filter(item__bank=bank, created_by__user=viewer)
    own = set(rows.values_list("item", flat=True).distinct())
    return lambda item: item.pool == Item.Pool.PRACTICE or item.pk in own
