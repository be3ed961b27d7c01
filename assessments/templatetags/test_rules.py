"""What the rules of a test put on its pages."""

from typing import Any

from django import template
from django.template.context import Context
from django.utils.translation import get_language

from assessments.models import Attempt
from assessments.rules import rules_of
from assessments.rules.words import heading_at
from learning.selectors import outline_for

register = template.Library()


@register.simple_tag(takes_context=True)
def section_heading(context: Context) -> tuple[str, str] | None:
    """(language, heading) of the section in which the question of a page stands; None where it has none.

    Of an attempt it is looked up; a trial gives it as `heading`.
    """
    attempt: Any = context.get("attempt")
    if not isinstance(attempt, Attempt):
        heading: tuple[str, str] | None = context.get("heading")
        return heading
    node = outline_for(attempt.enrolment, attempt.revision).by_key.get(attempt.activity.key)
    return heading_at(rules_of(node), context["position"], get_language() or "") if node else None
