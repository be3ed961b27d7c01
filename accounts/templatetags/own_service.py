from django import template

from accounts.selectors import providers_to_choose

register = template.Library()


@register.simple_tag
def has_own_services() -> bool:
    """Whether any member's own service can be signed in with."""
    return providers_to_choose().exists()
