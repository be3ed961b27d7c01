"""Signing in with the own member's service: choosing it, and going there."""

from django.urls import path

from accounts.views import own_service as views

app_name = "own_service"

urlpatterns = [
    path("", views.choose, name="choose"),
    path("<uuid:provider>/", views.leave, name="leave"),
]
