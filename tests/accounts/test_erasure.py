"""Being forgotten: asked for, withdrawn, carried out; what goes, what stays, and that nothing names the person."""

import datetime as dt
import io
import uuid

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from accounts import tasks
from accounts.models import Actor, AuditEvent, ErasureRequest, Posting, User
from accounts.permissions import Refused
from accounts.roles import Role
from accounts.services import (
    MayNotErase,
    NotErasable,
    ask_erasure,
    cancel_erasure,
    erase_person,
    post_person,
)
from assessments.models import Attempt, Response
from certificates.models import Award
from certificates.selectors import public_award
from learning.models import CourseProgress, Enrolment
from learning.projection import differences, enrolments_to_check
from tests.cast import PASSWORD, Cast, make_person
from tests.factories import complete
from xapi.models import Statement

TODAY = timezone.localdate


def signed_in_now(cast: Cast, user: User):
    """A browser in which the password was typed a moment ago."""
    client = cast.client(None)
    answer = client.post("/en/accounts/login/", {"login": user.username, "password": PASSWORD})
    assert answer.status_code == 302
    return client


def everything_that_holds(text: str) -> list[str]:
    """Every column of the database in which a text stands, as table.column."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            table_name = connection.ops.quote_name(table)
            # Django's own reader of columns stumbles over a rule with an empty text in it (SQLite).
            cursor.execute(f"SELECT * FROM {table_name} WHERE 1 = 0")
            for column in [each[0] for each in cursor.description]:
                name = connection.ops.quote_name(column)
                query = f"SELECT count(*) FROM {table_name} WHERE lower(CAST({name} AS text)) LIKE lower(%s)"
                cursor.execute(query, [f"%{text}%"])
                if cursor.fetchone()[0]:
                    found.append(f"{table}.{column}")
    return found


@pytest.fixture
def certified(cast, course) -> User:
    """An officer with a name like no other, certified, with an address, sessions and postings."""
    user = make_person(
        "zebulon.q",
        Role.OFFICER,
        cast.home,
        full_name="Zebulon Quartermain",
        latin_name="Zebulon Q Latin",
        email="zebulon@example.test",
    )
    complete(user, course.course)
    cast.client(user).get("/en/me/")
    return user


def test_after_erasure_nothing_in_the_database_names_the_person_but_the_certificate(cast, certified):
    names = ["Zebulon", "Quartermain", "zebulon.q", "zebulon@example.test", certified.learner_code]
    assert "accounts_user.full_name" in everything_that_holds("Quartermain"), "the search finds nothing any more"
    cast.client(cast.coordinator).get("/en/desk/officers/")
    ask_erasure(by=certified, user=certified)
    erase_person(by=None, user=certified)
    for name in names:
        assert set(everything_that_holds(name)) <= {"certificates_award.holder_name"}, name
    # The log names its rows by a random uuid, of a row that is gone; it is pruned after 12 months.
    for spelling in (str(certified.uuid), certified.uuid.hex):
        assert set(everything_that_holds(spelling)) <= {"accounts_auditevent.target", "accounts_auditevent.details"}


def test_the_record_and_progress_stay_and_belong_to_nobody(cast, certified):
    key = certified.actor.key
    kept = {model: model.objects.count() for model in (Statement, Enrolment, CourseProgress, Attempt, Response, Award)}
    erase_person(by=None, user=certified)
    assert {model: model.objects.count() for model in kept} == kept
    assert Actor.objects.get(key=key).user is None
    assert Statement.objects.filter(actor=key).exists()
    assert not User.objects.filter(pk=certified.pk).exists() and not Posting.objects.filter(user=certified.pk).exists()
    assert [line for enrolment in enrolments_to_check() for line in differences(enrolment)] == []
    page = cast.client(cast.coordinator).get("/en/desk/officers/")
    assert page.status_code == 200 and "Quartermain" not in page.content.decode()


def test_the_audit_log_is_as_it_was_and_says_that_somebody_was_erased(cast, certified):
    before = list(AuditEvent.objects.order_by("pk").values())
    erase_person(by=None, user=certified, reason="letter")
    after = list(AuditEvent.objects.order_by("pk").values())
    assert after[: len(before)] == before
    (event,) = after[len(before) :]
    assert event["action"] == "person.erased" and event["target"] == f"accounts.user:{certified.uuid}"
    assert event["member_id"] == cast.home.pk and event["details"]["rows"]["certificates.Award"] == 1


def test_a_certificate_can_still_be_checked_and_shows_initials(certified):
    certified.public_name = User.PublicName.FULL
    certified.save()
    number = Award.objects.get().number
    assert public_award(number).name == "Zebulon Quartermain"
    erase_person(by=None, user=certified)
    shown = public_award(number)
    assert shown.name == "Z. Q." and shown.state == "valid"


def test_a_certificate_of_a_restricted_person_stays_unknown_to_strangers(certified):
    certified.is_restricted = True
    certified.save()
    number = Award.objects.get().number
    erase_person(by=None, user=certified)
    assert public_award(number) is None and Award.objects.get().holder_name == "Zebulon Quartermain"


def test_the_sessions_of_the_person_end_and_those_of_others_do_not(cast, certified):
    mine, other = cast.client(certified), cast.client(cast.officer)
    erase_person(by=None, user=certified)
    assert mine.get("/en/me/").status_code == 302
    assert other.get("/en/me/").status_code == 200


def test_what_an_author_wrote_stays_without_the_author(cast, course):
    page = course.page
    page.owner = cast.trainer
    page.save()
    page.save_revision(user=cast.trainer, log_action=True)
    erase_person(by=None, user=cast.trainer)
    page.refresh_from_db()
    assert page.owner is None and page.revisions.latest("pk").user is None
    log = apps.get_model("wagtailcore.PageLogEntry")
    assert log.objects.filter(page=page.pk).exists()
    assert not log.objects.filter(user_id=cast.trainer.pk).exists()


# --- asking and withdrawing


def test_a_person_asks_with_the_own_user_name_and_is_erased_after_the_days_to_withdraw(cast, certified, settings):
    client = signed_in_now(cast, certified)
    page = client.get("/en/accounts/data/erasure/").content.decode()
    assert "Your certificates" in page and "Ask for erasure" in page
    answer = client.post("/en/accounts/data/erasure/", {"username": "Zebulon.Q"}, follow=True)
    request = ErasureRequest.objects.get()
    assert request.due_on == TODAY() + dt.timedelta(days=settings.ERASURE_DAYS) and settings.ERASURE_DAYS == 14
    assert "Withdraw: keep my account" in answer.content.decode()
    assert AuditEvent.objects.filter(action="erasure.asked", member=cast.home).count() == 1
    # Until the day nothing changes.
    assert tasks.erase_due.call() == 0
    assert client.get("/en/me/").status_code == 200
    ErasureRequest.objects.update(due_on=TODAY())
    assert tasks.erase_due.call() == 1
    assert not User.objects.filter(pk=certified.pk).exists()
    assert tasks.erase_due.call() == 0


def test_another_user_name_asks_for_nothing(cast, certified):
    client = signed_in_now(cast, certified)
    answer = client.post("/en/accounts/data/erasure/", {"username": "officer"})
    assert answer.status_code == 422 and "This is not your user name" in answer.content.decode()
    assert not ErasureRequest.objects.exists()


def test_in_an_old_session_the_password_is_asked_for_first(cast, certified):
    client = cast.client(certified)
    answer = client.post("/en/accounts/data/erasure/", {"username": certified.username})
    assert answer.status_code == 302 and "/reauthenticate/" in answer.url
    assert not ErasureRequest.objects.exists()
    client.post(answer.url, {"password": PASSWORD})
    assert ErasureRequest.objects.filter(user=certified).exists(), "what was sent is done after the password"


def test_a_request_is_withdrawn_and_the_account_stays(cast, certified):
    ask_erasure(by=certified, user=certified)
    ErasureRequest.objects.update(due_on=TODAY())
    assert cast.client(certified).post("/en/accounts/data/erasure/withdraw/").status_code == 302
    assert tasks.erase_due.call() == 0
    assert User.objects.filter(pk=certified.pk).exists()
    assert AuditEvent.objects.filter(action="erasure.withdrawn").exists()


def test_my_learning_says_that_the_account_will_be_erased_whoever_asked_for_it(cast, certified):
    def says() -> bool:
        return "Your account will be erased on" in cast.client(certified).get("/en/me/").content.decode()

    assert not says()
    ask_erasure(by=cast.coordinator, user=certified, reason="has left the service")
    assert says()
    cancel_erasure(by=certified, user=certified)
    assert not says()


def test_asked_twice_the_first_day_stands(certified):
    first = ask_erasure(by=certified, user=certified)
    ErasureRequest.objects.update(due_on=TODAY())
    assert ask_erasure(by=certified, user=certified).pk == first.pk
    assert ErasureRequest.objects.get().due_on == TODAY()


# --- coordinators


def test_a_coordinator_asks_for_an_own_officer_who_sees_it_and_may_withdraw(cast, certified):
    client = cast.client(cast.coordinator)
    address = f"/en/accounts/data/requests/{certified.uuid}/"
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "letter of 3 March"}).status_code == 302
    assert ErasureRequest.objects.get().by.user == cast.coordinator
    assert "Zebulon Quartermain" in client.get("/en/accounts/data/requests/").content.decode()
    page = cast.client(certified).get("/en/accounts/data/erasure/").content.decode()
    assert "letter of 3 March" in page
    assert cancel_erasure(by=certified, user=certified)
    assert not ErasureRequest.objects.exists()


def test_only_the_person_withdraws_what_only_the_person_asked_for(cast, certified):
    ask_erasure(by=certified, user=certified)
    with pytest.raises(MayNotErase):
        cancel_erasure(by=cast.coordinator, user=certified)
    assert ErasureRequest.objects.exists()


@pytest.mark.parametrize("role", ["foreign_coordinator", "agency_coordinator"])
def test_an_officer_of_others_is_not_found(cast, certified, role):
    client = cast.client(getattr(cast, role))
    answer = client.post(f"/en/accounts/data/requests/{certified.uuid}/", {"reason": "letter of 3 March"})
    assert answer.status_code == 404
    assert not ErasureRequest.objects.exists()


def test_a_deputy_does_not_ask_for_the_erasure_of_the_coordinator(cast):
    deputy = make_person("deputy", Role.DEPUTY_COORDINATOR, cast.home)
    make_person("second", Role.COORDINATOR, cast.home)
    with pytest.raises(Refused):
        ask_erasure(by=deputy, user=cast.coordinator, reason="letter")
    assert not ErasureRequest.objects.exists()


def test_the_last_coordinator_of_a_member_is_refused_until_there_is_another(cast):
    with pytest.raises(NotErasable, match="last national coordinator of Indonesia"):
        ask_erasure(by=cast.coordinator, user=cast.coordinator)
    page = cast.client(cast.coordinator).get("/en/accounts/data/erasure/").content.decode()
    assert "last national coordinator of Indonesia" in page and "Ask for erasure" not in page
    make_person("second", Role.COORDINATOR, cast.home)
    assert ask_erasure(by=cast.coordinator, user=cast.coordinator)


def test_who_became_the_last_coordinator_meanwhile_stays_and_the_others_go(cast, certified):
    second = make_person("second", Role.COORDINATOR, cast.home)
    for user in (cast.coordinator, second, certified):
        ask_erasure(by=user, user=user)
    ErasureRequest.objects.update(due_on=TODAY())
    assert tasks.erase_due.call() == 2
    assert (
        User.objects.filter(postings__role=Role.COORDINATOR, postings__member=cast.home, postings__agency=None).count()
        == 1
    )
    assert ErasureRequest.objects.count() == 1


def test_the_last_administrator_is_refused(cast):
    with pytest.raises(NotErasable, match="last administrator"):
        erase_person(by=None, user=cast.admin)
    assert User.objects.filter(pk=cast.admin.pk).exists()


# --- the command


def test_the_command_shows_a_plan_and_changes_nothing(certified):
    out = io.StringIO()
    call_command("erase_person", "Zebulon.Q", plan=True, stdout=out)
    said = out.getvalue()
    assert "Your account: deleted" in said and "Your certificates: kept" in said
    assert "Your learning record: kept, but belongs to nobody any more." in said
    assert User.objects.filter(pk=certified.pk).exists()
    call_command("erase_person", "zebulon.q", stdout=io.StringIO())
    assert not User.objects.filter(pk=certified.pk).exists()


def test_the_command_refuses_an_unknown_name_and_the_last_coordinator(cast):
    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("erase_person", "nobody-of-that-name")
    with pytest.raises(CommandError, match="last national coordinator"):
        call_command("erase_person", "coordinator")
    assert User.objects.filter(pk=cast.coordinator.pk).exists()


def test_a_person_with_a_posting_to_come_is_erased_with_it(cast):
    later = TODAY() + dt.timedelta(days=30)
    post_person(by=None, user=cast.nobody, role=Role.OFFICER, member=cast.home, starts_on=later)
    erase_person(by=None, user=cast.nobody)
    assert not User.objects.filter(username="nobody").exists()


def test_a_person_with_two_keys_loses_both(cast, certified):
    joined = Actor.objects.create(user=certified, joined_at=timezone.now(), key=uuid.uuid4())
    erase_person(by=None, user=certified)
    assert Actor.objects.get(pk=joined.pk).user is None
