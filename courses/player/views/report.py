"""“Report this”: what is wrong with a lesson, in two taps."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.text import Truncator
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.permissions import SignedInRequest, signed_in
from courses.player.views.place import enrolment_of
from learning import selectors, services
from learning.forms import THANKS, ContentReportForm
from learning.models import Activity, ContentReport, FrozenContent

#: So many words of a part are enough to know it again.
FIRST_WORDS = 12


@signed_in
def report(request: SignedInRequest, course: str, key: str) -> HttpResponseBase:
    """The kinds of report as buttons, and which part of the lesson is meant."""
    enrolment = enrolment_of(request, course)
    if enrolment is None:
        return redirect("courses:course", course=course)
    shown = selectors.shown(enrolment, key, get_language())
    if shown.node.kind != Activity.Kind.LESSON:
        raise Http404(_("There is no such lesson in your edition of this course."))
    back = reverse("courses:activity", args=[course, key])
    form = ContentReportForm(request.POST if request.method == "POST" else None, places=_places(shown))
    if request.method == "POST" and form.is_valid():
        try:
            services.report_content(
                by=request.user,
                revision=shown.revision,
                activity=Activity.objects.get(uuid=shown.node.uuid),
                language=shown.language,
                content=shown.content,
                **form.cleaned_data,
            )
        except services.TooManyReports as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, THANKS)
            return redirect(back)
    status = 422 if form.errors else 200
    context = {"form": form, "kinds": ContentReport.Kind.choices, "title": shown.body["title"], "back": back}
    return render(request, "learning/report.html", context | {"language": shown.language}, status=status)


def _places(shown: selectors.Shown) -> list[tuple[str, str]]:
    """(block id, first words) of each part of a lesson, from what was frozen beside its body."""
    source = FrozenContent.objects.values_list("source", flat=True).get(pk=shown.content)
    questions = {part["key"].rsplit("/", 1)[-1]: part for part in shown.body["parts"] if part["type"] == "check"}
    found = []
    for number, block in enumerate(source["body"], start=1):
        check = questions.get(block["id"])
        words = check["wording"]["stem"] if check else " ".join(_texts(block["value"]))
        short = Truncator(strip_tags(words)).words(FIRST_WORDS)
        found.append((str(block["id"]), f"{number}. {short}" if short else f"{number}."))
    return found


def _texts(value: Any) -> Iterator[str]:
    """The texts in a raw block, in order; ids and addresses look like none because they have no space."""
    if isinstance(value, str):
        if " " in value:
            yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each["value"] if isinstance(each, dict) and "value" in each else each)
