"""The questions of a bank as another system may have them: those that the viewer may see with their answers."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO, Any, BinaryIO, cast

from django.utils.translation import gettext as _

from accounts.models import User
from assessments.exchange.formats import FORMATS
from assessments.exchange.plan import versions_in
from assessments.exchange.question import Found, Picture, Skipped
from assessments.exchange.seeing import sees_keys_of
from assessments.exchange.words import explanation
from assessments.hooks import pictures_of_the_site
from assessments.models import Bank, Category, ItemTag, ItemVersion
from assessments.types import pictures_in
from learning.models import FrozenFile


@dataclass
class Exported:
    """What an export wrote: `questions` were to be written, and `losses` says what of them is not in the file."""

    questions: int = 0
    losses: list[Skipped] = field(default_factory=list)


def write_questions(
    *,
    viewer: User | None,
    bank: Bank,
    format: str,
    language: str,
    file: IO[bytes],
    only: Collection[int] | None = None,
) -> Exported:
    """Write the questions of a bank in one format and one language, by category and key.

    What is retired is left out. A question whose key the viewer may not see (`assessments.bank.may_see_key`) is named
    and left out; so is one that has no words in the language.

    Arguments:
        viewer: None for a command.
        only: primary keys of the questions that are wanted; all where it is None.
    """
    writer = FORMATS[format].writer
    assert writer is not None, "a format that only comes in is not offered"
    done = Exported()
    questions = _questions(viewer, bank, language, only, done)
    done.losses += writer(questions, cast(BinaryIO, file), language=language)
    return done


def _questions(
    viewer: User | None, bank: Bank, language: str, only: Collection[int] | None, done: Exported
) -> Iterator[Found]:
    sees_key_of = sees_keys_of(viewer, bank)
    tags = defaultdict[int, list[str]](list)
    for tagged, name in ItemTag.objects.filter(item__bank=bank).order_by("item", "name").values_list("item", "name"):
        tags[tagged].append(name)
    for category, path in _paths(bank):
        for version, text in versions_in(bank, language, category=category):
            item = version.item
            if item.retired_at or (only is not None and item.pk not in only):
                continue
            done.questions += 1
            if not sees_key_of(item):
                why = _("You take this test yourself, so its answers are not shown to you.")
                done.losses.append(Skipped(where=item.key, why=why))
            elif text is None:
                why = _("It has no words in this language (%(language)s).") % {"language": language}
                done.losses.append(Skipped(where=item.key, why=why))
            else:
                yield found_of(version, text, language, path, tags.get(item.pk, ()))


def _paths(bank: Bank) -> list[tuple[int | None, tuple[str, ...]]]:
    """(primary key, names from the outermost) of every category; first that of questions without one."""
    rows = {row.pk: row for row in Category.objects.filter(bank=bank)}

    def names(pk: int | None) -> tuple[str, ...]:
        return (*names(rows[pk].parent_id), rows[pk].name) if pk is not None else ()

    return [(None, ()), *sorted(((pk, names(pk)) for pk in rows), key=lambda each: each[1])]


def found_of(
    version: ItemVersion, text: Mapping[str, Any], language: str, path: tuple[str, ...], tags: Collection[str]
) -> Found:
    """A question of the bank as a format takes it. Its feedback is left out where it only says what is right."""
    item = version.item
    structure, words = dict(version.structure), dict(text)
    picture = _picture(structure)
    if picture:
        structure["picture"] = {"name": picture.name}
    if words.get("feedback") == explanation(item.type, structure, version.answer_key, words, language):
        words["feedback"] = ""
    return Found(
        where=item.key,
        type=item.type,
        structure=structure,
        answer_key=version.answer_key,
        text=words,
        key=item.key,
        name=item.key,
        category=path,
        tags=tuple(tags),
        difficulty=item.difficulty or 0,
        source=version.source,
        picture=picture,
        points=version.points,
    )


def _picture(structure: Mapping[str, Any]) -> Picture | None:
    """The picture of a question: as it was uploaded, or, where that is gone, as it is shown."""
    address = str(structure.get("picture", {}).get("address", ""))
    if not address or address not in pictures_in(structure):
        return None
    pictures = pictures_of_the_site()
    if pictures and (original := pictures.original(address)):
        name, media_type, data = original
        return Picture(name=name, data=data, media_type=media_type)
    digest = address.rpartition("/")[2].partition(".")[0]
    file = FrozenFile.objects.filter(pk=digest).first()
    if file is None or not file.path.exists():
        return None
    return Picture(name=f"{digest[:12]}.{file.ending}", data=file.path.read_bytes(), media_type=file.content_type)
