"""Addresses of our own on the authors' side, below `/admin/`."""

from django.urls import path

from courses.pages.views import checklist, media, reported, translations

urlpatterns = [
    path("checklist/<int:page>/", checklist.checklist, name="course_checklist"),
    path("reported/", reported.reported, name="reported"),
    path("reported/<uuid:report>/", reported.answer, name="report_answer"),
    path("out-of-date/", translations.out_of_date, name="out_of_date"),
    # Where `MEDIA_URL` leads.
    path("media/<path:name>", media.media, name="authors_media"),
]
