"""The language of a person: from the browser, then by choice, and then for good."""

import pytest

from accounts.services import choose_language


def test_the_first_page_is_in_the_language_that_the_browser_prefers(client, db):
    assert client.get("/", headers={"accept-language": "ur-PK, ur;q=0.9, en;q=0.5"}).url == "/ur/"
    assert client.get("/", headers={"accept-language": "fj, en;q=0.5"}).url == "/en/"


def test_a_choice_goes_to_the_same_page_and_beats_the_browser(client, db):
    answer = client.get("/language/ur/?next=/en/courses/%3Fpillar%3Dprevention")
    assert answer.url == "/ur/courses/?pillar=prevention"
    assert client.get("/", headers={"accept-language": "id"}).url == "/ur/"


def test_a_choice_finds_the_page_whatever_was_chosen_before(client, db):
    for before in ("en", "id", "ur"):
        client.get(f"/language/{before}/")
        assert client.get("/language/ur/?next=/en/courses/").url == "/ur/courses/"
        assert client.get("/language/id/?next=/ur/courses/").url == "/id/courses/"


def test_a_page_without_a_language_in_its_address_is_read_in_the_chosen_one(client, db):
    client.get("/language/ur/?next=/verify/")
    page = client.get("/verify/").content.decode()
    assert '<html lang="ur" dir="rtl">' in page


@pytest.mark.parametrize("outside", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:x"])
def test_a_choice_leads_to_no_other_host(client, db, outside):
    assert client.get("/language/ur/", {"next": outside}).url == "/ur/"


def test_a_choice_is_kept_with_the_account_and_met_again_on_another_device(cast):
    cast.client(cast.officer).get("/language/id/?next=/en/me/")
    cast.officer.refresh_from_db()
    assert cast.officer.language == "id"
    cast.officer.set_password("a long pass phrase")
    cast.officer.save()
    other = cast.client(None)
    form = {"login": cast.officer.username, "password": "a long pass phrase"}
    answer = other.post("/en/accounts/login/", form)
    assert answer.url == "/id/me/"
    assert other.cookies["suluh_language"].value == "id"


def test_a_link_on_another_site_decides_nothing_that_lasts(cast):
    cast.client(cast.officer).get("/language/id/", headers={"sec-fetch-site": "cross-site"})
    cast.officer.refresh_from_db()
    assert cast.officer.language == ""


def test_a_language_that_was_taken_from_the_site_is_not_kept_up(cast, settings):
    with pytest.raises(ValueError, match="not among the languages"):
        choose_language(by=cast.officer, language="xx")
    cast.officer.language = "xx"
    cast.officer.set_password("a long pass phrase")
    cast.officer.save()
    form = {"login": cast.officer.username, "password": "a long pass phrase"}
    assert cast.client(None).post("/ur/accounts/login/", form).url == "/ur/me/"


def test_what_is_chosen_on_the_way_in_goes_before_what_the_account_says(cast):
    cast.officer.language = "en"
    cast.officer.set_password("a long pass phrase")
    cast.officer.save()
    client = cast.client(None)
    client.get("/language/ur/?next=/en/accounts/login/")
    form = {"login": cast.officer.username, "password": "a long pass phrase"}
    assert client.post("/ur/accounts/login/", form).url == "/ur/me/"
    cast.officer.refresh_from_db()
    assert cast.officer.language == "ur"
    assert not client.cookies["suluh_language_chosen"].value


def test_after_a_form_the_menu_leads_back_to_the_page_that_held_it(cast, course):
    client = cast.client(cast.officer)
    client.post("/en/courses/t1/enrol/")
    lesson = "/en/courses/t1/m1-l1/"
    page = client.post(f"{lesson}check-1/", headers={"referer": f"http://testserver{lesson}"})
    assert page.status_code == 422
    assert f'/language/ur/?next={lesson}"' in page.content.decode()
    elsewhere = client.post(f"{lesson}check-1/", headers={"referer": "https://evil.example/x"})
    assert "evil.example" not in elsewhere.content.decode()


def test_signing_in_without_a_choice_decides_nothing(cast):
    cast.officer.set_password("a long pass phrase")
    cast.officer.save()
    form = {"login": cast.officer.username, "password": "a long pass phrase"}
    assert cast.client(None).post("/en/accounts/login/", form).url == "/en/me/"
    cast.officer.refresh_from_db()
    assert cast.officer.language == ""
    assert cast.client(None).post("/ur/accounts/login/", form).url == "/ur/me/"


def test_signing_out_stays_in_the_language_of_the_page(cast):
    client = cast.client(cast.officer)
    client.get("/language/id/?next=/id/me/")
    assert client.post("/ur/accounts/logout/").url == "/ur/"
