"""The page from which a coordinator takes the own officers' certificates for a national register."""

from typing import Any

from django import forms
from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.models import Agency, Member, User
from accounts.permissions import Right, SignedInRequest, requires, scope_of
from accounts.services import audit
from certificates.exchange import register_header, register_rows
from certificates.forms import name_courses
from certificates.models import Award
from certificates.selectors import RegisterFilter, register_awards
from learning.models import Course
from lms.forms import offer_rows
from lms.tables import as_xlsx, stream_csv

#: So many certificates one line of the audit log names; a long file has several.
_IN_ONE_LINE = 500
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class RegisterForm(forms.Form):
    """Which certificates to take."""

    course = forms.ModelChoiceField(
        queryset=Course.objects.all(),
        to_field_name="code",
        required=False,
        label=gettext_lazy("Course"),
        empty_label=gettext_lazy("All courses"),
    )
    agency = forms.ModelChoiceField(
        queryset=Agency.objects.none(),
        to_field_name="uuid",
        required=False,
        label=gettext_lazy("Agency"),
        empty_label=gettext_lazy("All agencies"),
    )
    first_day = forms.DateField(
        required=False,
        label=gettext_lazy("Certified from"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    last_day = forms.DateField(
        required=False,
        label=gettext_lazy("Certified until"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    kind = forms.ChoiceField(
        required=False,
        label=gettext_lazy("Kind"),
        choices=[*Award.Kind.choices, ("all", gettext_lazy("All kinds"))],
        initial=Award.Kind.COMPLETION,
    )
    states = forms.ChoiceField(
        required=False,
        label=gettext_lazy("State"),
        choices=[
            ("", gettext_lazy("In force or expired")),
            ("all", gettext_lazy("Also suspended, revoked and replaced")),
        ],
    )

    def __init__(self, viewer: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = scope_of(viewer, Right.SEE_OFFICERS).q(member="member_id", agency="pk")
        offer_rows(self, "agency", Agency.objects.filter(own))
        name_courses(self, "course")

    def clean(self) -> dict[str, Any]:
        """The first day is not after the last."""
        data = super().clean() or {}
        first, last = data.get("first_day"), data.get("last_day")
        if first and last and first > last:
            self.add_error("last_day", _("The last day is before the first."))
        return data

    def wanted(self) -> RegisterFilter:
        """The filter that was filled in."""
        data = self.cleaned_data
        return RegisterFilter(
            course=data["course"].pk if data["course"] else None,
            agency=data["agency"].pk if data.get("agency") else None,
            first_day=data["first_day"],
            last_day=data["last_day"],
            kind="" if data["kind"] == "all" else data["kind"] or str(Award.Kind.COMPLETION),
            every_state=data["states"] == "all",
        )


@require_GET
@requires(Right.SEE_OFFICERS)
@never_cache
def register(request: SignedInRequest) -> HttpResponseBase:
    """Choose course, agency and days; see how many certificates that is; take the file."""
    form = RegisterForm(request.user, request.GET)
    valid = form.is_valid()
    count = register_awards(request.user, form.wanted()).count() if valid else 0
    context = {"form": form, "count": count, "query": request.GET.urlencode(), "valid": valid}
    return render(request, "portal/register.html", context, status=200 if valid else 422)


@require_GET
@requires(Right.SEE_OFFICERS)
@never_cache
def register_file(request: SignedInRequest, kind: str) -> HttpResponseBase:
    """The file; whose certificates are in it is written down before the first line leaves."""
    form = RegisterForm(request.user, request.GET)
    if not form.is_valid():
        return register(request)
    found = list(
        register_awards(request.user, form.wanted()).values_list("pk", "uuid", "actor__user__uuid", "member_id")
    )
    audit_export(request.user, kind, found)
    header, rows = register_header(), register_rows([pk for pk, *_rest in found])
    name = f"register-{timezone.localdate().isoformat()}.{kind}"
    if kind == "xlsx":
        return FileResponse(as_xlsx(header, rows, _("Register")), as_attachment=True, filename=name, content_type=XLSX)
    response = StreamingHttpResponse(stream_csv(header, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def audit_export(
    by: User,
    kind: str,
    found: list[tuple[Any, ...]],
    *,
    action: str = "officers.exported",
    target: str = "portal.register",
    reason: str = "",
) -> None:
    """Write down whose certificates leave in a file: a line for each member and so many certificates.

    Arguments:
        found: (primary key, uuid, person, primary key of the member) of each certificate.
    """
    members = Member.objects.in_bulk({member for *_rest, member in found if member})
    for pk, member in members.items():
        own = [(str(award), str(person)) for _pk, award, person, of in found if of == pk]
        for start in range(0, len(own), _IN_ONE_LINE):
            part = own[start : start + _IN_ONE_LINE]
            audit(
                by=by,
                action=action,
                target=target,
                member=member,
                reason=reason,
                details={
                    "format": kind,
                    "awards": [award for award, _person in part],
                    "people": sorted({person for _award, person in part}),
                },
            )
    if not found:
        audit(by=by, action=action, target=target, reason=reason, details={"format": kind, "awards": []})
