"""The term base: what each term is in a language, proposals, and decisions."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.permissions import Right, SignedInRequest, requires
from courses.pages.forms.terms import AddTermForm, DecideForm, ProposeForm, TermsForm
from courses.pages.models import TermWording
from courses.pages.services import terms as services
from courses.pages.translating.term_desk import OneTerm, find_term, term_languages, term_rows
from courses.pages.translating.terms import BASE_LANGUAGE

#: Whoever writes, translates, reviews, advises or publishes looks terms up.
LOOKS = (Right.WRITE_COURSES, Right.PUBLISH_COURSES, Right.REVIEW, Right.ADVISE, Right.MANAGE_SITE)
REFUSALS = (services.TermChanged, services.OwnForms, services.NoForms, services.WrongForms, services.TermTaken)


@requires(*LOOKS)
@never_cache
def terms(request: SignedInRequest) -> HttpResponseBase:
    """The terms in one language."""
    return _terms(request)


@requires(Right.PUBLISH_COURSES)
@require_POST
def add(request: SignedInRequest) -> HttpResponseBase:
    """Add a term."""
    form = AddTermForm(request.POST)
    if not form.is_valid():
        return _terms(request, add_form=form)
    try:
        term = services.add_term(by=request.user, **form.cleaned_data)
    except services.TermTaken as refusal:
        form.add_error("term", str(refusal))
        return _terms(request, add_form=form)
    messages.success(request, _("The term is added. Say how each language says it."))
    return redirect("translate:term", term.key, _first_language(request))


@requires(*LOOKS)
@never_cache
def term(request: SignedInRequest, key: str, language: str) -> HttpResponseBase:
    """One term in one language."""
    return _term(request, find_term(request.user, key, language), language)


@requires(Right.WRITE_COURSES)
@require_POST
def propose(request: SignedInRequest, key: str, language: str) -> HttpResponseBase:
    """Save what somebody proposes."""
    found = find_term(request.user, key, language)
    form = ProposeForm(request.POST, language=language)
    if not form.is_valid():
        return _term(request, found, language, form=form)
    sent = form.cleaned_data
    try:
        services.propose_wording(
            by=request.user,
            term=found.row.term,
            language=language,
            forms=sent["right"].splitlines(),
            forbidden=sent["forbidden"].splitlines(),
            note=sent["note"],
            confidence=sent["confidence"],
            seen=sent["seen"],
        )
    except REFUSALS as refusal:
        form.add_error(None, str(refusal))
        return _term(request, found, language, form=form)
    messages.success(request, _("Saved. Somebody else decides on it."))
    return redirect("translate:term", key, language)


@requires(Right.REVIEW, Right.PUBLISH_COURSES)
@require_POST
def decide(request: SignedInRequest, key: str, language: str) -> HttpResponseBase:
    """Mark the forms as checked or approved, or take that back."""
    found = find_term(request.user, key, language)
    form = DecideForm(request.POST)
    if not form.is_valid() or found.row.wording is None:
        messages.error(request, str(services.NoForms()))
        return _term(request, found, language, status=422)
    try:
        services.decide_wording(by=request.user, wording=found.row.wording, **form.cleaned_data)
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Saved."))
    return redirect("translate:term", key, language)


# --- helpers


def _first_language(request: SignedInRequest) -> str:
    """What is asked for; the language of the interface, or the first translation, where nothing is."""
    languages = term_languages()
    asked = request.GET.get("language") or get_language() or ""
    others = [code for code in languages if code != BASE_LANGUAGE]
    if asked in languages and (asked != BASE_LANGUAGE or "language" in request.GET):
        return asked
    return others[0] if others else BASE_LANGUAGE


def _terms(request: SignedInRequest, *, add_form: AddTermForm | None = None) -> HttpResponseBase:
    language = _first_language(request)
    form = TermsForm({**request.GET.dict(), "language": language}, languages=term_languages())
    sought = form.cleaned_data if form.is_valid() else {}
    search, status = sought.get("search", ""), sought.get("status", "")
    every = term_rows(language)
    may_add = services.may_add(request.user)
    return render(
        request,
        "courses/translating/terms.html",
        {
            "form": form,
            "language": language,
            "base_language": BASE_LANGUAGE,
            "rows": term_rows(language, search=search, status=status) if search or status else every,
            "is_filtered": bool(search or status),
            "total": len(every),
            "approved": sum(row.status == TermWording.Status.APPROVED for row in every),
            "missing": sum(row.status == "missing" for row in every),
            "add_form": (add_form or AddTermForm()) if may_add else None,
        },
        status=422 if add_form is not None else 200,
    )


def _term(
    request: SignedInRequest, found: OneTerm, language: str, *, form: ProposeForm | None = None, status: int = 200
) -> HttpResponseBase:
    wording = found.row.wording
    may_decide = services.may_decide(request.user) and wording is not None and bool(wording.forms or wording.forbidden)
    return render(
        request,
        "courses/translating/term.html",
        {
            "found": found,
            "term": found.row.term,
            "wording": wording,
            "english": found.row.english,
            "language": language,
            "base_language": BASE_LANGUAGE,
            "form": (form or ProposeForm.of(wording, language)) if services.may_propose(request.user) else None,
            "may_decide": may_decide,
            "is_own": may_decide and wording is not None and _is_own(request.user, wording),
            "languages": term_languages(),
        },
        status=422 if form is not None else status,
    )


def _is_own(user: User, wording: TermWording) -> bool:
    return wording.changed_by is not None and wording.changed_by.user_id == user.pk
