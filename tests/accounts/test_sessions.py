"""What a session is bound to, when it ends, and how a person sees and ends the own ones."""

import datetime as dt

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.roles import Role
from accounts.services import post_person
from accounts.sessions import KEPT, browser_and_system, browser_of, forget_ended_sessions, refuse_session
from accounts.tasks import forget_ended_sessions as housekeeping
from tests.accounts.factors import code_of, give_app
from tests.cast import PASSWORD, make_person
from tests.test_architecture import rows_of_everything

LOGIN, HOME = "/en/accounts/login/", "/en/me/"
MINUTE = dt.timedelta(minutes=1)

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{} Safari/537.36"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:{0}) Gecko/20100101 Firefox/{0}"
PHONE = (
    "Mozilla/5.0 (Linux; Android {}; SM-A515F Build/{}) AppleWebKit/537.36 (KHTML, like Gecko) "
    "SamsungBrowser/{} Chrome/115.0.0.0 Mobile Safari/537.36"
)
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS {} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.1 Mobile/{} Safari/604.1"
)


def log_in(client: Client, username: str, **more):
    return client.post(LOGIN, {"login": username, "password": PASSWORD, **more})


def is_in(client: Client) -> bool:
    return client.get(HOME).status_code == 200


def browser(user_agent: str) -> Client:
    return Client(headers={"user-agent": user_agent})


def carried_to(user_agent: str, client: Client) -> Client:
    """The cookie of a session in another browser."""
    other = browser(user_agent)
    other.cookies["suluh_session"] = client.cookies["suluh_session"].value
    return other


# --- bound to the browser


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (CHROME.format("120.0.0.0"), CHROME.format("121.0.6167.85")),
        (FIREFOX.format("115.0"), FIREFOX.format("128.0")),
        (PHONE.format("13", "TP1A.220624.014", "22.0"), PHONE.format("14", "UP1A.231005.007", "23.0")),
        (IPHONE.format("17_1", "15E148"), IPHONE.format("17_4_1", "15E149")),
    ],
)
def test_an_update_of_the_browser_or_its_system_ends_no_session(cast, before, after):
    client = browser(before)
    log_in(client, "officer")
    assert is_in(carried_to(after, client))


@pytest.mark.parametrize(
    "thief",
    [FIREFOX.format("128.0"), IPHONE.format("17_1", "15E148"), PHONE.format("14", "UP1A", "23.0"), "", "curl/8.0"],
)
def test_a_session_carried_to_another_browser_ends_for_good_and_is_written_down_once(cast, thief):
    client = browser(CHROME.format("120.0.0.0"))
    log_in(client, "officer")
    stolen = carried_to(thief, client)
    again = carried_to(thief, client)
    answer = stolen.get(HOME)
    assert answer.status_code == 302 and answer.url == f"{LOGIN}?next={HOME}"
    assert "opened from another browser" in stolen.get(answer.url).content.decode()
    assert not is_in(stolen) and not is_in(again) and not is_in(client), "nobody goes on with it, its owner included"
    lines = AuditEvent.objects.filter(action="session.refused")
    assert [(line.actor, line.target) for line in lines] == [(cast.officer.actor, f"accounts.user:{cast.officer.uuid}")]
    assert not UserSession.objects.exists()


def test_a_form_sent_with_a_stolen_session_changes_nothing(cast, course):
    client = browser(CHROME.format("120.0.0.0"))
    log_in(client, "officer")
    before = rows_of_everything()
    answer = carried_to("curl/8.0", client).post("/en/courses/t1/enrol/")
    assert answer.status_code == 302 and "/login/" in answer.url
    after = rows_of_everything()
    assert after.pop("accounts.AuditEvent") == before.pop("accounts.AuditEvent") + 1
    assert after.pop("usersessions.UserSession") == before.pop("usersessions.UserSession") - 1
    assert after == before


def test_two_requests_with_a_stolen_session_write_one_line(cast):
    client = browser(CHROME.format("120.0.0.0"))
    log_in(client, "officer")
    key = client.session.session_key
    assert refuse_session(by=cast.officer, key=key) is True
    assert refuse_session(by=cast.officer, key=key) is False
    assert AuditEvent.objects.filter(action="session.refused").count() == 1


def test_a_browser_that_says_nothing_of_itself_is_bound_too(cast):
    client = Client()
    log_in(client, "officer")
    assert is_in(client)
    assert not is_in(carried_to(CHROME.format("120.0.0.0"), client))


def test_what_a_browser_says_stands_nowhere_in_the_session(cast, rf):
    client = browser(CHROME.format("120.0.0.0"))
    log_in(client, "officer")
    kept = client.session[KEPT]["browser"]
    assert len(kept) == 16 and "Chrome" not in str(dict(client.session))
    assert kept == browser_of(rf.get("/", headers={"user-agent": CHROME.format("99.0")}))


def test_a_session_from_before_sessions_were_bound_goes_on_and_is_bound(cast):
    client = cast.client(cast.officer)
    session = client.session
    del session[KEPT]
    session.save()
    assert is_in(client)
    assert not is_in(carried_to("curl/8.0", client))


# --- how long it lasts


def test_officers_have_no_idle_limit_but_that_of_the_sign_in(cast):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = Client()
        log_in(client, "officer")
        clock.shift(dt.timedelta(hours=11))
        assert is_in(client)
        clock.shift(dt.timedelta(hours=1, minutes=1))
        answer = client.get(HOME)
        assert answer.url == f"{LOGIN}?next={HOME}"


def test_whoever_sees_others_data_is_signed_out_when_away_for_long_and_told_that_nothing_is_lost(cast):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = cast.client(cast.coordinator)
        for _each in range(4):
            clock.shift(29 * MINUTE)
            assert client.get("/en/desk/officers/").status_code == 200, "each page begins the time anew"
        clock.shift(34 * MINUTE)
        answer = client.get("/en/desk/officers/")
        assert answer.url == f"{LOGIN}?next=/en/desk/officers/"
        said = client.get(answer.url).content.decode()
        assert "nothing was pressed for 30 minutes" in said and "Nothing that was saved is lost" in said
        assert not Session.objects.exists(), "the session is gone, not only forgotten"


@pytest.mark.parametrize("away", [1, 2, 4, 29, 30])
def test_nobody_is_signed_out_before_the_time(cast, away):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = cast.client(cast.coordinator)
        clock.shift(2 * MINUTE)  # too soon after the sign-in to be written down
        assert is_in(client)
        clock.shift(away * MINUTE)
        assert is_in(client)


def test_the_limit_is_a_setting(cast, settings):
    settings.IDLE_MINUTES = 5
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = cast.client(cast.coordinator)
        clock.shift(6 * MINUTE)
        assert not is_in(client)


def test_a_form_sent_after_idling_changes_nothing_and_leads_back(cast, course):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = cast.client(cast.coordinator)
        clock.shift(40 * MINUTE)
        before = rows_of_everything()
        answer = client.post("/en/courses/t1/enrol/", headers={"referer": "http://testserver/en/courses/t1/"})
        assert answer.url == f"{LOGIN}?next=/en/courses/t1/"
        assert rows_of_everything() == before


def test_a_role_that_begins_starts_the_time_and_signs_nobody_out(cast):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = cast.client(cast.officer, second_factor=True)
        session = client.session
        session[KEPT].pop("seen")
        session.save()
        clock.shift(dt.timedelta(hours=3))
        post_person(by=None, user=cast.officer, role=Role.COORDINATOR, member=cast.home)
        assert is_in(client)
        clock.shift(34 * MINUTE)
        assert not is_in(client)


def test_the_time_of_the_last_request_is_written_seldom_and_for_officers_never(cast, django_assert_num_queries):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        officer, coordinator = cast.client(cast.officer), cast.client(cast.coordinator)
        for _each in range(3):
            clock.shift(20 * MINUTE)
            with django_assert_num_queries(2):
                officer.get(reverse("account_logout"))
        clock.shift(-60 * MINUTE)
        for seconds in (1, 60, 60, 50):
            clock.shift(seconds)
            with django_assert_num_queries(2):
                coordinator.get(reverse("account_logout"))
        clock.shift(3 * MINUTE)
        coordinator.get(reverse("account_logout"))
        assert coordinator.session[KEPT]["seen"] == int(timezone.now().timestamp())


# --- a shared computer


def on_shared(username: str) -> Client:
    client = Client()
    log_in(client, username, shared="on")
    return client


def test_on_a_shared_computer_a_session_ends_after_fifteen_minutes_and_after_four_hours(cast):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = on_shared("officer")
        clock.shift(14 * MINUTE)
        assert is_in(client)
        clock.shift(17 * MINUTE)
        answer = client.get(HOME)
        assert answer.url.startswith(LOGIN)
        assert "15 minutes" in client.get(answer.url).content.decode()
        client = on_shared("officer")
        for _each in range(17):
            clock.shift(14 * MINUTE)
            assert is_in(client)
        clock.shift(5 * MINUTE)
        assert not is_in(client)


def test_on_a_shared_computer_nothing_lasting_stays_in_the_browser(cast, course):
    client = Client()
    client.get("/language/id/?next=/id/")
    answer = log_in(client, "officer", shared="on")
    for name in ("suluh_session", "suluh_language"):
        assert not answer.cookies[name]["max-age"] and not answer.cookies[name]["expires"], name
    answer = client.get("/language/en/?next=/en/")
    assert not answer.cookies["suluh_language"]["max-age"]
    client.post("/en/courses/t1/enrol/")
    for address in (HOME, "/en/courses/t1/m1-l1/", "/en/courses/", "/verify/", "/en/courses/t1/"):
        assert "no-store" in client.get(address).headers["Cache-Control"], address


def test_signing_out_of_a_shared_computer_empties_the_browser(cast):
    client = on_shared("officer")
    answer = client.post("/en/accounts/logout/")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    for name in ("suluh_session", "suluh_language", "suluh_csrf"):
        assert answer.cookies[name]["max-age"] == 0, name


def test_so_does_a_session_that_ended_by_itself(cast):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = on_shared("officer")
        clock.shift(20 * MINUTE)
        assert client.get(HOME).headers["Clear-Site-Data"] == '"cache", "storage"'


def test_ones_own_computer_keeps_the_language_and_its_store(cast):
    client = Client()
    answer = log_in(client, "officer")
    assert answer.cookies["suluh_language"]["max-age"]
    assert "Clear-Site-Data" not in client.post("/en/accounts/logout/").headers


def test_a_lesson_is_kept_by_no_browser_on_ones_own_computer_either(cast, course):
    client = cast.client(cast.officer)
    client.post("/en/courses/t1/enrol/")
    assert "no-store" in client.get("/en/courses/t1/m1-l1/").headers["Cache-Control"]


def test_that_the_computer_is_shared_is_carried_through_the_second_step(cast):
    give_app(cast.coordinator)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = on_shared("coordinator")
        client.post("/en/accounts/2fa/authenticate/", {"code": code_of(cast.coordinator)})
        assert is_in(client)
        assert client.session[KEPT]["shared"]
        clock.shift(17 * MINUTE)
        assert not is_in(client)


def test_what_one_said_of_the_computer_holds_for_that_sign_in_only(cast):
    client = Client()
    client.post(LOGIN, {"login": "officer", "password": "wrong", "shared": "on"})
    log_in(client, "officer")
    assert "shared" not in client.session[KEPT]


# --- one's own devices


def test_the_list_shows_ones_own_sessions_in_plain_words_and_nobody_elses(cast):
    desk, phone, other = browser(CHROME.format("120.0")), browser(IPHONE.format("17_1", "15E1")), browser("Opera/9.80")
    log_in(desk, "officer")
    log_in(phone, "officer", shared="on")
    log_in(other, "colleague")
    page = desk.get(reverse("usersessions_list")).content.decode()
    assert "Chrome on Windows" in page and "Safari on iPhone" in page and "Unknown" not in page
    assert page.count("this one") == 1 and page.count("shared computer") == 1
    assert "127.0.0.1" in page and "Mozilla" not in page


def test_one_device_is_signed_out_from_another(cast):
    desk, phone = browser(CHROME.format("120.0")), browser(IPHONE.format("17_1", "15E1"))
    log_in(desk, "officer")
    log_in(phone, "officer")
    lost = UserSession.objects.get(session_key=phone.session.session_key)
    answer = desk.post(reverse("end_session", args=[lost.pk]), follow=True)
    assert "signed out" in answer.content.decode()
    assert is_in(desk) and not is_in(phone)
    assert AuditEvent.objects.filter(action="session.ended").count() == 1


def test_signing_out_this_one_from_the_list_leads_to_the_sign_in(cast):
    client = Client()
    log_in(client, "officer")
    answer = client.post(reverse("end_session", args=[UserSession.objects.get().pk]))
    assert answer.url == LOGIN
    assert not is_in(client)


def test_all_others_are_signed_out_at_once(cast):
    first, second, third, colleague = Client(), Client(), Client(), Client()
    for each in (first, second, third):
        log_in(each, "officer")
    log_in(colleague, "colleague")
    first.post(reverse("usersessions_list"))
    assert is_in(first) and is_in(colleague)
    assert not is_in(second) and not is_in(third)


def test_nobody_ends_the_session_of_another(cast):
    officer, colleague = Client(), Client()
    log_in(officer, "officer")
    log_in(colleague, "colleague")
    before = rows_of_everything()
    theirs = UserSession.objects.get(user=cast.colleague)
    assert officer.post(reverse("end_session", args=[theirs.pk])).status_code == 404
    assert is_in(colleague)
    assert rows_of_everything() == before


def test_where_somebody_was_signed_in_is_forgotten_with_the_session(cast):
    client, over = Client(), Client()
    log_in(client, "officer")
    log_in(over, "colleague")
    Session.objects.filter(session_key=over.session.session_key).delete()
    assert forget_ended_sessions() == 1
    assert UserSession.objects.get().user == cast.officer
    assert housekeeping.name == "forget_ended_sessions"
    call_command("scheduler", "--list")


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (CHROME.format("120.0"), ("Chrome", "Windows")),
        (CHROME.format("120.0") + " Edg/120.0", ("Edge", "Windows")),
        (FIREFOX.format("120.0"), ("Firefox", "Linux")),
        (PHONE.format("14", "UP1A", "23.0"), ("Samsung Internet", "Android")),
        (IPHONE.format("17_1", "15E148"), ("Safari", "iPhone")),
        ("curl/8.0", ("", "")),
        ("", ("", "")),
    ],
)
def test_a_browser_is_named_in_words_that_people_know(user_agent, words):
    assert browser_and_system(user_agent) == words


# --- ways in that are none


def test_an_unknown_name_a_wrong_password_a_closed_account_and_a_paused_one_are_answered_alike(cast):
    closed = make_person("closed")
    closed.is_active = False
    closed.save()
    give_app(cast.coordinator)
    names = ("officer", "coordinator", "closed", "nobody-here")

    def answers(password: str) -> set[tuple[int, str]]:
        found = set()
        for name in names:
            answer = Client().post(LOGIN, {"login": name, "password": password})
            text = answer.content.decode().replace(f'value="{name}"', "")
            found.add((answer.status_code, text.split("<main")[1].split("csrfmiddlewaretoken")[0]))
        return found

    first = answers("wrong")
    assert len(first) == 1 and next(iter(first))[0] == 200
    for _each in range(4):
        answers("wrong")
    # now each is paused, and the right password changes nothing about the answer
    assert len(paused := answers("wrong")) == 1
    assert answers(PASSWORD) == paused
    assert "Too many wrong sign-ins" in next(iter(paused))[1]


@pytest.mark.logs_errors
@pytest.mark.parametrize("address", [LOGIN, "/en/accounts/second-step/", "/en/accounts/2fa/authenticate/", "/en/me/"])
@pytest.mark.parametrize("header", ["host", "x-forwarded-host"])
def test_another_host_in_a_header_is_refused_or_ignored(cast, address, header):
    client = Client()
    for answer in (
        client.get(address, headers={header: "evil.example"}),
        client.post(address, {"login": "officer", "password": PASSWORD}, headers={header: "evil.example"}),
    ):
        assert answer.status_code == 400 if header == "host" else "evil" not in answer.headers.get("Location", "")
        assert b"evil" not in answer.content


@pytest.mark.parametrize("outside", ["//evil.example", "https://evil.example", "/\\evil.example", "https:evil.example"])
def test_no_way_of_signing_in_leads_to_another_host(cast, outside):
    give_app(cast.coordinator)
    client = Client()
    assert log_in(client, "coordinator", next=outside).url == "/en/accounts/2fa/authenticate/"
    assert client.post("/en/accounts/2fa/authenticate/", {"code": code_of(cast.coordinator)}).url == HOME
    answer = client.post(reverse("mfa_reauthenticate"), {"code": code_of(cast.coordinator, 1), "next": outside})
    assert "evil" not in answer.url
    assert "evil" not in client.post(reverse("account_logout"), {"next": outside}).url


# --- passwords


@pytest.mark.parametrize(("username", "least"), [("officer", 10), ("coordinator", 12), ("trainer", 12)])
def test_a_password_is_longer_for_whoever_sees_others_data(cast, username, least):
    person = getattr(cast, username)
    client = cast.client(person)
    for length, taken in ((least - 1, False), (least, True)):
        new = "gfkwmzqtuxyrabcd"[:length]
        page = client.post(
            reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new}
        )
        person.refresh_from_db()
        assert person.check_password(new) is taken
        assert (page.status_code == 302) is taken
        if not taken:
            assert f"at least {least} characters" in page.content.decode()
