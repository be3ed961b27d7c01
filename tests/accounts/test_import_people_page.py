"""`import_people` as a command and as a page."""

import datetime as dt
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts.models import PeopleFile, User
from accounts.tasks import sweep_people_files, work_on_people_file
from tests.accounts.test_import_people import HEADER, bring, state

PAGE = "/en/people/import/"


# --- the command


def run(capsys, path, *arguments) -> tuple[dict, str]:
    try:
        call_command("import_people", str(path), "--member", "ID", "--json", *arguments)
    except CommandError as refusal:
        return json.loads(capsys.readouterr().out), str(refusal)
    return json.loads(capsys.readouterr().out), ""


def test_the_command_plans_applies_and_finds_nothing_to_do_the_second_time(cast, tmp_path, capsys):
    path = tmp_path / "people.csv"
    path.write_text(HEADER + "Ani,Police\nBudi,Border\n", encoding="utf-8-sig")
    before = state()
    assert run(capsys, path, "--plan")[0]["made"] == 2 and state() == before
    first, said = run(capsys, path)
    assert (first["made"], first["problems"], first["encoding"], said) == (2, [], "utf-8", "")
    second, _said = run(capsys, path)
    assert (second["made"], second["unchanged"]) == (0, 2)


def test_the_command_gives_every_problem_as_json_and_changes_nothing(cast, tmp_path, capsys):
    path = tmp_path / "people.csv"
    path.write_text(HEADER + "Ani,Police\n=x,Nowhere\n")
    before = state()
    found, said = run(capsys, path)
    assert found["made"] == 0 and "2 problems" in said
    assert [(each["row"], each["column"]) for each in found["problems"]] == [(3, "full name"), (3, "agency")]
    assert all(each["what"] for each in found["problems"]) and state() == before


@pytest.mark.parametrize(
    ("arguments", "says"),
    [(["no-such-file.csv", "--member", "ID"], "no-such-file"), ([__file__, "--member", "XX"], "XX")],
)
def test_the_command_says_in_one_line_what_is_wrong(cast, arguments, says):
    with pytest.raises(CommandError, match=says):
        call_command("import_people", *arguments)


def test_the_command_shows_the_names_where_it_guessed(cast, tmp_path, capsys):
    path = tmp_path / "people.csv"
    path.write_bytes((HEADER + "João Gusmão,Police\n").encode("cp1252"))
    call_command("import_people", str(path), "--member", "ID", "--plan")
    said = capsys.readouterr().err
    assert "cp1252" in said and "João Gusmão" in said


# --- the page


def upload(client, text: str | bytes, **more):
    data = text if isinstance(text, bytes) else text.encode()
    file = SimpleUploadedFile("people.csv", data, content_type="text/csv")
    return client.post(PAGE, {"member": "ID", "file": file, **more})


def test_on_the_page_a_list_is_checked_then_applied_and_the_file_is_gone(cast):
    client = cast.client(cast.coordinator)
    before = User.objects.count()
    answer = upload(client, HEADER + "Ani,Police\n")
    assert User.objects.count() == before
    page = client.get(answer.url).content.decode()
    assert "Apply the list" in page and "Ani" in page
    assert "The list is applied" in client.post(answer.url, {"action": "apply"}, follow=True).content.decode()
    assert User.objects.filter(full_name="Ani").exists()
    file = PeopleFile.objects.get()
    assert file.content is None and "Ani" not in str(file.plan)
    client.post(answer.url, {"action": "apply"})
    assert User.objects.count() == before + 1


def test_on_the_page_problems_stand_by_row_and_nothing_can_be_applied(cast):
    client = cast.client(cast.coordinator)
    answer = upload(client, HEADER + "=Ani,Police\n<b>x</b>,Nowhere\n")
    page = client.get(answer.url).content.decode()
    assert "2 problems" in page and "Apply the list" not in page and "<b>x" not in page
    before = User.objects.count()
    assert client.post(answer.url, {"action": "apply"}).status_code == 403
    assert User.objects.count() == before


def test_on_the_page_a_guessed_encoding_is_shown_and_can_be_changed(cast):
    cast.home.languages = ["ur"]
    cast.home.save()
    client = cast.client(cast.coordinator)
    answer = upload(client, (HEADER + "João Gusmão,Police\n").encode("cp1252"))
    client.post(answer.url, {"action": "read", "encoding": "cp1256"})
    assert "Jo\u0645o" in client.get(answer.url).content.decode() or PeopleFile.objects.get().encoding == "cp1256"
    client.post(answer.url, {"action": "read", "encoding": "cp1252", "new_agencies": ""})
    assert "João Gusmão" in client.get(answer.url).content.decode()


def test_a_list_can_be_thrown_away(cast):
    client = cast.client(cast.coordinator)
    answer = upload(client, HEADER + "Ani,Police\n")
    client.post(answer.url, {"action": "drop"})
    assert not PeopleFile.objects.exists() and not User.objects.filter(full_name="Ani").exists()


def test_somebody_elses_list_is_not_found(cast):
    answer = upload(cast.client(cast.coordinator), HEADER + "Ani,Border\n")
    for other in (cast.agency_coordinator, cast.foreign_coordinator):
        assert cast.client(other).get(answer.url).status_code == 404
        assert cast.client(other).post(answer.url, {"action": "apply"}).status_code == 404
    assert not User.objects.filter(full_name="Ani").exists()


def test_a_list_for_another_member_is_refused(cast):
    answer = upload(cast.client(cast.foreign_coordinator), HEADER + "Ani,Police\n")
    assert answer.status_code == 200 and answer.context["form"].errors
    assert not PeopleFile.objects.exists()


def test_a_plan_that_others_overtook_is_shown_again_before_it_is_applied(cast):
    client = cast.client(cast.coordinator)
    answer = upload(client, HEADER + "Ani,Police\nBudi,Police\n")
    bring(cast.home, HEADER + "Ani,Police\n")
    before = User.objects.count()
    page = client.post(answer.url, {"action": "apply"}, follow=True).content.decode()
    assert "look at the list again" in page and User.objects.count() == before
    client.post(answer.url, {"action": "apply"})
    assert User.objects.count() == before + 1


def test_a_long_list_is_checked_in_the_background_and_the_page_looks_again(cast, django_capture_on_commit_callbacks):
    client = cast.client(cast.coordinator)
    with django_capture_on_commit_callbacks(execute=True):
        answer = upload(client, HEADER + "".join(f"Person {n},Police\n" for n in range(600)))
    assert DBTaskResult.objects.get().task_path == work_on_people_file.module_path
    page = client.get(answer.url).content.decode()
    assert "being checked" in page and 'http-equiv="refresh"' in page
    key = PeopleFile.objects.get().pk
    work_on_people_file.call(key)
    assert "Apply the list" in client.get(answer.url).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(answer.url, {"action": "apply"})
    assert "being applied" in client.get(answer.url).content.decode()
    before = User.objects.count()
    work_on_people_file.call(key)
    work_on_people_file.call(key)  # a task may run twice
    assert User.objects.count() == before + 600


def test_what_was_left_lying_is_taken_up_and_what_is_a_day_old_is_deleted(cast, django_capture_on_commit_callbacks):
    long_ago = timezone.now() - dt.timedelta(hours=1)
    common = {"member": cast.home, "made_by": cast.coordinator, "content": b"x"}
    PeopleFile.objects.create(**common, changed_at=long_ago)
    PeopleFile.objects.create(**common, made_at=timezone.now() - dt.timedelta(days=2))
    with django_capture_on_commit_callbacks(execute=True):
        assert sweep_people_files.call() == 1
    assert PeopleFile.objects.count() == 1 and DBTaskResult.objects.count() == 1
