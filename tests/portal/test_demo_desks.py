"""Each desk of the demo shows something, and loading the demo again adds nothing."""

import pytest

from accounts.models import AuditEvent, Invitation, Registration, Transfer, User
from accounts.selectors.duplicates import likely_pairs
from accounts.services import load_members
from assessments.effect.reads import one_effect
from assessments.effect.said import texts_about
from assessments.models import Appeal
from assessments.seeing import live_class
from learning.models import AnnexText, Class, Nomination
from portal.demo import PEOPLE
from portal.demo_desks import RUNNING, fill_desks
from portal.demo_effect import fill_effect
from portal.demo_sittings import fill_sittings
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


def test_of_the_running_class_one_is_at_a_test_one_is_stuck_one_waits_and_one_shares_and_appeals(filled):
    assert fill_sittings() and not fill_sittings()
    trainer = User.objects.get(username="trainer")
    klass = Class.objects.get(title=RUNNING)
    rows = live_class(trainer, klass.uuid, "en").rows
    assert [bool(row.hints) for row in rows] == [True, True, False, False]
    assert [row.is_open for row in rows] == [True, False, True, False]
    assert [len(row.shared) for row in rows] == [0, 0, 0, 1]
    assert Appeal.objects.get().state == Appeal.State.OPEN


def test_officers_have_said_enough_of_the_first_course_that_its_effect_is_shown(course, cast):
    assert fill_effect() and not fill_effect()
    found = one_effect(cast.rso, course.course.slug, "en")
    assert found.reaction.scales[0].mean and found.use.share and texts_about(cast.trainer, course.course)
