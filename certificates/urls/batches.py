"""Certificates for many."""

from django.urls import path

from certificates.views import batches

app_name = "batches"

urlpatterns = [
    path("", batches.index, name="index"),
    path("<uuid:batch>/", batches.one, name="one"),
    path("<uuid:batch>/file/", batches.take, name="take"),
    path("<uuid:batch>/drop/", batches.drop, name="drop"),
]
