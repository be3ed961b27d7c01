"""Saying of a correction that it keeps the meaning."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Refused
from accounts.services import actor_of, audit
from assessments.models import EditionItem, Item
from assessments.services import questions_of
from assessments.wordings import basis_of
from courses.pages.grace import QUESTIONS
from courses.pages.models import CoursePage, LessonPage, MeaningKept
from courses.pages.rights import may_publish
from courses.pages.selectors import Tree, tree_of
from courses.pages.translation import source_parts
from learning.manifest import digest_of
from learning.models import Activity, Course, EditionRevision, ManifestEntry
from learning.selectors import newest_revision

#: What of a frozen question is no wording.
_NO_WORDS = frozenset({"source", "scenario", "level"})


@transaction.atomic
def keep_meaning(*, by: User | None, page: CoursePage, only: str = "") -> int:
    """Note, before a correction is published, that its meaning stays: of what differs now from what officers read.

    A question whose options or key changed is left out: that is another question.

    Arguments:
        by: who publishes; None for a command.
        page: the course page of the source language.
        only: the key of the one lesson that is published; else all lessons and questions of the course.

    Returns:
        Of how many texts.

    Raises:
        accounts.permissions.Refused: the person may not publish.
    """
    if by is not None and not may_publish(by):
        raise Refused(_("Your role may write courses but not publish them."))
    course = Course.objects.select_for_update(of=("self",)).get(pk=page.course_id)
    latest = newest_revision(course)
    if latest is None:
        return 0
    source = tree_of(page)
    before = _parts_then(latest, source.language)
    now = _parts_now(source)
    if only:
        now = {place: digest for place, digest in now.items() if place.startswith(f"{only}/")}
    else:
        before |= _questions_then(latest, source.language)
        now |= _questions_now(course, source.language)
    rows = [
        MeaningKept(
            course=course,
            place=place,
            from_digest=before[place][0],
            to_digest=digest[0],
            actor=actor_of(by) if by else None,
        )
        for place, digest in sorted(now.items())
        if place in before and before[place][0] != digest[0] and before[place][1] == digest[1]
    ]
    MeaningKept.objects.bulk_create(rows, ignore_conflicts=True)
    if rows:
        audit(
            by=by,
            action="course.meaning_kept",
            target=f"learning.course:{course.uuid}",
            details={"places": [row.place for row in rows]},
        )
    return len(rows)


#: Place → digest of the text, and of what must not change with it.
Digests = dict[str, tuple[str, str]]


def put_in_force(*, course: Course, page: CoursePage) -> None:
    """Begin to count the days of what was said of texts that have just gone on the shelf."""
    waiting = MeaningKept.objects.filter(course=course, in_force_at=None)
    if not waiting.exists():
        return
    source = tree_of(page)
    now = _parts_now(source) | _questions_now(course, source.language)
    there = [row.pk for row in waiting if row.place in now and now[row.place][0] == row.to_digest]
    MeaningKept.objects.filter(pk__in=there).update(in_force_at=timezone.now())


def _parts_now(source: Tree) -> Digests:
    return {
        f"{key}/{part}": (digest, "")
        for key, lesson in source.lessons.items()
        for part, digest in source_parts(lesson).items()
    }


def _parts_then(revision: EditionRevision, language: str) -> Digests:
    rows = ManifestEntry.objects.filter(revision=revision, language=language, activity__kind=Activity.Kind.LESSON)
    body = LessonPage._meta.get_field("body").stream_block
    found: Digests = {}
    for key, source in rows.values_list("activity__key", "content__source"):
        lesson = LessonPage(key=key, title=source["title"], body=body.to_python(source["body"]))
        found |= {f"{key}/{part}": (digest, "") for part, digest in source_parts(lesson).items()}
    return found


def _fixed(structure: Mapping[str, object], answer_key: object) -> str:
    return digest_of([structure, answer_key])


def _questions_now(course: Course, language: str) -> Digests:
    pools = [Item.Pool.PRETEST, Item.Pool.TEST]
    return {
        f"{QUESTIONS}/{version.item.key}": (
            basis_of(version, wordings[language].text),
            _fixed(version.structure, version.answer_key),
        )
        for version, wordings in questions_of(course, pools, language)
        if language in wordings
    }


def _questions_then(revision: EditionRevision, language: str) -> Digests:
    rows = EditionItem.objects.filter(revision=revision, language=language)
    found: Digests = {}
    for row in rows.select_related("version__item", "content"):
        text = {name: words for name, words in row.content.body.items() if name not in _NO_WORDS}
        version = row.version
        found[f"{QUESTIONS}/{version.item.key}"] = (
            basis_of(version, text),
            _fixed(version.structure, version.answer_key),
        )
    return found
