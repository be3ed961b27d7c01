"""The sign-ins of the demo: whose role needs a second factor has one, and a current code is printed."""

import io

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import Member
from portal.demo import PEOPLE
from portal.management.commands.load_demo import Command

LOGIN = "/en/accounts/login/"


@pytest.fixture
def demo(db, settings) -> None:
    """The demo people without their courses, made as the command makes them."""
    settings.SULUH_DEMO = True
    for code in {each.member for each in PEOPLE if each.member}:
        Member.objects.create(code=code, name=code)
    command = Command()
    for _twice in range(2):
        for person in PEOPLE:
            command._make(person, "suluh-demo")
            if person.needs_code:
                command._give_second_factor(person)


def code_for(name: str) -> str:
    out = io.StringIO()
    call_command("demo_code", name, stdout=out)
    return out.getvalue().strip()


@pytest.mark.parametrize("person", PEOPLE, ids=lambda each: each.username)
def test_a_demo_person_signs_in_with_the_password_and_a_code_where_the_role_needs_one(demo, person):
    client = Client()
    answer = client.post(LOGIN, {"login": person.username, "password": "suluh-demo"})
    if person.needs_code:
        assert answer.url == "/en/accounts/2fa/authenticate/"
        answer = client.post(answer.url, {"code": code_for(person.username)})
    else:
        with pytest.raises(CommandError, match="needs no code"):
            code_for(person.username)
    assert answer.url == "/en/me/"
    assert client.get("/en/me/").status_code == 200


def test_the_list_of_sign_ins_says_who_is_asked_for_a_code(demo):
    out = io.StringIO()
    call_command("load_demo", "--list", stdout=out)
    lines = {line.split()[0]: line for line in out.getvalue().splitlines()}
    for person in PEOPLE:
        assert (" code " in lines[person.username]) is person.needs_code


def test_what_the_demo_gives_stands_in_cipher_too(demo):
    for factor in Authenticator.objects.all():
        assert all(str(value).startswith("f1:") for name, value in factor.data.items() if name in ("secret", "seed"))
