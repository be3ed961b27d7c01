"""The ledger of who certifies: certificates of members that share their officers, as a table without names."""

from typing import Any

from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from accounts.models import User
from accounts.permissions import Right, SignedInRequest, requires
from certificates.exchange import ledger_header, ledger_rows
from certificates.selectors.ledger import ledger_awards
from lms.forms import NoCaseDataField
from lms.tables import as_xlsx, stream_csv
from portal.register import XLSX, RegisterForm, audit_export


class LedgerForm(RegisterForm):
    """Which certificates to take, and why."""

    reason = NoCaseDataField(
        label=gettext_lazy("Reason"),
        rows=2,
        help_text=gettext_lazy("For which task you need the list. The member’s coordinator reads it."),
    )

    def __init__(self, viewer: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(viewer, *args, **kwargs)
        del self.fields["agency"]


@requires(Right.CERTIFY)
@never_cache
def ledger(request: SignedInRequest) -> HttpResponseBase:
    """Choose, say why, and take the file; whose certificates are in it is written down before the first line leaves."""
    is_sent = request.method == "POST"
    form = LedgerForm(request.user, request.POST if is_sent else None)
    if is_sent and form.is_valid():
        rows = ledger_awards(request.user, form.wanted())
        if found := list(rows.values_list("pk", "uuid", "actor__user__uuid", "member_id")):
            kind = "xlsx" if request.POST.get("as") == "xlsx" else "csv"
            reason = form.cleaned_data["reason"]
            audit_export(request.user, kind, found, action="ledger.exported", target="portal.ledger", reason=reason)
            name = f"ledger-{timezone.localdate().isoformat()}.{kind}"
            if kind == "xlsx":
                book = as_xlsx(ledger_header(), ledger_rows(rows), _("Ledger"))
                return FileResponse(book, as_attachment=True, filename=name, content_type=XLSX)
            answer = StreamingHttpResponse(
                stream_csv(ledger_header(), ledger_rows(rows)), content_type="text/csv; charset=utf-8"
            )
            answer["Content-Disposition"] = f'attachment; filename="{name}"'
            return answer
        form.add_error(None, _("No certificate of a member that shares its officers is in what you chose."))
    return render(request, "portal/ledger.html", {"form": form}, status=422 if is_sent else 200)
