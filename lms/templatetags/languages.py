"""Words in another language than the page's."""

import datetime as dt

from django import template
from django.utils.html import format_html
from django.utils.translation import get_language

from lms import language_names, text
from lms.calendars import as_day, own_date

register = template.Library()


@register.filter
def lang_attributes(language: str) -> str:
    """`` lang="…" dir="…"`` for words in a language that is not the page's; nothing otherwise."""
    if not language or language == get_language():
        return ""
    direction = "rtl" if language_names.language_info(language)["bidi"] else "ltr"
    return format_html(' lang="{}" dir="{}"', language, direction)


@register.filter
def is_other_language(language: str) -> bool:
    """Whether words are in another language than the page's."""
    return bool(language) and language != get_language()


@register.filter
def language_name(language: str) -> str:
    """A language as it calls itself, and as the page's calls it."""
    return language_names.language_name(language)


@register.filter
def day(value: dt.date | None) -> str:
    """A day as an ISO date; beside it as the page's language writes it, where that has a calendar or digits of its own.

    The own date is an isolate: it may stand inside `<bdi dir="ltr">`.
    """
    if not value:
        return ""
    iso, own = as_day(value), own_date(as_day(value), get_language() or "")
    if not own:
        return iso.isoformat()
    return format_html('<span class="nowrap" dir="ltr">{}</span> <bdi>({})</bdi>', iso.isoformat(), own)


@register.filter
def isolate(name: object) -> str:
    """A name in a title or another attribute, where no `<bdi>` can stand; see `lms.text.isolate`."""
    return text.isolate(name)
