"""Certificates for many: whose, once each, resumed, in one file, and taken only by who asked and still may."""

import datetime as dt
import io
import re
import zipfile

import pytest
from django.utils import timezone
from pypdf import PdfReader

from accounts.models import Actor, AuditEvent, Member, Posting, User
from accounts.permissions import Refused, Role
from accounts.services import erase_person
from certificates.batches import files
from certificates.batches.listed import rows_of
from certificates.batches.tasks import sweep_batches, work_on_batch
from certificates.models import Award, Batch, BatchLine
from certificates.selectors.batches import Chosen, standing_of
from certificates.services import batches, grant_trainer_award, reissue_award
from certificates.services.batches import (
    KEPT_FOR,
    NoReason,
    NothingToDo,
    NotReady,
    drop_batch,
    go_on_with_batch,
    make_batch,
    take_batch,
)
from learning.models import Class, Enrolment
from learning.services import enrol
from tests.cast import make_person
from tests.factories import complete

PDF = b"%PDF-1.7 small"
JOBS = "/en/certificates/jobs/"


@pytest.fixture(autouse=True)
def _folder(tmp_path, settings):
    settings.DATA_DIR = tmp_path


@pytest.fixture
def quick(monkeypatch):
    """Pages that cost nothing, and a list of those that were set."""
    done = []
    monkeypatch.setattr(batches, "certificate_pdf", lambda award: done.append(award.pk) or PDF)
    return done


@pytest.fixture
def certified(cast, course):
    """The officer and the colleague completed the course at Home, the outsider at Away."""
    return [complete(person, course.course) for person in (cast.officer, cast.colleague, cast.outsider)]


@pytest.fixture
def completed(cast, course, settings):
    """The officer and the colleague completed the course, and nothing was issued yet."""
    settings.REQUIRE_REVIEW = True
    found = [complete(person, course.course) for person in (cast.officer, cast.colleague)]
    settings.REQUIRE_REVIEW = False
    return found


def make(by, what="print", form="zip", wanted=None, reason="Ceremony") -> Batch:
    return make_batch(by=by, what=what, form=form, wanted=wanted or Chosen(), reason=reason)


def finish(batch: Batch) -> Batch:
    work_on_batch.func(batch.pk)
    batch.refresh_from_db()
    return batch


def names(path) -> list[str]:
    return zipfile.ZipFile(path).namelist()


def outcomes(batch) -> list[str]:
    return list(batch.lines.values_list("outcome", flat=True))


def test_a_coordinator_takes_those_of_the_own_officers_as_one_zip(cast, certified, quick):
    batch = finish(make(cast.coordinator))
    found = names(take_batch(by=cast.coordinator, batch=batch))
    numbers = [Award.objects.get(actor__user=user).number for user in (cast.colleague, cast.officer)]
    assert found == [f"00001-Colleague-Example-{numbers[0]}.pdf", f"00002-Officer-Example-{numbers[1]}.pdf"]
    assert outcomes(batch) == ["printed", "printed"]


def test_an_agencys_coordinator_takes_that_agencys_only(cast, certified, quick):
    batch = make(cast.agency_coordinator)
    assert [line.enrolment.actor.user for line in batch.lines.all()] == [cast.colleague]


def test_trainers_and_others_take_none(cast, certified):
    for person in (cast.trainer, cast.officer, cast.verifier, cast.analyst, cast.auditor, cast.admin):
        with pytest.raises(Refused):
            make(person)
    assert not Batch.objects.exists()


def test_the_rso_takes_those_of_members_that_share_names_and_only_with_a_reason(cast, certified, quick):
    with pytest.raises(NothingToDo):
        make(cast.rso)
    Member.objects.filter(pk=cast.away.pk).update(sharing=Member.Sharing.NAMES)
    with pytest.raises(NoReason):
        make(cast.rso, reason=" ")
    batch = make(cast.rso)
    assert [line.enrolment.actor.user for line in batch.lines.all()] == [cast.outsider]


def test_what_is_missing_is_issued_once_whatever_happens(cast, completed, quick):
    batch = finish(make(cast.coordinator, "issue"))
    assert outcomes(batch) == ["issued", "issued"] and Award.objects.count() == 2
    again = finish(make(cast.coordinator, "issue"))
    assert outcomes(again) == ["printed", "printed"] and Award.objects.count() == 2


def test_a_changed_name_is_issued_again_once_and_other_certificates_stay(cast, certified, quick):
    with pytest.raises(NoReason):
        make(cast.coordinator, "reissue", reason="")
    User.objects.filter(pk=cast.officer.pk).update(full_name="Officer Renamed")
    for expected in (["printed", "reissued"], ["printed", "printed"]):
        assert outcomes(finish(make(cast.coordinator, "reissue"))) == expected
    states = Award.objects.filter(actor__user=cast.officer).order_by("pk").values_list("holder_name", "state")
    assert list(states) == [("Officer Example", "superseded"), ("Officer Renamed", "valid")]


def test_a_name_that_its_holder_wished_is_no_changed_name(cast, certified, quick):
    award = Award.objects.get(actor__user=cast.officer)
    reissue_award(by=cast.coordinator, award=award, reason="as in the passport", name="Officer Wished")
    assert outcomes(finish(make(cast.coordinator, "reissue"))) == ["printed", "printed"]
    assert Award.objects.get(actor__user=cast.officer, state="valid").holder_name == "Officer Wished"


def test_two_workers_that_make_the_file_at_once_spoil_nothing(cast, certified, monkeypatch):
    """The second one makes the whole file while the first one is in the middle of it."""
    monkeypatch.setattr(files, "PAGES", 1)
    batch = make(cast.coordinator, form="pdf")
    while batch.lines.filter(outcome="").exists():
        go_on_with_batch(batch=batch.pk, worker="a")
    join, others = files._join, iter([1])

    def joined(path, batch, pages):
        if next(others, None):
            Batch.objects.update(worked_at=timezone.now() - batches.LEASE * 2)
            assert go_on_with_batch(batch=Batch.objects.get().pk, worker="b")
        join(path, batch, pages)

    monkeypatch.setattr(files, "_join", joined)
    assert go_on_with_batch(batch=batch.pk, worker="a")
    with zipfile.ZipFile(take_batch(by=cast.coordinator, batch=batch)) as file:
        assert [len(PdfReader(io.BytesIO(file.read(name))).pages) for name in file.namelist()] == [1, 1]
    left = sorted(path.suffix for path in files.folder(batch.uuid).iterdir())
    assert left == [".pdf", ".pdf", ".zip"], "no part is left behind"


def test_who_is_erased_leaves_no_page_behind_and_the_file_is_made_again(
    cast, certified, quick, django_capture_on_commit_callbacks
):
    done, under_way = finish(make(cast.coordinator)), make(cast.coordinator)
    go_on_with_batch(batch=under_way.pk, worker="a")
    Batch.objects.filter(pk=under_way.pk).update(worked_by="")
    own = Award.objects.get(actor__user=cast.officer).pk
    with django_capture_on_commit_callbacks(execute=True):
        erase_person(by=cast.admin, user=cast.officer)
    for batch in (done, under_way):
        assert not (files.folder(batch.uuid) / f"{own}.pdf").exists()
        assert not (files.folder(batch.uuid) / "certificates.zip").exists()
        with pytest.raises(NotReady):
            take_batch(by=cast.coordinator, batch=batch)
        [left] = names(take_batch(by=cast.coordinator, batch=finish(batch)))
        assert "Colleague" in left


def test_who_is_erased_while_the_page_or_the_file_is_made_is_not_in_it(cast, certified, quick, monkeypatch):
    own = Award.objects.get(actor__user=cast.officer).pk
    batch = make(cast.coordinator)
    whole = files.write_zip

    def written(found, pages):
        name = whole(found, pages)
        if BatchLine.objects.filter(enrolment__actor__user=cast.officer).exists():
            erase_person(by=cast.admin, user=cast.officer)
        return name

    monkeypatch.setattr(files, "write_zip", written)
    [left] = names(take_batch(by=cast.coordinator, batch=finish(batch)))
    assert "Colleague" in left

    second = make(cast.coordinator)
    monkeypatch.setattr(batches, "certificate_pdf", lambda award: second.lines.all().delete() and PDF)
    go_on_with_batch(batch=second.pk, worker="a")
    assert list(files.folder(second.uuid).iterdir()) == [] and own


def test_a_job_for_a_class_takes_its_officers_only(cast, certified, quick, course):
    klass = Class.objects.create(course=course.course, title="Spring", starts_on=timezone.localdate())
    Enrolment.objects.filter(actor__user=cast.officer).update(klass=klass)
    batch = make(cast.coordinator, wanted=Chosen(klass=klass))
    assert [line.enrolment.actor.user for line in batch.lines.all()] == [cast.officer]


def test_a_list_of_learner_codes_is_taken_as_it_was_pasted(cast, certified, quick):
    officer, colleague = cast.officer.learner_code, cast.colleague.learner_code
    client = cast.client(cast.coordinator)
    pasted = f"Learner code;Unit\r\n{officer.lower()};Border\r\n\r\n"
    made = client.post(JOBS, {"codes": pasted, "what": "print", "form": "zip"})
    assert made.status_code == 302
    assert [line.enrolment.actor.user for line in Batch.objects.get().lines.all()] == [cast.officer]
    assert [row.line for row in rows_of(f"{officer}\n\n{colleague}")] == [1, 3]


def test_every_row_that_cannot_be_taken_is_said_with_its_line_and_nothing_is_begun(cast, course, certified):
    restricted, without = (make_person(name, Role.OFFICER, cast.home) for name in ("hidden", "without"))
    complete(restricted, course.course)
    enrol(by=without, course=course.course)
    User.objects.filter(pk=restricted.pk).update(is_restricted=True)
    people = (cast.officer, cast.outsider, restricted, without, cast.officer)
    rows = [*(each.learner_code for each in people), "L-0000-0000", "Siti"]
    answer = cast.client(cast.coordinator).post(JOBS, {"codes": "\n".join(rows), "what": "print", "form": "zip"})
    said = answer.content.decode()
    assert answer.status_code == 422 and not Batch.objects.exists()
    assert "6 rows cannot be taken" in said and "Row 1," not in said
    for line, code, why in (
        (2, cast.outsider.learner_code, "No officer whose certificate you may take"),
        (3, restricted.learner_code, "identity is restricted"),
        (4, without.learner_code, "no certificate that this job could set"),
        (5, cast.officer.learner_code, "twice"),
        (6, "L-0000-0000", "No officer whose certificate you may take"),
        (7, "Siti", "No officer whose certificate you may take"),
    ):
        assert re.search(rf'Row {line}, <bdi dir="ltr">{code}</bdi>: [^<]*{why}', said), line


def test_a_list_of_the_rso_says_of_nobody_that_the_identity_is_restricted(cast, certified):
    Member.objects.filter(pk=cast.home.pk).update(sharing=Member.Sharing.NAMES)
    User.objects.filter(pk=cast.officer.pk).update(is_restricted=True)
    data = {"codes": cast.officer.learner_code, "what": "print", "form": "zip", "reason": "Ceremony"}
    said = cast.client(cast.rso).post(JOBS, data).content.decode()
    assert (
        "No officer whose certificate you may take has this code" in said
        and "is restricted" not in said.partition("Row 1")[2]
    )


def test_who_may_teach_gets_that_certificate_along_with_the_other(cast, certified, quick):
    learner = Award.objects.get(actor__user=cast.officer)
    day = timezone.localdate()
    given = grant_trainer_award(by=cast.rso, learner=learner, practised_on=day, reviewed_on=day, reason="taught well")
    batch = finish(make(cast.coordinator))
    found = names(take_batch(by=cast.coordinator, batch=batch))
    assert len(found) == 3 and [given.number in name for name in found].count(True) == 1


def test_a_trainer_certificate_goes_along_only_with_who_looks_after_it(cast, certified, quick):
    """It belongs to the member and to none of its agencies; the old enrolment of a renewed one does not bring it."""
    learner = Award.objects.get(actor__user=cast.colleague)
    day = timezone.localdate()
    given = grant_trainer_award(by=cast.rso, learner=learner, practised_on=day, reviewed_on=day, reason="taught well")
    batch = finish(make(cast.agency_coordinator))
    assert [given.number in name for name in names(take_batch(by=cast.agency_coordinator, batch=batch))] == [False]
    Award.objects.filter(pk=given.pk).update(member=cast.away)
    batch = finish(make(cast.coordinator))
    assert not any(given.number in name for name in names(take_batch(by=cast.coordinator, batch=batch)))
    Award.objects.filter(pk=given.pk).update(member=cast.home)
    Award.objects.filter(pk=learner.pk).update(state=Award.State.SUPERSEDED)
    assert outcomes(finish(make(cast.coordinator))) == ["invalid", "printed"]


def test_the_rso_does_not_learn_that_somebody_became_restricted(cast, certified, quick):
    Member.objects.filter(pk=cast.home.pk).update(sharing=Member.Sharing.NAMES)
    batch = make(cast.rso)
    assert batch.lines.count() == 2
    User.objects.filter(pk=cast.officer.pk).update(is_restricted=True)
    batch = finish(batch)
    standing = standing_of(cast.rso, batch)
    gone = ("moved on, left or was erased meanwhile", 1, [cast.officer.learner_code])
    assert standing.held_back == 0 and gone in standing.outcomes
    assert "restricted, so in no file" not in cast.client(cast.rso).get(f"{JOBS}{batch.uuid}/").content.decode()


@pytest.mark.parametrize("slip", ["L-7K2M-9Q4", "L–7K3M–9Q2X", "7K3M-9Q2X"])
def test_a_slip_in_the_first_code_of_a_list_is_no_heading(slip):
    assert rows_of(f"{slip}\nL-7K3M-9Q2X")[0].typed == slip
    assert [row.line for row in rows_of("Learner code\nL-7K3M-9Q2X")] == [2]


def test_a_page_that_was_lost_is_set_again(cast, certified, quick):
    batch = make(cast.coordinator)
    go_on_with_batch(batch=batch.pk, worker="a")
    next(files.folder(batch.uuid).iterdir()).unlink()
    assert not go_on_with_batch(batch=batch.pk, worker="a"), "the file is not there yet"
    Batch.objects.update(worked_by="")
    assert len(names(take_batch(by=cast.coordinator, batch=finish(batch)))) == 2 and len(quick) == 3


def test_a_page_that_another_worker_is_at_stays_and_a_file_that_was_deleted_before_it_was_in_place_is_made_again(
    cast, certified, quick, monkeypatch
):
    batch = make(cast.coordinator)
    go_on_with_batch(batch=batch.pk, worker="a")
    others, whole = files.folder(batch.uuid) / "9999.pdf.00.part", files.write_zip
    others.write_bytes(PDF)

    def written(found, pages):
        made = whole(found, pages)
        if others.exists() and others.read_bytes() == PDF:
            others.write_bytes(b"seen")
            files.forget_pages(found, [])  # as where somebody is erased whose page is in it no more
        return made

    monkeypatch.setattr(files, "write_zip", written)
    assert not go_on_with_batch(batch=batch.pk, worker="a") and others.read_bytes() == b"seen"
    assert go_on_with_batch(batch=batch.pk, worker="a")
    assert len(names(take_batch(by=cast.coordinator, batch=batch))) == 2


def test_erasure_also_takes_what_a_worker_that_died_left_half_done(
    cast, certified, quick, django_capture_on_commit_callbacks
):
    batch = make(cast.coordinator)
    go_on_with_batch(batch=batch.pk, worker="a")
    for name in ("certificates.zip", "certificates.zip.0011.part"):
        (files.folder(batch.uuid) / name).write_bytes(b"with a page of the officer")
    with django_capture_on_commit_callbacks(execute=True):
        erase_person(by=cast.admin, user=cast.officer)
    [left] = files.folder(batch.uuid).iterdir()
    assert left.name == f"{Award.objects.get(actor__user=cast.colleague).pk}.pdf"


def test_a_worker_that_died_is_followed_by_one_that_goes_on_where_it_was(cast, certified, quick, monkeypatch):
    monkeypatch.setattr(batches, "AT_ONCE", 1)
    batch = make(cast.coordinator, "issue")
    assert go_on_with_batch(batch=batch.pk, worker="a") is False
    assert go_on_with_batch(batch=batch.pk, worker="b") is True, "the first one still has it"
    assert outcomes(batch) == ["printed", ""]
    Batch.objects.filter(pk=batch.pk).update(worked_at=timezone.now() - batches.LEASE * 2)
    assert sweep_batches.func() == 1
    batch = finish(batch)
    assert len(quick) == len(set(quick)) == 2, "nothing was set twice"
    assert len(names(take_batch(by=cast.coordinator, batch=batch))) == 2


def test_restricted_officers_are_counted_and_in_no_file_also_who_became_so_while_it_ran(cast, certified, quick):
    User.objects.filter(pk=cast.officer.pk).update(is_restricted=True)
    batch = make(cast.coordinator)
    User.objects.filter(pk=cast.colleague.pk).update(is_restricted=True)
    batch = finish(batch)
    standing = standing_of(cast.coordinator, batch)
    assert (batch.file, standing.held_back, standing.printed, standing.outcomes) == ("", 2, 0, [])
    with pytest.raises(NotReady):
        take_batch(by=cast.coordinator, batch=batch)


def test_a_holder_who_was_erased_or_moved_on_is_named_in_the_summary(cast, certified, quick):
    batch = make(cast.coordinator)
    Actor.objects.filter(user=cast.officer).update(user=None)
    batch = finish(batch)
    assert outcomes(batch) == ["printed", "gone"]
    listed = standing_of(cast.coordinator, batch).outcomes
    assert [(words, n) for words, n, _codes in listed][1] == ("moved on, left or was erased meanwhile", 1)


def test_a_revoked_certificate_is_not_printed_and_its_officer_is_named_by_code(cast, certified, quick):
    batch = make(cast.coordinator)
    Award.objects.filter(actor__user=cast.officer).update(state=Award.State.REVOKED)
    listed = standing_of(cast.coordinator, finish(batch)).outcomes
    assert listed[1] == ("suspended, revoked or replaced", 1, [cast.officer.learner_code])


@pytest.mark.logs_errors
def test_one_page_that_fails_does_not_stop_the_others(cast, certified, monkeypatch):
    bad = Award.objects.get(actor__user=cast.officer)

    def page(award):
        if award == bad:
            raise RuntimeError("no signatory")
        return PDF

    monkeypatch.setattr(batches, "certificate_pdf", page)
    batch = finish(make(cast.coordinator))
    assert outcomes(batch) == ["printed", "failed"]
    assert len(names(take_batch(by=cast.coordinator, batch=batch))) == 1


def test_the_file_is_for_who_asked_as_long_as_the_right_lasts_and_each_taking_is_logged(cast, certified, quick):
    batch = finish(make(cast.coordinator))
    with pytest.raises(Refused):
        take_batch(by=cast.agency_coordinator, batch=batch)
    take_batch(by=cast.coordinator, batch=batch)
    entry = AuditEvent.objects.get(action="certificates.batch_taken")
    assert entry.member == cast.home and len(entry.details["people"]) == 2
    past = timezone.localdate() - dt.timedelta(days=1)
    Posting.objects.filter(user=cast.coordinator).update(starts_on=past, ends_on=past)
    with pytest.raises(Refused):
        take_batch(by=User.objects.get(pk=cast.coordinator.pk), batch=batch)


def test_who_became_restricted_after_it_was_made_is_taken_out_before_it_leaves(
    cast, certified, quick, django_capture_on_commit_callbacks
):
    batch = finish(make(cast.coordinator))
    User.objects.filter(pk=cast.officer.pk).update(is_restricted=True)
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(NotReady):
        take_batch(by=cast.coordinator, batch=batch)
    assert not AuditEvent.objects.filter(action="certificates.batch_taken").exists()
    batch.refresh_from_db()
    assert batch.file == "" and not (files.folder(batch.uuid) / "certificates.zip").exists()
    found = names(take_batch(by=cast.coordinator, batch=finish(batch)))
    assert len(found) == 1 and "Colleague" in found[0]


def test_one_pdf_has_a_page_for_each_and_claims_no_more_than_it_keeps(cast, certified):
    batch = finish(make(cast.coordinator, form="pdf"))
    joined = PdfReader(take_batch(by=cast.coordinator, batch=batch))
    assert batch.file == "certificates.pdf" and len(joined.pages) == 2
    assert "/StructTreeRoot" not in joined.trailer["/Root"] and joined.xmp_metadata is None


def test_more_than_one_file_holds_becomes_several_in_a_zip(cast, certified, monkeypatch):
    monkeypatch.setattr(files, "PAGES", 1)
    batch = finish(make(cast.coordinator, form="pdf"))
    with zipfile.ZipFile(take_batch(by=cast.coordinator, batch=batch)) as file:
        assert file.namelist() == ["certificates-00001.pdf", "certificates-00002.pdf"]
        assert len(PdfReader(io.BytesIO(file.read("certificates-00002.pdf"))).pages) == 1


def test_after_a_day_or_when_thrown_away_nothing_is_left(cast, certified, quick, django_capture_on_commit_callbacks):
    old, dropped = (finish(make(cast.coordinator)) for _n in range(2))
    with django_capture_on_commit_callbacks(execute=True):
        with pytest.raises(Refused):
            drop_batch(by=cast.agency_coordinator, batch=dropped)
        drop_batch(by=cast.coordinator, batch=dropped)
    assert [path.name for path in files.root().iterdir()] == [old.uuid.hex]
    Batch.objects.filter(pk=old.pk).update(made_at=timezone.now() - KEPT_FOR * 2)
    sweep_batches.func()
    assert list(files.root().iterdir()) == [] and not BatchLine.objects.exists()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Siti Nur", "Siti-Nur"),
        ("../../etc/passwd", "etc-passwd"),
        ("สมชาย ใจดี", "สมชาย-ใจดี"),
        ("محمد \u202eعلي", "محمد-علي"),
        ("နိုင်", "နိုင်"),
        ("CON.pdf\x00", "CON-pdf"),
        ("—", ""),
    ],
)
def test_names_of_files_are_safe_in_every_script(name, expected):
    assert files.safe_name(name) == expected
    assert len(files.safe_name("ก" * 200).encode()) <= 120
