"""People, where they serve and from when to when, and what is kept of what they did."""

import datetime as dt
import io

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import Actor, Agency, AuditEvent, Member, Posting, User
from accounts.permissions import ROLE_RIGHTS, Right, has_right, scope_of
from accounts.roles import MEMBERLESS_ROLES, Role
from accounts.selectors import initials, learner_posting, public_name
from accounts.services import WrongPlace, actor_of, audit, create_person, load_members, post_person
from learning.models import Enrolment
from learning.selectors import enrolments_seen_by
from learning.services import enrol
from tests.cast import PASSWORD, make_person, sign_in
from tests.factories import complete
from xapi.models import Statement

TODAY = timezone.localdate
DAY = dt.timedelta(days=1)


def again(user: User) -> User:
    """The same person as the next request sees them."""
    return User.objects.get(pk=user.pk)


# --- accounts


@pytest.mark.django_db
def test_a_user_name_exists_once_whatever_its_case():
    make_person("Sari")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_person("sARI")
    assert User.objects.count() == Actor.objects.count() == 1


@pytest.mark.django_db
def test_a_user_name_is_found_whatever_its_case():
    person = make_person("Sari")
    assert User.objects.get_by_natural_key("SARI") == person


@pytest.mark.django_db
def test_nobody_needs_an_e_mail_address():
    first, second = make_person("one"), make_person("two")
    assert first.email == second.email == ""
    first.full_clean()


@pytest.mark.django_db
def test_a_single_name_is_a_whole_name():
    person = make_person("suharto", full_name="Suharto")
    person.full_clean()
    assert str(person) == person.get_full_name() == person.get_short_name() == "Suharto"
    assert public_name(person) == "S."


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Sari Wulandari", "S. W."),
        ("  Sari   Wulandari ", "S. W."),
        ("", ""),
        ("สมชาย ใจดี", "ส. จ."),
        ("阮 文", "阮. 文."),
    ],
)
def test_initials_are_the_first_letters_in_any_script(name, expected):
    assert initials(name) == expected


@pytest.mark.django_db
def test_a_stranger_reads_initials_unless_the_holder_chose_the_full_name():
    person = make_person("sari", full_name="Sari Wulandari")
    assert public_name(person) == "S. W."
    person.public_name = User.PublicName.FULL
    assert public_name(person) == "Sari Wulandari"


@pytest.mark.django_db
def test_an_account_without_a_password_lets_nobody_in():
    person = create_person(by=None, username="new", full_name="New Officer", password=None)
    assert not person.has_usable_password()
    assert not Client().login(username="new", password="")


@pytest.mark.django_db
def test_making_a_person_gives_a_key_that_says_nothing_and_a_line_in_the_log():
    person = make_person("sari")
    assert actor_of(person).key.version == 4
    event = AuditEvent.objects.get()
    assert event.action == "person.made" and event.target == f"accounts.user:{person.uuid}"
    assert person.username not in f"{event.target}{event.details}" and person.full_name not in str(event.details)


# --- postings


@pytest.mark.parametrize("role", [role for role in Role if role not in MEMBERLESS_ROLES])
@pytest.mark.django_db
def test_a_national_role_without_a_member_is_refused(role):
    person = make_person("sari")
    with pytest.raises(IntegrityError), transaction.atomic():
        Posting.objects.create(user=person, role=role)
    assert not Posting.objects.exists()


@pytest.mark.parametrize("role", MEMBERLESS_ROLES)
@pytest.mark.django_db
def test_a_role_of_the_rso_for_one_member_is_refused(role):
    person, member = make_person("sari"), Member.objects.create(code="ID", name="Indonesia")
    with pytest.raises(IntegrityError), transaction.atomic():
        Posting.objects.create(user=person, role=role, member=member)
    assert not Posting.objects.exists()


def test_a_posting_that_ends_before_it_begins_is_refused(cast):
    with pytest.raises(IntegrityError), transaction.atomic():
        Posting.objects.filter(user=cast.officer).update(ends_on=TODAY() - DAY)
    assert Posting.objects.get(user=cast.officer).ends_on is None


def test_an_agency_of_another_member_is_refused_by_us_and_by_the_database(cast):
    foreign = Agency.objects.create(member=cast.away, name="Royal Police")
    with pytest.raises(WrongPlace, match="not an agency of"):
        post_person(by=None, user=cast.nobody, role=Role.COORDINATOR, member=cast.home, agency=foreign)
    with pytest.raises(DatabaseError), transaction.atomic():
        Posting.objects.create(user=cast.nobody, role=Role.COORDINATOR, member=cast.home, agency=foreign)
    with pytest.raises(DatabaseError), transaction.atomic():
        Posting.objects.filter(user=cast.agency_coordinator).update(agency=foreign)
    with pytest.raises(DatabaseError), transaction.atomic():
        Posting.objects.filter(user=cast.agency_coordinator).update(member=cast.away)
    with pytest.raises(DatabaseError), transaction.atomic():
        Agency.objects.filter(name="Border").update(member=cast.away)
    assert not Posting.objects.filter(user=cast.nobody).exists()
    assert not Posting.objects.filter(agency=foreign).exists()


def test_a_member_that_somebody_serves_cannot_be_deleted(cast):
    with pytest.raises(IntegrityError), transaction.atomic():
        cast.home.delete()
    assert Member.objects.filter(pk=cast.home.pk).exists()


@pytest.mark.parametrize(
    ("starts", "ends", "holds"),
    [(-9, None, True), (0, None, True), (0, 0, True), (-9, 0, True), (1, None, False), (1, 9, False), (-9, -1, False)],
)
def test_a_posting_gives_its_right_from_its_first_day_to_its_last(cast, starts, ends, holds):
    post_person(
        by=None,
        user=cast.nobody,
        role=Role.COORDINATOR,
        member=cast.home,
        starts_on=TODAY() + starts * DAY,
        ends_on=None if ends is None else TODAY() + ends * DAY,
    )
    person = again(cast.nobody)
    assert has_right(person, Right.SEE_OFFICERS) is holds
    assert bool(learner_posting(person)) is holds
    assert cast.client(person).get("/en/desk/officers/").status_code == (200 if holds else 403)


def test_a_right_is_gone_with_the_next_request_after_its_posting_ended(cast):
    client = cast.client(cast.rso)
    assert client.get("/en/reports/certification/").status_code == 200
    Posting.objects.filter(user=cast.rso).update(starts_on=TODAY() - DAY, ends_on=TODAY() - DAY)
    assert client.get("/en/reports/certification/").status_code == 403


def test_the_authors_side_closes_with_the_posting_even_in_a_running_session(cast):
    client = cast.client(cast.trainer)
    assert client.get("/admin/").status_code == 200
    Posting.objects.filter(user=cast.trainer).update(starts_on=TODAY() - DAY, ends_on=TODAY() - DAY)
    assert client.get("/admin/").status_code == 403


def test_an_account_out_of_use_holds_no_right_whatever_its_postings(cast):
    cast.coordinator.is_active = False
    cast.coordinator.save()
    assert not scope_of(again(cast.coordinator), Right.SEE_OFFICERS)


def test_two_postings_add_up_and_mix_nothing(cast):
    post_person(by=None, user=cast.foreign_coordinator, role=Role.OFFICER, member=cast.home)
    scope = scope_of(again(cast.foreign_coordinator), Right.SEE_OFFICERS)
    assert scope.members == {cast.away.pk} and not scope.everyone and not scope.agencies


def test_a_national_role_never_gives_a_right_for_everyone(cast):
    for person in (cast.coordinator, cast.foreign_coordinator, cast.agency_coordinator, cast.officer):
        for right in Right:
            assert not scope_of(again(person), right).everyone


def test_names_of_officers_are_a_right_of_national_roles_only():
    holders = {role for role, rights in ROLE_RIGHTS.items() if Right.SEE_OFFICERS in rights}
    assert not holders & set(MEMBERLESS_ROLES)


def test_every_role_says_what_it_may():
    assert set(ROLE_RIGHTS) == set(Role)


def test_a_coordinator_of_one_agency_sees_its_officers_and_no_others(cast, course):
    for person in (cast.officer, cast.colleague, cast.outsider):
        enrol(by=person, course=course.course)
    assert [each.actor.user for each in enrolments_seen_by(cast.agency_coordinator)] == [cast.colleague]
    page = cast.client(cast.agency_coordinator).get("/en/desk/officers/").content.decode()
    assert cast.colleague.full_name in page
    assert cast.officer.full_name not in page and cast.outsider.full_name not in page


def test_a_coordinator_sees_all_agencies_of_the_own_member_and_nobody_of_another(cast, course):
    for person in (cast.officer, cast.colleague, cast.outsider):
        enrol(by=person, course=course.course)
    assert {each.actor.user for each in enrolments_seen_by(cast.coordinator)} == {cast.officer, cast.colleague}
    assert {each.actor.user for each in enrolments_seen_by(cast.foreign_coordinator)} == {cast.outsider}


def test_looking_at_names_leaves_a_line_in_the_log(cast, course):
    enrol(by=cast.officer, course=course.course)
    cast.client(cast.coordinator).get("/en/desk/officers/")
    event = AuditEvent.objects.filter(action="officers.seen").get()
    enrolment = Enrolment.objects.get()
    assert event.actor.user == cast.coordinator and event.member == cast.home
    assert event.details["enrolments"] == [str(enrolment.uuid)]


# --- what was done stays as it was


@pytest.fixture
def event(cast) -> AuditEvent:
    return audit(by=cast.rso, action="report.exported", target="reports.certification")


@pytest.fixture
def statement(cast, course) -> Statement:
    enrol(by=cast.officer, course=course.course)
    return Statement.objects.get()


@pytest.mark.django_db  # said, because the fixture is asked for by name: tests with real commits empty the database
@pytest.mark.parametrize("kept", ["event", "statement"])
def test_no_line_of_the_log_or_the_record_is_changed_or_deleted_through_the_orm(kept, request):
    row = request.getfixturevalue(kept)
    model, field = type(row), "action" if kept == "event" else "verb"
    before = model.objects.values().get(pk=row.pk)
    with pytest.raises(TypeError, match="append-only"):
        model.objects.filter(pk=row.pk).update(**{field: "forged"})
    with pytest.raises(TypeError, match="append-only"):
        model.objects.filter(pk=row.pk).delete()
    setattr(row, field, "forged")
    for attempt in (
        row.save,
        row.delete,
        lambda: model.objects.bulk_update([row], [field]),
        lambda: model._base_manager.filter(pk=row.pk).update(**{field: "forged"}),
        lambda: model._base_manager.filter(pk=row.pk).delete(),
    ):
        with pytest.raises((DatabaseError, TypeError)), transaction.atomic():
            attempt()
    assert model.objects.values().get(pk=before["id"]) == before


@pytest.mark.django_db  # said, because the fixture is asked for by name: tests with real commits empty the database
@pytest.mark.parametrize("kept", ["event", "statement"])
@pytest.mark.parametrize("sql", ["UPDATE {table} SET {field} = 'forged'", "DELETE FROM {table}"])
def test_no_line_of_the_log_or_the_record_is_changed_or_deleted_by_sql(kept, sql, request):
    row = request.getfixturevalue(kept)
    model, field = type(row), "action" if kept == "event" else "verb"
    before = list(model.objects.values())
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.format(table=model._meta.db_table, field=field))
    assert list(model.objects.values()) == before


def test_a_forgotten_person_leaves_a_record_that_names_nobody(cast, course):
    complete(cast.officer, course.course)
    key, count = actor_of(cast.officer).key, Statement.objects.count()
    name, user_name, own_uuid = cast.officer.full_name, cast.officer.username, str(cast.officer.uuid)
    cast.officer.delete()
    assert Actor.objects.get(key=key).user is None
    assert Statement.objects.count() == count
    for statement in Statement.objects.all():
        said = str(statement.statement)
        assert name not in said and own_uuid not in said and f"'{user_name}'" not in said


# --- the first people of a site

ENVIRONMENT = {
    "SULUH_ADMIN_USERNAME": "root",
    "SULUH_ADMIN_NAME": "Site Administrator",
    "SULUH_ADMIN_PASSWORD": "seventeen lanterns",
    "SULUH_RSO_USERNAME": "helen",
    "SULUH_RSO_NAME": "Helen Marsh",
    "SULUH_RSO_PASSWORD": "eighteen torches lit",
}


@pytest.fixture
def site(db, monkeypatch):
    """The command with a complete environment, from which a test takes or changes something."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)

    def run() -> str:
        out = io.StringIO()
        call_command("setup_site", no_input=True, stdout=out)
        return out.getvalue()

    return run


def nothing_was_made() -> bool:
    return not any(model.objects.exists() for model in (User, Actor, Member, Posting, AuditEvent))


def test_setup_site_makes_an_administrator_and_the_rso_from_the_environment(site):
    said = site()
    root, helen = User.objects.get(username="root"), User.objects.get(username="helen")
    assert has_right(root, Right.MANAGE_SITE) and not root.is_superuser
    assert has_right(helen, Right.SEE_COUNTS) and not helen.is_superuser
    assert helen.full_name == "Helen Marsh"
    assert Member.objects.count() == 50
    for name, value in ENVIRONMENT.items():
        assert not (name.endswith("PASSWORD") and value in said)
    assert Client().login(username="helen", password=ENVIRONMENT["SULUH_RSO_PASSWORD"])


def test_the_administrator_of_setup_site_opens_the_authors_side(site, client):
    site()
    sign_in(client, User.objects.get(username="root"))
    assert client.get("/admin/").status_code == 200


def test_a_second_setup_site_changes_nothing(site, monkeypatch):
    site()
    before = [list(model.objects.order_by("pk").values()) for model in (User, Actor, Member, Posting, AuditEvent)]
    monkeypatch.setenv("SULUH_ADMIN_USERNAME", "another")
    assert "exists already" in site()
    assert before == [list(m.objects.order_by("pk").values()) for m in (User, Actor, Member, Posting, AuditEvent)]


def refused(site) -> str:
    with pytest.raises(CommandError) as refusal:
        site()
    message = str(refusal.value)
    assert "\n" not in message and message.endswith("."), "one plain line"
    assert nothing_was_made()
    return message


@pytest.mark.parametrize("name", ENVIRONMENT)
def test_setup_site_names_the_variable_that_is_missing_and_makes_nothing(site, monkeypatch, name):
    monkeypatch.delenv(name)
    assert name in refused(site)


@pytest.mark.parametrize("weak", ["petite", "password123", "12345678901", "SiteAdministrator", "gfkwmzqtuxy"])
def test_setup_site_refuses_a_weak_password_and_makes_nothing(site, monkeypatch, weak):
    monkeypatch.setenv("SULUH_ADMIN_PASSWORD", weak)
    message = refused(site)
    assert "too weak" in message and weak not in message


def test_setup_site_refuses_one_user_name_for_both_and_makes_nothing(site, monkeypatch):
    monkeypatch.setenv("SULUH_RSO_USERNAME", "ROOT")
    assert "user name" in refused(site)


@pytest.mark.parametrize("bad", ["two words", "x" * 151])
def test_setup_site_refuses_an_impossible_user_name_and_makes_nothing(site, monkeypatch, bad):
    monkeypatch.setenv("SULUH_RSO_USERNAME", bad)
    assert "RSO certification officer" in refused(site)


@pytest.mark.django_db
def test_members_are_loaded_once_and_what_people_edited_stays():
    assert load_members() == 50
    Member.objects.filter(code="TR").update(name="Türkiye (edited)")
    assert load_members() == 0
    assert Member.objects.get(code="TR").name == "Türkiye (edited)"


@pytest.mark.django_db
def test_the_members_of_the_shipped_list_are_valid():
    load_members()
    for member in Member.objects.all():
        try:
            member.full_clean()
        except ValidationError as problem:
            pytest.fail(f"{member.code}: {problem}")
    assert Member.objects.filter(status="member").exclude(kind="organisation").count() == 45
    assert Member.objects.filter(status="none").get().code == "FR"


@pytest.mark.django_db
def test_demo_people_are_refused_on_a_real_site(settings):
    settings.SULUH_DEMO = False
    with pytest.raises(CommandError, match="SULUH_DEMO=1 only"):
        call_command("load_demo")
    with pytest.raises(CommandError, match="SULUH_DEMO=1 only"):
        call_command("demo_code", "admin")
    assert nothing_was_made()
    assert not Client().login(username="admin", password="suluh-demo")
    assert PASSWORD != "suluh-demo"
