"""Ways in: invitations, registrations, slips and codes."""

from django.urls import URLPattern

app_name = "entry"

urlpatterns: list[URLPattern] = []
