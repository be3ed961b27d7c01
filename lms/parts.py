"""What the site takes from ``node_modules``: faces for certificates, and what browsers need to check one.

``npm ci`` puts them there from the lock file. Whoever uses a part asks for it and does without when it is missing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.files.storage import FileSystemStorage, Storage
from django.templatetags.static import static

FOLDER = settings.BASE_DIR / "node_modules"

INSTALL = "npm ci --omit=dev"
"""What a person types to get all parts; `.npmrc` says the rest."""

WEIGHTS = ("400Regular", "600SemiBold")
"""Of the nine in each package; no page uses another."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """A package that the site uses, and which of its files."""

    package: str
    serves: str
    """What lacks without it, for whoever runs the site."""
    family: str = ""
    """The name of its face, which comes in `WEIGHTS`."""
    scripts: dict[str, str] = field(default_factory=dict)
    """Modules for browsers: the name among the static files, and the file. Those that import each other share a folder.
    """


PARTS = (
    Part(
        package="@expo-google-fonts/noto-nastaliq-urdu", family="Noto Nastaliq Urdu", serves="Urdu in Nastaliq on paper"
    ),
    Part(package="@expo-google-fonts/noto-serif-tibetan", family="Noto Serif Tibetan", serves="Dzongkha on paper"),
    Part(package="@expo-google-fonts/noto-sans-thaana", family="Noto Sans Thaana", serves="Dhivehi on paper"),
    Part(package="@expo-google-fonts/noto-sans-sc", family="Noto Sans SC", serves="Chinese (simplified) on paper"),
    Part(package="@expo-google-fonts/noto-sans-tc", family="Noto Sans TC", serves="Chinese (traditional) on paper"),
    Part(package="@expo-google-fonts/noto-sans-jp", family="Noto Sans JP", serves="Japanese on paper"),
    Part(package="@expo-google-fonts/noto-sans-kr", family="Noto Sans KR", serves="Korean on paper"),
    Part(
        package="@noble/ed25519",
        scripts={"parts/ed25519.js": "index.js"},
        serves="checking certificates without a link in older browsers",
    ),
    Part(
        package="qr",
        scripts={"parts/qr/decode.js": "decode.js", "parts/qr/index.js": "index.js"},
        serves="reading QR codes in browsers that cannot by themselves",
    ),
)


def part(package: str, file: str) -> Path | None:
    """A file of an installed package, or None when it is not there.

    Arguments:
        package: as npm names it, such as ``@noble/ed25519``.
        file: its path in the package.
    """
    path = FOLDER / package / file
    return path if path.is_file() else None


def font_folders() -> list[Path]:
    """The folders of the faces that are there, in the order of the table; each holds one font file."""
    folders = [FOLDER / each.package / weight for each in PARTS if each.family for weight in WEIGHTS]
    return [folder for folder in folders if folder.is_dir()]


def missing_parts() -> list[Part]:
    """The packages of the table that are not installed, or not whole."""
    return [each for each in PARTS if not _is_whole(each)]


def script_address(name: str) -> str:
    """The address of a module for browsers, empty when the site lacks it.

    Arguments:
        name: among the static files, such as ``parts/ed25519.js``.
    """
    if name not in scripts():
        return ""
    try:
        return static(name)
    except ValueError:  # installed, and not collected yet
        return ""


def scripts() -> dict[str, Path]:
    """The modules for browsers that are there, by their name among the static files."""
    found = {name: part(each.package, file) for each in PARTS for name, file in each.scripts.items()}
    return {name: path for name, path in found.items() if path is not None}


class PartsFinder(BaseFinder):
    """Offers the modules for browsers to ``collectstatic``, and to the server of a developer."""

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """The file of a name; an empty list when it is none of ours."""
        found = scripts().get(path)
        if find_all:
            return [str(found)] if found else []
        return str(found) if found else []

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        """Every name with the storage that opens it."""
        storage = _Scripts()
        for name in scripts():
            if not matches_patterns(name, [*(ignore_patterns or ())]):
                yield name, storage


class _Scripts(FileSystemStorage):
    """Reads a module under the name that it is served by."""

    def __init__(self) -> None:
        super().__init__(location=FOLDER)

    def path(self, name: str) -> str:
        return str(scripts()[name])


def _is_whole(each: Part) -> bool:
    if each.family:
        return all((FOLDER / each.package / weight).is_dir() for weight in WEIGHTS)
    return all(part(each.package, file) for file in each.scripts.values())
