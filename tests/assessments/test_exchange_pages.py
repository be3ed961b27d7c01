"""The pages for importing and exporting questions: seen first, one's own, and no key to whoever may not see it."""

import datetime as dt
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import AuditEvent
from accounts.permissions import Refused
from accounts.roles import Role
from assessments.exchange.plan import Asked, plan_questions
from assessments.exchange.targets import NoBank, target_of
from assessments.models import Bank, Item, QuestionFile
from assessments.services import exporting, importing, question_files
from assessments.services.bank import bank_of
from tests.cast import make_person

GIFT = "A?{T}\n\nB?{=b ~c}\n\nC?{=c\n"


@pytest.fixture
def trainer(cast, course):
    return cast.client(cast.trainer)


def upload(client, text: str | bytes = GIFT, **given):
    data = text if isinstance(text, bytes) else text.encode()
    form = {"format": "gift", "bank": "t1", "pool": "practice", "module": "", "language": "", "new_bank": ""}
    return client.post(reverse("bank:import"), {**form, **given, "file": SimpleUploadedFile("q.txt", data)})


def drafts() -> int:
    return Item.objects.exclude(drafted_at=None).count()


def test_a_file_is_shown_first_and_imported_when_it_is_confirmed(trainer, cast):
    answer = upload(trainer)
    page = trainer.get(answer.url).content.decode()
    assert drafts() == 0
    assert "Import 2 questions" in page and "line 5" in page and "The right answer: b" in page
    trainer.post(answer.url, {"action": "apply"})
    file = QuestionFile.objects.get()
    assert (file.state, file.content, drafts()) == ("applied", None, 2)
    assert "The questions are imported" in trainer.get(answer.url).content.decode()
    assert Item.objects.exclude(drafted_at=None).first().versions.get().created_by.user == cast.trainer
    trainer.post(answer.url, {"action": "apply"})
    assert drafts() == 2


def test_a_large_file_waits_for_a_worker_and_says_how_far_it_is(trainer, monkeypatch):
    monkeypatch.setattr(question_files, "SMALL", 1)
    answer = upload(trainer)
    page = trainer.get(answer.url).content.decode()
    assert "being checked" in page and "<progress" in page
    file = QuestionFile.objects.get()
    question_files.check_question_file(file=file)
    assert "Import 2 questions" in trainer.get(answer.url).content.decode()


def test_a_refused_file_says_why_and_can_be_thrown_away(trainer):
    answer = upload(trainer, b"\0\1\2\3" * 50)
    assert "no file of text" in trainer.get(answer.url).content.decode()
    trainer.post(answer.url, {"action": "drop"})
    assert not QuestionFile.objects.exists() and drafts() == 0


def test_a_guessed_encoding_is_shown_and_can_be_said(trainer):
    answer = upload(trainer, "Straße?{=Müller}".encode("cp1252"))
    assert "Straße?" in trainer.get(answer.url).content.decode()
    trainer.post(answer.url, {"action": "read", "encoding": "cp1256"})
    assert "Straße?" not in trainer.get(answer.url).content.decode()


def test_what_is_missing_in_the_form_is_said(trainer):
    assert upload(trainer, bank="").status_code == 422
    assert upload(trainer, pool="test").status_code == 422
    assert upload(trainer, bank="", new_bank="a/b").status_code == 422
    assert not QuestionFile.objects.exists()


def test_a_new_bank_is_made_shown_and_exported(trainer):
    answer = upload(trainer, bank="", new_bank="Shared نمونه")
    trainer.post(answer.url, {"action": "apply"})
    assert Bank.objects.get(name="Shared نمونه").course is None
    address = reverse("bank:without_course", args=["Shared نمونه"])
    assert address in trainer.get(reverse("bank:banks")).content.decode()
    assert "B?" in trainer.get(address).content.decode()
    query = "?bank=Shared+%D9%86%D9%85%D9%88%D9%86%D9%87&format=gift&search=B"
    assert "1 question" in trainer.get(reverse("bank:export") + query).content.decode()
    answer = trainer.post(reverse("bank:export") + query)
    text = b"".join(answer.streaming_content).decode()
    assert "B?" in text and "A?" not in text
    assert AuditEvent.objects.filter(action="questions.exported").count() == 1


def test_a_bank_that_changed_meanwhile_is_shown_again(trainer):
    answer = upload(trainer)
    other = upload(trainer)
    trainer.post(other.url, {"action": "apply"})
    trainer.post(answer.url, {"action": "apply"})
    assert drafts() == 2
    assert "The bank changed meanwhile" in trainer.get(answer.url).content.decode()


def test_what_changed_without_another_count_is_shown_again_too(trainer):
    answer = upload(trainer, "// [id:K]\nA?{T}\n", bank="", new_bank="Free")
    Bank.objects.create(name="Free")
    trainer.post(answer.url, {"action": "apply"})
    assert drafts() == 0 and "The bank changed meanwhile" in trainer.get(answer.url).content.decode()
    QuestionFile.objects.update(content=b"// [id:K]\nA?{F}\n")
    trainer.post(answer.url, {"action": "apply"})
    assert drafts() == 0
    trainer.post(answer.url, {"action": "apply"})
    assert drafts() == 1


def test_a_bank_that_is_gone_or_has_another_course_meanwhile_takes_no_file(cast, course):
    for name, change in (
        ("gone", lambda bank: bank.delete()),
        ("taken", lambda bank: Bank.objects.filter(pk=bank.pk).update(course=course.course)),
    ):
        bank = Bank.objects.create(name=name)
        target = target_of(name, may_be_new=False)
        with plan_questions(by=None, target=target, file=BytesIO(b"A{T}"), asked=Asked(format="gift")) as plan:
            change(bank)
            with pytest.raises(importing.PlanOutOfDate):
                importing.import_questions(by=cast.trainer, plan=plan)
    assert drafts() == 0


def test_a_file_is_not_thrown_away_while_it_is_imported_nor_afterwards(trainer, cast):
    answer = upload(trainer)
    for state in ("applying", "applied"):
        QuestionFile.objects.update(state=state, content=None)
        trainer.post(answer.url, {"action": "drop"})
        with pytest.raises(question_files.NotOpen):
            question_files.drop_question_file(by=cast.trainer, file=QuestionFile.objects.get())
    assert QuestionFile.objects.exists()


def test_a_bank_that_cannot_be_any_more_is_said_even_when_it_is_planned_again(trainer, monkeypatch):
    answer = upload(trainer)
    tried = []

    def out_of_date(**given):
        tried.append(given)
        raise importing.PlanOutOfDate

    monkeypatch.setattr(question_files, "import_questions", out_of_date)
    read = question_files._plan
    monkeypatch.setattr(question_files, "_plan", lambda file: _plan_or_refuse(read, file, tried))
    trainer.post(answer.url, {"action": "apply"})
    assert QuestionFile.objects.get().state == "refused" and drafts() == 0


def _plan_or_refuse(read, file, tried):
    if tried:
        raise NoBank("No such bank.")
    return read(file)


def test_a_file_that_was_thrown_away_meanwhile_ends_the_work_on_it(trainer, monkeypatch):
    upload(trainer)
    QuestionFile.objects.update(state="waiting")
    file = QuestionFile.objects.get()
    read = question_files._plan

    def thrown_away(file):
        QuestionFile.objects.all().delete()
        return read(file)

    monkeypatch.setattr(question_files, "_plan", thrown_away)
    question_files.check_question_file(file=file)
    assert not QuestionFile.objects.exists()


@pytest.mark.logs_errors
def test_a_fault_of_ours_is_said_and_not_tried_for_ever(trainer, monkeypatch):
    def fails(**given):
        raise RuntimeError

    monkeypatch.setattr(question_files, "plan_questions", fails)
    answer = upload(trainer)
    assert "Something went wrong on our side" in trainer.get(answer.url).content.decode()
    assert QuestionFile.objects.get().state == "refused"


def test_nobody_opens_another_ones_file(trainer, cast, course):
    answer = upload(trainer)
    author = make_person("author", Role.AUTHOR)
    assert cast.client(author).get(answer.url).status_code == 404
    assert cast.client(author).post(answer.url, {"action": "apply"}).status_code == 404
    file = QuestionFile.objects.get()
    for service, more in (
        (question_files.begin_import, {}),
        (question_files.drop_question_file, {}),
        (question_files.read_question_file_otherwise, {"encoding": ""}),
    ):
        with pytest.raises(Refused):
            service(by=author, file=file, **more)
    assert QuestionFile.objects.get().state == "planned" and drafts() == 0


def test_every_service_asks_for_the_right_to_write_courses(cast, course):
    target = target_of("t1", may_be_new=False)
    asked = Asked(format="gift")
    with pytest.raises(Refused):
        plan_questions(by=cast.officer, target=target, file=BytesIO(b"A{T}"), asked=asked)
    with plan_questions(by=None, target=target, file=BytesIO(b"A{T}"), asked=asked) as plan, pytest.raises(Refused):
        importing.import_questions(by=cast.officer, plan=plan)
    with pytest.raises(Refused):
        question_files.take_question_file(by=cast.officer, data=b"A{T}", bank="t1", asked=asked)
    with pytest.raises(Refused):
        exporting.export_questions(
            by=cast.officer, bank=bank_of(course.course), format="gift", language="en", file=BytesIO()
        )
    assert not QuestionFile.objects.exists() and drafts() == 0


def test_whoever_may_not_see_a_key_gets_a_file_without_it(cast, course):
    author = make_person("author", Role.AUTHOR)
    secret = Item.objects.filter(bank__course=course.course).exclude(pool="practice").first()
    out = BytesIO()
    done = exporting.export_questions(by=author, bank=secret.bank, format="gift", language="en", file=out)
    assert secret.key in {each.where for each in done.losses}
    assert f"id:{secret.key}]" not in out.getvalue().decode()
    everything = BytesIO()
    exporting.export_questions(by=None, bank=secret.bank, format="gift", language="en", file=everything)
    assert f"id:{secret.key}]" in everything.getvalue().decode()


def test_an_author_who_may_not_see_a_key_does_not_learn_it_by_guessing(cast, course):
    author = make_person("author", Role.AUTHOR)
    hidden = b"Who?{=she ~he ~they}"
    practice = Asked(format="gift")
    with plan_questions(
        by=None,
        target=target_of("t1", may_be_new=False),
        file=BytesIO(hidden),
        asked=Asked(format="gift", pool="test", module="m1"),
    ) as plan:
        importing.import_questions(by=None, plan=plan)

    def told(by, text):
        target = target_of("t1", may_be_new=False)
        with plan_questions(by=by, target=target, file=BytesIO(text), asked=practice) as plan:
            return plan.planned, list(plan.lines("skipped"))

    guesses = [b"Who?{=she ~he ~they}", b"Who?{~she =he ~they}", b"Who?{~they ~she =he}", b"Who?{~she ~he =they}"]
    assert {str(told(author, each)) for each in guesses} == {str(told(author, hidden))}
    assert told(author, hidden)[0] == 0
    together = [[guesses[place - step] for place in range(4)] for step in range(4)]
    assert len({str(told(author, b"\n\n".join(each))) for each in together}) == 1
    assert [told(None, each)[0] for each in guesses] == [0, 1, 1, 1]


def test_files_are_deleted_after_a_day(trainer, cast):
    upload(trainer)
    QuestionFile.objects.update(made_at=QuestionFile.objects.get().made_at - dt.timedelta(days=2))
    assert question_files.delete_old_question_files() == 1


@pytest.mark.parametrize(
    ("content", "format"),
    [
        (GIFT.encode(), "gift"),
        (b"Who?\nA) One\nB. Two\nANSWER: B\n", "aiken"),
        ("\ufeffWho?\r\nA) One\r\nANSWER: A\r\n".encode("utf-16"), "aiken"),
        (b'<?xml version="1.0"?>\n<quiz><question type="truefalse"/></quiz>', "moodlexml"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><assessmentItem xmlns="x"/>', "qti"),
        (b"PK\x03\x04", "qti"),
    ],
)
def test_the_format_of_a_file_is_found_out(trainer, content, format):
    upload(trainer, content, format="")
    assert QuestionFile.objects.get().format == format


def test_modules_are_offered_by_title_and_a_key_that_the_course_has_not_is_refused(trainer):
    page = trainer.get(reverse("bank:import") + "?bank=t1").content.decode()
    assert '<option value="m1">Module one</option>' in page
    answer = upload(trainer, pool="test", module="m7")
    assert answer.status_code == 422 and "The course has no module with this key." in answer.content.decode()
    assert not QuestionFile.objects.exists()
    assert upload(trainer, pool="test", module="m1").status_code == 302
