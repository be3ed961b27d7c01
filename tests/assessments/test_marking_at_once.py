"""Two markers at the same moment, on a real database with real transactions."""

import pytest

from assessments.models import Essay, EssayScore, Mark, MarkRelease, Regrade
from assessments.services.marking import NothingToRelease, NotYours, release_marks, save_mark
from tests.assessments.marking import another_trainer, essay_course, final_test, handed_in, take
from tests.assessments.sitting import set_rules
from tests.assessments.test_at_the_same_moment import at_once
from tests.cast import make_cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db):
    cast, course = make_cast(), essay_course()
    handed_in(cast.officer, course)
    return cast, course, [cast.trainer, another_trainer("second"), another_trainer("third")]


def test_one_essay_is_given_to_one_of_those_who_ask_for_it_at_once(world):
    _cast, course, trainers = world
    results, errors = at_once(3, lambda n: take(trainers[n], course))
    assert not errors and sorted(each is not None for each in results) == [False, False, True]
    assert Mark.objects.count() == 1


def test_two_who_save_at_once_both_count(world, monkeypatch):
    set_rules(monkeypatch, "final-test", markers=2, marks_apart=20)
    _cast, course, trainers = world
    marks = [take(each, course) for each in trainers[:2]]
    given = [{"r1": 4, "r2": 6}, {"r1": 0, "r2": 0}]
    _results, errors = at_once(2, lambda n: save_mark(by=trainers[n], mark=marks[n], given=given[n]))
    assert not errors and Essay.objects.get().state == Essay.State.APART
    assert take(trainers[2], course) is not None


def test_a_mark_that_is_changed_while_marks_are_released_counts_whole_or_not_at_all(world, monkeypatch):
    set_rules(monkeypatch, "final-test", markers=1)
    _cast, course, trainers = world
    own = take(trainers[0], course)
    save_mark(by=trainers[0], mark=own, given={"r1": 4, "r2": 6})
    work = [
        lambda: release_marks(by=trainers[1], activity=final_test(course), language="en"),
        lambda: save_mark(by=trainers[0], mark=own, given={"r1": 0, "r2": 0}),
        lambda: release_marks(by=trainers[2], activity=final_test(course), language="en"),
    ]
    _results, errors = at_once(3, lambda n: work[n]())
    assert {type(each) for each in errors} <= {NothingToRelease, NotYours} and len(errors) in (1, 2)
    assert MarkRelease.objects.count() == EssayScore.objects.count() == Regrade.objects.count() == 1
    assert EssayScore.objects.get().percent == 10 * Mark.objects.get().total
