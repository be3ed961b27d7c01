"""One language of the workshop: what is in it, and deleting one of which nothing is kept."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from wagtail.models import Locale

from accounts.permissions import Right, SignedInRequest, requires
from courses.pages.services.locales import LocaleInUse, delete_locale, uses_of
from lms.language_names import language_name


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Right.MANAGE_SITE)
@never_cache
def language(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """In the place of Wagtail's pages that rename and delete a locale: a language never becomes another one."""
    locale = get_object_or_404(Locale.all_objects, pk=pk)
    name, problem = language_name(locale.language_code), ""
    if request.method == "POST":
        try:
            delete_locale(by=request.user, locale=locale)
        except LocaleInUse as reason:
            problem = str(reason)
        else:
            messages.success(request, _("%(language)s is deleted. Nothing was kept in it.") % {"language": name})
            return redirect("wagtaillocales:index")
    context = {"locale": locale, "name": name, "uses": uses_of(locale), "problem": problem}
    return render(request, "courses/admin/language.html", context, status=409 if problem else 200)
