"""The review of the page that an author edits."""

from typing import Any

from django import template
from wagtail.models import Page

from accounts.models import User
from courses.pages.review import lacking
from courses.pages.review_desk import notes_of, states_of_checks, unit_of_page, units_in

register = template.Library()


@register.simple_tag
def review_of_page(page: Page, viewer: User) -> dict[str, Any] | None:
    """The unit of a page with its checks; None where it has none yet."""
    place = unit_of_page(page)
    if place is None:
        return None
    course, key, language = place
    unit = next((each for each in units_in(course, language) if each.key == key), None)
    if unit is None:
        return None
    states = states_of_checks(viewer, unit)
    signed = {state.check.number for state in states if state.is_signed}
    return {
        "unit": unit,
        "states": states,
        "lacks": lacking(signed, is_translation=unit.is_translation),
        "notes": sum(len(notes) for notes in notes_of(unit).values()),
    }
