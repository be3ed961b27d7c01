"""A stranger checks certificates: with a link, and without one on a device that had the page open before."""

import json

import pytest
import segno
from playwright.sync_api import expect

from certificates.signing.keys import base64url, from_base64url
from tests.browser.people import Person

pytestmark = [pytest.mark.browser, pytest.mark.once]

#: Certificates in every state, of officers of this journey alone.
BEFORE = """
import datetime as dt
import json
from django.core.cache import cache
from django.utils import timezone
from accounts.models import Member
from accounts.roles import Role
from accounts.services import actor_of, create_person
from certificates.models import Award
from certificates.services import sign_award
from learning.models import Course
now, made = timezone.now(), {}
for name, days, fields in (
    ("valid", 30, {}),
    ("revoked", 30, {"state": "revoked"}),
    ("suspended", 30, {"state": "suspended"}),
    ("expired", 800, {}),
    ("superseded", 300, {"state": "superseded"}),
    ("renewed", 0, {}),
    ("specimen", 3, {"is_specimen": True}),
    ("restricted", 3, {}),
):
    user = create_person(by=None, username=f"stranger-{name}", full_name="Aminath Rasheed", password="suluh-demo")
    award = Award.objects.create(**{
        "actor": actor_of(user),
        "course": Course.objects.get(slug="protecting-victims"),
        "member": Member.objects.get(code="MV"),
        "holder_name": "Aminath Rasheed",
        "edition": 1,
        "revision": 1,
        "language": "ur",
        "content": "x",
        "is_specimen": False,
        "snapshot": {"course": "متاثرین کا تحفظ", "code": "C3", "design_minutes": 250, "pass_mark": 80},
        "issued_at": now - dt.timedelta(days=days),
        "valid_until": (now + dt.timedelta(days=730 - days)).date(),
    } | ({"number": made["superseded"]["number"]} if name == "renewed" else {}) | fields)
    user.is_restricted = name == "restricted"
    user.save()
    sign_award(award=award)
    award.refresh_from_db()
    made[name] = {"number": award.number, "uuid": str(award.uuid), "token": award.token}
# A list that was made for a journey before this one is kept for a minute.
cache.delete("certificates.revocation_list")
print("made " + json.dumps(made))
"""


#: Resolves when the device has kept everything.
CONTROLLED = """() => new Promise((go) => {
    if (navigator.serviceWorker.controller) go();
    else navigator.serviceWorker.addEventListener("controllerchange", () => go(), { once: true });
})"""


@pytest.fixture(scope="module")
def made(site) -> dict[str, dict[str, str]]:
    return json.loads(site.manage("shell", "-v0", "-c", BEFORE).stdout.rsplit("made ", 1)[1])


def forged(token: str) -> str:
    """The same with another day until which it says to be valid."""
    value = bytearray(from_base64url(token))
    value[21] ^= 1
    return base64url(bytes(value))


def open_ready(person: Person, path: str) -> None:
    person.page.goto(person.site.url + path)
    expect(person.page.locator("html[data-ready]")).to_be_attached(timeout=15_000)


def verdict_of(person: Person, path: str) -> str:
    open_ready(person, path)
    return str(person.page.locator("[data-box]").get_attribute("data-verdict"))


def test_with_a_link_the_site_says_what_holds_today(people, made):
    stranger = people("phone")
    headings = {
        made["valid"]["number"]: "Valid",
        made["revoked"]["number"]: "Revoked",
        made["suspended"]["number"]: "Suspended",
        made["expired"]["number"]: "Expired",
        made["superseded"]["uuid"]: "Replaced by a newer one",
        made["superseded"]["number"]: "Valid",
        made["specimen"]["number"]: "A specimen, not a certificate",
    }
    for typed, heading in headings.items():
        open_ready(stranger, f"/verify/{typed}")
        expect(stranger.page.locator("main .result h2")).to_have_text(heading)
        expect(stranger.page.locator("[data-part=result]")).to_be_hidden()
        if typed in (made["superseded"]["uuid"], made["valid"]["number"]):
            stranger.look(f"verify-{heading.split()[0].lower()}")
    assert "Aminath" not in stranger.page.content()
    assert stranger.context.cookies() == []

    # the code on the paper says the same, and beside another number it is noticed
    valid, revoked = made["valid"], made["revoked"]
    assert verdict_of(stranger, f"/verify/{valid['number']}#{valid['token']}") == "genuine"
    expect(stranger.page.locator(".result--passed")).to_have_count(2)
    stranger.look("verify-both")
    assert verdict_of(stranger, f"/verify/{revoked['number']}#{valid['token']}") == "genuine"
    expect(stranger.page.locator("[data-box].result--failed")).to_contain_text("belongs to another certificate")
    hidden = made["restricted"]
    assert verdict_of(stranger, f"/verify/{hidden['number']}#{hidden['token']}") == "genuine"
    expect(stranger.page.locator("h1")).to_have_text("Unknown certificate")
    expect(stranger.page.locator("[data-fact=name]")).to_have_text("Not on the code")


def test_without_a_link_a_device_tells_genuine_from_forged_and_how_old_its_list_is(people, made, tmp_path):
    stranger = people("phone")
    page = stranger.page
    open_ready(stranger, "/verify/")
    page.evaluate(CONTROLLED)
    expect(page.locator("[data-part=kept]")).to_have_text("This device can check certificates without a link.")
    stranger.press("Renew the list")
    expect(page.locator("[data-part=renew-note]")).to_have_text("The list is up to date.")
    stranger.look("verify-page")
    stranger.context.set_offline(True)
    stranger.press("Renew the list")
    expect(page.locator("[data-part=renew-note]")).to_have_text("The list could not be renewed. Is there a link?")

    for name in ("valid", "revoked", "suspended", "expired", "superseded", "specimen"):
        expected = "genuine" if name == "valid" else name
        assert verdict_of(stranger, f"/verify/{made[name]['number']}#{made[name]['token']}") == expected
        if name == "revoked":
            stranger.look("verify-offline-revoked")
    false = forged(made["valid"]["token"])
    assert verdict_of(stranger, f"/verify/{made['valid']['number']}#{false}") == "altered"
    expect(page.locator("[data-box].result--wrong")).to_contain_text("Altered or forged")
    expect(page.locator("[data-facts]")).to_have_count(0)
    stranger.look("verify-offline-forged")
    open_ready(stranger, f"/verify/{made['valid']['number']}")
    expect(page.locator("[data-box]")).to_contain_text("A number alone cannot be checked")

    # by a picture of the paper, and by what was pasted
    picture = tmp_path / "code.png"
    address = f"{stranger.site.url}/verify/{made['valid']['number']}#{made['valid']['token']}"
    segno.make(address).save(str(picture), scale=5)
    open_ready(stranger, "/verify/")
    if page.locator("[data-part=picture]").is_visible():  # the decoder comes from npm
        page.get_by_label("Choose a picture of it").set_input_files(picture)
        expect(page.locator("[data-box]")).to_contain_text("Genuine")
        open_ready(stranger, "/verify/")
    page.get_by_label("paste the text of the code").fill(f"https://elsewhere.example/verify/x#{made['valid']['token']}")
    stranger.press("Read the code")
    expect(page.locator("[data-box].result--failed")).to_contain_text("elsewhere.example")
    page.get_by_label("paste the text of the code").fill("hello")
    stranger.press("Read the code")
    expect(page.locator("[data-box]")).to_contain_text("Not the code of a certificate")

    # the list grows old, and a clock that was set back is noticed
    now = page.evaluate("Date.now()") / 1000
    page.clock.set_fixed_time(now + 9 * 86_400)
    path = f"/verify/{made['valid']['number']}?language=ur#{made['valid']['token']}"
    assert verdict_of(stranger, path) == "genuine"
    expect(page.locator("[data-box].result--failed [data-slot=old]")).to_be_visible()
    page.emulate_media(color_scheme="dark")
    stranger.look("verify-offline-old-ur")
    assert page.evaluate("document.documentElement.dir") == "rtl"
    page.clock.set_fixed_time(now - 60 * 86_400)
    assert verdict_of(stranger, path.replace("=ur", "=en")) == "genuine"
    expect(page.locator("[data-slot=clock]")).to_contain_text("The clock of this device is behind.")
    assert not stranger.context.cookies()


def test_on_a_link_that_hangs_a_device_says_what_it_has_and_then_what_came(people, made):
    # Without the service worker, whose own requests cannot be held up from here.
    stranger = people("phone", service_workers="block")
    page = stranger.page
    open_ready(stranger, "/verify/")
    page.evaluate("""async () => {
        const kept = await caches.open("suluh-verify-list");
        await kept.put("/verify/list.json", await fetch("/verify/list.json"));
    }""")
    held = []
    page.route("**/verify/list.json", lambda route: held.append(route))
    for name, look in (("valid", "result--failed"), ("revoked", "result--wrong")):
        page.goto(f"{stranger.site.url}/verify/{made[name]['number']}#{made[name]['token']}")
        box = page.locator(f"[data-box].{look}")
        expect(box).to_have_attribute("data-verdict", "genuine" if name == "valid" else name)
        expect(box.locator("[data-slot=asking]")).to_have_text("The site is asked for a newer list.")
        expect(page.locator("[data-part=spoken]")).to_contain_text("The site is asked for a newer list.")
        if name == "valid":
            stranger.look("verify-asking")
        held.pop().continue_()
        expect(page.locator("html[data-ready]")).to_be_attached()
        expect(page.locator("[data-slot=asking]")).to_have_count(0)
        expect(page.locator("[data-part=spoken]")).not_to_contain_text("The site is asked for a newer list.")
        expect(page.locator(f"[data-box].{'result--passed' if name == 'valid' else look}")).to_be_visible()


def test_without_a_link_a_whole_list_is_not_lost_and_the_page_says_what_can_be_checked(people, made):
    academy = people("desktop")
    page = academy.page
    open_ready(academy, "/verify/")
    page.evaluate(CONTROLLED)
    academy.open("/verify/many/")
    page.get_by_label("Numbers").fill(made["valid"]["number"])
    academy.context.set_offline(True)
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing is lost")
    assert page.get_by_label("Numbers").input_value() == made["valid"]["number"]
    assert verdict_of(academy, "/verify/many/") == "many"
    expect(page.get_by_role("heading", name="What this device can check")).to_be_visible()
    academy.look("verify-many-offline")
    page.get_by_label("paste the text of the code").fill(made["valid"]["token"])
    academy.press("Read the code")
    expect(page.locator("[data-box]")).to_contain_text("Genuine")
    expect(page.get_by_role("heading", name="What the code on the paper says")).to_be_visible()


def test_an_academy_checks_a_list_on_a_desktop(people, made):
    academy = people("desktop", color_scheme="dark")
    academy.open("/verify/many/")
    academy.look("verify-many")
    numbers = [made[name]["number"] for name in ("valid", "revoked", "expired", "specimen", "restricted")]
    academy.page.get_by_label("Numbers").fill("\n".join([*numbers, "SLH-WRONG"]))
    academy.page.get_by_role("button", name="Check", exact=True).click()
    rows = academy.page.locator("tbody tr")
    expect(rows).to_have_count(6)
    assert [row.split("\n")[0].split("\t")[1] for row in rows.all_inner_texts()] == [
        *("Valid", "Revoked", "Expired", "A specimen, not a certificate", "Unknown certificate", "Unknown certificate")
    ]
    academy.look("verify-many-answered")
    with academy.page.expect_download() as download:
        academy.page.get_by_role("button", name="Download as CSV").click()
    assert download.value.path().read_text(encoding="utf-8-sig").count("\n") == 7
