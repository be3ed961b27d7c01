"""Each desk of the demo shows something, and loading the demo again adds nothing."""

import pytest

from accounts.models import AuditEvent, Invitation, Registration, Transfer, User
from accounts.selectors.duplicates import likely_pairs
from accounts.services import load_members
from learning.models import AnnexText, Class, Nomination
from portal.demo import PEOPLE
from portal.demo_desks import fill_desks
from portal.management.commands.load_demo import Command
from tests.learning.annex import add_box


@pytest.fixture
def boxed(course) -> None:
    """The course has a country box."""
    add_box(course)


@pytest.fixture
def filled(course, settings) -> None:
    settings.SULUH_DEMO = True
    load_members()
    command = Command()
    for person in PEOPLE:
        command._make(person, "suluh-demo")
    assert fill_desks()


def test_something_waits_on_each_desk(filled):
    assert Class.objects.count() == 2
    assert set(Nomination.objects.values_list("state", flat=True)) == {"proposed", "waiting", "accepted", "returned"}
    assert Registration.objects.filter(state="waiting").count() == 2
    assert Invitation.objects.count() == 1
    assert Transfer.objects.open().count() == 2
    assert len(likely_pairs(User.objects.get(username="coordinator"))) == 1


def test_a_country_box_is_filled_by_both_members_where_a_course_has_one(boxed, filled):
    assert list(AnnexText.objects.order_by("pk").values_list("member__code", "state")) == [
        ("ID", "approved"),
        ("TH", "approved"),
        ("TH", "submitted"),
    ]


def test_loading_it_again_adds_nothing(filled):
    before = AuditEvent.objects.count(), User.objects.count()
    assert not fill_desks()
    assert (AuditEvent.objects.count(), User.objects.count()) == before
