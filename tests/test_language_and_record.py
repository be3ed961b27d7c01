"""One record, whatever the language: switching keeps place and answers, records name their language for good."""

import pytest

from certificates.documents import certificate_pdf
from certificates.models import Award
from learning.services import enrol
from tests.courses.translated import course
from tests.factories import finish_lessons, take_test

__all__ = ["course"]


@pytest.fixture
def enrolment(cast, course):
    enrolment = enrol(by=cast.officer, course=course)
    finish_lessons(enrolment)
    return enrolment


def switched(client, address: str, language: str) -> str:
    """Follow the language menu of a page as a browser does; returns where it leads."""
    page = client.get(address)
    assert page.status_code == 200, address
    words = page.content.decode()
    start = words.index(f'href="/language/{language}/?next=')
    link = words[start + 6 : words.index('"', start + 6)]
    return client.get(link.replace("&amp;", "&")).url


@pytest.mark.parametrize(
    "place",
    [
        "courses/",
        "courses/?pillar=prevention",
        "courses/small-course/",
        "courses/small-course/m1-l1/",
        "courses/small-course/m1-l1/?check=check-1&answer=00000000-0000-4000-8000-000000000000",
        "courses/small-course/final-test/",
        "me/",
    ],
)
def test_switching_leads_to_the_same_place_with_its_query(cast, enrolment, place):
    client = cast.client(cast.officer)
    assert switched(client, f"/en/{place}", "id") == f"/id/{place}"
    assert switched(client, f"/id/{place}", "en") == f"/en/{place}"


def test_switching_within_a_test_and_at_its_result_keeps_the_question(cast, enrolment):
    client = cast.client(cast.officer)
    attempt = take_test(cast.officer, enrolment, hand_in=False)
    before = list(attempt.responses.values_list("position", "answer", "edits"))
    assert switched(client, f"/en/tests/{attempt.uuid}/2/", "id") == f"/id/tests/{attempt.uuid}/2/"
    assert switched(client, f"/en/tests/{attempt.uuid}/hand-in/", "id") == f"/id/tests/{attempt.uuid}/hand-in/"
    assert list(attempt.responses.values_list("position", "answer", "edits")) == before
    client.post(f"/id/tests/{attempt.uuid}/hand-in/", follow=True)
    assert switched(client, f"/id/tests/{attempt.uuid}/result/", "en") == f"/en/tests/{attempt.uuid}/result/"
    attempt.refresh_from_db()
    assert (attempt.language, attempt.passed) == ("id", True)


@pytest.mark.parametrize(
    ("who", "place"),
    [("coordinator", "desk/officers/?page=1"), ("rso", "classes/"), ("rso", "reports/certification/?course=S1")],
)
def test_switching_on_a_desk_leads_to_the_same_list(cast, enrolment, who, place):
    client = cast.client(getattr(cast, who))
    assert switched(client, f"/en/{place}", "id") == f"/id/{place}"


# --- a language that the site no longer offers


@pytest.fixture
def taken(cast, enrolment):
    """A certificate that was earned in Indonesian."""
    client = cast.client(cast.officer)
    client.post("/id/tests/start/small-course/final-test/")
    attempt = enrolment.attempts.get()
    for response in attempt.responses.select_related("version__item"):
        address, key = f"/id/tests/{attempt.uuid}/{response.position}/", response.version.answer_key
        page, name = client.get(address), f"q{response.position}"
        form = {"token": page.context["token"], "seen": page.context["seen"], "go": "stay"}
        if isinstance(key, dict):
            form |= {f"{name}-{left}": option for left, option in key.items()}
        elif response.version.item.type == "ordering":
            form |= {f"{name}-{option}": at for at, option in enumerate(key, start=1)}
        else:
            form[name] = key
        client.post(address, form)
    client.post(f"/id/tests/{attempt.uuid}/hand-in/", follow=True)
    attempt.refresh_from_db()
    assert attempt.passed
    return attempt


def test_records_of_a_language_that_the_site_takes_away_still_name_and_show_it(cast, taken, settings):
    award = Award.objects.get(enrolment=taken.enrolment)
    assert award.language == "id"
    paper = certificate_pdf(award)
    settings.LANGUAGES = [("en", "English"), ("ur", "Urdu")]
    assert certificate_pdf(award) == paper, "not a letter of the certificate changes"
    register = b"".join(cast.client(cast.coordinator).get("/en/desk/register/file.csv"))
    assert b",id," in register
    client = cast.client(cast.officer)
    for address in (
        f"/verify/{award.number}",
        f"/en/tests/{taken.uuid}/result/",
        "/en/me/",
        "/en/courses/small-course/",
        "/en/courses/small-course/as-it-was/1.1/id/m1-l1/",
    ):
        page = client.get(address, follow=True)
        assert page.status_code == 200, address
        if "verify" in address:
            assert "Indonesia" in page.content.decode()
    taken.refresh_from_db()
    award.refresh_from_db()
    assert (taken.language, award.language) == ("id", "id")
