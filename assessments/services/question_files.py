"""Files of questions that were uploaded: taken, checked, imported, thrown away. Nothing of them is left after a day."""

import datetime as dt
import io
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from accounts.exchange import ENCODINGS
from accounts.models import User
from accounts.permissions import Refused, Right, require_right
from accounts.services import audit
from assessments.exchange.formats import format_of
from assessments.exchange.plan import PREVIEW, Asked, ImportPlan, NotPossible, plan_questions
from assessments.exchange.question import FileRefused
from assessments.exchange.spool import ERROR, LOSS, SKIPPED
from assessments.exchange.targets import NoBank, target_of
from assessments.models import QuestionFile
from assessments.services.importing import PlanOutOfDate, import_questions

#: A larger file is one for the command.
LARGEST_FILE = 20 * 1024 * 1024
#: A larger file is checked in the background.
SMALL = 200 * 1024
#: As many lines of each kind are kept with a plan; more help nobody.
MOST_SHOWN = 1000
KEPT_FOR = dt.timedelta(days=1)
#: After so long without a change a file was left lying by the queue or by a worker that died.
LEFT_LYING = dt.timedelta(minutes=15)
State = QuestionFile.State


class NotOpen(Exception):
    """The file was imported or is being worked on, so there is nothing to do with it."""

    def __init__(self) -> None:
        super().__init__(_("This file was imported already, or is being worked on."))


@transaction.atomic
def take_question_file(*, by: User, data: bytes, bank: str, asked: Asked) -> QuestionFile:
    """Keep an uploaded file of questions until it is imported, for a day at most.

    Arguments:
        bank: a bank by its name, or a course by its slug; another name makes a bank without a course.

    Raises:
        accounts.permissions.Refused: the person may not write courses.
        FileRefused: it is empty, or too large for a page.
        NoBank: a bank cannot be called so.
    """
    require_right(by, Right.WRITE_COURSES)
    if not data:
        raise FileRefused(_("The file is empty."))
    if len(data) > LARGEST_FILE:
        raise FileRefused(
            _("The file is larger than %(most)s MB. Ask who runs the site to import it (import_questions).")
            % {"most": LARGEST_FILE // 1024 // 1024}
        )
    target = target_of(bank, may_be_new=True)
    file = QuestionFile.objects.create(
        made_by=by,
        content=data,
        format=asked.format or format_of(data),
        bank=target.name,
        pool=asked.pool,
        module=asked.module,
        language=asked.language or target.language,
    )
    audit(by=by, action="questions.file_taken", target=f"assessments.questionfile:{file.uuid}")
    return file


@transaction.atomic
def read_question_file_otherwise(*, by: User, file: QuestionFile, encoding: str) -> QuestionFile:
    """Have a file checked again, read in another encoding.

    Raises:
        accounts.permissions.Refused: the person may not write courses, or it is another's file.
        NotOpen: there is nothing left to check.
    """
    file = _own(by, file)
    if file.state not in (State.PLANNED, State.REFUSED):
        raise NotOpen
    file.encoding = encoding if encoding in ENCODINGS else ""
    return _in_state(file, State.WAITING)


def check_question_file(*, file: QuestionFile) -> QuestionFile:
    """Plan a file that waits, and keep the plan with it. May run twice."""
    file = QuestionFile.objects.select_related("made_by").get(pk=file.pk)
    if file.state != State.WAITING or file.content is None:
        return file
    try:
        with override(file.made_by.language or get_language()), _plan(file) as plan:
            shown, state = _shown(plan), State.PLANNED
    except (FileRefused, NotPossible, NoBank, Refused) as refusal:
        shown, state = {"refused": str(refusal)}, State.REFUSED
    QuestionFile.objects.filter(pk=file.pk, state=State.WAITING).update(
        plan=shown, state=state, done=100, changed_at=timezone.now()
    )
    return _fresh(file)


def _plan(file: QuestionFile) -> ImportPlan:
    def progress(_questions: int, percent: int) -> None:
        QuestionFile.objects.filter(pk=file.pk).update(done=min(99, percent), changed_at=timezone.now())

    asked = Asked(
        format=file.format, pool=file.pool, module=file.module, language=file.language, encoding=file.encoding
    )
    return plan_questions(
        by=file.made_by,
        target=target_of(file.bank, may_be_new=True),
        file=io.BytesIO(bytes(file.content or b"")),
        asked=asked,
        progress=progress,
    )


def _shown(plan: ImportPlan) -> dict[str, Any]:
    """A plan as its page shows it."""
    counts = {kind: plan.spool.count(kind) for kind in (ERROR, SKIPPED, LOSS)}
    return {
        "planned": plan.planned,
        "seal": plan.seal,
        "unexplained": plan.unexplained,
        "is_new": plan.target.bank is None and plan.target.course is None,
        "encoding": plan.encoding.label if plan.encoding else "",
        "is_guessed": bool(plan.encoding and plan.encoding.is_guessed),
        "samples": plan.samples,
        "counts": counts,
        "lines": [{"kind": kind, **each} for kind in (ERROR, SKIPPED, LOSS) for each in plan.lines(kind, MOST_SHOWN)],
        "preview": [
            {
                "type": each.type,
                "key": each.key,
                "where": each.where,
                "structure": {name: value for name, value in each.structure.items() if name != "picture"},
                "answer_key": each.answer_key,
                "text": {name: value for name, value in each.text.items() if name != "picture"},
                "has_picture": each.picture is not None,
            }
            for _place, each in zip(range(PREVIEW), plan.spool.found(), strict=False)
        ],
    }


@transaction.atomic
def begin_import(*, by: User, file: QuestionFile) -> QuestionFile:
    """Say that a file that was checked is to be imported.

    Raises:
        accounts.permissions.Refused: the person may not write courses, or it is another's file.
        NotOpen: it was imported, is being worked on, or has nothing to import.
    """
    file = _own(by, file)
    if file.state != State.PLANNED or not file.plan.get("planned"):
        raise NotOpen
    return _in_state(file, State.APPLYING)


def apply_question_file(*, file: QuestionFile) -> QuestionFile:
    """Import a file as it was shown, or show it again where that is no longer what would happen. May run twice."""
    file = QuestionFile.objects.select_related("made_by").get(pk=file.pk)
    if file.state != State.APPLYING:
        return file
    with override(file.made_by.language or get_language()):
        try:
            try:
                return _apply(file)
            except PlanOutOfDate:
                with _plan(file) as plan:
                    return _look_again(file, _shown(plan))
        except NotOpen:  # somebody else was first
            return _fresh(file)
        except (ValueError, Refused) as refusal:  # of a picture, a bank, or a right that ended
            return _refuse(file, str(refusal))


def _apply(file: QuestionFile) -> QuestionFile:
    """Import it, unless that is no longer what was shown.

    Raises:
        PlanOutOfDate: the bank changed while it was planned.
        NotOpen: somebody else was first.
        ValueError, Refused: as planning and importing say it.
    """
    with _plan(file) as plan:
        shown = _shown(plan)
        if any(shown[name] != file.plan.get(name) for name in ("seal", "planned", "counts")):
            return _look_again(file, shown)
        with transaction.atomic():
            import_questions(by=file.made_by, plan=plan)
            # In the same transaction: whoever comes second finds that it is done, and its own work is undone.
            shown |= {"preview": [], "samples": []}
            changed = QuestionFile.objects.filter(pk=file.pk, state=State.APPLYING).update(
                state=State.APPLIED, content=None, plan=shown, done=100, changed_at=timezone.now()
            )
            if not changed:
                raise NotOpen
    return _fresh(file)


def give_up_question_file(*, file: QuestionFile) -> None:
    """Say with a file that working on it failed by a fault of ours; nothing of it was imported."""
    why = _("Something went wrong on our side, and nothing was changed. The people who run the site can see why.")
    _refuse(file, why)


def _refuse(file: QuestionFile, why: str) -> QuestionFile:
    QuestionFile.objects.filter(pk=file.pk, state__in=[State.WAITING, State.APPLYING]).update(
        state=State.REFUSED, plan={"refused": why}, changed_at=timezone.now()
    )
    return _fresh(file)


def _fresh(file: QuestionFile) -> QuestionFile:
    """The file as it is now; as it was, where it was thrown away meanwhile."""
    return QuestionFile.objects.filter(pk=file.pk).first() or file


def _look_again(file: QuestionFile, shown: dict[str, Any]) -> QuestionFile:
    QuestionFile.objects.filter(pk=file.pk, state=State.APPLYING).update(
        state=State.PLANNED, plan=shown | {"again": True}, changed_at=timezone.now()
    )
    return _fresh(file)


@transaction.atomic
def drop_question_file(*, by: User, file: QuestionFile) -> None:
    """Throw a file away.

    Raises:
        accounts.permissions.Refused: the person may not write courses, or it is another's file.
        NotOpen: it was imported, or is being imported.
    """
    file = _own(by, file)
    if file.state in (State.APPLYING, State.APPLIED):
        raise NotOpen
    audit(by=by, action="questions.file_dropped", target=f"assessments.questionfile:{file.uuid}")
    file.delete()


def delete_old_question_files() -> int:
    """Delete files of more than a day ago, imported or not; returns how many."""
    return QuestionFile.objects.filter(made_at__lt=timezone.now() - KEPT_FOR).delete()[0]


def left_lying() -> list[int]:
    """Primary keys of files that the queue or a worker left lying."""
    rows = QuestionFile.objects.filter(
        state__in=[State.WAITING, State.APPLYING], changed_at__lt=timezone.now() - LEFT_LYING
    )
    return list(rows.values_list("pk", flat=True))


def _own(by: User, file: QuestionFile) -> QuestionFile:
    require_right(by, Right.WRITE_COURSES)
    if file.made_by_id != by.pk:
        raise Refused(_("This is somebody else's file."))
    found = QuestionFile.objects.select_for_update(of=("self",)).filter(pk=file.pk).first()
    if found is None:
        raise NotOpen
    return found


def _in_state(file: QuestionFile, state: str) -> QuestionFile:
    file.state, file.done, file.changed_at = state, 0, timezone.now()
    file.save(update_fields=["state", "done", "changed_at", "encoding"])
    return file
