"""Forms of certificates."""

from django import forms
from django.utils.translation import get_language

from learning.models import Course
from learning.selectors import catalogue
from lms.forms import label_rows


def name_courses(form: forms.BaseForm, name: str) -> None:
    """Let a field that chooses a course show its code and its title in the language of the page."""
    titles = {text.course.pk: text.title for text in catalogue(get_language() or "")}

    def label(course: Course) -> str:
        return f"{course.code} {titles.get(course.pk, '')}".strip()

    label_rows(form, name, label)
