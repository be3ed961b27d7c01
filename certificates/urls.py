"""Addresses without a language: they stand on paper and stay for ever."""

from django.urls import path

from certificates import views

app_name = "certificates"

urlpatterns = [
    path("verify/", views.verify, name="verify"),
    path("verify/<path:typed>", views.verify_one, name="verify_one"),
    path("certificates/<uuid:award>.pdf", views.pdf, name="pdf"),
]
