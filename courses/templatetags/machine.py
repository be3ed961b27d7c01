"""Whether there is a machine translation to ask."""

from django import template

from courses.pages.translating.machine import machine

register = template.Library()


@register.simple_tag
def machine_name() -> str:
    """What the plug-in of this site is called; empty while there is none."""
    found = machine()
    return found.name if found else ""
