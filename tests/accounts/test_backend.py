"""Who is signed in: the person and today's postings, read together on every request."""

import datetime as dt

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.test import Client
from django.utils import timezone

from accounts.backends import PeopleBackend
from accounts.models import Member, Posting, User
from accounts.permissions import Right, current_postings, has_right, scope_of
from accounts.roles import Role
from tests.cast import PASSWORD, make_person

DAYS = [None, *(dt.timedelta(days=number) for number in (-2, -1, 0, 1, 2))]


def test_the_person_of_a_session_is_the_one_of_the_table_with_the_postings_of_today(cast, django_assert_num_queries):
    for person in (cast.officer, cast.coordinator, cast.rso, cast.nobody):
        with django_assert_num_queries(1):
            found = PeopleBackend().get_user(person.pk)
            postings = current_postings(found)
        expected = User.objects.get(pk=person.pk)
        assert found == expected and not found._state.adding
        assert all(getattr(found, each.attname) == getattr(expected, each.attname) for each in User._meta.fields)
        assert postings == list(Posting.objects.filter(user=person).current())
        for right in Right:
            assert scope_of(found, right) == scope_of(expected, right)


def test_nobody_is_found_under_a_number_that_is_not_there_or_of_an_account_that_is_closed(cast):
    assert PeopleBackend().get_user(0) is None
    User.objects.filter(pk=cast.officer.pk).update(is_active=False)
    assert PeopleBackend().get_user(cast.officer.pk) is None


def test_a_posting_runs_on_the_days_on_which_the_query_finds_it(db):
    today = timezone.localdate()
    member = Member.objects.create(code="ID", name="Indonesia")
    person = make_person("sari")
    for begins in DAYS[1:]:
        for ends in DAYS:
            if ends is None or ends >= begins:
                Posting.objects.create(
                    user=person,
                    role=Role.OFFICER,
                    member=member,
                    starts_on=today + begins,
                    ends_on=None if ends is None else today + ends,
                )
    postings = Posting.objects.filter(user=person)
    assert len(postings) == 20
    for day in (today + each for each in DAYS[1:]):
        assert [each for each in postings if each.runs(day)] == list(postings.current(day))
    assert current_postings(PeopleBackend().get_user(person.pk)) == list(postings.current())


def test_a_right_is_held_where_its_scope_is_not_empty(cast):
    for person in (cast.officer, cast.coordinator, cast.agency_coordinator, cast.rso, cast.trainer, cast.nobody):
        for right in Right:
            assert has_right(person, right) == bool(scope_of(person, right))


def test_a_session_that_names_djangos_own_back_end_goes_on(cast):
    client = Client()
    client.force_login(cast.officer, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/en/me/").status_code == 200


def test_a_right_password_signs_in_and_a_session_then_names_our_back_end(cast):
    user = authenticate(None, username="officer", password=PASSWORD)
    assert user == cast.officer and user.backend == "accounts.backends.PeopleBackend"


@pytest.mark.parametrize("username", ["officer", "nobody-of-that-name"])
def test_a_wrong_sign_in_is_refused_after_one_hash_whoever_it_names(cast, username, settings, monkeypatch):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    cast.officer.set_password(PASSWORD)
    cast.officer.save()
    hashed = []
    original = PBKDF2PasswordHasher.encode
    monkeypatch.setattr(
        PBKDF2PasswordHasher, "encode", lambda self, *args, **more: hashed.append(1) or original(self, *args, **more)
    )
    assert authenticate(None, username=username, password="wrong") is None
    assert hashed == [1]
