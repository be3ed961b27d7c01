"""Figures of effect: the first results, corrected, and nothing that gives few people away; words by the lot."""

import datetime as dt
import uuid

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Actor, Member, RetentionReport, User
from accounts.permissions import Refused
from accounts.personal_data import RULES
from accounts.services import actor_of
from accounts.services.retention import apply_retention, approve_retention
from assessments.effect.reads import learning_gains, one_effect
from assessments.effect.said import reactions, texts_about, use_at_work
from assessments.effect.words import PRACTICES, REASONS, SCALES
from assessments.models import (
    Attempt,
    Correction,
    EffectAnswer,
    EffectKind,
    Essay,
    ItemVersion,
    Regrade,
    Response,
)
from learning.models import Activity, Enrolment
from learning.selectors import latest_revision
from tests.factories import complete, make_course

DAY = dt.timedelta(days=1)
REACTION, FOLLOW_UP = EffectKind.REACTION, EffectKind.FOLLOW_UP


def later(days: int):
    return time_machine.travel(timezone.now() + days * DAY, tick=False)


def month(ago: int) -> dt.datetime:
    """The first instant of a month so long ago."""
    found = timezone.now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    for _each in range(ago):
        found = (found - DAY).replace(day=1)
    return found


# --- learning gain


def result(enrolment: Enrolment, key: str, right: int, *, hours: int = 0, ago: int = 2, **more) -> Attempt:
    at = month(ago) + dt.timedelta(hours=hours)
    return Attempt.objects.create(
        **{
            "enrolment": enrolment,
            "activity": Activity.objects.get(course=enrolment.course, key=key),
            "revision": latest_revision(enrolment.edition_id),
            "language": "en",
            "started_at": at,
            "submitted_at": at,
            "right": right,
            "total": 10,
            "digest": "0" * 64,
            **more,
        }
    )


def learned(
    course, member: Member | None, sex: str, people: int, before: int = 4, after: int = 8, *, ago: int = 2
) -> list[Enrolment]:
    """So many people with both results, without the work of answering."""
    found = []
    for _each in range(people):
        user = User.objects.create(username=uuid.uuid4().hex, full_name="Some Body", sex=sex)
        enrolment = Enrolment.objects.create(
            actor=Actor.objects.create(user=user), course=course.course, edition=course.revision.edition, member=member
        )
        result(enrolment, "pre-test", before, ago=ago)
        result(enrolment, "final-test", after, hours=1, ago=ago)
        found.append(enrolment)
    return found


def test_the_gain_is_that_from_the_pretest_to_the_first_final_test(cast, course):
    enrolments = learned(course, cast.home, "woman", 10)
    result(enrolments[0], "final-test", 10, hours=2)  # a second attempt counts for nothing
    (gain,) = learning_gains(cast.analyst)
    assert (gain.whole.people, gain.whole.before, gain.whole.after, gain.whole.points) == ("10", 40, 80, 40)
    assert (gain.whole.gains.of_class, gain.whole.gains.of_people) == (0.7, 0.7)  # no more digits are told


def test_pairs_count_by_the_lot_of_ten_in_months_that_are_over(cast, course):
    learned(course, cast.home, "woman", 10, ago=3)
    learned(course, cast.home, "woman", 9, 0, 10, ago=2)
    learned(course, cast.home, "woman", 10, 0, 10, ago=0)
    (gain,) = learning_gains(cast.analyst)
    assert (gain.whole.gains.people, gain.whole.before, gain.whole.after) == (10, 40, 80)
    learned(course, cast.home, "woman", 1, 0, 10, ago=1)
    (gain,) = learning_gains(cast.analyst)
    assert gain.whole.gains.people == 20 and gain.members[0].gains.people == 20


def test_corrected_results_count_and_what_waits_for_marks_waits(cast, course):
    enrolments = learned(course, cast.home, "woman", 10)
    waiting = learned(course, cast.home, "woman", 1)[0]
    Attempt.objects.filter(enrolment=waiting).delete()
    result(waiting, "pre-test", 0)
    result(waiting, "final-test", 0, hours=1, pass_mark=80, passed=None)
    final = enrolments[0].attempts.get(activity__key="final-test")
    regrade(final, by=cast.trainer, score=10, points=10)
    (gain,) = learning_gains(cast.analyst)
    assert gain.whole.gains.people == 10
    assert gain.whole.gains.after == pytest.approx(82)


@pytest.mark.parametrize("key", ["pre-test", "final-test"])
def test_a_result_with_an_essay_that_nobody_marked_waits_though_nothing_hangs_on_it(cast, course, key):
    learned(course, cast.home, "woman", 10)
    waiting = learned(course, cast.home, "woman", 1, 0, 0)[0]
    unmarked(waiting.attempts.get(activity__key=key))
    (gain,) = learning_gains(cast.analyst)
    assert (gain.whole.gains.people, gain.whole.before, gain.whole.after) == (10, 40, 80)


def unmarked(attempt: Attempt) -> None:
    version = ItemVersion.objects.filter(item__key="F1").first()
    response = Response.objects.create(
        attempt=attempt, version=version, position=1, option_order=[], answer={"text": "Long."}
    )
    Essay.objects.create(response=response, activity=attempt.activity, language="en")


def test_a_test_in_which_nothing_counts_is_no_result(cast, course):
    learned(course, cast.home, "woman", 10)
    nothing = learned(course, cast.home, "woman", 1)[0]
    nothing.attempts.all().delete()
    result(nothing, "pre-test", 0, total=0, score=0, points=0)
    result(nothing, "final-test", 8, hours=1)
    (gain,) = learning_gains(cast.analyst)
    assert gain.whole.gains.people == 10


@pytest.mark.parametrize("how", ["nothing counts", "unmarked"])
def test_an_officer_reads_no_gain_over_a_pretest_that_says_nothing(cast, course, how):
    enrolment = complete(cast.officer, course.course)
    final = enrolment.attempts.get()
    at = final.started_at - dt.timedelta(hours=1)
    more = {"total": 0, "score": 0, "points": 0} if how == "nothing counts" else {}
    pretest = result(enrolment, "pre-test", 0, started_at=at, submitted_at=at, **more)
    if how == "unmarked":
        unmarked(pretest)
    answer = cast.client(cast.officer).get(reverse("assessments:result", args=[final.uuid]))
    assert "Before the course" not in answer.content.decode()


def test_who_took_the_final_test_before_any_pretest_has_no_pair_by_beginning_again(cast, course):
    enrolment = learned(course, cast.home, "woman", 11)[0]
    enrolment.attempts.filter(activity__key="pre-test").delete()
    Enrolment.objects.filter(pk=enrolment.pk).update(ended_at=timezone.now())
    again = Enrolment.objects.create(
        actor=enrolment.actor, course=course.course, edition=course.revision.edition, member=cast.home
    )
    result(again, "pre-test", 0, hours=5)
    result(again, "final-test", 10, hours=6)
    (gain,) = learning_gains(cast.analyst)
    assert (gain.whole.gains.people, gain.whole.before, gain.whole.after) == (10, 40, 80)


def regrade(attempt: Attempt, *, by: User, score: int, points: int) -> None:
    version = ItemVersion.objects.filter(item__key="F1").first()
    correction = Correction.objects.create(
        version=version, kind="drop", reason="Two are right.", decided_by=actor_of(by)
    )
    Regrade.objects.create(
        attempt=attempt, correction=correction, right=score, total=points, score=score, points=points, passed=True
    )


def test_few_people_have_no_mean_and_a_small_member_takes_another_with_it(cast, course):
    learned(course, cast.home, "woman", 9)
    assert learning_gains(cast.analyst) == []
    learned(course, cast.home, "man", 3)
    learned(course, cast.away, "", 4)
    (gain,) = learning_gains(cast.analyst)
    assert gain.whole.gains.people == 16
    assert {group.name: (group.people, group.gains) for group in gain.members} == {
        "Indonesia": ("10", None),  # else Thailand's mean could be worked out
        "Thailand": ("<5", None),
    }
    assert {group.name: group.people for group in gain.sexes} == {"Woman": "5", "Man": "<5", "Not stated": "<5"}


def test_a_trainer_sees_courses_and_no_member_and_others_see_nothing(cast, course):
    learned(course, cast.home, "woman", 10)
    (gain,) = learning_gains(cast.trainer)
    assert gain.whole.gains is not None and gain.members == () and gain.sexes == ()
    assert "By member" not in cast.client(cast.trainer).get("/en/effect/course/t1/").content.decode()
    for viewer in (cast.officer, cast.coordinator, cast.admin, cast.nobody):
        for read in (learning_gains, reactions, use_at_work):
            with pytest.raises(Refused):
                read(viewer)


def test_a_person_counts_once_in_a_course_however_often_it_was_begun(cast, course):
    enrolment = learned(course, cast.home, "woman", 10)[0]
    Enrolment.objects.filter(pk=enrolment.pk).update(ended_at=timezone.now())
    again = Enrolment.objects.create(
        actor=enrolment.actor, course=course.course, edition=course.revision.edition, member=cast.home
    )
    result(again, "pre-test", 0, hours=5)
    result(again, "final-test", 0, hours=6)
    assert learning_gains(cast.analyst)[0].whole.gains.people == 10


def test_the_figures_take_as_many_statements_for_three_courses_as_for_one(cast, course):
    learned(course, cast.home, "woman", 10)
    sheets(course.course, 5, useful=3)
    client = cast.client(cast.rso)
    client.get("/en/effect/")
    with CaptureQueriesContext(connection) as one:
        client.get("/en/effect/")
    for code in ("T5", "T6"):
        more = make_course(code)
        learned(more, cast.away, "man", 10)
        sheets(more.course, 5, useful=4)
    client.get("/en/effect/")
    with CaptureQueriesContext(connection) as three:
        client.get("/en/effect/")
    assert len(three) == len(one)


def test_an_officer_reads_the_own_gain_on_the_result_of_the_final_test_and_nowhere_elses(cast, course):
    enrolment = complete(cast.officer, course.course)
    final = enrolment.attempts.get()
    client = cast.client(cast.officer)
    address = reverse("assessments:result", args=[final.uuid])
    assert "Before the course" not in client.get(address).content.decode()
    at = final.started_at - dt.timedelta(hours=1)
    result(enrolment, "pre-test", 4, started_at=at, submitted_at=at)
    text = client.get(address).content.decode()
    assert "Before the course you had <bdi>40 %</bdi>, now <bdi>100 %</bdi>." in text
    assert cast.client(cast.colleague).get(address).status_code == 404


def test_a_loss_is_not_rubbed_in(cast, course):
    enrolment = complete(cast.officer, course.course)
    final = enrolment.attempts.get()
    at = final.started_at - dt.timedelta(hours=1)
    result(enrolment, "pre-test", 10, started_at=at, submitted_at=at)
    answer = cast.client(cast.officer).get(reverse("assessments:result", args=[final.uuid]))
    assert "Before the course" not in answer.content.decode()


# --- what officers said


def sheets(course, people: int, *, kind: str = REACTION, months_ago: int = 2, **said) -> None:
    EffectAnswer.objects.bulk_create(
        [
            EffectAnswer(kind=kind, course=course, month_at=month(months_ago), is_mixed=True, **said)
            for _each in range(people)
        ]
    )


def test_answers_of_the_running_month_move_no_figure(cast, course):
    sheets(course.course, 12, months_ago=0, useful=5)
    assert reactions(cast.rso) == []
    with later(32):
        (said,) = reactions(cast.rso)
    assert (said.answers, said.scales[0].mean) == ("10", 5.0)


def test_answers_count_by_the_lot_as_their_words_do(cast, course):
    sheets(course.course, 10, months_ago=3, useful=5)
    sheets(course.course, 4, months_ago=2, useful=1)
    sheets(course.course, 10, months_ago=3, kind=FOLLOW_UP, practices=["signs"])
    sheets(course.course, 4, months_ago=2, kind=FOLLOW_UP, why_none="unsure")
    ((said,), (use,)) = reactions(cast.rso), use_at_work(cast.rso)
    assert (said.scales[0].mean, use.answers, use.share) == (5.0, "10", 100)
    sheets(course.course, 1, months_ago=1, useful=1)
    sheets(course.course, 1, months_ago=1, kind=FOLLOW_UP, why_none="unsure")
    ((said,), (use,)) = reactions(cast.rso), use_at_work(cast.rso)
    assert (said.scales[0].mean, use.answers, use.share) == (3.7, "15", 67)


def test_answers_that_still_lie_in_the_order_in_which_they_came_count_nowhere(cast, course):
    sheets(course.course, 12, useful=5, text="Good.")
    sheets(course.course, 12, kind=FOLLOW_UP, practices=["signs"])
    EffectAnswer.objects.update(is_mixed=False)
    assert reactions(cast.rso) == use_at_work(cast.rso) == texts_about(cast.rso, course.course) == []


def test_a_mean_needs_ten_and_upset_officers_are_counted_without_small_numbers(cast, course):
    sheets(course.course, 9, useful=5, was_upset=False)
    (said,) = reactions(cast.trainer)
    assert [scale.mean for scale in said.scales] == [None] * len(SCALES) and said.upset is None
    rows = cast.client(cast.rso).get("/en/effect/answers.csv").content.decode()
    assert "Was any content upsetting? Yes,5,too few" in rows
    assert "Something upset: too few" in cast.client(cast.rso).get("/en/effect/course/t1/").content.decode()
    sheets(course.course, 3, useful=2, was_upset=True)
    (said,) = reactions(cast.trainer)
    assert said.scales[0].mean == 4.2 and said.scales[1].mean is None
    assert said.upset == "<5" and said.has_upset
    text = cast.client(cast.rso).get("/en/effect/course/t1/").content.decode()
    assert "content notes" in text and reverse("review:course", args=["t1"]) in text


def test_words_are_read_by_the_lot_by_those_who_answer_for_courses_and_never_with_a_member(cast, course):
    sheets(course.course, 4, text="Too long.", months_ago=3)
    assert texts_about(cast.trainer, course.course) == []
    sheets(course.course, 1, useful=4, months_ago=2)
    sheets(course.course, 4, text="Too short.", months_ago=1)
    for viewer in (cast.trainer, cast.rso):
        ((_first, _last, words),) = texts_about(viewer, course.course)
        assert words == ["Too long."] * 4
    for viewer in (cast.analyst, cast.officer, cast.coordinator, cast.admin):
        assert texts_about(viewer, course.course) == []
    text = cast.client(cast.rso).get("/en/effect/course/t1/").content.decode()
    assert "Too long." in text and "Too short." not in text
    assert "Too long." not in cast.client(cast.analyst).get("/en/effect/course/t1/").content.decode()
    assert "Too long." not in cast.client(cast.rso).get("/en/effect/answers.csv").content.decode()


def test_the_share_with_a_changed_practice_and_why_nothing_changed(cast, course):
    sheets(course.course, 8, kind=FOLLOW_UP, practices=["signs", "joint"])
    sheets(course.course, 6, kind=FOLLOW_UP, why_none="occasion")
    (use,) = use_at_work(cast.analyst)
    assert (use.answers, use.share) == ("10", 57)
    shares = dict(zip(("signs", "referred"), (share for _label, share in use.practices), strict=False))
    assert shares == {"signs": 57, "referred": 0}
    assert dict(use.reasons)[REASONS["occasion"]] == "5"


def test_a_share_that_gives_few_away_is_not_told(cast, course):
    sheets(course.course, 12, kind=FOLLOW_UP, practices=["signs"])
    sheets(course.course, 2, kind=FOLLOW_UP, why_none="allowed")
    (use,) = use_at_work(cast.analyst)
    assert use.share is None and use.reasons == ()


def test_of_fewer_than_ten_answers_about_use_nothing_leaves_not_in_the_file_either(cast, course):
    sheets(course.course, 9, kind=FOLLOW_UP, why_none="allowed")
    (use,) = use_at_work(cast.analyst)
    assert use.share is None and {share for _label, share in use.practices} == {None} and use.reasons == ()
    rows = cast.client(cast.rso).get("/en/effect/answers.csv").content.decode()
    assert str(REASONS["allowed"]) not in rows and rows.count("too few") == 1 + len(PRACTICES)


def test_a_practice_that_few_who_changed_something_lack_is_not_told(cast, course):
    sheets(course.course, 10, kind=FOLLOW_UP, practices=["signs", "joint"])
    sheets(course.course, 2, kind=FOLLOW_UP, practices=["joint"])
    sheets(course.course, 6, kind=FOLLOW_UP, why_none="occasion")
    (use,) = use_at_work(cast.analyst)
    shares = dict(zip(PRACTICES, (share for _label, share in use.practices), strict=True))
    assert (use.share, shares["joint"], shares["signs"]) == (67, 67, None)


# --- pages, files, retention


def test_a_site_without_answers_says_so_and_a_course_that_is_not_there_is_not_found(cast, course):
    client = cast.client(cast.rso)
    assert "Nothing is known yet" in client.get("/en/effect/").content.decode()
    assert "by the lot of at least five" in client.get("/en/effect/course/t1/").content.decode()
    assert client.get("/en/effect/course/none/").status_code == 404
    with pytest.raises(Refused):
        one_effect(cast.officer, "none", "en")


def test_the_page_shows_a_picture_and_its_table_and_the_file_says_the_same(cast, course):
    learned(course, cast.home, "woman", 12)
    sheets(course.course, 12, kind=FOLLOW_UP, practices=["signs"])
    client = cast.client(cast.rso)
    text = client.get("/en/effect/").content.decode()
    assert "<svg" in text and "<bdi>40 %</bdi>" in text and "<bdi>80 %</bdi>" in text and "<bdi>100 %</bdi>" in text
    rows = client.get("/en/effect/gains.csv").content.decode()
    assert "T1,Course T1,all,,10,40,80,40,0.7,0.7,0,0" in rows and "member,Indonesia,10,40,80" in rows
    assert "At least one changed practice" in client.get("/en/effect/answers.csv").content.decode()


def test_words_go_after_two_years_and_figures_stay(cast, course):
    sheets(course.course, 2, text="Old.", useful=4, months_ago=26)
    sheets(course.course, 1, text="New.", useful=4)
    assert "effect-texts" in RULES
    apply_retention()
    report = RetentionReport.objects.get(rule="effect-texts")
    approve_retention(by=cast.admin, report=report)
    apply_retention()
    assert sorted(EffectAnswer.objects.values_list("text", "useful")) == [("", 4), ("", 4), ("New.", 4)]


def test_a_trainer_sees_whether_the_pretest_mirrors_the_final_test_and_takes_its_blueprint_over(cast, course):
    client = cast.client(cast.trainer)
    address = reverse("quizzes:edit", args=["t1", "pretest"])
    text = client.get(address).content.decode()
    assert "same kinds of questions as the final test" in text
    form = {"edits": "0", "sections": "1", "s0-rows": "1", "s0r0-count": "1", "s0r0-difficulty": "3"}
    form |= {"minutes": "0", "grace_seconds": "60", "markers": "1", "marks_apart": "20", "feedback": "submitted"}
    other = client.post(address, {**form, "do": "count"}).content.decode()
    assert "compares two different things" in other and 'value="mirror"' in other and 'value="as-saved"' in other
    same = client.post(address, {**form, "do": "mirror"}).content.decode()
    assert "compares like with like" in same
    back = client.post(address, {**form, "do": "as-saved"}).content.decode()
    assert 'name="s0-rows"' not in back
    assert "mirror" not in client.get(reverse("quizzes:edit", args=["t1", "final"])).content.decode()
