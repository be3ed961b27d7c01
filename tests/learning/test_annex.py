"""The national annex: a coordinator fills country boxes, a lawyer reviews, officers are asked to read again."""

import datetime as dt
import re
import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.http import Http404
from django.utils import timezone

from accounts.models import AuditEvent, Member, Posting, User
from accounts.roles import Role
from accounts.services import actor_of, post_person
from learning import selectors, services
from learning.models import AnnexNotice, AnnexText
from learning.projection import differences
from learning.selectors.annex import statement_id
from learning.services import enrol
from learning.statements import ANNEX, EXPERIENCED
from tests.cast import make_person
from tests.factories import complete, finish_lessons
from tests.learning.annex import BOX, CONTACT, LESSON, add_box, days, fill, hand_in, reviewer, save
from xapi.models import Source, Statement

FORM = "/en/annex/ID/t1/m1-l2/law-1/"
TYPED = {
    "text": "Act 21, article 2.",
    "valid_from": "2026-01-01",
    "contacts-TOTAL_FORMS": "2",
    "contacts-INITIAL_FORMS": "0",
    "contacts-0-name": "Referral desk",
    "contacts-0-number": "+62 21 555",
    "contacts-0-tested_on": "2026-11-01",
}


@pytest.fixture
def boxed(cast, course):
    """A course with a country box; Home writes Indonesian, Away Urdu, both English."""
    for member, languages in ((cast.home, ["id"]), (cast.away, ["ur"])):
        member.languages = languages
        member.save()
    add_box(course)
    return course


def lesson(cast, person, language="en") -> str:
    return cast.client(person).get(f"/{language}/courses/t1/{LESSON}/").content.decode()


def actions() -> list[str]:
    return list(
        AuditEvent.objects.filter(action__startswith="annex.").order_by("number").values_list("action", flat=True)
    )


# --- writing


def test_a_coordinator_writes_hands_in_and_a_lawyer_approves(cast, boxed, settings):
    settings.REQUIRE_REVIEW = True
    enrol(by=cast.officer, course=boxed.course)
    client = cast.client(cast.coordinator)
    assert client.post(f"{FORM}en/", TYPED | {"what": "save"}).status_code == 302
    [text] = AnnexText.objects.all()
    assert (text.state, text.contacts[0]["number"], text.member) == ("draft", "+62 21 555", cast.home)
    assert client.post(f"{FORM}en/", TYPED | {"what": "submit", "edits": "1"}).status_code == 302
    assert "Act 21" not in lesson(cast, cast.officer)
    lawyer = cast.client(reviewer())
    assert "Indonesia" in lawyer.get("/en/annex/review/").content.decode()
    page = lawyer.get(f"/en/annex/review/{text.uuid}/").content.decode()
    assert "Act 21, article 2." in page and "Name the act and its articles." in page
    assert lawyer.post(f"/en/annex/review/{text.uuid}/", {"what": "approve"}).status_code == 302
    read = lesson(cast, cast.officer)
    assert "Act 21, article 2." in read and 'href="tel:+6221555"' in read and "Not reviewed yet" not in read
    assert "Ask the legal unit of your service." not in read
    assert actions() == ["annex.saved", "annex.saved", "annex.submitted", "annex.approved"]


def test_a_returned_text_comes_back_with_the_comment_and_can_be_changed(cast, boxed):
    text = hand_in(boxed, cast.coordinator, cast.home)
    lawyer = cast.client(reviewer())
    assert lawyer.post(f"/en/annex/review/{text.uuid}/", {"what": "return"}).status_code == 422
    assert AnnexText.objects.get().state == "submitted"
    lawyer.post(f"/en/annex/review/{text.uuid}/", {"what": "return", "comment": "Article 3, please."})
    page = cast.client(cast.coordinator).get(f"{FORM}en/").content.decode()
    assert "Article 3, please." in page and "Act 21, article 2." in page
    hand_in(boxed, cast.coordinator, cast.home, "Act 21, article 3.")
    assert [each.state for each in AnnexText.objects.order_by("pk")] == ["returned", "submitted"]
    assert "Article 3, please." not in cast.client(cast.coordinator).get(f"{FORM}en/").content.decode()


def test_what_waits_can_be_withdrawn_and_is_a_draft_again(cast, boxed):
    text = hand_in(boxed, cast.coordinator, cast.home)
    with pytest.raises(services.CannotWrite):
        save(boxed, cast.coordinator, cast.home, "Another")
    client = cast.client(cast.coordinator)
    assert client.post(f"/en/annex/texts/{text.uuid}/withdraw/").status_code == 302
    assert [(each.state, each.text) for each in AnnexText.objects.order_by("pk")] == [
        ("withdrawn", "Act 21, article 2."),
        ("draft", "Act 21, article 2."),
    ]
    with pytest.raises(services.CannotReview):
        services.approve_annex_text(by=reviewer(), text=text)
    draft = AnnexText.objects.get(state="draft")
    assert client.post(f"/en/annex/texts/{draft.uuid}/discard/").status_code == 302
    assert AnnexText.objects.get().state == "withdrawn"


def test_a_text_that_does_harm_is_taken_away_at_once(cast, boxed, settings):
    settings.REQUIRE_REVIEW = True
    enrol(by=cast.officer, course=boxed.course)
    fill(boxed, cast.coordinator, cast.home, "First.")
    second = fill(boxed, cast.coordinator, cast.home, "Second.")
    assert "Second." in lesson(cast, cast.officer)
    services.withdraw_annex_text(by=cast.coordinator, text=second)
    read = lesson(cast, cast.officer)
    assert "First." in read and "Second." not in read


def test_a_preview_shows_what_officers_will_read_and_saves_nothing(cast, boxed):
    page = cast.client(cast.coordinator).post(f"{FORM}en/", TYPED | {"what": "preview"}).content.decode()
    assert "As your officers will read it" in page and 'href="tel:+6221555"' in page
    assert not AnnexText.objects.exists() and actions() == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": ""},
        {"text": "x" * 1501},
        {"text": "The file is case no. 4711"},
        {"valid_from": ""},
        {"contacts-0-tested_on": ""},
        {"contacts-0-tested_on": "2999-01-01"},
        {"contacts-0-number": "javascript:alert(1)"},
        {"contacts-0-number": ""},
        {"contacts-0-name": ""},
        {"contacts-TOTAL_FORMS": "x"},
        {"contacts-TOTAL_FORMS": "900"},
    ],
)
def test_what_is_typed_wrongly_is_said_and_not_saved(cast, boxed, wrong):
    answer = cast.client(cast.coordinator).post(f"{FORM}en/", TYPED | {"what": "submit"} | wrong)
    assert answer.status_code == 422
    assert not AnnexText.objects.exists() and actions() == []


def test_digits_of_another_script_are_the_same_number(cast, boxed):
    cast.client(cast.coordinator).post(f"{FORM}en/", TYPED | {"what": "save", "contacts-0-number": "۰۳۱۱ ۵۵۵"})
    assert AnnexText.objects.get().contacts[0]["number"] == "0311 555"


def test_script_in_a_text_is_only_text(cast, boxed):
    enrol(by=cast.officer, course=boxed.course)
    fill(boxed, cast.coordinator, cast.home, "<script>alert(1)</script>\n\nhttps://example.org/act")
    read = lesson(cast, cast.officer)
    assert "<script>alert" not in read and '<a href="https://example.org/act" rel="nofollow">' in read


def test_two_coordinators_do_not_overwrite_each_other(cast, boxed):
    save(boxed, cast.coordinator, cast.home, "Mine")
    deputy = make_person("deputy", Role.DEPUTY_COORDINATOR, cast.home)
    with pytest.raises(services.ChangedMeanwhile):
        save(boxed, deputy, cast.home, "Theirs")
    save(boxed, deputy, cast.home, "Theirs", edits=1)
    answer = cast.client(cast.coordinator).post(f"{FORM}en/", TYPED | {"what": "save", "edits": "1"})
    assert answer.status_code == 422 and "Act 21, article 2." in answer.content.decode()
    assert AnnexText.objects.get().text == "Theirs"


def test_only_languages_of_the_member_and_boxes_that_stand_somewhere_are_written(cast, boxed):
    for fields in ({"language": "ur"}, {"block": "law-9"}, {"lesson": "m1-l1"}):
        with pytest.raises(services.CannotWrite):
            save(boxed, cast.coordinator, cast.home, **fields)
    client = cast.client(cast.coordinator)
    assert client.get(f"{FORM}id/").status_code == 200
    assert client.get(f"{FORM}ur/").status_code == 404
    assert not AnnexText.objects.exists()


# --- who


def test_nobody_else_writes_and_nobody_else_reviews(cast, boxed):
    text = hand_in(boxed, cast.coordinator, cast.home)
    for person in (cast.foreign_coordinator, cast.agency_coordinator, cast.rso, cast.trainer, cast.admin, reviewer()):
        with pytest.raises(PermissionDenied):
            save(boxed, person, cast.home, language="id")
        with pytest.raises(PermissionDenied):
            services.withdraw_annex_text(by=person, text=text)
    language_reviewer = make_person("linguist", Role.LANGUAGE_REVIEWER)
    for person in (cast.coordinator, cast.rso, cast.trainer, cast.admin, language_reviewer):
        with pytest.raises(PermissionDenied):
            services.approve_annex_text(by=person, text=text)
    assert cast.client(language_reviewer).get("/en/annex/review/").status_code == 403
    assert AnnexText.objects.get().state == "submitted"


def test_whoever_wrote_a_text_does_not_review_it_also_as_a_lawyer(cast, boxed):
    both = make_person("both", Role.COORDINATOR, cast.home)
    post_person(by=None, user=both, role=Role.LEGAL_REVIEWER, member=None)
    both = User.objects.get(pk=both.pk)
    text = hand_in(boxed, both, cast.home)
    for decide in (
        lambda: services.approve_annex_text(by=both, text=text),
        lambda: services.return_annex_text(by=both, text=text, comment="No"),
    ):
        with pytest.raises(services.CannotReview):
            decide()
    assert "You wrote this yourself" in cast.client(both).get(f"/en/annex/review/{text.uuid}/").content.decode()
    assert AnnexText.objects.get().state == "submitted"


def test_a_comma_of_a_colleague_makes_nobody_a_stranger_to_the_own_text(cast, boxed):
    both = make_person("both", Role.COORDINATOR, cast.home)
    post_person(by=None, user=both, role=Role.LEGAL_REVIEWER, member=None)
    both = User.objects.get(pk=both.pk)
    save(boxed, both, cast.home, "Act 21 article 2.")
    text = hand_in(boxed, cast.coordinator, cast.home, "Act 21, article 2.", edits=1)
    with pytest.raises(services.CannotReview):
        services.approve_annex_text(by=both, text=text)
    text.refresh_from_db()
    assert text.state == "submitted" and text.reviewed_by is None
    services.withdraw_annex_text(by=cast.coordinator, text=text)
    draft = AnnexText.objects.get(state="draft")
    assert draft.written_by == text.written_by


@pytest.mark.parametrize("changed", [{"status": "observer"}, {"status": "none"}, {"valid_to": dt.date(2020, 1, 1)}])
def test_observers_and_members_that_have_ended_have_no_annex(cast, boxed, changed):
    enrol(by=cast.officer, course=boxed.course)
    fill(boxed, cast.coordinator, cast.home)
    Member.objects.filter(pk=cast.home.pk).update(**changed)
    cast.home.refresh_from_db()
    read = lesson(cast, cast.officer)
    assert "Act 21" not in read and "Ask the legal unit of your service." in read
    client = cast.client(cast.coordinator)
    assert "Your member has no annex" in client.get("/en/annex/").content.decode()
    assert client.get("/en/annex/ID/t1/").status_code == 404
    with pytest.raises(PermissionDenied):
        save(boxed, cast.coordinator, cast.home, language="id")


def test_a_course_that_the_member_may_not_take_is_not_on_its_desk(cast, boxed):
    boxed.course.access = "members"
    boxed.course.save()
    boxed.course.open_to.add(cast.away)
    assert "Course T1" not in cast.client(cast.coordinator).get("/en/annex/").content.decode()
    assert "Course T1" in cast.client(cast.foreign_coordinator).get("/en/annex/").content.decode()


def test_the_menu_leads_there_whom_it_concerns(cast, boxed):
    def menu(person):
        return cast.client(person).get("/en/courses/").content.decode()

    assert "/en/annex/" in menu(cast.coordinator) and "/en/annex/review/" in menu(reviewer())
    for person in (cast.officer, cast.agency_coordinator, cast.rso, cast.trainer):
        assert "/en/annex/" not in menu(person)


# --- what officers read


def test_a_waiting_text_is_read_and_marked_only_where_no_review_is_required(cast, boxed, settings):
    enrol(by=cast.officer, course=boxed.course)
    hand_in(boxed, cast.coordinator, cast.home)
    read = lesson(cast, cast.officer)
    assert "Act 21" in read and "Not reviewed yet" in read
    settings.REQUIRE_REVIEW = True
    assert "Act 21" not in lesson(cast, cast.officer)


def test_a_text_is_read_from_its_day_on_and_the_older_one_until_then(cast, boxed):
    enrol(by=cast.officer, course=boxed.course)
    fill(boxed, cast.coordinator, cast.home, "Old act.")
    new = fill(boxed, cast.coordinator, cast.home, "New act.", valid_from=days(7))
    assert "Old act." in lesson(cast, cast.officer)
    read = selectors.annex_in_force(cast.home, boxed.course, days(7))
    assert [text.pk for text in read] == [new.pk]
    assert selectors.annex_in_force(cast.away, boxed.course, days(7)) == []
    page = cast.client(cast.coordinator).get("/en/annex/ID/t1/").content.decode()
    assert "Filled" in page and days(7).isoformat() in page


def test_a_text_that_would_never_be_read_is_refused(cast, boxed):
    fill(boxed, cast.coordinator, cast.home, valid_from=days(-3))
    with pytest.raises(services.BeginsTooEarly):
        save(boxed, cast.coordinator, cast.home, "Earlier", valid_from=days(-4))
    save(boxed, cast.coordinator, cast.home, "The same day", valid_from=days(-3))


def test_an_officer_reads_the_own_language_else_the_members_first_that_has_one(cast, boxed):
    enrol(by=cast.officer, course=boxed.course)
    fill(boxed, cast.coordinator, cast.home, "Pasal 2.", language="id")
    assert '<div lang="id" dir="ltr"><p>Pasal 2.</p></div>' in lesson(cast, cast.officer)
    fill(boxed, cast.coordinator, cast.home, "Article 2.")
    read = lesson(cast, cast.officer)
    assert "<div><p>Article 2.</p></div>" in read and "Pasal" not in read
    assert "Pasal 2." in lesson(cast, cast.officer, "id")
    assert "Pasal 2." in lesson(cast, cast.officer, "ur"), "the first language of the member"


def test_an_officer_who_moves_reads_the_new_members_text_at_once(cast, boxed):
    enrol(by=cast.officer, course=boxed.course)
    fill(boxed, cast.coordinator, cast.home, "Home law.")
    fill(boxed, cast.foreign_coordinator, cast.away, "Away law.")
    client = cast.client(cast.officer)
    address = f"/en/courses/t1/{LESSON}/"
    assert "Home law." in client.get(address).content.decode()
    Posting.objects.filter(user=cast.officer).update(member=cast.away, agency=None)
    read = client.get(address).content.decode()
    assert "Away law." in read and "Home law." not in read


def test_whoever_learns_under_no_member_reads_the_neutral_text(cast, boxed):
    enrol(by=cast.trainer, course=boxed.course)
    fill(boxed, cast.coordinator, cast.home)
    read = lesson(cast, cast.trainer)
    assert "Ask the legal unit of your service." in read and "Act 21" not in read


def test_restricted_and_pseudonymous_officers_read_what_the_others_read(cast, boxed):
    fill(boxed, cast.coordinator, cast.home)
    User.objects.filter(pk=cast.officer.pk).update(is_restricted=True, full_name=cast.officer.learner_code)
    enrol(by=cast.officer, course=boxed.course)
    assert "Act 21" in lesson(cast, cast.officer)


def test_a_number_that_nobody_tried_for_a_year_warns_officer_and_coordinator(cast, boxed):
    enrol(by=cast.officer, course=boxed.course)
    old = CONTACT | {"tested_on": days(-366).isoformat()}
    fill(boxed, cast.coordinator, cast.home, contacts=[old])
    assert "Not tried for a year" in lesson(cast, cast.officer)
    desk = cast.client(cast.coordinator)
    assert "Call the numbers again" in desk.get("/en/annex/").content.decode()
    fill(boxed, cast.coordinator, cast.home, contacts=[CONTACT | {"tested_on": days(-365).isoformat()}])
    assert "Not tried for a year" not in lesson(cast, cast.officer)
    assert "Call the numbers again" not in desk.get("/en/annex/").content.decode()


# --- how it was


def test_what_was_handed_in_is_never_rewritten(cast, boxed):
    text = fill(boxed, cast.coordinator, cast.home)
    waiting = hand_in(boxed, cast.coordinator, cast.home, "Two", language="id")
    for row in (text, waiting):
        for change in ({"text": "Other"}, {"valid_from": days(5)}, {"contacts": []}, {"state": "draft"}):
            with pytest.raises(DatabaseError), transaction.atomic():
                AnnexText.objects.filter(pk=row.pk).update(**change)
        with pytest.raises(DatabaseError), transaction.atomic():
            AnnexText.objects.filter(pk=row.pk).delete()
    assert [each.text for each in AnnexText.objects.order_by("pk")] == ["Act 21, article 2.", "Two"]


def shown_since(text: AnnexText, day: dt.date) -> None:
    """As if a text had been handed in and approved on another day: rows that are made, not changed."""
    at = timezone.make_aware(dt.datetime.combine(day, dt.time(12)))
    fields = {field.attname: getattr(text, field.attname) for field in AnnexText._meta.concrete_fields}
    fields |= {"id": None, "uuid": uuid.uuid4(), "submitted_at": at, "reviewed_at": at, "valid_from": day}
    AnnexText.objects.create(**fields)


def test_what_officers_read_on_a_day_is_shown_again(cast, boxed, settings):
    settings.REQUIRE_REVIEW = True
    for text, ago in (("Act of 2025.", 300), ("Act of 2026.", 30)):
        written = fill(boxed, cast.coordinator, cast.home, text, valid_from=days(20))
        shown_since(written, days(-ago))
        services.withdraw_annex_text(by=cast.coordinator, text=written)
    client = cast.client(cast.coordinator)

    def then(day: dt.date) -> str:
        page = client.get(f"{FORM}history/?on={day.isoformat()}").content.decode()
        return page[page.index("could read on") : page.index("Every text, the newest first")]

    assert "The neutral text" in then(days(-301))
    assert "Act of 2025." in then(days(-300)) and "Act of 2025." in then(days(-31))
    assert "Act of 2026." in then(days(-30)) and "Act of 2025." not in then(days(-30))
    assert client.get(f"{FORM}history/?on=x").status_code == 200


def test_a_new_request_of_the_author_shows_that_the_text_answers_an_old_one(cast, boxed):
    fill(boxed, cast.coordinator, cast.home)
    client = cast.client(cast.coordinator)
    assert "Out of date" not in client.get("/en/annex/ID/t1/").content.decode()
    add_box(boxed, box=BOX | {"value": BOX["value"] | {"fallback": "Ask your legal unit."}})
    assert "Out of date" not in client.get("/en/annex/ID/t1/").content.decode(), "the request is the same"
    add_box(boxed, box=BOX | {"value": BOX["value"] | {"guidance": "Name the act, its articles and the penalty."}})
    assert "Out of date" in client.get("/en/annex/ID/t1/").content.decode()
    fill(boxed, cast.coordinator, cast.home, "Act 21, article 2: three to fifteen years.")
    assert "Out of date" not in client.get("/en/annex/ID/t1/").content.decode()


# --- to read again


@pytest.fixture
def certified(cast, boxed):
    """The officer, a colleague and somebody of another member have completed the course; then Home changes its text."""
    enrolments = {person: complete(person, boxed.course) for person in (cast.officer, cast.colleague, cast.outsider)}
    fill(boxed, cast.coordinator, cast.home, asks_again=True)
    return enrolments


def home(cast, person) -> str:
    return cast.client(person).get("/en/me/").content.decode()


def test_only_officers_of_the_member_who_knew_the_box_are_asked_to_read_again(cast, boxed, certified):
    newcomer = make_person("newcomer", Role.OFFICER, cast.home)
    reader = make_person("reader", Role.OFFICER, cast.home)
    enrol(by=newcomer, course=boxed.course)
    finish_lessons(enrol(by=reader, course=boxed.course), (LESSON,))
    fill(boxed, cast.coordinator, cast.home, "Act 22.", asks_again=True)
    asked = "asks you to read something again"
    for person in (cast.officer, cast.colleague, reader):
        assert home(cast, person).count(asked) == 1, "the newest stands for those before"
        assert asked in cast.client(person).get("/en/courses/t1/").content.decode()
    for person in (cast.outsider, newcomer, cast.coordinator, cast.trainer, cast.nobody):
        assert asked not in home(cast, person)
    address = f"/en/annex/again/{AnnexNotice.objects.last().uuid}/"
    for person in (cast.outsider, newcomer, cast.coordinator, cast.foreign_coordinator):
        client = cast.client(person)
        assert client.get(address).status_code == 404 and client.post(address).status_code == 404
    assert not Statement.objects.filter(verb=EXPERIENCED).exists()


def test_reading_again_is_recorded_once_and_the_coordinator_sees_how_many(cast, boxed, certified):
    notice = AnnexNotice.objects.get()
    address = f"/en/annex/again/{notice.uuid}/"
    client = cast.client(cast.officer)
    assert "Act 21, article 2." in client.get(address).content.decode()
    assert "0 of 2 officers who were asked" in cast.client(cast.coordinator).get("/en/annex/ID/t1/").content.decode()
    for _press in range(2):
        assert client.post(address).status_code == 302
    [statement] = Statement.objects.filter(verb=EXPERIENCED)
    enrolment = certified[cast.officer]
    assert (statement.uuid, statement.actor_id) == (statement_id(enrolment, notice), actor_of(cast.officer).key)
    assert statement.source == Source.PLAYER and statement.registration == enrolment.uuid
    assert statement.statement["context"]["extensions"][ANNEX] == str(notice.text.uuid)
    assert "asks you to read" not in home(cast, cast.officer) and "asks you to read" in home(cast, cast.colleague)
    assert "You have read it again." in client.get(address).content.decode()
    assert "1 of 2 officers who were asked" in cast.client(cast.coordinator).get("/en/annex/ID/t1/").content.decode()
    assert differences(enrolment) == [], "progress is what it was"


def test_nobody_is_asked_before_the_day_nor_for_a_text_that_was_taken_away(cast, boxed):
    complete(cast.officer, boxed.course)
    later = fill(boxed, cast.coordinator, cast.home, valid_from=days(3), asks_again=True)
    assert "asks you to read" not in home(cast, cast.officer)
    services.withdraw_annex_text(by=cast.coordinator, text=later)
    now = fill(boxed, cast.coordinator, cast.home, asks_again=True)
    assert "asks you to read" in home(cast, cast.officer)
    services.withdraw_annex_text(by=cast.coordinator, text=now)
    assert "asks you to read" not in home(cast, cast.officer)


def test_who_left_the_member_is_not_asked_and_not_counted(cast, boxed, certified):
    Posting.objects.filter(user=cast.officer).update(member=cast.away, agency=None)
    assert "asks you to read" not in home(cast, cast.officer)
    assert "0 of 1 officers who were asked" in cast.client(cast.coordinator).get("/en/annex/ID/t1/").content.decode()


def test_a_text_without_the_tick_asks_nobody(cast, boxed):
    complete(cast.officer, boxed.course)
    fill(boxed, cast.coordinator, cast.home)
    assert not AnnexNotice.objects.exists()
    assert "asks you to read" not in home(cast, cast.officer)


def test_reading_again_asks_little_of_the_database_where_nothing_is_asked(cast, boxed, django_assert_max_num_queries):
    complete(cast.officer, boxed.course)
    officer = User.objects.get(pk=cast.officer.pk)
    selectors.to_read_again(officer, "en")
    with django_assert_max_num_queries(1):
        assert selectors.to_read_again(officer, "en") == []


def test_a_notice_of_another_member_is_not_there(cast, boxed, certified):
    with pytest.raises(Http404):
        services.read_annex_again(by=cast.outsider, notice=AnnexNotice.objects.get().uuid, language="en")
    assert not re.search("annex", home(cast, cast.outsider))
