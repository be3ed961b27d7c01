"""Questions that are written on the site: made, changed, copied, released, retired and brought back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Refused, Right, require_right
from accounts.services import actor_of, audit
from assessments.bank import KEY, is_used, may_see_key, seen_of
from assessments.hooks import used_in
from assessments.models import Bank, Item, ItemTag, ItemVersion, ItemWording
from assessments.services.bank import bank_of, save_item, save_wording
from assessments.types import TYPES
from assessments.wordings import unspoken
from learning.models import Course


class QuestionChanged(ValueError):
    """Somebody else changed the question meanwhile."""

    def __init__(self) -> None:
        super().__init__(
            _("Somebody else changed this question since you opened it. Copy what you typed, open it again and go on.")
        )


class KeyTaken(ValueError):
    """Another question of the bank has the key, or it is none."""


class NotSound(ValueError):
    """The question cannot be saved like this; the message says everything that is missing."""


class StillShown(ValueError):
    """A lesson shows the question, so it cannot be retired; the message says where."""


class NotADraft(ValueError):
    """A question that was used cannot become a draft again."""

    def __init__(self) -> None:
        super().__init__(
            _("A test or a lesson has this question already. Retire it if nobody shall be asked it again.")
        )


class IsRetired(ValueError):
    """A retired question is not changed."""

    def __init__(self) -> None:
        super().__init__(_("This question is retired. Bring it back first."))


@dataclass(frozen=True)
class Content:
    """Everything of a version that authors write, and its words in the language of the course."""

    structure: Mapping[str, Any]
    answer_key: Any
    text: Mapping[str, Any]
    must_be_right: bool = False
    module: str = ""
    scenario: str = ""
    source: str = ""
    points: int = 1

    def problems(self, type: str, pool: str, language: str) -> list[str]:
        """What keeps it from being saved, given the language in which it is written."""
        kind = TYPES[type]
        found = kind.problems(self.structure, self.answer_key)
        # Words are judged by ids that the structure must have.
        if not found:
            found = kind.wording_problems(self.structure, self.text)
            found += unspoken(type, self.answer_key, language)
        if self.must_be_right and pool != Item.Pool.TEST:
            found.append(_("Only questions of the final test can be ones that must be right."))
        if not self.module and pool != Item.Pool.PRACTICE:
            found.append(_("A question of a test belongs to a module."))
        return found


@transaction.atomic
def make_question(
    *, by: User, course: Course, key: str, type: str, pool: str, language: str, content: Content, note: str = ""
) -> Item:
    """Write a new question. It is a draft until somebody who publishes releases it.

    Arguments:
        language: in which the course is written.

    Raises:
        accounts.permissions.Refused: the person may not write courses.
        KeyTaken: another question has the key.
        NotSound: something is missing.
    """
    require_right(by, Right.WRITE_COURSES)
    bank = _locked(bank_of(course))
    if not KEY.fullmatch(key):
        raise KeyTaken(_("“%(key)s” is no key: use letters without accents, digits, dots and hyphens.") % {"key": key})
    if Item.objects.filter(bank=bank, key=key).exists():
        raise KeyTaken(_("There is a question %(key)s already. Choose another key.") % {"key": key})
    if problems := content.problems(type, pool, language):
        raise NotSound(" ".join(problems))
    version = save_item(
        bank=bank, key=key, type=type, pool=pool, made_by=actor_of(by), note=note, weight=content.points, **_of(content)
    )
    save_wording(version=version, language=language, text=content.text)
    item = version.item
    item.drafted_at = timezone.now()
    item.save(update_fields=["drafted_at"])
    _audit(by, "question.made", item, version=version.number)
    return item


@transaction.atomic
def change_question(*, by: User, item: Item, seen: str, language: str, content: Content, note: str = "") -> ItemVersion:
    """Save an edit. What was on a shelf, a paper or in a lesson stays as it was shown: the edit is a new version.

    Only the words of a version that nobody was shown are changed in place.

    Arguments:
        seen: what the person had before them (`assessments.bank.seen_of`).

    Raises:
        accounts.permissions.Refused: the person may not write courses, or may not see the key.
        QuestionChanged: somebody else changed it meanwhile.
        IsRetired: it is retired.
        NotSound: something is missing.
    """
    require_right(by, Right.WRITE_COURSES)
    item = _locked_item(item)
    if not may_see_key(by, item):
        raise Refused(_("You take this test yourself, so its answers are not shown to you, and you cannot edit it."))
    if item.retired_at:
        raise IsRetired
    latest = item.versions.last()
    old = latest.wordings.filter(language=language).first() if latest else None
    if latest is None or seen_of(latest, old) != seen:
        raise QuestionChanged
    if problems := content.problems(item.type, item.pool, language):
        raise NotSound(" ".join(problems))
    is_reworded = old is None or old.text != dict(content.text)
    version = save_item(
        bank=item.bank,
        key=item.key,
        type=item.type,
        pool=item.pool,
        made_by=actor_of(by),
        note=note,
        weight=content.points,
        afresh=is_reworded and is_used(item),
        **_of(content),
    )
    if is_reworded or version.pk != latest.pk:
        save_wording(version=version, language=language, text=content.text)
        _audit(by, "question.changed", item, note, version=version.number)
    return version


@transaction.atomic
def duplicate_question(*, by: User, item: Item, key: str) -> Item:
    """Write a new draft with everything that a question says today, its translations too.

    Raises:
        accounts.permissions.Refused: the person may not write courses, or may not see the key.
        KeyTaken: another question has the key.
    """
    require_right(by, Right.WRITE_COURSES)
    if not may_see_key(by, item):
        raise Refused(_("You take this test yourself, so its answers are not shown to you, and you cannot edit it."))
    bank = _locked(item.bank)
    if not KEY.fullmatch(key) or Item.objects.filter(bank=bank, key=key).exists():
        raise KeyTaken(_("There is a question %(key)s already. Choose another key.") % {"key": key})
    latest = item.versions.last()
    assert latest is not None
    names = ("structure", "answer_key", "must_be_right", "module", "scenario", "source")
    version = save_item(
        bank=bank,
        key=key,
        type=item.type,
        pool=item.pool,
        weight=latest.points,
        made_by=actor_of(by),
        note=_("Copy of %(key)s") % {"key": item.key},
        **{name: getattr(latest, name) for name in names},
    )
    copy = version.item
    for name in ("category_id", "difficulty", "review_on"):
        setattr(copy, name, getattr(item, name))
    copy.drafted_at = timezone.now()
    copy.save()
    ItemTag.objects.bulk_create(ItemTag(item=copy, name=each.name) for each in item.tags.all())
    # The key and the options are the same, so the translations are as current as they were.
    ItemWording.objects.bulk_create(
        ItemWording(
            version=version,
            language=each.language,
            text=each.text,
            translated_from=each.translated_from,
            source_text=each.source_text,
        )
        for each in latest.wordings.all()
    )
    _audit(by, "question.copied", copy, of=item.key)
    return copy


@transaction.atomic
def release_question(*, by: User, item: Item) -> None:
    """Offer a draft: the next publication of the course may ask it.

    Raises:
        accounts.permissions.Refused: the person may not publish courses.
    """
    require_right(by, Right.PUBLISH_COURSES)
    item = _locked_item(item)
    if item.drafted_at is None:
        return
    item.drafted_at = None
    item.save(update_fields=["drafted_at"])
    _audit(by, "question.released", item)


@transaction.atomic
def take_back_question(*, by: User, item: Item) -> None:
    """Make a question a draft again that nobody was asked yet.

    Raises:
        accounts.permissions.Refused: the person may not publish courses.
        NotADraft: it was used.
    """
    require_right(by, Right.PUBLISH_COURSES)
    item = _locked_item(item)
    if item.drafted_at is not None:
        return
    if is_used(item):
        raise NotADraft
    item.drafted_at = timezone.now()
    item.save(update_fields=["drafted_at"])
    _audit(by, "question.drafted", item)


@transaction.atomic
def retire_question(*, by: User, item: Item) -> None:
    """Ask a question nowhere new. Papers, published editions and results keep it.

    Raises:
        accounts.permissions.Refused: the person may not publish courses.
        StillShown: a lesson shows it.
    """
    require_right(by, Right.PUBLISH_COURSES)
    item = _locked_item(item)
    if item.retired_at is not None:
        return
    require_not_shown(item)
    item.retired_at = timezone.now()
    item.save(update_fields=["retired_at"])
    _audit(by, "question.retired", item)


@transaction.atomic
def bring_back_question(*, by: User, item: Item) -> None:
    """Undo a retirement: the next publication may ask it again.

    Raises:
        accounts.permissions.Refused: the person may not publish courses.
    """
    require_right(by, Right.PUBLISH_COURSES)
    item = _locked_item(item)
    if item.retired_at is None:
        return
    item.retired_at = None
    item.save(update_fields=["retired_at"])
    _audit(by, "question.brought_back", item)


def require_not_shown(item: Item) -> None:
    """Raise `StillShown` where a lesson shows the question now."""
    course = item.bank.course
    places = used_in(course, [str(item.uuid)]).get(str(item.uuid), []) if course else []
    if places:
        raise StillShown(still_shown([place.title for place in places]))


def still_shown(titles: list[str]) -> str:
    """Why a question cannot be retired, in words."""
    return _("Lessons show this question: %(titles)s. Take it out there first.") % {"titles": "; ".join(titles)}


# --- helpers


def _of(content: Content) -> dict[str, Any]:
    names = ("structure", "answer_key", "must_be_right", "module", "scenario", "source")
    return {name: getattr(content, name) for name in names}


def _locked(bank: Bank) -> Bank:
    return Bank.objects.select_for_update(of=("self",)).get(pk=bank.pk)


def _locked_item(item: Item) -> Item:
    return Item.objects.select_for_update(of=("self",)).select_related("bank__course").get(pk=item.pk)


def _audit(by: User, action: str, item: Item, reason: str = "", **details: Any) -> None:
    target = f"assessments.item:{item.uuid}"
    audit(by=by, action=action, target=target, reason=reason, details={"key": item.key, **details})
