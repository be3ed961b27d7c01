"""The rules of a test: drafted by whoever publishes, frozen at publication, and papers drawn by them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.permissions import Refused
from assessments.drawing.blueprint import BlueprintNotMet
from assessments.models import Attempt, Bank, Category, EditionItem, Item, ItemTag, Quiz
from assessments.rules import Draw, Feedback, Section, TestRules, rules_of, usual_rules
from assessments.rules.words import heading_at, in_language, lines_of
from assessments.services import start_attempt, submit_attempt
from assessments.services.quizzes import RulesChanged, save_rules
from courses.pages.freezing import NotPublishable
from courses.pages.services import publish_course
from learning.manifest import FINAL, PRETEST
from learning.selectors import outline_of
from learning.services import enrol
from tests.factories import finish_lessons, make_item, take_test

pytestmark = pytest.mark.django_db


def of(*draws: Draw, **more) -> TestRules:
    return TestRules(
        **{"attempts": 3, "pause_after": 2, "pause_hours": 24, "feedback": Feedback.PASSED}
        | more
        | {"sections": (Section(titles={"en": "All"}, draws=draws),)}
    )


def save(cast, course, rules, purpose=FINAL, edits=0):
    return save_rules(by=cast.trainer, course=course.course, purpose=purpose, rules=rules, edits=edits)


def published(cast, course, rules, purpose=FINAL):
    save(cast, course, rules, purpose)
    return publish_course(by=cast.trainer, page=course.page)[0]


def sit(user, enrolment, key="final-test") -> tuple[Attempt, list[str]]:
    attempt = start_attempt(by=user, enrolment=enrolment, key=key, language="en")
    return attempt, [each.version.item.key for each in attempt.responses.select_related("version__item")]


def ready(user, course):
    enrolment = enrol(by=user, course=course.course)
    finish_lessons(enrolment)
    return enrolment


def test_rules_are_saved_by_whoever_publishes_and_by_nobody_else(cast, course):
    save(cast, course, of(Draw(count=2)))
    assert Quiz.objects.get().edits == 1
    with pytest.raises(Refused):
        save_rules(by=cast.officer, course=course.course, purpose=FINAL, rules=of(Draw(count=3)), edits=1)
    assert TestRules.from_json(FINAL, Quiz.objects.get().rules) == of(Draw(count=2))


def test_two_authors_do_not_overwrite_each_other(cast, course):
    save(cast, course, of(Draw(count=2)))
    with pytest.raises(RulesChanged):
        save(cast, course, of(Draw(count=3)))
    assert Quiz.objects.get().edits == 1


def test_a_blueprint_that_cannot_be_met_is_not_saved(cast, course):
    with pytest.raises(BlueprintNotMet) as refusal:
        save(cast, course, of(Draw(count=2), Draw(count=3, module="m1")))
    assert [(each.number, each.missing) for each in refusal.value.lack.shortages] == [(2, 1)]
    assert not Quiz.objects.exists()


def test_numbers_out_of_their_limits_are_not_saved(cast, course):
    for wrong in (of(Draw(count=1), minutes=601), of(Draw(count=1), pause_hours=0), of(Draw(count=0))):
        with pytest.raises(ValueError, match=r".+"):
            save(cast, course, wrong)
    with pytest.raises(ValueError, match=r".+"):
        save(cast, course, TestRules(feedback=Feedback.PASSED, attempts=1), PRETEST)
    assert not Quiz.objects.exists()


def test_publication_freezes_the_rules_and_drafts_change_nothing_before(cast, course):
    before = course.revision
    save(cast, course, of(Draw(items=("F1", "F3")), minutes=30))
    assert outline_of(before).quiz(FINAL).rules == {}
    revision, is_new = publish_course(by=cast.trainer, page=course.page)
    node = outline_of(revision).quiz(FINAL)
    assert is_new and revision.edition.number == before.edition.number, "rules make a correction"
    assert node.questions == 2
    assert rules_of(node).minutes == 30 and rules_of(node).language == "en"
    assert set(revision.items.filter(activity__key="final-test").values_list("version__item__key", flat=True)) == {
        "F1",
        "F3",
    }, "the shelf holds what the test may draw"


def test_rules_as_usual_leave_a_revision_as_it_was(cast, course):
    save(cast, course, usual_rules(FINAL))
    assert publish_course(by=cast.trainer, page=course.page) == (course.revision, False)


def test_what_no_longer_fills_a_paper_is_not_published(cast, course):
    save(cast, course, of(Draw(count=4)))
    item = Item.objects.get(key="F4")
    item.retired_at = timezone.now()
    item.save()
    with pytest.raises(NotPublishable, match="1"):
        publish_course(by=cast.trainer, page=course.page)
    assert course.course.editions.get().revisions.count() == 1


def sorted_bank(course):
    bank = Bank.objects.get(course=course.course)
    law = Category.objects.create(bank=bank, name="Law")
    treaties = Category.objects.create(bank=bank, parent=law, name="Treaties")
    Item.objects.filter(key__in=["F1", "F2"]).update(category=treaties, difficulty=3)
    ItemTag.objects.create(item=Item.objects.get(key="F3"), name="care")
    return law


def test_a_paper_is_drawn_by_category_tag_and_difficulty(cast, course):
    law = sorted_bank(course)
    draws = (Draw(count=1, tag="care"), Draw(count=2, category=str(law.uuid), difficulty=3))
    published(cast, course, of(*draws, shuffles_questions=False))
    attempt, keys = sit(cast.officer, ready(cast.officer, course))
    assert keys == ["F3", "F1", "F2"]
    assert attempt.total == 3 and attempt.notes is None


def test_nothing_that_changes_in_the_bank_afterwards_changes_a_paper(cast, course):
    """Category moved and deleted, tag gone, questions retired: before a paper is drawn, and while one is open."""
    law = sorted_bank(course)
    rules = of(Draw(count=1, tag="care"), Draw(count=2, category=str(law.uuid)), shuffles_questions=False)
    published(cast, course, rules)
    first = ready(cast.officer, course)
    opened, keys = sit(cast.officer, first)

    Item.objects.update(category=None, difficulty=None, retired_at=timezone.now())
    ItemTag.objects.all().delete()
    Category.objects.filter(parent=law).delete()
    law.delete()

    assert sit(cast.officer, first) == (opened, keys)
    assert submit_attempt(by=cast.officer, attempt_uuid=opened.uuid, language="en").total == 3
    assert sit(cast.colleague, ready(cast.colleague, course))[1] == keys


def test_a_second_paper_repeats_only_what_the_bank_cannot_avoid_and_says_so(cast, course):
    """Of the four questions one must be right: the second paper of two has another second one, the fifth has not."""
    published(cast, course, of(Draw(count=2), attempts=0, pause_after=0, pause_hours=0))
    enrolment = ready(cast.officer, course)
    seen = []
    for number in range(1, 5):
        attempt, keys = sit(cast.officer, enrolment)
        assert "F1" in keys, "what must be right is on every paper"
        assert attempt.notes == (
            None
            if number == 1
            else [{"rule": "repeated", "at": attempt.notes[0]["at"], "count": 1 if number < 4 else 2}]
        )
        seen += [key for key in keys if key != "F1"]
        submit_attempt(by=cast.officer, attempt_uuid=attempt.uuid, language="en")
    assert len(set(seen[:3])) == 3


def test_a_test_without_a_blueprint_avoids_repeats_as_well(cast, course):
    """Three of four, F1 always: two of the three others come first, and then the third one."""
    enrolment = ready(cast.officer, course)
    _attempt, first = sit(cast.officer, enrolment)
    submit_attempt(by=cast.officer, attempt_uuid=_attempt.uuid, language="en")
    _attempt, second = sit(cast.officer, enrolment)
    assert {"F1", "F2", "F3", "F4"} == {*first, *second}


def test_a_pre_test_may_share_the_questions_of_the_final_test(cast, course):
    make_item(course.course, "F5", "test")
    save(cast, course, of(Draw(count=3)))
    rules = TestRules(attempts=1, shares_pool=True, sections=(Section(draws=(Draw(count=2),)),))
    published(cast, course, rules, PRETEST)
    for user in (cast.officer, cast.colleague):
        enrolment = enrol(by=user, course=course.course)
        attempt, before = sit(user, enrolment, "pre-test")
        assert "F1" not in before, "what must be right in the end is not asked before"
        submit_attempt(by=user, attempt_uuid=attempt.uuid, language="en")
        finish_lessons(enrolment)
        assert set(sit(user, enrolment)[1]).isdisjoint(before)


def test_practice_questions_stay_out_of_every_test(cast, course):
    with pytest.raises(BlueprintNotMet):
        save(cast, course, of(Draw(items=("P1",))))
    assert not EditionItem.objects.filter(version__item__pool="practice").exists()


def test_options_stand_as_the_author_has_them_when_they_are_not_shuffled(cast, course):
    published(cast, course, of(Draw(count=4), shuffles_options=False))
    attempt, _keys = sit(cast.officer, ready(cast.officer, course))
    for response in attempt.responses.select_related("version"):
        assert response.option_order == response.version.structure["options"]


def test_a_passed_test_counts_by_the_rules_of_its_paper(cast, course):
    published(cast, course, of(Draw(items=("F1", "F2"))))
    enrolment = ready(cast.officer, course)
    assert take_test(cast.officer, enrolment).passed


def test_words_fall_back_to_the_language_in_which_they_stand_first():
    rules = TestRules(sections=(Section(titles={"th": "ก", "id": "Hukum"}, draws=(Draw(count=2),)),), language="id")
    assert heading_at(rules, 2, "th") == ("th", "ก")
    assert heading_at(rules, 1, "ur") == ("id", "Hukum")
    assert heading_at(rules, 3, "ur") is None
    assert in_language({}, "en", "en") is None


def test_rules_are_said_in_plain_words():
    rules = TestRules(minutes=30, attempts=3, pause_after=2, pause_hours=24, needs_ticket=True)
    lines = lines_of(rules, questions=8, minutes=20, pass_mark=80, points=(1, 2), must=1)
    assert [(line.title, line.text.strip("\u2066\u2069")) for line in lines] == [
        ("Questions", "8, of 1 to 2 points"),
        ("Time", "30 minutes, then it is over"),
        ("To pass", "80 %"),
        ("Must be right", "1 question, whatever the score"),
        ("Attempts", "3"),
        ("Pause", "24 hours after 2 attempts"),
        ("Right answers are shown", "after handing in"),
        ("Exam", "It is begun with a ticket, at the time and place of the exam."),
    ]


def test_rules_survive_their_stored_form():
    rules = of(Draw(count=2, module="m1", category="c", tag="t", difficulty=2), Draw(items=("A", "B")), minutes=5)
    assert TestRules.from_json(FINAL, rules.as_json(FINAL)) == rules
    assert usual_rules(PRETEST).as_json(PRETEST) == {}


# --- the form


def sent(**more) -> dict:
    return {
        "edits": "0",
        "sections": "1",
        "s0-title_en": "Law",
        "s0-rows": "1",
        "s0r0-count": "2",
        "minutes": "20",
        "grace_seconds": "60",
        "attempts": "3",
        "pause_after": "2",
        "pause_hours": "24",
        "markers": "1",
        "marks_apart": "20",
        "feedback": "passed",
        "shuffles_questions": "on",
        "do": "save",
    } | more


@pytest.fixture
def editor(cast, course):
    client, url = cast.client(cast.trainer), reverse("quizzes:edit", args=["t1", "final"])
    return lambda **more: client.post(url, sent(**more))


def test_the_form_saves_what_was_sent(editor, cast):
    assert editor().status_code == 302
    saved = TestRules.from_json(FINAL, Quiz.objects.get().rules)
    assert saved == TestRules(
        sections=(Section(titles={"en": "Law"}, draws=(Draw(count=2),)),),
        shuffles_options=False,
        minutes=20,
        attempts=3,
        pause_after=2,
        pause_hours=24,
        feedback=Feedback.PASSED,
    )
    page = cast.client(cast.trainer).get(reverse("quizzes:edit", args=["t1", "final"])).content.decode()
    assert 'value="Law"' in page and 'name="edits" value="1"' in page


def test_buttons_add_and_remove_rows_without_saving(editor):
    page = editor(do="add-row-0")
    assert page.status_code == 200 and [len(each["rows"]) for each in page.context["sections"]] == [2]
    page = editor(do="remove-row-0-0", **{"s0-rows": "2", "s0r1-items": "F1"})
    assert page.context["sections"][0]["rows"][0]["form"].initial["items"] == "F1"
    assert [len(each["rows"]) for each in editor(do="add-section").context["sections"]] == [1, 1]
    assert editor(do="remove-section-0").context["sections"] == []
    assert not Quiz.objects.exists()


def test_each_row_says_how_many_questions_match_and_a_short_one_is_refused_by_name(editor):
    page = editor(do="count", **{"s0r0-count": "9"})
    assert page.context["sections"][0]["rows"][0]["match"]["total"] == 4
    page = editor(**{"s0r0-count": "9"})
    assert page.status_code == 422
    assert "Row 1 (any question): 5 questions are missing. It asks for 9, and 4 match." in page.context["problems"]
    assert not Quiz.objects.exists()


def test_a_row_names_questions_or_says_of_which_kind_they_are(editor):
    assert editor(**{"s0r0-items": "F1"}).status_code == 422
    assert editor(**{"s0r0-count": ""}).status_code == 422
    assert not Quiz.objects.exists()


def test_whoever_was_overtaken_is_told_and_keeps_what_was_typed(editor):
    editor()
    page = editor(**{"s0r0-count": "3"})
    assert page.status_code == 409
    assert 'name="edits" value="1"' in page.content.decode()
    assert Quiz.objects.get().edits == 1
    assert editor(**{"s0r0-count": "3", "edits": "1"}).status_code == 302


def test_the_form_asks_no_more_statements_for_a_larger_bank_or_blueprint(cast, course):
    client, url = cast.client(cast.trainer), reverse("quizzes:edit", args=["t1", "final"])
    client.get(url)
    with CaptureQueriesContext(connection) as small:
        client.get(url)
    for number in range(5, 25):
        make_item(course.course, f"F{number}", "test")
    save(cast, course, of(*[Draw(count=2, difficulty=0), Draw(count=3, module="m1")] * 3))
    with CaptureQueriesContext(connection) as large:
        client.get(url)
    assert len(large) <= len(small)


def test_a_paper_is_drawn_with_no_more_statements_from_a_larger_bank(cast, course):
    """But for the batches in which its questions are written."""
    counts = []
    for user in (cast.officer, cast.colleague):
        enrolment = ready(user, course)
        with CaptureQueriesContext(connection) as asked:
            sit(user, enrolment)
        counts.append(len(asked))
        for number in range(5, 25):
            make_item(course.course, f"F{number}", "test")
        publish_course(by=cast.trainer, page=course.page)
    assert counts[0] == counts[1]


def test_who_does_not_publish_looks_and_gets_no_button(cast, course):
    page = cast.client(cast.rso).get(reverse("quizzes:edit", args=["t1", "final"])).content.decode()
    assert "Save the rules" not in page and "disabled" in page


def test_a_paper_is_shown_to_authors_without_keys_but_to_those_who_may_see_them(cast, course, monkeypatch):
    url = reverse("quizzes:paper", args=["t1", "final"])
    assert b"Feedback of F1" in cast.client(cast.trainer).get(url).content
    monkeypatch.setattr("assessments.views.quizzes.may_see_keys", lambda user: False)
    page = cast.client(cast.trainer).get(url).content
    assert b"Stem of F1" in page and b"Feedback of F1" not in page and b"The right answer" not in page


def test_the_list_says_what_the_bank_allows(cast, course):
    page = cast.client(cast.trainer).get(reverse("quizzes:course", args=["t1"])).content.decode()
    assert "The bank allows 1 paper without repeats" in page


def test_the_door_says_the_rules_and_a_question_stands_under_its_heading(cast, course):
    published(cast, course, of(Draw(count=2), minutes=30))
    enrolment = ready(cast.officer, course)
    client = cast.client(cast.officer)
    page = client.get(reverse("courses:activity", args=["t1", "final-test"])).content.decode()
    assert "30 minutes, then it is over" in page and "24 hours after 2 attempts" in page
    attempt, _keys = sit(cast.officer, enrolment)
    page = client.get(reverse("assessments:question", args=[attempt.uuid, 1])).content.decode()
    assert ">All</h2>" in page
