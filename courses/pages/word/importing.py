"""The plan of a Word document, and carrying it out: lessons as drafts in a module, with keys and ids of their own."""

import hashlib
import io
import math
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Refused, Right, has_right
from accounts.services import audit
from courses.pages.media.checking import FORMATS, MediaRefused
from courses.pages.models import LessonPage, ModulePage, Picture
from courses.pages.publication import course_page_of
from courses.pages.selectors import is_translation
from courses.pages.services import media as service
from courses.pages.uploads import plain_picture
from courses.pages.word.checking import WordRefused
from courses.pages.word.reading import Image, Part, WordLesson, read_document

#: Words that an officer reads in a minute, with a moment to think.
WORDS_A_MINUTE = 120
ENDINGS = {each.content_type: each.ending for each in FORMATS}


@dataclass
class WordPlan:
    """What an import would make, and what a person should know before.

    Attributes:
        notes: what changed or is lost, sentence by sentence.
        needs: what must be filled in before the drafts can be published.
    """

    lessons: list[WordLesson]
    notes: list[str]
    needs: list[str]

    def as_json(self) -> dict[str, Any]:
        """For a page or a program."""
        return {
            "lessons": [
                {
                    "title": lesson.title,
                    "texts": sum(part.kind == "text" for part in lesson.parts),
                    "tables": sum(part.kind == "table" for part in lesson.parts),
                    "pictures": sum(part.kind == "picture" for part in lesson.parts),
                }
                for lesson in self.lessons
            ],
            "notes": self.notes,
            "needs": self.needs,
        }


def plan_word(path: Path, *, name: str) -> WordPlan:
    """Read a Word document. Changes nothing.

    Arguments:
        name: of the file, as the person knows it.

    Raises:
        WordRefused: it is not opened, or holds nothing, or too much.
    """
    document = read_document(path, name)
    notes, needs = list(document.notes), []
    for lesson in document.lessons:
        kept = []
        for number, part in enumerate(lesson.parts, start=1):
            if part.kind == "picture" and part.image:
                try:
                    _checked(part.image)
                except MediaRefused as reason:
                    notes.append(_("“%(lesson)s”: a picture is left out. %(reason)s") % _place(lesson, reason))
                    continue
                if not part.image.alt:
                    needs.append(
                        _(
                            "“%(lesson)s”, part %(number)d: a picture needs alternative text: say what is to be seen, "
                            "or mark it as decorative."
                        )
                        % {"lesson": lesson.title, "number": number}
                    )
            if part.kind == "table" and not part.has_head:
                notes.append(
                    _("“%(lesson)s”, part %(number)d: say whether the first row of the table names its columns.")
                    % {"lesson": lesson.title, "number": number}
                )
            if part.kind == "table" and not part.caption:
                part.caption = _("Table")
                needs.append(
                    _("“%(lesson)s”, part %(number)d: a table has no caption. Write what it shows.")
                    % {"lesson": lesson.title, "number": number}
                )
            kept.append(part)
        lesson.parts = kept
    lessons = [lesson for lesson in document.lessons if lesson.parts]
    if not lessons:
        raise WordRefused(_("“%(name)s” holds no text from which a lesson could be made.") % {"name": name})
    return WordPlan(lessons, notes, needs)


def _place(lesson: WordLesson, reason: Any) -> dict[str, Any]:
    return {"lesson": lesson.title, "reason": reason}


def _file_name(image: Image) -> str:
    return f"picture.{ENDINGS.get(image.content_type, image.content_type.rpartition('/')[2] or 'bin')}"


def _checked(image: Image) -> bytes:
    return plain_picture(io.BytesIO(image.content), _file_name(image), len(image.content))[0]


@transaction.atomic
def apply_word(*, by: User | None, plan: WordPlan, module: ModulePage) -> list[LessonPage]:
    """Put the lessons of a plan behind those of a module, as drafts.

    Arguments:
        by: who may write courses; None for a command.
        module: of the language in which its course is written.

    Raises:
        accounts.permissions.Refused: the person may not write courses.
        WordRefused: the module is a translation.
    """
    if by is not None and not any(has_right(by, right) for right in (Right.WRITE_COURSES, Right.MANAGE_SITE)):
        raise Refused(_("Your role does not include writing courses."))
    if is_translation(module.pk):
        raise WordRefused(_("This module is a translation. Lessons are made in the language of the course."))
    course_page = course_page_of(module)
    if course_page is None:
        raise WordRefused(_("This module belongs to no course."))
    made = []
    for lesson in plan.lessons:
        parent = ModulePage.objects.get(pk=module.pk)
        page = LessonPage(
            title=lesson.title,
            slug=_free_slug(lesson.title, parent),
            locale=module.locale,
            live=False,
            minutes=max(1, math.ceil(lesson.letters / 6 / WORDS_A_MINUTE)),
        )
        stream: Any = LessonPage._meta.get_field("body")
        page.body = stream.stream_block.to_python([_block(part, lesson, by) for part in lesson.parts])
        parent.add_child(instance=page)
        page.save_revision(user=by)
        made.append(page)
    audit(
        by=by,
        action="lessons.imported",
        target=f"learning.course:{course_page.course.uuid}",
        details={"lessons": [page.key for page in made], "module": module.key},
    )
    return made


def _free_slug(title: str, parent: ModulePage) -> str:
    stem = slugify(title)[:60].strip("-") or "lesson"
    taken = set(parent.get_children().values_list("slug", flat=True))
    number, slug = 1, stem
    while slug in taken:
        number += 1
        slug = f"{stem}-{number}"
    return slug


def _block(part: Part, lesson: WordLesson, by: User | None) -> dict[str, Any]:
    value: Any = part.text
    kind = "paragraph"
    if part.kind == "table":
        kind = "table"
        value = {
            "caption": part.caption,
            "header_row": part.has_head,
            "header_column": False,
            "rows": [
                {
                    "type": "item",
                    "id": str(uuid.uuid4()),
                    "value": {f"c{number}": cell for number, cell in enumerate(row, start=1)},
                }
                for row in part.rows
            ],
        }
    elif part.kind == "picture" and part.image:
        kind = "picture"
        picture = _picture(part.image, lesson, by)
        value = {
            "picture": picture.pk,
            "alt": part.image.alt[:300],
            "is_decorative": False,
            "caption": part.image.caption[:300],
        }
    return {"type": kind, "value": value, "id": str(uuid.uuid4())}


def _picture(image: Image, lesson: WordLesson, by: User | None) -> Picture:
    """The picture by its content: the same one in two places, or in two documents, is one row."""
    content = _checked(image)
    key = f"word-{hashlib.sha256(content).hexdigest()[:16]}"
    found = Picture.objects.filter(key=key).first()
    if found is not None:
        return found
    file: Any = File(io.BytesIO(image.content), name=_file_name(image))
    title = (image.caption or image.alt or lesson.title)[:200]
    return service.save_picture(by=by, key=key, title=title, content=file, description=image.alt[:255])
