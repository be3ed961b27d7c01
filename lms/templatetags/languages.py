"""Words in another language than the page's."""

from django import template
from django.utils.html import format_html
from django.utils.translation import get_language

from lms import language_names

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
