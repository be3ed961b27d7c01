"""The auditor's page, its file, and what a member may read of the RSO's looks at its officers."""

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.exchange.audit_log import log_csv
from accounts.forms.audit import LogFilterForm
from accounts.permissions import Refused, Right, SignedInRequest, requires, scope_of
from accounts.selectors.audit import is_check_old, kept_months, last_check, log_entries, log_lines, looks_at_members_of
from accounts.services import audit

PAGE = 50


@requires(Right.SEE_AUDIT)
@never_cache
def log(request: SignedInRequest) -> HttpResponseBase:
    """The audit log, newest first. Looking at it stands in it, too."""
    form = LogFilterForm(request.GET)
    lines, older = [], None
    if form.is_valid():
        rows = log_entries(request.user, form.wanted())
        if form.cleaned_data["before"]:
            rows = rows.filter(number__lt=form.cleaned_data["before"])
        lines = list(log_lines(request.user, rows[: PAGE + 1]))
        if len(lines) > PAGE:
            lines = lines[:PAGE]
            older = lines[-1].event.number
        if lines:
            audit(
                by=request.user,
                action="audit.seen",
                target="accounts.auditevent",
                details={
                    "filters": form.wanted().used,
                    "from": lines[-1].event.number,
                    "to": lines[0].event.number,
                },
            )
    check = last_check(request.user)
    return render(
        request,
        "accounts/audit/log.html",
        {
            "form": form,
            "lines": lines,
            "older": _address(request, before=str(older)) if older else "",
            "newest": _address(request) if request.GET.get("before") else "",
            "query": _address(request),
            "check": check,
            "is_check_old": is_check_old(check),
            "months": kept_months(),
        },
        status=200 if form.is_valid() else 400,
    )


def _address(request: HttpRequest, **changes: str) -> str:
    """The query of this page with the same filters."""
    query = request.GET.copy()
    query.pop("before", None)
    for name, value in changes.items():
        query[name] = value
    return "?" + query.urlencode()


@requires(Right.SEE_AUDIT)
@never_cache
def log_file(request: SignedInRequest) -> HttpResponseBase:
    """The entries that the filters find, all of them, as CSV. The download stands in the log before it begins."""
    form = LogFilterForm(request.GET)
    if not form.is_valid():
        return render(
            request,
            "accounts/audit/log.html",
            {"form": form, "check": last_check(request.user), "months": kept_months()},
            status=400,
        )
    rows = log_entries(request.user, form.wanted())
    entry = audit(
        by=request.user,
        action="audit.exported",
        target="accounts.auditevent",
        details={"filters": form.wanted().used},
    )
    lines = log_lines(request.user, rows.filter(number__lt=entry.number).iterator(chunk_size=500))
    response = StreamingHttpResponse(log_csv(lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="audit-{timezone.localdate().isoformat()}.csv"'
    return response


@requires(Right.SET_SHARING)
@never_cache
def own(request: SignedInRequest) -> HttpResponseBase:
    """When the RSO looked at the officers of one's own member, and for which reason."""
    if not scope_of(request.user, Right.SET_SHARING).members:
        raise Refused(_("This page is for the coordinators of a whole member, not of one agency."))
    form = LogFilterForm({"before": request.GET.get("before", "")})
    rows = looks_at_members_of(request.user)
    if form.is_valid() and form.cleaned_data["before"]:
        rows = rows.filter(number__lt=form.cleaned_data["before"])
    events = list(rows[: PAGE + 1])
    lines = list(log_lines(request.user, events[:PAGE]))
    audit(by=request.user, action="audit.own_seen", target="accounts.auditevent")
    return render(
        request,
        "accounts/audit/own.html",
        {
            "lines": lines,
            "older": f"?before={lines[-1].event.number}" if len(events) > PAGE else "",
            "newest": "?" if request.GET.get("before") else "",
            "months": kept_months(),
        },
    )
