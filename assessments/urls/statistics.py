"""Addresses of item analysis, at `/admin/questions/statistics/`: our own pages, beside Wagtail's."""

from django.urls import path

from assessments.views import statistics

app_name = "statistics"

_ITEM = "<slug:course>/<uuid:item>"

urlpatterns = [
    path("", statistics.courses, name="courses"),
    path("<slug:course>/", statistics.course, name="course"),
    path(f"{_ITEM}/", statistics.item, name="item"),
    path(f"{_ITEM}/<int:number>/translator/", statistics.translator, name="translator"),
    path("<slug:course>/<slug:key>/", statistics.test, name="test"),
    path("<slug:course>/<slug:key>/refresh/", statistics.refresh, name="refresh"),
    path("<slug:course>/<slug:key>/questions.csv", statistics.questions_csv, name="questions_csv"),
]
