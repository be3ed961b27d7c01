"""The fixed words of a certificate in each language, from ``words/*.toml``.

They are no part of the interface's catalogues: a certificate is given in languages that the interface does not speak.
"""

import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "words"
SOURCE = "en"


@dataclass(frozen=True)
class Wording:
    """The words of one language: its code, whether a speaker has read them, and the words by their keys."""

    language: str
    is_reviewed: bool
    words: dict[str, str]

    def __getitem__(self, key: str) -> str:
        return self.words[key]


@functools.cache
def wordings() -> dict[str, Wording]:
    """All of them, by the code of the language."""
    found = {}
    for path in sorted(FOLDER.glob("*.toml")):
        table = tomllib.loads(path.read_text())
        found[path.stem] = Wording(path.stem, table["state"] == "reviewed", table["words"])
    return found


def wording_for(language: str) -> Wording:
    """The words for a language, or the English ones where there are none; never a mixture."""
    code = language.replace("_", "-").lower()
    return wordings().get(code) or wordings()[SOURCE]
