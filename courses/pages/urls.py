"""Addresses of our own on the authors' side, below `/admin/`."""

from django.urls import path

from courses.pages.views import preview, translations

urlpatterns = [
    path("out-of-date/", translations.out_of_date, name="out_of_date"),
    path("preview/<int:page>/", preview.preview, name="preview_course"),
]
