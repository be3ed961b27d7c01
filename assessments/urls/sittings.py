"""Addresses of tests that were taken, and of the tests of a class."""

from django.urls import path

from assessments.views import results, sittings

app_name = "sittings"

urlpatterns = [
    # for officers
    path("", results.history, name="history"),
    path("<uuid:attempt>/<int:position>/appeal/", results.appeal, name="appeal"),
    path("<uuid:attempt>/share/", results.share, name="share"),
    path("<uuid:attempt>/share/end/", results.end_share, name="end_share"),
    # for those who teach
    path("classes/<uuid:klass>/", sittings.live, name="live"),
    path("classes/<uuid:klass>/<uuid:attempt>/", sittings.paper, name="paper"),
]
