"""The question bank on the authors' side: finding questions, their pages, and who sees what."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.roles import Role
from assessments.models import Category, Item, ItemTag, ItemVersion
from assessments.services import save_wording
from tests.cast import make_person
from tests.factories import complete, make_course, make_item

LIST = "/admin/questions/t1/"


def page_of(key: str) -> str:
    return f"{LIST}{Item.objects.get(key=key, bank__course__slug='t1').uuid}/"


def keys_on(answer) -> list[str]:
    return [row.item.key for row in answer.context["page"]]


@pytest.fixture
def trainer(cast, course):
    return cast.client(cast.trainer)


@pytest.fixture
def author(cast, course):
    """Somebody who writes and does not publish, and so takes the tests like officers."""
    return cast.client(make_person("author", Role.AUTHOR))


def test_the_banks_say_how_many_questions_each_has(trainer):
    Item.objects.filter(key="F1").update(review_on=timezone.localdate() - dt.timedelta(days=1))
    Item.objects.filter(key="F2").update(retired_at=timezone.now())
    Item.objects.filter(key="F3").update(drafted_at=timezone.now())
    answer = trainer.get("/admin/questions/")
    row = next(each for each in answer.context["courses"] if each.slug == "t1")
    assert (row.offered, row.drafts, row.retired, row.due) == (4, 1, 1, 1)


FOUND = [
    ("search=stem+F2", ["F2"]),
    ("search=f2", ["F2"]),
    ("search=nothing", []),
    ("search=judul", ["F1"]),
    ("pool=pretest", ["B1"]),
    ("type=matching", ["F2"]),
    ("must_be_right=on", ["F1"]),
    ("tag=law", ["F3"]),
    ("difficulty=3", ["F3"]),
    ("state=draft", ["F4"]),
    ("state=due", ["F1"]),
    ("language=id&wording=missing", ["B1", "F2", "F3", "F4", "P1"]),
    ("language=id&wording=behind", ["F1"]),
    ("language=id&wording=current", []),
    ("pool=nonsense&page=99", ["B1", "F1", "F2", "F3", "F4", "P1"]),
]


def test_questions_are_found_by_words_in_any_language_and_by_how_they_are_sorted(trainer):
    version = ItemVersion.objects.get(item__key="F1")
    save_wording(version=version, language="id", text={**version.wordings.get().text, "stem": "Judul"})
    ItemTag.objects.create(item=Item.objects.get(key="F3"), name="law")
    Item.objects.filter(key="F3").update(difficulty=3)
    Item.objects.filter(key="F4").update(drafted_at=timezone.now())
    Item.objects.filter(key="F1").update(review_on=timezone.localdate())
    for query, keys in FOUND:
        assert keys_on(trainer.get(f"{LIST}?{query}")) == keys, query


def test_a_category_is_sought_with_what_is_below_it(trainer, course):
    bank = course.course.banks.get()
    law = Category.objects.create(bank=bank, name="Law")
    Item.objects.filter(key="F1").update(category=Category.objects.create(bank=bank, name="Protocol", parent=law))
    Item.objects.filter(key="F2").update(category=law)
    assert keys_on(trainer.get(f"{LIST}?category={law.uuid}")) == ["F1", "F2"]
    assert "F1" not in keys_on(trainer.get(f"{LIST}?category=none"))


def test_a_retired_question_stands_only_where_it_is_asked_for(trainer):
    Item.objects.filter(key="F2").update(retired_at=timezone.now())
    assert "F2" not in keys_on(trainer.get(LIST))
    assert keys_on(trainer.get(f"{LIST}?state=retired")) == ["F2"]


def test_an_empty_bank_says_what_to_do(trainer):
    make_course("T9", publish=False)
    Item.objects.filter(bank__course__slug="t9").update(retired_at=timezone.now())
    assert "Write the first one" in trainer.get("/admin/questions/t9/").content.decode()


def statements(client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_the_pages_ask_as_many_statements_however_large_the_bank_is(trainer, course, cast):
    addresses = ["/admin/questions/", LIST, f"{LIST}?search=stem&language=id&wording=behind", page_of("F1")]
    few = [statements(trainer, each) for each in addresses]
    for number in range(20):
        make_item(course.course, f"X{number}", "test")
    complete(cast.officer, course.course)
    assert [statements(trainer, each) for each in addresses] == few


def test_the_page_of_a_question_shows_it_with_its_key_to_whoever_may_see_keys(trainer, author):
    assert "Feedback of F1" in trainer.get(page_of("F1")).content.decode()
    hidden = author.get(page_of("F1"))
    assert hidden.status_code == 200
    text = hidden.content.decode()
    assert "F1 option a" in text and "Feedback of F1" not in text and "The right answer" not in text
    assert hidden.context["shown"].answered is None


def test_a_practice_question_is_open_to_every_author(author):
    assert "Feedback of P1" in author.get(page_of("P1")).content.decode()


def test_an_author_cannot_edit_a_question_whose_key_is_hidden(author):
    assert author.get(f"{page_of('F1')}edit/").status_code == 403
    assert author.post(f"{page_of('F1')}edit/", {"do": "save"}).status_code == 403
    assert ItemVersion.objects.filter(item__key="F1").count() == 1


def test_the_page_says_which_edition_shows_which_version_and_which_lesson(trainer):
    text = trainer.get(page_of("F1")).content.decode()
    assert "Edition 1 may ask version 1" in text
    assert "First lesson" in trainer.get(page_of("P1")).content.decode()


def test_small_counts_of_answers_are_suppressed(trainer, cast, course):
    complete(cast.officer, course.course)
    answer = trainer.get(page_of("F1"))
    counts = answer.context["counts"]
    assert counts is None or counts.answers.is_suppressed
    shown = [trainer.get(page_of(key)).context["counts"] for key in ("F1", "F2", "F3", "F4")]
    assert sum(each is not None for each in shown) == 3


def test_a_question_of_another_course_is_not_found(trainer):
    make_course("T2", publish=False)
    other = Item.objects.get(key="F1", bank__course__slug="t2")
    assert trainer.get(f"{LIST}{other.uuid}/").status_code == 404
