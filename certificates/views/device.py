"""What a browser fetches so that it can check certificates without a link."""

import hashlib

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from accounts.permissions import public
from certificates.device import worker_script
from certificates.revocations import revocation_list
from lms.limits import seconds_to_wait


@public
@require_safe
def worker(request: HttpRequest) -> HttpResponseBase:
    """The service worker of /verify/: its address says how far it reaches."""
    return _unless_known(request, HttpResponse(worker_script(), content_type="text/javascript; charset=utf-8"))


@public
@require_safe
def revocations(request: HttpRequest) -> HttpResponseBase:
    """The signed list of withdrawn certificates, with the issuer's keys. 503 while nothing can sign it.

    A device that has this very list is answered 304, in a few bytes.
    """
    wait = seconds_to_wait("verify-list", limit=settings.VERIFY_PER_MINUTE, seconds=60)
    if wait:
        response: HttpResponse = JsonResponse({"state": "wait", "seconds": wait}, status=429)
        response["Retry-After"] = str(wait)
    elif text := revocation_list():
        return _unless_known(request, HttpResponse(text, content_type="application/json"))
    else:
        response = JsonResponse({"state": "no list"}, status=503)
    response["Cache-Control"] = "no-cache"
    return response


def _unless_known(request: HttpRequest, response: HttpResponse) -> HttpResponseBase:
    """To be asked for anew each time, and answered 304 where the browser has these very bytes."""
    response["Cache-Control"] = "no-cache"
    response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    return get_conditional_response(request, etag=response["ETag"], response=response) or response
