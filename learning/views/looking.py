"""Looking at names as the RSO: a reason is asked for, kept for a short time, and written down with each look."""

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.permissions import SignedInRequest

#: How long a reason holds before it is asked for again.
HOLDS = dt.timedelta(minutes=30)
_KEY = "names_reason"


def names_reason(request: SignedInRequest) -> str:
    """The reason for which this session may look at shared names now; empty when none was given lately."""
    kept: Any = request.session.get(_KEY)
    if not isinstance(kept, list) or len(kept) != 2:
        return ""
    reason, until = kept
    return str(reason) if timezone.now().timestamp() < until else ""


def keep_names_reason(request: SignedInRequest, reason: str) -> None:
    """Keep a reason for a short time; an empty one hides the names again."""
    if reason:
        request.session[_KEY] = [reason, (timezone.now() + HOLDS).timestamp()]
    else:
        request.session.pop(_KEY, None)


def back_to(request: SignedInRequest, otherwise: str) -> str:
    """The page that held the form, if it is one of ours; else the page of this name."""
    back = request.POST.get("next", "")
    own = url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith("/")
    return back if own else reverse(otherwise)
