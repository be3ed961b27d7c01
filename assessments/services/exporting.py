"""Giving the questions of a bank to another system."""

from collections.abc import Collection
from typing import IO

from django.db import transaction

from accounts.models import User
from accounts.permissions import Right, require_right
from accounts.services import audit
from assessments.exchange.out import Exported, write_questions
from assessments.models import Bank


@transaction.atomic
def export_questions(
    *,
    by: User | None,
    bank: Bank,
    format: str,
    language: str,
    file: IO[bytes],
    only: Collection[int] | None = None,
) -> Exported:
    """Write the questions of a bank, with their answers, and note who took them.

    Arguments:
        by: who may write courses; of a test, only what the person may see with its answers. None for a command.
        only: primary keys of the questions that are wanted; all where it is None.

    Raises:
        accounts.permissions.Refused: the person may not write courses.
    """
    if by is not None:
        require_right(by, Right.WRITE_COURSES)
    done = write_questions(viewer=by, bank=bank, format=format, language=language, file=file, only=only)
    audit(
        by=by,
        action="questions.exported",
        target=f"assessments.bank:{bank.pk}",
        details={"format": format, "language": language, "questions": done.questions},
    )
    return done
