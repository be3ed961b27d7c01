"""The keys that sign certificates: what each is, a new one, a backup, and one that was stolen."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Right, SignedInRequest, requires
from certificates import services
from certificates.forms.keys import BackupForm, DistrustForm, RotateForm
from certificates.selectors.keys import keys_seen_by, signing_key
from certificates.tasks import sign_distrusted_awards, sign_unsigned_awards
from lms.queue import enqueue, is_waiting


@require_safe
@requires(Right.MANAGE_SITE)
@never_cache
def overview(request: SignedInRequest) -> HttpResponseBase:
    """All keys, and what can be done."""
    return _page(request)


def _page(
    request: SignedInRequest, *, rotating: RotateForm | None = None, backup: BackupForm | None = None
) -> HttpResponseBase:
    is_refused = rotating is not None or backup is not None
    seen = keys_seen_by(request.user)
    active = next((key.digest for key in seen.keys if key.is_active), "")
    context = {
        "seen": seen,
        "is_working": seen.to_sign_anew > 0 and is_waiting(sign_distrusted_awards.module_path),
        "rotating": rotating or RotateForm(prefix="rotate", initial={"instead_of": active}),
        "backup": backup or BackupForm(prefix="backup"),
        "is_rotating": rotating is not None,
        "is_backing_up": backup is not None,
    }
    return render(request, "certificates/keys/overview.html", context, status=422 if is_refused else 200)


@require_POST
@requires(Right.MANAGE_SITE)
@never_cache
def rotate(request: SignedInRequest) -> HttpResponseBase:
    """Let a new key sign."""
    form = RotateForm(request.POST, prefix="rotate")
    if not form.is_valid():
        return _page(request, rotating=form)
    try:
        key = services.rotate_signing_key(by=request.user, **form.cleaned_data)
    except services.RotatedMeanwhile as refusal:
        messages.warning(request, str(refusal))
        return redirect("award_keys:overview")
    enqueue(sign_unsigned_awards)
    messages.success(
        request, _("%(fingerprint)s signs from now on. Take a backup of it.") % {"fingerprint": key.fingerprint}
    )
    return redirect("award_keys:overview")


@require_POST
@requires(Right.MANAGE_SITE)
@never_cache
@sensitive_post_parameters()
def backup(request: SignedInRequest) -> HttpResponseBase:
    """All keys as one file under a passphrase."""
    form = BackupForm(request.POST, prefix="backup")
    if not form.is_valid():
        return _page(request, backup=form)
    try:
        text = services.back_up_keys(by=request.user, passphrase=form.cleaned_data["passphrase"])
    except services.KeyUnavailable:
        form.add_error(None, _("The key that signs cannot be opened, so that a backup would lack it."))
        return _page(request, backup=form)
    except services.PassphraseTooWeak as refusal:
        form.add_error("passphrase", str(refusal))
        return _page(request, backup=form)
    answer = HttpResponse(text, content_type="application/json")
    day = timezone.localdate().isoformat()
    answer["Content-Disposition"] = f'attachment; filename="signing-keys-{day}.json"'
    answer["Cache-Control"] = "no-store, private"
    return answer


@requires(Right.MANAGE_SITE)
@never_cache
def distrust(request: SignedInRequest, digest: str) -> HttpResponseBase:
    """Believe nothing any more that a key signed, because it is in wrong hands."""
    found = signing_key(request.user, digest)
    if found.distrusted_at:
        messages.info(request, _("This key is not trusted any more already."))
        return redirect("award_keys:overview")
    form = DistrustForm(request.POST if request.method == "POST" else None, key=found)
    if request.method == "POST" and form.is_valid():
        services.distrust_signing_key(by=request.user, key=found, reason=form.cleaned_data["reason"])
        enqueue(sign_distrusted_awards)
        messages.success(request, _("This key is not trusted any more. What it signed is being signed anew."))
        return redirect("award_keys:overview")
    return render(
        request, "certificates/keys/distrust.html", {"key": found, "form": form}, status=422 if form.errors else 200
    )
