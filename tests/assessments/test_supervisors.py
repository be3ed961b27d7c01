"""The supervisor is asked by a link that the officer hands on: once, without an account, and nobody can trace it."""

import datetime as dt
import re

import pytest
import time_machine
from django.http import Http404
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments.effect.said import confirmations
from assessments.models import EffectAnswer, EffectAsked, EffectKind
from assessments.services.effect import (
    NotAsked,
    forget_letters,
    make_supervisor_link,
    supervisor_digest,
    take_supervisor_answer,
)
from learning.models import Enrolment
from tests.factories import complete

DAY = dt.timedelta(days=1)
MONTHS_AGO = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
SUPERVISOR = EffectKind.SUPERVISOR


def later(days: int):
    return time_machine.travel(timezone.now() + days * DAY, tick=False)


@pytest.fixture
def invited(cast, course) -> Enrolment:
    enrolment = complete(cast.officer, course.course)
    EffectAsked.objects.create(enrolment=enrolment, kind=EffectKind.FOLLOW_UP)
    return enrolment


def at(code: str) -> str:
    return reverse("effect:supervisor", args=[code])


def making(enrolment: Enrolment) -> str:
    return reverse("effect:supervisor_link", args=[enrolment.uuid])


def test_who_answered_the_follow_up_is_led_to_the_link_and_it_works_without_an_account(cast, invited):
    client = cast.client(cast.officer)
    answer = client.post(reverse("effect:follow_up", args=[invited.uuid]), {"practices": ["signs"]})
    assert answer["Location"] == making(invited)
    assert "/effect/supervisor/" not in client.get(making(invited)).content.decode()
    shown = client.post(making(invited)).content.decode()
    address = re.search(r">[^<]*(/en/effect/supervisor/[^<]+)<", shown)[1]
    asked = Client().get(address)
    assert asked.status_code == 200 and cast.officer.full_name not in asked.content.decode()
    assert Client().post(address, {}).status_code == 422
    assert Client().post(address, {"is_confirmed": "yes"}).status_code == 200
    row = EffectAnswer.objects.get(kind=SUPERVISOR)
    assert row.is_confirmed is True and row.course_id == invited.course_id and row.month_at.day == 1
    assert Client().post(address, {"is_confirmed": "no"}).status_code == 404
    assert EffectAnswer.objects.filter(kind=SUPERVISOR).count() == 1


def test_what_is_kept_of_the_link_says_neither_its_code_nor_when_it_was_made(cast, invited):
    with later(9):
        code = make_supervisor_link(by=cast.officer, enrolment=invited)
        held = EffectAsked.objects.get(kind=SUPERVISOR)
        assert held.invited_at == EffectAsked.objects.get(kind=EffectKind.FOLLOW_UP).invited_at
        assert held.code_digest == supervisor_digest(code.lower().replace("-", " ")) and code not in held.code_digest
        take_supervisor_answer(code=code, is_confirmed=False)
    held.refresh_from_db()
    assert (held.state, held.code_digest, held.told_at) == ("done", None, None)


def test_only_the_newest_link_works_and_after_an_answer_there_is_none_more(cast, invited):
    old = make_supervisor_link(by=cast.officer, enrolment=invited)
    new = make_supervisor_link(by=cast.officer, enrolment=invited)
    with pytest.raises(Http404):
        take_supervisor_answer(code=old, is_confirmed=True)
    take_supervisor_answer(code=new, is_confirmed=True)
    with pytest.raises(NotAsked):
        make_supervisor_link(by=cast.officer, enrolment=invited)
    assert cast.client(cast.officer).get(making(invited)).status_code == 404
    assert EffectAnswer.objects.count() == 1


def test_the_officer_cannot_answer_the_own_link_while_signed_in(cast, invited):
    code = make_supervisor_link(by=cast.officer, enrolment=invited)
    page = cast.client(cast.officer).post(at(code), {"is_confirmed": "yes"}).content.decode()
    assert "This link is for your supervisor." in page and 'name="is_confirmed"' not in page
    assert not EffectAnswer.objects.exists()


def test_the_link_of_somebody_else_is_not_made(cast, invited):
    with pytest.raises(NotAsked):
        make_supervisor_link(by=cast.colleague, enrolment=invited)
    assert cast.client(cast.colleague).post(making(invited)).status_code == 404
    assert not EffectAsked.objects.filter(kind=SUPERVISOR).exists()


def test_nobody_stops_being_asked_by_declining_for_a_supervisor(cast, invited):
    address = reverse("effect:decline", args=[SUPERVISOR, invited.uuid])
    assert cast.client(cast.officer).post(address).status_code == 404
    assert not EffectAsked.objects.filter(kind=SUPERVISOR).exists()


@pytest.mark.parametrize("days", [89, 91])
def test_a_link_ends_ninety_days_after_the_invitation_and_is_forgotten(cast, invited, days):
    code = make_supervisor_link(by=cast.officer, enrolment=invited)
    with later(days):
        forget_letters()
        assert Client().get(at(code)).status_code == (200 if days < 90 else 404)
    assert (EffectAsked.objects.get(kind=SUPERVISOR).code_digest is None) == (days > 90)


def test_who_withdrew_takes_the_link_along(cast, invited):
    code = make_supervisor_link(by=cast.officer, enrolment=invited)
    Enrolment.objects.filter(pk=invited.pk).update(ended_at=timezone.now())
    assert Client().get(at(code)).status_code == 404


@pytest.mark.parametrize(("yes", "no", "share"), [(6, 4, None), (5, 5, 50), (10, 0, 100), (3, 3, None), (12, 6, 67)])
def test_a_share_of_few_or_of_few_who_did_or_did_not_is_not_told(cast, course, yes, no, share):
    for number in range(yes + no):
        EffectAnswer.objects.create(
            kind=SUPERVISOR, course=course.course, month_at=MONTHS_AGO, is_mixed=True, is_confirmed=number < yes
        )
    (found,) = confirmations(cast.analyst)
    assert found.share == share
    page = cast.client(cast.analyst).get(reverse("effect:course", args=[course.course.slug])).content.decode()
    assert "Seen by supervisors" in page and (share is None or f"<bdi>{share} %</bdi> of supervisors" in page)


def test_fewer_than_five_answers_of_supervisors_say_nothing(cast, course):
    for _each in range(4):
        EffectAnswer.objects.create(
            kind=SUPERVISOR, course=course.course, month_at=MONTHS_AGO, is_mixed=True, is_confirmed=True
        )
    assert confirmations(cast.analyst) == []
