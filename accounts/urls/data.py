"""Addresses about what is held about oneself."""

from django.urls import URLPattern

app_name = "data"

urlpatterns: list[URLPattern] = []
