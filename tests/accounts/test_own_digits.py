"""Codes, numbers and user names typed in the digits of one's own keyboard are the same codes, numbers and names."""

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import Agency, User
from accounts.selectors.desk import person_by_name_or_code
from accounts.services import create_person, give_codes
from certificates.models import Award
from tests.accounts.factors import code_of, give_app
from tests.cast import PASSWORD, make_person
from tests.factories import complete

KHMER = str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩")
PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


@pytest.fixture(autouse=True)
def fresh_cache():
    cache.clear()


@pytest.fixture
def officer(cast) -> User:
    user = make_person("kh-1234", None)
    user.set_password(PASSWORD)
    user.save()
    return user


def test_a_slip_is_used_with_user_name_and_code_in_own_digits(officer, client):
    code = give_codes(by=None, people=[officer])[0].code
    form = {"username": "kh-1234".translate(KHMER), "code": code.translate(KHMER)}
    answer = client.post(
        "/en/join/code/", form | {"password1": "seven wooden bridges", "password2": "seven wooden bridges"}
    )
    assert answer.status_code == 302
    officer.refresh_from_db()
    assert officer.check_password("seven wooden bridges")


def test_a_user_name_in_own_digits_signs_in_and_has_no_attempts_of_its_own(officer, settings):
    answer = Client().post("/en/accounts/login/", {"login": "kh-1234".translate(PERSIAN), "password": PASSWORD})
    assert answer.status_code == 302
    for spelling in ("kh-1234", "kh-1234".translate(PERSIAN)) * 3:
        page = Client().post("/en/accounts/login/", {"login": spelling, "password": "wrong"}).content.decode()
    assert "Too many wrong sign-ins" in page


def test_a_new_user_name_is_kept_in_ascii_digits(cast):
    made = create_person(by=None, username="la-៥៦", password="", full_name="X")
    assert made.username == "la-56"


def test_a_one_time_code_in_own_digits_opens_the_door_once(cast):
    cast.officer.set_password(PASSWORD)
    cast.officer.save()
    give_app(cast.officer)
    code = code_of(cast.officer)
    answers = []
    for typed in (code.translate(PERSIAN), code, code.translate(KHMER)):
        client = Client()
        client.post("/en/accounts/login/", {"login": "officer", "password": PASSWORD})
        answers.append(client.post("/en/accounts/2fa/authenticate/", {"code": typed}).status_code)
    assert answers == [302, 200, 200], "the same code in other digits is not another one"


def test_a_certificate_is_found_by_its_number_in_own_digits(cast, course):
    complete(cast.officer, course.course)
    number = Award.objects.get().number
    assert cast.client(None).get(f"/verify/{number.translate(KHMER)}").status_code == 200


def test_the_service_desk_finds_a_person_by_a_code_in_own_digits(cast):
    code = cast.officer.learner_code.translate(PERSIAN)
    assert person_by_name_or_code(cast.service_desk, code) == cast.officer
    assert person_by_name_or_code(cast.coordinator, "officer") == cast.officer


def test_officers_are_listed_in_the_order_of_their_script(cast):
    police = Agency.objects.get(member=cast.home, name="Police")
    for number, name in enumerate(["แก้ว", "ขวัญ", "กานดา", "Östen", "Pak", "Nadia"]):
        person = make_person(f"sorted{number}", "officer", cast.home, police)
        User.objects.filter(pk=person.pk).update(full_name=name)
    page = cast.client(cast.coordinator).get("/en/people/", {"q": "sorted"}).content.decode()
    places = [page.index(f">{name}<") for name in ("Nadia", "Östen", "Pak", "กานดา", "แก้ว", "ขวัญ")]
    assert places == sorted(places)
