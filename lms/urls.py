"""The URL root. Apps are included by dotted string: the project imports none of them."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from django.views.generic import RedirectView

from lms import views

handler404 = "lms.views.not_found"
handler403 = "lms.views.refused"

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("admin/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("admin/review/", include("courses.pages.review_urls")),
    path("admin/questions/statistics/", include("assessments.urls.statistics")),
    path("admin/questions/", include("assessments.urls.bank")),
    path("admin/translate/", include("courses.pages.translate_urls")),
    path("admin/tests/", include("assessments.urls.quizzes")),
    path("admin/corrections/", include("assessments.urls.corrections")),
    path("admin/marking/", include("assessments.urls.marking")),
    path("admin/locales/", include("courses.pages.locale_urls")),
    path("admin/", include("wagtail.admin.urls")),
    path("documents/", include("wagtail.documents.urls")),
    path("language/", include("accounts.urls.language")),
    # Addresses that members' services keep in their lists: without a language, so that they stay as they are.
    path("identity/", include("accounts.urls.identity")),
    path("files/", include("courses.player.file_urls")),
    path("", include("certificates.urls")),
    *i18n_patterns(
        path("accounts/data/", include("accounts.urls.data")),
        path("accounts/", include("accounts.urls.sign_in")),
        path("sign-in/", include("accounts.urls.own_service")),
        path("people/moves/", include("accounts.urls.moving")),
        path("people/", include("accounts.urls.people")),
        path("join/", include("accounts.urls.entry")),
        path("members/", include("accounts.urls.members")),
        path("audit/", include("accounts.urls.audit")),
        path("classes/", include("learning.urls")),
        path("annex/", include("learning.annex_urls")),
        path("courses/", include("courses.player.urls")),
        path("tests/", include("assessments.urls.sittings")),
        path("tests/", include("assessments.urls.taking")),
        path("exams/", include("assessments.urls.exams")),
        path("effect/", include("assessments.urls.effect")),
        path("papers/", include("assessments.urls.paper")),
        path("certificates/others/", include("certificates.urls.recognitions")),
        path("certificates/jobs/", include("certificates.urls.batches")),
        path("certificates/keys/", include("certificates.urls.keys")),
        path("certificates/page/", include("certificates.urls.page")),
        path("certificates/", include("certificates.urls.desk")),
        path("reports/", include("reports.urls")),
        path("", include("portal.urls")),
    ),
]

if settings.SULUH_DEMO:
    urlpatterns.append(path("styleguide/", views.styleguide, name="styleguide"))
