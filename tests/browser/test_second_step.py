"""The second step in a real browser: an app, a passkey, a shared computer, the devices."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.looking import SHOTS
from tests.browser.people import Person, unused_code

pytestmark = [pytest.mark.browser, pytest.mark.once]

ACCOUNT = "/en/accounts/"


def with_authenticator(person: Person) -> None:
    """Give the browser a device that knows passkeys and says yes to everything."""
    session = person.context.new_cdp_session(person.page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def test_an_officer_sets_up_a_passkey_and_signs_in_with_it_alone(chromium, site):
    officer = Person(chromium, site, "phone", SHOTS)
    page = officer.page
    with_authenticator(officer)
    officer.sign_in("translator")
    officer.open(ACCOUNT)
    officer.look("account")
    officer.press("Passkeys, app and recovery codes", "link")
    officer.look("second-step-index")
    officer.press("Set up a passkey", "link")
    officer.look("confirm")
    page.get_by_label("Your password").fill("suluh-demo")
    officer.press("Confirm")
    officer.look("passkey-add")
    page.get_by_label("Name of this passkey").fill("My phone")
    officer.press("Set up the passkey")
    page.wait_for_url("**/recovery-codes/")
    officer.look("recovery-codes")
    officer.open(f"{ACCOUNT}2fa/webauthn/")
    expect(page.locator("main")).to_contain_text("My phone")
    expect(page.locator("main")).to_contain_text("signs in alone")
    officer.look("passkeys")

    officer.open(f"{ACCOUNT}logout/")
    page.locator("main").get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/en/")
    officer.open("/en/accounts/login/?next=/en/courses/")
    officer.look("sign-in-passkey")
    officer.press("Sign in with a passkey")
    page.wait_for_url(re.compile(r":\d+/en/courses/$"))
    officer.open("/en/me/")
    assert page.url.endswith("/en/me/"), "the passkey alone signed in"

    # and after a password the key is the second step
    officer.open(f"{ACCOUNT}logout/")
    page.locator("main").get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/en/")
    officer.sign_in("translator")
    page.wait_for_url("**/2fa/authenticate/")
    officer.look("second-step-passkey")
    officer.press("Use your passkey")
    page.wait_for_url(re.compile(r":\d+/\w\w/me/$"))

    # it is taken away again
    officer.open(f"{ACCOUNT}2fa/webauthn/")
    officer.press(re.compile("^Remove"), "link")
    if page.get_by_label("Your password").count():
        page.get_by_label("Your password").fill("suluh-demo")
        officer.press("Confirm")
    officer.look("passkey-remove")
    officer.press("Remove")
    expect(page.get_by_role("heading", name="No passkey yet")).to_be_visible()
    officer.close()


def test_a_passkey_that_is_refused_by_the_device_says_so_and_leaves_the_other_way_open(chromium, site):
    person = Person(chromium, site, "phone", SHOTS)
    page = person.page
    page.add_init_script("navigator.credentials.get = () => Promise.reject(new DOMException('no', 'NotAllowedError'))")
    person.open("/en/accounts/login/")
    person.press("Sign in with a passkey")
    expect(page.get_by_role("alert").filter(has_text="The passkey was not used")).to_be_visible()
    person.sign_in("auditor", path=page.url.removeprefix(site.url))
    page.wait_for_url(re.compile(r":\d+/\w\w/me/$"))
    person.close()


def test_a_role_without_a_second_step_is_led_to_it_on_a_shared_computer_and_opens_with_an_app(chromium, site):
    made = site.manage(
        "shell",
        "-c",
        "from accounts.models import Member; from accounts.roles import Role; "
        "from accounts.services import create_person, post_person; "
        "person = create_person(by=None, username='newcoordinator', full_name='New Person', password='suluh-demo'); "
        "post_person(by=None, user=person, role=Role.COORDINATOR, member=Member.objects.get(code='FJ'))",
    )
    assert made.returncode == 0, made.stderr
    person = Person(chromium, site, "phone", SHOTS)
    page = person.page
    person.open("/en/accounts/login/?next=/en/desk/officers/")
    page.get_by_label("User name").fill("newcoordinator")
    page.get_by_label("Password").fill("suluh-demo")
    page.get_by_label("This is a shared computer or phone").check()
    person.press("Sign in")
    page.wait_for_url("**/second-step/**")
    person.look("second-step")
    person.press("Set up the app", "link")
    page.get_by_label("Your password").fill("suluh-demo")
    person.press("Confirm")
    person.look("app")
    secret = page.get_by_label("Secret key").input_value()
    page.get_by_label("Code from the app").fill(unused_code("newcoordinator", secret))
    person.press("Turn on two-step sign-in")
    page.wait_for_url("**/recovery-codes/")
    person.open("/en/desk/officers/")
    person.open(f"{ACCOUNT}sessions/")
    expect(page.locator("main")).to_contain_text("shared computer")
    expect(page.locator("main")).to_contain_text("this one")
    person.look("devices")
    page.locator("main").get_by_role("button", name=re.compile("^Sign out")).first.click()
    page.wait_for_url("**/login/")
    assert [each["name"] for each in person.context.cookies() if each["name"] == "suluh_session"] == []
    person.close()
