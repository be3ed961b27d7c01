"""One unit side by side: every text of the source with its translation, saved and accepted one by one."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseBase, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.permissions import Right, SignedInRequest, requires
from accounts.selectors import names_for
from courses.pages.forms.translating import SegmentForm, ShowForm
from courses.pages.models import SegmentTranslation
from courses.pages.publication import latest_outcome
from courses.pages.rights import may_publish
from courses.pages.services import translating as service
from courses.pages.translating.desk import PER_PAGE, Desk, Row, Said, Show, name_of, row_id
from courses.pages.translating.places import nearest_to
from courses.pages.translating.sheets import Line, Source, sheets_in, source_of
from courses.pages.translating.terms import term_base
from learning.models import Course, EditionRevision
from learning.permissions import may_see_keys
from lms.text import tidy

#: No page of the desk sends more texts than this at once.
MOST = 200
#: What may be refused with words for the page: nothing was changed.
REFUSALS = (service.EmptyText, service.SourceChanged, service.NotConfirmable)
#: What the script of the page asks for.
BY_SCRIPT = "desk"


@requires(Right.WRITE_COURSES)
@never_cache
def unit(request: SignedInRequest, course: str, unit: str, language: str) -> HttpResponseBase:
    """The texts of a unit, side by side."""
    return _page(request, _desk(request, *_found(course, unit, language)), request.GET)


@requires(Right.WRITE_COURSES)
@require_POST
def save(request: SignedInRequest, course: str, unit: str, language: str) -> HttpResponseBase:
    """Keep what was typed; accept, confirm or take back the text whose button was pressed.

    Whatever else was typed on the page is kept as drafts. The button's value is ``accept:<text>``, ``save:<text>``,
    ``confirm:<text>`` or ``back:<text>``; that of a suggestion holds its words.
    """
    found, *_rest = _found(course, unit, language)
    action, pressed = _pressed(request)
    forms = {each: SegmentForm(request.POST, prefix=each) for each in request.POST.getlist("id")[:MOST]}
    if any(not form.is_valid() for form in forms.values()):
        raise Http404  # no page of ours sends such a thing
    said: dict[str, Said] = {}
    for each, form in forms.items():
        if each == pressed:
            said[each] = _act(request, found, language, form, action)
        elif _was_typed(form):
            said[each] = _save(request, found, language, form, is_accepted=False)
    desk = _desk(request, found, source_of(found), unit, language)
    said |= _still_held(desk, {each: form for each, form in forms.items() if each not in said})
    said = _to_texts_of_today(request, desk, forms, said)
    if request.headers.get("X-Requested-With") == BY_SCRIPT and pressed in forms:
        return _card(request, desk, forms[pressed], said)
    if any(each.is_error or each.theirs or each.typed or each.taken for each in said.values()):
        return _page(request, desk, request.POST, said)
    for each in dict.fromkeys(each.message for each in said.values() if each.message):
        messages.success(request, each)
    return redirect(_onwards(desk, request.POST, forms.get(pressed), goes_on=action in ("accept", "confirm")))


@requires(Right.WRITE_COURSES)
@require_POST
def hand_in(request: SignedInRequest, course: str, unit: str, language: str) -> HttpResponseBase:
    """Put what is accepted into the workshop, and tell what comes next."""
    found, *_rest = _found(course, unit, language)
    latest_outcome()  # of an earlier request in this thread, which nobody read
    try:
        done = service.hand_in(by=request.user, course=found, unit=unit, language=language)
    except (service.NothingToHandIn, service.TextRefused) as refusal:
        messages.error(request, str(refusal))
    else:
        words = ngettext("Handed in: %(count)d text.", "Handed in: %(count)d texts.", done.segments)
        messages.success(request, words % {"count": done.segments})
        if left := done.open + done.waiting:
            words = ngettext(
                "%(count)d text was left out: it, or another text of the same block or question, is still open.",
                "%(count)d texts were left out: they, or another text of the same block or question, are still open.",
                left,
            )
            messages.warning(request, words % {"count": left})
        _say_what_follows(request)
    return redirect("translate:unit", course, unit, language)


# --- what is pressed


def _pressed(request: SignedInRequest) -> tuple[str, str]:
    """(what to do, with which text); both empty where everything is only saved."""
    taken = next((name for name in request.POST if name.endswith("-take")), "")
    if taken:
        return "take", taken.removesuffix("-take")
    action, _colon, pressed = request.POST.get("do", "").partition(":")
    return action, pressed


def _act(request: SignedInRequest, course: Course, language: str, form: SegmentForm, action: str) -> Said:
    sent = form.cleaned_data
    at: dict[str, Any] = {"course": course, "language": language, "place": sent["place"], "words_digest": sent["words"]}
    if action in ("confirm", "back") and _was_typed(form):
        action = "save"  # other words were typed: they are kept first
    try:
        if action == "confirm":
            service.confirm_segment(by=request.user, digest=sent["digest"], **at)
            return Said(_("Confirmed."))
        if action == "back":
            service.take_back_acceptance(by=request.user, **at)
            return Said(_("It is a draft again."))
    except REFUSALS as refusal:
        return Said(str(refusal), is_error=True)
    if action == "take":
        taken = request.POST[f"{form.prefix}-take"]
        return Said(_("Taken over into the box. It is not saved yet."), text=taken, taken=taken, replaced=_typed(form))
    return _save(request, course, language, form, is_accepted=action == "accept")


def _still_held(desk: Desk, forms: Mapping[str, SegmentForm]) -> dict[str, Said]:
    """What was typed against words of somebody else, and not decided yet, stays in its box."""
    found = {}
    for each, form in forms.items():
        line = _line_of(desk, form)
        sent = form.cleaned_data
        if sent["is_held"] and line is not None and line.own is not None and tidy(sent["text"]) != line.own.text:
            found[each] = Said(
                str(service.TypedMeanwhile(line.own)),
                is_error=True,
                text=sent["text"],
                theirs=line.own.text,
                edits=line.own.edits,
                reasons=form.reasons(),
            )
    return found


def _typed(form: SegmentForm) -> str:
    """What was typed and would go with a suggestion that is taken over: it is shown beside."""
    return form.cleaned_data["text"] if _was_typed(form) else ""


def _was_typed(form: SegmentForm) -> bool:
    sent = form.cleaned_data
    return not sent["is_held"] and bool(tidy(sent["text"])) and tidy(sent["text"]) != tidy(sent["was"])


def _save(request: SignedInRequest, course: Course, language: str, form: SegmentForm, *, is_accepted: bool) -> Said:
    sent, reasons = form.cleaned_data, form.reasons()
    origin = SegmentTranslation.Origin.TYPED
    if sent["taken"] and tidy(sent["taken"]) == tidy(sent["text"]):
        origin = SegmentTranslation.Origin.MEMORY
    try:
        saved = service.save_segment(
            by=request.user,
            course=course,
            language=language,
            place=sent["place"],
            words_digest=sent["words"],
            text=sent["text"],
            edits=sent["edits"],
            is_accepted=is_accepted,
            reasons=reasons,
            origin=origin,
            digest=sent["digest"],
            source=sent["source"],
        )
    except service.EmptyText as refusal:
        return Said(str(refusal), is_error=True)
    except service.TextTooLong as refusal:
        return Said(str(refusal), is_error=True, text=sent["text"], reasons=reasons)
    except service.TypedMeanwhile as refusal:
        who = _who(request, refusal.row)
        words = f"{refusal} {_('It was %(name)s.') % {'name': who}}" if who else str(refusal)
        return Said(
            words, is_error=True, text=sent["text"], theirs=refusal.row.text, edits=refusal.row.edits, reasons=reasons
        )
    if saved.is_outdated:
        words = _(
            "The source changed while you typed. Your words are kept, for what it said before. Look at what changed "
            "and translate it again."
        )
        return Said(words, is_error=True, typed=saved.row.text, was=saved.row.source)
    if is_accepted and not saved.is_accepted:
        words = _("Kept as a draft, not accepted: look at what the checks say.")
        if not any(each.is_error for each in saved.stopping):
            words = _("Kept as a draft, not accepted: say why each warning does not hold, or change the text.")
        return Said(words, is_error=True, reasons=reasons)
    return Said(_("Accepted.") if saved.is_accepted else _("Saved as a draft."))


def _who(request: SignedInRequest, row: SegmentTranslation) -> str:
    person = row.actor.user if row.actor is not None else None
    if person is None or person.pk == request.user.pk:
        return ""
    return names_for(request.user, [person]).get(person.pk, "")


def _to_texts_of_today(
    request: SignedInRequest, desk: Desk, forms: Mapping[str, SegmentForm], said: dict[str, Said]
) -> dict[str, Said]:
    """What is said of a text whose source is another one now, said of what stands in its place; else above the page."""
    known = {name_of(line) for line in desk.lines()}
    found: dict[str, Said] = {}
    for each, own in said.items():
        if each in known:
            found[each] = own
            continue
        there = [line.segment for line in desk.sheet.by_place.get(forms[each].cleaned_data["place"], [])]
        now = nearest_to(forms[each].cleaned_data["source"], there)
        if now is not None and own.typed:
            found[row_id(now.place, now.words_digest)] = own
        elif own.message:
            messages.warning(request, own.message)
    return found


# --- answers


def _card(request: SignedInRequest, desk: Desk, form: SegmentForm, said: Mapping[str, Said]) -> HttpResponseBase:
    """What the script puts in the place of a text: it, the progress, and which text is next."""
    line = _line_of(desk, form)
    if line is None:
        own = next((each for each in said if each != form.prefix), None)
        line = next((each for each in desk.lines() if own == name_of(each)), None)
    row = desk.row(line, said.get(name_of(line))) if line else None
    following = desk.next_open(line)
    context = {"desk": desk, "sheet": desk.sheet, "row": row}
    has_problem = row is not None and row.said.is_error
    return JsonResponse(
        {
            "card": render_to_string("courses/translating/_text.html", context, request) if row else "",
            "progress": render_to_string("courses/translating/_progress.html", context, request),
            "message": row.said.message if row else _("This text was taken out of the source. Your words are kept."),
            "is_done": not has_problem,
            "next": name_of(following) if following else "",
            "next_url": f"{_address(desk)}?show=open" if following else _address(desk),
        }
    )


def _page(
    request: SignedInRequest, desk: Desk, wanted: QueryDict, said: Mapping[str, Said] | None = None
) -> HttpResponseBase:
    sheet = desk.sheet
    form = ShowForm(wanted, places=desk.places)
    sent = form.cleaned_data if form.is_valid() else {}
    has_open = any(line.is_open for line in sheet.lines)
    show = sent.get("show") or (Show.OPEN if has_open else Show.ALL)
    lines = desk.lines(show, sent.get("q", ""), sent.get("at", ""))
    # What something is said about stays on the page, whatever the filter says of it now.
    spoken = {each for each, own in (said or {}).items() if own.is_error or own.theirs or own.typed or own.taken}
    page = Paginator(lines, PER_PAGE).get_page(wanted.get("page"))
    shown = list(page)
    names = {name_of(line) for line in shown} | spoken
    if spoken:
        shown = [line for line in desk.lines() if name_of(line) in names]
    place = {"show": str(show), "at": sent.get("at", ""), "q": sent.get("q", "")}
    shown_form = ShowForm({**sent, "show": show}, places=desk.places)
    return render(
        request,
        "courses/translating/unit.html",
        {
            "desk": desk,
            "sheet": sheet,
            "form": shown_form,
            "show": show,
            "is_narrowed": bool(sent.get("q") or sent.get("at")),
            "page": page,
            "rows": desk.rows(shown, said),
            "query": urlencode({name: value for name, value in place.items() if value}),
            "place": {**place, "page": page.number},
            "next_url": _next_url(desk),
            "said": [own.message for own in (said or {}).values() if own.message],
            "may_publish": may_publish(request.user),
        },
        status=422 if spoken else 200,
    )


def _onwards(desk: Desk, sent: QueryDict, form: SegmentForm | None, *, goes_on: bool) -> str:
    """Where one is after a save: at the same text, or at the next open one."""
    line = _line_of(desk, form) if form is not None else None
    target = desk.next_open(line) if goes_on else line
    query = QueryDict(mutable=True)
    query.update({name: str(sent[name]) for name in ("show", "at", "q", "page") if sent.get(name)})
    if target is None:
        return f"{_address(desk)}?{query.urlencode()}"
    lines = desk.lines(sent.get("show") or Show.ALL, sent.get("q", ""), sent.get("at", ""))
    if target in lines:
        query["page"] = str(lines.index(target) // PER_PAGE + 1)
    elif goes_on:
        query = QueryDict(f"show={Show.OPEN}")
    return f"{_address(desk)}?{query.urlencode()}#{name_of(target)}"


def _next_url(desk: Desk) -> str:
    following = desk.next_open()
    if following is None:
        return ""
    return f"{_address(desk)}?show=open#{name_of(following)}"


def _line_of(desk: Desk, form: SegmentForm) -> Line | None:
    sent = form.cleaned_data
    there = desk.sheet.by_place.get(sent["place"], [])
    return next((line for line in there if line.segment.words_digest == sent["words"]), None)


def _address(desk: Desk) -> str:
    sheet = desk.sheet
    return reverse("translate:unit", args=[sheet.course.slug, sheet.unit, sheet.language])


def _say_what_follows(request: SignedInRequest) -> None:
    outcome = latest_outcome()
    if isinstance(outcome, EditionRevision):
        words = _("Officers now read edition %(edition)d, revision %(revision)d.")
        messages.success(request, words % {"edition": outcome.edition.number, "revision": outcome.number})
    elif isinstance(outcome, Exception):
        messages.warning(request, _("Officers do not see this yet. %(reason)s") % {"reason": outcome})
    elif not may_publish(request.user):
        messages.info(request, _("It is in the review now. Officers read it when it is signed and published."))


# --- what is looked at


def _found(course: str, unit: str, language: str) -> tuple[Course, Source, str, str]:
    found = get_object_or_404(Course, slug=course)
    source = source_of(found)
    if language not in dict(settings.LANGUAGES) or language == source.language:
        raise Http404
    source.unit(unit)
    return found, source, unit, language


def _desk(request: SignedInRequest, course: Course, source: Source, unit: str, language: str) -> Desk:
    return Desk(
        source.unit(unit),
        sheets_in(source, language, [unit])[0],
        term_base(source.language, language),
        with_keys=may_see_keys(request.user),
    )


__all__ = ["Row", "hand_in", "save", "unit"]
