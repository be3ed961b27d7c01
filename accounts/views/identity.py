"""Setting up members' own identity providers, for whoever runs the site."""

import uuid

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import services
from accounts.forms.identity import FORMS, CutLinkForm
from accounts.identity import saml
from accounts.identity.trial import Outcome, try_provider
from accounts.models import IdentityProvider, Member
from accounts.permissions import Right, SignedInRequest, requires
from accounts.selectors import providers_of


def _member(code: str) -> Member:
    return get_object_or_404(Member, code=code)


def _provider(request: HttpRequest, code: str, provider: uuid.UUID) -> IdentityProvider:
    return get_object_or_404(providers_of(request.user, _member(code)), uuid=provider)


@requires(Right.MANAGE_SITE)
@require_GET
def providers(request: SignedInRequest, code: str) -> HttpResponseBase:
    """The services of a member."""
    member = _member(code)
    context = {"member": member, "providers": providers_of(request.user, member), "saml_missing": saml.missing()}
    return render(request, "accounts/identity/providers.html", context)


@requires(Right.MANAGE_SITE)
@require_http_methods(["GET", "POST"])
def add_provider(request: SignedInRequest, code: str, kind: str) -> HttpResponseBase:
    """Set up a service of a member."""
    if kind not in FORMS:
        raise Http404
    return _form(request, IdentityProvider(member=_member(code), kind=kind))


@requires(Right.MANAGE_SITE)
@require_http_methods(["GET", "POST"])
def provider(request: SignedInRequest, code: str, provider: uuid.UUID) -> HttpResponseBase:
    """Change a service of a member; what it must be told stands beside."""
    return _form(request, _provider(request, code, provider))


@requires(Right.MANAGE_SITE)
@require_POST
def test_provider(request: SignedInRequest, code: str, provider: uuid.UUID) -> HttpResponseBase:
    """Ask a service whether it answers as it was set up; shows what was found and changes nothing."""
    found = _provider(request, code, provider)
    return _page(request, found, FORMS[found.kind](instance=found), outcomes=try_provider(found))


@requires(Right.MANAGE_SITE)
@require_POST
def cut_link(request: SignedInRequest, code: str, provider: uuid.UUID) -> HttpResponseBase:
    """Cut the link of one person to a service."""
    found = _provider(request, code, provider)
    form = CutLinkForm(request.POST)
    if not form.is_valid():
        return _page(request, found, FORMS[found.kind](instance=found), cut_form=form, status=422)
    if services.cut_link(by=request.user, provider=found, username=form.cleaned_data["username"]):
        messages.success(request, _("The link is cut. The next sign-in by this service finds the account anew."))
    else:
        messages.warning(request, _("Nobody of this user name is linked to this service."))
    return redirect("members:provider", code=code, provider=found.uuid)


def _form(request: SignedInRequest, found: IdentityProvider) -> HttpResponseBase:
    # A form writes what was typed into its row even when it refuses it; the page shows the row as it is stored.
    stored = found if found.pk is None else IdentityProvider.objects.select_related("member", "app").get(pk=found.pk)
    form = FORMS[found.kind](request.POST or None, instance=found)
    if request.method != "POST" or not form.is_valid():
        return _page(request, stored, form, status=422 if request.method == "POST" else 200)
    with transaction.atomic():
        saved = services.save_provider(
            by=request.user,
            member=found.member,
            kind=found.kind,
            provider=found if found.pk else None,
            **form.for_service(),
        )
    messages.success(request, _("The service is saved. Test it, then try a sign-in."))
    return redirect("members:provider", code=saved.member.code, provider=saved.uuid)


def _page(
    request: SignedInRequest,
    found: IdentityProvider,
    form: object,
    *,
    outcomes: list[Outcome] | None = None,
    cut_form: CutLinkForm | None = None,
    status: int = 200,
) -> HttpResponseBase:
    idp = found.app.settings.get("idp", {}) if found.pk else {}
    context = {
        "provider": found,
        "member": found.member,
        "form": form,
        "cut_form": cut_form or CutLinkForm(),
        "outcomes": outcomes,
        "idp": idp,
        "fingerprints": [saml.fingerprint(each) for each in idp.get("certificates", [])],
        "saml_missing": saml.missing() if found.kind == IdentityProvider.Kind.SAML else "",
        "callback": found.address("oidc_callback"),
        "acs": found.address("saml_acs"),
        "metadata": found.address("saml_metadata"),
    }
    return render(request, "accounts/identity/provider.html", context, status=status)
