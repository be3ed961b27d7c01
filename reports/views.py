"""Figures as pages and files."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language

from accounts.permissions import Right, SignedInRequest, requires
from accounts.services import audit
from reports.exchange import certification_csv
from reports.selectors import certification_table


@requires(Right.SEE_COUNTS)
def certification(request: SignedInRequest) -> HttpResponseBase:
    """Members × courses: enrolled and certified."""
    table = certification_table(request.user, get_language())
    return render(request, "reports/certification.html", {"table": table, "now": timezone.now()})


@requires(Right.SEE_COUNTS)
def certification_file(request: SignedInRequest) -> HttpResponseBase:
    """The same table as CSV."""
    content = certification_csv(certification_table(request.user, get_language()))
    audit(by=request.user, action="report.exported", target="reports.certification")
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="certification-{timezone.localdate().isoformat()}.csv"'
    return response
