"""Whether the wording of a question in one language is that of the question of today.

A translation is current while its question is what it was made from: options, key and the words of the source language.
Nothing that is asked in a test is stale, so a wording that is behind is not used at all: the question is asked in the
source language until the wording is brought up to date.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from assessments.models import ItemVersion, ItemWording
from learning.manifest import digest_of


def basis_of(version: ItemVersion, source_text: Mapping[str, Any]) -> str:
    """The digest of what a translation of a version is made from, given its text in the source language."""
    return digest_of([version.structure, version.answer_key, source_text])


def current(wordings: Iterable[ItemWording], source_language: str) -> dict[str, ItemWording]:
    """Language → wording, of the wordings of one version: that of the source language, and what is current with it."""
    by_language = {wording.language: wording for wording in wordings}
    source = by_language.get(source_language)
    if source is None:
        return {}
    basis = basis_of(source.version, source.text)
    return {
        language: wording
        for language, wording in by_language.items()
        if language == source_language or wording.translated_from == basis
    }
