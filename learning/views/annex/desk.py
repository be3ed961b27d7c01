"""The coordinator's pages of the national annex: what is filled, writing, withdrawing, and how it was."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.permissions import Right, SignedInRequest, requires
from learning import selectors, services
from learning.forms import AnnexForm, Contacts, DayForm
from learning.models import AnnexText


@requires(Right.KEEP_ANNEX)
@never_cache
def desk(request: SignedInRequest) -> HttpResponseBase:
    """The courses with country boxes, and how far each is filled."""
    members = selectors.members_of_keeper(request.user)
    rows = [(member, selectors.annex_of(request.user, member, get_language())) for member in members]
    return render(request, "learning/annex/desk.html", {"rows": rows})


@requires(Right.KEEP_ANNEX)
@never_cache
def course(request: SignedInRequest, member: str, course: str) -> HttpResponseBase:
    """The boxes of one course, each in every language of the member."""
    annex = selectors.course_annex(request.user, member, course, get_language())
    rows = [(box, _words(box), cells, annex.counts.get(box.key)) for box, cells in annex.rows]
    return render(request, "learning/annex/course.html", {"annex": annex, "rows": rows})


def _words(box: selectors.Box) -> dict[str, Any]:
    """What the author wrote of a box, in the best language for the viewer."""
    language = box.language_for(get_language())
    return {"language": language, "own": box.words[language]}


@requires(Right.KEEP_ANNEX)
@never_cache
def write(
    request: SignedInRequest, member: str, course: str, lesson: str, block: str, language: str
) -> HttpResponseBase:
    """Write one box in one language: save, look at it as officers will, hand it in."""
    annex = selectors.course_annex(request.user, member, course, get_language())
    cell = selectors.one_cell(annex, lesson, block, language)
    if request.method != "POST":
        begun = cell.open or cell.returned or cell.read
        return _page(request, annex, cell, *_forms_of(cell, begun))
    form = AnnexForm(request.POST, language=language)
    contacts = Contacts(request.POST, prefix="contacts", form_kwargs={"language": language})
    if not (form.is_valid() & contacts.is_valid()):
        return _page(request, annex, cell, form, contacts, status=422)
    kept = [found for each in contacts.forms if (found := each.as_contact())]
    if request.POST.get("what") == "preview":
        preview = _preview(annex, cell, form.cleaned_data, kept)
        return _page(request, annex, cell, form, contacts, preview=preview)
    try:
        draft = services.save_annex_draft(
            by=request.user,
            member=annex.member,
            course=annex.course,
            lesson=lesson,
            block=block,
            language=language,
            text=form.cleaned_data["text"],
            contacts=kept,
            valid_from=form.cleaned_data["valid_from"],
            asks_again=form.cleaned_data["asks_again"],
            edits=form.cleaned_data["edits"] or 0,
        )
        if request.POST.get("what") == "submit":
            services.submit_annex_text(by=request.user, text=draft)
    except services.BeginsTooEarly as refusal:
        form.add_error("valid_from", str(refusal))
        return _page(request, annex, cell, form, contacts, status=422)
    except services.CannotWrite as refusal:
        form.add_error(None, str(refusal))
        return _page(request, annex, cell, form, contacts, status=422)
    if request.POST.get("what") == "submit":
        messages.success(request, _("The text is handed in. You see here what the reviewer says."))
        return redirect("annex:course", member=member, course=course)
    messages.success(request, _("The draft is saved. Officers read nothing of it until it is handed in and approved."))
    return redirect(request.path)


def _forms_of(cell: selectors.Cell, begun: AnnexText | None) -> tuple[AnnexForm, Any]:
    """The form as it opens: with the draft, or what was returned, or what officers read now."""
    is_draft = begun is not None and begun.state == AnnexText.State.DRAFT
    today = timezone.localdate()
    form = AnnexForm(
        initial={
            "text": begun.text if begun else "",
            "valid_from": begun.valid_from if begun and (is_draft or begun.valid_from > today) else today,
            "asks_again": begun.asks_again if begun and begun is not cell.read else False,
            "edits": begun.edits if begun and is_draft else 0,
        },
        language=cell.language,
    )
    known = begun.contacts if begun else []
    return form, Contacts(initial=known, prefix="contacts", form_kwargs={"language": cell.language})


def _preview(
    annex: selectors.CourseAnnex, cell: selectors.Cell, data: dict[str, Any], contacts: list[dict[str, str]]
) -> selectors.OwnAnnex:
    unsaved = AnnexText(
        member=annex.member,
        language=cell.language,
        text=data["text"],
        contacts=contacts,
        valid_from=data["valid_from"],
        state=AnnexText.State.APPROVED,
    )
    return selectors.OwnAnnex.of(unsaved)


def _page(
    request: SignedInRequest,
    annex: selectors.CourseAnnex,
    cell: selectors.Cell,
    form: AnnexForm,
    contacts: Any,
    *,
    preview: selectors.OwnAnnex | None = None,
    status: int = 200,
) -> HttpResponse:
    box, words = cell.box, _words(cell.box)
    siblings = [each for own, cells in annex.rows if own.key == box.key for each in cells]
    return render(
        request,
        "learning/annex/write.html",
        {
            "annex": annex,
            "cell": cell,
            "box": box,
            "words": words,
            "form": form,
            "contacts": contacts,
            "preview": preview,
            "now": selectors.OwnAnnex.of(cell.read) if cell.read else None,
            "waiting": selectors.OwnAnnex.of(cell.open) if cell.is_waiting and cell.open else None,
            "siblings": siblings,
            "others": [selectors.OwnAnnex.of(each.read) for each in siblings if each.read and each is not cell],
            "is_typed": form.is_bound,
        },
        status=status,
    )


@requires(Right.KEEP_ANNEX)
@never_cache
def history(request: SignedInRequest, member: str, course: str, lesson: str, block: str) -> HttpResponseBase:
    """Every text of one box, and what officers read on a day."""
    annex = selectors.course_annex(request.user, member, course, get_language())
    box = selectors.one_cell(annex, lesson, block, annex.languages[0]).box
    form = DayForm(request.GET if "on" in request.GET else None)
    day = form.cleaned_data["on"] if form.is_bound and form.is_valid() else None
    cells = [cell for own, cells in annex.rows if own.key == box.key for cell in cells]
    texts = sorted((text for cell in cells for text in cell.texts), key=lambda text: -text.pk)
    read = {cell.read.pk for cell in cells if cell.read}
    return render(
        request,
        "learning/annex/history.html",
        {
            "annex": annex,
            "box": box,
            "words": _words(box),
            "form": form,
            "day": day,
            "then": selectors.read_on(annex, box, day) if day else [],
            "rows": [(text, selectors.OwnAnnex.of(text), text.pk in read) for text in texts],
        },
    )


def _back_to(text: AnnexText) -> str:
    return reverse("annex:write", args=[text.member.code, text.course.slug, text.lesson, text.block, text.language])


@require_POST
@requires(Right.KEEP_ANNEX)
def withdraw(request: SignedInRequest, text: uuid.UUID) -> HttpResponseBase:
    """Take back what waits for the review, or what officers read."""
    found = selectors.one_text(request.user, text)
    waited = found.state == AnnexText.State.SUBMITTED
    try:
        services.withdraw_annex_text(by=request.user, text=found)
    except services.CannotWrite as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request,
            _("The text is withdrawn from the review. It is a draft again.")
            if waited
            else _("The text is withdrawn. Below you see what officers read instead."),
        )
    return redirect(_back_to(found))


@require_POST
@requires(Right.KEEP_ANNEX)
def discard(request: SignedInRequest, text: uuid.UUID) -> HttpResponseBase:
    """Drop a draft."""
    found = selectors.one_text(request.user, text)
    back = _back_to(found)
    try:
        services.discard_annex_draft(by=request.user, text=found)
    except services.CannotWrite as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The draft is gone. What officers read is as it was."))
    return redirect(back)
