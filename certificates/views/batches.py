"""Certificates for many: ask for a job, watch it, take its file."""

import uuid

from django.contrib import messages
from django.http import FileResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.permissions import Right, SignedInRequest, has_right, requires
from certificates.batches.tasks import work_on_batch
from certificates.forms.batches import BatchForm
from certificates.models import Batch
from certificates.selectors.batches import own_batch, own_batches, standing_of
from certificates.services.batches import (
    NoReason,
    NothingToDo,
    NotReady,
    TooMany,
    drop_batch,
    make_batch,
    take_batch,
)
from lms.queue import enqueue

_TYPES = {"zip": "application/zip", "pdf": "application/pdf"}


@requires(Right.REISSUE, Right.CERTIFY)
@never_cache
def index(request: SignedInRequest) -> HttpResponseBase:
    """Choose whose certificates, and what to do with them; the own jobs of the last day stand below."""
    is_sent = request.method == "POST"
    form = BatchForm(request.POST if is_sent else None, viewer=request.user, initial=request.GET.dict())
    if is_sent and form.is_valid():
        data = form.cleaned_data
        try:
            batch = make_batch(
                by=request.user, what=data["what"], form=data["form"], wanted=form.wanted, reason=data["reason"]
            )
        except NoReason as refusal:
            form.add_error("reason", str(refusal))
        except (NothingToDo, TooMany) as refusal:
            form.add_error(None, str(refusal))
        else:
            enqueue(work_on_batch, batch.pk)
            return redirect("batches:one", batch.uuid)
    is_own = has_right(request.user, Right.SEE_OFFICERS)
    context = {"form": form, "jobs": own_batches(request.user)[:50], "is_own": is_own}
    return render(request, "certificates/batches.html", context, status=422 if is_sent else 200)


@requires(Right.REISSUE, Right.CERTIFY)
@never_cache
def one(request: SignedInRequest, batch: uuid.UUID) -> HttpResponseBase:
    """How far a job is, and what came of it."""
    found = own_batch(request.user, batch)
    context = {
        "job": found,
        "standing": standing_of(request.user, found),
        "is_working": found.finished_at is None,
        "is_again": found.what == Batch.What.REISSUE,
    }
    return render(request, "certificates/batch.html", context)


@require_POST
@requires(Right.REISSUE, Right.CERTIFY)
@never_cache
def take(request: SignedInRequest, batch: uuid.UUID) -> HttpResponseBase:
    """The file; whose certificates are in it is written down before the first byte leaves."""
    found = own_batch(request.user, batch)
    try:
        path = take_batch(by=request.user, batch=found)
    except NotReady as refusal:
        enqueue(work_on_batch, found.pk)
        messages.warning(request, str(refusal))
        return redirect("batches:one", found.uuid)
    kind = path.suffix.removeprefix(".")
    answer = FileResponse(
        path.open("rb"),
        as_attachment=True,
        filename=f"certificates-{timezone.localdate():%Y-%m-%d}.{kind}",
        content_type=_TYPES[kind],
    )
    answer["Cache-Control"] = "no-store, private"
    return answer


@require_POST
@requires(Right.REISSUE, Right.CERTIFY)
def drop(request: SignedInRequest, batch: uuid.UUID) -> HttpResponseBase:
    """Stop a job, or throw its file away."""
    drop_batch(by=request.user, batch=own_batch(request.user, batch))
    messages.success(request, _("The job and its file are thrown away. What it issued stays issued."))
    return redirect("batches:index")
