"""What holds for every page: headers, language, and the pages that say why something did not work."""

import os
import re
import subprocess
import sys

import pytest
from django.conf import settings as project
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.http import Http404
from django.template import engines
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation

from accounts.permissions import Refused
from certificates.models import Award
from lms import views
from tests.factories import complete

# --- headers


def policy_of(answer) -> dict[str, str]:
    """The content policy of an answer, by directive."""
    parts = answer.headers["Content-Security-Policy"].split(";")
    return {part.split()[0]: " ".join(part.split()[1:]) for part in parts if part.strip()}


def addresses(cast, course) -> list[str]:
    """Key pages of ours, as the officer who has done everything opens them."""
    complete(cast.officer, course.course)
    return [
        "/en/courses/",
        "/en/courses/t1/",
        "/en/courses/t1/m1-l1/",
        "/en/courses/t1/final-test/",
        "/en/me/",
        "/verify/",
        f"/verify/{Award.objects.get().number}",
        reverse("assessments:result", args=[Award.objects.get().enrolment.attempts.get().uuid]),
        "/en/accounts/password/change/",
        "/en/accounts/2fa/",
        "/en/nowhere/",
        "/en/reports/certification/",
    ]


def test_our_pages_run_no_script_and_no_style_but_our_own_files(cast, course):
    client = cast.client(cast.officer)
    for address in addresses(cast, course):
        policy = policy_of(client.get(address))
        assert policy["default-src"] == "'none'", address
        assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'", address
        assert policy["frame-ancestors"] == policy["base-uri"] == "'none'", address
        said = " ".join(policy.values())
        for hole in ("unsafe-inline", "unsafe-eval", "*", "http:", "https:"):
            assert hole not in said, (address, hole)


def test_our_pages_cannot_be_framed_guessed_at_or_followed(cast, course):
    client = cast.client(cast.officer)
    for address in [*addresses(cast, course), "/healthz", "/readyz"]:
        headers = client.get(address).headers
        assert headers["X-Content-Type-Options"] == "nosniff", address
        assert headers["X-Frame-Options"] == "DENY", address
        assert headers["Referrer-Policy"] == "same-origin", address
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin", address


def test_browsers_are_told_to_come_by_https_only(client, db):
    header = client.get("/verify/", secure=True).headers["Strict-Transport-Security"]
    assert header.startswith("max-age=31536000") and "includeSubDomains" in header


def test_no_page_of_ours_asks_another_host_for_anything(cast, course):
    client = cast.client(cast.officer)
    for address in addresses(cast, course):
        text = client.get(address).content.decode()
        for found in re.findall(r'(?:src|href|action)="([^"]*)"', text):
            assert not re.match(r"(?:https?:)?//", found), (address, found)
        assert " style=" not in text and not re.search(r"<script(?![^>]*src=)", text), address


def test_the_authors_side_has_a_policy_of_its_own(cast, course):
    answer = cast.client(cast.trainer).get("/admin/")
    policy = policy_of(answer)
    assert "'unsafe-inline'" in policy["script-src"] and policy["frame-ancestors"] == "'self'"
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "blob:" in policy["img-src"] and policy["frame-src"] == "'self'", "pictures and previews of the editor"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert not any(source.startswith("http") for value in policy.values() for source in value.split())


def test_the_looser_policy_ends_with_the_authors_side(cast, course):
    client = cast.client(cast.trainer)
    client.get("/admin/")
    for address in ("/en/courses/", "/en/admin/", "/verify/admin/"):
        assert "unsafe-inline" not in client.get(address).headers["Content-Security-Policy"], address


def test_the_authors_side_asks_no_other_host(cast, course):
    text = cast.client(cast.trainer).get("/admin/").content.decode()
    assert "gravatar" not in text
    assert not re.search(r'<(?:script|link|img|iframe)[^>]*(?:src|href)="(?:https?:)?//', text)


# --- languages


def test_the_root_leads_to_english_where_the_browser_speaks_nothing_of_ours(client, db):
    for spoken in ("", "en", "en-GB,en;q=0.9", "tlh", "xx-invalid;q=z", "*", ",;,;"):
        answer = client.get("/", headers={"accept-language": spoken})
        assert answer.status_code == 302 and answer.url == "/en/", spoken


def test_the_root_leads_to_the_language_of_the_browser_where_we_speak_it(client, db, settings):
    settings.LANGUAGES = [("en", "English"), ("id", "Indonesian"), ("ar", "Arabic")]
    assert client.get("/", headers={"accept-language": "id-ID,id;q=0.9,en;q=0.5"}).url == "/id/"
    assert client.get("/", headers={"accept-language": "ar,en;q=0.5"}).url == "/ar/"
    assert client.get("/", headers={"accept-language": "tlh,id;q=0.1"}).url == "/id/"


def test_an_address_without_its_slash_is_mended(client, db):
    assert client.get("/en/courses").url == "/en/courses/"


def test_an_unknown_language_is_named_and_the_ones_there_are_are_offered(client, db):
    answer = client.get("/xx/courses/t1/")
    assert answer.status_code == 404
    text = answer.content.decode()
    assert "does not speak this language" in text
    assert 'href="/en/courses/t1/"' in text and "English" in text


def test_the_offer_of_languages_names_every_language_in_its_own_words(settings):
    settings.LANGUAGES = settings.WAGTAIL_CONTENT_LANGUAGES = [("en", "English"), ("ar", "Arabic"), ("th", "Thai")]
    text = views.not_found(RequestFactory().get("/xx/courses/")).content.decode()
    for code, name in (("en", "English"), ("ar", "العربيّة"), ("th", "ไทย")):
        assert f'href="/{code}/courses/"' in text and f'lang="{code}"' in text and name in text


def test_a_page_that_is_not_there_says_so_without_a_word_about_languages_or_addresses(client, db):
    text = client.get("/en/nowhere/").content.decode()
    assert "This page is not here" in text
    assert "does not speak" not in text
    assert "URLconf" not in text and "resolver" not in text and "[" not in re.sub(r"<[^>]*>", "", text)


def test_an_address_that_tries_to_write_into_the_page_is_only_text(client, db):
    for address in ("/xx/%22%3E%3Cscript%3Ealert(1)%3C/script%3E/", "/verify/%3Cscript%3Ealert(1)%3C/script%3E"):
        answer = client.get(address)
        assert answer.status_code == 404
        assert "<script>alert" not in answer.content.decode()


def test_an_unknown_language_offers_no_way_to_another_host(client, db):
    """`/xx//evil.example/` must not become a link to that host."""
    for found in re.findall(r'href="([^"]*)"', client.get("/xx//evil.example/").content.decode()):
        assert not found.startswith("//"), found


@pytest.mark.parametrize(("code", "direction"), [("en", "ltr"), ("ar", "rtl")])
def test_a_page_says_its_language_and_its_direction(code, direction):
    request = RequestFactory().get("/")
    with translation.override(code):
        text = engines["django"].get_template("base.html").render({}, request)
        error = engines["django"].get_template("500.html").render({})
    for page in (text, error):
        assert re.search(rf'<html lang="{code}" dir="{direction}">', page)


def test_key_pages_are_english_from_left_to_right(cast, course):
    client = cast.client(cast.officer)
    for address in addresses(cast, course):
        text = client.get(address).content.decode()
        assert text.count('<html lang="en" dir="ltr">') == 1, address
        assert text.count("<h1") == 1, address
        assert text.count('<main id="main"') == 1, address
        assert re.search(r"<title>[^<]*\S[^<]*</title>", text), address


# --- pages that say why not


def test_a_refusal_shows_the_reason_that_was_given(cast, course):
    answer = cast.client(cast.officer).get("/en/reports/certification/")
    assert answer.status_code == 403
    assert "Your role does not include this page." in answer.content.decode()


def test_a_refusal_shows_its_reason_as_text():
    request = RequestFactory().get("/")
    answer = views.refused(request, Refused("Not for <b>you</b>."))
    assert answer.status_code == 403
    assert "Not for &lt;b&gt;you&lt;/b&gt;." in answer.content.decode()
    assert views.refused(request).status_code == views.refused(request, PermissionDenied()).status_code == 403


def test_a_missing_thing_is_explained_in_the_words_of_whoever_missed_it(client, db):
    assert "There is no course at this address." in client.get("/en/courses/none/").content.decode()


def test_what_the_resolver_tried_is_never_shown():
    request = RequestFactory().get("/en/x/")
    text = views.not_found(request, Http404({"tried": ["secret/<uuid:key>/"], "path": "x"})).content.decode()
    assert "secret" not in text


def test_a_form_that_is_too_old_is_refused_with_a_way_on_and_changes_nothing(cast, course):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.officer, backend="accounts.backends.PeopleBackend")
    for data in ({}, {"csrfmiddlewaretoken": "x" * 64}):
        answer = client.post("/en/courses/t1/enrol/", data)
        assert answer.status_code == 403
        text = answer.content.decode()
        assert "This form is no longer valid" in text and "Nothing was changed" in text
        assert "CSRF" not in text
    assert not cast.officer.actor.enrolments.exists()


@pytest.mark.parametrize(
    ("sent_from", "leads_back"), [("http://testserver", True), ("http://elsewhere.example", False)]
)
def test_a_form_that_is_too_old_leads_back_to_its_page_and_to_no_other_site(db, sent_from, leads_back):
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/en/accounts/login/", headers={"referer": f"{sent_from}/en/accounts/login/?next=/en/me/"})
    text = answer.content.decode()
    assert ('href="/en/accounts/login/?next=/en/me/"' in text) is leads_back
    assert ("Reload it." in text) is not leads_back
    assert "elsewhere.example" not in text


@pytest.mark.logs_errors
def test_a_host_that_is_not_ours_is_refused(client, db):
    assert client.get("/en/courses/", headers={"host": "evil.example"}).status_code == 400


@pytest.mark.logs_errors
def test_a_fault_of_ours_says_that_what_was_saved_is_there_and_nothing_of_the_fault(cast, course, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("secret detail")

    monkeypatch.setattr("courses.player.views.catalogue.selectors.catalogue", broken)
    client = cast.client(cast.officer)
    client.raise_request_exception = False
    answer = client.get("/en/courses/")
    assert answer.status_code == 500
    text = answer.content.decode()
    assert "What you had saved is still there" in text
    assert "secret detail" not in text and "Traceback" not in text
    assert policy_of(answer)["default-src"] == "'none'"


# --- health


def test_healthz_answers_without_the_database(client):
    answer = client.get("/healthz")
    assert answer.status_code == 200 and answer.content == b"ok"


def test_readyz_says_that_all_is_well(client, db):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"database": "ok", "storage": "ok", "queue": "ok"}


@pytest.mark.logs_errors
def test_readyz_says_when_the_queue_is_full_and_sends_traffic_elsewhere(client, db, settings):
    settings.QUEUE_LIMIT = 0
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["queue"].startswith("full: 0 tasks wait")
    assert answer.json()["database"] == "ok"


@pytest.mark.logs_errors
def test_readyz_says_when_nothing_can_be_stored(client, db, settings, tmp_path):
    blocked = tmp_path / "a file"
    blocked.write_text("")
    settings.DATA_DIR = blocked / "below"
    answer = client.get("/readyz")
    assert answer.status_code == 503 and answer.json()["storage"].startswith("DATA_DIR cannot be written")
    assert str(tmp_path) not in answer.content.decode()


@pytest.mark.logs_errors
def test_readyz_says_when_the_database_is_away_and_not_where_it_is(client, db, monkeypatch):
    def away(*args):
        raise OSError("could not connect to db.internal as suluh")

    monkeypatch.setattr("lms.views.MigrationExecutor", away)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["database"] == "not reachable (OSError)"


@pytest.mark.logs_errors
def test_readyz_counts_the_migrations_that_are_missing(client, db, monkeypatch):
    monkeypatch.setattr("lms.views.MigrationExecutor.migration_plan", lambda self, targets: [1, 2])
    answer = client.get("/readyz")
    assert answer.status_code == 503 and answer.json()["database"].startswith("2 migrations are missing")


# --- starting


def run_manage(*command: str, **environment: str) -> subprocess.CompletedProcess:
    """manage.py as somebody types it, with nothing of our settings in the environment."""
    keep = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")}
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=project.BASE_DIR,
        env=keep | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_a_secret_key_nothing_starts_and_one_plain_line_says_why():
    done = run_manage("check")
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("Suluh cannot start: SECRET_KEY is not set.")


@pytest.mark.once
def test_a_real_site_on_plain_http_fails_its_check(tmp_path):
    done = run_manage(
        "check", "--deploy", SECRET_KEY="k" * 60, PUBLIC_URL="http://suluh.example", DATA_DIR=str(tmp_path)
    )
    assert done.returncode == 1 and "lms.E002" in done.stderr


def test_a_demo_on_a_public_address_does_not_start(tmp_path):
    done = run_manage("check", SULUH_DEMO="1", PUBLIC_URL="https://suluh.example", DATA_DIR=str(tmp_path))
    assert done.returncode == 1 and "a demo stays on localhost" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.once
def test_a_real_site_with_a_key_and_an_address_passes_its_check_and_requires_review(tmp_path):
    environment = {
        "SECRET_KEY": "S3cret-" + "abcdefghijklmnopqrstuvwxyz0123456789" * 2,
        "PUBLIC_URL": "https://suluh.example",
        "DATA_DIR": str(tmp_path),
    }
    done = run_manage("check", "--deploy", "--fail-level", "WARNING", **environment)
    assert done.returncode == 0, done.stderr
    asked = run_manage(
        "shell",
        "--no-imports",
        "-c",
        "from django.conf import settings as s; print(s.REQUIRE_REVIEW, s.DEBUG)",
        **environment,
    )
    assert asked.stdout.split() == ["True", "False"], asked.stderr


@pytest.mark.django_db
def test_the_checks_of_django_find_nothing():
    call_command("check")
