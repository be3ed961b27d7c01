"""The main job, end to end, in a real browser: it stays green for ever."""

import csv
import io
import os
import re
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import expect

from tests.browser.looking import SHOTS
from tests.browser.main_job import SLUG
from tests.browser.people import Person

# One site for all of them: what two officers did is looked at from several sides. On a second database one officer does
# it, on a phone, and what follows from that is looked at; the rest ends alike (`once`).
pytestmark = pytest.mark.browser


def test_an_officer_on_a_phone_learns_passes_and_is_certified_and_a_stranger_verifies_it(phone_officer):
    assert phone_officer.startswith("SLH-")


@pytest.mark.once
def test_an_officer_at_a_desk_learns_passes_and_is_certified_and_a_stranger_verifies_it(desktop_officer):
    assert desktop_officer.startswith("SLH-")


def test_a_lost_link_and_an_ended_session_in_the_middle_of_a_test_lose_nothing(chromium, site):
    officer = Person(chromium, site, "phone", SHOTS)
    page = officer.page
    officer.sign_in("reviewer")
    officer.open(f"/en/courses/{SLUG}/")
    officer.press("Enrol")
    officer.press("Start the test")

    # the link goes down, an answer is chosen, a number of the paper is tapped: the page stays and says why
    officer.context.set_offline(True)
    officer.answer()
    expect(page.locator("[data-receipt]")).to_contain_text("Saved on this device")
    page.get_by_role("link", name="2", exact=True).click()
    assert page.url.endswith("/1/")
    officer.press("Save and go on")
    assert page.url.endswith("/1/")
    # "Sign out" stands in a menu, which does not cover what is said
    page.locator(".menu-box summary").click()
    officer.press("Sign out")
    expect(page.locator("[data-offline]")).to_be_in_viewport()
    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()
    officer.context.set_offline(False)
    # what was pressed may lead on by itself as soon as the answer is sent, or stay: the paper knows the answer in both
    expect(page.locator(".paper-map .is-answered")).to_have_count(1)
    page.get_by_role("link", name="2", exact=True).click()
    page.wait_for_url("**/2/")

    # the tab is closed without a link: My learning says where the answer is, and the way there sends it
    officer.context.set_offline(True)
    officer.answer()
    expect(page.locator("[data-receipt]")).to_contain_text("Saved on this device")
    tab = page.url
    page.goto("about:blank")
    officer.context.set_offline(False)
    page.goto(f"{site.url}/en/me/")
    officer.problems = [problem for problem in officer.problems if "ERR_INTERNET_DISCONNECTED" not in problem]
    officer.look("unsent")
    officer.press("Open the test", "link")
    expect(page.locator(".paper-map .is-answered")).to_have_count(2)
    page.goto(f"{site.url}/en/me/")
    expect(page.get_by_text("only on this device")).to_be_hidden()
    page.goto(tab.replace("/2/", "/3/"))

    # the session ends; what is chosen is kept at the door and saved after signing in, wherever that leads
    officer.context.clear_cookies(name="suluh_session")
    officer.answer()
    expect(page.locator("[data-receipt]")).to_contain_text("is kept")
    page.get_by_role("link", name="Look over the paper and hand in").click()
    page.wait_for_url("**/login/**")
    page.get_by_label("User name").fill("reviewer")
    page.get_by_label("Password").fill("suluh-demo")
    officer.press("Sign in")
    expect(page.get_by_text("Your answer to question 3 is saved.")).to_be_visible()
    expect(page.locator(".paper-map .is-answered")).to_have_count(3)
    officer.problems = [problem for problem in officer.problems if "ERR_INTERNET_DISCONNECTED" not in problem]
    officer.look("kept")
    officer.close()


@pytest.mark.once
def test_the_printed_code_leads_to_the_verification_page(chromium, site, desktop_officer, tmp_path):
    officer = Person(chromium, site, "desktop")
    officer.sign_in("officer2")
    officer.open("/en/me/")
    number = re.search(r"SLH-[0-9A-Z-]{14}", officer.page.content()).group()
    award = officer.page.get_by_role("link", name="Open the certificate (PDF)").get_attribute("href")
    pdf = tmp_path / "certificate.pdf"
    pdf.write_bytes(officer.context.request.get(site.url + award).body())
    picture = tmp_path / "certificate.png"
    _as_picture(pdf, picture)
    found = zxingcpp.read_barcodes(Image.open(picture))
    (address, _hash, token) = found[0].text.partition("#")
    assert len(found) == 1 and address == f"{site.url}/verify/{number}" and len(token) > 100
    officer.close()


def _as_picture(pdf: Path, picture: Path) -> None:
    """The first page as a PNG, by the same typesetter's own rasteriser of the template's SVG-free PDF: pdftoppm."""
    import shutil
    import subprocess

    if not shutil.which("pdftoppm"):
        pytest.skip("pdftoppm (poppler-utils) is not on this machine")
    subprocess.run(["pdftoppm", "-png", "-r", "150", "-singlefile", str(pdf), str(picture.with_suffix(""))], check=True)


@pytest.mark.once
def test_the_coordinator_sees_the_names_of_own_officers_only(chromium, site, phone_officer, desktop_officer):
    coordinator = Person(chromium, site, "desktop", SHOTS)
    coordinator.sign_in("coordinator")
    coordinator.press("My officers", "link")
    coordinator.look("coordinator")
    text = coordinator.page.content()
    assert "Sari Wulandari" in text and "Kanya Srisuk" not in text
    coordinator.close()
    other = Person(chromium, site, "phone", SHOTS)
    other.sign_in("coordinator2")
    other.open("/en/desk/officers/")
    other.look("coordinator2")
    text = other.page.content()
    assert "Kanya Srisuk" in text and "Sari Wulandari" not in text
    assert other.page.goto(site.url + "/en/reports/certification/").status == 403
    other.close()


@pytest.mark.once
def test_the_rso_sees_suppressed_counts_and_no_names(chromium, site, phone_officer, desktop_officer):
    rso = Person(chromium, site, "desktop", SHOTS)
    rso.sign_in("rso")
    rso.press("Certification", "link")
    rso.look("rso")
    text = rso.page.locator("table").inner_text()
    assert "Indonesia" in text and "<5" in text and "Wulandari" not in rso.page.content()
    row = rso.page.get_by_role("row", name=re.compile("^Indonesia"))
    assert row.get_by_role("cell").all_inner_texts()[:2] == ["<5", "<5"]
    file = rso.context.request.get(site.url + "/en/reports/certification.csv")
    rows = list(csv.DictReader(io.StringIO(file.body().decode("utf-8-sig"))))
    assert next(row for row in rows if row["Member code"] == "ID")["Certified"] == "<5"
    assert next(row for row in rows if row["Member code"] == "FJ")["Enrolled"] == "0"
    assert rso.page.goto(site.url + "/en/desk/officers/").status == 403
    rso.close()


@pytest.mark.parametrize(
    ("size", "scheme"), [("phone", "dark"), pytest.param("desktop", "light", marks=pytest.mark.once)]
)
def test_coordinator_rso_and_verifier_in_urdu(chromium, site, phone_officer, size, scheme):
    for name, path, wanted in (
        ("coordinator", "/ur/desk/officers/", "Sari Wulandari"),
        ("rso", "/ur/reports/certification/", "<5"),
    ):
        person = Person(chromium, site, size, SHOTS, color_scheme=scheme)
        person.open("/ur/accounts/login/")
        person.page.locator("input[name=login]").fill(name)
        person.page.locator("input[name=password]").fill("suluh-demo")
        person.page.locator("main button").first.click()
        person.second_step(name)
        person.page.wait_for_url("**/ur/me/")
        person.look(f"ur-{name}-home")
        person.open(path)
        person.look(f"ur-{name}")
        expect(person.page.locator("table")).to_contain_text(wanted)
        assert person.page.evaluate("document.documentElement.dir") == "rtl"
        person.close()
    stranger = Person(chromium, site, size, SHOTS, color_scheme=scheme)
    stranger.open("/language/ur/?next=/verify/")
    stranger.look("ur-verify")
    stranger.page.locator("input[name=number]").fill(phone_officer)
    stranger.page.locator("main form button.button--primary").first.click()
    stranger.page.wait_for_load_state()
    stranger.look("ur-verified")
    expect(stranger.page.locator("main")).to_contain_text("S. W.")
    assert "Wulandari" not in stranger.page.content()
    stranger.open("/verify/SLH-0000-0000-0000/")
    stranger.look("ur-unknown")
    stranger.close()


@pytest.fixture
def certified_officers(request, phone_officer) -> list[str]:
    """The numbers of the certificates that officers got in this run."""
    is_second = os.environ.get("SULUH_DATABASE_TESTS_ONLY")
    return [phone_officer, *([] if is_second else [request.getfixturevalue("desktop_officer")])]


def test_progress_and_record_agree_after_the_journeys(site, certified_officers):
    done = site.manage("rebuild_progress", "--check", check=False)
    assert done.returncode == 0, done.stdout
    assert "enrolments compared with the record, 0 differ." in done.stdout
    assert int(done.stdout.split()[0]) >= len(certified_officers)
