"""Addresses of the translator's desk, at `/admin/translate/`: our own pages, beside Wagtail's."""

from django.urls import URLPattern

app_name = "translate"

urlpatterns: list[URLPattern] = []
