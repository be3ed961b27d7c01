"""What a session is bound to, and when it ends: browser, hours, time without a request, a shared computer.

Everything stands in the session itself, which each request reads anyway. Officers' requests write nothing; where an
idle limit holds, the time of the last request is written every few minutes only.
"""

import hashlib
import re
import time
from functools import lru_cache
from importlib import import_module

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.models import User
from accounts.services.audit import audit

#: In the session: what this module keeps, and what the sign-in form leaves for it on the way.
KEPT, ASKED = "sign_in", "shared_computer"

#: A shared computer, in seconds: without a request, and at most.
SHARED_IDLE, SHARED_LONGEST = 15 * 60, 4 * 3600
#: The last request is written down when so much of the idle limit has gone by since it was written last.
WRITE_EVERY = 0.1

# Versions, models and builds: what an update changes. What stays names the product and the system.
_CHANGES = re.compile(r"/[^\s;)]*|\d[\w.]*")


def now() -> int:
    """The time, in seconds."""
    return int(time.time())


def browser_of(request: HttpRequest) -> str:
    """A digest of what a browser says of itself and keeps through its updates."""
    return _digest(request.headers.get("User-Agent", ""))


@lru_cache(maxsize=1024)
def _digest(user_agent: str) -> str:
    stable = " ".join(_CHANGES.sub("", user_agent[:500]).casefold().split())
    return hashlib.sha256(f"{settings.SECRET_KEY}:browser:{stable}".encode()).hexdigest()[:16]


def begin(request: HttpRequest) -> None:
    """Bind a session in which somebody has just signed in."""
    shared = bool(request.session.pop(ASKED, False)) or "shared" in request.POST
    _bind(request, shared=shared)


def _bind(request: HttpRequest, *, shared: bool) -> None:
    kept = {"browser": browser_of(request), "since": now()}
    if shared:
        kept |= {"shared": True, "seen": now()}
    request.session[KEPT] = kept


def is_shared(session: SessionBase) -> bool:
    """Whether the person said at sign-in that others use this computer."""
    return bool(session.get(KEPT, {}).get("shared"))


def why_over(request: HttpRequest, *, idle: int) -> str:
    """Why a session may not go on: `"browser"`, `"idle"`, `"long"`, or nothing. Notes that the person was here.

    Arguments:
        idle: the limit of the person's roles, in seconds without a request; 0 for none.
    """
    kept = request.session.get(KEPT)
    if kept is None:
        # Signed in before sessions were bound: from now on this one is.
        _bind(request, shared=False)
        return ""
    if kept["browser"] != browser_of(request):
        return "browser"
    present = now()
    shared = kept.get("shared", False)
    if present - kept["since"] > (SHARED_LONGEST if shared else settings.SESSION_COOKIE_AGE):
        return "long"
    limit = min((each for each in (idle, SHARED_IDLE if shared else 0) if each), default=0)
    if limit:
        # What was written may be a step older than the last request; nobody is signed out too early.
        step = int(limit * WRITE_EVERY)
        away = present - kept.get("seen", 0)
        if "seen" in kept and away > limit + step:
            return "idle"
        if away > step:
            request.session[KEPT] = kept | {"seen": present}
    return ""


@transaction.atomic
def refuse_session(*, by: User, key: str) -> bool:
    """End for good a session that came from another browser than the one that signed in, and say so once in the log.

    Two requests may carry the stolen cookie at the same time; the one that ends the session writes the line.
    """
    ended, _rows = Session.objects.filter(session_key=key).delete()
    UserSession.objects.filter(session_key=key).delete()
    if ended:
        audit(by=by, action="session.refused", target=f"accounts.user:{by.uuid}", details={"why": "another browser"})
    return bool(ended)


# --- one's own sessions


def own_sessions(user: User) -> QuerySet[UserSession]:
    """The sessions in which a person is signed in, newest first."""
    return UserSession.objects.filter(user=user).order_by("-created_at", "-pk")


def session_data(session: UserSession) -> SessionBase:
    """What one of these sessions keeps."""
    return import_module(settings.SESSION_ENGINE).SessionStore(session.session_key)


@transaction.atomic
def end_session(*, by: User, session: UserSession) -> None:
    """Sign out one device of one's own from here."""
    session.end()
    audit(by=by, action="session.ended", target=f"accounts.user:{by.uuid}")


def end_all_sessions(user: User) -> None:
    """Sign a person out everywhere."""
    for session in own_sessions(user):
        session.end()


def forget_ended_sessions() -> int:
    """Drop the address and browser of sessions that are over. Returns how many were dropped."""
    dropped, _rows = UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    return dropped


#: In the order in which they are looked for: many browsers name others too.
_BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "UCBrowser": "UC Browser",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Chromium": "Chromium",
    "Safari": "Safari",
}
_SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "CrOS": "ChromeOS",
    "Windows": "Windows",
    "Mac OS": "Mac",
    "Linux": "Linux",
}


def browser_and_system(user_agent: str) -> tuple[str, str]:
    """What a browser calls itself in words that a person knows, such as Firefox and Android; empty where unknown."""
    found = [next((said for word, said in names.items() if word in user_agent), "") for names in (_BROWSERS, _SYSTEMS)]
    return found[0], found[1]
