"""The pages of corrections: who sees whom, what a trainer does on them, and what is shown again."""

import pytest
from django.http import Http404
from django.urls import reverse

from accounts.models import AuditEvent, Member
from assessments import selectors
from assessments.correcting import reads
from assessments.correcting.keys import key_of
from assessments.models import Attempt, Correction, CorrectionRun, Item
from certificates.models import Award
from tests.assessments.correcting import DROP, KEY, correct, faulty, sat
from tests.factories import take_test


@pytest.fixture
def failed(cast, course) -> Attempt:
    return sat(cast.officer, course, wrong=("F1",))


# --- who sees whom


@pytest.mark.parametrize(
    ("sharing", "restricted", "label"),
    [
        (Member.Sharing.COUNTS, False, ""),
        (Member.Sharing.CODES, False, "code"),
        (Member.Sharing.NAMES, False, "Officer Example"),
        (Member.Sharing.NAMES, True, "code"),
    ],
)
def test_the_rso_sees_whom_the_member_shares_and_a_trainer_nobody(cast, failed, sharing, restricted, label):
    Member.objects.filter(pk=cast.home.pk).update(sharing=sharing)
    type(cast.officer).objects.filter(pk=cast.officer.pk).update(is_restricted=restricted)
    run = correct(cast).run
    wanted = cast.officer.learner_code if label == "code" else label
    [row] = reads.changed_papers(cast.rso, run, names=True)
    assert row.label == wanted
    [row] = reads.changed_papers(cast.rso, run, names=False)
    assert row.label == (cast.officer.learner_code if label else "")
    [row] = reads.changed_papers(cast.trainer, run, names=True)
    assert row.label == "" and row.certificate is None and row.code == failed.uuid.hex[:8]
    assert reads.changed_papers(cast.coordinator, run, names=True) == []


def test_names_come_after_a_reason_and_each_look_is_written_down(cast, failed):
    Member.objects.filter(pk=cast.home.pk).update(sharing=Member.Sharing.NAMES)
    run = correct(cast).run
    address = reverse("corrections:correction", args=[run.correction.uuid])
    client = cast.client(cast.rso)
    page = client.get(address).content
    assert b"Officer Example" not in page and Award.objects.get().number.encode() not in page
    client.post(reverse("learning:names"), {"reason": "The certificate is to be checked."})
    page = client.get(address).content
    assert b"Officer Example" in page and Award.objects.get().number.encode() in page
    entry = AuditEvent.objects.filter(action="shared.seen").latest("pk")
    assert entry.details["people"] == [str(cast.officer.uuid)]
    page = cast.client(cast.trainer).get(address)
    assert b"Officer Example" not in page.content and cast.officer.learner_code.encode() not in page.content


def test_who_passed_on_another_paper_is_not_in_question(cast, course, failed):
    again = take_test(cast.officer, failed.enrolment)
    assert again.passed
    correct(cast, KEY, (["c"],))
    assert selectors.effective(again).is_below
    correct(cast, KEY, (["b"],))
    # The first paper is passed by the last correction, so nothing hangs on the second.
    assert selectors.effective(failed).passed and selectors.effective(again).is_below
    assert not reads.results_in_question(cast.rso).exists()


def test_coordinators_read_which_certificates_of_their_own_are_in_question_without_scores(cast, course):
    sat(cast.officer, course)
    sat(cast.outsider, course)
    desk, page = reverse("portal:coordinator"), reverse("exams:in_question")
    client = cast.client(cast.coordinator)
    assert page not in client.get(desk).content.decode()
    assert "Nothing is in question" in client.get(page).content.decode()
    correct(cast, KEY, (["b"],))
    own, other = (Award.objects.get(actor__user=each) for each in (cast.officer, cast.outsider))
    assert page in client.get(desk).content.decode()
    shown = client.get(page).content.decode()
    assert "Officer Example" in shown and own.number in shown and "until the RSO decides" in shown
    assert "Outsider" not in shown and other.number not in shown
    assert "66 %" not in shown and "<form" not in main_of(shown)
    event = AuditEvent.objects.filter(target="exams.in_question").get()
    assert (event.action, event.member, event.details["people"]) == (
        "officers.seen",
        cast.home,
        [str(cast.officer.uuid)],
    )
    assert [each.name for each in reads.own_certificates_in_question(cast.foreign_coordinator)] == ["Outsider Example"]
    for who in (cast.agency_coordinator, cast.rso, cast.trainer, cast.officer, cast.analyst):
        assert reads.own_certificates_in_question(who) == []
    assert client.get(reverse("corrections:in_question")).status_code == 403, "the page of those who decide"


def main_of(page: str) -> str:
    return page.split("<main", 1)[1].split("</main>", 1)[0]


def test_the_certificates_in_question_are_read_in_a_fixed_number_of_queries(
    cast, course, django_assert_max_num_queries
):
    for user in (cast.officer, cast.colleague):
        sat(user, course)
    correct(cast, KEY, (["b"],))
    with django_assert_max_num_queries(5):
        assert len(reads.own_certificates_in_question(cast.coordinator)) == 2


# --- the pages


def drawn_up(cast, **data):
    item = faulty().item.uuid
    form = {"kind": "accept", "reason": "Both are right.", "own": "b"} | data
    return cast.client(cast.trainer).post(reverse("corrections:new", args=[item, 1]), form)


def test_a_trainer_corrects_a_question_page_by_page(cast, failed):
    client = cast.client(cast.trainer)
    assert b"F1" in client.get(reverse("corrections:index"), {"q": "F1"}).content
    page = client.get(reverse("corrections:new", args=[faulty().item.uuid, 1]))
    assert page.status_code == 200 and b"&lt;5" in page.content and b"F1 option b" in page.content
    drawn = drawn_up(cast)
    run = CorrectionRun.objects.get()
    assert drawn.url == reverse("corrections:preview", args=[run.uuid])
    page = client.get(drawn.url)
    assert failed.uuid.hex[:8].encode() in page.content and b"Officer Example" not in page.content
    applied = client.post(reverse("corrections:apply", args=[run.uuid]))
    assert applied.url == reverse("corrections:correction", args=[Correction.objects.get().uuid])
    assert client.get(applied.url).status_code == 200
    assert selectors.effective(failed).passed
    assert client.get(reverse("corrections:preview", args=[run.uuid])).status_code == 404


def test_a_trainer_takes_a_correction_back_page_by_page(cast, failed):
    correction = correct(cast)
    client = cast.client(cast.trainer)
    address = reverse("corrections:take_back", args=[correction.uuid])
    assert client.post(address, {"reason": ""}).status_code == 422
    drawn = client.post(address, {"reason": "The key was right after all."})
    run = CorrectionRun.objects.get(correction=None)
    assert drawn.url == reverse("corrections:preview", args=[run.uuid]) and run.keys == [["a"]] and run.kind == KEY
    client.post(reverse("corrections:apply", args=[run.uuid]))
    assert selectors.effective(failed).is_below


def test_taking_back_what_followed_a_drop_drops_again(cast, failed):
    correct(cast, DROP, ())
    correction = correct(cast)
    cast.client(cast.trainer).post(reverse("corrections:take_back", args=[correction.uuid]), {"reason": "Still."})
    assert CorrectionRun.objects.get(correction=None).kind == DROP


@pytest.mark.parametrize(
    "data",
    [
        {"reason": ""},
        {"own": "z"},
        {"own": ""},
        {"own": "a"},
        {"own": "", "given": "feedfeedfeedfeed"},
        {"kind": "nonsense"},
        {"kind": ""},
        {"reason": "x" * 301},
    ],
)
def test_a_form_that_is_no_correction_is_shown_again_with_what_is_wrong(cast, failed, data):
    page = drawn_up(cast, **data)
    assert page.status_code == 422 and b'role="alert"' in page.content
    assert not CorrectionRun.objects.exists()


def test_a_practice_question_is_not_corrected_on_the_page_either(cast, course):
    item = Item.objects.get(key="P1")
    form = {"kind": "drop", "reason": "Faulty."}
    page = cast.client(cast.trainer).post(reverse("corrections:new", args=[item.uuid, 1]), form)
    assert page.status_code == 422 and b"practice question" in page.content


def test_the_search_finds_only_what_stands_on_a_paper(cast, failed):
    found = reads.versions_asked(cast.trainer, "t1 f1")
    assert [each.item.key for each in found] == ["F1"]
    assert reads.versions_asked(cast.trainer, "B1") == [] and reads.versions_asked(cast.trainer, " ") == []
    assert reads.versions_asked(cast.rso, "F1") == []


def test_who_has_no_such_role_finds_no_correction(cast, failed):
    correction = correct(cast)
    for who in (cast.officer, cast.coordinator, cast.analyst):
        with pytest.raises(Http404):
            reads.one_correction(who, correction.uuid)
        assert not reads.results_in_question(who).exists()


# --- keys made of answers


def test_a_typed_answer_becomes_a_key_in_its_language():
    key = {"accepted": {"en": ["Palermo"]}, "folds": ["case"]}
    assert key_of("shorttext", {}, key, "پالرمو", "ur") == {"accepted": {"ur": ["پالرمو"]}, "folds": ["case"]}


def test_a_number_becomes_a_key_with_the_tolerance_of_the_old_one():
    key = {"value": "10", "tolerance": "0.5", "unit": "m"}
    assert key_of("number", {}, key, {"value": "12", "unit": "m"}, "en") == {**key, "value": "12"}


def test_gaps_and_sets_take_what_an_answer_leaves_open_from_the_key():
    gaps = {"g1": "a", "g2": {"accepted": {"en": ["x"]}, "folds": []}}
    made = key_of("gaps", {}, gaps, {"g2": "y"}, "en")
    assert made == {"g1": "a", "g2": {"accepted": {"en": ["y"]}, "folds": []}}
    structure = {
        "parts": [{"id": "p1", "type": "single", "structure": {}}, {"id": "p2", "type": "gaps", "structure": {}}]
    }
    assert key_of("set", structure, {"p1": ["a"], "p2": gaps}, {"p2": {"g1": "b"}}, "en") == {
        "p1": ["a"],
        "p2": gaps | {"g1": "b"},
    }
