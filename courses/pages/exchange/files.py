"""Where bundles are: a folder, a folder of such folders, or a zip file of either."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from courses.pages.exchange.bundle import COURSE_FILE, Bundle
from courses.pages.exchange.media import KINDS, Holder
from courses.pages.exchange.reading import BundleProblems, Problem
from courses.pages.exchange.schema import CourseReader
from courses.pages.media.checking import most_bytes
from lms.archive import ArchiveRefused, Limits, unpacked

MEGABYTE = 2**20
#: All media of one import together. A course on a slow link is far smaller; a folder of courses may hold some films.
MOST_BYTES = 600 * MEGABYTE


def limits() -> Limits:
    """What a zip file of courses may hold: texts, and media as large as the site takes them."""
    largest = max(most_bytes(kind) for kind in KINDS)
    return Limits(archive_bytes=MOST_BYTES, files=5_000, file_bytes=largest, total_bytes=MOST_BYTES)


def read_bundle(path: Path, *, label: str = "") -> Bundle:
    """The one course at a path.

    Arguments:
        path: a folder or a zip file.
        label: how the path is called in messages; by default as it is given.

    Raises:
        BundleProblems: everything that is wrong, with file and line.
    """
    bundles = read_bundles(path, label=label)
    if len(bundles) > 1:
        raise BundleProblems([Problem(label or str(path), 1, "several courses are here; name the folder of one.")])
    return bundles[0]


def read_bundles(path: Path, *, label: str = "") -> list[Bundle]:
    """All courses at a path: a course folder, a folder of course folders, or a zip file of either.

    Raises:
        BundleProblems: everything that is wrong in any of them, with file and line.
    """
    bundles, problems = [], []
    with _folder(path, label or str(path)) as (root, name):
        for folder, own_label in _course_folders(root, name):
            holder = Holder(folder)
            if root != path:
                holder = Holder(path, folder.relative_to(root).as_posix().removeprefix("."), is_zip=True)
            reader = CourseReader(folder, own_label, holder)
            bundle = reader.read()
            problems += reader.problems
            if bundle:
                bundles.append(bundle)
    if problems:
        raise BundleProblems(problems)
    return bundles


@contextmanager
def _folder(path: Path, label: str) -> Iterator[tuple[Path, str]]:
    if path.is_dir():
        yield path, label.rstrip("/")
        return
    if not path.is_file():
        raise BundleProblems([Problem(label, 1, "there is no such folder or file.")])
    if path.name.endswith((".yaml", ".yml")):
        raise BundleProblems([Problem(label, 1, "this is one file of a course; name the folder that it is in.")])
    try:
        with unpacked(path, limits()) as folder:
            yield folder, label
    except ArchiveRefused as reason:
        raise BundleProblems([Problem(label, 1, str(reason))]) from reason


def _course_folders(root: Path, label: str) -> list[tuple[Path, str]]:
    for _level in range(3):
        if (root / COURSE_FILE).is_file():
            return [(root, label)]
        below = sorted(each for each in root.iterdir() if each.is_dir() and not each.name.startswith((".", "__")))
        courses = [each for each in below if (each / COURSE_FILE).is_file()]
        if courses:
            lost = [each for each in below if each not in courses]
            if lost:
                raise BundleProblems(
                    Problem(f"{label}/{each.name}", 1, f"this folder has no {COURSE_FILE}; add it or remove it.")
                    for each in lost
                )
            return [(each, f"{label}/{each.name}") for each in courses]
        if len(below) != 1:
            break
        root, label = below[0], f"{label}/{below[0].name}"
    raise BundleProblems([Problem(label, 1, f"there is no course here: a course is a folder with a {COURSE_FILE}.")])
