"""Whatever goes to one person is in that person's language, not in that of whoever sends it."""

import re
from pathlib import Path

import pytest
from allauth.account.adapter import get_adapter
from allauth.core.context import request_context
from django.core import mail
from django.test import RequestFactory
from django.utils import translation
from wagtail.users.models import UserProfile

from accounts.letters import in_language_of, language_of
from accounts.models import Member
from accounts.slips import languages_of
from lms.languages import offered

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("accounts", "assessments", "certificates", "courses", "learning", "portal", "reports", "xapi", "lms")


@pytest.fixture
def reader(cast):
    cast.officer.language = "id"
    cast.officer.email = "reader@example.org"
    cast.officer.save()
    return cast.officer


def test_words_for_a_person_are_in_that_persons_language(reader):
    with translation.override("ur"):
        with in_language_of(reader):
            assert translation.get_language() == "id"
        assert translation.get_language() == "ur"


def test_whoever_never_chose_and_whose_language_is_gone_is_written_to_in_english_or_the_nearest(reader, settings):
    with translation.override("ur"):
        for chosen, read in (("", "en"), ("xx", "en"), ("id", "id"), ("in", "id")):
            reader.language = chosen
            assert language_of(reader) == read
        settings.LANGUAGES = offered(["en", "fa"])
        reader.language = "prs"
        assert language_of(reader) == "fa"
        reader.language = "id"
        assert language_of(reader) == "en"


def test_a_letter_about_an_account_is_in_the_language_of_its_holder(reader, settings):
    settings.ACCOUNT_EMAIL_NOTIFICATIONS = True
    request = RequestFactory().get("/")
    request.user = reader
    with request_context(request), translation.override("ur"):
        get_adapter().send_notification_mail("account/email/password_changed", reader, email=reader.email)
    with translation.override("id"):
        assert translation.gettext("Password Changed") in mail.outbox[0].subject
    with translation.override("ur"):
        assert translation.gettext("Password Changed") not in mail.outbox[0].subject


@pytest.mark.parametrize(("wanted", "read"), [("id", "id"), ("ar", "ar"), ("ur", "en"), ("", "en")])
def test_wagtails_letters_are_in_the_language_of_who_gets_them(cast, wanted, read):
    """Wagtail would take the language that is on: that of the sender. In Urdu it has no words."""
    cast.trainer.language = wanted
    cast.trainer.save()
    for sender in ("ur", "ar", "id"):
        with translation.override(sender):
            assert UserProfile.get_for_user(cast.trainer).get_preferred_language() == read


def test_an_author_may_choose_another_language_for_the_authors_side(cast):
    cast.trainer.language = "id"
    cast.trainer.save()
    profile = UserProfile.get_for_user(cast.trainer)
    profile.preferred_language = "ar"
    assert profile.get_preferred_language() == "ar"
    profile.preferred_language = "de"
    assert profile.get_preferred_language() == "en", "the site does not offer it"


def test_a_slip_is_in_the_language_of_its_officer_then_of_the_member_and_never_of_who_prints_it(cast):
    member = Member(languages=["ur-PK", "en"])
    cast.officer.language = "id"
    with translation.override("ar"):
        assert languages_of(member, cast.officer) == ["id", "ur", "en"]
        cast.officer.language = ""
        assert languages_of(member, cast.officer) == ["ur", "en"]
        assert languages_of(None, cast.officer) == ["en"]


def test_a_member_whose_tag_names_a_region_or_a_script_gets_its_language_on_the_slip(settings):
    settings.LANGUAGES = offered(["en", "prs", "ps", "zh-hant"])
    assert languages_of(Member(languages=["fa-AF", "ps"])) == ["prs", "ps", "en"]
    assert languages_of(Member(languages=["zh-Hant-HK", "en"])) == ["zh-hant", "en"]


def test_nothing_sends_letters_without_asking_for_the_language_of_who_reads_them():
    senders = re.compile(r"\b(send_mail|send_mass_mail|EmailMessage|EmailMultiAlternatives|email_user|mail_admins)\(")
    found = [path for room in ROOMS for path in (ROOT / room).rglob("*.py") if senders.search(path.read_text())]
    assert [str(path) for path in found if "in_language_of" not in path.read_text()] == []
