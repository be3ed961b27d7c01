"""Correcting a faulty question: find it, see whom a correction would change, make it, and what came of it."""

import uuid
from collections.abc import Collection, Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Member
from accounts.permissions import Right, SignedInRequest, has_right, requires
from accounts.services import audit
from assessments.correcting import reads
from assessments.correcting.keys import key_of
from assessments.correcting.regrading import Ruling
from assessments.forms.corrections import OWN, CorrectionForm, FindForm, TakeBackForm, mark_of
from assessments.hooks import certificates_of
from assessments.models import Appeal, Correction, CorrectionRun, ItemVersion, Response
from assessments.selectors import corrections_of, ruling_of
from assessments.services import corrections as services
from assessments.tasks import go_on_with_correction
from assessments.types import TYPES
from learning.forms import NamesForm
from learning.models import Enrolment
from learning.selectors import course_names
from learning.views.looking import names_reason
from lms.queue import enqueue

PAGE = 50


@requires(*reads.LOOKS)
@never_cache
def index(request: SignedInRequest) -> HttpResponseBase:
    """What was corrected, a search for the question that is faulty, and what waits."""
    form = FindForm(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    page = Paginator(reads.corrections_seen_by(request.user), PAGE).get_page(request.GET.get("page"))
    corrects = has_right(request.user, Right.PUBLISH_COURSES)
    answers = any(has_right(request.user, right) for right in reads.ANSWERS_FOR_CERTIFICATES)
    return render(
        request,
        "assessments/corrections/index.html",
        {
            "form": form,
            "words": words,
            "found": reads.versions_asked(request.user, words),
            "page": page,
            "corrects": corrects,
            "appeals": reads.appeals_heard_by(request.user).filter(state=Appeal.State.OPEN).count(),
            "hears": any(has_right(request.user, right) for right in reads.HEARS),
            "answers": answers,
            "in_question": reads.results_in_question(request.user).count() if answers else 0,
        },
    )


@requires(Right.PUBLISH_COURSES)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedInRequest, item: uuid.UUID, number: int) -> HttpResponseBase:
    """Draw up a correction of one version of a question; it changes nothing before it was looked over."""
    version = reads.one_version(request.user, item, number)
    appeal = _appeal(request, version)
    asked = reads.as_asked(version, get_language())
    newest = corrections_of([version.pk]).get(version.pk)
    ruling = ruling_of(newest) if newest else Ruling(keys=(version.answer_key,))
    given = reads.given_answers(request.user, asked, ruling) if asked else []
    form = CorrectionForm(
        request.POST if request.method == "POST" else None,
        version=version,
        given=given,
        language=asked.language if asked else "en",
        initial=_prefilled(version, appeal),
    )
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data
        try:
            run = services.draw_up_correction(
                by=request.user,
                version=version,
                kind=sent["kind"],
                keys=sent["keys"],
                reason=sent["reason"],
                appeal=appeal,
            )
        except services.CannotCorrect as refusal:
            form.add_error(None, str(refusal))
        else:
            _leave_the_rest(run)
            return redirect("corrections:preview", run=run.uuid)
    return render(
        request,
        "assessments/corrections/new.html",
        {
            "version": version,
            "asked": asked,
            "question": asked.view(key=version.answer_key) if asked else None,
            "own": asked.view(prefix=OWN) if asked and not TYPES[version.item.type].is_marked_by_hand else None,
            "answers": [(mark_of(each.key), each) for each in given],
            "marked": set(form["given"].value() or ()),
            "newest": newest,
            "counts": asked.words_of_keys(ruling.keys) if asked else [],
            "form": form,
            "appeal": appeal,
        },
        status=422 if form.errors else 200,
    )


@requires(*reads.LOOKS)
@never_cache
def preview(request: SignedInRequest, run: uuid.UUID) -> HttpResponseBase:
    """Whom a correction would change."""
    found = reads.one_run(request.user, run)
    if found.correction is not None:
        return redirect("corrections:correction", correction=found.correction.uuid)
    newest = corrections_of([found.version_id]).get(found.version_id)
    is_outdated = (newest.pk if newest else None) != found.newest_seen_id
    context = {"run": found, "is_outdated": is_outdated, "corrects": has_right(request.user, Right.PUBLISH_COURSES)}
    return render(request, "assessments/corrections/preview.html", _of_run(request, found) | context)


@requires(Right.PUBLISH_COURSES)
@require_POST
def apply(request: SignedInRequest, run: uuid.UUID) -> HttpResponseBase:
    """Make the correction that was looked over."""
    found = reads.one_run(request.user, run)
    try:
        correction = services.apply_run(by=request.user, run=found)
    except services.CannotCorrect as refusal:
        messages.error(request, str(refusal))
        return redirect("corrections:preview", run=run)
    _leave_the_rest(correction.run)
    messages.success(request, _("The question is corrected."))
    return redirect("corrections:correction", correction=correction.uuid)


@requires(Right.PUBLISH_COURSES)
@require_POST
def drop(request: SignedInRequest, run: uuid.UUID) -> HttpResponseBase:
    """Throw a preview away."""
    services.drop_run(by=request.user, run=reads.one_run(request.user, run))
    messages.info(request, _("Dropped. Nothing was changed."))
    return redirect("corrections:index")


@requires(*reads.LOOKS)
@never_cache
def one(request: SignedInRequest, correction: uuid.UUID) -> HttpResponseBase:
    """One correction: what was decided, how far it is, and whose results it changed."""
    found = reads.one_correction(request.user, correction)
    return _one(request, found, TakeBackForm())


@requires(Right.PUBLISH_COURSES)
@require_POST
def take_back(request: SignedInRequest, correction: uuid.UUID) -> HttpResponseBase:
    """Draw up the correction that brings back what counted before this one."""
    found = reads.one_correction(request.user, correction)
    form = TakeBackForm(request.POST)
    if form.is_valid():
        before = found.run.newest_seen
        kind = Correction.Kind.DROP if before and before.kind == Correction.Kind.DROP else Correction.Kind.KEY
        keys: Sequence[Any] = [] if kind == Correction.Kind.DROP else services.what_counts(found.version, before)
        try:
            run = services.draw_up_correction(
                by=request.user, version=found.version, kind=kind, keys=keys, reason=form.cleaned_data["reason"]
            )
        except services.CannotCorrect as refusal:
            form.add_error(None, str(refusal))
        else:
            _leave_the_rest(run)
            return redirect("corrections:preview", run=run.uuid)
    return _one(request, found, form)


@requires(*reads.ANSWERS_FOR_CERTIFICATES)
@never_cache
def in_question(request: SignedInRequest) -> HttpResponseBase:
    """Results that stay passed although a correction took them below the mark, with their certificates."""
    page = Paginator(reads.results_in_question(request.user), PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    reason = names_reason(request)
    enrolments = {each.attempt.enrolment_id: each.attempt.enrolment for each in rows}
    labels = reads.labels_of(request.user, enrolments, names=bool(reason))
    if reason:
        _note_names(request, "assessments.regrade", [enrolments[pk] for pk in labels], reason)
    named = {pk for pk, known in labels.items() if known.is_name}
    certificates = certificates_of(enrolments)
    courses = course_names([each.course for each in enrolments.values()], get_language())
    return render(
        request,
        "assessments/corrections/in_question.html",
        {
            "page": page,
            "rows": [
                {
                    "regrade": each,
                    "code": reads.code_of(each.attempt),
                    "percent": int(100 * each.score / each.points) if each.points else 0,
                    "course": courses[each.attempt.enrolment.course_id],
                    "known": labels.get(each.attempt.enrolment_id),
                    "is_named": each.attempt.enrolment_id in named,
                    "member": each.attempt.enrolment.member if each.attempt.enrolment_id in labels else None,
                    "certificate": certificates.get(each.attempt.enrolment_id),
                }
                for each in rows
            ],
            **_names(labels, reason),
        },
    )


# --- helpers


def _leave_the_rest(run: CorrectionRun) -> None:
    """What is too much for a request goes to a worker."""
    if run.finished_at is None:
        enqueue(go_on_with_correction, run.pk)


def _appeal(request: SignedInRequest, version: ItemVersion) -> Appeal | None:
    """The appeal of the address, if it is about this version and the person hears it."""
    try:
        wanted = uuid.UUID(request.GET.get("appeal", ""))
    except ValueError:
        return None
    return reads.appeals_heard_by(request.user).filter(uuid=wanted, response__version=version).first()


def _prefilled(version: ItemVersion, appeal: Appeal | None) -> dict[str, Any]:
    """What an upheld appeal leads to: the officer's answer is accepted as well."""
    if appeal is None or appeal.response.answer is None:
        return {}
    answer, language = appeal.response.answer, appeal.response.language
    key = key_of(version.item.type, version.structure, version.answer_key, answer, language)
    return {"kind": Correction.Kind.ACCEPT, "given": [mark_of(key)], "reason": appeal.reply}


def _of_run(request: SignedInRequest, run: CorrectionRun) -> dict[str, Any]:
    """What a preview and a correction both show."""
    reason = names_reason(request)
    papers = reads.changed_papers(request.user, run, names=bool(reason))
    if reason:
        shown = [each.attempt.enrolment for each in papers if each.label]
        _note_names(request, f"assessments.itemversion:{run.version.item.uuid}", shown, reason)
    asked = reads.as_asked(run.version, get_language())
    labels = {each.attempt.pk for each in papers if each.label}
    listed = len(run.figures.get("decisive", ())) + len(run.figures.get("others", ()))
    return {
        "version": run.version,
        "asked": asked,
        "question": asked.view(key=run.version.answer_key) if asked else None,
        "counts": asked.words_of_keys(run.keys) if asked else [],
        "figures": run.figures,
        "papers": papers,
        "more": max(0, int(run.figures.get("changed", 0)) - listed),
        "certificates": reads.how_many_certificates(run),
        "open": Response.objects.filter(version=run.version_id, attempt__submitted_at=None).count(),
        "sees_people": bool(labels),
        **_names(labels, reason),
    }


def _one(request: SignedInRequest, correction: Correction, form: TakeBackForm) -> HttpResponseBase:
    newest = corrections_of([correction.version_id])[correction.version_id]
    corrects = has_right(request.user, Right.PUBLISH_COURSES)
    context = {
        "correction": correction,
        "run": correction.run,
        "newest": newest,
        "form": form if corrects and newest == correction else None,
        "corrects": corrects,
        "answers": any(has_right(request.user, right) for right in reads.ANSWERS_FOR_CERTIFICATES),
    }
    context = _of_run(request, correction.run) | context
    return render(request, "assessments/corrections/one.html", context, status=422 if form.errors else 200)


def _names(labels: Collection[int], reason: str) -> dict[str, Any]:
    """What the question for names needs; it is put only where there are people whom the viewer may know."""
    return {
        "any_names": bool(labels),
        "names_form": NamesForm(auto_id="id_names_%s"),
        "names_reason": reason,
    }


def _note_names(request: SignedInRequest, target: str, enrolments: Sequence[Enrolment], reason: str) -> None:
    """One line for each member whose names were on the page."""
    rows = Enrolment.objects.filter(
        pk__in=[each.pk for each in enrolments], member__sharing=Member.Sharing.NAMES
    ).select_related("member", "course", "actor__user")
    by_member: dict[Member, list[Enrolment]] = {}
    for row in rows:
        assert row.member is not None
        by_member.setdefault(row.member, []).append(row)
    for member, shown in by_member.items():
        audit(
            by=request.user,
            action="shared.seen",
            target=target,
            member=member,
            reason=reason,
            details={
                "enrolments": [str(each.uuid) for each in shown],
                "people": [str(each.actor.user.uuid) for each in shown if each.actor.user is not None],
            },
        )
