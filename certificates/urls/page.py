"""Signatories and logos."""

from django.urls import path

from certificates.views import page

app_name = "award_page"

urlpatterns = [
    path("", page.overview, name="overview"),
    path("propose/<str:kind>/", page.propose, name="propose"),
    path("<uuid:part>/approve/", page.approve, name="approve"),
    path("<uuid:part>/remove/", page.remove, name="remove"),
    path("pictures/<str:digest>.png", page.picture, name="picture"),
]
