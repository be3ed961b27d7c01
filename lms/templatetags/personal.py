"""`{% personal %}…{% endpersonal %}`: what on a page depends on who looks. See `lms.kept`."""

from django import template
from django.template.base import Node, NodeList, Parser, Token

from lms.kept import SharedContext

register = template.Library()


class PersonalNode(Node):
    """Leaves a place while the shared part of a page is rendered; on any other page it is not there."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: template.Context) -> str:
        if isinstance(context, SharedContext):
            return context.leave_piece(self.nodelist)
        return self.nodelist.render(context)


@register.tag
def personal(parser: Parser, token: Token) -> PersonalNode:
    nodelist = parser.parse(("endpersonal",))
    parser.delete_first_token()
    return PersonalNode(nodelist)
