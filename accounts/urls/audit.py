"""Addresses of the audit log."""

from django.urls import path

from accounts.views import audit as views

app_name = "audit"

urlpatterns = [
    path("", views.log, name="log"),
    path("log.csv", views.log_file, name="log_file"),
    path("own/", views.own, name="own"),
]
