"""What the centre does when the record grows."""

import logging
from typing import Any

from django.db import transaction
from django.dispatch import receiver

from learning import tasks
from learning.models import EditionRevision
from learning.projection import project
from learning.signals import revision_published
from lms.queue import enqueue
from xapi.models import Statement
from xapi.signals import statements_recorded

logger = logging.getLogger("suluh.learning")


@receiver(statements_recorded)
def keep_progress(sender: type[Statement], statements: list[Statement], **kwargs: Any) -> None:
    """Project progress; a failure is logged and mended later, and never costs the statement."""
    try:
        with transaction.atomic():
            project(statements)
    except Exception:
        logger.exception("Progress was not projected; it will be rebuilt from the record.")
        for registration in {statement.registration for statement in statements if statement.registration}:
            enqueue(tasks.rebuild_enrolment, str(registration))


@receiver(revision_published)
def complete_who_is_due(sender: type[EditionRevision], revision: EditionRevision, **kwargs: Any) -> None:
    """A correction may take away the last thing that somebody had left."""
    enqueue(tasks.complete_due, revision.edition_id)
