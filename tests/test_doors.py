"""Who may do what through the services themselves: each write over others, asked by every role of one's own member and
of another's. Whoever may not is refused, and nothing is written."""

import ast
import contextlib
import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.http import Http404
from django.utils import timezone

from accounts import services
from accounts.models import Agency, Posting, RetentionReport, User
from accounts.roles import Role
from accounts.services import identity, merging, moving
from assessments import services as tests
from assessments.rules import usual_rules
from assessments.services.quizzes import save_rules
from learning import services as centre
from learning.models import Course
from tests import certificate_doors
from tests.cast import make_person
from tests.permissions.lines import ROLES, World
from tests.permissions.world import Writes
from tests.test_architecture import decided_in, name_of, public_definitions

Door = Callable[[User, World], Any]

MEMBERS = {"rso", "admin"}
HOME = {"coordinator"}


def police() -> Agency:
    return Agency.objects.get(name="Police")


def border() -> Agency:
    return Agency.objects.get(name="Border")


def posting(user: User) -> Posting:
    return Posting.objects.get(user=user)


def in_a_week() -> dt.date:
    return timezone.localdate() + dt.timedelta(days=7)


def second_course() -> Course:
    return Course.objects.get(slug="t2")


def arranged(by: User, world: World) -> None:
    """Its test is begun without tickets, which is said only to whoever might arrange one."""
    now = timezone.now()
    with contextlib.suppress(tests.NotAnExam):
        tests.arrange_exam(
            by=by,
            klass=world.more["class"],
            activity=world.more["exam"].activity.uuid,
            title="Exam",
            opens_at=now,
            closes_at=now + dt.timedelta(hours=1),
        )


def nominated(world: World) -> dict[str, Any]:
    return {
        "course": second_course(),
        "klass": world.more["class"],
        "member": world.cast.home,
        "nominations": [world.more["nomination"].uuid],
    }


#: Service → who may, and how it is asked; all of it is about people and things of Home, its officer being in Police.
DOORS: dict[str, tuple[set[str], Door]] = {
    # people
    "make_officer": (
        HOME,
        lambda by, world: services.make_officer(by=by, member=world.cast.home, agency=police(), full_name="Ani"),
    ),
    "post_officer": (
        HOME,
        lambda by, world: services.post_officer(
            by=by, user=world.cast.officer, role=Role.AGENCY_VERIFIER, member=world.cast.home, agency=police()
        ),
    ),
    "post_person": (
        HOME,
        lambda by, world: services.post_person(
            by=by, user=world.cast.officer, role=Role.AGENCY_VERIFIER, member=world.cast.home, agency=police()
        ),
    ),
    "end_posting": (HOME, lambda by, world: services.end_posting(by=by, posting=posting(world.cast.officer))),
    "move_posting": (
        HOME,
        lambda by, world: services.move_posting(by=by, posting=posting(world.cast.officer), agency=border()),
    ),
    "end_service": (HOME, lambda by, world: services.end_service(by=by, posting=posting(world.cast.officer))),
    "correct_person": (
        HOME,
        lambda by, world: services.correct_person(
            by=by, user=world.cast.officer, full_name="Another", latin_name="", email=""
        ),
    ),
    "set_restricted": (
        HOME,
        lambda by, world: services.set_restricted(by=by, user=world.cast.officer, is_restricted=True),
    ),
    "put_out_of_use": (HOME, lambda by, world: services.put_out_of_use(by=by, users=[world.cast.officer])),
    "put_to_use": (HOME, lambda by, world: services.put_to_use(by=by, user=world.more["out"])),
    "give_codes": (
        HOME | {"service_desk"},
        lambda by, world: services.give_codes(by=by, people=[world.cast.officer]),
    ),
    "ask_erasure": (
        HOME | {"officer"},
        lambda by, world: services.ask_erasure(by=by, user=world.cast.officer, reason="said so"),
    ),
    # tests
    "save_rules": (
        {"trainer"},
        lambda by, world: save_rules(
            by=by, course=second_course(), purpose="final", rules=usual_rules("final"), edits=0
        ),
    ),
    # ways in
    "make_invitation": (
        HOME,
        lambda by, world: services.make_invitation(
            by=by, member=world.cast.home, agency=police(), uses=1, last_day=in_a_week()
        ),
    ),
    "withdraw_invitation": (
        HOME,
        lambda by, world: services.withdraw_invitation(by=by, invitation=world.more["invitation"]),
    ),
    "accept_registration": (
        HOME | {"verifier"},
        lambda by, world: services.accept_registration(by=by, registration=world.more["registration"]),
    ),
    "refuse_registration": (
        HOME | {"verifier"},
        lambda by, world: services.refuse_registration(
            by=by, registration=world.more["registration"], reason="not known"
        ),
    ),
    "set_registrations": (
        HOME,
        lambda by, world: services.set_registrations(by=by, member=world.cast.home, are_taken=False),
    ),
    # members
    "add_member": (MEMBERS, lambda by, world: services.add_member(by=by, code="XX", name="Xanadu")),
    "change_member": (MEMBERS, lambda by, world: services.change_member(by=by, member=world.cast.home, name="Other")),
    "mark_checked": (MEMBERS, lambda by, world: services.mark_checked(by=by, member=world.cast.home)),
    "choose_policy": (
        HOME,
        lambda by, world: services.choose_policy(
            by=by, member=world.cast.home, sharing="names", takes_registrations=True
        ),
    ),
    "add_agency": (
        HOME | MEMBERS,
        lambda by, world: services.add_agency(by=by, member=world.cast.home, name="Customs", kind="customs"),
    ),
    "change_agency": (
        HOME | MEMBERS,
        lambda by, world: services.change_agency(by=by, agency=police(), name="State police", kind="police"),
    ),
    "set_agency_open": (
        HOME | MEMBERS,
        lambda by, world: services.set_agency_open(by=by, agency=border(), is_open=False),
    ),
    "appoint_coordinator": (
        MEMBERS,
        lambda by, world: services.appoint_coordinator(
            by=by, member=world.cast.home, role=Role.COORDINATOR, user=world.cast.officer
        ),
    ),
    "end_appointment": (
        MEMBERS,
        lambda by, world: services.end_appointment(by=by, posting=posting(world.cast.coordinator)),
    ),
    "give_staff_role": (
        {"admin"},
        lambda by, world: services.give_staff_role(by=by, role=Role.AUTHOR, user=world.cast.nobody),
    ),
    "save_provider": (
        {"admin"},
        lambda by, world: identity.save_provider(
            by=by,
            member=world.cast.away,
            kind="oidc",
            label="Ours",
            claim="sub",
            protocol={"issuer": "https://id.example"},
            client_id="suluh",
        ),
    ),
    # moving on
    "move_person": (
        HOME,
        lambda by, world: moving.move_person(by=by, user=world.cast.officer, to_agency=border()),
    ),
    "move_people": (
        HOME,
        lambda by, world: moving.move_people(by=by, users=[world.cast.officer], to_agency=border()),
    ),
    "offer_transfer": (
        HOME,
        lambda by, world: moving.offer_transfer(by=by, user=world.cast.officer, to_member=world.cast.away),
    ),
    "withdraw_transfer": (
        HOME,
        lambda by, world: moving.withdraw_transfer(by=by, transfer=world.more["offered"]),
    ),
    "accept_transfer": (
        {"foreign_coordinator"},
        lambda by, world: moving.accept_transfer(by=by, transfer=world.more["offered"], agency=None),
    ),
    "decline_transfer": (
        {"foreign_coordinator"},
        lambda by, world: moving.decline_transfer(by=by, transfer=world.more["offered"]),
    ),
    "hand_over": (
        HOME | MEMBERS,
        lambda by, world: moving.hand_over(by=by, posting=posting(world.cast.coordinator), to=world.cast.officer),
    ),
    "say_two_people": (
        # Both are of Border.
        HOME | {"agency_coordinator"},
        lambda by, world: merging.say_two_people(by=by, first=world.more["one"], second=world.more["two"]),
    ),
    "merge_people": (
        HOME | {"agency_coordinator"},
        lambda by, world: merging.merge_people(by=by, kept=world.more["one"], closed=world.more["two"]),
    ),
    "undo_merge": (HOME, lambda by, world: merging.undo_merge(by=by, merge=world.more["merge"])),
    # retention
    "approve_retention": (
        {"admin"},
        lambda by, world: services.approve_retention(by=by, report=RetentionReport.objects.first()),
    ),
    # classes and nominations
    "make_class": (
        {"rso"},
        lambda by, world: centre.make_class(
            by=by, course=second_course(), title="Another", starts_on=timezone.localdate()
        ),
    ),
    "change_class": ({"rso"}, lambda by, world: centre.change_class(by=by, klass=world.more["class"], title="New")),
    "end_class": ({"rso"}, lambda by, world: centre.end_class(by=by, klass=world.more["class"], reason="over")),
    "add_trainer": (
        {"rso"},
        lambda by, world: centre.add_trainer(
            by=by, klass=world.more["class"], username="teacher", starts_on=timezone.localdate()
        ),
    ),
    "end_trainer": ({"rso"}, lambda by, world: centre.end_trainer(by=by, trainer=world.more["trainer"])),
    "set_seats": (
        {"rso"},
        lambda by, world: centre.set_seats(
            by=by, course=second_course(), klass=world.more["class"], numbers={world.cast.home: 3}
        ),
    ),
    "answer_report": (
        {"trainer"},
        lambda by, world: centre.answer_report(by=by, report=world.more["content_report"], outcome="mended"),
    ),
    "set_access": (
        {"rso"},
        lambda by, world: centre.set_access(by=by, course=second_course(), access="open", open_to=[]),
    ),
    "set_grace": ({"rso"}, lambda by, world: centre.set_grace(by=by, days=7)),
    "propose_nominations": (
        HOME,
        lambda by, world: centre.propose_nominations(
            by=by,
            course=Course.objects.get(slug="t1"),
            klass=world.more["other_class"],
            people=[world.more["mover"].uuid],
        ),
    ),
    "accept_nominations": ({"rso"}, lambda by, world: centre.accept_nominations(by=by, wait=True, **nominated(world))),
    "return_nominations": (
        {"rso"},
        lambda by, world: centre.return_nominations(by=by, reason="too late", **nominated(world)),
    ),
    "withdraw_nomination": (
        HOME,
        lambda by, world: centre.withdraw_nomination(by=by, nomination=world.more["nomination"]),
    ),
    # tests and exams
    "reopen_test": (
        # The retaker is of Border.
        HOME | {"agency_coordinator"},
        lambda by, world: tests.reopen_test(
            by=by, enrolment=world.more["retaken"], activity=world.more["retaken_test"].uuid, reason="read again"
        ),
    ),
    "give_extra_time": (
        HOME,
        lambda by, world: tests.give_extra_time(by=by, person=world.cast.officer, percent=25),
    ),
    "end_extra_time": (HOME, lambda by, world: tests.end_extra_time(by=by, person=world.cast.officer)),
    "arrange_exam": ({"rso", "trainer"}, lambda by, world: arranged(by, world)),
    "change_exam": (
        {"rso", "trainer"},
        lambda by, world: tests.change_exam(by=by, exam=world.more["exam"], title="Another"),
    ),
    "cancel_exam": (
        {"rso", "trainer"},
        lambda by, world: tests.cancel_exam(by=by, exam=world.more["exam"], reason="no power"),
    ),
    "make_tickets": (
        {"rso", "trainer"},
        lambda by, world: tests.make_tickets(by=by, exam=world.more["exam"]),
    ),
    # the national annex; its reviewers are not of this table
    "save_annex_draft": (
        HOME,
        lambda by, world: centre.save_annex_draft(
            by=by,
            member=world.cast.home,
            course=world.more["annex"],
            lesson="m1-l1",
            block="law-1",
            language="en",
            text="Act 22.",
            contacts=[],
            valid_from=in_a_week(),
            edits=1,
        ),
    ),
    "submit_annex_text": (HOME, lambda by, world: centre.submit_annex_text(by=by, text=world.more["draft"])),
    "discard_annex_draft": (HOME, lambda by, world: centre.discard_annex_draft(by=by, text=world.more["draft"])),
    "withdraw_annex_text": (HOME, lambda by, world: centre.withdraw_annex_text(by=by, text=world.more["waiting"])),
    "approve_annex_text": (set(), lambda by, world: centre.approve_annex_text(by=by, text=world.more["waiting"])),
    "return_annex_text": (
        set(),
        lambda by, world: centre.return_annex_text(by=by, text=world.more["waiting"], comment="No"),
    ),
}

DOORS |= certificate_doors.DOORS

#: Writes with a `by` that are over nobody else, or that are asked elsewhere, each with its reason.
ELSEWHERE = {
    "submit_recognition": "one's own",
    "drop_recognition": "one's own: tests/certificates/test_recognitions.py",
    "note_sight": "writes down what was done",
    "audit": "writes down what was done",
    "audit_many": "writes down what was done",
    "prune_audit": "daily work; `by` only says who started it",
    "cancel_erasure": "one's own, or what one asked for: tests/accounts/test_erasure.py",
    "choose_language": "one's own",
    "choose_public_name": "one's own",
    "correct_oneself": "one's own",
    "record_download": "writes down what was done",
    "record_sight_of_people": "writes down what was done",
    "create_person": "an account without a posting can do nothing; whoever posts it is asked",
    "erase_person": "daily work and a command; who may ask for it is asked in `ask_erasure`",
    "cut_link": "as save_provider: tests/accounts/test_identity_providers.py",
    "why_not_mergeable": "reads",
    "enrol": "oneself",
    "report_content": "one's own, at a place that a selector found for the person: tests/learning/test_reports.py",
    "see_answers": "one's own",
    "share_sitting": "one's own: tests/assessments/test_live.py",
    "end_sharing": "one's own: tests/assessments/test_live.py",
    "read_annex_again": "one's own: tests/learning/test_annex.py",
    "begin_refresher": "oneself",
    "move_forward": "oneself",
    "enrol_person": "a step of accept_nominations",
    "return_open_of_class": "a step of end_class",
    "publish_revision": "a step of publishing a page: tests/courses",
    "keep_trial": "a step of make_trial: tests/courses/test_trial.py",
    "promote_waiting": "a step of what frees a seat",
    "restore_keys": "of the site, and of the console only",
    **dict.fromkeys(
        (
            "make_question",
            "change_question",
            "duplicate_question",
            "release_question",
            "take_back_question",
            "retire_question",
            "bring_back_question",
            "sort_question",
            "make_category",
            "change_category",
            "delete_category",
            "change_questions",
        ),
        "of the question bank: tests/assessments/test_bank_sorting.py asks each",
    ),
    **dict.fromkeys(
        (
            "import_questions",
            "export_questions",
            "move_questions",
            "take_question_file",
            "read_question_file_otherwise",
            "begin_import",
            "drop_question_file",
        ),
        "of the question bank: tests/assessments/test_exchange_pages.py asks each",
    ),
    "start_attempt": "one's own",
    "submit_attempt": "one's own",
    "save_answer": "one's own",
    "save_form": "one's own",
    "take_stray": "one's own",
    "hold_attempt": "one's own",
    "make_appeal": "one's own: tests/assessments/test_appeals.py",
    "decide_appeal": "tests/assessments/test_appeals.py asks it",
    **dict.fromkeys(
        ("take_essay", "give_back_essay", "save_mark", "release_marks", "mark_anew"),
        "of essays: tests/assessments/test_marking.py asks each",
    ),
    **dict.fromkeys(
        ("draw_up_correction", "apply_run", "drop_run", "correct_item"),
        "of corrections: tests/assessments/test_corrections.py asks each",
    ),
    **dict.fromkeys(
        ("ask_analysis", "ask_translator"), "of item analysis: tests/assessments/test_statistics.py asks each"
    ),
    **dict.fromkeys(
        ("answer_reaction", "answer_follow_up", "decline_effect", "make_supervisor_link"),
        "one's own: tests/assessments/test_effect.py and test_supervisors.py",
    ),
    **dict.fromkeys(
        ("print_papers", "enter_paper", "undo_entry", "withdraw_paper", "hand_in_papers"),
        "of tests on paper: tests/assessments/test_paper.py asks each",
    ),
    "replace_ticket": "as make_tickets: tests/assessments/test_exams.py",
}


@pytest.fixture
def world(world: World) -> World:
    """Also somebody out of use, a report of retention, and a class of an open course."""
    cast = world.cast
    out = services.make_officer(by=cast.coordinator, member=cast.home, agency=police(), full_name="Out Of Use")
    services.put_out_of_use(by=cast.coordinator, users=[out])
    world.more["out"] = out
    enrolment = world.award.enrolment
    world.more["content_report"] = centre.report_content(
        by=cast.officer,
        revision=enrolment.edition.revisions.last(),
        activity=enrolment.activity_progress.get(activity__key="m1-l1").activity,
        language="en",
        kind="unclear",
    )
    make_person("teacher", Role.TRAINER)
    RetentionReport.objects.get_or_create(rule="answers", defaults={"rows": 1, "applies_on": in_a_week()})
    world.more["other_class"] = centre.make_class(
        by=cast.rso, course=Course.objects.get(slug="t1"), title="Open", starts_on=timezone.localdate()
    )
    return world


@pytest.mark.parametrize("name", DOORS)
def test_a_service_serves_whom_the_table_names_and_refuses_everybody_else(name, world):
    allowed, door = DOORS[name]
    for role in ROLES:
        if role == "stranger":
            continue
        by = User.objects.get(pk=getattr(world.cast, role).pk)
        writes = Writes()
        with connection.execute_wrapper(writes), transaction.atomic():
            try:
                with transaction.atomic():
                    door(by, world)
                done = True
            except (PermissionDenied, Http404):
                done = False
            assert done == (role in allowed), f"{name} by {role}: {'done' if done else 'refused'}"
            assert done or writes.found == [], f"{name} by {role}: refused, and something was written"
            transaction.set_rollback(True)


def test_every_write_of_people_and_classes_that_takes_who_asks_is_a_door_here_or_says_why_not():
    found = {
        node.name
        for path in decided_in("services")
        if name_of(path).startswith(("accounts/", "learning/", "assessments/", "certificates/"))
        for node in public_definitions(path)
        if isinstance(node, ast.FunctionDef) and "by" in {each.arg for each in node.args.kwonlyargs}
    }
    assert found - set(DOORS) - set(ELSEWHERE) == set()
    assert (set(DOORS) | set(ELSEWHERE)) - found == set(), "doors that are gone"
