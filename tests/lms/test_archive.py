"""Zip files from strangers: nothing leaves its folder, nothing fills the disk, and ours are the same every time."""

import contextlib
import os
import stat
import struct
import zipfile
from pathlib import Path

import pytest

from lms.archive import ArchiveRefused, Limits, unpack, unpacked, write_zip
from tests.fixtures import FIXTURES, needs_fixtures


def make(path: Path, *entries: tuple[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in entries:
            archive.writestr(zipfile.ZipInfo(name), content, compression)
    return path


def refused(path: Path, tmp_path: Path, limits: Limits | None = None) -> str:
    """Unpacking is refused, and nothing was written: not in the folder, not beside it."""
    target = tmp_path / "outer" / "inner"
    target.mkdir(parents=True)
    with pytest.raises(ArchiveRefused) as reason:
        unpack(path, target, limits)
    assert [each for each in (tmp_path / "outer").rglob("*") if each != target] == []
    return str(reason.value)


@needs_fixtures("archives")
@pytest.mark.parametrize("name", ["zip-slip.zip", "zip-slip-win.zip"])
def test_real_attacks_are_refused(name, tmp_path):
    assert "“" in refused(FIXTURES / "archives" / name, tmp_path)
    assert not Path("/tmp/evil.txt").exists()  # noqa: S108 (the place that the attack aims at)


def test_files_and_folders_are_unpacked(tmp_path):
    path = make(tmp_path / "a.zip", ("folder/", b""), ("folder/a.txt", b"a"), ("ខ្មែរ.txt", b"k"))
    with unpacked(path) as folder:
        assert (folder / "folder" / "a.txt").read_bytes() == b"a"
        assert (folder / "ខ្មែរ.txt").read_bytes() == b"k"
    assert not folder.exists()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("../evil.txt", "leads outside"),
        ("a/../../evil.txt", "leads outside"),
        ("a/..", "leads outside"),
        ("/etc/evil", "absolute"),
        ("//server/share", "absolute"),
        ("..\\evil.txt", "backslash"),
        ("a\\b.txt", "backslash"),
        ("C:/evil.txt", "absolute"),
        ("c:evil.txt", "absolute"),
        ("a/c:evil.txt", "not a plain path"),
        ("a//b", "not a plain path"),
        ("./a", "not a plain path"),
        ("", "not a plain path"),
        ("a\nb", "control character"),
        ("x" * 300, "too long"),
        ("/".join("d" * 20), "too long"),
    ],
)
def test_a_path_that_is_not_plainly_inside_is_refused(name, words, tmp_path):
    assert words in refused(make(tmp_path / "a.zip", ("good.txt", b"g"), (name, b"x")), tmp_path)


def test_a_name_that_hides_behind_a_nul_is_refused(tmp_path):
    path = make(tmp_path / "a.zip", ("evilXtxt", b"x"))
    path.write_bytes(path.read_bytes().replace(b"evilXtxt", b"evil\0txt"))
    refused(path, tmp_path)


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_links_and_devices_are_refused(kind, tmp_path):
    entry = zipfile.ZipInfo("link")
    entry.create_system = 3
    entry.external_attr = (kind | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(entry, "/etc/passwd")
    assert "a link or a device" in refused(tmp_path / "a.zip", tmp_path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("names", [("a.txt", "a.txt"), ("a.txt", "A.TXT"), ("é.txt", "e\u0301.txt"), ("a", "a/")])
def test_two_entries_for_one_file_are_refused(names, tmp_path):
    path = make(tmp_path / "a.zip", *((name, b"") for name in names))
    assert "twice" in refused(path, tmp_path)


def test_a_file_that_is_also_a_folder_is_refused(tmp_path):
    path = make(tmp_path / "a.zip", ("a/b.txt", b"b"), ("a", b"a"))
    assert "both a file and a folder" in refused(path, tmp_path)


def test_an_encrypted_entry_is_refused(tmp_path):
    path = make(tmp_path / "a.zip", ("a.txt", b"secret"))
    data = bytearray(path.read_bytes())
    data[6] |= 1
    central = data.index(b"PK\x01\x02")
    data[central + 8] |= 1
    path.write_bytes(data)
    assert "password" in refused(path, tmp_path)


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_ways_of_packing_are_refused(compression, tmp_path):
    path = make(tmp_path / "a.zip", ("a.txt", b"a" * 1000), compression=compression)
    assert "plain zip" in refused(path, tmp_path)


def test_too_many_files_are_refused(tmp_path):
    path = make(tmp_path / "a.zip", *((f"{number}.txt", b"") for number in range(11)))
    assert "11 files; 10 are allowed" in refused(path, tmp_path, Limits(files=10))


def test_an_archive_that_is_too_large_itself_is_refused(tmp_path):
    path = make(tmp_path / "a.zip", ("a", os.urandom(3000)))
    assert "too large" in refused(path, tmp_path, Limits(archive_bytes=2000))


def test_a_file_that_is_too_large_is_refused(tmp_path):
    path = make(tmp_path / "a.zip", ("a.txt", b"a" * 3000))
    assert "“a.txt” is too large (2 kB at most)" in refused(path, tmp_path, Limits(file_bytes=2048))


def test_too_many_bytes_in_all_are_refused(tmp_path):
    path = make(tmp_path / "a.zip", *((f"{number}", b"a" * 1000) for number in range(5)))
    assert "more than" in refused(path, tmp_path, Limits(total_bytes=4096))


def test_a_bomb_is_refused_by_its_ratio(tmp_path):
    path = make(tmp_path / "a.zip", ("a.txt", b"\0" * (2 * 2**20)))
    assert "trap" in refused(path, tmp_path)


def test_small_files_may_pack_well(tmp_path):
    path = make(tmp_path / "a.zip", ("a.txt", b"\0" * 2**19))
    with unpacked(path) as folder:
        assert (folder / "a.txt").stat().st_size == 2**19


def test_an_archive_that_lies_about_its_sizes_is_stopped(tmp_path):
    path = make(tmp_path / "a.zip", ("a.txt", b"\0" * (4 * 2**20)))
    data = bytearray(path.read_bytes())
    central = data.index(b"PK\x01\x02")
    data[22:26] = data[central + 24 : central + 28] = struct.pack("<I", 10)
    path.write_bytes(data)
    target = tmp_path / "target"
    target.mkdir()
    with pytest.raises(ArchiveRefused):
        unpack(path, target)
    assert sum(each.stat().st_size for each in target.rglob("*")) <= 10


@pytest.mark.parametrize("content", [b"", b"PK", b"no zip at all", b"PK\x03\x04" + b"\0" * 40])
def test_what_is_no_zip_is_refused(content, tmp_path):
    (tmp_path / "a.zip").write_bytes(content)
    assert "damaged, or not a zip file" in refused(tmp_path / "a.zip", tmp_path)


def test_a_damaged_archive_is_refused_wherever_it_is_damaged(tmp_path):
    whole = make(tmp_path / "a.zip", ("a/b.txt", b"some text " * 20), ("c.txt", b"c")).read_bytes()
    for at in range(len(whole)):
        broken = tmp_path / "broken.zip"
        broken.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        target = tmp_path / f"target-{at}" / "inner"
        target.mkdir(parents=True)
        with contextlib.suppress(ArchiveRefused):
            unpack(broken, target)
        assert [each.name for each in target.parent.iterdir()] == ["inner"]


def test_messages_show_names_without_what_disturbs_a_terminal(tmp_path):
    path = make(tmp_path / "a.zip", ("../\x1b[31m" + "x" * 200, b"x"))
    message = refused(path, tmp_path)
    assert "\x1b" not in message and len(message) < 250


def test_a_zip_of_ours_is_the_same_every_time_and_whatever_the_order(tmp_path):
    write_zip(tmp_path / "a.zip", {"b.txt": b"b", "a/ü.txt": b"a"})
    write_zip(tmp_path / "b.zip", {"a/ü.txt": b"a", "b.txt": b"b"})
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    with unpacked(tmp_path / "a.zip") as folder:
        assert (folder / "a" / "ü.txt").read_bytes() == b"a"
