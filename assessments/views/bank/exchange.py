"""Questions from and for other systems."""

import uuid
from contextlib import suppress
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.permissions import Right, SignedInRequest, requires
from assessments import bank
from assessments.exchange.formats import FORMATS, WRITTEN
from assessments.exchange.out import write_questions
from assessments.exchange.question import FileRefused
from assessments.exchange.targets import NoBank, target_of
from assessments.forms.bank import SearchForm
from assessments.forms.exchange import EncodingForm, ExportForm, QuestionFileForm
from assessments.models import Bank, Item, QuestionFile
from assessments.selectors import question_files_of
from assessments.services import exporting, question_files
from assessments.tasks import work_on_question_file
from assessments.views.bank.showing import as_officers_see_it
from lms.queue import enqueue

#: So many lines of the report stand on a page.
A_PAGE = 100
#: So much of an export is held in memory; more waits on the disk.
IN_MEMORY = 2 * 1024 * 1024


@requires(Right.WRITE_COURSES)
@never_cache
def import_file(request: SignedInRequest) -> HttpResponseBase:
    """Upload a file of questions; one's own of today stand below."""
    is_sent = request.method == "POST"
    initial = {"bank": request.GET.get("bank", "")}
    form = QuestionFileForm(request.POST if is_sent else None, request.FILES if is_sent else None, initial=initial)
    if is_sent and form.is_valid():
        try:
            file = question_files.take_question_file(
                by=request.user,
                data=form.cleaned_data["file"].read(question_files.LARGEST_FILE + 1),
                bank=form.target,
                asked=form.asked,
            )
        except FileRefused as refusal:
            form.add_error("file", str(refusal))
        except NoBank as refusal:
            form.add_error("new_bank", str(refusal))
        else:
            _go_on(file)
            return redirect("bank:import_file", file.uuid)
    context = {"form": form, "files": question_files_of(request.user).defer("content", "plan")[:20]}
    return render(request, "assessments/bank/import.html", context, status=422 if is_sent else 200)


def _go_on(file: QuestionFile) -> None:
    """A small file at once, a large one in the background; when the queue is full, the sweep finds it later."""
    if len(file.content or b"") > question_files.SMALL:
        enqueue(work_on_question_file, file.pk)
    else:
        work_on_question_file.call(file.pk)


@requires(Right.WRITE_COURSES)
@never_cache
def file(request: SignedInRequest, file: uuid.UUID) -> HttpResponseBase:
    """What an import would do, line by line; do it, read the file otherwise, or throw it away."""
    found = get_object_or_404(question_files_of(request.user).defer("content"), uuid=file)
    if request.method == "POST":
        return _act_on(request, found)
    plan = found.plan
    target = _target(found)
    return render(
        request,
        "assessments/bank/import_file.html",
        {
            "file": found,
            "format": FORMATS[found.format].label,
            "plan": plan,
            "target": target,
            "page": Paginator(plan.get("lines", []), A_PAGE).get_page(request.GET.get("page")),
            "preview": [_previewed(found, each) for each in plan.get("preview", ())],
            "form": EncodingForm(initial={"encoding": found.encoding}) if FORMATS[found.format].is_text else None,
            "is_working": found.state in (QuestionFile.State.WAITING, QuestionFile.State.APPLYING),
        },
    )


def _target(file: QuestionFile) -> Any:
    try:
        return target_of(file.bank, may_be_new=True)
    except NoBank:
        return None


class _Written:
    """What `as_officers_see_it` asks of a version, from a plan."""

    scenario = source = ""

    def __init__(self, each: dict[str, Any]) -> None:
        self.structure, self.answer_key = each["structure"], each["answer_key"]


def _previewed(file: QuestionFile, each: dict[str, Any]) -> dict[str, Any]:
    """A question of the plan as officers would see it. A place on a picture needs the picture, so it is not shown."""
    shown = None
    if each["type"] != "hotspot":
        written = _Written(each)
        shown = as_officers_see_it(each["type"], written, each["text"], file.language, None, with_key=True)
    return {**each, "shown": shown, "type": Item.Type(each["type"]).label}


def _act_on(request: SignedInRequest, file: QuestionFile) -> HttpResponseBase:
    action = request.POST.get("action")
    try:
        if action == "apply":
            _go_on(question_files.begin_import(by=request.user, file=file))
        elif action == "read":
            encoding = request.POST.get("encoding", "")
            _go_on(question_files.read_question_file_otherwise(by=request.user, file=file, encoding=encoding))
        elif action == "drop":
            question_files.drop_question_file(by=request.user, file=file)
            messages.success(request, _("The file is thrown away. Nothing was changed."))
            return redirect("bank:import")
    except question_files.NotOpen as refusal:
        messages.error(request, str(refusal))
    return redirect("bank:import_file", file.uuid)


@requires(Right.WRITE_COURSES)
@never_cache
def export(request: SignedInRequest) -> HttpResponseBase:
    """Choose a bank, a format and a language, see what cannot be carried, and download the file."""
    form = ExportForm(_asked(request), viewer=request.user)
    chosen = form.cleaned_data.get("bank") if form.is_bound and (form.is_valid() or form.cleaned_data) else None
    query = request.GET.copy()
    query.pop("page", None)
    context: dict[str, Any] = {"form": form, "query": query.urlencode(), "page_query": f"{query.urlencode()}&"}
    if chosen is None:
        return render(request, "assessments/bank/export.html", context)
    search, only = _sought(request, chosen)
    context["search"] = search
    if form.is_valid():
        how: dict[str, Any] = {
            "bank": chosen,
            "format": form.cleaned_data["format"],
            "language": form.cleaned_data["words"] or target_of(chosen.name, may_be_new=False).language,
            "only": only,
        }
        if request.method == "POST":
            return _download(request, how)
        with SpooledTemporaryFile(IN_MEMORY) as unread:
            done = write_questions(viewer=request.user, file=unread, **how)
        page = Paginator(done.losses, A_PAGE).get_page(request.GET.get("page"))
        context |= {"done": done, "page": page, "language": how["language"]}
    return render(request, "assessments/bank/export.html", context)


def _asked(request: SignedInRequest) -> QueryDict | None:
    """What the address asks for: a bank by its name, or a course by its slug; the first format where none is named."""
    if "bank" not in request.GET:
        return None
    asked = request.GET.copy()
    asked.setdefault("format", next(iter(WRITTEN)))
    with suppress(NoBank):
        asked["bank"] = target_of(request.GET["bank"], may_be_new=False).name
    return asked


def _sought(request: SignedInRequest, chosen: Bank) -> tuple[SearchForm, set[int]]:
    """The filter of the list, and the questions that pass it."""
    branches = bank.tree_of(chosen)
    search = SearchForm(
        request.GET,
        branches=branches,
        tags=bank.tags_of(chosen),
        languages=bank.languages_of(chosen, None),
    )
    del search.fields["sort"]
    return search, set(bank.chosen(request.user, chosen, search.sought(), branches).values_list("pk", flat=True))


def _download(request: SignedInRequest, how: dict[str, Any]) -> HttpResponseBase:
    file: IO[bytes] = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  # the answer closes it when it is sent
    exporting.export_questions(by=request.user, file=file, **how)
    file.seek(0)
    format = FORMATS[how["format"]]
    name = f"{slugify(how['bank'].name) or 'questions'}-{timezone.localdate():%Y-%m-%d}{format.suffix}"
    answer = FileResponse(file, as_attachment=True, filename=name, content_type=format.media_type)
    answer["Cache-Control"] = "no-store, private"
    return answer
