"""Reads of the RSO's rules about languages."""

from learning.models import LanguageRules


def grace_days() -> int:
    """For how many days a language may be behind for a correction that keeps the meaning. The same for everybody."""
    found = LanguageRules.objects.values_list("grace_days", flat=True).first()
    return found or 0
