"""Addresses of our own on the authors' side, below `/admin/`."""

from django.urls import path

from courses.pages.views import media, translations

urlpatterns = [
    path("out-of-date/", translations.out_of_date, name="out_of_date"),
    # Where `MEDIA_URL` leads.
    path("media/<path:name>", media.media, name="authors_media"),
]
