"""Whether a job of many certificates grows: 10,000 in one job as a worker does it, with its memory on the way.

    script/demo --no-serve
    SULUH_DEMO=1 PYTHONPATH=script .venv/bin/python -m benchmark.many_certificates [HOW_MANY]

Works on a copy of the demo's database in a temporary folder. Minutes of processor time. The time grows with the number
of officers; the memory does not, because one page is held at a time and the rest waits as files.
"""

import os
import shutil
import sys
import tempfile
import time
import uuid
from pathlib import Path

import django
from django.utils import timezone


def main(most: int) -> None:
    source = Path(os.environ.get("DATA_DIR", "var/demo")) / "suluh.sqlite3"
    if not source.is_file():
        sys.exit(f"{source} is not there: run script/demo --no-serve first.")
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(source, folder)
        os.environ |= {"DATA_DIR": folder, "DATABASE_URL": f"sqlite:///{folder}/{source.name}"}
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")
        os.environ.setdefault("PUBLIC_URL", "http://localhost")
        django.setup()
        _measure(most)


def _measure(most: int) -> None:
    from accounts.models import User
    from certificates.batches import files
    from certificates.models import Batch
    from certificates.selectors.batches import Chosen
    from certificates.services.batches import go_on_with_batch, make_batch

    by = User.objects.get(username="coordinator")
    klass = _a_class_with_certificates(by, most)
    batch = make_batch(by=by, what=Batch.What.PRINT, form=Batch.Form.ZIP, wanted=Chosen(klass=klass))
    began, shown = time.process_time(), 0
    is_done = False
    while not is_done:
        is_done = go_on_with_batch(batch=batch.pk, worker="bench")
        done = batch.lines.exclude(outcome="").count()
        if is_done or done >= shown:
            spent = (time.process_time() - began) / done * 1000
            said = "with the file" if is_done else ""
            print(f"{done:6} certificates  {_resident_mb():5.0f} MB  {spent:5.1f} ms of CPU each {said}", flush=True)
            shown = done + most // 10
    batch.refresh_from_db()
    size = (files.folder(batch.uuid) / batch.file).stat().st_size
    print(f"{batch.file}: {size / 2**20:.0f} MB")


def _a_class_with_certificates(by, most: int):
    """A class of so many officers of the coordinator's member, each with a certificate like one that is there."""
    from accounts.models import Actor, Posting, User
    from accounts.permissions import Role
    from certificates.models import Award
    from certificates.numbers import new_number
    from learning.models import Class, Enrolment

    member = by.postings.get().member
    like = Award.objects.filter(member=member, kind=Award.Kind.COMPLETION).select_related("enrolment").first()
    klass = Class.objects.create(course=like.course, title="Many", starts_on=timezone.localdate())
    users = User.objects.bulk_create(
        [
            User(username=f"many-{n}", full_name=f"Officer {n} {chr(0x0E01 + n % 40)}{chr(0x1780 + n % 30)}")
            for n in range(most)
        ],
        batch_size=500,
    )
    actors = Actor.objects.bulk_create([Actor(user=user) for user in users], batch_size=500)
    Posting.objects.bulk_create(
        [Posting(user=user, role=Role.OFFICER, member=member) for user in users], batch_size=500
    )
    enrolments = Enrolment.objects.bulk_create(
        [
            Enrolment(actor=actor, course=like.course, edition=like.enrolment.edition, klass=klass, member=member)
            for actor in actors
        ],
        batch_size=500,
    )
    same = ("course", "member", "edition", "revision", "content", "is_specimen", "snapshot", "valid_until")
    languages = ("en", "id", "ur", "km", "ar", "th", "my", "bn")
    Award.objects.bulk_create(
        [
            Award(
                **{name: getattr(like, name) for name in same},
                uuid=uuid.uuid4(),
                number=new_number(),
                actor=enrolment.actor,
                enrolment=enrolment,
                holder_name=enrolment.actor.user.full_name,
                language=languages[at % len(languages)],
            )
            for at, enrolment in enumerate(enrolments)
        ],
        batch_size=500,
    )
    return klass


def _resident_mb() -> float:
    """Memory of this process that is in use, as Linux counts it."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
