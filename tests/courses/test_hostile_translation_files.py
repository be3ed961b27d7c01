"""Files of translations that are made to hang the desk, or to keep what must not be kept."""
# ruff: noqa: F401, F811 (fixtures by name)

import time

import polib
import pytest

from courses.pages.models import SegmentTranslation
from courses.pages.translating.files.entries import MOST_CHARACTERS, FileRefused, holds_no_text
from courses.pages.translating.files.po import read_po, write_po
from courses.pages.translating.files.reading import read_file
from courses.pages.translating.files.xliff import write_xliff
from tests.courses.test_translation_files import (
    HEAD,
    POINT,
    an_entry,
    apply,
    at,
    entries,
    line,
    service,
    take,
    translator,
)
from tests.courses.translated import course


def test_a_prefix_or_another_encoding_hides_no_entries(monkeypatch):
    monkeypatch.setattr("courses.pages.translating.files.entries.MOST_ENTRIES", 2)
    written = write_xliff(HEAD, [an_entry(f"Text {n}", "x") for n in range(3)]).decode()
    prefixed = written.replace("<trans-unit", "<s:trans-unit").replace("</trans-unit", "</s:trans-unit")
    prefixed = prefixed.replace("<xliff ", '<xliff xmlns:s="urn:oasis:names:tc:xliff:document:1.2" ')
    for content in (prefixed.encode(), written.replace("UTF-8", "UTF-16").encode("utf-16")):
        with pytest.raises(FileRefused, match="3 entries"):
            read_file(content)


def test_a_po_file_of_empty_lines_or_of_one_long_text_is_read_in_a_moment():
    head = write_po(HEAD, [])
    pieces = b'"ab"\n' * 300_000
    began = time.process_time()
    _kind, found = read_file(
        head + b"\n" * 300_000 + b'msgctxt "m1/title #0123456789ab"\nmsgid "a"\nmsgstr ""\n' + pieces
    )
    assert found.entries[0].text == "ab" * 300_000
    assert time.process_time() - began < 20  # it took hours for what may be uploaded


@pytest.mark.parametrize("written", ["\\0", "\\x00", "\x00"])
def test_a_character_that_no_database_keeps_is_never_kept(written):
    found = read_po(
        write_po(HEAD, []) + f'\nmsgctxt "m1/title #0123456789ab"\nmsgid "a"\nmsgstr "b{written}"\n'.encode()
    )
    assert "\x00" not in found.entries[0].text
    assert holds_no_text(found.entries[0].text)


def test_an_endless_source_of_a_file_is_not_kept(course, translator):
    file = entries(course)
    at(file, POINT).msgstr, at(file, POINT).msgid = "Untuk yang dulu", "a" * (MOST_CHARACTERS + 1)
    row = take(course, translator, file)
    (planned,) = [each for each in service.plan_of(row).rows if each.place == POINT]
    assert planned.outcome == "broken" and not planned.writes
    apply(translator, row)
    assert not SegmentTranslation.objects.exists()


def test_two_downloads_that_were_put_together_write_each_text_once(course, translator):
    file = entries(course)
    first = at(file, POINT)
    first.msgstr = "Satu"
    # The same source under the context of another day: a link in it led elsewhere.
    file.append(polib.POEntry(msgctxt=f"{POINT} #0123456789ab", msgid=first.msgid, msgstr="Dua"))
    row = take(course, translator, file)
    assert service.plan_of(row).counts["twice"] == 1
    apply(translator, row)
    assert line(course, POINT).text == "Satu"
