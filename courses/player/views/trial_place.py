"""Where one is in a trial, and who may be there."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import Any

from csp.constants import SELF
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import get_language, get_language_info

from accounts.permissions import SignedInRequest, signed_in
from courses.player.trying import TrialAddress, Tried
from learning import selectors
from learning.models import Trial


@dataclass(frozen=True)
class Trying:
    """One request in a trial.

    Attributes:
        address: where it stands, and how it is to look.
        trial: what is tried.
        tried: what this person did in it so far.
    """

    request: SignedInRequest
    address: TrialAddress
    trial: Trial
    tried: Tried

    @cached_property
    def languages(self) -> tuple[str, ...]:
        return selectors.languages_of_trial(self.trial)

    def to(self, name: str, *args: str) -> str:
        """The address of a page of the trial; see `courses.player.addresses.Addresses.to`."""
        return self.address.at.to(name, *args)

    def shown(self, key: str) -> selectors.Shown:
        return selectors.shown_in_trial(self.trial, key, get_language())

    def around(self, path: str) -> dict[str, Any]:
        """What every page of a trial needs beside that of the shelf: the bar above it, in any language of the course.

        Arguments:
            path: of the page, to find it again in another language.
        """
        now = get_language()
        rest = path.removeprefix(f"/{now}")
        return {
            "look": self.address.look,
            "style_url": reverse("courses:try_style", args=[self.address.look]) if self.address.look else "",
            "try_languages": [
                {
                    "info": get_language_info(code),
                    "url": f"/{code}{rest}",
                    "is_now": code == now,
                }
                for code in self.languages
            ],
            "try_course_url": self.to("course"),
            "problems": self.trial.problems,
        }


def trying(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Declare a page of a trial: for people who write or review courses, and framed by our own pages only.

    The view gets a `Trying` in place of the request and the trial's address.
    """

    @wraps(view)
    @signed_in
    def guarded(request: SignedInRequest, trial: TrialAddress, **kwargs: Any) -> HttpResponseBase:
        found = selectors.trial_seen_by(request.user, trial.uuid)
        answer = view(Trying(request, trial, found, Tried(request.session, trial.uuid)), **kwargs)
        answer["X-Frame-Options"] = "SAMEORIGIN"
        answer._csp_replace = {"frame-ancestors": [SELF]}  # type: ignore[attr-defined]
        return answer

    guarded.access = "signed in"  # type: ignore[attr-defined]
    return guarded
