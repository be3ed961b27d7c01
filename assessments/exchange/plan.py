"""What an import would do: every question of the file is to be made, skipped with the reason, or broken.

The file is read once from front to end; what is found waits on the disk (`spool`), so memory does not grow with the
file. A plan changes nothing. `assessments.services.importing` applies it: everything or nothing.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, BinaryIO

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.db.models import Max, OuterRef, Subquery
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Right, require_right
from assessments.bank import KEY
from assessments.exchange.digests import alike, same
from assessments.exchange.formats import FORMATS
from assessments.exchange.markup import as_name, one_line
from assessments.exchange.question import ANY_LANGUAGE, FileRefused, Found, Skipped
from assessments.exchange.seeing import sees_keys_of
from assessments.exchange.spool import ERROR, LOSS, SKIPPED, Spool
from assessments.exchange.targets import Target
from assessments.exchange.text import Encoding
from assessments.exchange.words import explanation, truths
from assessments.hooks import pictures_of_the_site
from assessments.models import Bank, Item, ItemVersion, ItemWording
from assessments.services.authoring import Content
from assessments.services.sorting import MOST_TAGS, tidy_tags
from assessments.types import TYPES, pictures_in

#: How long texts of a question may be: as long as its form takes them, so that everything can be edited afterwards.
LONGEST_TEXT, LONGEST_OPTION, MOST_OPTIONS = 3000, 1000, 40
LONGEST_CATEGORY, LONGEST_SOURCE, LONGEST_ALT, MOST_POINTS = 80, 200, 200, 100
#: How many categories stand in each other.
MOST_LEVELS = 8
#: So many questions of the bank are read at once.
BATCH = 500
#: How many questions are shown before an import.
PREVIEW = 5

#: While a picture is not on the shelf.
_STANDS_IN = {"address": f"/files/{'0' * 64}.png", "width": 1, "height": 1}

#: (questions so far, per cent of the file) → nothing.
Progress = Callable[[int, int], None]


class NotPossible(ValueError):
    """What is asked for cannot be done; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What somebody asked for with a file. `language` empty is that of the bank."""

    format: str
    pool: str = Item.Pool.PRACTICE
    module: str = ""
    language: str = ""
    encoding: str = ""


@dataclass(kw_only=True)
class ImportPlan:
    """What an import would do; close it when it is over.

    Attributes:
        planned: how many questions are to be made; what becomes of all others stands in the lines of the spool.
        unexplained: how many of these came without feedback, so that their right answer stands there.
        stamp: of the bank, as it was when the plan was made.
    """

    target: Target
    asked: Asked
    language: str
    spool: Spool
    stamp: tuple[int, int]
    encoding: Encoding | None = None
    planned: int = 0
    unexplained: int = 0
    samples: list[str] = field(default_factory=list)
    _sealing: Any = field(default_factory=hashlib.sha256, repr=False)

    def sealed(self, *what: Any) -> None:
        """Make something a part of the seal."""
        self._sealing.update(json.dumps(what, ensure_ascii=True).encode() + b"\n")

    @property
    def seal(self) -> str:
        """Says what somebody saw who decides: with another question, line, bank or encoding it is another."""
        return str(self._sealing.hexdigest())

    def close(self) -> None:
        self.spool.close()

    def __enter__(self) -> "ImportPlan":
        return self

    def __exit__(self, *unused: object) -> None:
        self.close()

    def lines(self, kind: str, most: int = -1) -> Iterator[dict[str, str]]:
        """The lines of a kind, as JSON has them."""
        return ({"where": where, "why": why} for where, why in self.spool.lines(kind, most))


def plan_questions(
    *, by: User | None, target: Target, file: BinaryIO, asked: Asked, progress: Progress | None = None
) -> ImportPlan:
    """Read a file and say what of it would be made in a bank. Nothing is changed.

    Arguments:
        by: who may write courses; None for a command.
        file: open in binary; it is read from its start.

    Raises:
        accounts.permissions.Refused: the person may not write courses.
        NotPossible: the pool, the module or the format cannot be taken.
        FileRefused: nothing of the file can be read.
    """
    if by is not None:
        require_right(by, Right.WRITE_COURSES)
    format = FORMATS[asked.format]
    _require_possible(target, asked)
    language = asked.language or target.language
    size = file.seek(0, os.SEEK_END)
    if not size:
        raise FileRefused(_("The file is empty."))
    encoding = format.encoding_of(file, named=asked.encoding, language=language)
    spool = Spool()
    plan = ImportPlan(
        target=target, asked=asked, language=language, spool=spool, stamp=stamp_of(target.bank), encoding=encoding
    )
    course = target.course.pk if target.course else None
    plan.sealed(
        target.bank.pk if target.bank else None, course, target.name, language, encoding.name if encoding else ""
    )
    try:
        _learn(spool, target.bank, language, by)
        planning = _Planning(plan)
        number = 0
        for number, each in enumerate(format.read(file, encoding, language=language), start=1):
            planning.take(each)
            if progress and not number % BATCH:
                progress(number, min(99, 100 * _place(file) // size))
        if not number:
            raise FileRefused(_("There is no question in this file. Is it the right format?"))
        if progress:
            progress(number, 100)
    except BaseException:
        spool.close()
        raise
    return plan


def stamp_of(bank: Bank | None) -> tuple[int, int]:
    """Changes with every question and version that is added to a bank."""
    if bank is None:
        return 0, 0
    items = Item.objects.filter(bank=bank)
    newest = ItemVersion.objects.filter(item__bank=bank).aggregate(newest=Max("pk"))["newest"]
    return items.count(), newest or 0


def _place(file: BinaryIO) -> int:
    try:
        return file.tell()
    except (OSError, ValueError):
        return 0


def _require_possible(target: Target, asked: Asked) -> None:
    if asked.pool not in Item.Pool.values:
        raise NotPossible(
            _("There is no pool “%(pool)s”. There are: %(known)s.")
            % {"pool": asked.pool, "known": ", ".join(Item.Pool.values)}
        )
    if asked.language and asked.language not in LANG_INFO:  # one that nobody reads here yet, too
        raise NotPossible(no_language(asked.language))
    if asked.pool != Item.Pool.PRACTICE and not asked.module:
        raise NotPossible(_("A question of a test belongs to a module."))
    workshop = target.workshop
    if asked.module and workshop and asked.module not in dict(workshop.modules):
        raise NotPossible(
            _("The course has no module “%(module)s”. There are: %(known)s.")
            % {"module": asked.module[:80], "known": ", ".join(key for key, _title in workshop.modules)}
        )


def no_language(code: str) -> str:
    """What is said of a language that the site does not have."""
    return _("“%(text)s” is no language of this site. There are: %(known)s.") % {
        "text": code[:40],
        "known": ", ".join(code for code, _name in settings.LANGUAGES),
    }


def _learn(spool: Spool, bank: Bank | None, language: str, by: User | None) -> None:
    """Note the keys of a bank, and what its questions say in a language, a batch at a time.

    Of a question whose key the person may not see, only the words: else a guess that is right would be known again.
    """
    if bank is None:
        return
    for key in Item.objects.filter(bank=bank).values_list("key", flat=True).iterator(BATCH):
        spool.take(key)
    sees_key_of = sees_keys_of(by, bank)
    for version, text in versions_in(bank, language):
        if text is not None:
            sees = sees_key_of(version.item)
            spool.know(digest_of(version, text) if sees else alike(version.item.type, text))


#: Questions of every category.
ALL = -1


def versions_in(
    bank: Bank, language: str, *, category: int | None = ALL
) -> Iterator[tuple[ItemVersion, dict[str, Any] | None]]:
    """The newest version of every question of a bank, in the order of keys, with its words in a language.

    Arguments:
        category: primary key of the one in which they stand; None for those in none.
    """
    newest = ItemVersion.objects.filter(item=OuterRef("item")).order_by("-number").values("pk")[:1]
    rows = ItemVersion.objects.filter(item__bank=bank, pk=Subquery(newest)).select_related("item")
    if category != ALL:
        rows = rows.filter(item__category=category)
    batch: list[ItemVersion] = []
    for row in rows.order_by("item__key").iterator(BATCH):
        batch.append(row)
        if len(batch) == BATCH:
            yield from _with_words(batch, language)
            batch = []
    yield from _with_words(batch, language)


def _with_words(batch: list[ItemVersion], language: str) -> Iterator[tuple[ItemVersion, dict[str, Any] | None]]:
    words = dict(
        ItemWording.objects.filter(version__in=[each.pk for each in batch], language=language).values_list(
            "version", "text"
        )
    )
    yield from ((each, words.get(each.pk)) for each in batch)


def digest_of(version: ItemVersion, text: dict[str, Any]) -> bytes:
    """The digest by which a question of the bank is known again in a file."""
    pictures = pictures_of_the_site()
    address = next(iter(pictures_in(version.structure)), "")
    return same(
        type=version.item.type,
        structure=version.structure,
        answer_key=version.answer_key,
        text=text,
        points=version.points,
        picture=(pictures.digest_of(address) if pictures and address else "") or address,
    )


class _Unsound(ValueError):
    """A question that cannot be one of the bank."""


class _Planning:
    """Takes what the file has, one by one."""

    def __init__(self, plan: ImportPlan) -> None:
        self.plan = plan
        self.spool = plan.spool
        self._numbers: dict[str, int] = {}

    def take(self, each: Found | Skipped) -> None:
        if isinstance(each, Skipped):
            self._note(ERROR if each.is_error else SKIPPED, each.where, each.why)
            return
        try:
            question, digest = self._ready(each)
        except _Unsound as reason:
            self._note(ERROR, each.where, str(reason))
            return
        if self.spool.is_known(digest) or self.spool.is_known(alike(question.type, question.text)):
            self._note(SKIPPED, each.where, _("This question is in the bank already."))
            return
        losses = list(question.losses)
        key = self._key(question, losses)
        for loss in losses:
            self._note(LOSS, each.where, loss)
        if not each.text.get("feedback"):
            self.plan.unexplained += 1
        words = _beyond_ascii([question.text, each.answer_key])
        if words and len(self.plan.samples) < PREVIEW:
            self.plan.samples.append(words[:120])
        self.spool.add(replace(question, key=key))
        self.plan.sealed(key, digest.hex(), question.category, question.tags, question.difficulty, question.source)
        self.plan.planned += 1

    def _note(self, kind: str, where: str, why: str) -> None:
        self.spool.note(kind, where, why)
        self.plan.sealed(kind)

    def _ready(self, found: Found) -> tuple[Found, bytes]:
        """A question with all that the bank asks for, and its digest.

        Raises:
            _Unsound: something is missing or too long, or its picture is not taken.
        """
        language = self.plan.language
        losses = list(found.losses)
        structure, text, key = dict(found.structure), dict(found.text), _in_language(found.answer_key, language)
        kind = TYPES[found.type]
        picture = self._picture(found)
        structure.pop("picture", None)
        if found.picture:
            structure["picture"] = _STANDS_IN
            text["picture"] = self._alt(found, losses)
        if problems := kind.problems(structure, key):
            raise _Unsound(" ".join(problems))
        if found.type == "truefalse":
            words = truths(language)
            text["options"] = {
                each: text.get("options", {}).get(each) or words.get(each, "") for each in structure["options"]
            }
        if not text.get("feedback"):
            text["feedback"] = explanation(found.type, structure, key, text, language)
        question = replace(
            found,
            structure=structure,
            text=text,
            answer_key=key,
            source=_cut(found.source, LONGEST_SOURCE, losses),
            points=min(max(1, found.points), MOST_POINTS),
            difficulty=found.difficulty if found.difficulty in Item.Difficulty.values else 0,
            tags=self._tags(found, losses),
            category=self._category(found, losses),
        )
        if found.points > MOST_POINTS:
            losses.append(_("A question counts at most %(most)s points.") % {"most": MOST_POINTS})
        self._check(question)
        if found.picture:
            structure["picture"] = {"name": found.picture.name}
        digest = same(
            type=question.type, structure=structure, answer_key=key, text=text, points=question.points, picture=picture
        )
        return replace(question, losses=tuple(losses)), digest

    def _category(self, found: Found, losses: list[str]) -> tuple[str, ...]:
        names = [
            each
            for name in found.category[: MOST_LEVELS + 1]
            if (each := _cut(as_name(name), LONGEST_CATEGORY, losses))
        ]
        if len(found.category) > MOST_LEVELS:
            losses.append(_("Only the first %(most)s levels of its category are kept.") % {"most": MOST_LEVELS})
        return tuple(names[:MOST_LEVELS])

    def _picture(self, found: Found) -> str:
        picture = found.picture
        if picture is None:
            return ""
        pictures = pictures_of_the_site()
        if pictures is None:
            raise _Unsound(_("This site takes no pictures."))
        try:
            return self.spool.judge(picture, lambda: pictures.digest(picture.name, picture.media_type, picture.data))
        except ValueError as reason:
            raise _Unsound(str(reason)) from reason

    def _alt(self, found: Found, losses: list[str]) -> dict[str, str]:
        assert found.picture is not None
        words = one_line(str(found.text.get("picture", {}).get("alt", "")))
        if not words:
            words = found.picture.name.rpartition("/")[2].rpartition(".")[0] or found.picture.name
            losses.append(
                _("The picture has no words for those who do not see it; its name stands there. Write better ones.")
            )
        return {"alt": _cut(words, LONGEST_ALT, losses)}

    def _tags(self, found: Found, losses: list[str]) -> tuple[str, ...]:
        tags = tidy_tags([as_name(each) for each in found.tags])
        if len({each.casefold() for each in found.tags}) > MOST_TAGS:
            losses.append(_("A question has at most %(most)s tags.") % {"most": MOST_TAGS})
        return tuple(tags)

    def _check(self, question: Found) -> None:
        content = Content(
            structure=question.structure,
            answer_key=question.answer_key,
            text=question.text,
            module=self.plan.asked.module,
            source=question.source,
            points=question.points,
        )
        problems = content.problems(question.type, self.plan.asked.pool, self.plan.language)
        for value in question.text.values():
            if isinstance(value, dict):
                if len(value) > MOST_OPTIONS:
                    problems.append(_("A question has at most %(most)s options.") % {"most": MOST_OPTIONS})
                too_long = next((each for each in value.values() if len(str(each)) > LONGEST_OPTION), None)
            else:
                too_long = value if len(str(value)) > LONGEST_TEXT else None
            if too_long is not None:
                most = LONGEST_OPTION if isinstance(value, dict) else LONGEST_TEXT
                problems.append(
                    _("The text “%(text)s…” has %(length)s characters; at most %(most)s are taken.")
                    % {"text": str(too_long)[:40], "length": len(str(too_long)), "most": most}
                )
        if problems:
            raise _Unsound(" ".join(problems))

    def _key(self, question: Found, losses: list[str]) -> str:
        """A key that is free: what the file calls it, or made of its title, or a number."""
        wanted = (
            question.key if KEY.fullmatch(question.key) else slugify(question.key or question.name)[:40].strip("-_")
        )
        if wanted and self.spool.take(wanted):
            if question.key and wanted != question.key:
                losses.append(_renamed(question.key, wanted))
            return wanted
        stem = wanted[:32] or "N"
        number = self._numbers.get(stem, 1 if wanted else 0)
        while True:
            number += 1
            key = f"{stem}-{number}" if wanted else f"N{number}"
            if self.spool.take(key):
                break
        self._numbers[stem] = number
        if question.key:
            losses.append(_renamed(question.key, key))
        return key


def _beyond_ascii(value: Any) -> str:
    """The first text in which an encoding shows."""
    if isinstance(value, str):
        return "" if value.isascii() else value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return next((found for each in inner if (found := _beyond_ascii(each))), "")


def _renamed(old: str, new: str) -> str:
    return _("It is called “%(new)s” here: “%(old)s” is taken or is no key.") % {"old": old[:60], "new": new}


def _cut(text: str, most: int, losses: list[str]) -> str:
    text = one_line(text)
    if len(text) > most:
        losses.append(
            _("“%(text)s…” is longer than %(most)s characters and is cut off.") % {"text": text[:40], "most": most}
        )
    return text[:most].strip()


def _in_language(key: Any, language: str) -> Any:
    """A key whose accepted answers are those of a language, where the file does not say any."""
    if not isinstance(key, dict):
        return key
    if isinstance(accepted := key.get("accepted"), dict) and ANY_LANGUAGE in accepted:
        rest = {name: texts for name, texts in accepted.items() if name != ANY_LANGUAGE}
        own = dict.fromkeys([*rest.get(language, ()), *accepted[ANY_LANGUAGE]])
        return key | {"accepted": rest | {language: list(own)}}
    return {name: _in_language(value, language) for name, value in key.items()}
