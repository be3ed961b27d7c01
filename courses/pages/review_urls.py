"""Addresses of the do-no-harm review, at `/admin/review/`: our own pages, beside Wagtail's."""

from django.urls import path

from courses.pages.views import reviewing

app_name = "review"

_UNIT = "<slug:course>/<slug:unit>/<slug:language>/"

urlpatterns = [
    path("", reviewing.queue, name="queue"),
    path("<slug:course>/", reviewing.course, name="course"),
    path(_UNIT, reviewing.unit, name="unit"),
    path(f"{_UNIT}submit/", reviewing.submit, name="submit"),
    path(f"{_UNIT}sign/<int:number>/", reviewing.sign, name="sign"),
    path(f"{_UNIT}return/", reviewing.return_, name="return"),
    path(f"{_UNIT}take-back/<int:number>/", reviewing.take_back, name="take_back"),
    path(f"{_UNIT}publish/", reviewing.publish, name="publish"),
]
