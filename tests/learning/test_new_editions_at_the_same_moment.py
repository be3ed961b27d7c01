"""Pressing twice at the same moment, on a real database with real transactions."""

import pytest

from accounts.models import User
from courses.pages.models import CoursePage
from courses.pages.services import StalePage, publish_as_asked
from courses.pages.services.differences import differences_of
from learning.models import Delta, EditionMove, EditionRevision, Enrolment, Refresher
from learning.services import CannotMove, begin_refresher, enrol, move_forward
from tests.assessments.test_at_the_same_moment import at_once
from tests.cast import make_cast
from tests.learning.editions import complete_all, edit, make_two_modules, new_edition

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_refresher_that_is_begun_in_three_windows_at_once_is_one():
    cast, small = make_cast(), make_two_modules()
    complete_all(cast.officer, small)
    new_edition(small, "m2-l1")
    begun, errors = at_once(
        3, lambda n: begin_refresher(by=User.objects.get(pk=cast.officer.pk), course=small.course).pk
    )
    assert not errors and len(set(begun)) == 1
    assert Refresher.objects.count() == 1 and Enrolment.objects.count() == 2


def test_a_move_that_is_made_in_three_windows_at_once_is_one():
    cast, small = make_cast(), make_two_modules()
    enrol(by=cast.officer, course=small.course)
    new_edition(small, "m2-l1")
    moved, errors = at_once(3, lambda n: move_forward(by=User.objects.get(pk=cast.officer.pk), course=small.course))
    assert len(moved) == 1 and [type(each) for each in errors] == [CannotMove] * 2
    assert EditionMove.objects.count() == 1 and Enrolment.objects.get().edition.number == 2


def test_of_two_trainers_who_publish_at_once_one_is_told_and_one_edition_comes_out():
    cast, small = make_cast(), make_two_modules()
    edit("m2-l1", "The law of tomorrow.")
    seen = differences_of(CoursePage.objects.get(pk=small.page.pk)).seen

    def publish(number):
        return publish_as_asked(
            by=User.objects.get(pk=cast.trainer.pk),
            page=CoursePage.objects.get(pk=small.page.pk),
            seen=seen,
            as_new_edition=True,
            lessons=["m2-l1"],
            questions=2,
        )

    published, errors = at_once(2, publish)
    assert len(published) == 1 and [type(each) for each in errors] == [StalePage]
    assert EditionRevision.objects.count() == 2 and Delta.objects.count() == 1
