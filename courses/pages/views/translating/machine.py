"""Asking a machine for proposals."""

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.permissions import Right, SignedInRequest, requires
from courses.pages.services.machine import NoMachine, Proposed, propose_by_machine
from courses.pages.translating.machine import MachineFailed
from learning.models import Course


@requires(Right.WRITE_COURSES)
@require_POST
def propose(request: SignedInRequest, course: str, unit: str, language: str) -> HttpResponseBase:
    """Fill what is not translated in a unit with proposals."""
    found = get_object_or_404(Course, slug=course)
    try:
        proposed = propose_by_machine(by=request.user, course=found, unit=unit, language=language)
    except NoMachine as refusal:
        raise Http404(str(refusal)) from refusal
    except MachineFailed as refusal:
        messages.error(request, _("%(reason)s Nothing was changed.") % {"reason": refusal})
    else:
        _say(request, proposed)
    return redirect("translate:unit", course, unit, language)


def _say(request: SignedInRequest, proposed: Proposed) -> None:
    if proposed.count:
        words = ngettext(
            "%(count)d proposal of a machine. Read it, correct it, and accept it.",
            "%(count)d proposals of a machine. Read each, correct it, and accept it.",
            proposed.count,
        )
        messages.success(request, words % {"count": proposed.count})
    else:
        messages.info(request, _("There is nothing that a machine could propose."))
    if proposed.left:
        words = ngettext(
            "Time ran out for %(count)d text. Ask again.",
            "Time ran out for %(count)d texts. Ask again.",
            proposed.left,
        )
        messages.warning(request, words % {"count": proposed.left})
    if proposed.kept_back:
        words = ngettext(
            "%(count)d text of tests was not sent: it is secret.",
            "%(count)d texts of tests were not sent: they are secret.",
            proposed.kept_back,
        )
        messages.info(request, words % {"count": proposed.kept_back})
    if proposed.unusable:
        words = ngettext(
            "%(count)d answer lost tags such as links, and was thrown away.",
            "%(count)d answers lost tags such as links, and were thrown away.",
            proposed.unusable,
        )
        messages.warning(request, words % {"count": proposed.unusable})
