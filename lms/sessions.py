"""Sessions in the database, as Django keeps them; only the read that every request begins with is prepared."""

from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session
from django.db.models import CharField, DateTimeField
from django.utils import timezone

from lms.prepared import Given, Prepared

_RUNNING = Prepared(
    lambda: Session.objects.filter(
        session_key=Given("key", CharField()), expire_date__gt=Given("now", DateTimeField())
    )[:1]
)


class SessionStore(DatabaseStore):
    """Django's own, so that the commands and tests that use the model go on as they are."""

    def _get_session_from_db(self) -> Any:
        session = _RUNNING.first(key=self.session_key, now=timezone.now())
        if session is None:
            self._session_key = None
        return session
