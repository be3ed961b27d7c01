"""Addresses of corrections and appeals, at `/admin/corrections/`: our own pages, beside Wagtail's."""

from django.urls import path

from assessments.views import appeals, corrections

app_name = "corrections"

urlpatterns = [
    path("", corrections.index, name="index"),
    path("question/<uuid:item>/<int:number>/", corrections.new, name="new"),
    path("drawn-up/<uuid:run>/", corrections.preview, name="preview"),
    path("drawn-up/<uuid:run>/apply/", corrections.apply, name="apply"),
    path("drawn-up/<uuid:run>/drop/", corrections.drop, name="drop"),
    path("in-question/", corrections.in_question, name="in_question"),
    path("appeals/", appeals.queue, name="appeals"),
    path("appeals/<uuid:appeal>/", appeals.one, name="appeal"),
    path("<uuid:correction>/", corrections.one, name="correction"),
    path("<uuid:correction>/take-back/", corrections.take_back, name="take_back"),
]
