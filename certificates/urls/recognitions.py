"""Certificates of other bodies."""

from django.urls import path

from certificates.views import recognitions

app_name = "recognitions"

urlpatterns = [
    path("", recognitions.own, name="own"),
    path("officers/", recognitions.officers, name="officers"),
    path("decide/", recognitions.decide, name="decide"),
    path("of/<uuid:person>/", recognitions.record, name="record"),
    path("<uuid:recognition>/", recognitions.one, name="one"),
    path("<uuid:recognition>/propose/", recognitions.propose, name="propose"),
    path("<uuid:recognition>/file/", recognitions.file, name="file"),
]
