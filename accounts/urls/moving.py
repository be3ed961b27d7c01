"""Moving on: transfers, hand-over, duplicates."""

from django.urls import URLPattern

app_name = "moving"

urlpatterns: list[URLPattern] = []
