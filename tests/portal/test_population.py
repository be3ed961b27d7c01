"""A synthetic population is made by the services of real work, and the same seed gives the same people."""

import datetime as dt

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from certificates.models import Award
from learning.models import Enrolment
from learning.projection import differences
from portal.population import MONTHS, STAGES, plans

NOW = dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)


def test_the_same_seed_gives_the_same_people_and_another_seed_others():
    assert list(plans(30, 7, 3, NOW)) == list(plans(30, 7, 3, NOW))
    assert list(plans(30, 7, 3, NOW)) != list(plans(30, 8, 3, NOW))


def test_plans_reach_over_six_months_a_dozen_members_and_every_stage():
    made = list(plans(400, 1, 6, NOW))
    assert len({plan.member for plan in made}) == 12
    assert (NOW - min(plan.begins_at for plan in made)).days > (MONTHS - 1) * 30
    assert {stage for plan in made for _course, stage in plan.courses} == {name for name, _share in STAGES}


def test_people_really_go_through_the_course_and_a_second_run_makes_nobody(course, settings, capsys):
    settings.SULUH_DEMO = True
    call_command("make_population", people=12, seed=3)
    enrolments = list(Enrolment.objects.select_related("actor"))
    assert User.objects.count() == len(enrolments) == 12
    assert all(differences(enrolment) == [] for enrolment in enrolments)
    expected = sum(stage == "certified" for plan in plans(12, 3, 1, NOW) for _course, stage in plan.courses)
    assert Award.objects.count() == expected > 0
    assert all(award.issued_at > award.enrolment.enrolled_at for award in Award.objects.select_related("enrolment"))
    call_command("make_population", people=12, seed=3)
    assert User.objects.count() == 12
    assert "0 people made, 12 there already" in capsys.readouterr().out


def test_nobody_is_invented_on_a_real_site(course):
    with pytest.raises(CommandError, match="real ones"):
        call_command("make_population", people=1)
    assert not User.objects.exists()


def test_without_a_course_it_says_what_to_do(db, settings):
    settings.SULUH_DEMO = True
    with pytest.raises(CommandError, match="import_course"):
        call_command("make_population", people=1)
