"""Questions of other systems come into a bank: planned, as drafts, all that can be made, and none twice."""

import io
import json
import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from accounts.models import AuditEvent
from assessments.exchange import formats
from assessments.exchange.plan import Asked, plan_questions
from assessments.exchange.question import Found, Picture, Skipped
from assessments.exchange.targets import target_of
from assessments.hooks import pictures_of_the_site
from assessments.models import Bank, Category, Item, ItemTag, ItemVersion, ItemWording
from assessments.services.bank import bank_of
from assessments.services.importing import PlanOutOfDate, import_questions
from assessments.types import TYPES
from courses.pages.models import Picture as SitePicture
from learning.models import Course
from tests.factories import with_all_types

pytestmark = pytest.mark.django_db


def bring_in(path: Path, *more: str, bank: str = "Trial", format: str = "gift") -> dict:
    out = io.StringIO()
    how = ("--bank", bank, "--format", format, "--json", *more)
    call_command("import_questions", str(path), *how, stdout=out, stderr=io.StringIO())
    return json.loads(out.getvalue())


def take_out(path: Path, bank: str = "Trial", *more: str) -> str:
    err = io.StringIO()
    how = ("--bank", bank, "--format", "gift", "--to", str(path), *more)
    call_command("export_questions", *how, stdout=io.StringIO(), stderr=err)
    return err.getvalue()


@pytest.fixture
def file(tmp_path):
    def write(text: str | bytes) -> Path:
        path = tmp_path / "questions.txt"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


@pytest.fixture
def plain_course(db):
    return Course.objects.create(code="P", slug="plain", pillar=Course.Pillar.values[0])


def test_questions_come_in_as_drafts_with_category_tags_and_their_right_answer_as_feedback(file):
    path = file("$CATEGORY: $course$/top/Law/Treaties\n\n// [id:L-1] [tag:Law]\n::Who::Who?{=she ~he ~%50%they}\n")
    assert bring_in(path) == {
        "imported": 1,
        "planned": 1,
        "bank": "Trial",
        "language": "en",
        "encoding": "utf-8",
        "without_feedback": 1,
        "skipped": [],
        "errors": [],
        "losses": [{"where": "line 4", "why": "“they” counts 50 % there; here it is wrong."}],
    }
    item = Item.objects.get()
    assert (item.key, item.pool, item.type, item.drafted_at is None) == ("L-1", "practice", "single", False)
    assert (item.category.name, item.category.parent.name) == ("Treaties", "Law")
    assert [each.name for each in item.tags.all()] == ["law"]
    version = item.versions.get()
    wording = version.wordings.get()
    assert wording.text["feedback"] == "The right answer: she"
    assert [wording.text["options"][each] for each in version.answer_key] == ["she"]
    assert AuditEvent.objects.get(action="questions.imported").details["questions"] == 1


def test_the_same_file_twice_changes_nothing_and_equal_questions_of_one_file_all_come(file):
    path = file("A?{T}\n\nA?{T}\n\nB?{=b ~c}\n")
    assert bring_in(path)["imported"] == 3
    before = [list(model.objects.values()) for model in (Item, ItemVersion, ItemWording, Category, ItemTag)]
    again = bring_in(path)
    assert (again["imported"], len(again["skipped"])) == (0, 3)
    assert "already" in again["skipped"][0]["why"]
    assert [list(model.objects.values()) for model in (Item, ItemVersion, ItemWording, Category, ItemTag)] == before


def test_a_plan_changes_nothing(file):
    planned = bring_in(file("A?{T}\n"), "--plan")
    assert (planned["imported"], planned["planned"]) == (0, 1)
    assert not Item.objects.exists() and not Bank.objects.exists()


def test_what_is_broken_is_named_and_the_rest_comes_in(file):
    found = bring_in(file("A?{T}\n\nB?{~b}\n\nJust a text\n\nC?{=c\n"))
    assert found["imported"] == 1
    assert [each["where"] for each in found["errors"]] == ["line 3", "line 7"]
    assert [each["where"] for each in found["skipped"]] == ["line 5"]


@pytest.mark.parametrize("data", [b"", b"\x00\x01\x02\x03" * 40, "A{T}".encode("utf-32"), b"// nothing\n"])
def test_a_file_that_cannot_be_read_is_refused_as_a_whole(file, data):
    with pytest.raises(CommandError):
        call_command("import_questions", str(file(data)), "--bank", "Trial", "--format", "gift", stderr=io.StringIO())
    with pytest.raises(SystemExit) as ended:
        bring_in(file(data))
    assert ended.value.code == 1
    assert not Bank.objects.exists()


def test_a_test_question_needs_a_module_and_a_name_of_a_bank_is_a_name(file, plain_course):
    path = file("A?{T}\n")
    for how in (("--bank", "plain", "--pool", "test"), ("--bank", "a/b"), ("--bank", "x" * 81)):
        with pytest.raises(CommandError):
            call_command("import_questions", str(path), "--format", "gift", *how, stderr=io.StringIO())
    assert not Item.objects.exists()
    assert bring_in(path, "--pool", "test", "--module", "m1", bank="plain")["imported"] == 1
    assert Item.objects.get().bank == bank_of(plain_course)


def test_accepted_answers_are_of_the_language_of_the_import(file):
    bring_in(file("نام؟{=خانه}\n\nآری؟{T}\n"), "--language", "fa")
    keys = {each.item.type: each for each in ItemVersion.objects.select_related("item")}
    assert keys["shorttext"].answer_key["accepted"] == {"fa": ["خانه"]}
    assert keys["truefalse"].wordings.get(language="fa").text["options"]["true"]


def test_a_key_that_is_taken_is_another_and_said(file):
    bring_in(file("// [id:K]\nA?{T}\n"))
    found = bring_in(file("// [id:K]\nA changed?{T}\n"))
    assert found["imported"] == 1 and "“K-2”" in found["losses"][0]["why"]
    assert sorted(Item.objects.values_list("key", flat=True)) == ["K", "K-2"]


def test_export_import_export_is_identical_to_the_byte_and_comes_back_to_nothing_new(tmp_path, plain_course):
    with_all_types(plain_course, pool="practice")
    first, second = tmp_path / "first.txt", tmp_path / "second.txt"
    said = take_out(first, "plain")
    assert {"T-ordering", "T-gaps", "T-hotspot", "T-set"} <= {line.partition(":")[0] for line in said.splitlines()}
    assert "T-truefalse: Its answers are not" in said
    again = bring_in(first, bank="plain")
    assert (again["imported"], again["errors"]) == (1, []), "the statement with words of its own is a single choice"
    assert bring_in(first, bank="plain")["imported"] == 0
    bring_in(first, bank="Other")
    take_out(second, "Other")
    assert second.read_bytes() == first.read_bytes()


def test_a_failed_export_leaves_the_old_file(tmp_path, plain_course):
    with pytest.raises(CommandError):
        take_out(tmp_path / "none" / "x.txt", "plain")
    with pytest.raises(CommandError):
        take_out(tmp_path / "x.txt", "no such bank")
    assert not list(tmp_path.iterdir())


def test_an_import_that_fails_half_way_leaves_nothing(file, monkeypatch):
    monkeypatch.setattr("assessments.services.importing.BATCH", 1)
    path = file("A?{T}\n\nB?{T}\n")
    with (
        path.open("rb") as opened,
        plan_questions(
            by=None, target=target_of("Trial", may_be_new=True), file=opened, asked=Asked(format="gift")
        ) as plan,
    ):
        monkeypatch.setattr(ItemTag.objects, "bulk_create", _fails_the_second_time())
        with pytest.raises(RuntimeError):
            import_questions(by=None, plan=plan)
    assert not Item.objects.exists() and not Bank.objects.exists()


def _fails_the_second_time():
    calls = []

    def create(rows):
        calls.append(rows)
        if len(calls) > 1:
            raise RuntimeError
        return rows

    return create


def test_a_bank_that_changed_meanwhile_is_planned_again(file, plain_course):
    path = file("A?{T}\n")
    with (
        path.open("rb") as opened,
        plan_questions(
            by=None, target=target_of("plain", may_be_new=True), file=opened, asked=Asked(format="gift")
        ) as plan,
    ):
        bring_in(file("B?{T}\n"), bank="plain")
        with pytest.raises(PlanOutOfDate):
            import_questions(by=None, plan=plan)
    assert Item.objects.count() == 1


# --- pictures


def png(colour: str = "#8aa") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def pictured(monkeypatch, file):
    """A format whose file is one question with this picture."""

    def bring(name: str, data: bytes, media_type: str = "") -> dict:
        def read(_file, *, language):
            yield Found(
                where="q1",
                type="truefalse",
                structure={"options": ["true", "false"], "picture": {"name": name}},
                answer_key=["true"],
                text={"stem": "Is it blue?", "options": {}, "feedback": "", "picture": {"alt": "A field"}},
                picture=Picture(name=name, data=data, media_type=media_type),
            )

        trial = formats.Format(label="Trial", reader=read, writer=None, suffix=".x", media_type="text/plain")
        monkeypatch.setitem(formats.FORMATS, "gift", trial)
        return bring_in(file("x"))

    return bring


def test_a_picture_goes_on_the_shelf_once(pictured):
    assert pictured("field.png", png(), "image/png")["imported"] == 1
    version = ItemVersion.objects.get()
    assert not TYPES["truefalse"].problems(version.structure, version.answer_key)
    assert version.wordings.get().text["picture"] == {"alt": "A field"}
    assert pictured("other.png", png())["imported"] == 0
    assert SitePicture.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "data", "media_type"),
    [
        ("field.jpg", png(), ""),
        ("field.png", png(), "image/jpeg"),
        ("field.png", b"<svg onload='x()'/>", "image/png"),
        ("field.png", png()[:60], "image/png"),
        ("field.png", b"", ""),
    ],
)
def test_a_picture_that_lies_about_its_type_leaves_its_question_out(pictured, name, data, media_type):
    found = pictured(name, data, media_type)
    assert found["imported"] == 0 and found["errors"][0]["where"] == "q1"
    assert not Item.objects.exists() and not SitePicture.objects.exists()


# --- long files


class Repeated(io.RawIOBase):
    """A file of so many questions that is nowhere as a whole."""

    def __init__(self, count: int) -> None:
        self.count, self.place = count, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, place: int, whence: int = 0) -> int:
        self.place = place if whence == 0 else self.count
        return self.place

    def tell(self) -> int:
        return self.place

    def readinto(self, buffer) -> int:
        if self.place >= self.count:
            return 0
        self.place += 1
        text = f"::Q{self.place}::Which is {self.place}?{{={self.place} ~%50%half ~none}}\n\n".encode()
        buffer[: len(text)] = text
        return len(text)


def _peak(count: int) -> int:
    tracemalloc.start()
    try:
        asked = Asked(format="gift")
        source = io.BufferedReader(Repeated(count))
        with plan_questions(by=None, target=target_of("Big", may_be_new=True), file=source, asked=asked) as plan:
            assert plan.planned == count
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.once
def test_a_file_ten_times_as_long_takes_no_more_memory():
    _peak(20)
    assert _peak(3000) < 1.5 * _peak(300) + 500_000


# --- what a file may not do


def found(number: int, picture: bytes = b"", **given) -> Found:
    return Found(
        **{
            "where": f"q{number}",
            "type": "truefalse",
            "structure": {"options": ["true", "false"]},
            "answer_key": ["true"],
            "text": {"stem": f"Is it {number}?", "options": {}, "feedback": ""},
            "picture": Picture(name="field.png", data=picture, media_type="image/png") if picture else None,
            **given,
        }
    )


def planned_from(questions, monkeypatch):
    trial = formats.Format(
        label="Trial", reader=lambda _file, language: iter(questions), writer=None, suffix=".x", media_type="text/plain"
    )
    monkeypatch.setitem(formats.FORMATS, "gift", trial)
    return plan_questions(
        by=None, target=target_of("Trial", may_be_new=True), file=io.BytesIO(b"x"), asked=Asked(format="gift")
    )


def test_a_picture_that_many_questions_share_is_kept_and_judged_once(monkeypatch):
    pictures = pictures_of_the_site()
    judged = []
    digest = pictures.digest
    counting = replace(pictures, digest=lambda *given: judged.append(given) or digest(*given))
    monkeypatch.setattr("assessments.exchange.plan.pictures_of_the_site", lambda: counting)
    wrong = [found(number, b"no picture") for number in range(5)]
    with planned_from([*(found(number, png()) for number in range(5)), *wrong], monkeypatch) as plan:
        assert (plan.planned, plan.spool.count("error"), len(judged)) == (5, 5, 2)
        assert plan.spool._base.execute("SELECT count(*) FROM picture").fetchone() == (1,)
        assert import_questions(by=None, plan=plan).questions == 5
    assert SitePicture.objects.count() == 1


def test_a_category_has_a_name_and_stands_in_few_others(monkeypatch):
    deep = tuple(f"c{number}" for number in range(2000))
    with planned_from([found(1, category=deep), found(2, category=("a", " ", "b"))], monkeypatch) as plan:
        assert [each["why"] for each in plan.lines("loss")] == ["Only the first 8 levels of its category are kept."]
        import_questions(by=None, plan=plan)
    assert Category.objects.count() == 10
    assert Item.objects.get(category__name="b").category.parent.name == "a"


def test_a_line_of_the_report_is_not_as_long_as_the_file_makes_it(monkeypatch):
    with planned_from([Skipped(where="q1", why="x" * 5000)], monkeypatch) as plan:
        assert [len(each["why"]) for each in plan.lines("skipped")] == [1000]


def test_a_name_turns_nothing_round_and_keeps_what_joins_its_letters(monkeypatch):
    names = {"category": ("\u202eLaw\u2066", "می\u200cخواهم"), "tags": ("\u2067old\u202c",)}
    with planned_from([found(1, **names)], monkeypatch) as plan:
        import_questions(by=None, plan=plan)
    assert sorted(Category.objects.values_list("name", flat=True)) == ["Law", "می\u200cخواهم"]
    assert ItemTag.objects.get().name == "old"
    assert target_of("\u202eFree\u2069", may_be_new=True).name == "Free"
