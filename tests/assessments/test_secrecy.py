"""No key, no feedback, no weight and no word about what must be right reaches a browser before the policy says so.

Every response of an attempt is read, with every type of question on the paper: as words, as JSON, and by a key that
nobody may touch while the attempt is open.
"""

import json
import random
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse
from django.utils import translation

from assessments import services
from assessments.models import Attempt, ItemVersion, Response
from courses.pages.services import publish_course
from learning.services import enrol
from tests.accounts.test_own_data import signed_in_now
from tests.factories import ITEMS, finish_lessons, make_course, right_answer, with_all_types, wrong_answer
from tests.test_torture import Form, random_answer

JSON = {"accept": "application/json"}
#: What an acknowledgement may say, and nothing else.
MAY_SAY = {"receipt", "hash", "saved_at", "edits", "state", "left", "error", "closed"}
#: Accepted answers of the questions that are typed, feedback, and the words of weight and of what must be right.
MARKERS = re.compile(
    r"Feedback of|Jetty|Pier\b|Dermaga|persetujuan|tolerance|accepted|answer_key|must_be_right|[Mm]ust be right\b"
    r"|\bweight\b|is-right|is-wrong|L1 3\(a\)"
)


@pytest.fixture
def attempt(cast) -> Attempt:
    small = make_course("T1", final_draw=4 + len(ITEMS), publish=False)
    with_all_types(small.course)
    publish_course(by=None, page=small.page)
    enrolment = enrol(by=cast.officer, course=small.course)
    finish_lessons(enrolment)
    return services.start_attempt(by=cast.officer, enrolment=enrolment, key="final-test", language="en")


class NobodysKey:
    """Stands for the field of the key: it can be loaded, and whoever reads it before the hand-in is caught."""

    was_read = False

    def __get__(self, version, owner=None):
        if version is None:
            return self
        self.was_read = True
        return version.__dict__["_key"]

    def __set__(self, version, value) -> None:
        version.__dict__["_key"] = value


def fields_of(page: str) -> dict:
    """What a form of a question would send, with the first of what there is to choose from."""
    form = Form()
    form.feed(page)
    return dict(random_answer(form, random.Random(4)))


def all_responses_of(client, attempt: Attempt):
    """Ask everything that there is to ask about an open attempt; gives (what was asked, the response)."""
    course, key = attempt.enrolment.course.slug, attempt.activity.key
    start = reverse("assessments:start", args=[course, key])
    yield "start", client.post(start)
    yield "start, followed", client.post(start, follow=True)
    yield "the page before the test", client.get(reverse("courses:activity", args=[course, key]))
    yield "overview", client.get(reverse("assessments:overview", args=[attempt.uuid]), headers=JSON)
    for number, response in enumerate(attempt.responses.order_by("position"), start=1):
        translation.activate("en")  # a request leaves its language on in its thread
        address = reverse("assessments:question", args=[attempt.uuid, response.position])
        page = client.get(address)
        yield f"question {number}", page
        form = {"token": page.context["token"], "seen": 0, "language": "en", "go": "stay"}
        answer = fields_of(page.content.decode())
        numbered = {"device": "phone-0123456789", "sequence": number}
        yield f"{number} in part", client.post(address, form | dict(list(answer.items())[:1]), headers=JSON)
        yield f"{number} saved", client.post(address, form | answer | numbered, headers=JSON)
        yield f"{number} again", client.post(address, form | answer | numbered, headers=JSON)
        yield f"{number} by a form", client.post(address, form | answer, follow=True)
        yield f"{number} without an answer", client.post(address, form)
        yield f"{number} without an answer, script", client.post(address, form, headers=JSON)
        strange = dict.fromkeys(answer, "zzz")
        yield f"{number} of another question", client.post(address, form | strange)
        yield f"{number} of another question, script", client.post(address, form | strange, headers=JSON)
        yield f"{number} of an old window", client.post(address, form | strange | {"seen": 99}, headers=JSON)
        yield f"{number} without a token", client.post(address, answer)
        yield f"{number} without a token, script", client.post(address, answer, headers=JSON)
        services_conflict(response)
        yield f"{number} with an answer that does not count", client.get(address)
        yield f"report on {number}", client.get(reverse("assessments:report", args=[attempt.uuid, number]))
        yield f"report on {number}, empty", client.post(reverse("assessments:report", args=[attempt.uuid, number]))
        yield f"{number} in another language", client.get(address.replace("/en/", "/id/", 1))
    translation.activate("en")
    yield "a question that is not there", client.get(reverse("assessments:question", args=[attempt.uuid, 99]))
    hand_in = reverse("assessments:hand_in", args=[attempt.uuid])
    yield "looking over", client.get(hand_in)
    yield "looking over in another language", client.get(hand_in.replace("/en/", "/id/", 1))
    yield "the result of an open test", client.get(reverse("assessments:result", args=[attempt.uuid]))
    yield "the choice of a language", client.get(reverse("choose_language", args=["id"]) + f"?next={hand_in}")
    yield "my learning", client.get(reverse("portal:home"))
    yield "what is held about me", client.get(reverse("data:overview"))


def services_conflict(response: Response) -> None:
    """Another device sent something else, which does not count."""
    from assessments.models import StrayAnswer

    saved = Response.objects.get(pk=response.pk)
    StrayAnswer.objects.create(response=saved, answer=wrong_answer(response.version), why="conflict")


def check(asked: str, response) -> None:
    text = response.getvalue().decode() if response.streaming else response.content.decode()
    # What is chosen stands on the page of whoever chose it; the words of the key of typed answers do not.
    # That some questions must be right is said before the test; which ones is not.
    found = MARKERS.search(re.sub("Must be right</dt>|every question that must be right", "", text))
    assert not found, f"{asked} ({response.status_code}) gives away “{found and found.group()}”"
    if response.headers.get("Content-Type", "").startswith("application/json") and "data" not in asked:
        assert set(json.loads(text)) <= MAY_SAY, (
            f"{asked} says more than an acknowledgement: {sorted(json.loads(text))}"
        )


def test_no_response_of_an_open_attempt_gives_anything_away(cast, attempt):
    client = cast.client(cast.officer)
    statuses = set()
    responses = list(attempt.responses.select_related("version__item"))
    assert {each.version.item.type for each in responses} == set(ITEMS), "every type is on the paper"
    for asked, response in all_responses_of(client, attempt):
        statuses.add(response.status_code)
        check(asked, response)
    assert {200, 302, 403, 404, 409, 422} <= statuses, "refusals were read as well"


def test_no_view_of_an_open_attempt_even_reads_a_key(cast, attempt, monkeypatch):
    """Reading is what the hand-in does; the pages and saves before it have no use for a key."""
    key = NobodysKey()
    monkeypatch.setattr(ItemVersion, "answer_key", key)
    client = cast.client(cast.officer)
    for response in attempt.responses.order_by("position"):
        address = reverse("assessments:question", args=[attempt.uuid, response.position])
        page = client.get(address)
        form = {"token": page.context["token"], "seen": 0, "language": "en", "go": "stay"}
        client.post(address, form | fields_of(page.content.decode()), headers=JSON)
        client.post(address, form, headers=JSON)
    client.get(reverse("assessments:hand_in", args=[attempt.uuid]))
    assert not key.was_read


def test_the_download_of_ones_own_data_holds_answers_and_no_key(cast, attempt):
    for response in attempt.responses.select_related("version__item"):
        services.save_answer(
            by=cast.officer,
            attempt_uuid=attempt.uuid,
            position=response.position,
            answer=wrong_answer(response.version),
            seen=0,
            language="en",
        )
    check("the download of data", signed_in_now(cast, cast.officer).get(reverse("data:download")))


def test_after_a_failed_final_test_the_key_stays_where_it_is(cast, attempt):
    """The next paper may ask the same: the policy of a final test opens the key after passing."""
    for response in attempt.responses.select_related("version__item"):
        answer = right_answer(response.version) if response.position % 2 else wrong_answer(response.version)
        services.save_answer(
            by=cast.officer,
            attempt_uuid=attempt.uuid,
            position=response.position,
            answer=answer,
            seen=0,
            language="en",
        )
    client = cast.client(cast.officer)
    page = client.post(reverse("assessments:hand_in", args=[attempt.uuid]), follow=True).content.decode()
    attempt.refresh_from_db()
    assert attempt.passed is False
    for secret in ("Feedback of", "Dermaga", "persetujuan", "tolerance", "accepted", "is-right"):
        assert secret not in page


def test_the_script_of_the_page_knows_no_key(db):
    assert not MARKERS.search(Path(finders.find("assessments/answer.js")).read_text(encoding="utf-8"))
