"""Courses as files on the authors' side: upload, read the plan, apply it or throw it away; download."""

import datetime as dt
import io
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from courses.pages.exchange import apply_plan, desk, plan_import
from courses.pages.models import CourseFile, LessonPage, ModulePage
from courses.tasks import sweep_course_files
from learning.models import Course
from tests.courses.bundles import contents, row_counts, small_bundle, write

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folders(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "data"
    settings.MEDIA_ROOT = tmp_path / "site-media"


def zipped(folder: Path) -> SimpleUploadedFile:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in contents(folder).items():
            archive.writestr(f"small-course/{name}", content)
    return SimpleUploadedFile("small-course.zip", out.getvalue(), "application/zip")


def waiting_files() -> list[Path]:
    return [path for path in (Path(CourseFile().path).parent).iterdir() if path.is_file()]


@pytest.fixture
def trainer(cast):
    return cast.trainer


@pytest.fixture
def client(cast):
    """The trainer's browser."""
    return cast.client(cast.trainer)


@pytest.fixture
def row(trainer, tmp_path) -> CourseFile:
    return desk.take_bundle(by=trainer, file=zipped(write(small_bundle(), tmp_path / "in")))


def test_a_file_is_planned_and_nothing_is_changed(row):
    assert row.state == "planned" and not Course.objects.filter(slug="small-course").exists()
    (course,) = row.plan["courses"]
    assert course["slug"] == "small-course" and "edition 1" in course["forecast"]
    lessons = next(group for group in course["groups"] if group["kind"] == "Lessons")
    assert (lessons["action"], lessons["entries"]) == ("new", ["m1-l1", "m1-l2"])
    assert len(waiting_files()) == 1


def test_applying_publishes_and_removes_the_file(row, trainer):
    desk.finish_applying(desk.begin_applying(by=trainer, file=row).pk)
    row.refresh_from_db()
    assert row.state == "applied" and row.plan["result"]["courses"][0]["edition"] == 1
    assert Course.objects.filter(slug="small-course").exists() and waiting_files() == []
    assert AuditEvent.objects.filter(action="course.imported").latest("pk").actor_id is not None


def test_a_file_with_problems_lists_each_with_its_line_and_is_not_kept(trainer, tmp_path):
    folder = write(small_bundle(), tmp_path / "in")
    path = folder / "course.yaml"
    path.write_text(path.read_text().replace("pillar: prevention", "pillar: x"))
    row = desk.take_bundle(by=trainer, file=zipped(folder))
    (problem,) = row.plan["problems"]
    assert row.state == "failed" and problem["file"].endswith("course.yaml") and problem["line"] > 1
    assert waiting_files() == []


def test_a_file_is_decided_once(row, trainer):
    desk.begin_applying(by=trainer, file=row)
    with pytest.raises(desk.AlreadyDecided):
        desk.begin_applying(by=trainer, file=row)
    with pytest.raises(desk.AlreadyDecided):
        desk.drop_file(by=trainer, file=row)
    desk.finish_applying(row.pk)
    before = row_counts()
    desk.finish_applying(row.pk)
    assert row_counts() == before


def test_what_fails_on_the_way_changes_nothing_and_says_so(row, trainer, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("the power went")

    monkeypatch.setattr("courses.pages.exchange.desk.apply_plan", fail)
    monkeypatch.setattr("courses.pages.exchange.desk.logger.exception", lambda *args: None)
    desk.finish_applying(desk.begin_applying(by=trainer, file=row).pk)
    row.refresh_from_db()
    assert row.state == "failed" and "nothing was changed" in row.plan["problems"][0]["message"]
    assert not Course.objects.filter(slug="small-course").exists() and waiting_files() == []


def test_files_that_nobody_decided_on_go_after_a_day(row):
    CourseFile.objects.update(made_at=timezone.now() - dt.timedelta(hours=25))
    sweep_course_files.call()
    assert not CourseFile.objects.exists() and waiting_files() == []


def test_what_the_queue_lost_is_found_again(row, trainer):
    desk.begin_applying(by=trainer, file=row)
    assert desk.sweep() == []
    CourseFile.objects.update(changed_at=timezone.now() - dt.timedelta(minutes=11))
    assert desk.sweep() == [row.pk]


def test_a_name_of_a_file_leads_nowhere(trainer, tmp_path):
    file = zipped(write(small_bundle(), tmp_path / "in"))
    file._name = "../../etc/cron.d/x.zip"
    row = desk.take_bundle(by=trainer, file=file)
    assert row.name == "x.zip" and row.path.parent.name == "inbox"


def test_a_course_is_downloaded_as_it_could_be_imported(trainer, tmp_path):
    apply_plan(plan_import(small_bundle()))
    path = desk.download(by=trainer, course=Course.objects.get(slug="small-course"))
    with zipfile.ZipFile(path) as archive:
        files = {name.removeprefix("small-course/"): archive.read(name) for name in archive.namelist()}
    path.unlink()
    assert files == contents(write(small_bundle(), tmp_path / "in"))
    assert AuditEvent.objects.filter(action="course.downloaded").exists()


# --- the pages


def test_the_way_of_a_file_through_the_pages(client, trainer, tmp_path):
    answer = client.post(
        reverse("course_files"), {"file": zipped(write(small_bundle(), tmp_path / "in")), "note": "A start"}
    )
    row = CourseFile.objects.get()
    assert answer.status_code == 302 and answer["Location"] == reverse("course_file", args=[row.uuid])
    page = client.get(answer["Location"]).content.decode()
    assert "Nothing is changed yet" in page and "m1-l1" in page
    client.post(answer["Location"], {"action": "apply"})
    assert "officers now read edition 1" in client.get(answer["Location"]).content.decode()
    assert client.get(reverse("course_files")).status_code == 200


def test_a_long_import_goes_to_the_background_and_the_page_looks_again(client, row, monkeypatch):
    monkeypatch.setattr("courses.pages.exchange.desk.AT_ONCE", 3)
    answer = client.post(reverse("course_file", args=[row.uuid]), {"action": "apply"})
    page = client.get(answer["Location"])
    assert page["Refresh"] == "5" and "being applied" in page.content.decode()


def test_a_word_file_goes_into_its_module_through_the_pages(client, trainer, tmp_path):
    import docx

    apply_plan(plan_import(small_bundle()))
    module = ModulePage.objects.get(key="m1", path__startswith=LessonPage.objects.get(key="m1-l1").path[:4])
    document, out = docx.Document(), io.BytesIO()
    document.add_heading("From Word", 1)
    document.add_paragraph("Words")
    document.save(out)
    file = SimpleUploadedFile("lesson.docx", out.getvalue())
    assert client.get(reverse("word_import", args=[module.pk])).status_code == 200
    answer = client.post(reverse("word_import", args=[module.pk]), {"file": file})
    assert "From Word" in client.get(answer["Location"]).content.decode()
    client.post(answer["Location"], {"action": "apply"})
    assert "These lessons are drafts" in client.get(answer["Location"]).content.decode()
    assert not LessonPage.objects.get(title="From Word").live and waiting_files() == []


def test_a_word_file_that_is_refused_says_why_on_its_page(client, trainer):
    apply_plan(plan_import(small_bundle()))
    module = ModulePage.objects.get(key="m1")
    file = SimpleUploadedFile("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    answer = client.post(reverse("word_import", args=[module.pk]), {"file": file})
    page = client.get(answer["Location"]).content.decode()
    assert "save it as .docx" in page and "Make the drafts" not in page
