"""What is held about oneself: seen, taken away, corrected; and who looked."""

import json
import tracemalloc

import pytest
from allauth.socialaccount.models import SocialApp
from django.urls import reverse

from accounts.models import AuditEvent, IdentityProvider, User
from accounts.roles import Role
from accounts.selectors.own_data import export_lines, looked_at, renamed_people
from accounts.services import audit, correct_oneself, target_of
from accounts.services.own_data import AddressSignsIn
from certificates.models import Award
from learning.services import enrol
from tests.accounts.test_erasure import signed_in_now
from tests.cast import make_person
from tests.factories import complete, finish_lessons, take_test
from xapi.models import Statement


def exported(user: User) -> dict:
    return json.loads("".join(export_lines(user)))


def rows(data: dict, kind: str) -> list[dict]:
    return next(each["rows"] for each in data["kinds"] if each["kind"] == kind)


def test_the_page_shows_every_kind_with_why_and_how_long(cast, course):
    complete(cast.officer, course.course)
    page = cast.client(cast.officer).get("/en/accounts/data/").content.decode()
    for words in (
        "Your account",
        "Your postings",
        "Your courses",
        "Your tests",
        "Your certificates",
        "Your learning record",
    ):
        assert words in page, words
    assert "so that whoever holds the certificate can have it checked" in page
    assert "validity and 5 years" in page and "24 months" in page
    assert "Colleague" not in page


def test_the_file_holds_everything_of_the_person_and_nothing_of_others(cast, course):
    complete(cast.officer, course.course)
    complete(cast.colleague, course.course)
    data = exported(cast.officer)
    assert rows(data, "accounts.User")[0]["full_name"] == "Officer Example"
    assert rows(data, "accounts.Posting")[0] == {
        "starts_on": cast.officer.postings.get().starts_on.isoformat(),
        "ends_on": None,
        "member": "Indonesia",
        "agency": "Police",
        "role": "Officer",
        "rank_band": "",
    }
    assert len(rows(data, "xapi.Statement")) == Statement.objects.filter(actor__user=cast.officer).count()
    assert rows(data, "certificates.Award")[0]["number"] == Award.objects.get(actor__user=cast.officer).number
    assert len(rows(data, "assessments.Response")) == 3
    text = "".join(export_lines(cast.officer))
    assert "Colleague" not in text and str(cast.colleague.uuid) not in text
    assert "password" not in text.lower() and "session_data" in text and cast.officer.password not in text


def test_the_file_holds_no_key_and_no_text_of_a_test(cast, course):
    enrolment = enrol(by=cast.officer, course=course.course)
    finish_lessons(enrolment)
    take_test(cast.officer, enrolment, wrong=("F1", "F2", "F3", "F4"))
    text = "".join(export_lines(cast.officer))
    for words in ("answer_key", "Stem of F", "Feedback of F", "F1 option", "correctResponsesPattern"):
        assert words not in text, words
    answers = rows(json.loads(text), "assessments.Response")
    assert {row["is_right"] for row in answers} == {False}
    shown = {"attempt__enrolment__course", "attempt__activity__key", "position", "answered_at", "language"}
    assert set(answers[0]) == shown | {"answer", "is_right"}


def test_an_open_test_says_nothing_of_right_and_wrong(cast, course):
    enrolment = enrol(by=cast.officer, course=course.course)
    finish_lessons(enrolment)
    take_test(cast.officer, enrolment, hand_in=False)
    assert {row["is_right"] for row in rows(exported(cast.officer), "assessments.Response")} == {None}


def test_the_download_asks_for_the_password_in_an_old_session(cast):
    answer = cast.client(cast.officer).get("/en/accounts/data/download/")
    assert answer.status_code == 302 and "/reauthenticate/" in answer.url
    assert not AuditEvent.objects.filter(action="data.downloaded").exists()


def test_the_download_is_a_file_of_json_and_is_logged(cast):
    answer = signed_in_now(cast, cast.officer).get("/en/accounts/data/download/")
    assert answer.status_code == 200 and answer["Content-Type"] == "application/json"
    assert "officer" not in answer["Content-Disposition"] and "no-store" in answer["Cache-Control"]
    assert json.loads(b"".join(answer.streaming_content))["about"] == "officer"
    event = AuditEvent.objects.get(action="data.downloaded")
    assert event.actor.user == cast.officer and event.target == target_of(cast.officer)


def test_a_long_record_is_sent_piece_by_piece(cast, course):
    complete(cast.officer, course.course)
    model = Statement.objects.filter(actor__user=cast.officer).first()

    def peak(more: int) -> int:
        Statement.objects.bulk_create(
            Statement(
                actor=model.actor, verb=model.verb, object_id=model.object_id, source="server", digest="x" * 64,
                statement=model.statement | {"filler": "y" * 2000}, occurred_at=model.occurred_at,
            )
            for _each in range(more)
        )  # fmt: skip
        tracemalloc.start()
        for _line in export_lines(cast.officer):
            pass
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    small = peak(600)
    assert peak(2400) < 1.5 * small + 500_000


# --- who looked


def test_who_looked_is_said_by_role_and_reason_and_never_by_name(cast, course):
    complete(cast.officer, course.course)
    cast.client(cast.coordinator).get("/en/desk/officers/")
    audit(by=cast.rso, action="person.seen", target=target_of(cast.officer), reason="certificate to be reissued")
    page = cast.client(cast.officer).get("/en/accounts/data/").content.decode()
    assert "National coordinator" in page and "Looked at officers" in page
    assert "officers.seen" not in page, "the name of an action is for files"
    assert "certificate to be reissued" in page
    assert "Coordinator Example" not in page and "Rso Example" not in page
    looks = exported(cast.officer)["looked"]
    assert {look["action"] for look in looks} >= {"officers.seen", "person.seen"}


def test_a_look_at_others_is_none_at_me(cast, course):
    complete(cast.officer, course.course)
    cast.client(cast.coordinator).get("/en/desk/officers/")
    audit(by=cast.rso, action="person.seen", target=target_of(cast.officer))
    assert [look.action for look in looked_at(cast.colleague) if look.action.endswith("seen")] == []


# --- correcting


def test_a_person_corrects_the_name_and_certificates_keep_the_old_one(cast, course):
    complete(cast.officer, course.course)
    client = cast.client(cast.officer)
    assert "keep the name that stands on them" in client.get("/en/accounts/data/correct/").content.decode()
    answer = client.post(
        "/en/accounts/data/correct/",
        {"full_name": "  Sari   Wulandari ", "latin_name": "", "sex": "woman", "email": "sari@example.test"},
    )
    assert answer.status_code == 302
    user = User.objects.get(pk=cast.officer.pk)
    assert (user.full_name, user.sex, user.email) == ("Sari Wulandari", "woman", "sari@example.test")
    assert Award.objects.get().holder_name == "Officer Example"


def test_the_coordinator_sees_a_changed_name_and_the_log_holds_none(cast):
    correct_oneself(by=cast.officer, full_name="Sari Wulandari", latin_name="", sex="", email="")
    event = AuditEvent.objects.get(action="person.renamed")
    assert event.member == cast.home and event.details == {} and event.reason == ""
    page = cast.client(cast.coordinator).get("/en/accounts/data/requests/").content.decode()
    assert "Sari Wulandari" in page and "officer" in page and "Officer Example" not in page
    assert [each.user for each in renamed_people(cast.coordinator)] == [cast.officer]
    for other in (cast.foreign_coordinator, cast.agency_coordinator, cast.rso, cast.colleague):
        assert renamed_people(other) == []


@pytest.mark.parametrize("name", ["", "   ", "!!!", "123"])
def test_a_name_without_letters_is_refused_and_nothing_changes(cast, name):
    answer = cast.client(cast.officer).post("/en/accounts/data/correct/", {"full_name": name})
    assert answer.status_code == 422
    assert User.objects.get(pk=cast.officer.pk).full_name == "Officer Example"
    assert "Officer Example" in answer.content.decode()
    assert not AuditEvent.objects.filter(action="person.renamed").exists()


def test_a_pseudonymous_account_keeps_its_code_as_its_name(cast):
    person = make_person("shadow", Role.OFFICER, cast.home, full_name="")
    client = cast.client(person)
    assert "full_name" not in client.get("/en/accounts/data/correct/").content.decode()
    client.post("/en/accounts/data/correct/", {"full_name": "Real Name", "latin_name": "Real", "sex": "man"})
    after = User.objects.get(pk=person.pk)
    assert after.full_name == after.learner_code and after.latin_name == "" and after.sex == "man"


def test_saving_without_a_change_logs_nothing(cast):
    before = AuditEvent.objects.count()
    data = {"full_name": "Officer Example", "latin_name": "", "sex": "", "email": ""}
    cast.client(cast.officer).post("/en/accounts/data/correct/", data)
    assert AuditEvent.objects.count() == before


def test_my_learning_leads_to_what_is_kept(cast):
    assert reverse("data:overview") in cast.client(cast.officer).get("/en/me/").content.decode()


def test_nobody_enters_an_address_by_which_the_members_own_service_would_know_a_colleague(cast):
    app = SocialApp.objects.create(provider="openid_connect", provider_id="x", name="x", client_id="x")
    IdentityProvider.objects.create(
        member=cast.home, kind="oidc", label="Ours", claim=IdentityProvider.Claim.EMAIL, is_on=True, app=app
    )
    with pytest.raises(AddressSignsIn):
        correct_oneself(
            by=cast.officer, full_name="Officer Example", latin_name="", sex="", email="other@police.example"
        )
    cast.officer.refresh_from_db()
    assert cast.officer.email == ""
    correct_oneself(by=cast.outsider, full_name="Outsider Example", latin_name="", sex="", email="me@th.example")
