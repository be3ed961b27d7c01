"""Pages of the project itself: errors, health."""

import re
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language_info

from lms.origin import sent_from
from lms.queue import backlog

_LANGUAGE_LIKE = re.compile(r"^/([a-z]{2,3}(?:-[a-z0-9]{2,8})?)/", re.IGNORECASE)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponseBase:
    """404, with the languages there are when the address begins with one that there is not."""
    match = _LANGUAGE_LIKE.match(request.path)
    known = dict(settings.LANGUAGES)
    context: dict[str, Any] = {"reason": _reason(exception)}
    if match and match.group(1).lower() not in known:
        rest = request.path[match.end() :]
        context["unknown_language"] = match.group(1)
        context["languages"] = [
            {"code": code, "name": get_language_info(code)["name_local"], "url": f"/{code}/{rest}"} for code in known
        ]
    return render(request, "404.html", context, status=404)


def _reason(exception: Exception | None) -> str:
    """What a view said in its Http404; nothing of the resolver's own, which lists addresses."""
    message = exception.args[0] if exception and exception.args else ""
    return str(message) if isinstance(message, str) else ""


def refused(request: HttpRequest, exception: Exception | None = None) -> HttpResponseBase:
    """403, with the reason that the refusing function gave."""
    return render(request, "403.html", {"reason": str(exception) if exception else ""}, status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """A form from before a sign-in, or without its cookie: nothing was changed, and the page leads back to the form."""
    return render(request, "csrf_failure.html", {"back": sent_from(request)}, status=403)


def healthz(request: HttpRequest) -> HttpResponse:
    """Alive."""
    return HttpResponse("ok", content_type="text/plain")


def readyz(request: HttpRequest) -> JsonResponse:
    """Able to serve: database, migrations, storage, queue. 503 with what is wrong otherwise; names no person."""
    states = {"database": _database(), "storage": _storage(), "queue": _queue()}
    ready = all(state == "ok" for state in states.values())
    return JsonResponse(states, status=200 if ready else 503)


def _database() -> str:
    try:
        executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
        cache.get("readyz")
    except Exception as error:
        return f"not reachable ({type(error).__name__})"
    return f"{len(pending)} migrations are missing: run manage.py migrate" if pending else "ok"


def _storage() -> str:
    try:
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        probe = settings.DATA_DIR / ".readyz"
        probe.write_text("ok")
        probe.unlink()
    except OSError as error:
        return f"DATA_DIR cannot be written: {error.strerror}"
    return "ok"


def _queue() -> str:
    try:
        waiting = backlog()
    except Exception as error:
        return f"not reachable ({type(error).__name__})"
    if waiting >= settings.QUEUE_LIMIT:
        return f"full: {waiting} tasks wait; is a worker running?"
    return "ok"


def styleguide(request: HttpRequest) -> HttpResponseBase:
    """Every component in every state, for whoever works on the look. Demo only."""
    return render(request, "lms/styleguide.html")


for view in (styleguide, healthz, readyz, csrf_failure, not_found, refused):
    view.access = "public"  # type: ignore[attr-defined]
