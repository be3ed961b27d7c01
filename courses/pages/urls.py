"""Addresses of our own on the authors' side, below `/admin/`."""

from django.urls import path

from courses.pages.views import checklist, editions, translations

urlpatterns = [
    path("checklist/<int:page>/", checklist.checklist, name="course_checklist"),
    path("editions/<int:page>/", editions.editions, name="course_editions"),
    path("out-of-date/", translations.out_of_date, name="out_of_date"),
]
