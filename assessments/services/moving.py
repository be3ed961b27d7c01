"""Moving the questions of a bank without a course to one, where they can be opened, edited and released."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Right, require_right
from accounts.services import audit
from assessments.hooks import workshop_of
from assessments.models import Bank, Category, Item, ItemVersion
from assessments.services.bank import bank_of
from learning.models import Course

#: As of `assessments.models.Item.key`.
LONGEST_KEY = 40


class OfAnotherCourse(ValueError):
    """The bank belongs to a course, or is gone; nothing was moved."""

    def __init__(self) -> None:
        super().__init__(_("Somebody else changed this bank meanwhile."))


class ModulesMissing(ValueError):
    """The course lacks modules to which the questions belong; nothing was moved."""

    def __init__(self, missing: Collection[str], known: Collection[str]) -> None:
        super().__init__(
            _("The course has no module “%(module)s”. There are: %(known)s.")
            % {"module": ", ".join(missing), "known": ", ".join(known)}
        )


@transaction.atomic
def move_questions(*, by: User, bank: Bank, course: Course) -> int:
    """Put all questions of a bank without a course into that of a course; returns how many. The empty bank is deleted.

    Their categories go with them. A key that the course has already gets a number.

    Raises:
        accounts.permissions.Refused: the person may not write courses.
        OfAnotherCourse: the bank belongs to a course, or was moved meanwhile.
        ModulesMissing: a question belongs to a module that the course lacks.
    """
    require_right(by, Right.WRITE_COURSES)
    source = Bank.objects.select_for_update().filter(pk=bank.pk, course=None).first()
    if source is None:
        raise OfAnotherCourse
    _require_modules(source, course)
    target = Bank.objects.select_for_update().get(pk=bank_of(course).pk)
    number = 0
    if target.pk != source.pk:
        _free_keys(source, target)
        for old, new in _categories(source, target):
            number += Item.objects.filter(bank=source, category=old).update(bank=target, category=new)
        _delete(source)
    else:  # it had the name of the course, and is its own now
        number = Item.objects.filter(bank=target).count()
    audit(
        by=by,
        action="questions.moved",
        target=f"assessments.bank:{target.pk}",
        details={"from": source.name, "course": course.slug, "questions": number},
    )
    return number


def _require_modules(source: Bank, course: Course) -> None:
    workshop = workshop_of(course)
    if workshop is None:  # it has no pages yet, so its modules are made after its questions
        return
    newest = ItemVersion.objects.filter(item=OuterRef("item")).order_by("-number").values("pk")[:1]
    rows = ItemVersion.objects.filter(item__bank=source, pk=Subquery(newest)).exclude(module="")
    known = [key for key, _title in workshop.modules]
    missing = sorted(set(rows.order_by().values_list("module", flat=True).distinct()) - set(known))
    if missing:
        raise ModulesMissing(missing, known)


def _free_keys(source: Bank, target: Bank) -> None:
    """Give every question whose key the target has another one."""
    taken = set(Item.objects.filter(bank__in=[source, target]).values_list("key", flat=True))
    clashing = Item.objects.filter(bank=source, key__in=Item.objects.filter(bank=target).values("key"))
    for item in clashing.iterator():
        number = 2
        while (key := f"{item.key[: LONGEST_KEY - 8]}-{number}") in taken:
            number += 1
        taken.add(key)
        Item.objects.filter(pk=item.pk).update(key=key)


def _categories(source: Bank, target: Bank) -> list[tuple[int | None, int | None]]:
    """(primary key in the source, that of the same path in the target), made where there is none."""
    rows = {row.pk: row for row in Category.objects.filter(bank=source)}
    found: dict[int | None, int | None] = {None: None}

    def of(pk: int | None) -> int | None:
        if pk is not None and pk not in found:
            row = rows[pk]
            made, _new = Category.objects.get_or_create(bank=target, parent_id=of(row.parent_id), name=row.name)
            found[pk] = made.pk
        return found[pk]

    return [(pk, of(pk)) for pk in (None, *rows)]


def _delete(bank: Bank) -> None:
    while leaves := Category.objects.filter(bank=bank, children=None):
        if not leaves.delete()[0]:
            break
    bank.delete()
