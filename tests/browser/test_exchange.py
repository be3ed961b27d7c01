"""A trainer imports questions of other systems into a bank of their own, and exports them: in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.looking import SHOTS
from tests.browser.people import Person

pytestmark = [pytest.mark.browser, pytest.mark.once]

#: Nobody else looks at it.
BANK = "Of another system"
GIFT = (
    "// [id:X1]\nWho decides?{=The court#Yes. ~%50%The police ~Nobody}\n\n"
    "[html]<script>alert(1)</script>Is it <b>so</b>?{T}\n\nUnfinished{=a\n\n"
    "كم؟{#3:1}\n"
).encode()
BOMB = b'<?xml version="1.0"?>\n<!DOCTYPE quiz [<!ENTITY a "aaaa">]>\n<quiz>&a;</quiz>'


@pytest.fixture(scope="module")
def trainer(chromium, site):
    person = Person(chromium, site, "phone", SHOTS)
    person.sign_in("trainer")
    yield person
    person.close()


def upload(trainer, data: bytes, format: str) -> None:
    trainer.open("/admin/questions/import/")
    page = trainer.page
    page.get_by_label("File of questions").set_input_files({"name": "file", "mimeType": "text/plain", "buffer": data})
    page.get_by_label("Format").select_option(format)
    page.get_by_label("Name of a new bank").fill(BANK)
    # by the keyboard
    page.get_by_role("button", name="Check the file").press("Enter")
    page.wait_for_url(re.compile("import/[0-9a-f-]{36}"))


def test_a_file_is_checked_imported_looked_at_and_exported(trainer):
    page, main = trainer.page, trainer.page.locator("main")
    upload(trainer, BOMB, "moodlexml")
    expect(page.get_by_role("alert")).to_contain_text("a DOCTYPE or entities")
    trainer.look("import-refused")
    trainer.press("A further file", "link")

    upload(trainer, GIFT, "gift")
    expect(main).to_contain_text("Import 3 questions")
    expect(main).to_contain_text("“}” is missing behind the answers")
    expect(main).to_contain_text("“The police” counts 50 % there")
    trainer.look("import-plan")
    page.get_by_role("button", name="Import 3 questions").press("Enter")
    expect(page.locator("h1")).to_have_text("The questions are imported")
    trainer.look("import-done")
    trainer.press("Look at the drafts", "link")
    trainer.look("import-drafts")
    trainer.press("X1", "link")
    expect(main).to_contain_text("“The court”: Yes.")
    trainer.look("import-question")

    trainer.open("/admin/questions/export/")
    page.get_by_label("Bank").select_option(BANK)
    page.get_by_label("Format").select_option("moodlexml")
    trainer.press("Show")
    trainer.look("export")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the file").press("Enter")
    name = download.value.suggested_filename
    written = download.value.path().read_bytes()
    assert name.endswith(".moodle.xml") and "كم؟".encode() in written and b"script" not in written

    # what was exported is there already
    upload(trainer, written, "moodlexml")
    expect(main).to_contain_text("This question is in the bank already.")
    expect(page.get_by_role("button", name=re.compile("^Import"))).to_have_count(0)
    trainer.look("import-again")
