"""Several workers and windows at once, and a worker that is killed, on a real database with real transactions."""

import datetime as dt
import os
import subprocess
import sys
import zipfile

import pytest
from django.db import connection

from accounts.models import User
from certificates.batches import files
from certificates.batches.tasks import work_on_batch
from certificates.models import Award, AwardChange, Batch
from certificates.selectors.batches import Chosen
from certificates.services import WrongState, batches, issue_award, reissue_award, revoke_award
from certificates.services.batches import go_on_with_batch, make_batch, take_batch
from certificates.verification import Tally, verify_awards
from learning.models import Enrolment
from lms.settings import BASE_DIR
from tests import templates
from tests.assessments.test_at_the_same_moment import at_once
from tests.cast import Cast, make_cast
from tests.factories import complete, make_course
from tests.learning.classes import officers

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(transactional_db) -> Cast:
    return make_cast()


@pytest.fixture
def completed(cast, settings) -> list[Enrolment]:
    """Five officers of Home who completed the course, and nothing was issued yet."""
    course = make_course().course
    settings.REQUIRE_REVIEW = True
    found = [complete(person, course) for person in officers(cast.home, 5)]
    settings.REQUIRE_REVIEW = False
    return found


def a_job(cast: Cast, tmp_path, settings) -> Batch:
    settings.DATA_DIR = tmp_path
    return make_batch(by=cast.coordinator, what="issue", form="zip", wanted=Chosen())


def holders(path) -> int:
    """How many certificates are in the file; each opens as a PDF and is there once."""
    with zipfile.ZipFile(path) as file:
        assert file.testzip() is None and all(file.read(name).startswith(b"%PDF-1.7") for name in file.namelist())
        numbers = {name[-23:] for name in file.namelist()}
        assert len(numbers) == len(file.namelist())
        return len(numbers)


def all_holds() -> bool:
    return not list(verify_awards(tally=Tally()))


def test_workers_that_issue_the_same_certificate_at_once_issue_one(completed):
    results, errors = at_once(6, lambda n: issue_award(enrolment=completed[n % 2]).pk)
    assert not errors and len(set(results)) == Award.objects.count() == 2
    assert all_holds()


def test_of_two_who_change_a_certificate_at_once_one_is_told(cast, completed):
    award = issue_award(enrolment=completed[0])

    def change(number: int) -> Award:
        by = User.objects.get(pk=(cast.rso if number % 2 else cast.coordinator).pk)
        found = Award.objects.select_related("actor__user").get(pk=award.pk)
        if number % 2:
            return revoke_award(by=by, award=found, reason="a doubt")
        return reissue_award(by=by, award=found, reason="married", name="Another Name")

    _results, errors = at_once(4, change)
    assert errors and all(isinstance(each, WrongState) for each in errors)
    assert Award.objects.count() - AwardChange.objects.filter(kind="reissued").count() == 1
    assert AwardChange.objects.filter(kind="revoked").count() <= 1 and all_holds()


def test_workers_that_all_have_the_same_job_lose_nobody_and_issue_nothing_twice(
    cast, completed, tmp_path, settings, monkeypatch
):
    """As if each found the other one silent, again and again."""
    monkeypatch.setattr(batches, "LEASE", dt.timedelta(0))
    monkeypatch.setattr(batches, "AT_ONCE", 2)
    batch = a_job(cast, tmp_path, settings)

    def work(number: int) -> None:
        while not go_on_with_batch(batch=batch.pk, worker=f"worker {number}"):
            pass

    _results, errors = at_once(3, work)
    assert not errors and Award.objects.count() == 5
    assert not batch.lines.filter(outcome="").exists()
    work_on_batch.func(batch.pk)
    assert holders(take_batch(by=cast.coordinator, batch=batch)) == 5 and all_holds()
    assert not [path for path in files.folder(batch.uuid).iterdir() if path.suffix == ".part"]


_DIES = """
import sys
import django
django.setup()
from certificates.batches import files
from certificates.services.batches import go_on_with_batch
keep, kept = files.keep_page, []

def keep_page(*args):
    keep(*args)
    kept.append(args)
    if len(kept) == 2:
        print("two pages", flush=True)
        sys.stdin.read()

files.keep_page = keep_page
go_on_with_batch(batch=int(sys.argv[1]), worker="dies")
"""


def test_a_worker_that_is_killed_is_followed_by_one_that_loses_nobody(cast, completed, tmp_path, settings):
    batch = a_job(cast, tmp_path, settings)
    name = str(connection.settings_dict["NAME"])
    url = f"sqlite:///{name}" if connection.vendor == "sqlite" else templates.postgres_url(name)
    given = {"DATABASE_URL": url, "DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "tests.settings"}
    with subprocess.Popen(
        [sys.executable, "-c", _DIES, str(batch.pk)],
        cwd=BASE_DIR,
        env={**os.environ, **given, "REQUIRE_REVIEW": "0"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as worker:
        assert worker.stdout.readline() == b"two pages\n"
        worker.kill()
    assert Award.objects.count() == 2 and batch.lines.filter(outcome="").count() == 5
    Batch.objects.filter(pk=batch.pk).update(worked_at=Batch.objects.get(pk=batch.pk).worked_at - batches.LEASE * 2)
    work_on_batch.func(batch.pk)
    assert Award.objects.count() == 5 and all_holds()
    assert holders(take_batch(by=cast.coordinator, batch=batch)) == 5
