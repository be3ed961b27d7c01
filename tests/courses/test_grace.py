"""Corrections that keep the meaning: a test stays open in a translation of before for the days that the RSO has set."""

import datetime as dt
import io
import shutil
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import AuditEvent
from accounts.permissions import Refused
from assessments import services
from assessments.languages import LanguageNotOpen, languages_of_tests
from assessments.models import Attempt, EditionItem, Item
from assessments.services import save_item, save_wording
from courses.pages.grace import Grace, Kept, behind_since
from courses.pages.models import MeaningKept
from courses.pages.publication import follow, publishing_with_same_meaning
from courses.pages.selectors import source_page_of
from courses.pages.services import keep_meaning, publish_course
from courses.pages.services.reviewing import take_over_review
from courses.pages.translation import State
from learning.models import EditionRevision, LanguageRules
from learning.selectors import newest_revision, outline_of
from learning.services import TooLong, enrol, set_grace
from tests.courses.bundles import edit
from tests.courses.translated import asked_in, change, course, folder, html, lesson, states
from tests.factories import finish_lessons

__all__ = ["course", "folder"]

TODAY = timezone.localdate()


def day(number: int) -> dt.date:
    return dt.date(2026, 1, 1) + dt.timedelta(days=number)


# --- exactness


@given(
    corrections=st.lists(st.tuples(st.integers(0, 4), st.booleans(), st.integers(0, 5)), max_size=12),
    made_from=st.integers(0, 4),
)
def test_a_chain_counts_from_its_first_correction_since_the_translation_was_current(corrections, made_from):
    """Against a site that walks through the days: it knows since when the source differs from what was translated, and
    whether each step since then kept the meaning."""
    source, today, kept = 0, 0, []
    since, is_kept = (None, True) if made_from == source else (0, False)
    for text, keeps, days in corrections:
        today += days
        if text == source:
            continue
        if keeps:
            kept.append(Kept(str(source), str(text), day(today)))
        if text == made_from:
            since, is_kept = None, True
        elif since is None:
            since, is_kept = today, keeps
        else:
            is_kept = is_kept and keeps
        source = text
    found = behind_since(kept, str(made_from), str(source))
    if since is None:
        return
    if is_kept:
        assert found == day(since)
    elif found is not None:
        # A chain of before says that both mean the same: it never counts from later than the site's own account.
        assert found <= day(today)
        assert any(each.made_from == str(made_from) and each.day == found for each in kept)


@given(days=st.integers(0, 90), behind=st.integers(0, 120))
def test_a_text_is_asked_up_to_the_last_day_of_the_grace_and_not_a_day_longer(days, behind):
    now = Grace(days, day(behind), {"m/p": [Kept("a", "b", day(0))]})
    assert now.until("m/p", "a", "b") == (day(days) if days and behind <= days else None)
    assert now.until("m/p", "c", "b") is None and now.until("m/q", "a", "b") is None


# --- what the RSO sets


def test_the_rso_sets_the_grace_and_the_log_says_so(cast):
    client = cast.client(cast.rso)
    assert client.post("/en/classes/languages/", {"days": "14"}).status_code == 302
    assert LanguageRules.objects.get().grace_days == 14
    assert AuditEvent.objects.filter(action="languages.grace").get().details == {"from": 0, "to": 14}
    client.post("/en/classes/languages/", {"days": "14"})
    assert AuditEvent.objects.filter(action="languages.grace").count() == 1
    assert 'value="14"' in client.get("/en/classes/languages/").content.decode()


@pytest.mark.parametrize("days", ["-1", "91", "", "x", "1.5"])
def test_a_grace_that_is_no_number_of_days_changes_nothing(cast, days):
    assert cast.client(cast.rso).post("/en/classes/languages/", {"days": days}).status_code == 422
    assert not LanguageRules.objects.exists()


def test_the_service_refuses_too_long_a_grace_and_others_than_the_rso(cast):
    with pytest.raises(TooLong):
        set_grace(by=cast.rso, days=91)
    for person in (cast.trainer, cast.officer, cast.coordinator):
        with pytest.raises(Refused):
            set_grace(by=person, days=5)
    assert not LanguageRules.objects.exists()


# --- what a correction does


@pytest.fixture
def grace(cast, course):
    set_grace(by=cast.rso, days=7)


def word(key: str, stem: str) -> None:
    version = Item.objects.get(key=key).versions.last()
    text = version.wordings.get(language="en").text
    save_wording(version=version, language="en", text={**text, "stem": stem})


def publish(course, by=None, *, same_meaning: bool) -> None:
    page = source_page_of(course)
    if same_meaning:
        keep_meaning(by=by, page=page)
    publish_course(by=by, page=page)


def open_on(course, on: dt.date, key: str = "final-test") -> tuple[str, ...]:
    revision = newest_revision(course)
    outline = outline_of(revision)
    node = outline.by_key[key]
    return languages_of_tests(revision, outline, day=on, only=node)[node.uuid].open


def later(days: int) -> dt.date:
    return TODAY + dt.timedelta(days=days)


def go_back(days: int) -> None:
    """As if all that was said so far had been said some days ago."""
    for row in MeaningKept.objects.all():
        MeaningKept.objects.filter(pk=row.pk).update(in_force_at=row.in_force_at - dt.timedelta(days=days))


def test_a_question_stays_open_for_the_days_of_the_grace_and_then_closes_by_itself(course, grace):
    word("F1", "A clearer stem")
    publish(course, same_meaning=True)
    assert EditionItem.objects.get(
        revision=newest_revision(course), version__item__key="F1", language="id"
    ).open_until == later(7)
    assert open_on(course, TODAY) == open_on(course, later(7)) == ("en", "id")
    assert open_on(course, later(8)) == ("en",)
    assert open_on(course, later(8), "pre-test") == ("en", "id")


def test_a_case_stays_open_too_and_the_lesson_says_that_it_is_behind(course, grace):
    change(lesson("m1-l2", "en"), "scenario", text="A case, said better")
    publish(course, same_meaning=True)
    assert asked_in(course, "F3", "id")
    assert open_on(course, later(7)) == ("en", "id") and open_on(course, later(8)) == ("en",)
    item = EditionItem.objects.get(revision=newest_revision(course), version__item__key="F3", language="id")
    assert item.content.body["scenario"] == "A case (id)", "the words of the translation, not the new ones"
    assert "A case, said better" in html(course, "m1-l2", "id"), "the lesson shows the original under it"
    assert states(course, "m1-l2")["body.scenario"] == State.BEHIND, "for the desk nothing changes"


def test_without_a_word_about_the_meaning_or_without_a_grace_a_language_closes_at_once(cast, course):
    word("F1", "A clearer stem")
    publish(course, same_meaning=True)
    assert open_on(course, TODAY) == ("en",), "no grace is set"
    set_grace(by=cast.rso, days=7)
    word("F2", "Another question altogether")
    publish(course, same_meaning=False)
    assert open_on(course, TODAY) == ("en",)


def test_several_such_corrections_count_from_the_first(course, grace):
    word("F1", "Once")
    publish(course, same_meaning=True)
    go_back(4)
    word("F1", "Twice")
    publish(course, same_meaning=True)
    assert open_on(course, later(3)) == ("en", "id") and open_on(course, later(4)) == ("en",)
    go_back(4)
    word("F1", "Three times")
    publish(course, same_meaning=True)
    assert open_on(course, TODAY) == ("en",)
    assert not asked_in(course, "F1", "id")


def test_a_correction_of_the_meaning_after_one_that_kept_it_closes_the_language(course, grace):
    word("F1", "Once")
    publish(course, same_meaning=True)
    word("F1", "Something else")
    publish(course, same_meaning=False)
    assert open_on(course, TODAY) == ("en",)


def test_other_options_or_another_key_are_another_question_whatever_is_said(course, grace):
    old = Item.objects.get(key="F1").versions.last()
    save_item(
        bank=old.item.bank, key="F1", type="single", pool="test", structure=old.structure, answer_key=["b"],
        must_be_right=True, module="m1", source="L1",
    )  # fmt: skip
    publish(course, same_meaning=True)
    assert not MeaningKept.objects.exists()
    assert open_on(course, TODAY) == ("en",)


def test_an_attempt_that_was_begun_on_the_last_day_is_handed_in_after_it(cast, course, grace, monkeypatch):
    enrolment = enrol(by=cast.officer, course=course)
    finish_lessons(enrolment)
    word("F1", "A clearer stem")
    publish(course, same_meaning=True)
    attempt = services.start_attempt(by=cast.officer, enrolment=enrolment, key="final-test", language="id")
    monkeypatch.setattr("assessments.languages.timezone.localdate", lambda at=None: at.date() if at else later(8))
    done = services.submit_attempt(by=cast.officer, attempt_uuid=attempt.uuid, language="id")
    assert done.language == "id"
    with pytest.raises(LanguageNotOpen):
        services.start_attempt(by=cast.officer, enrolment=enrolment, key="final-test", language="id")
    assert Attempt.objects.count() == 1


def test_the_button_of_the_editor_says_it_of_that_lesson_alone(cast, course, grace, django_capture_on_commit_callbacks):
    client = cast.client(cast.trainer)
    word("F1", "Sharper, and nobody said that it means the same")
    page = lesson("m1-l2", "en")
    address = f"/admin/pages/{page.pk}/edit/"
    shown = client.get(address).content.decode()
    assert 'value="same-meaning"' in shown
    translated = client.get(f"/admin/pages/{lesson('m1-l2', 'id').pk}/edit/").content.decode()
    assert 'value="same-meaning"' not in translated
    change(page, "scenario", text="A case, said better")
    publishing_with_same_meaning(page, is_so=True)
    follow(page, by=cast.trainer)
    assert list(MeaningKept.objects.values_list("place", "actor__user")) == [("m1-l2/body.scenario", cast.trainer.pk)]
    assert asked_in(course, "F3", "id") and not asked_in(course, "F1", "id")
    assert AuditEvent.objects.filter(action="course.meaning_kept").exists()


def test_whoever_may_not_publish_says_nothing_about_the_meaning(cast, course, grace):
    word("F1", "A clearer stem")
    for person in (cast.officer, cast.rso):
        with pytest.raises(Refused):
            keep_meaning(by=person, page=source_page_of(course))
    assert not MeaningKept.objects.exists()


def test_days_count_from_the_shelf_and_not_from_the_word(course, grace, settings):
    word("F1", "A clearer stem")
    keep_meaning(by=None, page=source_page_of(course))
    keep_meaning(by=None, page=source_page_of(course))
    row = MeaningKept.objects.get()
    assert row.in_force_at is None, "said twice, kept once, and nothing runs yet"
    publish_course(by=None, page=source_page_of(course))
    row.refresh_from_db()
    assert timezone.localdate(row.in_force_at) == TODAY


def test_publishing_again_within_the_grace_changes_nothing(course, grace):
    word("F1", "A clearer stem")
    publish(course, same_meaning=True)
    count = EditionRevision.objects.count()
    publish(course, same_meaning=False)
    assert EditionRevision.objects.count() == count
    assert open_on(course, later(7)) == ("en", "id")


# --- where a correction is published


def test_the_button_is_pressed_in_the_editor(cast, course, grace, django_capture_on_commit_callbacks):
    page = lesson("m1-l2", "en")
    form = {"title": page.title, "slug": page.slug, "minutes": page.minutes, "level": page.level, "body-count": 3}
    for number, raw in enumerate(page.body.raw_data):
        value = {**raw["value"], **({"text": "A case, said better"} if raw["id"] == "scenario" else {})}
        form |= {f"body-{number}-value-{name}": each for name, each in value.items()}
        form |= {f"body-{number}-deleted": "", f"body-{number}-order": number}
        form |= {f"body-{number}-type": raw["type"], f"body-{number}-id": raw["id"]}
    form |= {f"comments-{name}_FORMS": 0 for name in ("TOTAL", "INITIAL", "MIN_NUM")} | {"comments-MAX_NUM_FORMS": 9}
    form["action-publish"] = "same-meaning"
    with django_capture_on_commit_callbacks(execute=True):
        answer = cast.client(cast.trainer).post(f"/admin/pages/{page.pk}/edit/", form)
    assert answer.status_code == 302, answer.context["form"].errors
    assert MeaningKept.objects.get().place == "m1-l2/body.scenario"
    assert open_on(course, later(7)) == ("en", "id") and open_on(course, later(8)) == ("en",)


def test_a_bundle_says_it_on_the_web_and_at_the_command(cast, course, folder, grace, tmp_path):
    edit(folder / "en" / "questions.yaml", "Stem F1 (en)", "Stem F1, said better (en)")
    client = cast.client(cast.trainer)
    packed = Path(shutil.make_archive(str(tmp_path / "small-course"), "zip", folder.parent, folder.name))
    with packed.open("rb") as file:
        both = {"file": file, "as_new_edition": "on", "same_meaning": "on"}
        page = client.post("/admin/courses-as-files/", both)
        assert page.status_code == 200 and page.context["form"].errors["same_meaning"]
        file.seek(0)
        planned = client.post("/admin/courses-as-files/", {"file": file, "same_meaning": "on"})
    client.post(planned.url, {"action": "apply"})
    row = MeaningKept.objects.get()
    assert (row.place, row.actor.user) == ("questions/F1", cast.trainer)
    assert open_on(course, later(7)) == ("en", "id")
    edit(folder / "en" / "questions.yaml", "Stem F2 (en)", "Stem F2, said better (en)")
    call_command("import_course", str(folder), "--same-meaning", stdout=io.StringIO(), stderr=io.StringIO())
    assert set(MeaningKept.objects.values_list("place", "actor")) >= {("questions/F2", None)}
    assert open_on(course, later(7)) == ("en", "id") and open_on(course, later(8)) == ("en",)
    with pytest.raises(CommandError):
        call_command("import_course", str(folder), "--same-meaning", "--new-edition", stderr=io.StringIO())


def test_the_page_of_editions_offers_it(cast, course, grace, settings):
    word("F1", "A clearer stem")
    client = cast.client(cast.trainer)
    address = f"/admin/editions/{source_page_of(course).pk}/"
    page = client.get(address)
    form = {"choice": "same-meaning", "refresher": "0", "seen": page.context["form"].initial["seen"]}
    assert client.post(address, form).status_code == 302
    assert MeaningKept.objects.get().in_force_at
    assert open_on(course, later(7)) == ("en", "id")


def test_signatures_of_a_translation_hold_for_the_days_of_the_grace_and_no_longer(cast, course, grace, settings):
    """Where review is required, a changed comma puts a translation off the shelf until it is signed again; one that
    keeps the meaning does so when its grace is over."""
    source = source_page_of(course)
    take_over_review(source=source, languages=["en", "id"])
    settings.REQUIRE_REVIEW = True
    publish_course(by=None, page=source)
    word("F1", "A clearer stem")
    change(lesson("m1-l2", "en"), "scenario", text="A case, said better")
    keep_meaning(by=None, page=source)
    take_over_review(source=source, languages=["en"])
    publish_course(by=None, page=source)
    assert open_on(course, later(7)) == ("en", "id")
    go_back(8)
    change(lesson("m1-l1", "en"), "kp-1", text="Something else")
    take_over_review(source=source, languages=["en"])
    publish_course(by=None, page=source)
    assert open_on(course, TODAY) == ("en",)
