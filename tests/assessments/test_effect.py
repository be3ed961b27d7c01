"""Effect: what officers say and nobody can trace, whom the follow-up asks, and figures that give nobody away."""

import datetime as dt
import uuid

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Actor, Member, RetentionReport, User
from accounts.permissions import Refused
from accounts.personal_data import RULES
from accounts.services.retention import apply_retention, approve_retention
from assessments.effect.asking import own_offer, own_offers
from assessments.effect.reads import learning_gains, one_effect, reactions, texts_about, use_at_work
from assessments.effect.words import REASONS, SCALES
from assessments.models import (
    Attempt,
    Correction,
    EffectAnswer,
    EffectAsked,
    EffectKind,
    ItemVersion,
    Regrade,
)
from assessments.services.effect import NotAsked, NothingSaid, answer_follow_up, answer_reaction, decline_effect
from assessments.tasks import ask_about_use_at_work
from courses.pages.services.publishing import publish_course
from learning.models import Activity, Enrolment
from learning.selectors import latest_revision
from tests.factories import complete, make_course

DAY = dt.timedelta(days=1)
REACTION, FOLLOW_UP = EffectKind.REACTION, EffectKind.FOLLOW_UP


@pytest.fixture
def asking(db):
    """A course whose edition asks 90 days after completion."""
    made = make_course(publish=False)
    made.page.follow_up_days = 90
    made.page.save()
    publish_course(by=None, page=made.page)
    return made.course


@pytest.fixture
def done(cast, asking) -> Enrolment:
    cast.officer.email = "officer@example.org"
    cast.officer.save()
    return complete(cast.officer, asking)


def run() -> int:
    return ask_about_use_at_work.func()


def later(days: int):
    return time_machine.travel(timezone.now() + days * DAY, tick=False)


def page(kind: str, enrolment: Enrolment) -> str:
    return reverse("effect:reaction" if kind == REACTION else "effect:follow_up", args=[enrolment.uuid])


def declining(kind: str, enrolment: Enrolment) -> str:
    return reverse("effect:decline", args=[kind, enrolment.uuid])


# --- the reaction


def test_who_completed_a_course_is_asked_how_it_was_on_the_home_page_and_on_that_of_the_course(cast, done):
    client = cast.client(cast.officer)
    for address in ("/en/me/", f"/en/courses/{done.course.slug}/"):
        assert page(REACTION, done) in client.get(address).content.decode()
    assert page(REACTION, done) not in cast.client(cast.colleague).get("/en/me/").content.decode()


def test_an_answer_is_kept_without_anything_that_leads_to_the_person_or_says_when_it_was(cast, done):
    then = timezone.now()
    with later(3):
        client = cast.client(cast.officer)
        answer = client.post(page(REACTION, done), {"useful": "5", "was_upset": "no", "text": "More cases at sea."})
    assert answer.status_code == 302
    row = EffectAnswer.objects.get()
    assert (row.useful, row.clear, row.was_upset, row.text) == (5, None, False, "More cases at sea.")
    assert (row.month_at.day, row.month_at.hour, row.month_at.minute) == (1, 0, 0)
    links = {field.related_model.__name__ for field in EffectAnswer._meta.get_fields() if field.is_relation}
    assert links == {"Course"}
    asked = EffectAsked.objects.get()
    assert asked.state == "answered"
    assert all(at is None or at < then + DAY for at in (asked.invited_at, asked.told_at, asked.reminded_at))


def test_it_is_asked_once_and_a_second_press_changes_nothing(cast, done):
    client = cast.client(cast.officer)
    client.post(page(REACTION, done), {"useful": "5"})
    assert page(REACTION, done) not in client.get("/en/me/").content.decode()
    assert client.post(page(REACTION, done), {"useful": "1"}).status_code == 302
    with pytest.raises(NotAsked):
        answer_reaction(by=cast.officer, enrolment=done, said={"useful": 1})
    assert [row.useful for row in EffectAnswer.objects.all()] == [5]


def test_who_does_not_want_to_be_asked_is_not_asked_again_for_ever(cast, done):
    client = cast.client(cast.officer)
    assert client.post(declining(REACTION, done)).status_code == 302
    assert client.post(declining(REACTION, done)).status_code == 302
    assert own_offers(cast.officer, "en") == []
    with pytest.raises(NotAsked):
        answer_reaction(by=cast.officer, enrolment=done, said={"useful": 1})
    assert not EffectAnswer.objects.exists()


def test_nothing_said_is_refused_and_a_case_is_asked_about_once_more(cast, done):
    client = cast.client(cast.officer)
    empty = client.post(page(REACTION, done), {})
    assert empty.status_code == 422 and "Answer at least one question." in empty.content.decode()
    case = client.post(page(REACTION, done), {"text": "See case 123/2024."})
    assert case.status_code == 422
    with pytest.raises(NothingSaid):
        answer_reaction(by=cast.officer, enrolment=done, said={})
    assert not EffectAnswer.objects.exists() and not EffectAsked.objects.exists()


def test_who_was_upset_reads_where_to_turn(cast, done):
    answer = cast.client(cast.officer).post(page(REACTION, done), {"was_upset": "yes"}, follow=True)
    assert "speak with someone you trust" in answer.content.decode()


def test_a_reaction_is_not_asked_two_months_later(cast, done):
    with later(61):
        assert own_offers(cast.officer, "en") == []
        assert cast.client(cast.officer).get(page(REACTION, done)).status_code == 302


@pytest.mark.parametrize("kind", [REACTION, FOLLOW_UP])
def test_the_form_of_another_is_not_there(cast, done, kind):
    with later(90):
        run()
        stranger = cast.client(cast.colleague)
        assert stranger.get(page(kind, done)).status_code == 404
        assert stranger.post(declining(kind, done)).status_code == 404
        with pytest.raises(Http404):
            own_offer(cast.colleague, done.uuid, kind, "en")
        with pytest.raises(NotAsked):
            decline_effect(by=cast.colleague, enrolment=done, kind=kind)
    assert not EffectAsked.objects.exclude(state="open").exists()


def test_a_course_that_is_not_completed_asks_nothing(cast, course):
    from_enrolling = Enrolment.objects.create(
        actor=cast.officer.actor, course=course.course, edition=course.revision.edition
    )
    assert own_offers(cast.officer, "en") == []
    assert cast.client(cast.officer).get(page(REACTION, from_enrolling)).status_code == 404


# --- the follow-up


def test_the_follow_up_is_opened_after_the_days_of_the_edition_and_told_once(cast, done):
    with later(89):
        assert run() == 0 and not EffectAsked.objects.exists()
    with later(90):
        assert run() == 1 and run() == 0
        assert [offer.kind for offer in own_offers(cast.officer, "en")] == [FOLLOW_UP]
        assert page(FOLLOW_UP, done) in cast.client(cast.officer).get("/en/me/").content.decode()
    letter = mail.outbox[0]
    assert letter.to == ["officer@example.org"] and page(FOLLOW_UP, done) in letter.body and "Course T1" in letter.body


def test_one_letter_reminds_two_weeks_later_and_no_further_one_comes(cast, done):
    start = timezone.now()
    for days, letters in ((90, 1), (103, 0), (104, 1), (104, 0), (130, 0), (149, 0)):
        with time_machine.travel(start + days * DAY, tick=False):
            assert run() == letters, days
    assert len(mail.outbox) == 2


def test_who_answered_is_not_reminded_and_who_was_late_by_two_months_finds_it_closed(cast, done):
    start = timezone.now()
    with time_machine.travel(start + 90 * DAY, tick=False):
        run()
        answer_follow_up(by=cast.officer, enrolment=done, said={"practices": ["signs"]})
    with time_machine.travel(start + 105 * DAY, tick=False):
        assert run() == 0
    other = complete(cast.colleague, done.course)
    then = timezone.now() + 90 * DAY
    with time_machine.travel(then, tick=False):
        run()
    with time_machine.travel(then + 61 * DAY, tick=False), pytest.raises(NotAsked):
        answer_follow_up(by=cast.colleague, enrolment=other, said={"practices": ["signs"]})
    assert EffectAnswer.objects.count() == 1


def test_one_press_ends_the_follow_up_and_its_letters(cast, done):
    start = timezone.now()
    with time_machine.travel(start + 90 * DAY, tick=False):
        run()
        assert cast.client(cast.officer).post(declining(FOLLOW_UP, done)).status_code == 302
    with time_machine.travel(start + 110 * DAY, tick=False):
        assert run() == 0 and own_offers(cast.officer, "en") == []


def test_the_letter_is_in_the_language_of_its_reader_and_of_a_restricted_person_it_names_no_course(cast, done):
    cast.officer.is_restricted, cast.officer.language = True, "id"
    cast.officer.save()
    with later(90):
        run()
    letter = mail.outbox[0]
    assert "/id/effect/use/" in letter.body and "Course T1" not in letter.body + letter.subject


def test_who_has_no_address_finds_it_on_the_home_page(cast, done):
    cast.officer.email = ""
    cast.officer.save()
    with later(90):
        assert run() == 0
        assert [offer.kind for offer in own_offers(cast.officer, "en")] == [FOLLOW_UP]
    assert mail.outbox == []


def gone(officer, enrolment: Enrolment, how: str) -> None:
    if how == "withdrawn":
        Enrolment.objects.filter(pk=enrolment.pk).update(ended_at=timezone.now())
    elif how == "out of use":
        officer.is_active = False
        officer.save()
    elif how == "serves nowhere":
        officer.postings.update(ends_on=timezone.localdate() - 2 * DAY, starts_on=timezone.localdate() - 9 * DAY)
    else:
        Actor.objects.filter(user=officer).update(user=None)


@pytest.mark.parametrize("how", ["withdrawn", "out of use", "serves nowhere", "erased"])
def test_nobody_who_left_is_asked_or_reminded(cast, done, how):
    start = timezone.now()
    other = complete(cast.colleague, done.course)
    with time_machine.travel(start + 90 * DAY, tick=False):
        run()
        mail.outbox.clear()
    gone(cast.officer, done, how)
    gone(cast.colleague, other, how)
    EffectAsked.objects.filter(enrolment=other).delete()
    with time_machine.travel(start + 110 * DAY, tick=False):
        assert run() == 0
    assert not EffectAsked.objects.filter(enrolment=other).exists() and mail.outbox == []


def test_an_edition_that_asks_nothing_invites_nobody_and_one_of_long_ago_is_left_alone(cast, course, asking_too):
    complete(cast.officer, course.course)
    complete(cast.officer, asking_too)
    with later(90 + 366):
        run()
    assert not EffectAsked.objects.exists()


@pytest.fixture
def asking_too(db):
    made = make_course("T9", publish=False)
    made.page.follow_up_days = 90
    made.page.save()
    publish_course(by=None, page=made.page)
    return made.course


def test_who_completed_before_there_were_invitations_is_reached(cast, done):
    with later(200):
        assert run() == 1


def test_either_something_changed_or_nothing_and_why(cast, done):
    with later(90):
        run()
        client = cast.client(cast.officer)
        for data in ({}, {"practices": ["signs"], "why_none": "unsure"}, {"practices": ["flying"]}):
            assert client.post(page(FOLLOW_UP, done), data).status_code == 422
        for said in ({}, {"practices": ["signs"], "why_none": "unsure"}):
            with pytest.raises(NothingSaid):
                answer_follow_up(by=cast.officer, enrolment=done, said=said)
        assert not EffectAnswer.objects.exists()
        assert client.post(page(FOLLOW_UP, done), {"why_none": "unsure"}).status_code == 302
    row = EffectAnswer.objects.get()
    assert (row.kind, row.practices, row.why_none) == (FOLLOW_UP, [], "unsure")


# --- learning gain


def result(enrolment: Enrolment, key: str, right: int, *, hours: int = 0, **more) -> Attempt:
    at = timezone.now() + dt.timedelta(hours=hours)
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


def learned(course, member: Member | None, sex: str, people: int, before: int = 4, after: int = 8) -> list[Enrolment]:
    """So many people with both results, without the work of answering."""
    found = []
    for _each in range(people):
        user = User.objects.create(username=uuid.uuid4().hex, full_name="Some Body", sex=sex)
        enrolment = Enrolment.objects.create(
            actor=Actor.objects.create(user=user), course=course.course, edition=course.revision.edition, member=member
        )
        result(enrolment, "pre-test", before)
        result(enrolment, "final-test", after, hours=1)
        found.append(enrolment)
    return found


def test_the_gain_is_that_from_the_pretest_to_the_first_final_test(cast, course):
    enrolments = learned(course, cast.home, "woman", 10)
    result(enrolments[0], "final-test", 10, hours=2)  # a second attempt counts for nothing
    (gain,) = learning_gains(cast.analyst)
    assert (gain.whole.people, gain.whole.before, gain.whole.after, gain.whole.points) == ("10", 40, 80, 40)
    assert gain.whole.gains.of_class == pytest.approx(2 / 3)


def test_corrected_results_count_and_what_waits_for_marks_waits(cast, course):
    enrolments = learned(course, cast.home, "woman", 10)
    waiting = learned(course, cast.home, "woman", 1)[0]
    Attempt.objects.filter(enrolment=waiting).delete()
    result(waiting, "pre-test", 0)
    result(waiting, "final-test", 0, hours=1, pass_mark=80, passed=None)
    final = enrolments[0].attempts.get(activity__key="final-test")
    from_regrade(final, score=10, points=10)
    (gain,) = learning_gains(cast.analyst)
    assert gain.whole.gains.people == 10
    assert gain.whole.gains.after == pytest.approx(82)


def from_regrade(attempt: Attempt, *, score: int, points: int) -> None:
    version = ItemVersion.objects.filter(item__key="F1").first()
    correction = Correction.objects.create(version=version, kind="drop", reason="Two are right.")
    Regrade.objects.create(
        attempt=attempt, correction=correction, right=score, total=points, score=score, points=points, passed=True
    )


def test_few_people_have_no_mean_and_a_small_member_takes_another_with_it(cast, course):
    learned(course, cast.home, "woman", 9)
    (gain,) = learning_gains(cast.analyst)
    assert gain.whole.people == "5" and gain.whole.gains is None
    assert all(group.gains is None for group in (*gain.members, *gain.sexes))
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
    assert "Indonesia" not in cast.client(cast.trainer).get("/en/effect/course/t1/").content.decode()
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
    learned(course, cast.home, "woman", 1)
    sheets(course.course, 1, useful=3)
    client = cast.client(cast.rso)
    client.get("/en/effect/")
    with CaptureQueriesContext(connection) as one:
        client.get("/en/effect/")
    for code in ("T5", "T6"):
        more = make_course(code)
        learned(more, cast.away, "man", 2)
        sheets(more.course, 2, useful=4)
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
    month = (timezone.now().replace(day=1) - months_ago * 31 * DAY).replace(
        day=1, hour=0, minute=0, second=0, microsecond=0
    )
    EffectAnswer.objects.bulk_create(
        [EffectAnswer(kind=kind, course=course, month_at=month, **said) for _each in range(people)]
    )


def test_answers_of_the_running_month_move_no_figure(cast, course):
    sheets(course.course, 12, months_ago=0, useful=5)
    assert reactions(cast.rso) == []
    with later(32):
        (said,) = reactions(cast.rso)
    assert (said.answers, said.scales[0].mean) == ("10", 5.0)


def test_a_mean_needs_ten_and_upset_officers_are_counted_without_small_numbers(cast, course):
    sheets(course.course, 9, useful=5, was_upset=False)
    (said,) = reactions(cast.trainer)
    assert [scale.mean for scale in said.scales] == [None] * len(SCALES) and said.upset == "0"
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
    assert use.share is None and all(count == "0" for _label, count in use.reasons)


# --- pages, files, retention


def test_a_site_without_answers_says_so_and_a_course_that_is_not_there_is_not_found(cast, course):
    client = cast.client(cast.rso)
    assert "Nothing is known yet" in client.get("/en/effect/").content.decode()
    assert "Nobody has answered yet" in client.get("/en/effect/course/t1/").content.decode()
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
    assert "T1,Course T1,all,,10,40,80,40,0.67,0.67,0,0" in rows and "member,Indonesia,10,40,80" in rows
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
