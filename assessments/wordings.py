"""Whether the wording of a question in one language is that of the question of today.

A translation is current while its question is what it was made from: options, key and the words of the source language.
Nothing that is asked in a test is stale, so a wording that is behind is not used at all: the question is asked in the
source language until the wording is brought up to date.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from assessments.models import ItemVersion, ItemWording
from assessments.types import TYPES
from learning.manifest import digest_of


def basis_of(version: ItemVersion, source_text: Mapping[str, Any]) -> str:
    """The digest of what a translation of a version is made from, given its text in the source language."""
    return digest_of([*TYPES[version.item.type].basis(version.structure, version.answer_key), source_text])


def speaks(version: ItemVersion, language: str) -> bool:
    """Whether the key can judge an answer in a language: of what is typed, whether it accepts a text of it."""
    spoken = TYPES[version.item.type].languages(version.answer_key)
    return spoken is None or language in spoken


def unspoken(type: str, answer_key: Any, language: str) -> list[str]:
    """What is wrong with a key for the language in which its question is written, for authors; empty when nothing is.

    Without it the question would be asked in no language.
    """
    spoken = TYPES[type].languages(answer_key)
    if spoken is None or language in spoken:
        return []
    words = _("No answer is accepted in “%(language)s”, the language in which the question is written.")
    return [words % {"language": language}]


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


def earliest(*days: dt.date | None) -> dt.date | None:
    """The earliest of some last days; None where all are open for good."""
    return min((each for each in days if each is not None), default=None)


#: (key of a question, what its wording was made from, what it would be made from today) → the last day on which the
#: wording may still be asked; None where it may not.
Within = Callable[[str, str, str], dt.date | None]


def askable(
    wordings: Iterable[ItemWording], source_language: str, within: Within | None
) -> dict[str, tuple[ItemWording, dt.date | None]]:
    """Language → wording and the last day on which it may be asked, None for good: what is current, and what is behind
    for corrections that keep the meaning, as long as it may be (`within`; none where nothing may). A language that the
    key does not speak is not among them."""
    known = [each for each in wordings if speaks(each.version, each.language)]
    found: dict[str, tuple[ItemWording, dt.date | None]] = {
        language: (wording, None) for language, wording in current(known, source_language).items()
    }
    source = found.get(source_language)
    if source is None or within is None:
        return found
    basis = basis_of(source[0].version, source[0].text)
    for wording in known:
        if wording.language not in found and wording.translated_from:
            last = within(wording.version.item.key, wording.translated_from, basis)
            if last is not None:
                found[wording.language] = (wording, last)
    return found
