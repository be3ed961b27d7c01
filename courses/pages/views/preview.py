"""The preview frame: a lesson, a module or a whole course as officers would see it, on any screen."""

import re
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language, get_language_info, gettext_lazy
from django.utils.translation import gettext as _
from wagtail.models import Page

from accounts.permissions import SignedInRequest, requires
from courses.pages.drafts import to_be_read
from courses.pages.models import CoursePage, LessonPage, ModulePage
from courses.pages.publication import course_page_of
from courses.pages.selectors import COURSE_KEY
from courses.pages.services import make_trial
from learning.manifest import FINAL
from learning.models import Trial
from learning.permissions import MAY_TRY
from learning.selectors import course_in_trial, how_far_translated, places_of_trial

SCREENS = {
    "phone": gettext_lazy("Phone, 360 wide"),
    "tablet": gettext_lazy("Small tablet, 768 wide"),
    "desktop": gettext_lazy("Desktop, 1280 wide"),
}
SCHEMES = {"": gettext_lazy("As the device"), "light": gettext_lazy("Light"), "dark": gettext_lazy("Dark")}
SIZES = {"": gettext_lazy("Normal"), "large": gettext_lazy("Large"), "larger": gettext_lazy("Very large")}
#: How far an activity is translated, as the choice of languages says it; what is whole says nothing.
FAR = {"none": gettext_lazy("not translated"), "parts": gettext_lazy("partly out of date or not translated")}


#: The id of a block, as an address names the place where to begin.
_BLOCK = re.compile(r"[\w-]{1,60}", re.ASCII)


@dataclass(frozen=True)
class Wanted:
    """What is to be looked at, and how."""

    language: str
    screen: str
    scheme: str
    size: str

    @property
    def look(self) -> str:
        return "-".join(filter(None, (self.scheme, self.size)))


def _page(pk: int) -> CoursePage | ModulePage | LessonPage:
    """A page of a course.

    Raises:
        Http404: it is none.
    """
    page = Page.objects.filter(pk=pk).first()
    found = page.specific if page else None
    if not isinstance(found, CoursePage | ModulePage | LessonPage):
        raise Http404(_("There is no page of a course at this address."))
    return found


def _course_of(page: Page) -> CoursePage:
    course = course_page_of(page)
    assert course is not None, "every page of the workshop stands below the page of its course"
    return course


@requires(*MAY_TRY)
def preview(request: SignedInRequest, page: int) -> HttpResponseBase:
    """The frame with its controls. It builds the course from its drafts where something was saved since; `anew` builds
    it whatever is there, because a question or a picture may have changed beside the pages."""
    own = _page(page)
    trial = make_trial(by=request.user, page=_course_of(own), anew="anew" in request.GET)
    choices = request.GET.copy()
    if choices.pop("anew", None):
        return redirect(f"{request.path}?{choices.urlencode()}")
    languages = how_far_translated(trial, COURSE_KEY)
    language = str(own.locale.language_code)
    wanted = Wanted(
        language=_one_of(request, "language", languages, language if language in languages else get_language()),
        screen=_one_of(request, "screen", SCREENS, "phone"),
        scheme=_one_of(request, "scheme", SCHEMES, ""),
        size=_one_of(request, "size", SIZES, ""),
    )
    places = _places(trial, wanted.language)
    keys = [each["key"] for group in places for each in group["places"]]
    here = "" if isinstance(own, CoursePage) else own.key
    place = _one_of(request, "place", keys, here if here in keys else "")
    far = how_far_translated(trial, place or COURSE_KEY)
    anchor = f"#{here}" if isinstance(own, ModulePage) and not place else ""
    if _BLOCK.fullmatch(request.GET.get("block", "")):
        anchor = f"#{request.GET['block']}"
    return render(
        request,
        "courses/admin/preview.html",
        {
            "page": own,
            "trial": trial,
            "places": places,
            "place": place,
            "languages": [
                {"info": get_language_info(code), "is_chosen": code == wanted.language, "far": FAR.get(far[code], "")}
                for code in languages
            ],
            "controls": [
                {"name": "screen", "label": _("Screen"), "choices": SCREENS.items(), "chosen": wanted.screen},
                {"name": "scheme", "label": _("Colours"), "choices": SCHEMES.items(), "chosen": wanted.scheme},
                {"name": "size", "label": _("Size of text"), "choices": SIZES.items(), "chosen": wanted.size},
            ],
            "wanted": wanted,
            "frame_url": _address(trial, wanted, place) + anchor,
            "alone_url": _address(trial, wanted, place) + anchor,
            "course_url": _address(trial, wanted, ""),
            "choices": choices.items(),
            "is_withdrawn": not to_be_read(type(own).objects.filter(pk=own.pk)).exists()
            or (isinstance(own, LessonPage) and here not in keys),
        },
    )


def _one_of(request: SignedInRequest, name: str, choices: Any, otherwise: str) -> str:
    given = request.GET.get(name)
    return given if given is not None and given in choices else otherwise


def _address(trial: Trial, wanted: Wanted, place: str) -> str:
    """Where a place of the trial stands in the wanted language and look."""
    at = f"{trial.uuid}~{wanted.look}" if wanted.look else str(trial.uuid)
    with translation.override(wanted.language):
        if place:
            return reverse("courses:try_activity", args=[at, place])
        return reverse("courses:try_course", args=[at])


def _places(trial: Trial, language: str) -> list[dict[str, Any]]:
    """Everywhere in the course that can be looked at, grouped as officers find it."""
    text = course_in_trial(trial, language)
    groups: list[dict[str, Any]] = []
    for place in places_of_trial(trial, text.text):
        title = place.title or (_("Final test") if place.node and place.node.purpose == FINAL else _("Pre-test"))
        key = place.node.key if place.node else ""
        if not groups or groups[-1]["label"] != place.module:
            groups.append({"label": place.module, "places": []})
        groups[-1]["places"].append({"key": key, "title": title})
    return groups
