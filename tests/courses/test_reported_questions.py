"""A question that was reported leads whoever answers to its text, in the language that is meant."""

import uuid

import pytest
from django.urls import reverse

from assessments.models import EditionItem, Item
from learning.models import Activity, ContentReport, EditionRevision
from learning.services import report_content
from tests.courses import translated

course = translated.course  # a fixture


@pytest.fixture
def asked(course) -> EditionItem:
    return EditionItem.objects.filter(language="id", version__item__key="F1").latest("pk")


def report(cast, asked: EditionItem, language: str, item: uuid.UUID | None = None) -> ContentReport:
    return report_content(
        by=cast.trainer,
        revision=EditionRevision.objects.latest("pk"),
        activity=Activity.objects.get(pk=asked.activity_id),
        language=language,
        kind="translation",
        item=item or asked.version.item.uuid,
        note="Harder in this language.",
    )


def test_a_question_in_a_translation_leads_to_its_texts_at_the_desk(cast, asked):
    made = report(cast, asked, "id")
    client = cast.client(cast.trainer)
    page = client.get(reverse("reported")).content.decode()
    address = page.split('/id/?show=all&amp;at=questions&amp;q=F1">F1</a>')[0].rsplit('href="', 1)[1] + "/id/"
    assert address.startswith("/admin/translate/small-course/")
    shown = client.get(address, {"show": "all", "at": "questions", "q": "F1"})
    assert shown.status_code == 200 and "Question F1" in shown.content.decode()
    answer = client.get(reverse("report_answer", args=[made.uuid])).content.decode()
    assert f"{address}?show=all&amp;at=questions&amp;q=F1" in answer and str(made.item) not in answer


def test_one_in_the_language_it_was_written_in_or_retired_leads_to_the_bank(cast, asked):
    report(cast, asked, "en")
    bank = reverse("bank:question", args=["small-course", asked.version.item.uuid])
    client = cast.client(cast.trainer)
    assert f'href="{bank}"' in client.get(reverse("reported")).content.decode()
    ContentReport.objects.all().update(language="id")
    Item.objects.filter(key="F1").update(retired_at=asked.version.created_at)
    assert f'href="{bank}"' in client.get(reverse("reported")).content.decode()


def test_the_desk_has_its_name_for_a_heading(cast, asked):
    shown = cast.client(cast.trainer).get(reverse("reported")).content.decode()
    assert "Reported by officers" in shown[shown.index("<h1") : shown.index("</h1>")]


def test_a_question_that_is_gone_leaves_the_report_readable(cast, asked):
    report(cast, asked, "id", item=uuid.UUID(int=5))
    page = cast.client(cast.trainer).get(reverse("reported"))
    assert page.status_code == 200 and "Harder in this language." in page.content.decode()
