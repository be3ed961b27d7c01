"""What the workshop tells the question bank: its modules, cases, sources and pictures, and which lessons show a
question."""

import hashlib
import io
from collections.abc import Collection, Mapping
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.hooks import (
    Case,
    PictureRefused,
    Pictures,
    Place,
    Workshop,
    offers_pictures,
    tells_about_courses,
    tells_where_used,
)
from courses.pages.drafts import draft_tree_of
from courses.pages.media.checking import MediaRefused, format_of
from courses.pages.media.showing import picture_for_question
from courses.pages.models import LessonPage, Picture
from courses.pages.models.media import FrozenPicture, free_key
from courses.pages.selectors import source_page_of
from courses.pages.services.media import save_picture, upload_picture
from courses.pages.uploads import plain_picture
from learning.models import Course


@tells_where_used
def lessons_that_show(course: Course, questions: Collection[str]) -> Mapping[str, list[Place]]:
    """The live lessons of the course's own language in which a knowledge check asks a question."""
    page = source_page_of(course)
    if page is None:
        return {}
    wanted, found = set(questions), dict[str, list[Place]]()
    language = page.locale.language_code
    for lesson in LessonPage.objects.descendant_of(page).live().order_by("path"):
        asked = {str(raw["value"].get("item", "")) for raw in lesson.body.raw_data if raw["type"] == "check"}
        place = Place(lesson.title, language, reverse("wagtailadmin_pages:edit", args=[lesson.pk]))
        for question in sorted(asked & wanted):
            found.setdefault(question, []).append(place)
    return found


@tells_about_courses
def workshop(course: Course) -> Workshop | None:
    """The newest pages of a course in its own language, as authors of questions need them.

    Drafts too: the questions of a new module are written before it is published, which asks for them.
    """
    page = source_page_of(course)
    if page is None:
        return None
    tree = draft_tree_of(page)
    cases = []
    for key, lesson in tree.lessons.items():
        cases += [
            Case(key, lesson.title, str(raw["value"].get("text", "")), lesson.level)
            for raw in lesson.body.raw_data
            if raw["type"] == "scenario"
        ][:1]
    own = page.get_translations().live().filter(alias_of=None).values_list("locale__language_code", flat=True)
    return Workshop(
        language=tree.language,
        modules=tuple((module.key, module.title) for module, _lessons in tree.modules),
        cases=tuple(cases),
        sources=tuple(line.strip() for line in tree.page.sources.splitlines() if line.strip()),
        languages=tuple(sorted(set(own) & set(dict(settings.LANGUAGES)))),
    )


#: The pictures that were uploaded last are offered for a question.
MOST_PICTURES = 300


def _choices() -> list[tuple[str, str]]:
    return list(Picture.objects.order_by("-created_at").values_list("key", "title")[:MOST_PICTURES])


def _freeze(key: str) -> dict[str, Any] | None:
    picture = Picture.objects.filter(key=key).first()
    return picture_for_question(picture) if picture else None


def _key_of(address: str) -> str:
    digest = address.rpartition("/")[2].partition(".")[0]
    sources = FrozenPicture.objects.filter(file=digest).values("source")
    return Picture.objects.filter(sha256__in=sources).order_by("pk").values_list("key", flat=True).first() or ""


def _upload(by: User, file: File, description: str) -> str:
    try:
        return str(upload_picture(by=by, content=file, description=description).key)
    except MediaRefused as reason:
        raise PictureRefused(str(reason)) from reason


def _read(name: str, claimed: str, data: bytes) -> tuple[str, bytes, str]:
    """(name with its ending, what is kept of a picture, its digest).

    Raises:
        MediaRefused: it is no picture, or another kind of picture than it claims to be.
    """
    kind = claimed.partition("/")[2].split("+")[0].lower()
    name = name.rpartition("/")[2] or "picture"
    if "." not in name:
        name = f"{name}.{'jpg' if kind == 'jpeg' else kind}"
    plain, found = plain_picture(io.BytesIO(data), name, len(data))
    if claimed and found != claimed.lower().replace("image/jpg", "image/jpeg"):
        raise MediaRefused(
            _("“%(name)s” says that it is %(claimed)s, and is %(found)s. Export it once more.")
            % {"name": name, "claimed": claimed[:40], "found": found}
        )
    return name, plain, hashlib.sha256(plain).hexdigest()


def _keep(by: User | None, name: str, claimed: str, data: bytes) -> dict[str, Any]:
    name, plain, digest = _read(name, claimed, data)
    picture = Picture.objects.filter(sha256=digest).order_by("pk").first()
    if picture is None:
        title = name.rpartition(".")[0]
        content = ContentFile(plain, name=name)
        picture = save_picture(by=by, key=free_key(Picture, title, "picture"), title=title[:100], content=content)
    return picture_for_question(picture)


def _digest_of(address: str) -> str:
    digest = address.rpartition("/")[2].partition(".")[0]
    return FrozenPicture.objects.filter(file=digest).order_by("pk").values_list("source", flat=True).first() or ""


def _original(address: str) -> tuple[str, str, bytes] | None:
    picture = Picture.objects.filter(sha256=_digest_of(address) or None).order_by("pk").first()
    if picture is None:
        return None
    with picture.open_file() as file:
        data = file.read()
    found = format_of(data[:4096])
    return (f"{picture.key}.{found.ending}", found.content_type, data) if found else None


offers_pictures(
    Pictures(
        choices=_choices,
        freeze=_freeze,
        key_of=_key_of,
        upload=_upload,
        digest=lambda name, claimed, data: _read(name, claimed, data)[2],
        keep=_keep,
        digest_of=_digest_of,
        original=_original,
    )
)
