"""Questions of a bank without a course are moved to one, where they are opened, changed and released."""

import io

import pytest
from django.urls import reverse

from accounts.models import AuditEvent
from accounts.permissions import Refused
from assessments.bank import may_see_key
from assessments.exchange.plan import Asked, plan_questions
from assessments.exchange.targets import target_of
from assessments.models import Bank, Category, Item
from assessments.services.bank import bank_of
from assessments.services.importing import import_questions
from assessments.services.moving import ModulesMissing, OfAnotherCourse, move_questions

GIFT = b"// [id:A1]\nA?{T}\n\n$CATEGORY: $course$/top/Law/Old\n\nB?{=b ~c}\n"


@pytest.fixture
def course(course):
    return course.course


def bank_with(name: str, text: bytes = GIFT, **asked) -> Bank:
    target = target_of(name, may_be_new=True)
    asked = Asked(format="gift", **asked)
    with plan_questions(by=None, target=target, file=io.BytesIO(text), asked=asked) as plan:
        return import_questions(by=None, plan=plan).bank


def test_they_are_moved_with_their_categories_and_opened_and_edited_there(cast, course):
    bank_with("Mine")
    client = cast.client(cast.trainer)
    page = client.get(reverse("bank:without_course", args=["Mine"])).content.decode()
    assert "Move all of them" in page
    answer = client.post(reverse("bank:move", args=["Mine"]), {"course": course.slug}, follow=True)
    assert "A?" in answer.content.decode() and not Bank.objects.filter(name="Mine").exists()
    item = Item.objects.get(key="A1")
    assert client.get(reverse("bank:question", args=[course.slug, item.uuid])).status_code == 200
    assert client.get(reverse("bank:edit", args=[course.slug, item.uuid])).status_code == 200
    other = Item.objects.exclude(category=None).get()
    assert (other.category.parent.name, other.category.name) == ("Law", "Old")
    assert other.category.bank == other.bank == bank_of(course)
    assert AuditEvent.objects.filter(action="questions.moved").count() == 1


@pytest.mark.parametrize("pool", ["practice", "test"])
def test_one_of_them_is_opened_with_the_answer_that_its_reader_may_see(cast, pool):
    bank_with("Mine", b"// [id:A1]\nA?{=yes ~no####Because.}\n", pool=pool, module="m1")
    item = Item.objects.get()
    client = cast.client(cast.trainer)
    address = reverse("bank:question_without_course", args=["Mine", item.uuid])
    assert address in client.get(reverse("bank:without_course", args=["Mine"])).content.decode()
    assert ("Because." in client.get(address).content.decode()) == may_see_key(cast.trainer, item)
    assert client.get(reverse("bank:question_without_course", args=["Other", item.uuid])).status_code == 404


def test_a_key_and_a_category_that_the_course_has_already_do_not_clash(cast, course):
    bank_with(course.slug)
    assert move_questions(by=cast.trainer, bank=bank_with("Mine", GIFT.replace(b"?", b"!")), course=course) == 2
    keys = set(Item.objects.filter(bank=bank_of(course)).values_list("key", flat=True))
    assert {"A1", "A1-2"} <= keys
    assert Category.objects.filter(name="Old").count() == 1


def test_a_bank_of_a_course_is_not_moved_and_only_authors_move_one(cast, course):
    own, free = bank_with(course.slug), bank_with("Mine")
    with pytest.raises(OfAnotherCourse):
        move_questions(by=cast.trainer, bank=own, course=course)
    with pytest.raises(Refused):
        move_questions(by=cast.officer, bank=free, course=course)
    assert Item.objects.filter(bank=free).count() == 2


def test_a_bank_that_has_the_name_of_a_later_course_becomes_its_own(course):
    free = bank_with("Mine")
    Bank.objects.filter(pk=free.pk).update(name="later")
    type(course).objects.filter(pk=course.pk).update(slug="later")
    course.refresh_from_db()
    Bank.objects.filter(course=course).update(course=None)
    assert bank_of(course) == free and Bank.objects.get(pk=free.pk).course == course


def test_another_file_comes_into_a_bank_of_the_same_name_after_the_first_was_moved(cast, course):
    move_questions(by=cast.trainer, bank=bank_with("Mine"), course=course)
    assert Item.objects.filter(bank=bank_with("Mine", GIFT.replace(b"?", b"!"))).count() == 2
    assert Item.objects.filter(key="A1").count() == 2


def test_questions_of_a_module_that_the_course_lacks_are_not_moved(cast, course):
    bank = bank_with("Mine", pool="test", module="m9")
    answer = cast.client(cast.trainer).post(reverse("bank:move", args=["Mine"]), {"course": course.slug}, follow=True)
    assert "The course has no module “m9”. There are: m1." in answer.content.decode()
    with pytest.raises(ModulesMissing):
        move_questions(by=cast.trainer, bank=bank, course=course)
    assert Item.objects.filter(bank=bank).count() == 2
    assert move_questions(by=cast.trainer, bank=bank_with("Other", pool="test", module="m1"), course=course) == 2
