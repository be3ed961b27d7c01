"""Checking and importing large files of questions, and clearing away what is over."""

import datetime as dt

from django_tasks import task

from assessments.models import QuestionFile
from assessments.services.question_files import (
    apply_question_file,
    check_question_file,
    delete_old_question_files,
    left_lying,
)
from lms.queue import enqueue, periodic


@task()
def work_on_question_file(pk: int) -> None:
    """Check a file that waits, or import one that is to be imported. May run twice."""
    file = QuestionFile.objects.filter(pk=pk).first()
    if file is None:
        return
    if file.state == QuestionFile.State.WAITING:
        check_question_file(file=file)
    elif file.state == QuestionFile.State.APPLYING:
        apply_question_file(file=file)


@periodic(every=dt.timedelta(minutes=10))
@task()
def sweep_question_files() -> int:
    """Take up files that were left lying, and delete those of more than a day ago; returns how many were taken up."""
    delete_old_question_files()
    keys = left_lying()
    for pk in keys:
        enqueue(work_on_question_file, pk)
    return len(keys)
