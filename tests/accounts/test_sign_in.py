"""The way in and out: what a stranger can learn or try there, and what a session keeps."""

import os
import re
import subprocess
import sys

import pytest
from django.conf import settings as project
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.cast import PASSWORD, make_person

LOGIN = "/en/accounts/login/"
HOME = "/en/me/"


@pytest.fixture
def person(db) -> User:
    return make_person("sari", full_name="Sari Wulandari")


def sign_in(client: Client, username: str, password: str = PASSWORD, address: str = LOGIN, **more):
    return client.post(address, {"login": username, "password": password, **more})


def is_signed_in(client: Client) -> bool:
    return client.get(HOME).status_code == 200


def words_of(answer, *left_out: str) -> str:
    """What a page says, without its forms' tokens and without what was typed."""
    text = re.sub(r'value="[^"]*"', "", answer.content.decode())
    for each in left_out:
        text = text.replace(each, "")
    return text


def test_the_right_password_opens_my_learning(person, client):
    answer = sign_in(client, "sari")
    assert answer.status_code == 302 and answer.url == HOME
    assert is_signed_in(client)


def test_the_user_name_is_taken_in_any_case(person, client):
    assert sign_in(client, "SARI").status_code == 302
    assert is_signed_in(client)


def test_a_wrong_sign_in_says_the_same_for_a_known_an_unknown_and_a_closed_account(person):
    closed = make_person("closed")
    closed.is_active = False
    closed.save()
    answers = [sign_in(Client(), username, "wrong") for username in ("sari", "nobody-here", "closed")]
    assert {answer.status_code for answer in answers} == {200}
    said = {words_of(answer, "sari", "nobody-here", "closed") for answer in answers}
    assert len(said) == 1, "the page tells accounts apart"
    assert 'role="alert"' in said.pop()
    assert not any(answer.wsgi_request.user.is_authenticated for answer in answers)


def test_a_closed_account_is_answered_like_a_wrong_password(person, client):
    person.is_active = False
    person.save()
    answer = sign_in(client, "sari")
    assert answer.status_code == 200 and "is not right" in answer.content.decode()
    assert not is_signed_in(client)


def test_many_wrong_sign_ins_pause_the_account_with_a_plain_message(person, client):
    for _each in range(5):
        assert "Too many" not in sign_in(client, "sari", "wrong").content.decode()
    answer = sign_in(client, "sari")
    assert (
        answer.status_code == 200
        and "Too many wrong sign-ins. Wait five minutes, then try again." in answer.content.decode()
    )
    assert not is_signed_in(client)


def test_the_pause_holds_from_another_address_and_in_another_case_of_the_name(person):
    for number in range(5):
        sign_in(Client(REMOTE_ADDR=f"192.0.2.{number}"), "sari", "wrong")
    other = Client(REMOTE_ADDR="198.51.100.7")
    assert "Too many" in sign_in(other, "SARI").content.decode()
    assert not is_signed_in(other)


def test_an_unknown_user_name_is_paused_just_so(db):
    client = Client()
    for _each in range(5):
        sign_in(client, "nobody-here", "wrong")
    assert "Too many wrong sign-ins" in sign_in(client, "nobody-here", "wrong").content.decode()


def test_the_pause_of_one_account_leaves_the_others_alone(person):
    for number in range(6):
        sign_in(Client(REMOTE_ADDR=f"192.0.2.{number}"), "sari", "wrong")
    make_person("budi")
    client = Client()
    assert sign_in(client, "budi").status_code == 302
    assert is_signed_in(client)


def test_one_address_that_tries_name_after_name_is_stopped_on_a_page_that_says_so(db):
    client = Client()
    answers = [sign_in(client, f"name{number}", "wrong") for number in range(61)]
    assert answers[-1].status_code == 429
    text = answers[-1].content.decode()
    assert "Too many attempts" in text and "Wait a few minutes" in text


def test_behind_a_proxy_the_address_of_the_visitor_is_counted_and_not_the_proxys():
    ask = "import lms.settings as s; print(getattr(s, 'ALLAUTH_TRUSTED_PROXY_COUNT', 0))"
    counts = []
    for behind in ("0", "1"):
        environment = os.environ | {
            "SECRET_KEY": "x" * 60,
            "BEHIND_PROXY": behind,
            "PUBLIC_URL": "https://suluh.example",
        }
        done = subprocess.run(
            [sys.executable, "-c", ask],
            cwd=project.BASE_DIR,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        counts.append(done.stdout.strip())
    assert counts == ["0", "1"], "without a proxy anyone could write the header"


def test_a_header_about_ones_address_counts_for_nothing_without_a_proxy(db):
    client = Client()
    for number in range(61):
        last = client.post(
            LOGIN, {"login": f"name{number}", "password": "x"}, headers={"x-forwarded-for": f"192.0.2.{number}"}
        )
    assert last.status_code == 429


# --- nobody signs up from the street


def test_sign_up_is_closed_and_says_whom_to_ask(db, client):
    page = client.get("/en/accounts/signup/")
    assert "password1" not in page.content.decode()
    assert "coordinator" in page.content.decode()


def test_sign_up_makes_nobody_whatever_is_sent(db, client):
    client.post(
        "/en/accounts/signup/",
        {"username": "intruder", "password1": PASSWORD, "password2": PASSWORD, "email": "intruder@example.org"},
    )
    assert not User.objects.exists()
    assert not is_signed_in(client)


def test_a_forgotten_password_is_a_matter_for_people_not_for_letters(db, client):
    assert client.get("/en/accounts/password/reset/").status_code == 404
    assert client.get("/admin/password_reset/").status_code in (302, 404)
    assert "Ask your coordinator for a slip with a code" in client.get(LOGIN).content.decode()


# --- where it leads


@pytest.mark.parametrize("next_page", ["/en/courses/", "/en/courses/t1/m1-l1/?check=check-1", "/certificates/x.pdf"])
def test_after_signing_in_one_is_where_one_wanted_to_go(person, next_page):
    assert sign_in(Client(), "sari", next=next_page).url == next_page
    page = Client().get(LOGIN, {"next": next_page}).content.decode()
    assert 'name="next"' in page


def test_the_page_that_asked_for_the_sign_in_is_the_one_that_opens_after_it(person, client):
    asked = client.get("/en/me/")
    form = client.get(asked.url)
    wanted = re.search(r'name="next" value="([^"]*)"', form.content.decode()).group(1)
    assert sign_in(client, "sari", next=wanted).url == "/en/me/"


OUTSIDE = [
    "https://evil.example/",
    "http://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "https:evil.example",
    "/\\evil.example/",
    "\\\\evil.example/",
    "https://testserver@evil.example/",
    "https://testserver.evil.example/",
    "javascript:alert(1)",
    " https://evil.example/",
    "\thttps://evil.example/",
    "ftp://testserver/",
]


@pytest.mark.parametrize("outside", OUTSIDE)
def test_signing_in_leads_to_no_other_host(person, outside):
    answer = sign_in(Client(), "sari", next=outside)
    assert answer.status_code == 302 and answer.url == HOME
    answer = Client().post(f"{LOGIN}?next={outside}", {"login": "sari", "password": PASSWORD})
    assert answer.status_code == 302 and "evil" not in answer.url


@pytest.mark.parametrize("outside", OUTSIDE)
def test_neither_does_whoever_is_signed_in_already_nor_signing_out(person, outside):
    client = Client()
    sign_in(client, "sari")
    again = client.get(LOGIN, {"next": outside})
    assert again.status_code == 302 and "evil" not in again.url and again.url.startswith("/")
    out = client.post("/en/accounts/logout/", {"next": outside})
    assert out.status_code == 302 and out.url == "/en/"


# --- what the session keeps


def test_the_cookies_are_for_https_only_and_out_of_reach_of_scripts_and_other_sites(person, client):
    cookies = sign_in(client, "sari").cookies
    session = cookies["suluh_session"]
    assert session["secure"] and session["httponly"] and session["samesite"] == "Lax"
    assert not session["domain"]
    assert not session["max-age"] and not session["expires"], "a shared computer forgets it with the browser"
    csrf = Client().get(LOGIN).cookies["suluh_csrf"]
    assert csrf["secure"] and csrf["httponly"] and csrf["samesite"] == "Lax"


def test_a_page_for_everybody_sets_no_cookie(db, client, course):
    for address in ("/verify/", "/healthz"):
        assert "suluh_session" not in client.get(address).cookies


def test_signing_in_gives_the_session_a_new_key(person, client):
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    client.cookies["suluh_session"] = old = session.session_key
    sign_in(client, "sari")
    assert client.session.session_key != old
    stranger = Client()
    stranger.cookies["suluh_session"] = old
    assert not is_signed_in(stranger)


def test_a_session_keeps_nothing_of_the_person_before(person, client):
    make_person("budi")
    sign_in(client, "sari")
    session = client.session
    session["drafted"] = "by Sari"
    session.save()
    client.post("/en/accounts/logout/")
    assert "drafted" not in client.session
    sign_in(client, "budi")
    assert "drafted" not in client.session
    page = client.get(HOME).content.decode()
    assert "Budi" in page and "Sari" not in page


def test_signing_in_over_a_running_session_keeps_nothing_either(person, client):
    budi = make_person("budi")
    sign_in(client, "sari")
    session = client.session
    session["drafted"] = "by Sari"
    session.save()
    client.force_login(budi, backend="accounts.backends.PeopleBackend")
    assert "drafted" not in client.session


def test_a_session_that_was_signed_out_is_of_no_use_to_whoever_copied_it(person, client):
    sign_in(client, "sari")
    copy = Client()
    copy.cookies["suluh_session"] = client.cookies["suluh_session"].value
    assert is_signed_in(copy)
    client.post("/en/accounts/logout/")
    assert not is_signed_in(copy)


def test_signing_out_needs_a_button_and_not_only_a_link(person, client):
    sign_in(client, "sari")
    assert client.get("/en/accounts/logout/").status_code == 200
    assert is_signed_in(client)


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(person, client):
    sign_in(client, "sari")
    other = Client()
    sign_in(other, "sari")
    new = "another long password"
    answer = client.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    assert answer.status_code == 302
    person.refresh_from_db()
    assert person.check_password(new)
    assert is_signed_in(client) and not is_signed_in(other)


def test_a_weak_new_password_is_refused_and_the_old_one_stays(person, client):
    sign_in(client, "sari")
    client.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": "short", "password2": "short"}
    )
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_the_sign_in_form_is_guarded_against_other_sites(person):
    client = Client(enforce_csrf_checks=True)
    answer = sign_in(client, "sari")
    assert answer.status_code == 403
    assert "no longer valid" in answer.content.decode()
    assert not is_signed_in(client)


def test_a_page_of_a_person_is_not_kept_by_the_browser(person, client):
    sign_in(client, "sari")
    assert "no-store" in client.get(HOME).headers["Cache-Control"]
