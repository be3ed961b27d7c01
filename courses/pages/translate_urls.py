"""Addresses of the translator's desk, at `/admin/translate/`: our own pages, beside Wagtail's."""

from django.urls import path

from courses.pages.views.translating import files

app_name = "translate"

#: One unit in one language; the unit `_` is the whole course.
_UNIT = "<slug:course>/<slug:unit>/<slug:language>"

urlpatterns = [
    path(f"{_UNIT}/file/", files.file_new, name="file_new"),
    path(f"{_UNIT}/file/<uuid:file>/", files.file, name="file"),
    path(f"{_UNIT}/download/<slug:kind>/", files.download, name="download"),
]
