"""Addresses of the people desk: a coordinator's own officers."""

from django.urls import URLPattern

app_name = "people"

urlpatterns: list[URLPattern] = []
