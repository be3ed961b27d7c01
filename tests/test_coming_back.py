"""After signing in one comes back to where one was, and nowhere else."""

import pytest


def test_after_a_form_that_came_too_late_one_comes_back_to_the_page_that_held_it(cast, course):
    client = cast.client(None)
    page = "/en/courses/t1/m1-l1/"
    answer = client.post(f"{page}done/", headers={"referer": f"http://testserver{page}?check=check-1"})
    assert answer.url == f"/en/accounts/login/?next={page}%3Fcheck%3Dcheck-1"


@pytest.mark.parametrize("elsewhere", ["", "https://evil.example/en/me/", "javascript:alert(1)", "//evil.example/"])
def test_a_form_sent_from_elsewhere_brings_nobody_elsewhere(cast, course, elsewhere):
    answer = cast.client(None).post("/en/courses/t1/enrol/", headers={"referer": elsewhere})
    assert answer.url == "/en/accounts/login/?next=/en/me/"
