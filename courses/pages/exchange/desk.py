"""Files that come in on the authors' side: kept, planned, shown, and then applied or thrown away."""

import datetime as dt
import logging
import tempfile
import uuid
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Refused, Right, has_right
from accounts.services import audit
from courses.pages.exchange.apply import Result, apply_plan
from courses.pages.exchange.export import NotExportable, export_course
from courses.pages.exchange.files import read_bundles
from courses.pages.exchange.plan import Change, Plan, clashes_between, plan_import
from courses.pages.exchange.reading import BundleProblems, Problem
from courses.pages.models import CourseFile, ModulePage
from courses.pages.rights import may_publish
from courses.pages.word import WordRefused, apply_word, plan_word
from learning.models import Course

logger = logging.getLogger("suluh.exchange")

#: So many changes are applied while the person waits; more go to the background.
AT_ONCE = 60
KEEP_FILE = dt.timedelta(days=1)
KEEP_ROW = dt.timedelta(days=30)
#: A name is shown and kept, nothing more.
MOST_NAME = 200


class AlreadyDecided(ValueError):
    """The file is applied, or is being applied, or lies here no longer."""


def files_of(viewer: User) -> QuerySet[CourseFile]:
    """The files that this person brought in."""
    return CourseFile.objects.filter(made_by=viewer).select_related("module")


def take_bundle(
    *, by: User, file: UploadedFile, as_new_edition: bool = False, same_meaning: bool = False, note: str = ""
) -> CourseFile:
    """Keep an uploaded bundle and plan it.

    Raises:
        accounts.permissions.Refused: the person may not publish courses.
    """
    if not may_publish(by):
        raise Refused(_("Your role may write courses but not publish them."))
    row = CourseFile(
        kind=CourseFile.Kind.BUNDLE,
        name=_name(file),
        made_by=by,
        as_new_edition=as_new_edition,
        same_meaning=same_meaning,
        note=note,
    )
    return _take(row, file)


def take_word(*, by: User, file: UploadedFile, module: ModulePage) -> CourseFile:
    """Keep an uploaded Word file and plan it.

    Raises:
        accounts.permissions.Refused: the person may not write courses.
    """
    if not any(has_right(by, right) for right in (Right.WRITE_COURSES, Right.MANAGE_SITE)):
        raise Refused(_("Your role does not include writing courses."))
    return _take(CourseFile(kind=CourseFile.Kind.WORD, name=_name(file), made_by=by, module=module), file)


def _name(file: UploadedFile) -> str:
    name = str(file.name or "").replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(each for each in name if each.isprintable())[:MOST_NAME] or _("file")


def _take(row: CourseFile, file: UploadedFile) -> CourseFile:
    try:
        with row.path.open("wb") as target:
            for chunk in file.chunks():
                target.write(chunk)
        row.plan = _planned(row)
        if row.plan["problems"]:
            row.state = CourseFile.State.FAILED
            row.path.unlink(missing_ok=True)
        row.save()
    except BaseException:
        row.path.unlink(missing_ok=True)
        raise
    return row


def _planned(row: CourseFile) -> dict[str, Any]:
    """What a person reads of a file: its problems, or what it would do."""
    if row.kind == CourseFile.Kind.WORD:
        try:
            return {"problems": [], **plan_word(row.path, name=row.name).as_json()}
        except WordRefused as reason:
            return {"problems": [{"file": row.name, "line": 0, "message": str(reason)}]}
    try:
        plans = _plans(row)
    except BundleProblems as reason:
        return {"problems": [_problem(each) for each in reason.problems]}
    return {"problems": [], "courses": [_course(plan) for plan in plans]}


def _problem(problem: Problem) -> dict[str, Any]:
    return {"file": problem.file, "line": problem.line, "message": problem.message}


def _plans(row: CourseFile) -> list[Plan]:
    bundles = read_bundles(row.path, label=row.name.removesuffix(".zip"))
    problems = clashes_between(bundles)
    plans = [
        plan_import(bundle, others=bundles, as_new_edition=row.as_new_edition, is_trusted=False) for bundle in bundles
    ]
    problems += [problem for plan in plans for problem in plan.problems]
    if problems:
        raise BundleProblems(problems)
    return plans


#: The kinds of a change as a person reads them, in the order of the page.
def _kinds() -> dict[str, str]:
    return {
        "course": _("The course"),
        "course page": _("Texts of the course"),
        "module": _("Modules"),
        "lesson": _("Lessons"),
        "spare page": _("Further pages with a key in use"),
        "order": _("Order"),
        "question": _("Questions"),
        "wording": _("Texts of questions"),
        "picture": _("Pictures"),
        "file": _("Other media"),
    }


def _course(plan: Plan) -> dict[str, Any]:
    return {
        "slug": plan.bundle.slug,
        "title": plan.bundle.source.title,
        "languages": [each.code for each in plan.bundle.languages],
        "forecast": str(plan.forecast),
        "notes": plan.notes,
        "groups": list(_groups(plan.changes)),
        "count": len(plan.changes),
        "unchanged": plan.unchanged,
    }


def _groups(changes: Iterable[Change]) -> Iterable[dict[str, Any]]:
    """Changes of one kind and language together, so that a person reads them."""
    kinds, actions = _kinds(), {"make": _("new"), "change": _("changed"), "withdraw": _("withdrawn")}
    order = list(kinds)

    def place(change: Change) -> tuple[int, str, str]:
        return order.index(change.kind), change.action, change.language

    for (kind, action, language), group in groupby(sorted(changes, key=place), key=place):
        entries = [f"{each.key} ({', '.join(each.details)})" if each.details else each.key for each in group]
        yield {
            "kind": kinds[order[kind]],
            "action": actions[action],
            "language": language,
            "count": len(entries),
            "entries": entries,
        }


# --- decided


@transaction.atomic
def begin_applying(*, by: User, file: CourseFile) -> CourseFile:
    """Decide that a file is applied; `finish_applying` does it.

    Raises:
        AlreadyDecided: it was applied or thrown away.
        accounts.permissions.Refused: the person may no longer do this.
    """
    if file.kind == CourseFile.Kind.BUNDLE and not may_publish(by):
        raise Refused(_("Your role may write courses but not publish them."))
    row = CourseFile.objects.select_for_update(of=("self",)).filter(pk=file.pk, made_by=by).first()
    if row is None or row.state != CourseFile.State.PLANNED:
        raise AlreadyDecided(_("This file was applied or thrown away already."))
    row.state, row.changed_at = CourseFile.State.APPLYING, timezone.now()
    row.save(update_fields=["state", "changed_at"])
    return row


def is_long(file: CourseFile) -> bool:
    """Whether applying takes so long that it goes to the background."""
    count: int = sum(course["count"] for course in file.plan.get("courses", []))
    return count > AT_ONCE


def finish_applying(pk: int) -> None:
    """Apply a file of which it was decided. May run twice: what is applied stays as it is."""
    row = CourseFile.objects.filter(pk=pk, state=CourseFile.State.APPLYING).select_related("made_by", "module").first()
    if row is None:
        return
    try:
        with transaction.atomic():
            # A second worker waits here, and then finds it done.
            locked = CourseFile.objects.select_for_update(of=("self",)).filter(pk=pk, state=CourseFile.State.APPLYING)
            if locked.first() is None:
                return
            row.plan = {**row.plan, "result": _applied(row)}
            row.state, row.changed_at = CourseFile.State.APPLIED, timezone.now()
            row.save()
    except (BundleProblems, WordRefused, Refused, OSError) as reason:
        problems = (
            [_problem(each) for each in reason.problems]
            if isinstance(reason, BundleProblems)
            else [{"file": row.name, "line": 0, "message": str(reason)}]
        )
        _failed(row, problems)
    except Exception:
        logger.exception("Applying the course file %s failed.", row.uuid)
        message = _(
            "Something went wrong on our side, and nothing was changed. The people who run the site can see why."
        )
        _failed(row, [{"file": row.name, "line": 0, "message": message}])
    row.path.unlink(missing_ok=True)


def _failed(row: CourseFile, problems: list[dict[str, Any]]) -> None:
    plan = {**CourseFile.objects.get(pk=row.pk).plan, "problems": problems}
    CourseFile.objects.filter(pk=row.pk).update(state=CourseFile.State.FAILED, changed_at=timezone.now(), plan=plan)


def _applied(row: CourseFile) -> dict[str, Any]:
    if row.kind == CourseFile.Kind.WORD:
        assert row.module is not None
        pages = apply_word(by=row.made_by, plan=plan_word(row.path, name=row.name), module=row.module)
        return {"lessons": [{"title": page.title, "pk": page.pk} for page in pages]}
    return {"courses": [_result(_import(row, plan)) for plan in _plans(row)]}


def _import(row: CourseFile, plan: Plan) -> Result:
    return apply_plan(plan, by=row.made_by, note=row.note, same_meaning=bool(row.same_meaning))


def _result(result: Result) -> dict[str, Any]:
    return {
        "slug": result.plan.bundle.slug,
        "edition": result.edition,
        "revision": result.revision,
        "is_new": result.is_new,
        "held_back": result.held_back,
        "behind": {language: texts for language, texts in result.behind.items() if texts},
    }


@transaction.atomic
def drop_file(*, by: User, file: CourseFile) -> None:
    """Throw an uploaded file away.

    Raises:
        AlreadyDecided: it is being applied.
    """
    row = CourseFile.objects.select_for_update(of=("self",)).filter(pk=file.pk, made_by=by).first()
    if row is None or row.state == CourseFile.State.APPLYING:
        raise AlreadyDecided(_("This file is being applied; it cannot be thrown away now."))
    path = row.path
    row.delete()
    transaction.on_commit(lambda: path.unlink(missing_ok=True))


def sweep() -> list[int]:
    """Delete what is old, and name what was decided and never finished."""
    now = timezone.now()
    for row in CourseFile.objects.filter(state=CourseFile.State.PLANNED, made_at__lt=now - KEEP_FILE):
        row.path.unlink(missing_ok=True)
        row.delete()
    CourseFile.objects.exclude(state=CourseFile.State.APPLYING).filter(made_at__lt=now - KEEP_ROW).delete()
    waiting = CourseFile.objects.filter(state=CourseFile.State.APPLYING, changed_at__lt=now - dt.timedelta(minutes=10))
    return list(waiting.values_list("pk", flat=True))


# --- out


def download(*, by: User, course: Course) -> Path:
    """A course as a zip file in a temporary place; whoever asks deletes it.

    A bundle holds the answers of the tests, so it is for those who may publish.

    Raises:
        accounts.permissions.Refused: the person may not publish courses.
        NotExportable: the course is not complete.
    """
    if not may_publish(by):
        raise Refused(_("A course as files holds the answers of its tests. Ask somebody who may publish it."))
    path = Path(tempfile.gettempdir()) / f"suluh-{uuid.uuid4()}.zip"
    try:
        export_course(course.slug, path)
    except NotExportable:
        path.unlink(missing_ok=True)
        raise
    audit(by=by, action="course.downloaded", target=f"learning.course:{course.uuid}")
    return path
