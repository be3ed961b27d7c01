"""Checking and importing large files of questions, and clearing away what is over."""

import datetime as dt
import logging

from django_tasks import task

from assessments.models import QuestionFile
from assessments.services.question_files import (
    apply_question_file,
    check_question_file,
    delete_old_question_files,
    give_up_question_file,
    left_lying,
)
from lms.queue import enqueue, periodic

logger = logging.getLogger("suluh.assessments")


@task()
def work_on_question_file(pk: int) -> None:
    """Check a file that waits, or import one that is to be imported. May run twice."""
    file = QuestionFile.objects.filter(pk=pk).first()
    if file is None:
        return
    try:
        if file.state == QuestionFile.State.WAITING:
            check_question_file(file=file)
        elif file.state == QuestionFile.State.APPLYING:
            apply_question_file(file=file)
    except Exception:
        # Whoever waits is told; the sweep would only come to the same end every ten minutes.
        logger.exception("Working on the file of questions %s failed.", file.uuid)
        give_up_question_file(file=file)


@periodic(every=dt.timedelta(minutes=10))
@task()
def sweep_question_files() -> int:
    """Take up files that were left lying, and delete those of more than a day ago; returns how many were taken up."""
    delete_old_question_files()
    keys = left_lying()
    for pk in keys:
        enqueue(work_on_question_file, pk)
    return len(keys)
