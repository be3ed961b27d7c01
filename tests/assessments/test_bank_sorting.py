"""Categories, and many questions at once."""

import datetime as dt

import pytest

from accounts.models import AuditEvent
from accounts.permissions import Refused
from accounts.roles import Role
from assessments.models import Category, EditionItem, Item
from assessments.services import authoring, bank_of, sorting
from tests.assessments.test_bank import LIST, page_of
from tests.cast import make_person
from tests.factories import make_course

DAY = dt.date(2027, 3, 31)


@pytest.fixture
def trainer(cast, course):
    return cast.client(cast.trainer)


@pytest.fixture
def writer(course):
    return make_person("author", Role.AUTHOR)


def category(course, name: str, parent: Category | None = None) -> Category:
    return Category.objects.create(bank=bank_of(course.course), name=name, parent=parent)


def test_categories_are_made_renamed_moved_and_deleted_while_they_are_empty(trainer, course):
    address = f"{LIST}categories/"
    trainer.post(address, {"name": "Law", "parent": ""})
    law = Category.objects.get()
    trainer.post(address, {"name": "Protocol", "parent": law.uuid})
    protocol = Category.objects.get(parent=law)
    assert trainer.post(address, {"name": "Law", "parent": ""}).status_code == 422
    trainer.post(f"{address}{protocol.uuid}/", {"name": "The Protocol", "parent": ""})
    protocol.refresh_from_db()
    assert (protocol.name, protocol.parent) == ("The Protocol", None)
    Item.objects.filter(key="F1").update(category=law)
    trainer.post(f"{address}{law.uuid}/delete/")
    trainer.post(f"{address}{protocol.uuid}/delete/")
    assert list(Category.objects.all()) == [law]
    actions = AuditEvent.objects.filter(action__startswith="category.").order_by("pk")
    assert [each.action for each in actions] == ["category.made", "category.made", "category.moved", "category.deleted"]


def test_a_category_stands_in_none_of_its_own(trainer, course):
    top = category(course, "Law")
    below = category(course, "Protocol", category(course, "Treaties", top))
    answer = trainer.post(f"{LIST}categories/{top.uuid}/", {"name": "Law", "parent": below.uuid})
    assert answer.status_code == 422 and "cannot stand in itself" in answer.content.decode()
    top.refresh_from_db()
    assert top.parent is None


def test_a_moved_category_changes_nothing_on_the_shelf(trainer, course):
    before = list(EditionItem.objects.order_by("pk").values())
    top, own = category(course, "Law"), category(course, "Protocol")
    Item.objects.filter(key="F1").update(category=own)
    trainer.post(f"{LIST}categories/{own.uuid}/", {"name": "Protocol", "parent": top.uuid})
    assert list(EditionItem.objects.order_by("pk").values()) == before


def test_a_question_is_sorted_by_any_author_and_not_into_another_bank(cast, course, writer):
    law = category(course, "Law")
    client = cast.client(writer)
    sent = {"category": law.uuid, "tags": "Law, means ,law", "difficulty": "2", "review_on": "2027-03-31"}
    assert client.post(page_of("F1") + "sort/", sent).status_code == 302
    item = Item.objects.get(key="F1", bank__course=course.course)
    assert (item.category, item.difficulty, item.review_on) == (law, 2, DAY)
    assert [each.name for each in item.tags.all()] == ["law", "means"]
    other = category(make_course("T2", publish=False), "Other")
    with pytest.raises(sorting.CategoryRefused):
        sorting.sort_question(by=writer, item=item, category=other, difficulty=None, review_on=None, tags=[])
    item.refresh_from_db()
    assert item.category == law


def test_many_questions_are_changed_after_what_changes_was_shown_with_an_entry_each(trainer, course):
    law = category(course, "Law")
    chosen = list(Item.objects.filter(key__in=["F1", "F2", "P1"]).order_by("key"))
    sent = {"question": [each.uuid for each in chosen], "category": law.uuid, "add_tags": "law", "state": "retire"}
    shown = trainer.post(f"{LIST}selected/", sent)
    assert shown.status_code == 200 and Item.objects.filter(retired_at__isnull=False).count() == 0
    assert [(each.item.key, each.changes_something) for each in shown.context["plans"]] == [
        ("F1", True),
        ("F2", True),
        ("P1", False),
    ]
    assert "Lessons show this question: First lesson" in shown.content.decode()
    assert trainer.post(f"{LIST}selected/", {**sent, "apply": "1"}).status_code == 302
    changed = Item.objects.filter(retired_at__isnull=False, category=law, tags__name="law")
    assert [each.key for each in changed.order_by("key")] == ["F1", "F2"]
    assert AuditEvent.objects.filter(action="question.retired").count() == 2
    assert Item.objects.get(key="P1").category is None


def test_nothing_chosen_is_said_and_changes_nothing(trainer):
    answer = trainer.post(f"{LIST}selected/", {"question": ["no-uuid"], "state": "retire"}, follow=True)
    assert "Choose questions" in answer.content.decode()
    assert not Item.objects.filter(retired_at__isnull=False).exists()


def test_who_does_not_publish_changes_not_many_at_once(cast, course, writer):
    item = Item.objects.get(key="F1")
    with pytest.raises(Refused):
        wanted = sorting.Wanted(state=sorting.RETIRE)
        sorting.change_questions(by=writer, course=course.course, questions=[item.uuid], wanted=wanted)
    assert cast.client(writer).post(f"{LIST}selected/", {"question": item.uuid, "state": "retire"}).status_code == 403
    item.refresh_from_db()
    assert item.retired_at is None


def test_every_service_of_the_bank_refuses_whoever_has_not_the_right(cast, course, writer):
    item, law = Item.objects.get(key="F1"), category(course, "Law")
    content = authoring.Content(structure={"options": ["a", "b"]}, answer_key=["a"], text={})
    own = {"course": course.course, "language": "en", "content": content}
    writes = [
        lambda by: sorting.sort_question(by=by, item=item, category=law, difficulty=1, review_on=None, tags=[]),
        lambda by: sorting.make_category(by=by, course=course.course, name="X", parent=None),
        lambda by: sorting.change_category(by=by, category=law, name="X", parent=None),
        lambda by: sorting.delete_category(by=by, category=law),
        lambda by: authoring.make_question(by=by, key="X", type="single", pool="test", **own),
    ]
    needs_the_key = [
        lambda by: authoring.change_question(by=by, item=item, seen="", language="en", content=content),
        lambda by: authoring.duplicate_question(by=by, item=item, key="X"),
    ]
    publishes = [
        lambda by: authoring.release_question(by=by, item=item),
        lambda by: authoring.take_back_question(by=by, item=item),
        lambda by: authoring.retire_question(by=by, item=item),
        lambda by: authoring.bring_back_question(by=by, item=item),
        lambda by: sorting.change_questions(
            by=by, course=course.course, questions=[item.uuid], wanted=sorting.Wanted(state=sorting.RETIRE)
        ),
    ]
    asked = [(cast.officer, each) for each in (*writes, *needs_the_key, *publishes)]
    asked += [(cast.rso, each) for each in (*writes, *needs_the_key, *publishes)]
    asked += [(writer, each) for each in (*needs_the_key, *publishes)]
    before = list(Item.objects.order_by("pk").values())
    for by, ask in asked:
        with pytest.raises(Refused):
            ask(by)
    assert list(Item.objects.order_by("pk").values()) == before and item.versions.count() == 1
    assert list(Category.objects.values_list("name", flat=True)) == ["Law"]
