"""What a person reads about a device that is signed in."""

import datetime as dt
from dataclasses import dataclass

from allauth.usersessions.models import UserSession
from django import template
from django.utils.translation import gettext as _

from accounts.sessions import KEPT, browser_and_system, session_data

register = template.Library()


@dataclass(frozen=True)
class Device:
    """A browser in plain words, when it was used last where that is known, and whether others use it."""

    name: str
    seen_at: dt.datetime | None
    shared: bool


@register.simple_tag
def device(session: UserSession) -> Device:
    """The device of one of the own sessions."""
    browser, system = browser_and_system(session.user_agent)
    if browser and system:
        name = _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    else:
        name = browser or system or _("Unknown browser")
    kept = session_data(session).get(KEPT, {})
    seen = dt.datetime.fromtimestamp(kept["seen"], dt.UTC) if "seen" in kept else None
    return Device(name, seen, bool(kept.get("shared")))
