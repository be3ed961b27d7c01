"""The catalogues of the interface, language by language: who read them, and how many words each has.

Counted from the text files in `locale/`, which stand beside the compiled ones wherever the site runs: a second file
with figures would be out of date as soon as somebody forgets it. A count reads the lines of a file once for each
process and state of the file. What words there are in the code is not asked here: `script/messages` puts them into
every catalogue, so the number of its entries is theirs.
"""

import datetime as dt
import re
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path

from django.conf import settings
from django.utils.translation import to_language, to_locale

from lms.kept import Kept

#: Beside the folders of the languages: who says that a catalogue is right.
TABLE = "catalogues.toml"
DRAFT, REVIEWED = "draft", "reviewed"


@dataclass(frozen=True)
class Counts:
    """Of one catalogue: its entries, those with words, and those whose words somebody marked as unsure (fuzzy)."""

    total: int
    translated: int
    unsure: int

    @property
    def missing(self) -> int:
        return self.total - self.translated - self.unsure


@dataclass(frozen=True)
class Catalogue:
    """How far the interface is in one language.

    Attributes:
        is_reviewed: whether somebody who speaks the language answers for it; else it is a draft.
        by, on: who, and when.
    """

    language: str
    counts: Counts
    is_reviewed: bool = False
    by: str = ""
    on: dt.date | None = None


def folder() -> Path:
    """Where the catalogues stand."""
    return Path(settings.LOCALE_PATHS[0])


def catalogue_file(language: str) -> Path:
    """Where the catalogue of a language stands: ``pt_BR`` for ``pt-br``."""
    return folder() / to_locale(language) / "LC_MESSAGES" / "django.po"


def languages() -> list[str]:
    """Every language that has a catalogue here; English is what they are made from."""
    return sorted(to_language(path.parent.parent.name) for path in folder().glob("*/LC_MESSAGES/django.po"))


def table() -> dict[str, dict[str, object]]:
    """The table as it stands in the file: language → ``state``, ``by``, ``on``."""
    path = folder() / TABLE
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def catalogues() -> list[Catalogue]:
    """All catalogues, by language; one without a line in the table is a draft."""
    said = table()
    counts = {language: counts_of(language) for language in languages()}
    # A catalogue that somebody only made has no entries yet; the words there are, are those of the fullest.
    total = max((each.total for each in counts.values()), default=0)
    found = []
    for language in counts:
        line = said.get(language, {})
        on = line.get("on")
        found.append(
            Catalogue(
                language=language,
                counts=replace(counts[language], total=total),
                is_reviewed=line.get("state") == REVIEWED,
                by=str(line.get("by", "")),
                on=on if isinstance(on, dt.date) else None,
            )
        )
    return found


_COUNTS: Kept[tuple[str, int, int], Counts] = Kept(128)


def counts_of(language: str) -> Counts:
    """The figures of one catalogue as it stands in its file."""
    path = catalogue_file(language)
    state = path.stat()
    key = (str(path), state.st_mtime_ns, state.st_size)
    return _COUNTS.get_or_make(key, lambda: counted(path.read_text(encoding="utf-8")))


def counted(text: str) -> Counts:
    """The figures of a catalogue.

    Arguments:
        text: of a ``.po`` file; its entries are parted by empty lines, as every tool writes them.
    """
    total = translated = unsure = 0
    for entry in entries(text):
        total += 1
        if not has_words(entry):
            continue
        if is_unsure(entry):
            unsure += 1
        else:
            translated += 1
    return Counts(total, translated, unsure)


#: A text that is empty: nothing in its first line, and none that goes on.
_EMPTY = re.compile(r'^msgstr(?:\[\d+\])? ""\n(?!")', re.MULTILINE)
_UNSURE = re.compile(r"^#,.*\bfuzzy\b", re.MULTILINE)


def entries(text: str) -> list[str]:
    """The entries of a catalogue, without its head and what is kept of words that are gone."""
    found = [f"{each}\n" for each in re.split(r"\n\s*\n", text.strip())]
    return [each for each in found if re.search(r"^msgid ", each, re.MULTILINE) and not _is_head(each)]


def _is_head(entry: str) -> bool:
    return re.search(r'^msgid ""\n(?!")', entry, re.MULTILINE) is not None


def has_words(entry: str) -> bool:
    """Whether an entry is translated, in every form that it has."""
    return _EMPTY.search(entry) is None


def is_unsure(entry: str) -> bool:
    """Whether whoever translated an entry marked it as unsure; nobody is shown such words."""
    return _UNSURE.search(entry) is not None
