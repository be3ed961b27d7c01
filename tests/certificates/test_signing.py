"""A token and a seal hold what was attested, and nothing else passes for one."""

import dataclasses
import datetime as dt
import threading

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from certificates.models import Award, SigningKey
from certificates.numbers import new_number
from certificates.services import active_key, private_of, read_own, sign_award, token_of
from certificates.signing.attested import attested, digest_of_name
from certificates.signing.keys import (
    base64url,
    from_base64url,
    is_signed,
    key_id,
    multikey,
    new_private,
    public_of,
    sign,
)
from certificates.signing.token import BadToken, Token, make_token, read_token
from certificates.tasks import sign_unsigned_awards
from tests.factories import complete

PRIVATE = bytes(range(32))
PUBLIC = public_of(PRIVATE)

days = st.dates(dt.date(1970, 1, 1), dt.date(2149, 1, 1))
tokens = st.builds(
    Token,
    number=st.builds(new_number),
    kind=st.sampled_from(["completion", "participation", "trainer"]),
    is_specimen=st.booleans(),
    status_list=st.integers(0, 65535),
    status_index=st.integers(0, 131071),
    issued_on=days,
    valid_until=days,
    edition=st.integers(0, 32767),
    revision=st.integers(0, 32767),
    language=st.sampled_from(["en", "zh-hans", "ur"]),
    course_code=st.text(max_size=20),
    name=st.text(max_size=60),
)


@given(tokens)
def test_what_is_put_into_a_token_comes_out_of_it(said):
    assert read_token(make_token(said, private=PRIVATE, public=PUBLIC), publics=[PUBLIC]) == said


@given(tokens, st.data())
def test_a_token_with_one_other_bit_is_refused(said, data):
    value = bytearray(from_base64url(make_token(said, private=PRIVATE, public=PUBLIC)))
    place = data.draw(st.integers(0, len(value) * 8 - 1))
    value[place // 8] ^= 1 << place % 8
    with pytest.raises(BadToken):
        read_token(base64url(bytes(value)), publics=[PUBLIC])


@given(st.text(max_size=300))
def test_whatever_else_is_scanned_is_no_token(text):
    with pytest.raises(BadToken):
        read_token(text, publics=[PUBLIC])


@given(tokens)
def test_another_key_makes_no_token_even_under_the_name_of_ours(said):
    private = new_private()
    forged = bytearray(from_base64url(make_token(said, private=private, public=public_of(private))))
    for named in (bytes(forged[1:5]), key_id(PUBLIC)):
        forged[1:5] = named
        with pytest.raises(BadToken):
            read_token(base64url(bytes(forged)), publics=[PUBLIC])


@given(st.text(min_size=100, max_size=300))
def test_a_long_name_is_cut_between_characters(name):
    said = dataclasses.replace(a_token(), name=name)
    read = read_token(make_token(said, private=PRIVATE, public=PUBLIC), publics=[PUBLIC]).name
    assert name.startswith(read.removesuffix("…")) and len(read.encode()) <= 255
    assert read == name or (read.endswith("…") and len(read.encode()) > 251)


def a_token() -> Token:
    return Token(
        number="SLH-0000-0000-0000",
        kind="completion",
        is_specimen=False,
        status_list=1,
        status_index=7,
        issued_on=dt.date(2026, 1, 1),
        valid_until=dt.date(2028, 1, 1),
        edition=1,
        revision=2,
        language="en",
        course_code="C1",
        name="O. E.",
    )


def test_a_token_of_latin_letters_is_short_enough_for_a_code_on_paper():
    assert len(make_token(a_token(), private=PRIVATE, public=PUBLIC)) <= 150


def test_the_signature_of_something_else_is_no_signature_of_a_token():
    """The line before what is signed says what it is for."""
    body = from_base64url(make_token(a_token(), private=PRIVATE, public=PUBLIC))[:-64]
    with pytest.raises(BadToken):
        read_token(base64url(body + sign(PRIVATE, body)), publics=[PUBLIC])


def test_keys_are_written_as_other_software_reads_them():
    """The public key of W3C "Data Integrity EdDSA Cryptosuites v1.0", appendix B."""
    public = from_base64url("t8ScJCkDh9SpNRVXlfvBhL9bgbPBaKBuMh0y5Wb8bnQ")
    assert multikey(public).startswith("z6Mk")


# --- with the database


@pytest.fixture
def award(cast, course) -> Award:
    return Award.objects.get(enrolment=complete(cast.officer, course.course))


def sealed_by(award: Award) -> bool:
    return is_signed(award.key.public_bytes, attested(award), from_base64url(award.seal))


def test_an_award_is_signed_when_it_is_issued(award):
    assert sealed_by(award)
    said = read_own(award.token)
    assert said.number == award.number and said.name == "O. E." and said.valid_until == award.valid_until
    assert digest_of_name("Officer Example", award.name_salt) == award.name_digest


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("number", "SLH-0000-0000-0000"),
        ("valid_until", dt.date(2099, 1, 1)),
        ("edition", 9),
        ("language", "km"),
        ("is_specimen", False),
        ("kind", "trainer"),
    ],
)
def test_what_was_attested_cannot_be_changed_unnoticed(award, field, value):
    setattr(award, field, value)
    assert not sealed_by(award)
    award.refresh_from_db()
    award.snapshot["course"] = "Another course"
    assert not sealed_by(award)


def test_signing_again_changes_nothing(award):
    before = Award.objects.values().get()
    assert sign_award(award=award) and token_of(award=award) == award.token
    assert Award.objects.values().get() == before


def test_a_restricted_holder_gets_a_token_without_a_name(cast, award):
    cast.officer.is_restricted = True
    cast.officer.save()
    assert read_own(token_of(award=award)).name == ""
    cast.officer.is_restricted = False
    cast.officer.public_name = "full"
    cast.officer.save()
    assert read_own(token_of(award=award)).name == "Officer Example"


@pytest.mark.logs_errors
def test_while_the_key_cannot_be_opened_the_award_stands_and_is_signed_later(cast, course, settings):
    active_key()
    right = settings.SIGNING_SECRETS
    settings.SIGNING_SECRETS = ["another"]
    award = Award.objects.get(enrolment=complete(cast.officer, course.course))
    assert award.seal is None and token_of(award=award) == "" and sign_unsigned_awards.func() == 0
    settings.SIGNING_SECRETS = ["newer", *right]
    assert sign_unsigned_awards.func() == 1
    award.refresh_from_db()
    assert sealed_by(award)


def test_the_private_half_stands_in_the_database_in_cipher_only(db):
    key = active_key()
    private = private_of(key)
    assert public_of(private) == key.public_bytes
    assert private.hex() not in key.sealed and base64url(private) not in key.sealed


@pytest.mark.django_db(transaction=True)
def test_two_who_need_the_first_key_at_once_make_one():
    ready = threading.Barrier(2)
    found = []

    def need():
        ready.wait(10)
        found.append(active_key().pk)
        connection.close()

    both = [threading.Thread(target=need) for _each in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert len(set(found)) == 1 and SigningKey.objects.count() == 1
